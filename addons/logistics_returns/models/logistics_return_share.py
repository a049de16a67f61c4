"""What is credited of a sold line, and for whom.

Credits of the suite are made for the sum of what all causes want. They are shared out
to the demands in the order these came. What a person credited by hand is taken for the
goods that came back, as far as there are any, so that nothing is credited twice.
"""

from odoo import models

from odoo.addons.logistics_events import ledger

CAUSE = "return"
ZERO = ledger.quantity(0)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_credits(self):
        """Return what is credited of the line, in its unit.

        :return: On posted documents of the suite, less what it took back; on posted
            credit notes of others; and on drafts of others.
        :rtype: tuple[Decimal, Decimal, Decimal]
        """
        self.ensure_one()
        suite = hand = draft = ZERO
        for item in self.sudo().invoice_lines:
            posted = item.parent_state == "posted"
            if item.parent_state == "cancel":
                continue
            amount = ledger.quantity(self._logistics_in_line_unit(item))
            is_refund = item.move_id.move_type == "out_refund"
            if item._logistics_is_credit():
                suite += (amount if is_refund else -amount) if posted else 0
            elif is_refund and posted:
                hand += amount
            elif is_refund:
                draft += amount
        return suite, hand, draft

    def _logistics_credit_shares(self, credited):
        """Share what is credited out to the demands, in the order they came.

        What is beyond all of them, because they want less by now, is the last one's.

        :param Decimal credited: How much there is.
        :return: By cause and key.
        :rtype: dict[tuple[str, str], Decimal]
        """
        self.ensure_one()
        shares = {}
        name = None
        for demand in (
            self.env["logistics.credit.demand"]
            .sudo()
            .search([("sale_line_id", "=", self.id)], order="id")
        ):
            name = (demand.cause, demand.key)
            shares[name] = max(min(ledger.quantity(demand.quantity), credited), ZERO)
            credited -= shares[name]
        if name and credited > 0:
            shares[name] += credited
        return shares

    def _logistics_wanted_by_others(self, move):
        """Return what other causes than returns want credited of goods of a move.

        :rtype: Decimal
        """
        self.ensure_one()
        demands = (
            self.env["logistics.credit.demand"]
            .sudo()
            .search([("sale_line_id", "=", self.id), ("cause", "!=", CAUSE)])
        )
        return sum(
            (
                ledger.quantity(demand.quantity)
                for demand in demands
                # Without a move it may be any of the goods.
                if not demand.key.startswith("move/") or demand.key == f"move/{move.id}"
            ),
            ZERO,
        )

    def _logistics_sold_moves(self):
        """Return the moves in which the goods of the line left or are to leave.

        What was sent instead of other goods, or went back to the customer after it was
        here again, is not sold once more.

        :rtype: stock.move
        """
        return self.sudo().move_ids.filtered(
            lambda move: (
                move.state != "cancel"
                and move.location_dest_id._is_outgoing()
                and not move.origin_returned_move_id
                and not move._logistics_is_replacement()
            )
        )

    def _logistics_notes_between(self, low, high):
        """Return the suite's posted credit notes that hold a slice of what it credited.

        :param Decimal low: Where the slice begins, in the unit of the line.
        :param Decimal high: Where it ends.
        :rtype: account.move
        """
        self.ensure_one()
        found = self.env["account.move"].sudo()
        passed = ZERO
        for item in self.sudo().invoice_lines.sorted("id"):
            if (
                item.parent_state != "posted"
                or item.move_id.move_type != "out_refund"
                or not item._logistics_is_credit()
            ):
                continue
            begin = passed
            passed += ledger.quantity(self._logistics_in_line_unit(item))
            if begin < high and passed > low:
                found |= item.move_id
        return found

    def _logistics_notes_by_hand(self):
        """Return the credit notes of the line that people made.

        :rtype: account.move
        """
        self.ensure_one()
        return (
            self.sudo()
            .invoice_lines.filtered(
                lambda item: (
                    item.parent_state != "cancel"
                    and item.move_id.move_type == "out_refund"
                    and not item._logistics_is_credit()
                )
            )
            .move_id
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _logistics_is_credit(self):
        """Return whether the suite's credit action made the line, or took it back.

        :rtype: bool
        """
        self.ensure_one()
        return "credit" in self.sudo().logistics_effect_ids.mapped("action")
