import json

from odoo import fields, models


class LogisticsBenchRow(models.Model):
    """The least an event can change: three fields of a row."""

    _name = "logistics.bench.row"
    _description = "Benchmark Row"
    _log_access = False

    state = fields.Char()
    occurred = fields.Char()
    tracking_number = fields.Char()

    def _apply(self, body):
        data = json.loads(body)["data"]
        self.write(
            {
                "state": data["event_type"],
                "occurred": data["occurred_at"],
                "tracking_number": data["tracking_number"],
            }
        )
