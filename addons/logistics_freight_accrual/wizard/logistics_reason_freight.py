from odoo import api, fields, models


class LogisticsReason(models.TransientModel):
    _inherit = "logistics.reason"

    deed = fields.Selection(
        selection_add=[
            ("accept_freight_line", "Accept the Lines"),
            ("accept_freight_total", "Accept the Total"),
        ],
        ondelete={
            "accept_freight_line": "cascade",
            "accept_freight_total": "cascade",
        },
    )

    @api.model
    def _deeds(self):
        """Override of `logistics_events`: what is out of tolerance is accepted."""
        return super()._deeds() | {
            "accept_freight_line": ("logistics.freight.bill.line", "action_accept"),
            "accept_freight_total": (
                "logistics.freight.bill",
                "action_accept_header",
            ),
        }

    @api.model
    def _explanations(self):
        """Override of `logistics_events` to say what is paid then."""
        return super()._explanations() | {
            "accept_freight_line": self.env._(
                "The lines are paid as billed. Above 100 somebody else agrees before "
                "the bill is posted, above 1,000 two people. Doubt Again undoes it."
            ),
            "accept_freight_total": self.env._(
                "The bill goes on with its total. Above 100 somebody else agrees "
                "before it is posted, above 1,000 two people."
            ),
        }
