from odoo import api, fields, models
from odoo.exceptions import UserError

# What can be gone on with: model and method, each of which checks the rights.
DEEDS = {"make_again": ("logistics.effect", "_make_again")}


class LogisticsAhead(models.TransientModel):
    """A person reads how many documents and how much follow, and only then goes on."""

    _name = "logistics.ahead"
    _description = "What Follows"

    deed = fields.Selection(
        [("make_again", "Make Again")], required=True, readonly=True, string="Action"
    )
    res_ids = fields.Json(required=True, readonly=True, string="Records")
    subject = fields.Char(compute="_compute_subject")
    explanation = fields.Char(compute="_compute_explanation")
    impact = fields.Text(string="What Follows", readonly=True)

    @api.depends("deed", "res_ids")
    def _compute_subject(self):
        for dialog in self:
            records = dialog._records() if dialog.deed else None
            dialog.subject = (
                ", ".join(records[:5].mapped("display_name")) if records else False
            )

    @api.depends("deed")
    def _compute_explanation(self):
        texts = self._explanations()
        for dialog in self:
            dialog.explanation = texts.get(dialog.deed, "")

    @api.model
    def _deeds(self):
        """Return what can be gone on with: by deed the model and its method.

        Addons that add a deed to the selection add it here.

        :rtype: dict[str, tuple[str, str]]
        """
        return dict(DEEDS)

    @api.model
    def _explanations(self):
        """Return what each deed does and how it is undone, as the dialog says it.

        :rtype: dict[str, str]
        """
        return {
            "make_again": self.env._(
                "The document that was changed by hand no longer counts, and another "
                "one is made. Cancelling the new one undoes it."
            )
        }

    @api.model
    def _ask(self, deed, records):
        """Say what would follow from a deed; do it at once where nothing would.

        :param str deed: A key of `_deeds`.
        :param records: What it is done with.
        :return: The window that asks, or what the deed returned.
        """
        act = getattr(records, self._deeds()[deed][1])
        impact = self._impact(deed, records, act)
        if not impact:
            return act()
        titles = dict(self._fields["deed"]._description_selection(self.env))
        dialog = self.create({"deed": deed, "res_ids": records.ids, "impact": impact})
        return {
            "type": "ir.actions.act_window",
            "name": titles[deed],
            "res_model": self._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _impact(self, deed, records, act):
        """Say how many documents and how much money would follow from a deed.

        :param Callable act: Does the deed, for a trial.
        :return: Empty when nothing follows.
        :rtype: str
        """
        Effect = self.env["logistics.effect"]
        found = Effect._trial(act)
        if found is None:
            # It is refused, and doing it says why.
            return ""
        if all(row["observed"] for row in found):
            return ""
        seen = self.env.user.company_ids.ids
        return Effect._trial_text([row for row in found if row["company"] in seen])

    def action_go_on(self):
        """Do what was asked about.

        :raise UserError: When the records are gone.
        """
        self.ensure_one()
        records = self._records()
        if not records:
            raise UserError(self.env._("There is nothing left to do this with."))
        records.check_access("read")
        getattr(records, self._deeds()[self.deed][1])()
        return {"type": "ir.actions.act_window_close"}

    def _records(self):
        self.ensure_one()
        model, _method = self._deeds()[self.deed]
        return self.env[model].browse(self.res_ids or []).exists()
