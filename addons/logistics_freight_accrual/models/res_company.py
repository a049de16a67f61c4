"""The accounts that freight is booked on, and on which day."""

from datetime import date, timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..books import JOURNAL_FIELD, ROLE_FIELDS, Books

_EXPENSE_TYPES = ("expense", "expense_direct_cost", "expense_other")


def _account(string, types, reconciled=False, **more):
    domain = [("account_type", "in", list(types))]
    if reconciled:
        domain.append(("reconcile", "=", True))
    return fields.Many2one(
        "account.account",
        string=string,
        domain=domain,
        check_company=True,
        groups="base.group_user",
        **more,
    )


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_freight_journal_id = fields.Many2one(
        "account.journal",
        string="Freight Journal",
        domain=[("type", "=", "general")],
        check_company=True,
        groups="base.group_user",
        help="Only accruals of freight are posted in it.",
    )
    logistics_freight_account_id = _account("Freight Expense", _EXPENSE_TYPES)
    logistics_freight_in_account_id = _account(
        "Freight-in",
        _EXPENSE_TYPES,
        help="Inbound freight that no stock carries.",
    )
    logistics_freight_variance_account_id = _account(
        "Freight Variance",
        _EXPENSE_TYPES,
        help="What carriers bill above or below what was accrued.",
    )
    logistics_freight_accrued_account_id = _account(
        "Accrued Freight",
        ("liability_current",),
        reconciled=True,
        help="Freight that was incurred and not billed yet: one line for each charge.",
    )
    logistics_freight_disputed_account_id = _account(
        "Disputed Freight",
        ("asset_current", "liability_current"),
        reconciled=True,
        help="What was billed and is contested, until it is decided.",
    )
    logistics_freight_materiality = fields.Monetary(
        string="Prior Period Needs Approval Above",
        default=5000.0,
        groups="base.group_user",
        help="Freight of a closed period is posted on the first open day. Above this "
        "amount a person decides first.",
    )

    # === BUSINESS METHODS === #

    def _logistics_freight_books(self):
        """Return where the freight of the company is booked.

        A branch has no accounts of its own: those of the nearest parent count.

        :rtype: Books
        """
        self.ensure_one()
        names = [JOURNAL_FIELD, *ROLE_FIELDS.values()]
        company = self.sudo()
        lineage = company.parent_ids.sorted("parent_path", reverse=True) or company
        owner = next(
            (one for one in lineage if any(one[name] for name in names)), company
        )
        missing = tuple(
            owner._fields[name].get_description(self.env)["string"]
            for name in names
            if not owner[name]
        )
        accounts = {role: owner[name] for role, name in ROLE_FIELDS.items()}
        return Books(self, owner, owner[JOURNAL_FIELD], accounts, missing)

    def _logistics_freight_books_needed(self):
        """Return where the freight of the company is booked, all of it chosen.

        :rtype: Books
        :raise UserError: Saying what is missing.
        """
        books = self._logistics_freight_books()
        if books.missing:
            raise UserError(
                self.env._(
                    "Freight of %(company)s cannot be booked yet. Choose on the "
                    "freight set-up: %(missing)s.",
                    company=self.name,
                    missing=", ".join(books.missing),
                )
            )
        return books

    def _logistics_open_day(self, day, journal, has_tax=False):
        """Return on which day something is posted that belongs to a day.

        Odoo would move the date without a word; here it is worked out before. Accruals
        follow the lock of purchases as well: the bill that takes them back does.
        An exception granted to somebody opens nothing.

        :param date day: The day it belongs to.
        :param account.journal journal: Where it is posted.
        :param bool has_tax: Whether the tax return is concerned.
        :return: The day to post on, and whether the day itself is closed.
        :rtype: tuple[date, bool]
        """
        self.ensure_one()
        locked = max(
            self._logistics_locked_until(journal, has_tax),
            self.sudo()._get_user_lock_date(
                "purchase_lock_date", ignore_exceptions=True
            )
            or date.min,
        )
        if day > locked:
            return day, False
        return locked + timedelta(days=1), True
