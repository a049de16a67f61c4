from odoo import api, fields, models


class LogisticsReason(models.TransientModel):
    _inherit = "logistics.reason"

    deed = fields.Selection(
        selection_add=[
            ("bill_genuine", "Genuine"),
            ("bill_duplicate", "Duplicate"),
            ("bill_refuse", "Refuse"),
        ],
        ondelete={
            "bill_genuine": "cascade",
            "bill_duplicate": "cascade",
            "bill_refuse": "cascade",
        },
    )

    @api.model
    def _deeds(self):
        """Override of `logistics_events` to decide about stopped bills."""
        return super()._deeds() | {
            "bill_genuine": ("logistics.freight.bill", "action_genuine"),
            "bill_duplicate": ("logistics.freight.bill", "action_duplicate"),
            "bill_refuse": ("logistics.freight.bill", "action_refuse"),
        }

    @api.model
    def _explanations(self):
        """Override of `logistics_events` to say what follows for a bill."""
        return super()._explanations() | {
            "bill_genuine": self.env._(
                "The bill goes on once a second person of finance agrees. Duplicate "
                "undoes it until then."
            ),
            "bill_duplicate": self.env._(
                "The bill is refused and kept, and a reply to the carrier is drafted. "
                "Nothing is sent before you send it. Reopen undoes it."
            ),
            "bill_refuse": self.env._(
                "The bill is not posted, and kept with the reason. The carrier may "
                "send its number once more. Reopen undoes it, but for a bill that was "
                "held: its disputes end, and its charges wait for another bill."
            ),
        }
