"""What follows from a release, for dialogs that say it beforehand."""

from odoo import api, models


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _document_actions(self):
        """Override of `logistics_events`: invoices are made and taken back."""
        return super()._document_actions() | {"invoice"}

    @api.model
    def _bookkeeping_actions(self):
        """Override of `logistics_events`: a release asks for invoices and credits."""
        return super()._bookkeeping_actions() | {"release"}
