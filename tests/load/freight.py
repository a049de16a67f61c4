"""Freight for programs: accounts, a carrier that charges, and charges that wait."""

from collections import Counter
from decimal import Decimal

PRICE = Decimal("100.00")
_COLUMNS = (
    "document_number",
    "currency",
    "document_date",
    "account_number",
    "document_total",
    "charge_code",
    "charge_amount",
    "tracking_number",
)
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

    def accrued(self, count):
        """Return charges that are accrued, taken in batches of a hundred.

        :param int count: How many.
        :rtype: logistics.charge
        """
        charges = self.env["logistics.charge"]
        while len(charges) < count:
            some = self.incurred(min(100, count - len(charges)))
            self.steps(some)._take()
            self.env.cr.commit()
            self.env.invalidate_all()
            charges |= some
        return charges

    def file(self, number, charges, price=PRICE):
        """Return the file of a bill with one line for each charge.

        :param str number: That of the bill.
        :param logistics.charge charges: What it is about.
        :param Decimal price: Of each line.
        :rtype: bytes
        """
        common = (
            number,
            self.company.currency_id.name,
            self.company._logistics_today(),
            "NB-1",
            price * len(charges),
            "base",
            price,
        )
        rows = [_COLUMNS]
        rows += [(*common, charge.reference) for charge in charges]
        return "\n".join(",".join(map(str, row)) for row in rows).encode()

    def imported(self, data, name):
        """Return the bill of a file, read portion by portion and checked.

        :param bytes data: The file.
        :param str name: Its name.
        :rtype: logistics.freight.bill
        """
        file = self.env["logistics.freight.bill"]._import(
            data, company=self.company, filename=name, layout="freight_csv"
        )
        while file.state in ("waiting", "reading"):
            for _done in file._read():
                self.env.cr.commit()
        if file.problem_ids or len(file.bill_ids) != 1:
            raise RuntimeError("The bill was not read as it should be")
        return file.bill_ids

    def post(self, bill):
        """Post a bill, as the person and the jobs do.

        :param logistics.freight.bill bill: A checked one.
        """
        bill.action_post()
        self.env.cr.commit()
        bill.effect_ids.filtered(lambda step: step.state == "waiting")._take()
        self.env.cr.commit()
        if bill.state != "posted":
            raise RuntimeError(f"Not posted: {bill.effect_ids.mapped('error')}")
        while bill.is_closing:
            bill._close_portion()
            self.env.cr.commit()


def steps_about(record):
    """Return all that was ever asked for about records.

    :rtype: logistics.effect
    """
    return (
        record.env["logistics.effect"]
        .sudo()
        .search(
            [("res_model", "=", record._name), ("res_id", "in", record.ids)],
            order="id",
        )
    )


def outcome(charges, bills):
    """Return what is in the books for charges and the bills about them.

    :param logistics.charge charges: The charges.
    :param logistics.freight.bill bills: The bills.
    :rtype: dict
    """
    postings, disputes = charges.posting_ids, bills.dispute_ids
    keys = Counter((row.charge_id.id, row.key, row.generation) for row in postings)
    balances = Counter()
    for item in charges.line_ids:
        balances[item.logistics_charge_role] += item.balance
    approvals = steps_about(disputes).approval_ids
    plans = charges._plans()
    return {
        "charges": len(charges),
        "facts": Counter(charges.fact_ids.mapped("kind")),
        "stages": Counter(charges.mapped("stage")),
        "held": sorted(set(charges.mapped("held_reason")) - {False}),
        "open": round(sum(charges.mapped("open_amount")), 2),
        "missing": sum(len(planned.postings) for planned in plans.values()),
        "postings": Counter(row.key.partition(":")[0] for row in postings),
        "twice": [key for key, times in keys.items() if times > 1],
        "entries": len(postings.move_id),
        "balances": {role: round(amount, 2) for role, amount in balances.items()},
        "accruing": Counter(steps_about(charges).mapped("state")),
        "bills": bills.mapped("state"),
        "lines": len(bills.line_ids),
        "matched": len(bills.line_ids.charge_id),
        "documents": len(bills.move_id),
        "posting": Counter(steps_about(bills).mapped("state")),
        "disputes": disputes.mapped("state"),
        "conceding": Counter(steps_about(disputes).mapped("state")),
        "agreed": approvals.mapped("state").count("approved"),
    }
