from odoo import api, models


class LogisticsEvent(models.Model):
    _inherit = "logistics.event"

    @api.model
    def _sighting_columns(self):
        """Override of `logistics_events` to keep the message an event was read from."""
        return (*super()._sighting_columns(), "message_id")

    def _people_behind(self):
        """Override of `logistics_events` to add who decided what a code means, where
        the partner had said it before: it counts since that decision only.
        """
        people = super()._people_behind()
        Version = self.env["logistics.code.map.version"].sudo()
        for event in self.sudo().filtered("raw_code"):
            version = Version.search(
                [
                    ("code_id.adapter", "=", event.source.partition(":")[0]),
                    ("code_id.raw_code", "=", event.raw_code),
                ],
                order="revision desc",
                limit=1,
            )
            said_at = min(event.sighting_ids.mapped("received_at"), default=None)
            if version and said_at and said_at <= version.decided_at:
                people |= version.user_id
        return people
