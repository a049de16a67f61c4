from odoo import fields, models


class LogisticsSighting(models.Model):
    _inherit = "logistics.sighting"

    message_id = fields.Many2one("logistics.message", ondelete="restrict")

    _message_idx = models.Index("(message_id) WHERE message_id IS NOT NULL")
