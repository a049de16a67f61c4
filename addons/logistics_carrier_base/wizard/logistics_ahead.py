from odoo import api, fields, models


class LogisticsAhead(models.TransientModel):
    _inherit = "logistics.ahead"

    deed = fields.Selection(
        selection_add=[("apply_code", "Apply")],
        ondelete={"apply_code": "cascade"},
    )

    @api.model
    def _deeds(self):
        """Override of `logistics_events` to add what is done with codes."""
        return super()._deeds() | {"apply_code": ("logistics.code.map", "action_apply")}

    @api.model
    def _explanations(self):
        """Override of `logistics_events` to say what is done with codes."""
        return super()._explanations() | {
            "apply_code": self.env._(
                "All messages with this code are read again with its meaning, and what "
                "followed from the one before is taken back or proposed for credit. "
                "Another meaning, applied, undoes it."
            )
        }

    @api.model
    def _impact(self, deed, records, act):
        """Override of `logistics_events`: a code puts its messages in line, so they
        are read here to know what follows.
        """
        if deed != "apply_code":
            return super()._impact(deed, records, act)
        codes = records.sudo()
        count = len(codes._held_messages())
        if count > codes._trial_limit():
            return self.env._(
                "%s messages hold the code, too many to try out: nobody knows how many "
                "documents follow, and how much.",
                count,
            )
        return super()._impact(deed, records, codes._read_held_again)
