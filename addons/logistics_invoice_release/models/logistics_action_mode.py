"""What switching the release changes of open orders."""

from odoo import api, models
from odoo.fields import Domain

from ..terms import start_of


class LogisticsActionMode(models.Model):
    _inherit = "logistics.action.mode"

    @api.model
    def _reach(self, company, action, mode, since):
        """Override of `logistics_events`: what is held or watched is switched off
        whenever it was confirmed; what is switched on was confirmed since.
        """
        if action != "release":
            return super()._reach(company, action, mode, since)
        own = Domain("company_id", "=", company.id)
        if mode == "off":
            domain = own & Domain("logistics_release_mode", "!=", False)
        else:
            zone = company.partner_id.tz or "UTC"
            domain = own & (
                Domain("state", "=", "sale")
                & Domain("invoice_status", "!=", "invoiced")
                & Domain("date_order", ">=", start_of(since, zone))
                & Domain(
                    "logistics_release_mode",
                    "in",
                    [False, "observe"] if mode == "on" else [False],
                )
            )
            if mode == "observe":
                domain |= own & Domain("logistics_release_mode", "=", "hold")
        return self.env["sale.order"].search(domain, order="id desc")

    @api.model
    def _bring(self, company, action, order_ids, mode, since, restore=None):
        """Override of `logistics_events` to hold, watch or give free orders."""
        if action != "release":
            return super()._bring(company, action, order_ids, mode, since, restore)
        orders = self.env["sale.order"].sudo().browse(order_ids).exists()
        if mode != "off":
            orders = orders.filtered(lambda order: order.state == "sale")
        return orders._logistics_follow_mode(mode, since, restore)

    @api.model
    def _following(self, action):
        """Override of `logistics_events`: a release leads to an invoice."""
        following = super()._following(action)
        return [*following, "invoice"] if action == "release" else following

    @api.model
    def _figures(self, action, orders):
        """Override of `logistics_events` to say what is held and what is released."""
        if action != "release":
            return super()._figures(action, orders)
        amounts = {}
        for order, observed, amount in self.env["logistics.effect"]._read_group(
            [
                ("order_id", "in", orders.ids),
                ("action", "=", "release"),
                ("state", "in", ("waiting", "failed")),
                ("quantity", ">", 0),
            ],
            ["order_id", "observed"],
            ["amount:sum"],
        ):
            amounts[order, observed] = amount
        return {
            order: {
                "held": order.company_id.currency_id.round(
                    order.logistics_held_amount / (order.currency_rate or 1.0)
                ),
                "released": amounts.get((order, False), 0.0),
                "watched": amounts.get((order, True), 0.0)
                if order.logistics_release_mode == "observe"
                else 0.0,
                "rule": order.logistics_release_policy_id.name,
            }
            for order in orders
        }

    @api.model
    def _documents_of(self, action, steps):
        """Override of `logistics_events`: invoices now, and those of releases."""
        if action == "invoice":
            return len({step._logistics_document_key() for step in steps})
        if action != "release":
            return super()._documents_of(action, steps)
        groups = set()
        for order, own in steps.grouped("order_id").items():
            if order.logistics_release_result in (False, "release"):
                continue
            adding = own.filtered(lambda step: step.quantity > 0)
            if (
                order.logistics_release_grouping != "order"
                or order._logistics_would_be_complete(
                    adding | order._logistics_steps("release")[order]
                )
            ):
                groups |= {(order, step._logistics_group()) for step in adding}
        return len(groups)


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _logistics_document_key(self):
        """Return what tells the documents of invoicing steps apart."""
        self.ensure_one()
        order = self.order_id
        if not order._logistics_is_collective():
            return (order, self.key)
        return (
            self.key,
            order.partner_invoice_id,
            order.partner_shipping_id,
            order.currency_id,
        )

    def _subject_of_key(self):
        """Override of `logistics_events` to name the goods, or what an invoice has."""
        self.ensure_one()
        if self.action == "release":
            move = self._logistics_move()
            return f"{move.picking_id.name}: {move.product_id.display_name}"
        if self.action == "invoice":
            kind, _slash, label = self.key.partition("/")
            if kind == "delivery":
                label = self.env["stock.picking"].browse(int(label)).name
            inputs = self.inputs or {}
            goods = ", ".join(filter(None, (inputs.get("goods"), inputs.get("with"))))
            return ": ".join(filter(None, (label or self.order_id.name, goods)))
        return super()._subject_of_key()
