"""Invoices: made together, posted together, each quantity once."""

from collections import defaultdict

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import frozendict

from ..terms import period_days


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _run_invoice(self):
        """Invoice what was released, or take it out of a draft again."""
        back = self.filtered(lambda step: step.quantity < 0)
        for step in back:
            step._logistics_withdraw_invoice()
        for steps in (self - back)._logistics_rounds():
            steps._logistics_make_invoices()

    def _logistics_rounds(self):
        """Return the steps in portions that can each be made in one go.

        Each order is in a portion once; a portion has one journal and one grouping.

        :rtype: list[logistics.effect]
        """
        rounds = defaultdict(self.browse)
        turns = defaultdict(int)
        for step in self.sorted("id"):
            order = step.order_id
            rounds[
                turns[order], order._logistics_is_collective(), order.journal_id
            ] |= step
            turns[order] += 1
        return list(rounds.values())

    def _logistics_make_invoices(self):
        """Make the invoices of steps of different orders in one go."""
        steps = self - self._logistics_adopt_drafts()
        if not steps:
            return
        orders = steps.order_id.with_context(
            raise_if_nothing_to_invoice=False,
            logistics_shares=steps._logistics_shares(),
            logistics_dates=frozendict(
                {step.order_id.id: step._logistics_invoice_date() for step in steps}
            ),
        )
        invoices = orders._create_invoices(
            grouped=not orders[:1]._logistics_is_collective(), final=True
        ).with_env(self.env)
        items = defaultdict(self.env["account.move.line"].browse)
        for item in invoices.invoice_line_ids:
            if item.display_type != "product":
                continue
            for order in item.sale_line_ids.order_id:
                items[order] |= item
        for step in steps:
            step._mark_done(lines=items[step.order_id])
        steps.filtered(lambda step: not items[step.order_id])._note(
            self.env._("Nothing was left to invoice.")
        )
        invoices._logistics_explain()
        steps._logistics_post(invoices)

    def _logistics_reason_with_link(self):
        """Return why the step was taken, with the way to the shipment."""
        self.ensure_one()
        link = self.shipment_id._get_html_link() if self.shipment_id else self.key
        return Markup("%s %s") % (self._logistics_reason(), link)

    def _logistics_post(self, invoices):
        """Post those of the invoices that the rules want posted."""
        results = defaultdict(set)
        for step in self:
            for move in step.line_ids.move_id:
                results[move].add(step.order_id.logistics_release_result)
        # An invoice for several orders is posted when all of them want it.
        due = invoices.filtered(lambda move: "draft" not in results[move])
        due._logistics_post_dated()
        to_send = due.filtered(lambda move: "post_send" in results[move])
        sending = self.filtered(lambda step: step.line_ids.move_id & to_send)
        if sending:
            self.env["logistics.effect.send"]._ask(sending)

    def _logistics_shares(self):
        """Return how much of each sold line the steps may invoice.

        :return: By id of the order, then of the sold line, in its unit.
        :rtype: frozendict[int, frozendict[int, float]]
        """
        released = self.order_id._logistics_steps("release")
        invoiced = self.order_id._logistics_steps("invoice")
        shares = {}
        for step in self:
            order = step.order_id
            known = invoiced[order].filtered(
                lambda other, own=step: other.key == own.key
            )
            wanted = order._logistics_quantities_by_group(released[order])
            made = known._logistics_invoice_lines()._logistics_quantities()
            shares[order.id] = frozendict(
                {
                    line.id: float(max(quantity - made.get(line, 0), 0 * quantity))
                    for line, quantity in wanted.get(step.key, {}).items()
                }
            )
        return frozendict(shares)

    def _logistics_invoice_date(self):
        """Return the date of the invoice.

        Today in the zone of the company; a collective invoice carries the last day of
        its period while that day is open in the books. A draft gets its date from who
        posts it.

        :rtype: date | bool
        """
        self.ensure_one()
        order = self.order_id
        company = order.company_id
        today = company._logistics_today()
        kind, _slash, label = self.key.partition("/")
        if kind != "period":
            return order.logistics_release_result != "draft" and today
        last = fields.Date.subtract(period_days(label)[1], days=1)
        journal = order.journal_id or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(company),
                ("type", "=", "sale"),
            ],
            limit=1,
        )
        if last > today or last <= company._logistics_locked_until(journal, True):
            return today
        return last

    # === HANDS ON THE RECORD === #

    def _logistics_adopt_drafts(self):
        """Take over drafts that a person reset, and then asked to be made again.

        :return: The steps that are done with that.
        :rtype: logistics.effect
        """
        replaced = self.search(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "in", self.order_id.ids),
                ("action", "=", "invoice"),
                ("state", "=", "compensated"),
                ("record_state", "=", "reset"),
            ]
        )
        adopted = self.browse()
        for step in self if replaced else self.browse():
            items = replaced.filtered(
                lambda old, own=step: old.res_id == own.res_id and old.key == own.key
            ).line_ids.filtered(
                lambda item: (
                    item.parent_state == "draft"
                    and item.move_id.move_type == "out_invoice"
                )
            )
            if not items:
                continue
            step._mark_done(lines=items)
            step._note(self.env._("The draft was taken over."))
            step._logistics_post(items.move_id)
            adopted |= step
        return adopted


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _prepare_invoice(self):
        """Override of `sale` to date what an action makes, and name its company."""
        vals = super()._prepare_invoice()
        dates = self.env.context.get("logistics_dates")
        if dates and self.id in dates:
            # Without it a branch's invoice would be booked in the parent.
            vals |= {"invoice_date": dates[self.id], "company_id": self.company_id.id}
        return vals

    def _get_invoice_grouping_keys(self):
        """Override of `sale`: orders with other payment terms are not mixed."""
        keys = super()._get_invoice_grouping_keys()
        if self.env.context.get("logistics_dates") is None:
            return keys
        return [*keys, "invoice_payment_term_id"]


class AccountMove(models.Model):
    _inherit = "account.move"

    def _logistics_explain(self):
        """Say on each invoice which shipments it was made for, and because of what."""
        bodies = {}
        for move in self:
            steps = move.sudo().line_ids.logistics_effect_ids
            reasons = dict.fromkeys(
                step._logistics_reason_with_link() for step in steps
            )
            bodies[move.id] = self.env._(
                "Made because the delivery is proven: %s", Markup(" ").join(reasons)
            )
        if bodies:
            self._message_log_batch(bodies=bodies)
