"""Freight for programs: accounts, a carrier that charges, and charges that wait."""

from decimal import Decimal

PRICE = Decimal("100.00")
_ACCOUNTS = {
    "logistics_freight_account_id": ("LF6200", "Freight Out", "expense"),
    "logistics_freight_in_account_id": ("LF6207", "Freight In", "expense"),
    "logistics_freight_variance_account_id": ("LF6208", "Freight Variance", "expense"),
    "logistics_freight_accrued_account_id": (
        "LF2119",
        "Freight Accrued",
        "liability_current",
    ),
    "logistics_freight_disputed_account_id": (
        "LF2118",
        "Freight Disputed",
        "asset_current",
    ),
}


class Freight:
    """The main company, ready to book freight, and one carrier."""

    def __init__(self, env):
        self.env = env
        self.company = env.ref("base.main_company")
        self._open_books()
        self.carrier = env["logistics.carrier"].create({"name": "Northbound Freight"})
        self.vendor = env["res.partner"].create({"name": "Northbound Billing"})
        self.terms = env["logistics.freight.terms"].create(
            {
                "company_id": self.company.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.vendor.id,
                "account_numbers": "NB-1",
                "currency_id": self.company.currency_id.id,
            }
        )
        env["logistics.action.mode"]._switch(
            self.company, "accrue", "on", since="2020-01-01"
        )
        self.made = 0

    def _open_books(self):
        company = self.company
        for name, (code, label, kind) in _ACCOUNTS.items():
            company[name] = self.env["account.account"].create(
                {
                    "code": code,
                    "name": label,
                    "account_type": kind,
                    "reconcile": kind != "expense",
                    "company_ids": [company.id],
                }
            )
        company.logistics_freight_journal_id = self.env["account.journal"].create(
            {
                "name": "Freight",
                "code": "FRT",
                "type": "general",
                "company_id": company.id,
            }
        )

    def incurred(self, count):
        """Return charges that are to be accrued; their actions wait.

        :param int count: How many.
        :rtype: logistics.charge
        """
        first, self.made = self.made, self.made + count
        charges = self.env["logistics.charge"]._find_or_make(
            [
                {
                    "company_id": self.company.id,
                    "carrier_id": self.carrier.id,
                    "reference": f"NB{number:08}",
                    "charge_type": "base",
                    "currency_id": self.company.currency_id.id,
                    "source": "flat",
                    "mode": "on",
                }
                for number in range(first, self.made)
            ]
        )
        day = self.company._logistics_today()
        charges._say_many(
            [
                told
                for charge in charges
                for told in (
                    (charge, "quote", "flat", {"amount": PRICE}),
                    (charge, "trigger", "milestone", {"on": day}),
                )
            ]
        )
        return charges

    def steps(self, charges):
        """Return the actions of charges that wait.

        :rtype: logistics.effect
        """
        return self.env["logistics.effect"].search(
            [
                ("res_model", "=", "logistics.charge"),
                ("res_id", "in", charges.ids),
                ("state", "=", "waiting"),
            ],
            order="id",
        )
