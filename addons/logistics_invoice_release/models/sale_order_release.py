"""What an order wants released, and what it wants invoiced for that."""

from collections import defaultdict
from datetime import timedelta

from odoo import fields, models

from odoo.addons.logistics_events import ledger

from ..allocation import Step, allocate
from ..terms import local_day, period_days, period_label, start_of


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # === RELEASES === #

    def _logistics_release_wishes(self, moves, release, scene, done):
        """Return the wishes for the moves of this order that facts release.

        Moves whose facts are contested are left alone: neither more nor less.

        :param stock.move moves: Done moves of the order.
        :param Release release: What the facts say of them.
        :param Scene scene: Where the facts come from.
        :param dict[str, Decimal] done: What was released so far, by key.
        :rtype: list[dict]
        """
        self.ensure_one()
        approvers = self._logistics_document_approvers(moves, release)
        return [
            self._logistics_proven_wish(
                move,
                release.quantities[move.id],
                release.evidence.get(move.id, ()),
                scene,
                done[f"move/{move.id}"],
                approvers[move],
            )
            for move in moves
            if move.id not in release.frozen
        ]

    def _logistics_proven_wish(self, move, desired, evidence, scene, done, approvers):
        """Return the wish for what facts release of one move.

        :param stock.move move: The move.
        :param Decimal desired: How much of it they release.
        :param tuple[int] evidence: The events that show it.
        :param Scene scene: Where the facts come from.
        :param Decimal done: What was released so far.
        :param int approvers: How many people must agree to more of it.
        """
        wish = self._logistics_release_wish(move, f"move/{move.id}", desired)
        shipment = scene.shipments[move.picking_id][-1:]
        event_id = max(evidence, default=None)
        if desired < done and not event_id:
            # Taken back: because of what was told last.
            event_id = shipment.event_ids[:1].id
        if desired > done:
            known = scene.known_at(self.env, evidence)
            wish["not_before"] = self._logistics_settled_at(known)
            wish["approvers"] = approvers
        day = scene.delivered_on(self, evidence)
        return wish | {
            "shipment": shipment,
            "event_id": event_id,
            "inputs": {
                "trigger": self.logistics_release_trigger,
                "evidence": list(evidence),
                "day": day and day.isoformat(),
                "untracked": scene.is_untracked(move.picking_id),
            },
        }

    def _logistics_waiver_wishes(self, moves, release, done):
        """Return the wishes for what people release without proof, by who asked.

        Where a proof arrives later, the waiver steps back to what it still adds.

        :rtype: dict[res.users, list[dict]]
        """
        self.ensure_one()
        wishes = defaultdict(list)
        for picking, own in moves.grouped("picking_id").items():
            waivers = self.logistics_waiver_ids.filtered(
                lambda waiver, gone=picking: waiver.picking_id == gone
            )
            if not waivers:
                continue
            live = waivers.filtered(lambda waiver: not waiver.withdrawn_at)[:1]
            waiver = live or waivers[:1]
            who = waiver.withdrawn_by or waiver.user_id
            wishes[who] += self._logistics_waived(waiver, own, release, done)
        return wishes

    def _logistics_release_wish(self, move, key, desired):
        value = float(desired) or move.logistics_released_qty
        return {
            "company": self.company_id,
            "record": self,
            "order": self,
            "action": "release",
            "key": key,
            "desired": desired,
            "uom": move.product_uom,
            "amount": move._logistics_value(value, with_tax=True),
            "currency": self.company_id.currency_id,
            "policy": self.logistics_release_policy_id,
            "policy_version": self.logistics_release_version,
            "force_mode": self._logistics_effect_mode(),
        }

    def _logistics_effect_mode(self):
        """Return the mode that was frozen with the terms."""
        return "on" if self.logistics_release_mode == "hold" else "observe"

    def _logistics_settled_at(self, known):
        """Return when a fact has stood long enough for money to follow it."""
        if not self.logistics_release_delay:
            return None
        return (known or fields.Datetime.now()) + timedelta(
            minutes=self.logistics_release_delay
        )

    def _logistics_done_by_key(self):
        """Return what was really released under each key, order by order.

        :rtype: dict[sale.order, dict[str, Decimal]]
        """
        done = {order: defaultdict(lambda: ledger.quantity(0)) for order in self}
        for res_id, key, total in self.env["logistics.effect"]._read_group(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "in", self.ids),
                ("action", "=", "release"),
                ("state", "=", "done"),
                ("observed", "=", False),
            ],
            ["res_id", "key"],
            ["quantity:sum"],
        ):
            done[self.browse(res_id)][key] = ledger.quantity(total)
        return done

    # === INVOICES === #

    def _logistics_wish_complete_orders(self):
        """Ask for the invoices of orders that are complete without cancelled goods."""
        self.filtered(
            lambda order: (
                order.logistics_release_mode
                and order.logistics_release_grouping == "order"
            )
        )._logistics_wish_invoices()

    def _logistics_wish_invoices(self):
        """Ask for the invoices that the released quantities make due."""
        orders = self.filtered(
            lambda order: (
                order.state == "sale"
                and order.logistics_release_mode
                and order.logistics_release_result not in (False, "release")
            )
        )
        released = orders._logistics_steps("release")
        invoiced = orders._logistics_steps("invoice")
        wishes = []
        for order in orders:
            wishes += order._logistics_invoice_wishes(released[order], invoiced[order])
        self.env["logistics.effect"]._desire(wishes)

    def _logistics_invoice_wishes(self, steps, known):
        """Return one wish per group of goods that is invoiced together.

        :param logistics.effect steps: The releases of the order.
        :param logistics.effect known: Its invoicing steps so far.
        :rtype: list[dict]
        """
        self.ensure_one()
        by_group = self._logistics_quantities_by_group(steps)
        along = self._logistics_along()
        bringing = known._logistics_bringing_along()
        holder = bringing.filtered(lambda s: any(by_group.get(s.key, {}).values()))[:1]
        holder = holder.key
        wishes = []
        # What nothing is released for any more is taken back.
        for group in sorted({*by_group, *known.mapped("key")}):
            quantities = by_group.get(group, {})
            own = known.filtered(lambda step, key=group: step.key == key)
            if own._logistics_undecided():
                continue  # A person changed the document: their word comes first.
            total = sum(quantities.values(), ledger.quantity(0))
            if group == "order" and not self._logistics_is_complete(steps):
                total = min(total, own._logistics_posted_quantity())
            desired = max(total, own._logistics_fixed_quantity())
            because = steps.filtered(
                lambda step, key=group: step._logistics_group() == key
            )[-1:]
            wish = self._logistics_invoice_wish(group, desired, quantities, because)
            if desired < own._logistics_posted_quantity():
                wish["not_before"] = None  # What is taken back waits for no period.
            elif desired > own._logistics_posted_quantity():
                # Fees are on one invoice only: that of the goods that come first.
                holder = holder or group
                own._logistics_detail_wish(
                    wish, quantities, along if holder == group else along.browse()
                )
            wishes.append(wish)
        return wishes

    def _logistics_along(self):
        """Return the fees and services that the next invoice of goods has as well.

        :rtype: sale.order.line
        """
        return self.order_line.filtered(
            lambda line: (
                line.qty_to_invoice > 0
                and not line.display_type
                and not line.is_downpayment
                and not line._logistics_is_shipped()
            )
        )

    def _logistics_invoice_wish(self, group, desired, quantities, because):
        """Return the wish to invoice a group.

        :param str group: The key of the action.
        :param Decimal desired: The quantity to be invoiced in all.
        :param dict quantities: The same by sold line.
        :param logistics.effect because: The release that led to it.
        """
        value = sum(
            float(quantity) * line._logistics_unit_value(with_tax=True)
            for line, quantity in quantities.items()
        )
        currency = self.company_id.currency_id
        return {
            "company": self.company_id,
            "record": self,
            "order": self,
            "action": "invoice",
            "key": group,
            "desired": desired,
            "uom": because.uom_id if len(quantities) == 1 else None,
            "amount": currency.round(value / (self.currency_rate or 1.0)),
            "currency": currency,
            "policy": self.logistics_release_policy_id,
            "policy_version": self.logistics_release_version,
            "shipment": because.shipment_id,
            "event_id": because.event_id.id,
            "inputs": {
                "result": self.logistics_release_result,
                "day": (because.inputs or {}).get("day"),
            },
            "not_before": self._logistics_invoice_time(group),
            "force_mode": self._logistics_effect_mode(),
        }

    def _logistics_invoice_time(self, group):
        """Return when a group is due: a collective invoice after its period."""
        kind, _slash, label = group.partition("/")
        if kind != "period":
            return None
        return start_of(period_days(label)[1], self._logistics_zone())

    def _logistics_is_complete(self, steps):
        """Return whether everything that will be delivered is released."""
        self.ensure_one()
        if self.logistics_release_mode == "observe":
            return self._logistics_would_be_complete(steps)
        return not self._logistics_goods_lines()._logistics_pending()

    def _logistics_would_be_complete(self, steps):
        """Return the same for an order that is only watched."""
        asked = defaultdict(float)
        for step in steps:
            asked[step._logistics_move()] += step.quantity
        for line in self._logistics_goods_lines():
            moves = line.move_ids
            if any(move._logistics_to_come() for move in moves) or (
                not moves and line.product_uom_qty > line.qty_delivered
            ):
                return False
            for move in line._logistics_outgoing_moves():
                rest = move.quantity - move._logistics_returned() - asked[move]
                if move.product_uom.compare(rest, 0) > 0:
                    return False
        return True

    def _logistics_steps(self, action):
        """Return the steps that count, in the order in which they were taken.

        Of an order that is only watched those count that are open: nothing was taken.

        :param str action: `release` or `invoice`.
        :rtype: dict[sale.order, logistics.effect]
        """
        Effect = self.env["logistics.effect"]
        found = Effect.search(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "in", self.ids),
                ("action", "=", action),
                ("state", "in", ("waiting", "failed", "done")),
            ],
            order="done_at, id",
        )
        steps = dict.fromkeys(self, Effect)
        for step in found:
            order = self.browse(step.res_id)
            watched = order.logistics_release_mode == "observe"
            taken = watched or action == "invoice" or step.state == "done"
            if step.observed == watched and taken:
                steps[order] += step
        return steps

    def _logistics_quantities_by_group(self, steps):
        """Return how much of each sold line belongs to each invoice.

        :param logistics.effect steps: Releases, in the order they were taken.
        :return: By key of the invoice, then by line, in the unit of the line.
        :rtype: dict[str, dict[sale.order.line, Decimal]]
        """
        by_line = defaultdict(list)
        for step in steps:
            move = step._logistics_move()
            by_line[move.sale_line_id].append(
                Step(move, step._logistics_group(), step._decimal())
            )
        result = defaultdict(dict)
        for line, own in by_line.items():
            caps = {step.move: ledger.quantity(step.move.quantity) for step in own}
            for group, quantity in allocate(own, line._logistics_total, caps).items():
                result[group][line] = quantity
        return result

    def _logistics_group_of(self, move, taken_at):
        """Return the key of the invoice that a release belongs to.

        :param stock.move move: What was released.
        :param datetime taken_at: When.
        :rtype: str
        """
        self.ensure_one()
        grouping = self.logistics_release_grouping
        if grouping == "delivery":
            return f"delivery/{move.picking_id.id}"
        if grouping == "order":
            return "order"
        day = local_day(taken_at, self._logistics_zone())
        return f"period/{period_label(grouping, day)}"
