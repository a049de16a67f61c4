"""Damaged on delivery: one return and one claim, whoever says it first."""

from odoo import api, models

from odoo.addons.logistics_events import ledger

from .logistics_policy_trouble import DAMAGED
from .logistics_shipment_trouble import TOLD

_OVER = ("credited", "refunded", "closed", "refused")
_DECIDE = "mail.mail_activity_data_todo"
# Reasons of which the carrier pays the way back are about what happened on the way.
_BLAMED = "carrier"


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _run_damaged(self):
        """Begin the return of damaged goods and claim them, or take both back."""
        self._shipments_in_trouble()._logistics_follow_damaged()
        self._mark_done()


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _logistics_follow_damaged(self):
        """Let one return, and one claim, say that goods arrived damaged."""
        for shipment in self:
            found = shipment._logistics_trouble_now(DAMAGED)
            reported = {key: refs for key, refs in found.items() if key != TOLD}
            event = shipment._logistics_first_event(reported)
            one = shipment._logistics_damaged_return(reported)
            if not one:
                shipment._logistics_claim("damaged", {}, event, one, False)
                continue
            if one._is_unannounced() and one.kind == "damaged":
                one._expect_damaged(shipment, reported)
            goods = shipment._logistics_of_moves(
                {
                    line: ledger.quantity(line.quantity)
                    for line in one.line_ids
                    if line.move_id.picking_id in shipment.link_ids.picking_id
                }
            )
            shipment._logistics_claim("damaged", goods, event, one, bool(found))

    def _logistics_damaged_return(self, reported):
        """Return the return about what arrived damaged, made if need be.

        Where all of the goods are announced to come back already, that is it.

        :param dict reported: By parcel what the carrier says of damage.
        :rtype: logistics.return
        """
        self.ensure_one()
        Return = self.env["logistics.return"]
        known = Return.search([("outbound_ids", "in", self.ids)], order="id")
        about = known.filtered(lambda one: one.kind == "damaged")
        if about or not reported:
            wanted = about.filtered(lambda one: one._is_wanted())
            return (wanted or about)[:1]
        goods = self._logistics_goods_back(_of_parcels(self, reported))
        announced = known.filtered(lambda one: one.kind == "customer")[-1:]
        if announced and not any(goods.values()):
            if announced.state not in _OVER:
                announced.kind = "damaged"
            return announced
        return self._logistics_begin_return(
            "scan",
            kind="damaged",
            reason_id=self._logistics_damage_reason().id,
            freight_payer="carrier",
        )

    @api.model
    def _logistics_damage_reason(self):
        return self.env["logistics.return.reason"].search(
            [("code", "=", "damaged")], limit=1
        )


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: goods that a carrier damaged are another kind of return."""
        Reason = self.env["logistics.return.reason"].sudo()
        for vals in vals_list:
            reason = Reason.browse(vals.get("reason_id"))
            if "kind" not in vals and reason.freight_payer == _BLAMED:
                vals["kind"] = "damaged"
        returns = super().create(vals_list)
        told = returns.filtered(lambda one: one.kind == "damaged")
        # The goods are written before the shipments they came with.
        told.sudo().outbound_ids._logistics_wish_troubles()
        return returns

    def write(self, vals):
        """Override: another reason may say that a carrier damaged the goods."""
        result = super().write(vals)
        if "reason_id" in vals and "kind" not in vals:
            blamed = self.reason_id.sudo().freight_payer == _BLAMED
            kind = "damaged" if blamed else "customer"
            changed = self.filtered(
                lambda one: (
                    one.kind in ("customer", "damaged")
                    and one.kind != kind
                    # What the carrier says is not taken back by another reason.
                    and (blamed or one.origin != "scan")
                    and not any(one.line_ids.mapped("inspected_quantity"))
                )
            )
            if changed:
                changed.kind = kind
        if {"kind", "outbound_ids"} & set(vals):
            self.sudo().outbound_ids._logistics_wish_troubles()
        if "photo_ids" in vals:
            self.sudo().claim_ids._attach_evidence()
        return result

    # === BUSINESS METHODS === #

    def _follow(self, positions):
        """Override: what customers and colleagues call damaged is claimed."""
        result = super()._follow(positions)
        told = self.browse(
            one.id
            for one in positions
            if one.kind == "damaged" and not one._is_unannounced()
        )
        told.sudo().outbound_ids._logistics_wish_troubles()
        return result

    def _is_wanted(self):
        """Return whether somebody still wants something of the return.

        :rtype: bool
        """
        self.ensure_one()
        return self.state not in ("closed", "refused") or any(
            line._compensated() > 0 for line in self.line_ids
        )

    def _is_only_reported(self):
        """Return whether only a carrier says that the goods arrived damaged: the
        customer has them, and may still announce them.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.kind == "damaged"
            and self.state == "requested"
            and self._is_unannounced()
        )

    def _expect_damaged(self, shipment, reported):
        """Say which goods arrived damaged, as far as only the carrier says so.

        :param logistics.shipment shipment: With what they came.
        :param dict reported: By parcel what the carrier says of damage.
        """
        self.ensure_one()
        if self.fact_ids.filtered(
            lambda fact: fact.kind not in ("requested", "withdrawn")
        ):
            return
        is_new = not self.fact_ids
        goods = (
            shipment._logistics_goods_back(_of_parcels(shipment, reported), self)
            if reported
            else {}
        )
        known = {line.move_id: line for line in self.line_ids}
        for move, quantity in goods.items():
            if quantity > 0 and move not in known:
                known[move] = self._add_line(move, move.product_id)
        for move, line in known.items():
            quantity = line._to_own_unit(ledger.quantity(goods.get(move, 0.0)), move)
            if line.quantity != float(quantity):
                line.quantity = float(quantity)
        user = self._responsible()
        if is_new and user:
            self.activity_schedule(
                _DECIDE,
                summary=self.env._(
                    "Decide on damaged goods: they come back, are kept or replaced"
                ),
                user_id=user.id,
            )
        if reported and not any(goods.values()):
            self.message_post(
                body=self.env._(
                    "Nobody knows which goods of %s are damaged: ask the customer.",
                    shipment.display_name,
                )
            )


def _of_parcels(shipment, reported):
    """Return the parcels that are damaged; empty for all, or where nobody knows."""
    whole = set(shipment._counted_parcels().ids) <= set(reported)
    return () if whole or None in reported else tuple(reported)
