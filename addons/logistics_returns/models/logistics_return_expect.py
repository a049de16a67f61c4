"""What is expected in stock: the transfers in which the goods of a return come."""

from odoo import models

from odoo.addons.logistics_events import ledger


EXPECT = "expect"


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _awaiting(self, picking):
        """Return the return that waits for the goods of a transfer, the oldest first.

        :rtype: logistics.return
        """
        origins = picking.move_ids.origin_returned_move_id
        lines = self.env["logistics.return.line"].search(
            [
                ("move_id", "in", origins.ids),
                ("return_id.state", "in", ("requested", "approved", "label_sent")),
                ("return_id.picking_ids", "=", False),
                ("company_id", "=", picking.company_id.id),
            ],
            order="return_id, id",
        )
        return lines.return_id[:1]

    def _line_of(self, move):
        """Return the line a received move is about, added when nobody announced it.

        :rtype: logistics.return.line
        """
        self.ensure_one()
        origin = move.origin_returned_move_id
        same = self.line_ids.filtered(
            lambda line: (
                line.move_id == origin
                if origin and line.move_id
                else line.product_id == move.product_id
            )
        )
        if same:
            return same[:1]
        return same.create(
            {
                "return_id": self.id,
                "move_id": origin.id,
                "sale_line_id": move.sale_line_id.id,
                "product_id": move.product_id.id,
                "quantity": 0.0,
            }
        )

    def _follow(self, positions):
        """Override: the transfers follow what is expected."""
        result = super()._follow(positions)
        wishes = [
            wish
            for one, position in positions.items()
            for wish in one._expectation_wishes(position)
        ]
        self.env["logistics.effect"]._desire(wishes)
        return result

    def _expectation_wishes(self, position):
        """Return what the ledger of actions is told of the goods to come.

        :param return_fold.Position position: Where the return stands.
        :rtype: list[dict]
        """
        self.ensure_one()
        policy = self.env["logistics.policy"]._match(EXPECT, self)
        return [
            {
                "company": self.company_id,
                "record": line,
                "action": EXPECT,
                "key": EXPECT,
                "desired": line._to_expect(position.lines[line.id]),
                "uom": line.uom_id,
                "shipment": self.shipment_ids[:1],
                "order": line.order_id,
                "policy": policy,
                "approvers": 0,
                "inputs": {"return": self.name},
            }
            for line in self.line_ids
            if line.move_id
        ]


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    def _to_expect(self, position):
        """Return how much the suite's own transfers are to bring, in total.

        What comes in transfers that somebody else made is not expected a second time.

        :param return_facts.LinePosition position: Where the line stands.
        :rtype: Decimal
        """
        self.ensure_one()
        taken = self.env["logistics.effect"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("action", "=", EXPECT),
                ("state", "=", "done"),
            ]
        )
        coming = self.return_id.picking_ids.move_ids.filtered(
            lambda move: (
                move.origin_returned_move_id == self.move_id
                and move.state not in ("cancel", "done")
            )
        )
        others = coming - taken.move_ids
        own = sum((step._decimal() for step in taken), ledger.quantity(0))
        still = own - self._received_by(taken.move_ids)
        wanted = position.expected - sum(
            (ledger.quantity(self._demand_of(move)) for move in others),
            ledger.quantity(0),
        )
        return own + max(wanted, ledger.quantity(0)) - still

    def _received_by(self, moves):
        """Return how much of the line came with some moves.

        :rtype: Decimal
        """
        return sum(
            (
                ledger.quantity(self._in_unit(move))
                for move in moves
                if move.state == "done"
            ),
            ledger.quantity(0),
        )

    def _demand_of(self, move):
        """Return how much a move is to bring, in the unit of the line."""
        self.ensure_one()
        return move.product_uom._compute_quantity(
            move.product_uom_qty, self.uom_id, rounding_method="HALF-UP"
        )


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _run_expect(self):
        """Make the transfers in which the goods come, or take back what they expect."""
        lines = self.env["logistics.return.line"]
        for one, steps in self.grouped(
            lambda step: lines.browse(step.res_id).return_id
        ).items():
            more = steps.filtered(lambda step: step.quantity > 0)
            if more:
                more._expect_goods(one)
            for step in steps - more:
                step._expect_less(lines.browse(step.res_id))

    def _expect_goods(self, one):
        wanted = {}
        for step in self:
            line = self.env["logistics.return.line"].browse(step.res_id)
            move = line.move_id
            asked = line.uom_id._compute_quantity(step.quantity, move.product_uom)
            wanted[move] = min(asked, float(move._logistics_gone().left))
        if not any(quantity > 0 for quantity in wanted.values()):
            # It came, or is on its way, in a transfer somebody else made.
            self._mark_done()
            return
        made = self.env["stock.picking"]
        for origin in self.env["stock.move"].union(*wanted).picking_id:
            dialog = self.env["stock.return.picking"].create({"picking_id": origin.id})
            for row in dialog.product_return_moves:
                row.quantity = wanted.get(row.move_id, 0.0)
            if any(row.quantity > 0 for row in dialog.product_return_moves):
                made |= dialog.with_context(logistics_return_id=one.id)._create_return()
        for step in self:
            line = self.env["logistics.return.line"].browse(step.res_id)
            step._mark_done(
                moves=made.move_ids.filtered(
                    lambda move, line=line: move.origin_returned_move_id == line.move_id
                )
            )

    def _expect_less(self, line):
        """Cancel or reduce what is still to come of a line."""
        left = -self._decimal()
        open_moves = line.return_id.picking_ids.move_ids.filtered(
            lambda move: (
                move.origin_returned_move_id == line.move_id
                and move.state not in ("done", "cancel")
            )
        )
        for move in open_moves.sorted("id", reverse=True):
            part = min(ledger.quantity(line._demand_of(move)), left)
            if part <= 0:
                continue
            left -= part
            rest = ledger.quantity(line._demand_of(move)) - part
            if rest:
                move.product_uom_qty = line.uom_id._compute_quantity(
                    float(rest), move.product_uom
                )
            else:
                move._action_cancel()
        self._mark_done(moves=open_moves)
