"""What of a delivery may still come back, and until when."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from odoo import fields, models

from odoo.addons.logistics_events import ledger

from .. import return_bounds


@dataclass(frozen=True)
class Offer:
    """Goods of one delivery that a customer may send back.

    :param str key: Tells it from the other goods of the order.
    :param move: The delivered stock.move.
    :param lot: The stock.lot, empty for goods without lots.
    :param Decimal delivered: How much was delivered, in the unit of the sold line or,
        for a part of a kit, of the part.
    :param Decimal left: How much may still come back, in that unit.
    :param date until: The last day on which a return can be announced.
    """

    key: str
    move: object
    lot: object
    delivered: Decimal
    left: Decimal
    until: date

    @property
    def line(self):
        """Return the sold line.

        :rtype: sale.order.line
        """
        return self.move.sale_line_id

    def product_name(self):
        """Return the name of the goods as a customer knows them.

        :rtype: str
        """
        product = self.move.product_id.with_context(display_default_code=False)
        name = product.display_name
        kit = self.line.product_id - product
        if kit:
            name = (
                f"{name} ({kit.with_context(display_default_code=False).display_name})"
            )
        return f"{name} ({self.lot.name})" if self.lot else name

    def refusal(self, asked):
        """Return why a quantity cannot be announced, see `return_bounds.refusal`.

        :param Decimal asked: Any number somebody typed.
        :rtype: str
        """
        gone = return_bounds.Gone(self.delivered, self.delivered - self.left)
        return return_bounds.refusal(asked, gone, self.step())

    def step(self):
        """Return the smallest quantity of the unit.

        :rtype: Decimal
        """
        return ledger.quantity(self.unit().rounding)

    def unit(self):
        """Return the unit of the quantities.

        :rtype: uom.uom
        """
        return self.move._logistics_offer_unit()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _logistics_return_offers(self):
        """Return what the customer may announce to come back now.

        :return: What is left of each delivered piece; nothing where the company takes
            no returns on the portal or the time is over.
        :rtype: list[Offer]
        """
        self.ensure_one()
        order_sudo = self.sudo()
        today = order_sudo.company_id._logistics_today()
        return [
            offer
            for offer in order_sudo._logistics_delivered_moves()._logistics_offers()
            if offer.left > 0 and offer.until and offer.until >= today
        ]

    def _logistics_return_url(self, user):
        """Return where goods of the order are sent back on the portal.

        :param res.users user: The reader.
        :return: "" when it is not theirs, or nothing may come back now.
        :rtype: str
        """
        self.ensure_one()
        own = self.sudo().filtered_domain(self._logistics_own_domain(user))
        if not own or not own._logistics_return_offers():
            return ""
        return f"/my/orders/{self.id}/return"

    def _logistics_delivered_with(self, shipment_id):
        """Return what came with one of the shipments of the order.

        :param str | None shipment_id: As it stands in an address; anything at all.
        :return: The moves; empty when it is no shipment of this order.
        :rtype: stock.move
        """
        self.ensure_one()
        moves_sudo = self.sudo()._logistics_delivered_moves()
        return moves_sudo.filtered(
            lambda move: (
                shipment_id
                in map(str, move.picking_id.logistics_link_ids.shipment_id.ids)
            )
        )

    def _logistics_delivered_moves(self):
        """Return the moves that brought sold goods to the customer, in order.

        :rtype: stock.move
        """
        self.ensure_one()
        return self.order_line.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id._is_outgoing()
        ).sorted("id")


class StockMove(models.Model):
    _inherit = "stock.move"

    def _logistics_offers(self):
        """Return what may come back of delivered goods, lot by lot.

        :rtype: list[Offer]
        """
        offers = []
        for move in self:
            until = move._logistics_return_until()
            for lot, delivered, left in move._logistics_lots_left():
                offers.append(
                    Offer(
                        key=f"{move.id}-{lot.id}" if lot else str(move.id),
                        move=move,
                        lot=lot,
                        delivered=move._logistics_in_offer_unit(delivered),
                        left=move._logistics_in_offer_unit(left),
                        until=until,
                    )
                )
        return offers

    def _logistics_return_until(self):
        """Return the last day on which the customer may announce a return.

        The days count from the day on which the carrier says it delivered, and where
        no carrier says so from the day on which the goods left.

        :return: The day at the company; False where it takes no returns on the portal.
        :rtype: date | bool
        """
        self.ensure_one()
        company = self.company_id
        days = company.logistics_return_portal_days
        if not days:
            return False
        links = self.picking_id.logistics_link_ids.filtered(
            lambda link: not link.replaced_by_id
        )
        arrived = [at for at in links.shipment_id.mapped("delivered_at") if at]
        start = max(arrived, default=self.picking_id.date_done or self.date)
        zone = company.partner_id.tz or "UTC"
        day = fields.Datetime.context_timestamp(self.with_context(tz=zone), start)
        return day.date() + timedelta(days=days)

    def _logistics_returnable(self):
        """Return what nobody gave back or is about to, and what was not let go.

        :return: In the unit of the move, in all and by lot.
        :rtype: tuple[Decimal, return_bounds.Gone]
        """
        self.ensure_one()
        gone = self._logistics_gone(waiting=True)
        zero = ledger.quantity(0)
        return max(gone.left - self._logistics_let_go(), zero), gone

    def _logistics_let_go(self):
        """Return how much of it customers keep or carriers lost.

        :rtype: Decimal
        """
        self.ensure_one()
        told = self.env["logistics.return.fact"]._read_group(
            [("line_id.move_id", "=", self.id), ("kind", "in", ("kept", "lost"))],
            ["line_id"],
            ["quantity:sum"],
        )
        return sum(
            (line._logistics_in_move_unit(max(total, 0.0)) for line, total in told),
            ledger.quantity(0),
        )

    def _logistics_lots_left(self):
        """Return lot by lot what was delivered and what may still come back.

        :return: Lot (empty for goods without), delivered, left: in the move's unit.
        :rtype: list[tuple[stock.lot, Decimal, Decimal]]
        """
        self.ensure_one()
        left, gone = self._logistics_returnable()
        lots = self.env["stock.lot"]
        if not gone.lots:
            return [(lots, gone.delivered, left)]
        announced = self.env["logistics.return.line"].search(
            [("move_id", "=", self.id), ("expected_quantity", ">", 0)]
        )
        found = []
        for lot in lots.union(*gone.lots).sorted("id"):
            waiting = sum(
                (
                    line._logistics_in_move_unit(line.expected_quantity)
                    for line in announced
                    if line.lot_id == lot
                ),
                ledger.quantity(0),
            )
            of_lot = max(gone.left_of(lot) - waiting, ledger.quantity(0))
            found.append((lot, gone.lots[lot].delivered, min(of_lot, left)))
        return found

    def _logistics_offer_unit(self):
        """Return the unit in which it is sent back: parts of a kit have their own.

        :rtype: uom.uom
        """
        self.ensure_one()
        line = self.sale_line_id
        same = line.product_id == self.product_id
        return line.product_uom_id if same else self.product_id.uom_id

    def _logistics_in_offer_unit(self, quantity):
        """Return a quantity of this move in the unit in which it is sent back.

        :rtype: Decimal
        """
        self.ensure_one()
        return ledger.quantity(
            self.product_uom._compute_quantity(
                float(quantity), self._logistics_offer_unit(), rounding_method="HALF-UP"
            )
        )


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    def _logistics_in_move_unit(self, quantity):
        """Return a quantity of the line in the unit of what was delivered.

        :rtype: Decimal
        """
        self.ensure_one()
        return ledger.quantity(
            self.uom_id._compute_quantity(
                float(quantity), self.move_id.product_uom, rounding_method="HALF-UP"
            )
        )
