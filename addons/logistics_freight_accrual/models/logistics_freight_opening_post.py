"""Posting an opening balance: one entry, from the old account to accrued freight."""

from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.logistics_events.models.ledger import as_suite, trusted

from ..charge import Line, Posting
from ..rounding import ZERO
from .logistics_charge import _identity
from .money import money

_FACT = "opening"
# No accruals are kept on these.
_NOT_OLD = ("asset_receivable", "liability_payable", "asset_cash", "equity_unaffected")


class LogisticsFreightOpening(models.Model):
    _inherit = "logistics.freight.opening"

    def action_post(self):
        """Open the charges and post the entry; the old account is empty then.

        :raise UserError: When nothing is new, a row is not clear, or the table and the
            old account differ without a reason.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        if not self.line_ids or not self.account_id:
            self.action_read()
        opening = self.sudo()
        books = opening.company_id._logistics_freight_books_needed()
        opening._check_can_post(books)
        lines = opening.line_ids.filtered(lambda line: line.state == "new")
        charges = opening._open_charges(lines)
        move = opening._post_entry(books, lines, charges)
        opening._keep_opened(lines, charges, move)
        trusted(opening).write({"state": "posted", "move_id": move.id})
        opening._message_log(body=opening._said_on_posting(lines))
        return True

    def _check_can_post(self, books):
        """Refuse what would not let the proof start at 0.00.

        :raise UserError: With what is wrong.
        """
        if self.account_id in books.accounts.values():
            raise UserError(
                self.env._(
                    "%s is the account that freight is accrued on from now. Choose "
                    "another account for it on the Freight Set-Up, or name the account "
                    "of before here.",
                    self.account_id.display_name,
                )
            )
        if self.account_id.account_type in _NOT_OLD:
            raise UserError(
                self.env._(
                    "%s holds what is owed to vendors or by customers, or money: no "
                    "accrued freight was kept there. Choose the account where it was.",
                    self.account_id.display_name,
                )
            )
        if self.problem_text or self.problem_count:
            raise UserError(
                self.env._(
                    "%(count)s rows are not clear. Correct the table and read it "
                    "again.",
                    count=self.problem_count or 1,
                )
            )
        if not self.new_count:
            raise UserError(
                self.env._(
                    "Everything in this table is posted already, or it is empty."
                )
            )
        currency = self.company_currency_id
        if not currency.is_zero(self.rest) and not (self.rest_reason or "").strip():
            raise UserError(
                self.env._(
                    "The old account has %(balance)s, the table %(total)s: %(rest)s "
                    "would be left. Complete the table, or say why the rest is "
                    "variance.",
                    balance=currency.format(self.old_balance),
                    total=currency.format(self.total),
                    rest=currency.format(self.rest),
                )
            )

    def _open_charges(self, lines):
        """Return the charges of the lines, in their order, made and locked."""
        Charge = self.env["logistics.charge"]
        wanted = self._at_shipments([self._vals_of(line) for line in lines])
        charges = Charge._find_or_make(wanted)
        charges._lock()
        charges.invalidate_recordset(["posting_ids"])
        charges.shipment_id.invalidate_recordset(["logistics_charge_ids"])
        if any(charges.mapped("posting_ids")):
            raise UserError(
                self.env._("Some of it was posted a moment ago: read the table again.")
            )
        for charge in charges:
            if not charge.fact_ids:
                # The amounts are what stands in the books: tax that does not come
                # back is in them already.
                charge.tax_rate = 0.0
        return charges

    def _vals_of(self, line):
        return {
            "company_id": self.company_id.id,
            "carrier_id": line.carrier_id.id,
            "reference": line.reference,
            "charge_type": line.charge_type,
            "currency_id": line.currency_id.id,
            "source": "opening",
            "is_all_in": line.charge_type == "base",
        }

    def _post_entry(self, books, lines, charges):
        """Return the posted entry."""
        company, label = self.company_id, self.env._("Opening balance of freight")
        vals = []
        for line, charge in zip(lines, charges, strict=True):
            name = f"{label}: {charge.display_name}"
            amounts = {"amount_currency": line.amount, "balance": line.own_amount}
            vals.append(
                {
                    "name": name,
                    "account_id": self.account_id.id,
                    "partner_id": charge.partner_id.id,
                    "currency_id": line.currency_id.id,
                    **amounts,
                }
            )
            vals.append(
                charge._line_vals(books, "accrued")
                | {"name": name}
                | {key: -amount for key, amount in amounts.items()}
            )
        rest = money(self.rest, self.company_currency_id)
        if rest:
            account = books.accounts["variance"]
            for account_id, amount in ((self.account_id, rest), (account, -rest)):
                vals.append(
                    {
                        "name": f"{label}: {self.rest_reason}",
                        "account_id": account_id.id,
                        "currency_id": self.company_currency_id.id,
                        "amount_currency": float(amount),
                        "balance": float(amount),
                    }
                )
        move = (
            as_suite(self.env["account.move"])
            .with_company(company)
            .with_context(skip_invoice_sync=True)
            .create(
                {
                    "move_type": "entry",
                    "company_id": company.id,
                    "journal_id": books.journal.id,
                    "date": self.day,
                    "ref": f"{label}: {self.filename or self.day}",
                    "line_ids": [Command.create(row) for row in vals],
                }
            )
        )
        move._logistics_post_dated()
        return move

    def _keep_opened(self, lines, charges, move):
        """Record what was opened: the postings, and the facts that make them so."""
        own_currency = self.company_currency_id
        kept, told, now = [], [], fields.Datetime.now()
        for line, charge in zip(lines, charges, strict=True):
            amount = money(line.amount, line.currency_id)
            own = money(line.own_amount, own_currency)
            kept.append(
                (
                    charge,
                    _posting(charge, amount, move.date),
                    [(charge.expense, own), ("accrued", -own)],
                    move,
                    None,
                )
            )
            day = line.service_date
            told += [
                (charge, "quote", _FACT, {"amount": amount, "on": day, "at": now}),
                (charge, "trigger", _FACT, {"on": day}),
            ]
            trusted(charge).write({"service_date": day})
            trusted(line).write({"charge_id": charge.id})
        self.env["logistics.charge.posting"]._keep(kept)
        charges.invalidate_recordset(["posting_ids", "line_ids"])
        self.env["logistics.charge"]._say_many(told)

    def _said_on_posting(self, lines):
        """Return what the chatter keeps of the posting.

        :rtype: markupsafe.Markup
        """
        currency = self.company_currency_id
        texts = [
            self.env._(
                "%(count)s open accruals of %(total)s were taken over from "
                "%(account)s.",
                count=len(lines),
                total=currency.format(sum(lines.mapped("own_amount"))),
                account=self.account_id.display_name,
            )
        ]
        rest = sum(
            self.move_id.line_ids.filtered(
                lambda item: (
                    item.account_id == self.account_id
                    and item.name.endswith(self.rest_reason or "\0")
                )
            ).mapped("balance")
        )
        if rest:
            texts.append(
                self.env._(
                    "%(rest)s went to freight variance: %(reason)s",
                    rest=currency.format(rest),
                    reason=self.rest_reason,
                )
            )
        return Markup("<br/>").join(texts)


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    @api.model
    def _find_known(self, vals_list):
        """Return the charges that some values tell of, empty ones where they are new.

        :param list[dict] vals_list: Like those of `_find_or_make`.
        :rtype: list[logistics.charge]
        """
        identities = [_identity(vals) for vals in vals_list]
        known = self._known(identities)
        return [known.get(identity, self.browse()) for identity in identities]

    def _opened(self):
        """Return what was accrued by an opening balance.

        :rtype: Decimal
        """
        self.ensure_one()
        rows = self.sudo().posting_ids.filtered(lambda row: row.reason == "opening")
        return sum((Decimal(repr(row.accrued)) for row in rows), ZERO)

    def _accrual_wish(self, target, policy):
        """Override: what an opening balance accrued is accrued."""
        return super()._accrual_wish(target - self._opened(), policy)


def _posting(charge, amount, day):
    lines = (Line(charge.expense, amount), Line("accrued", -amount))
    return Posting("accrual", 1, "opening", lines, day)
