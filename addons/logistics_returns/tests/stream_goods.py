"""What can happen to sold goods, each done as people, carriers and jobs do it."""

from odoo.fields import Command

from .credit_case import CreditCase
from .return_stream import Back, Stream


class StreamGoods(CreditCase):
    """Goods leave and come back. Deeds take all streams they happen to, so that
    whatever can be is one batch.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._switch("expect")
        cls.waiting = cls._place("Returned Goods", cls.warehouse.view_location_id)
        cls.workshop = cls._place("Workshop", cls.warehouse.view_location_id)
        cls.bin = cls._place("Worthless Returns", usage="inventory")
        cls.stock = cls.warehouse.lot_stock_id
        cls.warehouse.logistics_quarantine_id = cls.waiting
        cls.company.logistics_return_refurbish_id = cls.workshop
        cls.company.logistics_return_scrap_id = cls.bin
        cls.company.logistics_return_portal_days = 30
        cls.reason = cls.env["logistics.return.reason"].create(
            {
                "name": "Too large",
                "code": "large",
                "portal_visible": True,
                "freight_payer": "company",
            }
        )

    @classmethod
    def _place(cls, name, parent=None, usage="internal"):
        return cls.env["stock.location"].create(
            {
                "name": name,
                "usage": usage,
                "location_id": parent.id if parent else False,
                "company_id": cls.company.id,
            }
        )

    def _begun(self, count, seed):
        """Return streams whose orders are confirmed and not delivered."""
        streams = [Stream(number, seed) for number in range(count)]
        products = self.env["product.product"].create(
            [
                {
                    "name": f"Goods {stream.number}",
                    "type": "consu",
                    "is_storable": True,
                    "list_price": stream.price,
                    "invoice_policy": "delivery",
                    "taxes_id": [Command.clear()],
                }
                for stream in streams
            ]
        )
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True} for n in range(20)]
        )
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": customers[stream.number % len(customers)].id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": stream.size,
                            }
                        )
                    ],
                }
                for stream, product in zip(streams, products, strict=True)
            ]
        )
        for product, stream in zip(products, streams, strict=True):
            self.env["stock.quant"]._update_available_quantity(
                product, self.stock, stream.size
            )
        orders.action_confirm()
        for stream, order in zip(streams, orders, strict=True):
            stream.order, stream.line = order, order.order_line
            if stream.is_shipped:
                order.picking_ids.carrier_id = self.method
        return streams

    # === GOODS LEAVE === #

    def _do_deliver(self, streams):
        pickings = self.env["stock.picking"]
        gone = []
        for stream in streams:
            picking = stream.order.picking_ids.filtered(
                lambda one: (
                    one.picking_type_code == "outgoing"
                    and one.state not in ("done", "cancel")
                    and not one.move_ids.origin_returned_move_id
                )
            )
            count = stream.count(stream.house)
            if stream.is_shipped:
                picking.carrier_tracking_ref = (
                    f"OUT-{stream.number}-{len(stream.pieces)}"
                )
            picking.move_ids.write({"quantity": count, "picked": True})
            gone.append((stream, count, picking.move_ids))
            pickings |= picking
        pickings.with_context(skip_backorder=True).button_validate()
        for stream, count, move in gone:
            stream.deliver(count, move)

    def _do_invoice(self, streams):
        orders = self.env["sale.order"].union(*(stream.order for stream in streams))
        due = orders.filtered(lambda order: order.order_line.qty_to_invoice > 0)
        if due:
            due._create_invoices(grouped=True).action_post()

    # === GOODS ARE TO COME BACK === #

    def _do_ask(self, streams):
        """Announce goods on the portal, twice with the same form, or for a customer."""
        for stream in streams:
            move, pieces = self._pieces_of_a_delivery(stream)
            if not pieces:
                continue
            if stream.draw.random() < 0.5:
                one = self._announce(move.picking_id, len(pieces))
            else:
                words = {
                    "reason_id": str(self.reason.id),
                    "replacement": "credit",
                    "once": f"stream-{stream.number:04}-{len(stream.returns):04}-form",
                }
                asked = {str(move.id): str(len(pieces))}
                one = stream.order._logistics_announce_return(asked, words)
                again = stream.order._logistics_announce_return(asked, words)
                self.assertEqual(one, again)
            self._expect_back(stream, one, pieces)

    def _expect_back(self, stream, record, pieces):
        """Note a return; not with the context in which it was made, which nothing else
        has: each of them is looked through whenever an environment is asked for.
        """
        back = Back(record.with_env(self.env), moved(pieces, "coming"))
        stream.returns.append(back)

    def _do_ask_natively(self, streams):
        for stream in streams:
            move, pieces = self._pieces_of_a_delivery(stream)
            if not pieces:
                continue
            dialog = self.env["stock.return.picking"].create(
                {"picking_id": move.picking_id.id}
            )
            dialog.product_return_moves.quantity = len(pieces)
            one = dialog._create_return().logistics_return_id
            self._expect_back(stream, one, pieces)

    def _pieces_of_a_delivery(self, stream):
        """Return a delivery nothing of which is on its way, and some of its pieces."""
        busy = {p.move for one in stream.returns for p in one.pieces if is_open(one)}
        free = [p for p in stream.at("customer") if p.move not in busy]
        if not free:
            return None, []
        move = stream.draw.choice(free).move
        pieces = [p for p in free if p.move == move]
        # A wrong item that came counts as one of these pieces in stock.
        most = int(move._logistics_returnable()[0])
        self.assertLessEqual(most, len(pieces), stream.told())
        return move, pieces[: stream.count(most)] if most else []

    def _do_scan(self, streams):
        """A carrier has goods on their way back, and says so twice."""
        for stream in streams:
            moves = {p.move for p in stream.pieces if p.place == "customer"}
            busy = [p.move for one in stream.returns for p in one.pieces]
            free = [move for move in moves if move not in busy]
            if not free:
                continue
            move = stream.draw.choice(sorted(free, key=lambda one: one.id))
            pieces = [p for p in stream.at("customer") if p.move == move]
            if move._logistics_returnable()[0] < len(pieces):
                # A transfer of what was withdrawn is not cancelled yet.
                continue
            shipment = move.picking_id.logistics_shipment_ids
            known = self._returns_of(stream)
            for _time in range(2):
                self._report(
                    shipment,
                    "in_transit",
                    leg="return",
                    tracking_number=f"RET-{move.id}",
                    key=f"scan|{move.id}",
                )
            one = self._returns_of(stream) - known
            self.assertEqual(one.line_ids.quantity, len(pieces), stream.told())
            self._expect_back(stream, one, pieces)

    def _returns_of(self, stream):
        return self.env["logistics.return"].search(
            [("line_ids.sale_line_id", "=", stream.line.id)]
        )

    def _do_less(self, streams):
        """The customer sends back less than was announced."""
        for stream in streams:
            for one in stream.some(
                lambda one: (
                    one.pieces
                    and not one.refused
                    and len(one.at("coming")) == len(one.pieces)
                    and not any(p.ahead for p in one.pieces)
                    and one.record.origin in ("staff", "portal")
                )
            )[:1]:
                keeps = one.pieces[: stream.count(len(one.pieces))]
                one.record.line_ids.quantity -= len(keeps)
                moved(keeps, "customer")
                one.pieces = [p for p in one.pieces if p not in keeps]

    def _do_withdraw(self, streams):
        """The customer withdraws on the portal, twice."""
        for stream in streams:
            for one in stream.some(
                lambda one: (
                    not one.closed
                    and "withdraw" in one.record._public_steps([], [], [])
                    and not any(p.ahead or p.let_go for p in one.pieces)
                )
            )[:1]:
                one.record._withdraw_by_customer()
                one.record._withdraw_by_customer()
                stays = one.at("coming")
                moved(stays, "customer")
                one.pieces = [p for p in one.pieces if p not in stays]
                one.closed = True

    # === PEOPLE ANSWER === #

    def _do_approve(self, streams):
        self._answer(streams, ("requested", "refused"), "action_approve", refused=False)

    def _do_refuse(self, streams):
        self._answer(
            streams,
            ("requested", "approved", "in_transit"),
            "action_refuse",
            "Too late",
            refused=True,
        )

    def _do_label(self, streams):
        self._answer(streams, ("approved",), "action_send_label")

    def _do_close(self, streams):
        self._answer(
            streams,
            ("requested", "approved", "inspected", "credited", "refunded"),
            "action_close",
            "Nothing more comes",
            closed=True,
        )

    def _do_reopen(self, streams):
        self._answer(
            [s for s in streams if not was_withdrawn(s)],
            ("closed", "refused"),
            "action_reopen",
            refused=False,
            closed=False,
        )

    def _answer(self, streams, states, method, *words, **then):
        told = self.env["logistics.return"]
        for stream in streams:
            for one in stream.some(lambda one: one.record.state in states)[:1]:
                told |= one.record
                for name, value in then.items():
                    setattr(one, name, value)
        if told:
            getattr(told.with_user(self.clerk), method)(*words)

    # === GOODS COME === #

    def _do_come(self, streams):
        """Receive a part of what a transfer expects; the rest waits."""
        receipts, come = self.env["stock.picking"], []
        for stream in streams:
            for one in stream.some(lambda one: one.at("coming"))[:1]:
                transfer = one.record.picking_ids.filtered(
                    lambda t: (
                        t.state not in ("done", "cancel")
                        and t.picking_type_code == "incoming"
                    )
                )[:1]
                most = min(
                    len(one.at("coming")),
                    int(sum(transfer.move_ids.mapped("product_uom_qty"))),
                )
                if most > 0:
                    count = stream.count(most)
                    transfer.move_ids.write({"quantity": count, "picked": True})
                    receipts |= transfer
                    come.append((one, count))
        receipts.with_context(skip_backorder=True).button_validate()
        for one, count in come:
            moved(ahead_first(one.at("coming"))[:count], "here")

    def _do_cancel_transfer(self, streams):
        """Cancel the transfer of somebody who returned natively: it does not come."""
        for stream in streams:
            for one in stream.some(
                lambda one: (
                    one.pieces
                    and one.record.origin == "transfer"
                    and len(one.at("coming")) == len(one.pieces)
                    and not any(p.ahead for p in one.pieces)
                    and len(one.record.picking_ids) == 1
                )
            )[:1]:
                one.record.picking_ids.action_cancel()
                moved(one.pieces, "customer")
                one.pieces = []


def moved(pieces, place):
    """Put pieces in a place, and return them."""
    for piece in pieces:
        piece.place = place
    return pieces


def ahead_first(pieces):
    """Return the pieces, those credited ahead of goods first."""
    return sorted(pieces, key=lambda piece: not piece.ahead)


def is_open(one):
    """Return whether something of a return is still to come."""
    return any(p.place == "coming" for p in one.pieces)


def was_withdrawn(stream):
    """Return whether the customer withdrew anything."""
    return any(
        fact.kind == "withdrawn"
        for one in stream.returns
        for fact in one.record.fact_ids
    )
