"""What each button does about what is wrong, and what its undo does.

A deed is a generator. It presses the button and yields what the exception is then; it
goes on with the undo and yields what it is again. Without a second yield there is
nothing to take back: the button opened a window, or sent what cannot be called back.

It is `open` as it was before, in every word; `going on` when something about it
changed; `asked again` as a new line about the same.
"""

from odoo.tests import Form

WHY = "Looked into it"
# What is about a shipment leads there by its field, not by a button.
LINK = "shipment_id"
# Cause and button: the deeds; a button that does several things has several.
DEEDS = {}


def deed(button, *causes):
    """Register a deed for a button of some causes."""

    def keep(function):
        for cause in causes:
            DEEDS.setdefault((cause, button), []).append(function)
        return function

    return keep


def dialog(record, action):
    """Return the dialog that an action opens, as a form."""
    Model = record.env[action["res_model"]]
    if action.get("res_id"):
        return Form(Model.browse(action["res_id"]), action.get("view_id"))
    return Form(Model.with_context(**action["context"]))


def confirm(record, action, press="action_confirm", **typed):
    """Fill in a dialog and press its button, twice where it asks first."""
    form = dialog(record, action)
    for name, value in typed.items():
        setattr(form, name, value)
    filled = form.save()
    again = getattr(filled, press)()
    if isinstance(again, dict) and again.get("res_model") == filled._name:
        getattr(filled, press)()
