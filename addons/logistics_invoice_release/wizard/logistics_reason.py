from odoo import api, fields, models


class LogisticsReason(models.TransientModel):
    _inherit = "logistics.reason"

    deed = fields.Selection(
        selection_add=[
            ("hold_again", "Hold Again"),
            ("propose_credit", "Propose Credit Note"),
        ],
        ondelete={"hold_again": "cascade", "propose_credit": "cascade"},
    )

    @api.model
    def _deeds(self):
        """Override of `logistics_events` to hold the goods of an order again."""
        return super()._deeds() | {
            "hold_again": ("sale.order", "action_logistics_hold_again"),
            "propose_credit": ("sale.order", "action_logistics_propose_credit"),
        }

    @api.model
    def _deeds_with_money(self):
        """Override of `logistics_events`: drafts are taken back, credits proposed."""
        return super()._deeds_with_money() | {"hold_again", "propose_credit"}

    @api.model
    def _explanations(self):
        """Override of `logistics_events` to say what holding again does."""
        return super()._explanations() | {
            "hold_again": self.env._(
                "What people said about the delivery no longer counts, and drafts made "
                "because of it are taken back. Recording the proof or releasing again "
                "undoes it."
            ),
            "propose_credit": self.env._(
                "What people said about the delivery no longer counts, and a credit "
                "note is proposed, which somebody approves. Recording the proof or "
                "releasing again undoes it."
            ),
        }
