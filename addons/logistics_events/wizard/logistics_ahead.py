from odoo import api, fields, models

# What can be gone on with: model and method, each of which checks the rights.
DEEDS = {"make_again": ("logistics.effect", "_make_again")}


class LogisticsAhead(models.TransientModel):
    """A person reads how many documents and how much follow, and only then goes on."""

    _name = "logistics.ahead"
    _inherit = "logistics.deed.mixin"
    _description = "What Follows"

    deed = fields.Selection(
        [("make_again", "Make Again")], required=True, readonly=True, string="Action"
    )

    @api.model
    def _deeds(self):
        """Implementation of `logistics.deed.mixin`."""
        return dict(DEEDS)

    @api.model
    def _explanations(self):
        """Implementation of `logistics.deed.mixin`."""
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
        act = self._act_of(deed, records)
        impact = self._impact(deed, records, act)
        if not impact:
            return act()
        dialog = self.create({"deed": deed, "res_ids": records.ids, "impact": impact})
        return self._window_of(deed, res_id=dialog.id)

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
        """Do what was asked about."""
        self._do()
        return {"type": "ir.actions.act_window_close"}
