"""A bill in another currency than what was expected: compared, and accrued in its own.

What was expected is compared at the rate of the bill's day, so the price is judged and
not the rate. When the bill is booked, its accrual moves to the bill's currency on that
day: the old one is taken back, a new one is made. What the rate changed meanwhile is
left between the two entries of the old one and becomes the exchange difference that
Odoo posts by itself; what the price changed is variance, as on any other bill.
"""

from decimal import Decimal

from odoo import fields, models

from odoo.addons.logistics_events.models.ledger import as_suite, trusted
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from ..rounding import ZERO, rounded
from .logistics_charge_reckon import ACCRUE


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    replaces_id = fields.Many2one(
        "logistics.charge",
        string="Expected As",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The same charge in the currency it was expected in.",
    )

    def _is_told(self):
        """Return whether tracking events tell of the charge: of one that was billed in
        another currency they tell of the one that was expected.

        :rtype: bool
        """
        self.ensure_one()
        return not self.replaces_id

    def _billed(self):
        """Return those of the charges that some bill took a part of.

        :rtype: logistics.charge
        """
        facts = (
            self.env["logistics.charge.fact"]
            .sudo()
            .search([("charge_id", "in", self.ids), ("kind", "in", ("bill", "credit"))])
        )
        return facts.charge_id & self

    def _release_for(self, ref, day):
        """Take the accruals back, as they are accrued in another currency from now on.

        :param str ref: Because of which bill.
        :param date day: The day of the bill.
        :return: Those of which nothing is accrued any more.
        :rtype: logistics.charge
        """
        charges = self.sudo()
        charges._say("void", ref, on=day)
        steps = (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("action", "=", ACCRUE),
                    ("state", "in", OPEN_STATES),
                ]
            )
        )
        as_suite(steps.filtered(lambda step: not step.approvers_needed))._take()
        charges.invalidate_recordset(["open_amount", "posting_ids"])
        return self.filtered(lambda charge: not charge.sudo().open_amount)

    def _take_over(self, old, price, ref, day, is_accrued):
        """Be what another charge was, in the currency it is billed in.

        :param logistics.charge old: What was expected.
        :param Decimal price: What is expected in this currency.
        :param str ref: Because of which bill.
        :param date day: The day of the bill.
        :param bool is_accrued: Whether the other one was accrued until now.
        """
        self.ensure_one()
        charge = self.sudo()
        trusted(charge).write(
            {"replaces_id": old.id, "analytic_distribution": old.analytic_distribution}
        )
        charge._say("quote", ref, amount=price, currency=self.currency_id.name)
        if not is_accrued:
            return
        plan = charge._say("trigger", ref, on=day)[charge]
        rows = [row for row in plan.postings if row.key == "accrual"]
        nothing = self.env["logistics.effect"]
        charge._book([(charge, row, nothing) for row in rows])
        charge._reckon()


class LogisticsFreightBillLine(models.Model):
    _inherit = "logistics.freight.bill.line"

    exchange_amount = fields.Monetary(
        string="By the Rate",
        readonly=True,
        help="How much more is expected at the rate of the bill than at that of the "
        "service. It is no difference of the price.",
    )

    def _moved_vals(self, turn):
        """Return what identifies the charge in the currency of the bill.

        :param int turn: How often the carrier used the number of the bill.
        :rtype: dict
        """
        self.ensure_one()
        old = self.charge_id.sudo()
        return self._new_charge_vals(turn) | {
            "shipment_id": old.shipment_id.id,
            "parcel_id": old.parcel_id.id,
            "charge_type": old.charge_type,
            "expense": old.expense,
            "is_all_in": old.is_all_in,
        }


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    def _rate_from(self, currency, day=None):
        """Return how much of the bill's currency one unit of another one is.

        :param res.currency currency: The other one.
        :param date day: That of the bill where none is given.
        :return: None where no rate is known on that day; nothing is guessed.
        :rtype: Decimal | None
        """
        self.ensure_one()
        if currency == self.currency_id:
            return Decimal(1)
        company = self.company_id
        day = day or self.issued or company._logistics_today()
        Rate = self.env["res.currency.rate"].sudo()
        for one in (currency | self.currency_id) - company.currency_id:
            if not Rate.search_count(
                [
                    ("currency_id", "=", one.id),
                    ("company_id", "in", (False, company.root_id.id)),
                    ("name", "<=", day),
                ],
                limit=1,
            ):
                return None
        rate = self.env["res.currency"]._get_conversion_rate(
            currency, self.currency_id, company, day
        )
        return Decimal(repr(rate))

    def _rates_of(self, charges):
        """Return for charges in other currencies than the bill's by what rate they are
        compared: none where the rate is not known, or where a bill in their own
        currency took a part already, as what is left is not this bill's.

        :param logistics.charge charges: Any charges.
        :rtype: dict[logistics.charge, Decimal | None]
        """
        foreign = charges.filtered(lambda one: one.currency_id != self.currency_id)
        rates = dict.fromkeys(charges, Decimal(1))
        if foreign:
            by_currency = {one: self._rate_from(one) for one in foreign.currency_id}
            taken = foreign.sudo()._billed()
            for one in foreign:
                rates[one] = None if one in taken else by_currency[one.currency_id]
        return rates

    def _expected_here(self, groups):
        """Return what is still expected in the currency of the bill, and keep on the
        prices what of it comes from the rate.

        :param list groups: Of `_groups`.
        :return: By charge the amount, and whether it was converted; None where it could
            not be, and then the amount is in its own currency.
        :rtype: tuple[dict[int, Decimal | None], dict[int, bool | None]]
        """
        expected, converted = self._expected(), {}
        rates = self._rates_of(self.line_ids.charge_id)
        decimals = self.currency_id.decimal_places
        prices = dict(expected)
        for charge, rate in rates.items():
            price = prices[charge.id]
            same = charge.currency_id == self.currency_id
            converted[charge.id] = None if rate is None else not same
            if rate is not None and not same and price is not None:
                expected[charge.id] = rounded(price * rate, decimals)
        for group in groups:
            if group.charge and converted[group.charge.id]:
                price = prices[group.charge.id] or ZERO
                rate = rates[group.charge]
                group.exchange = self._by_the_rate(group.charge, price, rate)
        return expected, converted

    def _by_the_rate(self, charge, price, rate):
        """Return what the rate changed since the service.

        :param Decimal price: In the currency of the charge.
        :param Decimal rate: That of the bill.
        :return: In the currency of the bill.
        :rtype: Decimal
        """
        before = self._rate_from(charge.currency_id, charge.service_date or None)
        decimals = self.currency_id.decimal_places
        if before is None:
            return ZERO
        return rounded(price * rate, decimals) - rounded(price * before, decimals)

    def _move_accruals(self, pairs):
        """Accrue in the currency of the bill what was accrued in another one.

        :param dict pairs: By the charge that was expected the one that is billed.
        """
        day = self.issued or self.company_id._logistics_today()
        for old, new in pairs.items():
            if new.replaces_id:
                continue
            rate = self._rate_from(old.currency_id)
            price = rounded(
                Decimal(repr(old.sudo().amount)) * rate, self.currency_id.decimal_places
            )
            was_accrued = bool(old.sudo().open_amount)
            released = old._release_for(f"bill:{self._freight_ref()}", day)
            new._take_over(
                old,
                price,
                f"bill:{self._freight_ref()}",
                day,
                was_accrued and bool(released),
            )
