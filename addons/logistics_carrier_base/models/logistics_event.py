from odoo import api, models


class LogisticsEvent(models.Model):
    _inherit = "logistics.event"

    @api.model
    def _sighting_columns(self):
        """Override of `logistics_events` to keep the message an event was read from."""
        return (*super()._sighting_columns(), "message_id")
