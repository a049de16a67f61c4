"""XML from strangers: nothing is fetched, nothing is expanded, nothing is guessed.

A document type declaration is the door to everything that is wrong with XML (entities
that multiply, files and addresses that are read), and no partner needs one, so a
document that has one is refused before a parser sees it.
"""

import re

from lxml import etree

from . import reading
from .exceptions import UnreadableMessage
from .strict_json import MAX_BYTES, MAX_DEPTH

_DECLARATION = re.compile(
    rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]{0,39})[\"']"
)
_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")
# What services of old write besides UTF-8; each of them keeps ASCII where it is.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-15": "iso8859-15",
    "windows-1252": "cp1252",
}
_SPACE = " \t\r\n"


def loads(data, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH):
    """Parse an untrusted XML document.

    :param bytes data: The document as received.
    :param int max_bytes: The longest document that is read.
    :param int max_depth: The deepest nesting that is read, at most 255: there the
        parser itself stops.
    :return: The root; comments are left out, processing instructions are kept.
    :rtype: lxml.etree._Element
    :raises UnreadableMessage: When it is no clean document within the limits.
    """
    text = _decode(data, max_bytes)
    _check_prolog(text)
    # The text is what was declared; the declaration itself is no longer true of it.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        collect_ids=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        reason = _reason(error)
        deep = "Excessive depth" in reason
        raise UnreadableMessage(reason, "unsupported" if deep else "syntax") from error
    except UnicodeEncodeError as error:
        raise UnreadableMessage(
            "The message contains half a character", "encoding"
        ) from error
    _check_depth(root, max_depth)
    return root


def name(element):
    """Return the name of an element without its namespace; "" when it is none.

    :rtype: str
    """
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element, wanted):
    """Return the children of a name, whatever their namespace.

    :param str wanted: The local name.
    :rtype: list
    """
    return [child for child in element if name(child) == wanted]


def find(element, *path):
    """Return the first element at the end of a path of local names.

    :param element: Where the path begins; None finds nothing.
    :param str path: The names of child, grandchild and so on.
    :return: The element; None when it is not there.
    """
    for wanted in path:
        if element is None:
            return None
        element = next(iter(children(element, wanted)), None)
    return element


def first(element, wanted):
    """Return the first element of a name anywhere below, itself included.

    :param str wanted: The local name.
    :return: The element; None when there is none.
    """
    return next((found for found in element.iter() if name(found) == wanted), None)


def text(element, *path, limit=2000):
    """Return the text of an element that has no elements in it, as one line.

    :param element: Where the path begins; None has no text.
    :param str path: The way to it, see `find`.
    :param int limit: Longer texts are cut.
    :return: The text; "" when there is none.
    :rtype: str
    """
    found = find(element, *path)
    if found is None or any(name(child) for child in found):
        return ""
    # What stands behind a processing instruction in the middle belongs to it as well.
    said = (found.text or "") + "".join(child.tail or "" for child in found)
    return reading.text(said, limit)


def _decode(data, max_bytes):
    if len(data) > max_bytes:
        raise UnreadableMessage(
            f"The message has {len(data)} bytes, {max_bytes} are read", "unsupported"
        )
    if data.startswith(_OTHER_BOMS) or b"\0" in data:
        raise UnreadableMessage("The message is not UTF-8", "encoding")
    data = data.removeprefix(_BOM)
    declared = _DECLARATION.match(data)
    wanted = declared[1].decode().lower() if declared else "utf-8"
    if wanted not in _ENCODINGS:
        raise UnreadableMessage(f"The encoding {wanted} is not read", "encoding")
    try:
        text = data.decode(_ENCODINGS[wanted])
    except UnicodeDecodeError as error:
        raise UnreadableMessage(
            f"The message is not {wanted} at byte {error.start + 1}", "encoding"
        ) from error
    if not text.strip(_SPACE):
        raise UnreadableMessage("The message is empty", "syntax")
    return text


def _check_prolog(text):
    """Refuse a document type, which can only stand before the first element."""
    at = 0
    while True:
        while at < len(text) and text[at] in _SPACE:
            at += 1
        if text.startswith("<?", at):
            end = text.find("?>", at + 2)
        elif text.startswith("<!--", at):
            end = text.find("-->", at + 4)
        elif text.startswith("<!", at):
            raise UnreadableMessage(
                "The message has a document type declaration", "syntax"
            )
        else:
            return
        if end < 0:
            raise UnreadableMessage("The message is no XML document", "syntax")
        at = text.index(">", end) + 1


def _reason(error):
    line, column = error.position
    said = (error.msg or "not well-formed").partition(", line ")[0]
    return f"{said} at line {line}, column {column}"


def _check_depth(root, max_depth):
    level = [root]
    for _depth in range(max_depth):
        level = [child for element in level for child in element]
        if not level:
            return
    raise UnreadableMessage(
        f"The message is nested more than {max_depth} levels deep", "unsupported"
    )
