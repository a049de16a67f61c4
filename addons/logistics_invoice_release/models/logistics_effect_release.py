"""Releasing goods for invoicing, and taking a release back."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import trusted

from ..allocation import Step, withdrawn

# How long a release waits that met facts somebody must decide on first.
CONTESTED_PAUSE = timedelta(hours=1)
# What a person releases without proof, whatever was reported.
WAIVED = "waiver/"


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _ready_domain(self):
        """Override of `logistics_events`: damaged goods wait where the order says."""
        return [
            *super()._ready_domain(),
            *("|", "|", "|", "|"),
            ("action", "!=", "release"),
            ("order_id.logistics_release_wait_damaged", "=", False),
            ("quantity", "<", 0),
            ("key", "=like", f"{WAIVED}%"),
            *("|", ("shipment_id", "=", False), ("shipment_id.is_damaged", "=", False)),
        ]

    def _run_release(self):
        """Write what is released on the moves, then ask for what follows from it."""
        steps = self._logistics_put_off_contested()
        for step in steps:
            step._mark_done(moves=step._logistics_move())
        steps.flush_recordset()
        orders = steps.order_id
        orders._logistics_write_released()
        steps._logistics_note_untracked()
        # Drafts first: what is withdrawn from them needs no credit.
        orders._logistics_wish_invoices()
        steps._logistics_wish_credits()
        steps._logistics_tell_orders()
        orders._logistics_close_alerts()

    def _logistics_put_off_contested(self):
        """Leave out steps whose goods are contested by any shipment that holds them,
        or reported damaged where the order waits for that.

        :return: The steps that can be taken now.
        :rtype: logistics.effect
        """
        contested = self.filtered(
            lambda step: any(
                shipment.money_hold or step._logistics_awaits_word_on(shipment)
                for shipment in step._logistics_move()
                .picking_id.sudo()
                ._logistics_counted_shipments()
            )
        )
        if contested:
            trusted(contested.sudo()).write(
                {"not_before": fields.Datetime.now() + CONTESTED_PAUSE}
            )
        return self - contested

    def _logistics_awaits_word_on(self, shipment):
        """Return whether the damage of a shipment keeps the goods from being released.

        :rtype: bool
        """
        return (
            shipment.is_damaged
            and self.order_id.logistics_release_wait_damaged
            and self.quantity > 0
            and not self.key.startswith(WAIVED)
        )

    def _logistics_note_untracked(self):
        """Remember the transfers released without a carrier's word, so that a number
        typed later does not take the release back.
        """
        pickings = self.env["stock.picking"]
        for step in self:
            if step.quantity > 0 and (step.inputs or {}).get("untracked"):
                pickings |= step._logistics_move().picking_id
        pickings = pickings.filtered(lambda p: not p.logistics_released_untracked)
        if pickings:
            trusted(pickings.sudo()).write({"logistics_released_untracked": True})

    # === CREDITS === #

    def _logistics_wish_credits(self):
        """Propose credits for goods that are invoiced and no longer released, and take
        the proposals back where the goods are released again.
        """
        by_line = self._logistics_by_line()
        demands = (
            self.env["logistics.credit.demand"]
            .sudo()
            .search(
                [
                    ("sale_line_id", "in", [line.id for line in by_line]),
                    ("cause", "=", "release"),
                ]
            )
            .grouped("sale_line_id")
        )
        for line, steps in by_line.items():
            known = demands.get(line, self.env["logistics.credit.demand"])
            if known or any(step.quantity < 0 for step in steps):
                line._logistics_wish_credit(steps, known)

    def _logistics_by_line(self):
        """Return the releases by sold line.

        :rtype: dict[sale.order.line, logistics.effect]
        """
        by_line = defaultdict(self.browse)
        for step in self:
            by_line[step._logistics_move().sale_line_id] |= step
        return by_line

    # === TRACE === #

    def _logistics_tell_orders(self):
        """Say on each order what was released, or no longer is, and why."""
        by_order = self.grouped("order_id")
        if by_order:
            self.order_id._message_log_batch(
                bodies={
                    order.id: steps._logistics_release_text()
                    for order, steps in by_order.items()
                }
            )

    def _logistics_release_text(self):
        parts = []
        for step in self:
            move = step._logistics_move()
            words = {
                "quantity": ledger.as_text(abs(step.quantity)),
                "unit": move.product_uom.name,
                "product": move.product_id.display_name,
                "transfer": move.picking_id.name,
                "reason": step._logistics_reason(),
            }
            if step.quantity > 0:
                parts.append(
                    self.env._(
                        "Released for invoicing: %(quantity)s %(unit)s %(product)s of "
                        "%(transfer)s. %(reason)s",
                        **words,
                    )
                )
            else:
                parts.append(
                    self.env._(
                        "No longer released: %(quantity)s %(unit)s %(product)s of "
                        "%(transfer)s. %(reason)s",
                        **words,
                    )
                )
        return " ".join(parts)

    def _logistics_reason(self):
        """Return why the step was taken, in one sentence.

        :rtype: str
        """
        self.ensure_one()
        inputs = self.inputs or {}
        if inputs.get("waiver"):
            return self.env._("Without proof: %s", inputs.get("reason") or "")
        event = self.event_id
        if not event:
            return ""
        label = dict(event._fields["event_type"]._description_selection(self.env))
        return self.env._(
            "%(event)s, %(time)s, %(shipment)s.",
            event=label.get(event.event_type, event.event_type),
            time=event.occurred_text or "?",
            shipment=self.shipment_id.display_name or "?",
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _logistics_write_released(self):
        """Bring the moves of the orders to what the steps taken add up to."""
        totals = defaultdict(lambda: ledger.quantity(0))
        for by_key in self._logistics_done_by_key().values():
            for key, quantity in by_key.items():
                totals[int(key.split("/")[1])] += quantity
        for move in self.env["stock.move"].browse(totals):
            released = min(max(float(totals[move.id]), 0.0), move.quantity)
            if move.product_uom.compare(released, move.logistics_released_qty):
                trusted(move.sudo()).write({"logistics_released_qty": released})


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_wish_credit(self, steps, demands):
        """Say how much of what is invoiced is to be credited, move by move.

        What was invoiced beyond the released quantity when the release was taken back
        is credited, and only the same goods released again take that back: another
        delivery makes an invoice of its own.

        :param logistics.effect steps: The releases just taken.
        :param logistics.credit.demand demands: What is asked for so far.
        """
        self.ensure_one()
        known = {demand.key: ledger.quantity(demand.quantity) for demand in demands}
        excess = self._logistics_excess()
        for key, gone in self._logistics_withdrawn().items():
            before = known.get(key, ledger.quantity(0))
            own = steps.filtered(
                lambda step, key=key: (
                    self._logistics_credit_key(step._logistics_move()) == key
                )
            )
            wanted = min(before, gone)
            if any(step.quantity < 0 for step in own):
                more = min(max(gone - before, 0 * gone), excess)
                wanted, excess = wanted + more, excess - more
            if wanted != before:
                self._logistics_want_credit(key, wanted, own[-1:] or steps[-1:])
        for key in known.keys() - self._logistics_withdrawn().keys():
            if known[key]:
                self._logistics_want_credit(key, ledger.quantity(0), steps[-1:])

    def _logistics_want_credit(self, key, quantity, step):
        self.env["logistics.credit.demand"]._want(
            self,
            "release",
            key,
            quantity,
            reason=self.env._(
                "%(transfer)s: its delivery no longer counts.",
                transfer=step._logistics_move().picking_id.name,
            ),
            event_id=step.event_id.id,
            shipment=step.shipment_id,
            askers=step._askers(),
        )

    def _logistics_credit_key(self, move):
        """Return under which key goods of a move are credited."""
        return f"move/{move.id}" if move.product_id == self.product_id else "kit"

    def _logistics_withdrawn(self):
        """Return what was released once and is not any more.

        :return: By key of the credit demand, in the unit of the line.
        :rtype: dict[str, Decimal]
        """
        self.ensure_one()
        steps = [
            Step(step._logistics_move(), None, step._decimal())
            for step in self.order_id._logistics_steps("release")[self.order_id]
            if step._logistics_move().sale_line_id == self
        ]
        caps = {step.move: ledger.quantity(step.move.quantity) for step in steps}
        by_move = withdrawn(steps, caps)
        if all(move.product_id == self.product_id for move in by_move):
            return {
                self._logistics_credit_key(move): self._logistics_total(
                    {move: quantity}
                )
                for move, quantity in by_move.items()
            }
        moves = {step.move for step in steps}
        now = self._logistics_total({m: m.logistics_released_qty for m in moves})
        peak = self._logistics_total(
            {m: m.logistics_released_qty + float(by_move.get(m, 0)) for m in moves}
        )
        return {"kit": peak - now} if peak > now else {}

    def _logistics_excess(self):
        """Return how much is invoiced beyond what is released, and not credited yet.

        :return: In the unit of the line.
        :rtype: Decimal
        """
        self.ensure_one()
        invoiced = self._logistics_invoiced(but=self.env["account.move"])
        gross = self._logistics_total(
            {
                move: move.logistics_released_qty
                for move in self._logistics_outgoing_moves()
            }
        )
        asked = self._logistics_credit_pending()
        return max(invoiced - asked - gross, ledger.quantity(0))
