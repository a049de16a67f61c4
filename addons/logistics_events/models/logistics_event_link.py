from odoo import fields, models


class LogisticsEventLink(models.Model):
    """To which shipment and parcel an event belongs; the latest decision counts.

    A link without a shipment says that the event belongs to none ("not ours").
    """

    _name = "logistics.event.link"
    _inherit = "logistics.ledger.mixin"
    _description = "Tracking Event Link"
    _log_access = False
    _order = "id desc"

    event_id = fields.Many2one(
        "logistics.event", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    shipment_id = fields.Many2one("logistics.shipment", ondelete="restrict")
    parcel_id = fields.Many2one("logistics.parcel", ondelete="restrict")
    user_id = fields.Many2one("res.users", string="Decided By")
    decided_at = fields.Datetime(required=True, default=fields.Datetime.now)
    reason = fields.Char()
    is_current = fields.Boolean(default=True, required=True)

    _current_idx = models.Index("(shipment_id) WHERE is_current")
    _event_current_uniq = models.UniqueIndex(
        "(event_id) WHERE is_current", "An event has one current link."
    )
