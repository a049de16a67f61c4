from odoo import fields, models

from .logistics_return_expect import EXPECT


class LogisticsPolicy(models.Model):
    _inherit = "logistics.policy"

    action = fields.Selection(
        selection_add=[(EXPECT, "Expect Returned Goods")],
        ondelete={EXPECT: "cascade"},
    )

    def _subject_model(self):
        """Override: what is expected is about a return."""
        if self.action == EXPECT:
            return "logistics.return"
        return super()._subject_model()
