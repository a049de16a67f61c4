"""Taking goods out of a draft again whose delivery no longer counts."""

from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.logistics_events import ledger


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _logistics_withdraw_invoice(self):
        """Bring the drafts of the key down to what is still released.

        :raise UserError: When a person changed one of them: that is theirs to do.
        """
        self.ensure_one()
        order = self.order_id
        known = order._logistics_steps("invoice")[order].filtered(
            lambda step: step.key == self.key
        )
        undecided = known._logistics_undecided()
        if undecided:
            raise UserError(
                self.env._(
                    "The delivery behind %(documents)s no longer counts, but somebody "
                    "changed it by hand: decide on that first.",
                    documents=", ".join(
                        undecided.line_ids.move_id.mapped("display_name")
                    )
                    or order.name,
                )
            )
        surplus = self._logistics_surplus(known)
        drafts = known._logistics_invoice_lines().filtered(
            lambda item: item.parent_state == "draft"
        )
        touched = self.env["account.move"]
        for item in drafts.sorted("id", reverse=True):
            touched |= item._logistics_take_out(surplus)
        for move in touched:
            move._logistics_drop_leftovers(order)
        self._mark_done(lines=touched.invoice_line_ids.filtered("sale_line_ids"))
        self._note(
            self.env._("Taken out of %s.", ", ".join(touched.mapped("display_name")))
            if touched
            else self.env._("Nothing was left to take back.")
        )

    def _logistics_surplus(self, known):
        """Return how much too much is invoiced under the key, by sold line.

        :param logistics.effect known: The steps of the key.
        :rtype: dict[sale.order.line, Decimal]
        """
        order = self.order_id
        wanted = order._logistics_quantities_by_group(
            order._logistics_steps("release")[order]
        ).get(self.key, {})
        made = known._logistics_invoice_lines()._logistics_quantities()
        return defaultdict(
            lambda: ledger.quantity(0),
            {
                line: max(quantity - wanted.get(line, ledger.quantity(0)), 0 * quantity)
                for line, quantity in made.items()
            },
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _logistics_take_out(self, surplus):
        """Reduce a draft line by what is too much, and note what is left to reduce.

        :param dict surplus: By sold line, in its unit; changed here.
        :return: The document, when it was changed.
        :rtype: account.move
        """
        self.ensure_one()
        line = self.sale_line_ids[:1]
        there = ledger.quantity(line._logistics_in_line_unit(self))
        part = min(surplus[line], there)
        if part <= 0:
            return self.env["account.move"]
        surplus[line] -= part
        rest = line.product_uom_id._compute_quantity(
            float(there - part), self.product_uom_id, rounding_method="HALF-UP"
        )
        self.move_id.write(
            {"invoice_line_ids": [Command.update(self.id, {"quantity": rest})]}
        )
        return self.move_id


class AccountMove(models.Model):
    _inherit = "account.move"

    def _logistics_drop_leftovers(self, order):
        """Remove the empty lines of an order, and fees that are left without goods.

        A document with nothing left is cancelled, not deleted: its trace stays.

        :param sale.order order: Whose goods were taken out.
        """
        self.ensure_one()
        items = self.invoice_line_ids
        own = items.filtered(lambda item: order in item.sale_line_ids.order_id)
        goods = own.filtered(lambda item: item.sale_line_ids._logistics_any_shipped())
        empty = goods.filtered(lambda item: item.product_uom_id.is_zero(item.quantity))
        gone = own if goods == empty else empty
        if not (items - gone).filtered(lambda item: item.display_type == "product"):
            self._message_log(
                body=self.env._("Cancelled: the delivery behind it no longer counts.")
            )
            self.button_cancel()
            return
        self._message_log(
            body=self.env._(
                "Reduced: the delivery of %s no longer counts in full.", order.name
            )
        )
        self.write({"invoice_line_ids": [Command.delete(item.id) for item in gone]})
