"""The ways in which somebody with every right could try to alter a row."""

from odoo.exceptions import UserError


def ways(record, field, value):
    """Return functions each of which tries to alter or delete a record.

    :param record: The record, as the person.
    :param str field: What is altered.
    :param value: To what.
    """
    values = {field: value}

    def by_rpc():
        record.write(values)

    def on_the_screen():
        record.web_save(values, {})

    def past_the_access_rights():
        record.sudo().write(values)

    def with_a_made_up_token():
        keys = ("logistics_ledger_token", "logistics_suite_token")
        record.sudo().with_context(**dict.fromkeys(keys, True)).write(values)

    def by_deletion():
        record.sudo().unlink()

    def by_a_copy():
        record.sudo().copy(values)

    def by_import():
        flat = "" if isinstance(value, list) or value is False else value
        answer = record.load([".id", field], [[str(record.id), str(flat)]])
        if not answer["ids"]:
            raise UserError(str(answer["messages"]))

    def by_a_server_action():
        action = (
            record.env["ir.actions.server"]
            .sudo()
            .create(
                {
                    "name": "Alter",
                    "model_id": record.env["ir.model"]._get_id(record._name),
                    "state": "code",
                    "code": f"record.write({values!r})",
                }
            )
        )
        context = {"active_model": record._name, "active_id": record.id}
        action.with_context(**context).run()

    return (
        by_rpc,
        on_the_screen,
        past_the_access_rights,
        with_a_made_up_token,
        by_deletion,
        by_a_copy,
        by_import,
        by_a_server_action,
    )
