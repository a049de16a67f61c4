"""Fixtures: a company with accounts for freight, a carrier with terms, accrual on."""

from datetime import date
from decimal import Decimal

from odoo.addons.logistics_events.tests.common import LogisticsCommon

# Code, name, type, and whether its items are reconciled, by field of the company.
ACCOUNTS = {
    "logistics_freight_account_id": ("LF6200", "Freight Out", "expense", False),
    "logistics_freight_in_account_id": ("LF6207", "Freight In", "expense", False),
    "logistics_freight_variance_account_id": (
        "LF6208",
        "Freight Variance",
        "expense",
        False,
    ),
    "logistics_freight_accrued_account_id": (
        "LF2119",
        "Freight Accrued",
        "liability_current",
        True,
    ),
    "logistics_freight_disputed_account_id": (
        "LF2118",
        "Freight Disputed",
        "asset_current",
        True,
    ),
}


class FreightCommon(LogisticsCommon):
    """Charges of a base price of 100.00, accrued when the goods are picked up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._open_books(cls.company)
        cls.vendor = cls.env["res.partner"].create({"name": "Northbound Billing"})
        cls.terms = cls.env["logistics.freight.terms"].create(
            {
                "company_id": cls.company.id,
                "carrier_id": cls.carrier.id,
                "partner_id": cls.vendor.id,
                "account_numbers": "NB-1",
                "currency_id": cls.company.currency_id.id,
                "flat_amount": 100.0,
            }
        )
        cls.env["logistics.policy"].search([("action", "=", "accrue")]).active = False
        cls.rule = cls.env["logistics.policy"].create(
            {
                "name": "At pickup",
                "action": "accrue",
                "trigger": "picked_up",
                "domain": "[]",
                "valid_from": "2020-01-01",
            }
        )
        cls.mode = cls.env["logistics.action.mode"]._switch(
            cls.company, "accrue", "on", since="2020-01-01"
        )

    @classmethod
    def _open_books(cls, company):
        """Give a company the accounts and the journal that freight is booked with."""
        Account = cls.env["account.account"].with_company(company)
        accounts = Account.create(
            [
                {
                    "code": code,
                    "name": label,
                    "account_type": kind,
                    "reconcile": reconcile,
                    "company_ids": [company.id],
                }
                for code, label, kind, reconcile in ACCOUNTS.values()
            ]
        )
        company.write(dict(zip(ACCOUNTS, accounts.ids, strict=True)))
        company.logistics_freight_journal_id = cls.env["account.journal"].create(
            {
                "name": "Freight",
                "code": "FRT",
                "type": "general",
                "company_id": company.id,
            }
        )

    # === DEEDS === #

    def _send(self, number="NB1001", **more):
        """Return the shipment of a delivery that left with a number."""
        order = self._sell(**more)
        return self._ship(order.picking_ids, number)

    def _pick_up(self, shipment, **more):
        """The carrier says that it has the goods."""
        self._report(shipment, "picked_up", **more)

    def _price(self, shipment, amount, final=True, **more):
        """The carrier says what it charges."""
        self._report(
            shipment,
            "charge_confirmed" if final else "charge_estimated",
            amount=amount,
            currency=more.pop("currency", self.company.currency_id.name),
            raw_code=more.pop("raw_code", "base"),
            **more,
        )

    # === VIEWS === #

    def _balances(self, charges):
        """Return what the charges have on their accounts: by role, debits positive."""
        found = {}
        for item in charges.line_ids.filtered(lambda i: i.parent_state == "posted"):
            role = item.logistics_charge_role
            amount = Decimal(str(round(item.balance, 6)))
            found[role] = found.get(role, Decimal(0)) + amount
        return {role: amount for role, amount in found.items() if amount}

    def _account_balance(self, name, company=None, currency=False):
        """Return the posted balance of one of the freight accounts.

        :param str name: The field of the company.
        """
        company = company or self.company
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", company[name].id),
                ("parent_state", "=", "posted"),
                ("company_id", "=", company.id),
            ]
        )
        return round(sum(items.mapped("amount_currency" if currency else "balance")), 6)

    def _day(self, text):
        return date.fromisoformat(text)
