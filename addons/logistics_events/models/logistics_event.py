from odoo import api, fields, models

from .. import vocabulary


class LogisticsEvent(models.Model):
    """One thing that happened to a shipment, as somebody told it. Never changed.

    The attributes are those of the canonical vocabulary. The same fact told twice is
    one row with two sources; another content or another mapping is another row, and
    the shipment decides which counts (see `fold.py`).
    """

    _name = "logistics.event"
    _inherit = "logistics.ledger.mixin"
    _description = "Tracking Event"
    _log_access = False
    _order = "id desc"
    _rec_name = "event_type"

    company_id = fields.Many2one("res.company", required=True)
    event_key = fields.Char(required=True)
    content_hash = fields.Char(required=True)
    mapping_version = fields.Integer(required=True, default=0)
    adapter_version = fields.Char()
    source = fields.Char(required=True)
    stored_at = fields.Datetime(required=True, default=fields.Datetime.now)

    event_type = fields.Selection(
        [(code, kind.label) for code, kind in vocabulary.EVENT_TYPES.items()],
        required=True,
    )
    classifier = fields.Selection(
        [
            ("actual", "Actual"),
            ("estimated", "Estimated"),
            ("planned", "Planned"),
            ("retracted", "Withdrawn"),
        ],
        required=True,
        default="actual",
    )
    occurred_at = fields.Datetime(help="UTC; a date-only event stands at 00:00.")
    occurred_offset = fields.Integer(
        help="Minutes east of UTC at the place of the event, when known."
    )
    zone = fields.Char(help="IANA time zone of the place, when known.")
    zone_source = fields.Selection(
        [
            ("given", "Given"),
            ("derived", "Derived from the Place"),
            ("assumed", "Assumed"),
            ("none", "None"),
        ],
        required=True,
        default="none",
    )
    precision = fields.Selection(
        [
            ("instant", "Exact Time"),
            ("local", "Local Time"),
            ("date", "Date Only"),
            ("none", "No Time"),
        ],
        required=True,
        default="none",
    )
    recorded_at = fields.Datetime(string="Written by the Source at")
    source_event_id = fields.Char(string="Source's Identifier")
    source_row = fields.Integer()
    tracking_number = fields.Char()
    leg = fields.Selection(
        [("outbound", "Outbound"), ("return", "Return")],
        required=True,
        default="outbound",
    )
    location = fields.Json()
    reason = fields.Char()
    delivery_mode = fields.Char()
    signer = fields.Char()
    documents = fields.Json()
    amount = fields.Float(digits=0)
    currency = fields.Char()
    raw_code = fields.Char(string="Source's Code")
    raw_text = fields.Char(string="Source's Text")
    voids = fields.Char(string="Withdraws")
    voids_key = fields.Char()
    references = fields.Json()
    lines = fields.Json()
    correlation_id = fields.Char()

    link_ids = fields.One2many("logistics.event.link", "event_id")
    sighting_ids = fields.One2many("logistics.sighting", "event_id", string="Told By")
    shipment_id = fields.Many2one(
        "logistics.shipment",
        compute="_compute_shipment_id",
        search="_search_shipment_id",
    )
    parcel_id = fields.Many2one("logistics.parcel", compute="_compute_shipment_id")
    place = fields.Char(compute="_compute_place")

    _fact_uniq = models.UniqueIndex(
        "(company_id, event_key, content_hash, mapping_version)",
        "This tracking event is already recorded.",
    )
    _stored_idx = models.Index("(stored_at)")
    _number_idx = models.Index("(tracking_number, occurred_at)")

    # === COMPUTE METHODS === #

    @api.depends("link_ids.is_current")
    def _compute_shipment_id(self):
        links = {
            link.event_id: link
            for link in self.env["logistics.event.link"].search(
                [("event_id", "in", self.ids), ("is_current", "=", True)]
            )
        }
        for event in self:
            link = links.get(event)
            event.shipment_id = link.shipment_id if link else False
            event.parcel_id = link.parcel_id if link else False

    def _search_shipment_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        links = self.env["logistics.event.link"].search(
            [("shipment_id", "in", list(value)), ("is_current", "=", True)]
        )
        return [("id", "in", links.event_id.ids)]

    @api.depends("location")
    def _compute_place(self):
        for event in self:
            place = event.location or {}
            event.place = ", ".join(
                place[part]
                for part in ("name", "city", "state", "country")
                if place.get(part)
            )
