"""A connection that fails is not left until the morning."""

from odoo import models


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    def _tells_at_once(self):
        """Override of `logistics_events`: refused by a partner is failing, too."""
        return super()._tells_at_once() or (
            self.category == "configuration"
            and self.res_model == "logistics.connection"
        )
