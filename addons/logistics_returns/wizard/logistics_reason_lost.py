from odoo import api, fields, models


class LogisticsReason(models.TransientModel):
    _inherit = "logistics.reason"

    deed = fields.Selection(
        selection_add=[("confirm_lost", "Count as Lost")],
        ondelete={"confirm_lost": "cascade"},
    )

    @api.model
    def _deeds(self):
        """Override of `logistics_events`: what nobody hears of is lost."""
        return super()._deeds() | {
            "confirm_lost": ("logistics.exception", "action_confirm_lost"),
        }

    @api.model
    def _explanations(self):
        """Override of `logistics_events` to say what follows."""
        return super()._explanations() | {
            "confirm_lost": self.env._(
                "The shipment counts as lost until the carrier reports it again. Where "
                "“Claim and Credit Lost Goods” is switched on, a claim is opened and a "
                "credit proposed. Undo under What Was Done takes it back."
            ),
        }

    @api.model
    def _deeds_with_money(self):
        """Override of `logistics_events`: credits follow of it."""
        return super()._deeds_with_money() | {"confirm_lost"}
