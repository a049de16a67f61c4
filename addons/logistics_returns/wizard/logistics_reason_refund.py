from odoo import api, fields, models


class LogisticsReason(models.TransientModel):
    _inherit = "logistics.reason"

    deed = fields.Selection(
        selection_add=[
            ("refund_was", "It Was Refunded"),
            ("refund_was_not", "It Was Not Refunded"),
        ],
        ondelete={"refund_was": "cascade", "refund_was_not": "cascade"},
    )

    @api.model
    def _deeds(self):
        """Override of `logistics_events`: a person looked it up at the provider."""
        return super()._deeds() | {
            "refund_was": ("logistics.refund", "action_was_refunded"),
            "refund_was_not": ("logistics.refund", "action_was_not_refunded"),
        }

    @api.model
    def _explanations(self):
        """Override of `logistics_events` to say what follows."""
        return super()._explanations() | {
            "refund_was": self.env._(
                "The customer has the money. Where Odoo knows the payment, it is "
                "posted and matched with the credit note. Cancelling that payment "
                "undoes this."
            ),
            "refund_was_not": self.env._(
                "No money went back, and none is sent by itself. Ask Again on the "
                "refund asks for it anew."
            ),
        }
