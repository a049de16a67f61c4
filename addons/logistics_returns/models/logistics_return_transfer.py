"""Transfers of a return: whose they are, and which of its goods they bring."""

from odoo import api, fields, models

from odoo.addons.logistics_events import ledger

# Nothing comes any more in these states.
_OVER = ("credited", "refunded", "closed", "refused")
_OPEN_LINES = ("not in", _OVER)


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    # === BUSINESS METHODS: WHICH RETURN === #

    @api.model
    def _of_transfer(self, picking):
        """Return the return of a transfer in which goods come back.

        That of its shipment, the oldest one that still waits for these goods, or else
        a new one.

        :param stock.picking picking: The transfer.
        :return: Empty when nobody is known who gives the goods back.
        :rtype: logistics.return
        """
        given = self.env.context.get("logistics_return_id")
        if given:
            return self.browse(given)
        shipments = picking.logistics_link_ids.shipment_id
        return (
            shipments.logistics_return_id[:1]
            or self._awaiting(picking)
            or self._begun_by(picking)
        )

    @api.model
    def _awaiting(self, picking):
        """Return the return that waits for the goods of a transfer, the oldest first.

        :rtype: logistics.return
        """
        lines = self.env["logistics.return.line"].search(
            [
                ("move_id", "in", picking.move_ids.origin_returned_move_id.ids),
                ("return_id.state", *_OPEN_LINES),
                ("company_id", "=", picking.company_id.id),
            ],
            order="return_id, id",
        )
        for line in lines:
            if ledger.quantity(line.expected_quantity) > line._coming():
                return line.return_id
        return self.browse()

    @api.model
    def _begun_by(self, picking):
        """Return a new return for a transfer, empty when its customer is unknown.

        :rtype: logistics.return
        """
        origins = picking.move_ids.origin_returned_move_id
        order = picking.move_ids.sale_line_id.order_id[:1]
        customer = (
            order.partner_id or picking.partner_id or origins.picking_id.partner_id[:1]
        )
        if not customer:
            return self.browse()
        outbound = origins.picking_id.logistics_shipment_ids
        return self.create(
            {
                "company_id": picking.company_id.id,
                "partner_id": customer.id,
                "origin": "transfer",
                "kind": outbound._logistics_kind_back(),
                "outbound_ids": [fields.Command.set(outbound.ids)],
            }
        )

    def _take_in(self, picking):
        """Announce what a transfer brings that nobody had announced.

        Who makes such a transfer agrees that the goods come back.

        :param stock.picking picking: A transfer of this return.
        """
        self.ensure_one()
        moves = picking.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel") and move.origin_returned_move_id
            )
        )
        for move in moves:
            line = self._line_of(move)
            waiting = ledger.quantity(line.expected_quantity) - line._coming(but=move)
            more = line._demand_of(move) - max(waiting, ledger.quantity(0))
            if more > 0:
                line.transfer_quantity += float(more)
                line.quantity += float(more)
        if moves and self.state in ("requested", "refused"):
            self._say("approved", f"transfer/{picking.id}")

    # === BUSINESS METHODS: WHICH GOODS === #

    def _lines_for(self, origin, product, lot=None):
        """Return the lines that goods may be of, the one that fits best first.

        :param stock.move origin: What they were delivered with; empty when unknown.
        :param product.product product: The goods.
        :param stock.lot lot: Their lot or serial number, if any.
        :rtype: logistics.return.line
        """
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: (
                line.move_id == origin
                if origin
                else not line.move_id and line.product_id == product
            )
        )
        if not lot:
            return lines.sorted(lambda line: (bool(line.lot_id), line.id))
        exact = lines.filtered(lambda line: line.lot_id == lot)
        return exact or lines.filtered(lambda line: not line.lot_id)

    def _line_of(self, move, lot=None):
        """Return the line a move is about, added when nobody announced it.

        :rtype: logistics.return.line
        """
        self.ensure_one()
        origin = move.origin_returned_move_id
        found = self._lines_for(origin, move.product_id, lot)[:1]
        return found or self._add_line(origin, move.product_id, lot)

    def _add_line(self, origin, product, lot=None):
        """Add goods that nobody announced.

        :param stock.move origin: What they were delivered with; empty for goods that
            nobody sold.
        :rtype: logistics.return.line
        """
        self.ensure_one()
        return self.line_ids.create(
            {
                "return_id": self.id,
                "move_id": origin.id,
                "sale_line_id": origin.sale_line_id.id,
                "product_id": product.id,
                "lot_id": lot.id if lot else False,
                "quantity": 0.0,
            }
        )

    def _line_of_cancelled(self, move):
        """Return the line a move was to bring goods of, empty when there is none.

        :rtype: logistics.return.line
        """
        if not self:
            return self.line_ids
        return self._lines_for(move.origin_returned_move_id, move.product_id)[:1]

    def _received_as(self, move):
        """Return of which lines the goods of a done move are.

        A lot that was not delivered is not what was sold, whatever the label says.

        :return: Line, lot (may be empty) and quantity in the unit of the line.
        :rtype: list[tuple]
        """
        self.ensure_one()
        origin = move.origin_returned_move_id
        delivered = origin._logistics_gone().lots if origin else {}
        found, open_ = [], {}
        for lot, quantity in move._logistics_lots(move).items():
            if quantity <= 0:
                continue
            strange = lot and delivered and lot not in delivered
            known = origin.browse() if strange else origin
            lines = self._lines_for(known, move.product_id, lot)
            lines = lines or self._add_line(known, move.product_id, lot)
            left = lines[0]._to_own_unit(quantity, move)
            for line in lines:
                waits = open_.setdefault(line, ledger.quantity(line.expected_quantity))
                part = left if line == lines[-1] else min(left, waits)
                if part > 0:
                    open_[line] = waits - part
                    left -= part
                    found.append((line, lot, float(part)))
        return found

    def _delivered_move(self, product):
        """Return the delivery that goods of this return may have left with.

        :param product.product product: The goods.
        :rtype: stock.move
        """
        sold = self.line_ids.move_id | self.order_ids.order_line.move_ids
        found = sold.filtered(
            lambda move: (
                move.product_id == product
                and move.state == "done"
                and move.location_dest_id._is_outgoing()
                and not move.origin_returned_move_id
            )
        )
        known = self.line_ids.move_id
        return found.sorted(
            lambda move: (move not in known, -move._logistics_gone().left)
        )[:1]


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    transfer_quantity = fields.Float(
        digits=0,
        readonly=True,
        copy=False,
        help="How much of it only a transfer announced: it goes with the transfer.",
    )

    def _moves_back(self):
        """Return the moves of the return that bring these goods.

        :rtype: stock.move
        """
        self.ensure_one()
        return self.return_id.picking_ids.move_ids.filtered(
            lambda move: (
                move.origin_returned_move_id == self.move_id
                and move.product_id == self.product_id
                and not move.location_dest_id._is_outgoing()
            )
        )

    def _coming_moves(self):
        """Return the moves that still have to bring these goods.

        :rtype: stock.move
        """
        return self._moves_back().filtered(
            lambda move: move.state not in ("done", "cancel")
        )

    def _coming(self, but=None):
        """Return how much open transfers are to bring of these goods.

        Lines of the same delivery share its transfers: each counts what the ones
        before it do not wait for.

        :param stock.move but: A move that does not count.
        :rtype: Decimal
        """
        self.ensure_one()
        zero = ledger.quantity(0)
        moves = self._coming_moves()
        if but:
            moves -= but
        total = sum((self._demand_of(move) for move in moves), zero)
        twins = self.return_id.line_ids.filtered(
            lambda line: line.move_id == self.move_id and line != self
        )
        if not twins:
            return total
        before = twins.filtered(lambda line: line.id < self.id)
        total -= sum((ledger.quantity(line.expected_quantity) for line in before), zero)
        if twins - before:
            total = min(total, ledger.quantity(self.expected_quantity))
        return max(total, zero)

    def _demand_of(self, move):
        """Return how much a move is to bring, in the unit of the line.

        :rtype: Decimal
        """
        self.ensure_one()
        return self._to_own_unit(ledger.quantity(move.product_uom_qty), move)

    def _to_own_unit(self, quantity, move):
        """Return a quantity in the unit of a move in the unit of the line.

        :param Decimal quantity: In the unit of the move.
        :rtype: Decimal
        """
        self.ensure_one()
        if move.product_uom == self.uom_id:
            return quantity
        return ledger.quantity(
            move.product_uom._compute_quantity(
                float(quantity), self.uom_id, rounding_method="HALF-UP"
            )
        )

    def _transfer_cancelled(self, moves):
        """Take back what only these moves had announced; ask about the suite's own.

        :param stock.move moves: Cancelled, or received in part with no backorder.
        """
        self.ensure_one()
        steps = self._expect_steps().filtered(
            lambda step: (
                step.quantity > 0 and moves.picking_id & step._expect_transfers()
            )
        )
        if steps:
            steps[-1:]._note_hand("cancelled")
            return
        zero = ledger.quantity(0)
        rest = sum(
            (
                self._demand_of(move)
                - (
                    self._to_own_unit(ledger.quantity(move.quantity), move)
                    if move.state == "done"
                    else zero
                )
                for move in moves
            ),
            zero,
        )
        part = min(rest, ledger.quantity(self.transfer_quantity))
        if part > 0:
            self.transfer_quantity -= float(part)
            self.quantity = max(self.quantity - float(part), 0.0)
