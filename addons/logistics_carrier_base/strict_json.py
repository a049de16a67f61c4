"""JSON from strangers: everything the standard parser lets pass is refused here.

`json.loads` reads NaN, turns 1e999 into infinity, keeps the last of two equal keys,
accepts half characters and overflows the stack on deep nesting. Here each of these is
an `UnreadableMessage` with a category, and numbers with a fraction are `Decimal`.
"""

import json
import re
from decimal import Decimal

from .exceptions import UnreadableMessage

MAX_BYTES = 1024 * 1024
# Of a document in which a photo or a paper stands.
MAX_WITH_FILES = 5 * 1024 * 1024
MAX_DEPTH = 64
# Longer than any amount, quantity or numeric identifier of a partner.
_MAX_DIGITS = 40

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_EXPONENT = re.compile(r"[eE]([+-]?\d+)$")
# NUL and halves of surrogate pairs can only come in as escapes: UTF-8 has no others.
_RISKY_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def loads(data, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH):
    """Parse an untrusted JSON document.

    A byte order mark is refused: the standard forbids it, and what was signed should
    be what is read.

    :param bytes data: The document as received.
    :param int max_bytes: The longest document that is read.
    :param int max_depth: The deepest nesting that is read.
    :return: The document; fractions as `Decimal`, objects as `dict`.
    :raises UnreadableMessage: When it is not clean JSON within the limits.
    """
    text = _decode(data, max_bytes)
    _check_depth(data, max_depth)
    try:
        document = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise UnreadableMessage(
            f"{error.msg} at character {error.pos + 1}", "syntax"
        ) from error
    if _RISKY_ESCAPE.search(data):
        _check_texts(document)
    return document


def _decode(data, max_bytes):
    if len(data) > max_bytes:
        raise UnreadableMessage(
            f"The message has {len(data)} bytes, {max_bytes} are read", "unsupported"
        )
    if data.startswith(_BOMS):
        raise UnreadableMessage(
            "The message begins with a byte order mark; send plain UTF-8", "encoding"
        )
    if b"\0" in data:
        raise UnreadableMessage("The message contains a NUL byte", "encoding")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableMessage(
            f"The message is not UTF-8 at byte {error.start + 1}", "encoding"
        ) from error
    if not text.strip():
        raise UnreadableMessage("The message is empty", "syntax")
    return text


def _check_depth(data, max_depth):
    """Refuse deep nesting before the parser descends into it."""
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    depth = 0
    # Every second piece between quotes is inside a string and does not count.
    for piece in _ESCAPE.sub(b"", data).split(b'"')[::2]:
        for bracket in piece.translate(None, _NOT_BRACKETS):
            depth += 1 if bracket in b"[{" else -1
            if depth > max_depth:
                raise UnreadableMessage(
                    f"The message is nested more than {max_depth} levels deep",
                    "unsupported",
                )


def _check_texts(document):
    pending = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(value)
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, str):
            if "\0" in value:
                raise UnreadableMessage(
                    "The message contains a NUL character", "encoding"
                )
            try:
                value.encode()
            except UnicodeEncodeError as error:
                raise UnreadableMessage(
                    "The message contains half a character", "encoding"
                ) from error


def _object(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        seen = set()
        for key, _value in pairs:
            if key in seen:
                raise UnreadableMessage(f"The key {key[:40]!r} stands twice", "schema")
            seen.add(key)
    return result


def _whole_number(text):
    if len(text) > _MAX_DIGITS:
        raise UnreadableMessage("A number has too many digits", "value")
    return int(text)


def _fraction(text):
    exponent = _EXPONENT.search(text)
    # Read as a whole number first: Decimal itself fails on a very long exponent.
    if len(text) > _MAX_DIGITS or (exponent and abs(int(exponent[1])) > _MAX_DIGITS):
        raise UnreadableMessage("A number is out of range", "value")
    return Decimal(text)


def _not_a_number(text):
    raise UnreadableMessage(f"{text} is not a number", "value")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_fraction,
    parse_int=_whole_number,
    parse_constant=_not_a_number,
)
