"""Where the goods of a return stand between what is invoiced and what is credited."""

from dataclasses import replace

from odoo import fields, models

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import trusted

from .. import return_fold
from .logistics_return_share import CAUSE, ZERO


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    given_up_quantity = fields.Float(
        string="No Longer Owed",
        digits=0,
        readonly=True,
        copy=False,
        help="What the customer no longer owes for, invoiced or not.",
    )
    hand_quantity = fields.Float(
        string="Credited by Hand",
        digits=0,
        readonly=True,
        copy=False,
        help="What a person credited of the sold line is taken for these goods.",
    )
    own_credit_quantity = fields.Float(
        string="Credited",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="On posted credit notes, for this return.",
    )

    def _per_sold(self):
        """Return how much of the product makes up one unit of the sold line.

        Other than one for the parts of a kit.

        :rtype: Decimal
        """
        self.ensure_one()
        sold = self.sale_line_id
        if not sold or sold.product_id == self.product_id:
            return ledger.quantity(1)
        parts = sold._logistics_sold_moves().filtered(
            lambda move: move.product_id == self.product_id
        )
        whole = ledger.quantity(sold.product_uom_qty)
        total = self._asked_of(parts)
        return total / whole if whole > 0 and total > 0 else ledger.quantity(1)

    def _is_part(self):
        """Return whether a kit was sold, and this is a part of it.

        :rtype: bool
        """
        self.ensure_one()
        sold = self.sale_line_id
        return bool(sold) and sold.product_id != self.product_id

    def _creditable(self, position):
        """Return what is to be credited of the sold line of these lines.

        Of a kit as many as all of its parts make up.

        :param return_fold.Position position: Where the return stands.
        :return: In the unit of the sold line.
        :rtype: Decimal
        """
        sold = self.sale_line_id
        sold.ensure_one()
        found = {
            product: sum(
                (position.lines[line.id].creditable / line._per_sold() for line in own),
                ZERO,
            )
            for product, own in self.grouped("product_id").items()
        }
        if not any(line._is_part() for line in self):
            return sum(found.values(), ZERO)
        parts = sold._logistics_sold_moves().product_id
        whole = min((found.get(part, ZERO) for part in parts), default=ZERO)
        return ledger.quantity(float(whole)) // 1

    def _store(self, known):
        """Override to keep what later returns of the same goods ask for."""
        super()._store(known)
        vals = {
            "given_up_quantity": float(
                max(known.compensated - ledger.quantity(self._replaced()), ZERO)
            ),
            "own_credit_quantity": float(known.credited),
        }
        self._write_reckoned(
            {name: value for name, value in vals.items() if self[name] != value}
        )

    def _write_reckoned(self, vals):
        if vals:
            trusted(self.sudo()).write(vals)

    def _invoiced(self):
        """Override: what the suite took back of its credits is no invoice, and parts of
        a kit are invoiced as the kit.
        """
        self.ensure_one()
        line = self.sale_line_id.sudo()
        total = sum(
            (
                ledger.quantity(line._logistics_in_line_unit(item))
                for item in line.invoice_lines
                if item.parent_state == "posted"
                and item.move_id.move_type == "out_invoice"
                and not item._logistics_is_credit()
            ),
            ZERO,
        )
        return float(total * self._per_sold())

    def _pure(self):
        """Override: what other deliveries and other returns of the sold line leave.

        Of what is invoiced only that counts which is not owed for other goods.
        """
        pure = super()._pure()
        sold = self.sale_line_id
        if not sold:
            return pure
        # Goods that were sent again stand in for those they replace.
        elsewhere = max(self._sent() - pure.delivered, ZERO)
        earlier = self._earlier()
        here = earlier.filtered(lambda line: line.move_id == self.move_id)
        given_up = _total(here, "given_up_quantity")
        owed = max(elsewhere - _total(earlier - here, "given_up_quantity"), ZERO)
        others = sold._logistics_wanted_by_others(self.move_id) * self._per_sold()
        delivered = max(pure.delivered - given_up, ZERO)
        if self.return_id.kind in ("customer", "damaged"):
            # What came back from the customer had arrived: other goods than those.
            delivered = max(delivered - others, ZERO)
        return replace(
            pure,
            delivered=delivered,
            invoiced=max(pure.invoiced - owed - others, ZERO),
        )

    def _sent(self):
        """Return how much of the product left for the customer with the sold line.

        What is still to leave counts as far as it is more than was ordered: an exchange
        that somebody else asked for.

        :return: In the unit of the line.
        :rtype: Decimal
        """
        self.ensure_one()
        moves = self.sale_line_id._logistics_sold_moves().filtered(
            lambda move: move.product_id == self.product_id
        )
        done = moves.filtered(lambda move: move.state == "done")
        left = sum((ledger.quantity(self._in_unit(move)) for move in done), ZERO)
        waiting = self._asked_of(moves - done)
        ordered = ledger.quantity(self.sale_line_id.product_uom_qty) * self._per_sold()
        return left + min(waiting, max(left + waiting - ordered, ZERO))

    def _asked_of(self, moves):
        """Return how much moves were asked to carry, in the unit of the line."""
        self.ensure_one()
        return sum(
            (
                ledger.quantity(
                    move.product_uom._compute_quantity(
                        move.product_uom_qty, self.uom_id, rounding_method="HALF-UP"
                    )
                )
                for move in moves
            ),
            ZERO,
        )

    def _earlier(self):
        """Return the lines of returns, this one's included, that come before this one.

        :rtype: logistics.return.line
        """
        self.ensure_one()
        return self.sudo().sale_line_id.logistics_return_line_ids.filtered(
            lambda line: line.product_id == self.product_id and line.id < self.id
        )

    def _credited(self):
        """Override of the hook: by the shares, see `logistics.return._share`."""
        self.ensure_one()
        return ledger.quantity(self.own_credit_quantity), ZERO

    def _is_settled(self):
        """Override of the hook: whether the credit notes are paid back or set off."""
        self.ensure_one()
        notes = self.return_id._credit_notes(self.sale_line_id)
        return bool(notes) and all(
            note.payment_state in ("paid", "in_payment", "reversed") for note in notes
        )


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    credit_note_ids = fields.Many2many(
        "account.move",
        string="Credit Notes",
        compute="_compute_credit_note_ids",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    def _compute_credit_note_ids(self):
        for one in self:
            goodwill = (
                one.sudo()
                .grant_ids._documents()
                .filtered(lambda move: move.move_type == "out_refund")
            )
            one.credit_note_ids = one._credit_notes() | goodwill.with_env(self.env)

    def _credit_notes(self, sold=None):
        """Return the credit notes of what is credited for the return, posted or not.

        :param sale.order.line sold: Only those of this sold line.
        :rtype: account.move
        """
        self.ensure_one()
        found = self.env["account.move"].sudo()
        key = (CAUSE, self._credit_key())
        for line in sold or self.sudo().line_ids.sale_line_id:
            suite, hand, _draft = line._logistics_credits()
            shares = line._logistics_credit_shares(suite) if suite else {}
            before = ZERO
            for name, share in shares.items():
                if name == key:
                    break
                before += share
            own = shares.get(key, ZERO)
            found |= line._logistics_notes_between(before, before + own)
            by_hand = self._by_hand(line)
            if hand and by_hand:
                found |= line._logistics_notes_by_hand()
        return found.with_env(self.env)

    def _credit_key(self):
        """Return under which key the return wants credits.

        :rtype: str
        """
        self.ensure_one()
        return f"return/{self.id}"

    def _by_hand(self, sold):
        """Return what credits made by hand are taken for this return.

        :rtype: Decimal
        """
        lines = self.sudo().line_ids.filtered(lambda line: line.sale_line_id == sold)
        return _total(lines, "hand_quantity")

    def _lines_by_sold(self):
        """Return the lines by sold line.

        :rtype: dict[sale.order.line, logistics.return.line]
        """
        self.ensure_one()
        lines = self.line_ids.sorted("id").filtered("sale_line_id")
        return lines.grouped("sale_line_id")

    def _pure_lines(self):
        """Override: share out first what is credited, then say what the lines say."""
        self.ensure_one()
        found = {line.key: line for line in super()._pure_lines()}
        facts = [fact._pure() for fact in self.fact_ids]
        position = return_fold.fold(found.values(), facts)
        for sold, lines in self._lines_by_sold().items():
            own = self._share(sold, lines, position)
            for line, quantity in _spread(lines, position, own).items():
                found[line.id] = replace(
                    found[line.id],
                    credited=quantity,
                    paid=bool(quantity) and line._is_settled(),
                )
        return list(found.values())

    def _share(self, sold, lines, position):
        """Work out what is credited of a sold line for this return, and keep by hand
        what counts for it.

        :return: In the unit of the sold line.
        :rtype: Decimal
        """
        suite, hand, draft = sold._logistics_credits()
        name = (CAUSE, self._credit_key())
        shares = sold._logistics_credit_shares
        # Nothing is credited of most lines when their goods come.
        posted = shares(suite).get(name, ZERO) if suite else ZERO
        asked = sold._logistics_credit_asked(("done",))[sold]
        made = shares(asked).get(name, ZERO) if asked else ZERO
        wanted = lines._creditable(position)
        others = sold.sudo().logistics_return_line_ids - self.line_ids
        taken = _total(others, "hand_quantity")
        for_goods = sold._logistics_credited_for_goods(hand + draft)
        by_hand = min(max(wanted - made, ZERO), max(for_goods - taken, ZERO))
        for line in lines:
            part = float(by_hand) if line == lines[0] else 0.0
            if line.hand_quantity != part:
                line._write_reckoned({"hand_quantity": part})
        return posted + min(by_hand, hand)


def _spread(lines, position, own):
    """Return what of the credits of a sold line is each line's, in its own unit.

    :param Decimal own: In the unit of the sold line.
    :rtype: dict[logistics.return.line, Decimal]
    """
    found = {}
    is_kit = any(line._is_part() for line in lines)
    left = own
    for line in lines:
        most = position.lines[line.id].creditable / line._per_sold()
        found[line] = own if is_kit else min(most, left)
        left -= found[line]
    if left > 0 and not is_kit:
        found[lines[0]] += left
    return {line: quantity * line._per_sold() for line, quantity in found.items()}


def _total(lines, name):
    return sum((ledger.quantity(line[name]) for line in lines), ZERO)
