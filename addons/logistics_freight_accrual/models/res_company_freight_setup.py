"""What of the freight set-up a company has, what it lacks, and which chart it has."""

from typing import NamedTuple

from odoo import models

from ..books import RECONCILED, ROLE_FIELDS
from ..chart import Known


class Gap(NamedTuple):
    """One thing that is missing before freight can be accrued.

    :param str code: What is missing.
    :param str text: In words, with what follows from it.
    :param str button: What the button that mends it says.
    :param int res_id: The record it is about, 0 without one.
    """

    code: str
    text: str
    button: str
    res_id: int = 0


class ResCompany(models.Model):
    _inherit = "res.company"

    def _logistics_chart(self):
        """Return the accounts of the company, and of the parents it shares them with.

        :rtype: account.account
        """
        self.ensure_one()
        Account = self.env["account.account"].sudo().with_company(self)
        return Account.search(
            [*Account._check_company_domain(self), ("code", "!=", False)]
        )

    def _logistics_known_accounts(self):
        """Return the accounts as plain values, see `chart.propose`.

        :return: By code the account, and what is known of it.
        :rtype: tuple[dict[str, account.account], list[Known]]
        """
        accounts = self._logistics_chart()
        in_english = accounts.with_context(lang="en_US")
        used = self._logistics_used_accounts(
            accounts.filtered(lambda account: account.account_type.endswith("_current"))
        )
        known = [
            Known(
                account.code,
                account.account_type,
                (english.name or "", account.name or ""),
                account.reconcile,
                account in used,
            )
            for account, english in zip(accounts, in_english, strict=True)
        ]
        return {account.code: account for account in accounts}, known

    def _logistics_used_accounts(self, accounts):
        """Return those accounts that have items which are not of freight.

        :rtype: account.account
        """
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "in", accounts.ids),
                    ("logistics_charge_id", "=", False),
                ],
                ["account_id"],
            )
        )
        return accounts.browse([account.id for (account,) in rows])

    def _logistics_freight_gaps(self):
        """Return what is missing, the first things first; nothing when all is there.

        :rtype: list[Gap]
        """
        self.ensure_one()
        company = self.sudo()
        if not company._logistics_chart():
            return [
                Gap(
                    "chart",
                    self.env._(
                        "%s has no chart of accounts. Choose its fiscal localization "
                        "in the settings of Accounting first.",
                        company.name,
                    ),
                    self.env._("Accounting Settings"),
                )
            ]
        return [
            *company._logistics_gaps_of_books(),
            *company._logistics_gaps_of_carriers(),
            *company._logistics_gaps_of_actions(),
        ]

    def _logistics_gaps_of_books(self):
        books = self._logistics_freight_books()
        gaps = []
        if books.missing and self.parent_id and books.owner == self:
            return [
                Gap(
                    "parent",
                    self.env._(
                        "%(branch)s takes the accounts of %(parent)s, and those are "
                        "not chosen yet.",
                        branch=self.name,
                        parent=self.root_id.name,
                    ),
                    self.env._("Set Up %s", self.root_id.name),
                    self.root_id.id,
                )
            ]
        if books.missing:
            gaps.append(
                Gap(
                    "books",
                    self.env._("Not chosen yet: %s.", ", ".join(books.missing)),
                    self.env._("Choose"),
                )
            )
        for role in RECONCILED:
            account = books.accounts[role]
            if account and not account.reconcile:
                label = books.owner._fields[ROLE_FIELDS[role]].get_description(self.env)
                gaps.append(
                    Gap(
                        "reconcile",
                        self.env._(
                            "%(label)s: the items of %(account)s cannot be reconciled.",
                            label=label["string"],
                            account=account.with_company(self).display_name,
                        ),
                        self.env._("Open the Account"),
                        account.id,
                    )
                )
        if books.journal and not books.journal.restrict_mode_hash_table:
            gaps.append(
                Gap(
                    "hash",
                    self.env._(
                        "Posted entries of the journal %s are not secured by a hash.",
                        books.journal.display_name,
                    ),
                    self.env._("Open the Journal"),
                    books.journal.id,
                )
            )
        return gaps

    def _logistics_gaps_of_carriers(self):
        Carrier = self.env["logistics.carrier"].sudo()
        Terms = self.env["logistics.freight.terms"]
        carriers = Carrier.search([("active", "=", True)])
        if not carriers:
            return [
                Gap(
                    "no_carrier",
                    self.env._("There is no carrier yet."),
                    self.env._("Carriers"),
                )
            ]
        found = Terms._for_many([(self, carrier) for carrier in carriers])
        gaps = []
        for (_company, carrier), terms in found.items():
            if not terms:
                gaps.append(
                    Gap(
                        "terms",
                        self.env._(
                            "%s has no Carrier Terms: nothing is accrued for it, and "
                            "its bills are not known as freight.",
                            carrier.name,
                        ),
                        self.env._("Add the Terms"),
                        carrier.id,
                    )
                )
            elif not terms.account_numbers:
                gaps.append(
                    Gap(
                        "numbers",
                        self.env._(
                            "%s: our account number is not known, so its bills do "
                            "not tell whose they are.",
                            carrier.name,
                        ),
                        self.env._("Open the Terms"),
                        terms.id,
                    )
                )
        return gaps

    def _logistics_gaps_of_actions(self):
        if self.env["logistics.action.mode"].sudo()._mode(self, "accrue") != "off":
            return []
        return [
            Gap(
                "off",
                self.env._("The accrual of freight is Off: nothing is posted by it."),
                self.env._("Action Modes"),
            )
        ]
