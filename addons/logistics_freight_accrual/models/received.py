"""What came from outside is not typed: it changes through buttons only."""

from odoo.exceptions import AccessError


def refuse_typed(records, vals):
    """Refuse what a person types into fields that say what was received or found out.

    :param odoo.models.BaseModel records: What is written to.
    :param dict vals: What is written.
    :raise AccessError: When a read-only field is among it and this is not the suite.
    """
    if records.env.su:
        return
    typed = [name for name in vals if records._fields[name].readonly]
    if typed:
        names = ", ".join(
            sorted(
                records._fields[name].get_description(records.env)["string"]
                for name in typed
            )
        )
        raise AccessError(
            records.env._(
                "What a carrier's bill says, and what was found out about it, is not "
                "typed (%(fields)s): use its buttons.",
                fields=names,
            )
        )
