"""The vendor bill that a carrier's bill becomes: every line on its account, the tax of
the document to the cent, and balances at the rate of its date.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..books import RECONCILED
from ..charge_types import CHARGE_TYPES
from ..conversion import converted
from ..rounding import rounded

_ZERO = Decimal(0)
# These stand on lines of the whole document.
_OF_DOCUMENT = ("recoverable_tax", "payable")


@dataclass
class _TaxPlan:
    """How the tax of a document is booked.

    :param account.tax tax: The tax of the Carrier Terms, or an empty one.
    :param account.account.tag base_tags: For the tax report, on what is taxed.
    :param list accounts: Repartition lines with an account, with their share.
    :param account.tax.repartition.line cost: Where the part goes that is cost.
    :param bool is_owed: Whether the company owes the tax itself (reverse charge).
    """

    tax: object
    base_tags: object
    accounts: list = field(default_factory=list)
    cost: object = None
    is_owed: bool = False


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    def _make_document(self, rows):
        """Post the vendor bill or credit note of the bill.

        :param list[tuple] rows: `Share` and `charge.Posting`.
        :rtype: account.move
        :raise UserError: When an account is missing.
        :raise PeriodLocked: When Odoo would date it otherwise.
        """
        moves = self.env["account.move"].with_company(self.company_id)
        # Every item is given whole: nothing is left for Odoo to work out, line by line.
        quickly = moves.with_context(
            skip_invoice_sync=True,
            skip_invoice_line_sync=True,
            skip_analytic_sync=True,
        )
        move = quickly.create(self._document_vals(rows)).with_env(moves.env)
        move.with_context(skip_invoice_sync=True)._logistics_post_dated()
        return move

    def _document_vals(self, rows):
        """Return the values of the document.

        :param list[tuple] rows: `Share` and `charge.Posting`.
        :rtype: dict
        """
        day, _is_late = self._posting_day()
        payable = sum((row.balance("payable") for _share, row in rows), _ZERO)
        is_refund = payable > 0 or (not payable and self.kind == "credit")
        owned = [(share, row, self._in_own(row)) for share, row in rows]
        writer = _Writer(self, is_refund)
        for share, row, own in owned:
            writer.charge(share, row, own)
        writer.taxes(owned)
        writer.payable(owned)
        return {
            "move_type": "in_refund" if is_refund else "in_invoice",
            "company_id": self.company_id.id,
            "journal_id": self._purchase_journal().id,
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.issued,
            "invoice_date_due": writer.due,
            "date": day,
            "ref": self.number,
            "line_ids": [fields.Command.create(line) for line in writer.lines],
        }

    def _in_own(self, posting):
        """Return a posting in company currency at the rate of the document.

        :param charge.Posting posting: In the currency of the bill.
        :rtype: charge.Posting | None
        """
        return converted(
            posting, self._document_rate(), self.company_id.currency_id.decimal_places
        )

    def _document_rate(self):
        """Return how much of the company's currency one unit of the bill's is.

        :rtype: Decimal
        """
        own = self.company_id.currency_id
        if own == self.currency_id:
            return Decimal(1)
        rate = self.env["res.currency"]._get_conversion_rate(
            self.currency_id, own, self.company_id, self.issued
        )
        return Decimal(repr(rate))

    def _posting_day(self):
        """Return on which day the document is posted, and whether its own is closed.

        :rtype: tuple[date, bool]
        """
        return self.company_id._logistics_open_day(
            self.issued, self._purchase_journal(), has_tax=bool(self._terms().tax_id)
        )

    def _purchase_journal(self):
        """Return where vendor bills of the company are posted.

        :rtype: account.journal
        :raise UserError: When there is none.
        """
        Journal = self.env["account.journal"].sudo()
        journal = Journal.search(
            [
                *Journal._check_company_domain(self.company_id),
                ("type", "=", "purchase"),
            ],
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._("%s has no journal for purchases.", self.company_id.name)
            )
        return journal

    def _keep_postings(self, rows, move, step):
        """Keep on the charges what was posted for them with the document.

        :param list[tuple] rows: `Share` and `charge.Posting`.
        :param account.move move: The posted document.
        :param logistics.effect step: Because of which.
        """
        kept = []
        for share, row in rows:
            own = self._in_own(row)
            listed = [(line.role, line.amount) for line in own.lines] if own else []
            kept.append((share.charge, row, listed, move, step))
        self.env["logistics.charge.posting"]._keep(kept)
        charges = self.env["logistics.charge"].union(*(one.charge for one, _r in rows))
        charges.invalidate_recordset(["posting_ids", "line_ids"])

    def _tax_plan(self, is_refund):
        """Return how the tax of the document is booked.

        :param bool is_refund: Whether it is a credit note.
        :rtype: _TaxPlan
        """
        tax = self._terms().tax_id
        side = "refund" if is_refund else "invoice"
        lines = tax[f"{side}_repartition_line_ids"]
        base = lines.filtered(lambda line: line.repartition_type == "base")
        parts = lines.filtered(lambda line: line.repartition_type == "tax")
        booked = parts.filtered("account_id")
        return _TaxPlan(
            tax,
            base.tag_ids,
            [(line, Decimal(repr(line.factor))) for line in booked],
            (parts - booked)[:1],
            bool(tax) and not round(sum(parts.mapped("factor")), 6),
        )


class _Writer:
    """Writes the journal items of a document."""

    def __init__(self, bill, is_refund):
        self.bill, self.env = bill, bill.env
        self.sign = -1 if is_refund else 1
        self.books = bill.company_id._logistics_freight_books_needed()
        self.partner = bill.partner_id.commercial_partner_id
        self.plan = bill._tax_plan(is_refund)
        self.decimals = bill.currency_id.decimal_places
        self.rate = bill._document_rate()
        self.lines = []
        self.base = _ZERO
        self.due = bill.due or self._due()

    def charge(self, share, posting, own):
        """Write the items of one charge.

        :param Share share: What the bill says of it.
        :param charge.Posting posting: In the currency of the bill.
        :param charge.Posting own: In that of the company, None when it rounds away.
        """
        charge = share.charge
        name = f"{charge.display_name} ({self.bill.number})"
        parts = [line for line in posting.lines if line.role not in _OF_DOCUMENT]
        if not parts:
            return
        cost_tax = self._cost_tax(share, posting)
        bearer = max(parts, key=lambda line: abs(line.amount))
        is_taxed = bool(self.plan.tax) and (self.plan.is_owed or bool(share.tax))
        for line in parts:
            amount = line.amount
            balance = own.balance(line.role) if own else _ZERO
            vals = self._charge_vals(charge, line.role) | {"name": name}
            if line.role == "clearing":
                vals["name"] = self.bill.env._("%s, in dispute", name)
            if line is bearer and cost_tax:
                own_tax = self._own(cost_tax)
                self._cost_line(vals, cost_tax, own_tax)
                amount, balance = amount - cost_tax, balance - own_tax
            if is_taxed:
                self.base += amount
                vals |= {
                    "tax_ids": [fields.Command.set(self.plan.tax.ids)],
                    "tax_tag_ids": [fields.Command.set(self.plan.base_tags.ids)],
                }
            else:
                vals["tax_ids"] = [fields.Command.clear()]
            self._write(vals, amount, balance)

    def taxes(self, owned):
        """Write the tax that comes back, and the tax that the company owes itself.

        :param list[tuple] owned: Share, posting, and posting in company currency.
        """
        if self.plan.is_owed:
            self._owed_taxes()
        total, own_total = _sums(owned, "recoverable_tax")
        if not total:
            return
        if not self.plan.accounts:
            raise UserError(
                self.env._(
                    "%(bill)s has tax. Choose on the Carrier Terms of %(carrier)s "
                    "which tax it is, with an account.",
                    bill=self.bill.display_name,
                    carrier=self.bill.carrier_id.name,
                )
            )
        factors = sum((factor for _line, factor in self.plan.accounts), _ZERO)
        left, own_left = total, own_total
        for place, (line, factor) in enumerate(self.plan.accounts, 1):
            part, own_part = left, own_left
            if place < len(self.plan.accounts):
                part = rounded(total * factor / factors, self.decimals)
                own_part = self._own(part)
            left, own_left = left - part, own_left - own_part
            self._tax_line(line, part, own_part)

    def payable(self, owned):
        """Write what is to be paid.

        :param list[tuple] owned: Share, posting, and posting in company currency.
        """
        amount, balance = _sums(owned, "payable")
        partner = self.bill.partner_id.with_company(self.bill.company_id)
        account = partner.property_account_payable_id
        if not account:
            raise UserError(
                self.env._("%s has no payable account.", partner.display_name)
            )
        self.lines.append(
            self._common()
            | {
                "name": self.bill.number,
                "account_id": account.id,
                "display_type": "payment_term",
                "date_maturity": self.due,
                "amount_currency": float(amount),
                "balance": float(balance),
            }
        )

    def _due(self):
        bill = self.bill
        term = bill.partner_id.with_company(
            bill.company_id
        ).property_supplier_payment_term_id
        days = [line._get_due_date(bill.issued) for line in term.line_ids]
        return max(days, default=bill.issued)

    def _cost_tax(self, share, posting):
        """Return the tax of a charge that does not come back, with the sign of its
        items.
        """
        tax = share.tax if share.kind == "bill" else -share.tax
        return tax - posting.balance("recoverable_tax")

    def _cost_line(self, vals, amount, balance):
        """Write tax that is cost: on the account of what it is the tax on."""
        if self.plan.cost:
            vals = vals | {
                "display_type": "tax",
                "tax_repartition_line_id": self.plan.cost.id,
                "tax_tag_ids": [fields.Command.set(self.plan.cost.tag_ids.ids)],
                "tax_ids": [fields.Command.clear()],
            }
            self.lines.append(
                vals | {"amount_currency": float(amount), "balance": float(balance)}
            )
        else:
            self._write(vals | {"tax_ids": [fields.Command.clear()]}, amount, balance)

    def _owed_taxes(self):
        """Write tax that the company owes itself: what comes back and what it owes."""
        share = Decimal(repr(self.plan.tax.amount)) / 100
        for line, factor in self.plan.accounts:
            amount = rounded(self.base * share * factor, self.decimals)
            self._tax_line(line, amount, self._own(amount))

    def _tax_line(self, line, amount, balance):
        if not amount and not balance:
            return
        self.lines.append(
            self._common()
            | {
                "name": self.plan.tax.name,
                "account_id": line.account_id.id,
                "display_type": "tax",
                "tax_repartition_line_id": line.id,
                "tax_tag_ids": [fields.Command.set(line.tag_ids.ids)],
                "tax_base_amount": float(abs(self._own(self.base))),
                "tax_ids": [fields.Command.clear()],
                "amount_currency": float(amount),
                "balance": float(balance),
            }
        )

    def _write(self, vals, amount, balance):
        self.lines.append(
            vals
            | {
                "display_type": "product",
                "quantity": 1.0,
                "price_unit": float(self.sign * amount),
                "amount_currency": float(amount),
                "balance": float(balance),
            }
        )

    def _charge_vals(self, charge, role):
        """Return the values of an item of a charge, but for its amounts."""
        vals = self._common() | {
            "account_id": self._account(charge, role).id,
            "logistics_charge_id": charge.id,
            "logistics_charge_role": role,
            "analytic_distribution": False,
        }
        if role not in RECONCILED:
            vals["analytic_distribution"] = charge.analytic_distribution
        return vals

    def _account(self, charge, role):
        """Return the account of a role; what the authorities get is no expense."""
        booked = CHARGE_TYPES[charge.charge_type].booked
        if booked == "freight" or role in RECONCILED:
            return self.books.accounts[role]
        name = f"logistics_freight_{'duty' if booked == 'duty' else 'import_tax'}"
        name = f"{name}_account_id"
        account = self.books.owner[name]
        if not account:
            label = self.books.owner._fields[name].get_description(self.env)["string"]
            raise UserError(
                self.env._(
                    "%(bill)s passes on what the authorities got. Choose the account "
                    "“%(account)s” in the settings.",
                    bill=self.bill.display_name,
                    account=label,
                )
            )
        return account

    def _common(self):
        return {"partner_id": self.partner.id, "currency_id": self.bill.currency_id.id}

    def _own(self, amount):
        return rounded(
            amount * self.rate, self.bill.company_id.currency_id.decimal_places
        )


def _sums(owned, role):
    """Return what a role gets in the currency of the bill and in the company's."""
    amount = sum((row.balance(role) for _share, row, _own in owned), _ZERO)
    balance = sum((own.balance(role) for _share, _row, own in owned if own), _ZERO)
    return amount, balance
