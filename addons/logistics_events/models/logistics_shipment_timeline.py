"""The history of a shipment in the words of a person, newest first."""

from odoo import api, fields, models

from .. import vocabulary
from ..timeline import CROSSED_OUT, STANDINGS, standings
from .logistics_event_screen import offset_text


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    timeline = fields.Json(
        compute="_compute_timeline",
        help="What was told about the shipment, and what became of it.",
    )
    delivered_text = fields.Char(
        string="Delivered On",
        compute="_compute_delivered_text",
        help="The time on the clock at the place of delivery.",
    )

    @api.depends("fact_version")
    def _compute_timeline(self):
        may_open = self.env["logistics.event"].has_access("read")
        standings_by_shipment = self.sudo()._standings()
        for shipment in self:
            known = standings_by_shipment.get(shipment.id, {})
            events = self.env["logistics.event"].sudo().browse(list(known))
            entries = [
                shipment.sudo()._timeline_entry(event, known[event.id])
                | {"can_open": may_open}
                for event in events
            ]
            shipment.timeline = sorted(
                entries, key=lambda entry: (entry["at"], entry["id"]), reverse=True
            )

    @api.depends("folded", "delivered_at", "delivered_precision")
    def _compute_delivered_text(self):
        for shipment in self:
            event = shipment.sudo()._delivery_event()
            if event and shipment.delivered_at:
                shipment.delivered_text = event.occurred_text
            else:
                shipment.delivered_text = False

    def _standings(self):
        """Return how every event of the shipments stands, see `timeline.standings`.

        :return: By shipment id, by event id.
        :rtype: dict[int, dict[int, str]]
        """
        saved = self.filtered(lambda shipment: isinstance(shipment.id, int))
        if not saved:
            return {}
        facts = saved._load_facts()
        result = {}
        for shipment in saved:
            own = facts.get(shipment.id, [])
            result[shipment.id] = standings(own, shipment._fold(own))
        return result

    def _eta_day(self):
        """Return the expected day at the place, empty unless only a day was told.

        The moment that stands for it can be another day on another clock.

        :rtype: datetime.date | bool
        """
        self.ensure_one()
        leg = (self.folded or {}).get(self._leg()) or {}
        return fields.Date.to_date(leg.get("eta_day") or False)

    def _delivery_event(self):
        """Return the event that shows when the last parcel arrived.

        :rtype: logistics.event
        """
        self.ensure_one()
        leg = (self.folded or {}).get(self._leg()) or {}
        evidence = [
            known["evidence"]
            for known in leg.get("parcels", {}).values()
            if known["state"] in ("delivered", "return_received") and known["evidence"]
        ]
        events = self.env["logistics.event"].browse(evidence).exists()
        return events.sorted(
            lambda event: (event.occurred_at or event.stored_at, event.id)
        )[-1:]

    # === BUSINESS METHODS === #

    def _timeline_entry(self, event, standing):
        """Return what the timeline shows of one event.

        :param logistics.event event: The event.
        :param str standing: A key of `timeline.STANDINGS`.
        :rtype: dict
        """
        planned = event.classifier in ("estimated", "planned")
        told_at = event.recorded_at or event.sighting_ids[:1].received_at
        # A forecast stands where it was made, not where it points to.
        at = (told_at if planned else event.occurred_at) or event.stored_at
        return {
            "id": event.id,
            "at": fields.Datetime.to_string(at),
            "title": event._title(),
            "icon": _icon(event),
            "standing": standing,
            "standing_text": ""
            if standing == "counts"
            else self._standing_text(standing),
            "crossed_out": standing in CROSSED_OUT,
            **_clock(at, event, planned),
            "expected": _clock(event.occurred_at, event) if planned else None,
            "place": event.place or "",
            "parcel": event.parcel_id.tracking_number
            if len(self.parcel_ids) > 1
            else "",
            "signer": event.signer or "",
            "reason": event._reason_text(),
            "text": event.raw_text or "",
            "code": event.raw_code or "",
            "sources": event._sources(),
            "trust": event.trust_text or "",
        }

    @api.model
    def _standing_text(self, standing):
        return {
            "replaced": self.env._("Replaced by a newer version"),
            "withdrawn": self.env._("Withdrawn"),
            "conflict": self.env._("Disputed: two versions disagree"),
            "contradiction": self.env._("Contradicts the delivery"),
            "ignored": self.env._("Out of place: does not count"),
        }.get(standing, STANDINGS[standing])


def _icon(event):
    """Return the icon and colour of an event's dot: Font Awesome and Bootstrap."""
    if event.classifier == "retracted":
        return {"name": "fa-undo", "tone": "secondary"}
    if event.event_type in _ICONS:
        name, tone = _ICONS[event.event_type]
        return {"name": name, "tone": tone}
    kind = vocabulary.EVENT_TYPES[event.event_type]
    if kind.category == "exception":
        return {"name": "fa-exclamation", "tone": "warning"}
    return {"name": "fa-circle", "tone": "secondary"}


def _clock(moment, event, planned=False):
    """Return the day, the time and the offset as the people at the place read them."""
    if not moment or (event.precision == "none" and not planned):
        return {"day": "", "time": "", "offset": "", "assumed": False}
    if event.precision == "date" and not planned:
        return {
            "day": fields.Date.to_string(moment.date()),
            "time": "",
            "offset": "",
            "assumed": False,
        }
    local = event._on_the_clock(moment)
    return {
        "day": fields.Date.to_string(local.date()),
        "time": local.strftime("%H:%M"),
        "offset": offset_text(local.utcoffset()),
        "assumed": event.zone_source == "assumed",
    }


_ICONS = {
    "shipment_booked": ("fa-calendar-check-o", "secondary"),
    "shipment_created": ("fa-tag", "secondary"),
    "shipment_cancelled": ("fa-ban", "secondary"),
    "eta_updated": ("fa-clock-o", "info"),
    "dispatched": ("fa-sign-out", "primary"),
    "picked_up": ("fa-hand-paper-o", "primary"),
    "departed_facility": ("fa-truck", "primary"),
    "arrived_facility": ("fa-building-o", "primary"),
    "in_transit": ("fa-truck", "primary"),
    "out_for_delivery": ("fa-truck", "primary"),
    "available_for_pickup": ("fa-shopping-basket", "primary"),
    "delivered": ("fa-check", "success"),
    "return_received": ("fa-check", "success"),
    "pod_available": ("fa-file-text-o", "info"),
    "document_available": ("fa-file-text-o", "info"),
    "refused": ("fa-times", "danger"),
    "delivery_failed": ("fa-times", "danger"),
    "lost": ("fa-times", "danger"),
    "damaged": ("fa-chain-broken", "danger"),
    "returning_to_sender": ("fa-reply", "warning"),
    "returned_to_sender": ("fa-reply", "warning"),
    "customs_hold": ("fa-shield", "warning"),
    "unmapped": ("fa-question", "warning"),
}
