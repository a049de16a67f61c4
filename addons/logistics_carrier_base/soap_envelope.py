"""What lies in the envelope of a SOAP answer: a payload or a fault. Pure functions."""

from typing import NamedTuple

from . import strict_xml
from .exceptions import UnreadableMessage

# Both versions of SOAP; partners mix them up, and mean the same.
NAMESPACES = frozenset(
    {
        "http://schemas.xmlsoap.org/soap/envelope/",
        "http://www.w3.org/2003/05/soap-envelope",
    }
)


class Fault(NamedTuple):
    """What the service says went wrong.

    :param str code: The fault code without its prefix: `Client`, `Server`, `Sender`…
    :param str text: The reason, in the service's words.
    :param detail: The first element in the detail; None when there is none.
    """

    code: str
    text: str
    detail: object = None


class Reply(NamedTuple):
    """An answer.

    :param payload: The first element in the body; None with a fault.
    :param Fault | None fault: The fault.
    :param root: The envelope itself.
    """

    payload: object
    fault: Fault | None
    root: object


def loads(data, max_bytes=strict_xml.MAX_BYTES):
    """Open the envelope of an answer.

    :param bytes data: The answer as received.
    :param int max_bytes: The longest answer that is read.
    :rtype: Reply
    :raises UnreadableMessage: When it is no SOAP answer.
    """
    root = strict_xml.loads(data, max_bytes)
    if not _is_soap(root, "Envelope"):
        raise UnreadableMessage(
            f"{strict_xml.name(root)[:80]}: not a SOAP envelope", "schema"
        )
    body = next((child for child in root if _is_soap(child, "Body")), None)
    if body is None:
        raise UnreadableMessage("Envelope: has no body", "schema")
    payload = next((child for child in body if strict_xml.name(child)), None)
    if payload is None:
        raise UnreadableMessage("Body: is empty", "schema")
    if _is_soap(payload, "Fault"):
        return Reply(None, _fault(payload), root)
    return Reply(payload, None, root)


def fault_of(data):
    """Return the fault in the body of a refused call.

    :param bytes data: The body, whatever it is.
    :return: The fault; None when it is something else.
    :rtype: Fault | None
    """
    try:
        return loads(data).fault
    except UnreadableMessage:
        return None


def refusals(read):
    """Return what finds the error answer in the body of a refused call.

    :param callable read: Reads an answer: `Reply -> CarrierAnswer | None`.
    :return: `bytes -> CarrierAnswer | None`; None where it is no SOAP answer.
    """

    def answer_of(body):
        try:
            return read(loads(body))
        except UnreadableMessage:
            return None

    return answer_of


def _is_soap(element, wanted):
    if strict_xml.name(element) != wanted:
        return False
    return element.tag.rpartition("}")[0].lstrip("{") in NAMESPACES


def _fault(element):
    detail = strict_xml.find(element, "detail")
    if detail is None:
        detail = strict_xml.find(element, "Detail")
    code = strict_xml.text(element, "faultcode") or strict_xml.text(
        element, "Code", "Value"
    )
    return Fault(
        code.rpartition(":")[2],
        strict_xml.text(element, "faultstring")
        or strict_xml.text(element, "Reason", "Text"),
        None
        if detail is None
        else next((child for child in detail if strict_xml.name(child)), None),
    )
