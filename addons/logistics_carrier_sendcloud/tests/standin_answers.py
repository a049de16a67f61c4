"""How the stand-in of Sendcloud refuses."""

from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply


def error(status, code, detail, pointer=""):
    """Refuse as the newer API does.

    :param str pointer: What is wrong, as a JSON pointer.
    :rtype: Reply
    """
    told = {"status": str(status), "code": code, "detail": detail}
    if pointer:
        told["source"] = {"pointer": pointer}
    return Reply(status, {"errors": [told]})
