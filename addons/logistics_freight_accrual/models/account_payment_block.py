"""A blocked part of a bill is not paid, whichever way somebody tries.

Whatever pays a bill ends in a reconciliation of its payable, and that is where it is
held: the wizard, a payment made by hand, a line of a bank statement, an entry. Payments
without an entry of their own are held where they are linked with the bill.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..position import contested, known
from ..rounding import ZERO
from .money import money

BILL_TYPES = ("in_invoice", "in_receipt")
# What of each journal item, by id, is left out of a reconciliation: so one payment is
# about the undisputed parts of several bills, one credit memo about several disputes.
WITHHELD_KEY = "logistics_freight_withheld"
# A payment in one of these was made.
_PAYING = ("in_process", "paid")
_WRITTEN = frozenset(
    {
        "amount",
        "debit_amount_currency",
        "credit_amount_currency",
        "debit_move_id",
        "credit_move_id",
    }
)


class AccountMove(models.Model):
    _inherit = "account.move"

    logistics_blocked_amount = fields.Monetary(
        string="Payment Blocked",
        compute="_compute_logistics_blocked_amount",
        compute_sudo=True,
        groups="base.group_user",
        help="What is disputed with the carrier: it is not paid before the dispute is "
        "decided.",
    )
    logistics_undisputed_amount = fields.Monetary(
        string="May Be Paid",
        compute="_compute_logistics_blocked_amount",
        compute_sudo=True,
        groups="base.group_user",
        help="What is open and not disputed.",
    )

    @api.depends("amount_residual", "logistics_posting_ids.charge_id.blocked_amount")
    def _compute_logistics_blocked_amount(self):
        blocked = self._logistics_blocked()
        for move in self:
            amount = float(blocked.get(move._origin, ZERO))
            move.logistics_blocked_amount = amount
            move.logistics_undisputed_amount = max(move.amount_residual - amount, 0.0)

    # === BUSINESS METHODS === #

    def _logistics_blocked(self):
        """Return how much of the documents must not be paid yet, by the facts of the
        charges they are about.

        :return: By document, in its currency, tax included; others are left out.
        :rtype: dict[account.move, Decimal]
        """
        bills = self._origin.filtered(lambda move: move.move_type in BILL_TYPES)
        if not bills:
            return {}
        postings = (
            self.env["logistics.charge.posting"]
            .sudo()
            .search(
                [
                    ("move_id", "in", bills.ids),
                    ("key", "=like", "bill:%"),
                    ("charge_id.blocked_amount", ">", 0),
                ]
            )
        )
        found = defaultdict(lambda: ZERO)
        for charge, own in postings.grouped("charge_id").items():
            blocked = charge._blocked_by_bill()
            for posting in own:
                ref = posting.key.partition(":")[2]
                found[self.browse(posting.move_id.id)] += blocked.get(ref, ZERO)
        return {move: amount for move, amount in found.items() if amount}

    def _logistics_payable_items(self):
        """Return the journal items that say what is to be paid, the last due last.

        :rtype: account.move.line
        """
        return self.line_ids.filtered(
            lambda item: item.account_type == "liability_payable"
        ).sorted(lambda item: (item.date_maturity or fields.Date.today(), item.id))

    def _logistics_left(self):
        """Return what is still open of the document, by what it is reconciled with.

        :rtype: Decimal
        """
        self.ensure_one()
        items = self.sudo()._logistics_payable_items()
        taken = sum(items.matched_debit_ids.mapped("credit_amount_currency"))
        given = sum(items.matched_credit_ids.mapped("debit_amount_currency"))
        left = given - taken - sum(items.mapped("amount_currency"))
        return max(money(left, self.currency_id), ZERO)

    def _logistics_paid_by_bank(self):
        """Return how much lines of bank statements took from the documents.

        :rtype: Decimal
        """
        partials = self.sudo()._logistics_payable_items().matched_debit_ids
        return sum(
            (
                money(partial.credit_amount_currency, partial.credit_currency_id)
                for partial in partials
                if partial.debit_move_id.statement_line_id
            ),
            ZERO,
        )

    def _logistics_block_text(self, blocked, free):
        """Return why no more than a part of the document is paid.

        :param Decimal blocked: What is disputed.
        :param Decimal free: What may be paid.
        :rtype: str
        """
        self.ensure_one()
        disputes = self.env["logistics.freight.dispute"].sudo()
        names = disputes.search(
            [("bill_id.move_id", "=", self.id), ("blocked_amount", ">", 0)]
        ).mapped("name")
        return self.env._(
            "%(free)s of %(bill)s may be paid: %(blocked)s is disputed with the "
            "carrier. Once the dispute is decided, by a credit memo or by conceding "
            "it, the rest may be paid (%(disputes)s).",
            free=self.currency_id.format(float(free)),
            bill=self.display_name,
            blocked=self.currency_id.format(float(blocked)),
            disputes=", ".join(names) or "-",
        )

    @api.constrains("matched_payment_ids")
    def _check_logistics_blocked(self):
        """A payment without an entry pays no blocked part either."""
        self.sudo().matched_payment_ids._check_logistics_blocked()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _logistics_blocked_items(self):
        """Return how much of payables must not be paid yet: what is due last first.

        :return: By journal item, in its currency, positive.
        :rtype: dict[account.move.line, Decimal]
        """
        found = {}
        for move, amount in self.move_id._logistics_blocked().items():
            for item in reversed(move.sudo()._logistics_payable_items()):
                residual = money(-item.amount_residual_currency, item.currency_id)
                part = min(max(residual, ZERO), amount)
                if part:
                    found[self.browse(item.id)] = part
                    amount -= part
        return {item: part for item, part in found.items() if item in self}

    def _logistics_owes_less(self, item):
        """Return whether the journal item says that less is owed, and pays nothing.

        :param account.move.line item: The payable it is reconciled with.
        :rtype: bool
        """
        self.ensure_one()
        move = self.move_id
        if move.move_type == "in_refund":
            vendor = item.partner_id.commercial_partner_id
            return self.partner_id.commercial_partner_id == vendor
        return move.move_type == "entry" and bool(move.logistics_posting_ids)

    @api.model
    def _prepare_reconciliation_plan(
        self, plan, amls_values_map, shadowed_aml_values=None
    ):
        """Override of `account`: a part of an item can be left out, so that a payment
        is about a part of each bill, and not about the first ones in full.
        """
        withheld = self.env.context.get(WITHHELD_KEY) or {}
        for item in plan["amls"]:
            if part := withheld.get(item.id):
                _withhold(amls_values_map[item], item, part)
        return super()._prepare_reconciliation_plan(
            plan, amls_values_map, shadowed_aml_values
        )


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: a blocked part of a bill is not paid."""
        partials = super().create(vals_list)
        partials._logistics_check_blocked()
        return partials

    def write(self, vals):
        """Override of `account`: a blocked part of a bill is not paid."""
        result = super().write(vals)
        if _WRITTEN & set(vals):
            self._logistics_check_blocked()
        return result

    def _logistics_check_blocked(self):
        """Refuse what pays more of a bill than its undisputed part.

        The vendor's credit memos, and what the suite posts itself, pay nothing: they
        say that less is owed.

        :raise UserError: With what may be paid, and why.
        """
        paid = defaultdict(lambda: ZERO)
        for partial in self.sudo():
            for item, other, amount in (
                (
                    partial.credit_move_id,
                    partial.debit_move_id,
                    partial.credit_amount_currency,
                ),
                (
                    partial.debit_move_id,
                    partial.credit_move_id,
                    partial.debit_amount_currency,
                ),
            ):
                move = item.move_id
                if (
                    move.move_type in BILL_TYPES
                    and item.account_type == "liability_payable"
                    and not other._logistics_owes_less(item)
                ):
                    paid[move] += money(amount, item.currency_id)
        moves = self.env["account.move"].sudo().union(*paid)
        for move, blocked in moves._logistics_blocked().items():
            left = move._logistics_left()
            if left < blocked:
                free = max(left + paid[move] - blocked, ZERO)
                raise UserError(
                    self.env["account.move"]
                    .browse(move.id)
                    ._logistics_block_text(blocked, free)
                )


class AccountPayment(models.Model):
    _inherit = "account.payment"

    @api.constrains("invoice_ids", "amount", "currency_id", "state")
    def _check_logistics_blocked(self):
        """A payment without an entry pays no blocked part of its bills."""
        for payment in self.sudo():
            bills = payment.invoice_ids
            blocked = bills._logistics_blocked()
            if payment.move_id or payment.state not in _PAYING or not blocked:
                continue
            bill = next(iter(blocked))
            beside = (bills.matched_payment_ids | payment).filtered(
                lambda one: not one.move_id and one.state in _PAYING
            )
            paid = sum((one._logistics_in(bill.currency_id) for one in beside), ZERO)
            # What the bank line of such a payment took from a bill is not open there.
            paid = max(paid - bills._logistics_paid_by_bank(), ZERO)
            left = sum((one._logistics_left() for one in bills), ZERO)
            free = max(left - sum(blocked.values(), ZERO), ZERO)
            if paid > free:
                raise ValidationError(bill._logistics_block_text(blocked[bill], free))

    def _logistics_in(self, currency):
        """Return the amount of the payment in a currency.

        :rtype: Decimal
        """
        self.ensure_one()
        amount = self.currency_id._convert(
            self.amount, currency, self.company_id, self.date
        )
        return money(amount, currency)


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def _blocked_by_bill(self):
        """Return what must not be paid yet of the bills of the charge.

        :return: By the name of a bill among the facts, tax included.
        :rtype: dict[str, Decimal]
        """
        self.ensure_one()
        terms = self._terms()
        found = defaultdict(lambda: ZERO)
        for one in contested(known(self._facts(), terms).kinds, terms).values():
            found[one.fact.target] += one.blocked
        return found


def _withhold(values, item, part):
    """Take a part of a payable out of what is about to be reconciled.

    :param dict values: What Odoo knows of it: residuals, which are negative.
    :param account.move.line item: The payable.
    :param float part: In its currency.
    """
    residual = values["amount_residual_currency"]
    if not residual:
        return
    share = min(part / -residual, 1.0)
    values["amount_residual_currency"] = item.currency_id.round(residual + part)
    values["amount_residual"] = item.company_currency_id.round(
        values["amount_residual"] * (1 - share)
    )
