"""Error documents that follow RFC 7807, more or less: a status, a title, a detail."""

from . import reading
from .exceptions import CarrierAnswer

# By the HTTP status, which stands in the document, too.
_KINDS = {
    "401": "authentication",
    "403": "authentication",
    "404": "not_found",
    "429": "quota",
    "500": "unavailable",
    "502": "unavailable",
    "503": "unavailable",
    "504": "unavailable",
}


def read(document):
    """Return the error answer that a document is.

    The status is a number or a text; what happened stands in `title` and `detail`, and
    in `message` where neither is there.

    :param document: The document.
    :return: The answer; None when it is something else.
    :rtype: CarrierAnswer | None
    """
    if not isinstance(document, dict):
        return None
    code = reading.text(document.get("status"))
    if not code.isdecimal() or not {"title", "detail", "message"} & document.keys():
        return None
    texts = (reading.text(document.get(name)) for name in ("title", "detail"))
    return CarrierAnswer(
        _KINDS.get(code, "bad_request"),
        code,
        ": ".join(filter(None, texts)) or reading.text(document.get("message")),
    )


answer_of = reading.json_refusals(read)
