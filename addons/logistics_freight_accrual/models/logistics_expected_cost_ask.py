"""Asking every source what shipments cost, many at once."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from odoo import fields, models

from ..agreement import Consignment
from ..expected_cost import Accuracy, Expectation, Money, expect, weight_class
from ..rounding import rounded
from .logistics_consignment import weight_of
from .money import money


@dataclass(frozen=True)
class Priced:
    """A shipment and what every source says of it.

    :param Any shipment: The `logistics.shipment`.
    :param Consignment consignment: As it was priced.
    :param Expectation expectation: What the sources say.
    :param Any charged_in: The `res.currency` the carrier charges in.
    :param dict currencies: By ISO 4217 code the `res.currency`.
    """

    shipment: Any
    consignment: Consignment
    expectation: Expectation
    charged_in: Any
    currencies: dict[str, Any]

    def in_charged_currency(self, said, charged_in=None):
        """Return an amount in the currency the carrier charges in.

        :param expected_cost.Money said: In any currency.
        :param res.currency charged_in: Another one to return it in.
        :return: Rounded to that currency.
        :rtype: Decimal
        """
        target = charged_in or self.charged_in
        amount = said.amount
        if said.currency != target.name:
            converted = self.currencies[said.currency]._convert(
                float(amount),
                target,
                self.shipment.company_id,
                self.consignment.on,
                round=False,
            )
            amount = Decimal(repr(converted))
        return rounded(amount, target.decimal_places)

    def vals(self):
        """Return the shipment as it was priced, as field values.

        :rtype: dict
        """
        return {
            "shipment_id": self.shipment.id,
            "company_id": self.shipment.company_id.id,
            "carrier_id": self.shipment.carrier_id.id,
            "service": self.consignment.service,
            "zone": self.consignment.zone,
            "service_date": self.consignment.on,
            "asked_at": fields.Datetime.now(),
        }


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _logistics_expectations(self):
        """Return what every source says the shipments cost.

        Nothing is stored, and no partner is called.

        :rtype: dict[logistics.shipment, expected_cost.Expectation]
        """
        return {one.shipment: one.expectation for one in self._logistics_priced()}

    def _logistics_priced(self):
        """Ask every source about the shipments, each source once for all of them.

        :rtype: list[Priced]
        """
        # By themselves: records of another answer would be read one at a time.
        self = self.sudo().browse(self.ids)
        consignments, goods = self._logistics_consignments(), self._logistics_goods()
        terms = self.env["logistics.freight.terms"]._for_many(
            (one.company_id, one.carrier_id) for one in self
        )
        booked = self._logistics_booked(goods)
        currencies = {
            one.name: one
            for one in self.env["res.currency"]
            .with_context(active_test=False)
            .search([])
        }
        kilograms = self._logistics_units().kilograms
        found = []
        for (company, carrier), own in self.grouped(
            lambda one: (one.company_id, one.carrier_id)
        ).items():
            held = terms.get((company, carrier)) or self.env["logistics.freight.terms"]
            charged_in = held.currency_id or company.currency_id
            wanted = [consignments[one] for one in own]
            agreements = self.env["logistics.rate.agreement"]._for_consignments(
                company, carrier, wanted
            )
            past, accuracies = self._logistics_past(
                company, carrier, charged_in, wanted
            )
            for one, consignment, fitting in zip(own, wanted, agreements, strict=True):
                weight = float(weight_of(consignment) / kilograms)
                said = expect(
                    consignment,
                    currency=charged_in.name,
                    decimals=charged_in.decimal_places,
                    booked=booked.get(one),
                    agreements=fitting,
                    rule=_money(
                        goods[one].method
                        and goods[one].method._logistics_cost(
                            company, goods[one].pickings, weight
                        )
                    ),
                    past=past.get(_class_of(consignment), ()),
                    flat=_money((held.flat_amount, held.currency_id)),
                )
                answers = tuple(
                    replace(item, accuracy=accuracies.get(item.source, Accuracy()))
                    for item in said.answers
                )
                found.append(
                    Priced(
                        one, consignment, Expectation(answers), charged_in, currencies
                    )
                )
        return found

    def _logistics_past(self, company, carrier, currency, consignments):
        """Return what was billed before for the like, and how well each source did."""
        Cost, days = self.env["logistics.expected.cost"], [o.on for o in consignments]
        return (
            Cost._billed_before(
                company, carrier, currency, {_class_of(o) for o in consignments}, days
            ),
            Cost._accuracies(company, carrier, currency, max(days)),
        )

    def _logistics_booked(self, goods):
        """Return the prices that were said when the labels were booked.

        :param dict goods: What `_logistics_goods` returned.
        :rtype: dict[logistics.shipment, expected_cost.Money]
        """
        pickings = self.env["stock.picking"].union(
            *(one.pickings for one in goods.values())
        )
        bookings = (
            self.env["logistics.booking"]
            .sudo()
            .search(
                [
                    "|",
                    ("picking_id", "in", pickings.ids),
                    ("shipment_id", "in", self.ids),
                    ("state", "=", "booked"),
                    ("price", ">", 0),
                    ("currency_id", "!=", False),
                ]
            )
        )
        labels, bookings = (
            bookings.grouped("shipment_id"),
            bookings.grouped("picking_id"),
        )
        found = {}
        for shipment in self:
            keys = set(shipment.parcel_ids.mapped("tracking_key"))
            own = [
                booking
                for picking in goods[shipment].pickings
                for booking in bookings.get(picking, ())
                if booking._logistics_is_for(keys)
            ]
            own += labels.get(shipment, ())
            if len({booking.currency_id for booking in own}) != 1:
                continue  # No label yet, or two prices that are no sum.
            currency = own[0].currency_id
            found[shipment] = Money(
                sum(_exact(booking.price) for booking in own), currency.name
            )
        return found


def _class_of(consignment):
    return (
        consignment.service,
        consignment.zone,
        weight_class(weight_of(consignment)),
    )


def _exact(value):
    return round(Decimal(repr(float(value))), 6)


def _money(said):
    """Return an amount and its currency as a value; None for none or nothing."""
    if not said or not said[0]:
        return None
    amount, currency = said
    return Money(money(amount, currency), currency.name)
