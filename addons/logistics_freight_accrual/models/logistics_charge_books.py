"""From postings to journal entries: accounts, rates, days, and what closes what."""

from contextlib import nullcontext
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import as_suite, by_suite

from ..books import RECONCILED
from ..conversion import converted

# So many charges are reconciled at a time.
_TOGETHER = 100
# What Odoo adds up of a document whenever one of its items is matched.
_TOTALS = ("_compute_amount", "_compute_payment_state", "_compute_status_in_payment")
# What is matched on accounts of these types is paid.
_PAID_BY = {"asset_receivable", "liability_payable"}


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    @api.model
    def _book(self, rows):
        """Post entries of their own: accruals, what takes them back, and what is
        decided after a bill was posted. One entry for each, created together.

        :param list[tuple] rows: (charge, `charge.Posting`, `logistics.effect` or an
            empty one).
        :return: The entries, in the order of the rows.
        :rtype: account.move
        :raise UserError: When accounts are missing.
        :raise PeriodLocked: When Odoo would date an entry otherwise.
        """
        Move = as_suite(self.env["account.move"].sudo())
        by_company = {}
        for row in rows:
            by_company.setdefault(row[0].company_id, []).append(row)
        found = {}
        for company, own in by_company.items():
            books = company.sudo()._logistics_freight_books_needed()
            prepared = [self._prepare(books, *row) for row in own]
            made = (
                Move.with_company(company)
                .with_context(skip_invoice_sync=True)
                .create([vals for vals, _own in prepared])
            )
            made._logistics_post_dated()
            kept = []
            for row, (_vals, in_own), move in zip(own, prepared, made, strict=True):
                charge, posting, effect = row
                listed = [(line.role, line.amount) for line in _lines(in_own)]
                kept.append((charge, posting, listed, move, effect))
                found[charge.id, posting.key, posting.generation] = move
            self.env["logistics.charge.posting"]._keep(kept)
        charges = self.browse(dict.fromkeys(row[0].id for row in rows))
        charges.invalidate_recordset(["posting_ids", "line_ids"])
        charges._reconcile()
        return self.env["account.move"].browse(
            [
                found[charge.id, posting.key, posting.generation].id
                for charge, posting, _effect in rows
            ]
        )

    def _prepare(self, books, charge, posting, _effect):
        """Return the values of an entry, and the posting in company currency."""
        company = books.company
        day, is_late = company._logistics_open_day(posting.on, books.journal)
        own = converted(posting, charge._rate(posting.on), _decimals(company))
        own_by_place = _own_amounts(posting, own)
        label = charge._label(posting, is_late)
        lines = [
            fields.Command.create(
                charge._line_vals(books, line.role)
                | {
                    "name": label,
                    "amount_currency": float(line.amount),
                    "balance": float(amount),
                }
            )
            for line, amount in zip(posting.lines, own_by_place, strict=True)
        ]
        vals = {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": books.journal.id,
            "date": day,
            "ref": label,
            "line_ids": lines,
        }
        return vals, own

    def _line_vals(self, books, role):
        """Return the values of a journal item of a role, but for its amounts."""
        self.ensure_one()
        vals = {
            "account_id": self._account(books, role).id,
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "logistics_charge_id": self.id,
            "logistics_charge_role": role,
        }
        if role not in RECONCILED and self.analytic_distribution:
            vals["analytic_distribution"] = self.analytic_distribution
        return vals

    def _account(self, books, role):
        """Return the account of a role: that of the company, or as on a bill.

        :rtype: account.account
        :raise UserError: When the tax of the carrier has no account.
        """
        self.ensure_one()
        if role in books.accounts:
            return books.accounts[role]
        if role == "payable":
            vendor = self.partner_id.with_company(books.company)
            return vendor.property_account_payable_id
        terms = self.env["logistics.freight.terms"]._for(books.company, self.carrier_id)
        lines = terms.tax_id.invoice_repartition_line_ids
        if not lines.account_id:
            raise UserError(
                self.env._(
                    "The terms of %s have no purchase tax with an account.",
                    self.carrier_id.name,
                )
            )
        return lines.account_id[:1]

    def _label(self, posting, is_late):
        """Return what an entry says of itself; kept, so in the company's language."""
        self.ensure_one()
        reasons = self.env["logistics.charge.posting"]._fields["reason"]
        reason = dict(reasons._description_selection(self.env))[posting.reason]
        label = f"{self.carrier_id.name} {self.display_name}: {reason}"
        if is_late:
            return self.env._(
                "%(label)s, of %(day)s (closed period)", label=label, day=posting.on
            )
        return label

    def _rate(self, day):
        """Return how much of the company's currency one unit is on a day.

        :rtype: Decimal
        """
        self.ensure_one()
        company = self.company_id
        rate = self.env["res.currency"]._get_conversion_rate(
            self.currency_id, company.currency_id, company, day
        )
        return Decimal(repr(rate))

    def _note_document(self, rows, move):
        """Record that a posted bill or credit memo of the vendor carries postings.

        Its journal items have their charge and role already.

        :param list[tuple] rows: (charge, `charge.Posting`) in the order of the items.
        :param account.move move: The posted document.
        """
        items = move.line_ids.filtered("logistics_charge_id")
        by_charge = items.grouped("logistics_charge_id")
        kept = [
            (charge, posting, _booked(posting, by_charge.get(charge, ())), move, None)
            for charge, posting in rows
        ]
        self.env["logistics.charge.posting"]._keep(kept)
        charges = self.browse(dict.fromkeys(charge.id for charge, _posting in rows))
        charges.invalidate_recordset(["posting_ids", "line_ids"])

    def _reconcile(self):
        """Reconcile what belongs together on accrued freight and on disputed freight:
        the items of each charge, as far as they cancel out.
        """
        Line = as_suite(self.env["account.move.line"].sudo())
        # No line of these documents follows from what is reconciled here.
        Line = Line.with_context(skip_invoice_sync=True)
        items = Line.search(
            [
                ("logistics_charge_id", "in", self.ids),
                ("logistics_charge_role", "in", RECONCILED),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        plan = []
        for group in items.grouped(
            lambda item: (item.logistics_charge_id, item.account_id)
        ).values():
            signs = {
                item.currency_id.compare_amounts(item.amount_residual_currency, 0.0)
                for item in group
            }
            if {1, -1} <= signs:
                plan.append(group)
        if not plan:
            return
        items = Line.union(*plan)
        with items._logistics_totals_kept():
            # Odoo compares every match with every entry of a difference of rates.
            for start in range(0, len(plan), _TOGETHER):
                Line._reconcile_plan(plan[start : start + _TOGETHER])
        items._logistics_note_exchange()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _logistics_totals_kept(self):
        """Keep Odoo from adding up the documents of the items at each match: what is
        accrued or in dispute is no part of what is to be paid, nor of what was.

        :rtype: AbstractContextManager
        """
        Move = self.env["account.move"]
        if _PAID_BY & {*self.account_id.mapped("account_type")}:
            return nullcontext()
        # What is due to be added up for another reason, is.
        self.env.flush_all()
        totals = [one for one in Move._fields.values() if one.compute in _TOTALS]
        return self.env.protecting(totals, self.move_id)

    def _prepare_exchange_difference_move_vals(self, *args, **kwargs):
        """Override of `account`: what is posted for the difference of two rates is
        about the charge whose items are reconciled.
        """
        vals = super()._prepare_exchange_difference_move_vals(*args, **kwargs)
        if not vals or not by_suite(self.env):
            return vals
        lines = vals["move_values"]["line_ids"]
        for item, place in vals["to_reconcile"]:
            if item.logistics_charge_id:
                lines[place][2].update(
                    logistics_charge_id=item.logistics_charge_id.id,
                    logistics_charge_role=item.logistics_charge_role,
                )
        return vals

    def _logistics_note_exchange(self):
        """Give the charges of items that were just reconciled what Odoo posted for
        the difference of two rates.
        """
        partials = self.matched_debit_ids | self.matched_credit_ids
        moves = partials.exchange_move_id
        Posting = self.env["logistics.charge.posting"].sudo()
        new = moves - Posting.search([("move_id", "in", moves.ids)]).move_id
        found = new.line_ids.filtered("logistics_charge_id").grouped(
            lambda item: (item.logistics_charge_id, item.move_id)
        )
        if not found:
            return
        Posting._keep_exchange(found)
        charges = self.env["logistics.charge"].union(*(pair[0] for pair in found))
        charges.invalidate_recordset(["posting_ids", "line_ids"])
        new.invalidate_recordset(["logistics_posting_ids"])


def _decimals(company):
    return company.currency_id.decimal_places


def _booked(posting, items):
    """Return what a document books of a posting in company currency, by role.

    Only what stands on items of the charge: tax and payable are those of the document.

    :rtype: list[tuple[str, Decimal]]
    """
    amounts = {}
    for item in items:
        role = item.logistics_charge_role
        amounts[role] = amounts.get(role, Decimal(0)) + Decimal(repr(item.balance))
    return [(line.role, amounts.get(line.role, Decimal(0))) for line in posting.lines]


def _lines(posting):
    return posting.lines if posting else ()


def _own_amounts(posting, own):
    """Return the amounts in company currency, line by line, zero where too small."""
    left = list(_lines(own))
    amounts = []
    for line in posting.lines:
        if left and left[0].role == line.role:
            amounts.append(left.pop(0).amount)
        else:
            amounts.append(Decimal(0))
    return amounts
