from odoo import fields, models


class LogisticsSighting(models.Model):
    """One time an event was told to us: by which channel, when, how trustworthy."""

    _name = "logistics.sighting"
    _inherit = "logistics.ledger.mixin"
    _description = "Tracking Event Source"
    _log_access = False
    _order = "id"

    event_id = fields.Many2one("logistics.event", required=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True)
    channel = fields.Selection(
        [
            ("webhook", "Webhook"),
            ("poll", "Poll"),
            ("file", "File"),
            ("manual", "Person"),
            ("odoo", "Odoo"),
        ],
        required=True,
    )
    source = fields.Char(required=True, help="The partner or person that said so.")
    reference = fields.Char(
        required=True, help="The message or record it was read from."
    )
    received_at = fields.Datetime(required=True, default=fields.Datetime.now)
    trust = fields.Integer(required=True)
    user_id = fields.Many2one("res.users")

    _reference_uniq = models.UniqueIndex(
        "(event_id, reference)", "This source is already noted on the event."
    )
