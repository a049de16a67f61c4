"""Adopting orders and drafts that are older than the release rules."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_events.wizard.logistics_adopt import LIMIT


class LogisticsAdopt(models.TransientModel):
    _inherit = "logistics.adopt"

    def _rows(self):
        """Override of `logistics_events` to list orders and drafts."""
        return [*super()._rows(), *self._order_rows(), *self._draft_rows()]

    def _order_rows(self):
        orders = self.env["sale.order"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
                ("logistics_release_mode", "=", False),
                ("invoice_status", "in", ("to invoice", "upselling")),
                ("order_line.qty_delivered", ">", 0),
            ],
            limit=LIMIT,
            order="date_order, id",
        )
        return [
            {
                "kind": "order",
                "order_id": order.id,
                "partner_id": order.partner_id.id,
                "rule": rule.name,
                "outcome": text,
                "amount": amount,
            }
            for order, (rule, text, amount) in self._outcomes(orders).items()
        ]

    def _draft_rows(self):
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "draft"),
                ("logistics_is_adopted", "=", False),
                ("line_ids.sale_line_ids.order_id.state", "=", "sale"),
                ("line_ids.sale_line_ids.order_id.logistics_release_mode", "=", False),
            ],
            limit=LIMIT,
            order="id",
        )
        orders = moves._logistics_orders()
        outcomes = self._outcomes(orders)
        rows = []
        for move in moves:
            order = move._logistics_orders()[:1]
            rule, text, _amount = outcomes.get(order, (None, "", 0.0))
            rows.append(
                {
                    "kind": "draft",
                    "move_id": move.id,
                    "order_id": order.id,
                    "partner_id": move.partner_id.id,
                    "rule": rule.name if rule else False,
                    "outcome": self.env._(
                        "The draft is taken over when its goods are released. %s", text
                    ),
                    "amount": move.amount_untaxed_signed,
                }
            )
        return rows

    def _outcomes(self, orders):
        """Return what the rules would do with orders, worked out and taken back.

        :return: By order: the rule, a sentence, and the value in company currency.
        :rtype: dict[sale.order, tuple]
        """
        Mode = self.env["logistics.action.mode"]
        row = Mode._row(self.company_id, "release")
        mode = row.mode or "off"
        rules = self.env["logistics.policy"]._match_many("release", orders)
        value = {
            order: order.company_id.currency_id.round(
                sum(
                    line.qty_to_invoice * line._logistics_unit_value()
                    for line in order.order_line
                )
                / (order.currency_rate or 1.0)
            )
            for order in orders
        }
        after = {}
        if mode != "off":
            after = {
                seen["order"].id: seen["after"]
                for seen in Mode._foresee(
                    self.company_id, "release", orders, mode, row.since
                )
            }
        return {
            order: (
                rules.get(order, self.env["logistics.policy"]),
                self._sentence(mode, rules.get(order), after.get(order.id)),
                value[order],
            )
            for order in orders
        }

    def _sentence(self, mode, rule, figures):
        """Return what would happen with an order, in one sentence."""
        if mode == "off":
            return self.env._("Nothing: the release is Off. Switch it first.")
        if not rule:
            return self.env._("Nothing: no rule is for this order.")
        currency = self.company_id.currency_id
        if mode == "observe":
            return self.env._(
                "Watched only: %s would be released.",
                currency.format(figures["watched"]),
            )
        return self.env._(
            "Held: %(held)s. Released by what is known: %(released)s.",
            held=currency.format(figures["held"]),
            released=currency.format(figures["released"]),
        )


class LogisticsAdoptLine(models.TransientModel):
    _inherit = "logistics.adopt.line"

    kind = fields.Selection(
        selection_add=[("order", "Order to Invoice"), ("draft", "Draft Invoice")],
        ondelete={"order": "cascade", "draft": "cascade"},
    )
    move_id = fields.Many2one("account.move", string="Draft", readonly=True)

    def _adopt(self):
        """Override of `logistics_events` to freeze the terms of orders."""
        result = super()._adopt()
        lines = self.filtered(lambda line: line.kind in ("order", "draft"))
        moves = lines.move_id.filtered(lambda move: move.state == "draft")
        orders = lines.order_id | moves._logistics_orders()
        orders = orders.filtered(
            lambda order: order.state == "sale" and not order.logistics_release_mode
        )
        if orders:
            orders._logistics_adopt()
        # A draft of orders that no rule is for stays what it was.
        trusted(
            moves.filtered(
                lambda move: any(
                    move._logistics_orders().mapped("logistics_release_mode")
                )
            )
        ).write({"logistics_is_adopted": True})
        return result

    def _companies(self):
        """Override of `logistics_events` for drafts and all they invoice."""
        moves = self.move_id
        return (
            super()._companies()
            | moves.company_id
            | moves._logistics_orders().company_id
        )

    def _subject(self):
        """Override of `logistics_events` for drafts."""
        self.ensure_one()
        return self.move_id if self.kind == "draft" else super()._subject()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _logistics_adopt(self):
        """Let the rules follow orders that were confirmed before.

        :raise UserError: Where the release is off.
        """
        row = self.env["logistics.action.mode"]._row(self.company_id, "release")
        if row.mode not in ("observe", "on"):
            raise UserError(
                self.env._(
                    "The release is Off: nothing would follow. Switch it to Observe "
                    "or On first."
                )
            )
        touched = self._logistics_follow_mode(row.mode, row.since)
        adopted = self.filtered(lambda order: str(order.id) in touched)
        trusted(adopted).write({"logistics_adopted_at": fields.Datetime.now()})
