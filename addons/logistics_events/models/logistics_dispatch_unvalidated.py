"""Goods that move although nobody validated their transfer."""

from odoo import models

from .. import vocabulary
from .logistics_dispatch_transfer import TRIGGERS


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _logistics_note_unvalidated(self, folded, facts):
        """Tell a person of goods that move although their transfer is not done."""
        Exception_ = self.env["logistics.exception"]
        moved = self.filtered(
            lambda shipment: shipment._logistics_has_moved(folded, facts)
        )
        others = self - moved
        if others:
            Exception_.search(
                [
                    ("shipment_id", "in", others.ids),
                    ("category", "=", "moved_not_validated"),
                    ("effect_id", "=", False),
                    ("state", "in", ["open", "snoozed"]),
                ]
            )._close(self.env._("The events no longer say that the goods moved."))
        if not moved:
            return
        links = self.env["logistics.shipment.picking"].search(
            [
                ("shipment_id", "in", moved.ids),
                ("replaced_by_id", "=", False),
                ("picking_id.state", "not in", ["done", "cancel"]),
            ]
        )
        if not links:
            return
        reported = links.picking_id._logistics_reported()
        for link in links:
            picking, shipment = link.picking_id, link.shipment_id
            if picking in reported or not shipment._logistics_carries(
                picking, facts.get(shipment.id, ())
            ):
                continue
            Exception_._open(
                "moved_not_validated",
                picking,
                self.env._(
                    "%(transfer)s is not validated, but its goods are on the way "
                    "(%(shipment)s).",
                    transfer=picking.name,
                    shipment=shipment.display_name,
                ),
                shipment=shipment,
                order=picking.move_ids.sale_line_id.order_id[:1],
            )

    def _logistics_has_moved(self, folded, facts):
        """Whether somebody else says that the goods of a delivery have left."""
        self.ensure_one()
        leg = self._main_leg(folded[self.id])
        return (
            self.direction in ("outgoing", "dropship")
            and leg
            and _has_left(leg.state)
            and any(_is_outside_scan(fact) for fact in facts.get(self.id, ()))
        )

    def _logistics_carries(self, picking, facts):
        """Whether the parcels that moved can hold goods of a transfer."""
        self.ensure_one()
        if TRIGGERS.get(picking._logistics_direction()) != "dispatched":
            return False
        scanned = {fact.parcel for fact in facts if _is_outside_scan(fact)}
        parcels = self.parcel_ids.filtered(lambda parcel: parcel.id in scanned)
        if None in scanned or any(not parcel.line_ids for parcel in parcels):
            return True
        return picking in parcels.line_ids.move_id.picking_id


def _rank(code):
    kind = vocabulary.EVENT_TYPES.get(code)
    return (kind.rank if kind else None) or 0


def _has_left(state):
    if state in (None, "shipment_cancelled"):
        return False
    # Some parcels have arrived: no code of the vocabulary, and surely gone.
    return state not in vocabulary.EVENT_TYPES or _rank(state) >= 30


def _is_outside_scan(fact):
    return (
        fact.classifier == "actual"
        and not fact.key.startswith("odoo|")
        and fact.event_type != "shipment_cancelled"
        and _rank(fact.event_type) >= 30
    )
