"""An old account that owes, and tables that say what for."""

import base64

from odoo.fields import Command

from .common import FreightCommon
from .sheets import as_csv

HEAD = ("carrier", "reference", "service_date", "currency", "amount", "note")


class OpeningCase(FreightCommon):
    """150.00 stand on the account of before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = cls.people["finance"]
        cls.old = cls.env["account.account"].create(
            {"code": "LF2100", "name": "Old GRNI", "account_type": "liability_current"}
        )
        cls.expense = cls.company.logistics_freight_account_id
        cls._owe(150.0)
        cls.currency = cls.company.currency_id

    @classmethod
    def _owe(cls, amount, day="2026-01-31"):
        """Let the old account owe an amount."""
        journal = cls.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": day,
                "line_ids": [
                    Command.create({"account_id": cls.expense.id, "balance": amount}),
                    Command.create({"account_id": cls.old.id, "balance": -amount}),
                ],
            }
        ).action_post()

    def _row(self, reference="NB1", amount="100.00", **more):
        return (
            dict.fromkeys(HEAD, "")
            | {
                "carrier": self.carrier.name,
                "reference": reference,
                "service_date": "2026-01-15",
                "currency": self.currency.name,
                "amount": amount,
            }
            | more
        )

    def _opening(self, *rows, data=None, **more):
        opening = (
            self.env["logistics.freight.opening"]
            .with_user(self.finance)
            .create(
                {
                    "file": base64.b64encode(data or as_csv(*rows)),
                    "filename": "open.csv",
                    "account_id": self.old.id,
                    "day": "2026-02-28",
                }
                | more
            )
        )
        opening.action_read()
        return opening

    def _two(self):
        return self._row(), self._row("NB2", "50.00")

    def _account(self, account):
        items = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(sum(items.mapped("balance")), 6)

    def _charges(self):
        return self.env["logistics.charge"].search(
            [("source", "=", "opening"), ("company_id", "=", self.company.id)]
        )
