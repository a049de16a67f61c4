"""Goods that are sent again instead of a credit."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import ledger

from .. import return_fold
from ..return_facts import ReturnLine
from .logistics_return_share import ZERO

REPLACE = "replace"


class LogisticsPolicy(models.Model):
    _inherit = "logistics.policy"

    action = fields.Selection(
        selection_add=[(REPLACE, "Send a Replacement")],
        ondelete={REPLACE: "cascade"},
    )

    def _subject_model(self):
        """Override: what is sent again is about a return."""
        if self.action == REPLACE:
            return "logistics.return"
        return super()._subject_model()


class StockMove(models.Model):
    _inherit = "stock.move"

    logistics_replaces_id = fields.Many2one(
        "logistics.return.line",
        string="Sent Instead of",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        groups="base.group_user",
    )

    def _logistics_is_replacement(self):
        """Return whether the goods are sent instead of others.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.sudo().logistics_replaces_id)

    def _action_done(self, cancel_backorder=False):
        """Override of `stock`: what was sent again is worked out on its return."""
        done = super()._action_done(cancel_backorder=cancel_backorder)
        done.sudo().logistics_replaces_id.return_id._reckon_again()
        return done

    def _action_cancel(self):
        """Override of `stock`: what is not sent again may be credited."""
        result = super()._action_cancel()
        self.sudo().logistics_replaces_id.return_id._reckon_again()
        return result


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        """Override of `stock`: the move knows what it is sent instead of."""
        return [*super()._get_custom_move_fields(), "logistics_replaces_id"]


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _follow(self, positions):
        """Override: replacements follow what is no longer owed."""
        result = super()._follow(positions)
        wishes = [
            wish
            for one, position in positions.items()
            for wish in one._replacement_wishes(position)
        ]
        if wishes:
            self.env["logistics.effect"].sudo()._desire(wishes)
        return result

    def _replacement_wishes(self, position):
        """Return what the ledger of actions is told of the goods to send again.

        :param return_fold.Position position: Where the return stands.
        :rtype: list[dict]
        """
        self.ensure_one()
        if position.held:
            return []
        lines = self.line_ids.filtered("sale_line_id")
        wanted = {line: line._to_replace() for line in lines}
        known = (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("res_model", "=", lines._name),
                    ("res_id", "in", lines.ids),
                    ("action", "=", REPLACE),
                ]
            )
        )
        lines = lines.filtered(
            lambda line: wanted[line] or line.id in known.mapped("res_id")
        )
        if not lines:
            return []
        value = sum(
            (
                line.sale_line_id._logistics_value(wanted[line] / line._per_sold())
                for line in lines
            ),
            ZERO,
        )
        decision = self._credit_decision(position, value)
        self._keep_terms(decision)
        policy = self.env["logistics.policy"]._match(REPLACE, self)
        return [
            {
                "company": self.company_id,
                "record": line,
                "action": REPLACE,
                "key": REPLACE,
                "desired": wanted[line],
                "uom": line.uom_id,
                "amount": float(
                    line.sale_line_id._logistics_value(wanted[line] / line._per_sold())
                ),
                "currency": self.company_id.currency_id,
                "shipment": self.shipment_ids[:1],
                "order": line.order_id,
                "policy": policy,
                "approvers": decision.people,
                "asked_by": self._people_behind()[:1],
                "inputs": {"reason": self._credit_reason()},
            }
            for line in lines
        ]


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    replacement_move_ids = fields.One2many(
        "stock.move", "logistics_replaces_id", string="Sent Again", readonly=True
    )

    def _replaced(self):
        """Override of the hook: what the customer gets instead stays owed.

        That is all that came back or was let go while a replacement is wanted, and else
        what was sent again. So it is where the goods came back without counting as
        returned: whoever received them said that nothing is credited.
        """
        self.ensure_one()
        if self.return_id.replacement == "replace" or self._keeps_owing():
            return float(self._compensated())
        return float(self._sent_again())

    def _keeps_owing(self):
        """Return whether the goods were taken back without anything to credit.

        :rtype: bool
        """
        self.ensure_one()
        came = self.return_id.sudo().picking_ids.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and move.origin_returned_move_id
                and move.sale_line_id == self.sale_line_id
                and move.product_id == self.product_id
            )
        )
        return bool(came) and not any(came.mapped("to_refund"))

    def _compensated(self):
        """Return what came back or was let go, by the facts alone.

        :rtype: Decimal
        """
        self.ensure_one()
        facts = [
            fact._pure()
            for fact in self.return_id.sudo().fact_ids
            if fact.line_id in (self, self.browse())
        ]
        line = ReturnLine(
            self.id,
            delivered=ledger.quantity(self._delivered()),
            undelivered=self.return_id.kind == "to_sender",
        )
        return return_fold.fold([line], facts).lines[self.id].compensated

    def _sent_again(self, states=None):
        """Return what is sent again of the line, or on its way out.

        :param tuple[str] states: Only moves in these states; all that are not
            cancelled by default.
        :rtype: Decimal
        """
        self.ensure_one()
        return sum(
            (
                ledger.quantity(
                    move.product_uom._compute_quantity(
                        move.quantity if move.state == "done" else move.product_uom_qty,
                        self.uom_id,
                        rounding_method="HALF-UP",
                    )
                )
                for move in self.sudo().replacement_move_ids
                if move.location_dest_id._is_outgoing()
                and not move.origin_returned_move_id
                and (move.state in states if states else move.state != "cancel")
            ),
            ZERO,
        )

    def _to_replace(self):
        """Return how much is to be sent again in all.

        :rtype: Decimal
        """
        self.ensure_one()
        if self.return_id.replacement == "replace":
            if self._keeps_owing():
                return self._sent_again()
            return self._compensated()
        # The customer wants the credit after all: what left already has left.
        return self._sent_again(("done",))


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _returns_behind(self):
        """Override: goods are sent again for a return."""
        steps = self.sudo().filtered(lambda step: step.action == REPLACE)
        lines = self.env["logistics.return.line"].sudo().browse(steps.mapped("res_id"))
        return super()._returns_behind() | lines.exists().return_id

    def _run_replace(self):
        """Send goods again through Odoo's own procurement, or call them off."""
        for step in self:
            line = self.env["logistics.return.line"].browse(step.res_id)
            if step.quantity > 0:
                step._send_again(line)
            else:
                step._call_off(line)

    def _send_again(self, line):
        """Have the same goods delivered again on the same sold line."""
        sold = line.sale_line_id.with_company(self.company_id)
        order = sold.order_id
        if order.state != "sale":
            raise UserError(self.env._("%s is not confirmed.", order.name))
        before = sold.move_ids
        values = sold._prepare_procurement_values() | {
            "logistics_replaces_id": line.id,
        }
        Rule = self.env["stock.rule"].with_company(self.company_id)
        Rule.run(
            [
                Rule.Procurement(
                    line.product_id,
                    self.quantity,
                    line.uom_id,
                    line.move_id.location_dest_id
                    or order.partner_shipping_id.property_stock_customer,
                    line.product_id.display_name,
                    order.name,
                    order.company_id,
                    values,
                )
            ]
        )
        made = sold.move_ids - before
        made.picking_id.filtered(lambda one: one.state == "draft").action_confirm()
        self._mark_done(moves=made)

    def _call_off(self, line):
        """Cancel or reduce what is still to be sent again."""
        left = -self._decimal()
        waiting = line.replacement_move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        ).sorted("id", reverse=True)
        for move in waiting:
            asked = ledger.quantity(
                move.product_uom._compute_quantity(
                    move.product_uom_qty, line.uom_id, rounding_method="HALF-UP"
                )
            )
            part = min(asked, left)
            if part <= 0:
                continue
            left -= part
            if asked == part:
                move._action_cancel()
            else:
                move.product_uom_qty = line.uom_id._compute_quantity(
                    float(asked - part), move.product_uom
                )
        if left > 0:
            raise UserError(
                self.env._(
                    "%s were sent already and cannot be called off.",
                    ledger.as_text(left),
                )
            )
        self._mark_done(moves=waiting)
        line.return_id._reckon_again()
