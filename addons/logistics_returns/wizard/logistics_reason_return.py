from odoo import api, fields, models


class LogisticsReason(models.TransientModel):
    _inherit = "logistics.reason"

    deed = fields.Selection(
        selection_add=[
            ("take_back_let_go", "Take Back the Decision"),
            ("take_back_grant", "Take Back the Goodwill"),
        ],
        ondelete={"take_back_let_go": "cascade", "take_back_grant": "cascade"},
    )

    @api.model
    def _deeds(self):
        """Override of `logistics_events`: exceptions for customers are taken back."""
        return super()._deeds() | {
            "take_back_let_go": ("logistics.return", "_take_back_let_go"),
            "take_back_grant": ("logistics.return.grant", "action_withdraw"),
        }

    @api.model
    def _explanations(self):
        """Override of `logistics_events` to say what follows."""
        return super()._explanations() | {
            "take_back_let_go": self.env._(
                "Goods that were to be credited without coming back are owed again; "
                "what is credited already is invoiced again, once agreed to. Decide "
                "undoes it."
            ),
            "take_back_grant": self.env._(
                "The amount is not credited; where it is already, it is invoiced "
                "again, once agreed to. Granting it again undoes this."
            ),
        }

    @api.model
    def _deeds_with_money(self):
        """Override of `logistics_events`: documents follow of both."""
        return super()._deeds_with_money() | {"take_back_let_go", "take_back_grant"}
