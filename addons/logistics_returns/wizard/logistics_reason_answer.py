from odoo import api, fields, models


class LogisticsReason(models.TransientModel):
    _inherit = "logistics.reason"

    deed = fields.Selection(
        selection_add=[
            ("refuse_return", "Refuse the Return"),
            ("close_return", "Close the Return"),
        ],
        ondelete={"refuse_return": "cascade", "close_return": "cascade"},
    )

    @api.model
    def _deeds(self):
        """Override of `logistics_events`: returns are refused and closed."""
        return super()._deeds() | {
            "refuse_return": ("logistics.return", "action_refuse"),
            "close_return": ("logistics.return", "action_close"),
        }

    @api.model
    def _explanations(self):
        """Override of `logistics_events` to say what follows."""
        return super()._explanations() | {
            "refuse_return": self.env._(
                "The goods are not taken back, and nothing is credited for them. The "
                "reason stays with us. Approve or Reopen undoes it."
            ),
            "close_return": self.env._(
                "Nothing more is expected; what came in is still settled. Reopen "
                "undoes it."
            ),
        }
