from odoo import api, fields, models


class LogisticsReason(models.TransientModel):
    _inherit = "logistics.reason"

    deed = fields.Selection(
        selection_add=[("undo_finding", "Undo the Inspection")],
        ondelete={"undo_finding": "cascade"},
    )

    @api.model
    def _deeds(self):
        """Override to take back what an inspection found."""
        return super()._deeds() | {
            "undo_finding": ("logistics.return.finding", "action_undo")
        }

    @api.model
    def _explanations(self):
        """Override to say what taking back an inspection does."""
        return super()._explanations() | {
            "undo_finding": self.env._(
                "The goods go back to where they waited and are inspected anew; what "
                "was to be credited for them is not, while it is not credited yet. "
                "Inspecting them again undoes this."
            )
        }

    @api.model
    def _deeds_with_money(self):
        """Override: without an inspection nothing is credited."""
        return super()._deeds_with_money() | {"undo_finding"}
