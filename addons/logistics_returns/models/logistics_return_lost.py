"""What the carrier lost: claimed and proposed for credit; found, it is taken back."""

from odoo import models

from odoo.addons.logistics_events import ledger

from ..return_scans import WayBack
from .logistics_policy_trouble import LOST
from .logistics_return_share import ZERO

_OVER = ("credited", "refunded", "closed", "refused")


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _run_lost(self):
        """Claim and credit what is lost now, and take back what is not any more."""
        self._shipments_in_trouble()._logistics_follow_lost()
        self._mark_done()

    def _shipments_in_trouble(self):
        """Return the shipments of the steps, locked, as they are now.

        :rtype: logistics.shipment
        """
        shipments = (
            self.env["logistics.shipment"]
            .sudo()
            .browse(sorted({*self.mapped("res_id")}))
        )
        shipments._lock_for_facts()
        shipments.invalidate_recordset()
        return shipments


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _logistics_follow_lost(self):
        """Let returns, credits and claims say what is lost, no more and no less."""
        for shipment in self:
            parcels = shipment._logistics_trouble_now(LOST)
            event = shipment._logistics_first_event(parcels)
            one = shipment._logistics_lost_return(bool(parcels))
            if not one:
                continue
            wanted = shipment._logistics_lost_goods(parcels, one)
            if wanted is None:
                one._ask_what_is_lost(shipment)
                wanted = {}
            goods = shipment._logistics_of_moves(wanted)
            shipment._logistics_claim("lost", goods, event, one, bool(parcels))
            one._say_lost(shipment, shipment._logistics_less_reshipped(wanted), event)

    def _logistics_lost_return(self, is_lost):
        """Return the return that says what of this shipment is lost, made if need be.

        :param bool is_lost: Whether anything is.
        :rtype: logistics.return
        """
        self.ensure_one()
        Return = self.env["logistics.return"]
        if self.direction == "return":
            one = self.logistics_return_id or Return._waiting_for(self)
            if not one and is_lost:
                one = self._logistics_begin_return("scan")
                if one:
                    one._expect_scanned(self, WayBack(None, None), _none(self))
            if one and not self.logistics_return_id:
                self.logistics_return_id = one
            return one
        known = Return.search([("outbound_ids", "in", self.ids)], order="id")
        own = known.filtered(lambda one: one.kind == "lost")
        turned = known.filtered(
            lambda one: (
                one.kind == "to_sender"
                and not one.shipment_ids
                and (one.state not in _OVER or one._lost_by(self))
            )
        )
        if own or turned or not is_lost:
            return (own or turned)[:1]
        return self._logistics_begin_return("scan", kind="lost")

    def _logistics_begin_return(self, origin, **more):
        """Return a new return of goods of this shipment, empty when nobody is known
        whose they are.

        :param str origin: A value of the return's `origin`.
        :param more: Further values.
        :rtype: logistics.return
        """
        self.ensure_one()
        vals = self._prepare_logistics_return_vals(origin) | more
        Return = self.env["logistics.return"]
        return Return.create(vals) if vals["partner_id"] else Return

    def _logistics_lost_goods(self, parcels, one):
        """Return how much of each line is lost with this shipment.

        :param dict parcels: By parcel what shows it.
        :param logistics.return one: The return that says so.
        :return: In the unit of each line; None when nobody knows what the parcels hold.
        :rtype: dict[logistics.return.line, Decimal] | None
        """
        self.ensure_one()
        if not parcels:
            return {}
        whole = None in parcels or not set(self._counted_parcels().ids) - set(parcels)
        if one.kind == "lost" and self.direction != "return":
            moves = self._logistics_goods_back(() if whole else parcels, one)
            if not whole and not any(moves.values()):
                return None
            found = {}
            for move, quantity in moves.items():
                if quantity > 0:
                    line = one.line_ids.filtered(lambda o, m=move: o.move_id == m)[:1]
                    line = line or one._add_line(move, move.product_id)
                    found[line] = line._to_own_unit(ledger.quantity(quantity), move)
            return found
        told = one._lost_by(self)
        # What is on its way back in a shipment is what its transfers bring.
        moves = self.link_ids.picking_id.move_ids
        others = one.shipment_ids - self
        if not whole or (others and not moves):
            return None
        found = {}
        for line in one.line_ids:
            open_ = ledger.quantity(line.expected_quantity)
            if others:
                bring = moves.filtered(
                    lambda move, line=line: (
                        move.origin_returned_move_id == line.move_id
                        and move.state not in ("done", "cancel")
                    )
                )
                open_ = min(open_, sum((line._demand_of(move) for move in bring), ZERO))
            if open_ + told.get(line, ZERO):
                found[line] = open_ + told.get(line, ZERO)
        return found

    def _logistics_of_moves(self, wanted):
        """Return quantities of lines as quantities of what left for the customer.

        :param dict wanted: By line how much, in its unit.
        :rtype: dict[stock.move, float]
        """
        found = {}
        for line, quantity in wanted.items():
            move = line.move_id
            if move:
                part = line.uom_id._compute_quantity(float(quantity), move.product_uom)
                found[move] = found.get(move, 0.0) + part
        return found

    def _logistics_less_reshipped(self, wanted):
        """Return what is lost and not sent again: that is owed as before.

        :param dict wanted: By line how much is lost, in its unit.
        :rtype: dict[logistics.return.line, Decimal]
        """
        self.ensure_one()
        again = {}
        remedies = self.remedy_ids.filtered(
            lambda one: one.kind == "reship" and not one.undone_at
        )
        for move in remedies.picking_ids.move_ids:
            if move.state != "cancel":
                product = move.product_id
                again.setdefault(product, ZERO)
                again[product] += ledger.quantity(
                    move.product_uom._compute_quantity(
                        move.product_uom_qty, product.uom_id
                    )
                )
        left = {}
        for line, quantity in wanted.items():
            product = line.product_id
            sent = ledger.quantity(
                product.uom_id._compute_quantity(
                    float(again.get(product, ZERO)), line.uom_id
                )
            )
            left[line] = max(quantity - sent, ZERO)
            used = ledger.quantity(
                line.uom_id._compute_quantity(
                    float(quantity - left[line]), product.uom_id
                )
            )
            again[product] = again.get(product, ZERO) - used
        return left


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _lost_by(self, shipment):
        """Return what is said to be lost with a shipment, by line.

        :param logistics.shipment shipment: The shipment.
        :rtype: dict[logistics.return.line, Decimal]
        """
        self.ensure_one()
        found = {}
        for fact in self.fact_ids:
            if fact.kind == "lost" and fact.ref.startswith(f"shipment/{shipment.id}/"):
                found.setdefault(fact.line_id, ZERO)
                found[fact.line_id] += ledger.quantity(fact.quantity)
        return {line: quantity for line, quantity in found.items() if quantity}

    def _say_lost(self, shipment, wanted, event):
        """Say how much more, or less, is lost than was said before.

        :param logistics.shipment shipment: With what it was lost.
        :param dict wanted: By line how much is lost of it, in its unit.
        :param logistics.event event: What shows it; empty when it was found.
        """
        self.ensure_one()
        self._lock()
        told = self._lost_by(shipment)
        number = len(self.fact_ids)
        by = event._people_behind()[:1] or self.env.ref("base.user_root")
        rows = []
        for line in sorted(set(told) | set(wanted), key=lambda line: line.id):
            more = wanted.get(line, ZERO) - told.get(line, ZERO)
            if more:
                attrs = {"line": line, "quantity": more, "event": event, "user": by}
                if more < 0:
                    attrs["note"] = self.env._("Found, or sent again.")
                ref = f"shipment/{shipment.id}/{line.id}/{number}"
                rows.append((self, "lost", ref, attrs))
        if not rows:
            return
        self._say_many(rows)
        if self.kind == "lost":
            # What is found goes on to the customer: nothing comes back.
            for line in self.line_ids:
                asked = float(wanted.get(line, ZERO)) + line.received_quantity
                if line.quantity != asked:
                    line.quantity = asked

    def _ask_what_is_lost(self, shipment):
        """Have a person say what was in the parcels that are lost.

        :param logistics.shipment shipment: Whose parcels.
        """
        self.ensure_one()
        self.env["logistics.exception"]._open(
            "report_differs",
            self,
            self.env._(
                "%(return)s: nobody knows what the lost parcels of %(shipment)s hold. "
                "Add the goods, and decide on them.",
                shipment=shipment.display_name,
                **{"return": self.name},
            ),
            shipment=shipment,
            order=self._only_order(),
            key="lost",
        )


class LogisticsRemedy(models.Model):
    _inherit = "logistics.remedy"

    def _record(self, exception, kind, summary, reason, settles, **more):
        """Override: what is sent again is not credited as well."""
        remedy = super()._record(exception, kind, summary, reason, settles, **more)
        if kind == "reship":
            remedy.sudo()._follow_reshipment()
        return remedy

    def action_undo(self, reason):
        """Override: what is not sent again after all is credited."""
        window = super().action_undo(reason)
        self.sudo().filtered(lambda one: one.kind == "reship")._follow_reshipment()
        return window

    def _follow_reshipment(self):
        shipments = self.shipment_id.filtered(
            lambda one: self.env["logistics.return"].search_count(
                [("outbound_ids", "in", one.ids), ("kind", "=", "lost")], limit=1
            )
        )
        shipments.invalidate_recordset(["remedy_ids"])
        shipments._logistics_follow_lost()


def _none(shipment):
    return shipment.env["stock.picking"]
