"""The error documents of DHL's interfaces, which follow RFC 7807 loosely."""

from odoo.addons.logistics_carrier_base import reading, strict_json
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)

from . import const


def answer_of(body):
    """Return the error answer in the body of a refused call.

    :param bytes body: The body.
    :return: The answer; None when it is something else.
    :rtype: CarrierAnswer | None
    """
    try:
        return read(strict_json.loads(body))
    except UnreadableMessage:
        return None


def read(document):
    """Return the error answer that a document is.

    The status is a number in one interface and a text in another; the texts are
    `title` and `detail`, and sometimes `message`.

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
        const.ERROR_KIND_MAP.get(code, "bad_request"),
        code,
        ": ".join(filter(None, texts)) or reading.text(document.get("message")),
    )
