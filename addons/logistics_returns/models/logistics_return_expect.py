"""What is expected in stock: the transfers in which the goods of a return come.

The gap is what is still missing of it: what the return waits for, bounded by what was
delivered and is neither back nor on its way, less what open transfers bring, whoever
made them. A step of the ledger of actions closes the gap, in either direction.
"""

from odoo import models

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from ..return_facts import STATES

EXPECT = "expect"
_ZERO = ledger.quantity(0)
_UNDER_WAY = ("requested", "approved", "label_sent", "in_transit")


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _follow(self, positions):
        """Override: the transfers follow what is expected."""
        result = super()._follow(positions)
        if not self.env.context.get("logistics_return_expected"):
            self.browse(one.id for one in positions)._wish_expected()
        return result

    def _wish_expected(self):
        """Ask for the transfers that are missing, and for less where it is too much."""
        mode_of = self.env["logistics.action.mode"]._mode
        modes = {
            company: mode_of(company, EXPECT) for company in self.sudo().company_id
        }
        returns = self.sudo().filtered(lambda one: modes[one.company_id] != "off")
        policies = self.env["logistics.policy"]._match_many(EXPECT, returns)
        wishes = [
            wish
            for one in returns
            for line in one.line_ids.filtered("move_id")
            if (
                wish := line._expectation(
                    policies.get(one), modes[one.company_id] == "observe"
                )
            )
        ]
        self.env["logistics.effect"]._desire(wishes)

    def _may_come(self, policy):
        """Return whether the rule lets anything be expected, or not any more.

        :param logistics.policy policy: The rule that applies.
        :rtype: bool
        """
        self.ensure_one()
        if self.state not in _UNDER_WAY:
            return True
        return STATES.index(self.state) >= STATES.index(policy._return_state())

    def _make_transfer(self, delivery, wanted):
        """Make the transfer in which goods of one delivery come back.

        :param stock.picking delivery: What they left with.
        :param dict wanted: By line how much of it, in the unit of the line.
        :return: The moves that bring them.
        :rtype: stock.move
        """
        self.ensure_one()
        dialog = (
            self.env["stock.return.picking"]
            .with_company(self.company_id)
            .with_context(logistics_return_id=self.id, logistics_return_expected=True)
            .create({"picking_id": delivery.id})
        )
        for row in dialog.product_return_moves:
            row.quantity = sum(
                line.uom_id._compute_quantity(float(part), row.move_id.product_uom)
                for line, part in wanted.items()
                if line.move_id == row.move_id
            )
        transfer = dialog._create_return()
        for move in transfer.move_ids:
            move._logistics_ask_for_lots(
                {
                    line: part
                    for line, part in wanted.items()
                    if line.move_id == move.origin_returned_move_id
                }
            )
        for shipment in self._live_shipments():
            transfer._logistics_join(shipment)
        return transfer.move_ids


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    def _expectation(self, policy, observed):
        """Return what the ledger of actions is told of the goods to come.

        :param logistics.policy policy: The rule that applies, if any.
        :param bool observed: Whether it is only watched what would be done.
        :return: None when there is nothing to say.
        :rtype: dict | None
        """
        self.ensure_one()
        one = self.return_id
        if not policy:
            return None
        steps = self._expect_steps((*OPEN_STATES, "done"), observed)
        gap = self._gap() if one._may_come(policy) else _ZERO
        if not gap and not steps:
            return None
        done = sum((step._decimal() for step in steps if step.state == "done"), _ZERO)
        return {
            "company": one.company_id,
            "record": self,
            "action": EXPECT,
            "key": EXPECT,
            "desired": done + gap,
            "uom": self.uom_id,
            "shipment": one.shipment_ids[:1],
            "order": self.order_id,
            "policy": policy,
            "not_before": policy._not_before(),
            "approvers": 0,
            "inputs": {"reason": one.name},
        }

    def _gap(self, settle=True):
        """Return how much more transfers are to bring; negative when it is too much.

        What a person cancelled is not expected anew before somebody decides so.

        :param bool settle: Whether questions that nobody needs to answer are closed.
        :rtype: Decimal
        """
        self.ensure_one()
        coming, wanted = self._coming(), ledger.quantity(self.expected_quantity)
        if wanted <= coming:
            if settle:
                self._settle_dropped()
            return wanted - coming
        # The unit of the delivery may be another one than that of the line.
        left = self._to_own_unit(self.move_id._logistics_gone().left, self.move_id)
        return max(min(wanted - coming, left) - self._dropped(), _ZERO)

    def _expect_steps(self, states=("done",), observed=False):
        """Return the steps that made or took back transfers, the oldest first.

        :rtype: logistics.effect
        """
        self.ensure_one()
        return (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("action", "=", EXPECT),
                    ("observed", "=", observed),
                    ("state", "in", states),
                ],
                order="generation",
            )
        )

    def _own_moves(self):
        """Return the moves with which the suite expects these goods, in any state.

        :rtype: stock.move
        """
        made = self._expect_steps().filtered(lambda step: step.quantity > 0)
        transfers = made._expect_transfers()
        return self._moves_back().filtered(lambda move: move.picking_id in transfers)

    def _reduce(self, move, quantity):
        """Let a move bring less; which lots that leaves is asked for anew.

        :param stock.move move: An open one.
        :param Decimal quantity: How much it still is to bring, in the unit of the line.
        """
        self.ensure_one()
        move._do_unreserve()
        move.product_uom_qty = self.uom_id._compute_quantity(
            float(quantity), move.product_uom
        )
        move._action_assign()
        twins = self.return_id.line_ids.filtered(
            lambda line: line.move_id == self.move_id and line.expected_quantity
        )
        move._logistics_ask_for_lots(
            {line: ledger.quantity(line.expected_quantity) for line in twins}
            if len(self._coming_moves()) == 1
            else {self: quantity}
        )

    def _dropped(self):
        """Return how much people cancelled of what the suite expected.

        :rtype: Decimal
        """
        steps = self._expect_steps()
        by_suite = steps.filtered(lambda step: step.quantity < 0).move_ids
        total = _ZERO
        for move in self._own_moves() - by_suite:
            if move.state == "cancel":
                total += self._demand_of(move)
            elif move.state == "done":
                came = self._to_own_unit(ledger.quantity(move.quantity), move)
                total += max(self._demand_of(move) - came, _ZERO)
        return total

    def _settle_dropped(self):
        """Nothing is missing any more: nobody is asked about what was cancelled."""
        steps = self._expect_steps().filtered(
            lambda step: step.record_state == "cancelled" and not step.pinned
        )
        for step in steps:
            step._set_state("compensated")
            step._solve_hand(self.env._("The goods are not expected any more."))


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _expected_lines(self):
        """Return the goods that the steps are about."""
        return self.env["logistics.return.line"].browse(
            step.res_id for step in self.sorted("id")
        )

    def _expect_transfers(self):
        """Return the transfers that the steps made, and what became of their rest.

        :rtype: stock.picking
        """
        made = self.sudo().move_ids.picking_id
        return made | made._logistics_backorders()

    def _run_expect(self):
        """Make the transfers in which the goods come, or take back what they expect."""
        lines = self._expected_lines()
        lines.return_id.sorted("id")._lock()
        steps = self.with_context(logistics_return_expected=True)
        less = steps.filtered(lambda step: step.quantity < 0)
        less._expect_less()
        for one, more in (
            (steps - less)
            .grouped(lambda step: step._expected_lines().return_id)
            .items()
        ):
            more._expect_more(one)
        if less:
            # What got free may be expected by others who wait for the same goods.
            others = lines.move_id._logistics_waiting_returns() - lines.return_id
            others._lock()
            others._wish_expected()

    def _expect_more(self, one):
        """Make transfers for what is still missing, one for each delivery.

        :param logistics.return one: Whose goods come.
        """
        left, wanted = {}, {}
        for step in self:
            line = step._expected_lines()
            move = line.move_id
            if move not in left:
                left[move] = line._to_own_unit(move._logistics_gone().left, move)
            quantity = min(step._decimal(), line._gap(), left[move])
            left[move] -= quantity
            if quantity > 0:
                wanted[line] = quantity
        made = self.env["stock.move"]
        for origin in sorted({line.move_id.picking_id for line in wanted}, key=_by_id):
            made |= one._make_transfer(
                origin,
                {
                    line: part
                    for line, part in wanted.items()
                    if line.move_id.picking_id == origin
                },
            )
        for step in self:
            line = step._expected_lines()
            # What somebody else expects by now needs no second transfer.
            step._mark_done(
                moves=made.filtered(
                    lambda move, line=line: move.origin_returned_move_id == line.move_id
                )
                if line in wanted
                else None
            )

    def _expect_less(self):
        """Cancel or reduce what transfers are to bring: the suite's own first."""
        for step in self:
            line = step._expected_lines()
            left = min(-step._decimal(), line._coming())
            own = line._own_moves()
            moves = line._coming_moves().sorted(
                lambda move, own=own: (move not in own, -move.id)
            )
            changed = moves.browse()
            for move in moves:
                demand = line._demand_of(move)
                part = min(demand, left)
                if part <= 0:
                    break
                left -= part
                changed |= move
                if part < demand:
                    line._reduce(move, demand - part)
                else:
                    move._action_cancel()
            step._mark_done(moves=changed)

    def _hand_text(self, record_state):
        """Override to name the transfer that somebody cancelled."""
        if self.action != EXPECT:
            return super()._hand_text(record_state)
        return self.env._(
            "%(transfer)s of %(return)s was cancelled, or its rest is not expected.",
            transfer=", ".join(self._expect_transfers().mapped("name")),
            **{"return": self._expected_lines().return_id.name},
        )


def _by_id(record):
    return record.id
