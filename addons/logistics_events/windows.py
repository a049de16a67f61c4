"""The window a button opens to show records."""


def records_window(records, title, as_list=False):
    """Return the action that shows records; a single one as a form.

    :param odoo.models.BaseModel records: What is shown.
    :param str title: The name of the window.
    :param bool as_list: Whether a single record is shown as a list, too.
    :rtype: dict
    """
    action = {
        "type": "ir.actions.act_window",
        "name": title,
        "res_model": records._name,
        "view_mode": "list,form",
        "domain": [("id", "in", records.ids)],
    }
    if len(records) == 1 and not as_list:
        action |= {
            "view_mode": "form",
            "res_id": records.id,
            "views": [(False, "form")],
        }
    return action
