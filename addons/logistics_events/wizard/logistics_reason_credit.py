from odoo import api, fields, models


class LogisticsReason(models.TransientModel):
    _inherit = "logistics.reason"

    deed = fields.Selection(
        selection_add=[("exceed_credit", "Credit Beyond the Invoiced")],
        ondelete={"exceed_credit": "cascade"},
    )

    @api.model
    def _deeds(self):
        """Override: more is credited than was invoiced."""
        return super()._deeds() | {
            "exceed_credit": ("account.move", "_logistics_exceed")
        }

    @api.model
    def _explanations(self):
        """Override to say who agrees, and that it is kept."""
        return super()._explanations() | {
            "exceed_credit": self.env._(
                "This draft may be posted although it credits more than was invoiced, "
                "by exactly what is listed here. Where the rule about credit notes "
                "asks for two people, a colleague in finance agrees first. Who allowed "
                "it and why is kept for good."
            )
        }

    @api.model
    def _impact(self, deed, records):
        """Override to say how much goes beyond the invoiced."""
        if deed == "exceed_credit":
            return "\n".join(filter(None, records.mapped("logistics_credit_beyond")))
        return super()._impact(deed, records)
