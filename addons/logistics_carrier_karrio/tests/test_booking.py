from dataclasses import replace
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.booking import Address, BookingRequest, Parcel
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.tests import booking_contract

from .. import booking
from .standin import KarrioStandIn

HOME = Address("Pumps", "Lindenau 2", "Leipzig", "04177", "DE", company="Pumps AG")
THERE = Address("Kim Cho", "1 Main St", "Reno", "89501", "US", state="NV")
ORDER = BookingRequest(
    "WH/OUT/42",
    HOME,
    THERE,
    (
        Parcel(Decimal("2.5"), Decimal(30), Decimal(20), Decimal("10.5")),
        Parcel(Decimal("0.3")),
    ),
    service="ups_standard",
    label_format="zpl",
)


@tagged("post_install", "-at_install")
class TestKarrioOrders(BaseCase):
    """What Karrio is asked for, and what it answers."""

    def test_order_says_who_where_and_what(self):
        self.assertEqual(
            booking.order_of(ORDER, "key-1"),
            {
                "shipper": {
                    "person_name": "Pumps",
                    "company_name": "Pumps AG",
                    "address_line1": "Lindenau 2",
                    "postal_code": "04177",
                    "city": "Leipzig",
                    "country_code": "DE",
                },
                "recipient": {
                    "person_name": "Kim Cho",
                    "address_line1": "1 Main St",
                    "postal_code": "89501",
                    "city": "Reno",
                    "country_code": "US",
                    "state_code": "NV",
                },
                "parcels": [
                    {
                        "weight": 2.5,
                        "weight_unit": "KG",
                        "length": 30.0,
                        "width": 20.0,
                        "height": 10.5,
                        "dimension_unit": "CM",
                    },
                    {"weight": 0.3, "weight_unit": "KG"},
                ],
                "reference": "WH/OUT/42",
                "is_return": False,
                "service": "ups_standard",
                "label_type": "ZPL",
                "metadata": {"logistics_booking": "key-1"},
            },
        )

    def test_karrio_turns_the_addresses_of_a_return_round_itself(self):
        back = replace(ORDER, sender=THERE, receiver=HOME, is_return=True)
        wish, out = booking.wish_of(back), booking.wish_of(ORDER)
        self.assertTrue(wish["is_return"])
        self.assertEqual(wish["shipper"], out["shipper"])
        self.assertEqual(wish["recipient"], out["recipient"])

    def test_shipment_of_another_key_is_never_taken_over(self):
        bought = {"status": "created", "tracking_number": "X1"}
        page = {
            "results": [
                bought | {"id": "1", "metadata": {"logistics_booking": "key-2"}},
                bought | {"id": "2", "metadata": None},
                {"id": "3", "metadata": {"logistics_booking": "key-1"}},
            ]
        }
        self.assertIsNone(booking.shipment_under(page, "key-1"))
        self.assertEqual(booking.shipment_under(page, "key-2")["id"], "1")

    def test_main_number_comes_first_and_none_twice(self):
        shipment = {
            "tracking_number": "A",
            "meta": {"tracking_numbers": ["C", "A", "B", None]},
        }
        self.assertEqual(booking.numbers_of(shipment), ("A", "C", "B"))
        self.assertEqual(booking.numbers_of({"tracking_number": None}), ())

    def test_label_that_is_no_file_is_none(self):
        for text in (None, "", "%%%", 7):
            document = {"category": "label", "base64": text}
            shipment = {"shipping_documents": [None, document]}
            self.assertIsNone(booking.label_in(shipment))

    def test_rates_without_a_price_are_left_out(self):
        rates = [
            {"service": "a", "total_charge": None},
            {"service": "b", "total_charge": Decimal("9.95"), "currency": "EUR"},
        ]
        (rate,) = booking.rates_of({"rates": rates})
        self.assertEqual((rate.service, rate.days, rate.name), ("b", None, ""))


@tagged("post_install", "-at_install")
class TestKarrioBooking(booking_contract.ReturnContract):
    adapter = "karrio"
    stand_in = KarrioStandIn
    service = "gls_parcel"
    refused_service = "gls_rocket"
    refusal_text = "gls_main: This service is not on offer."
    booking_path = "/v1/shipments"
    cancel_path = "/v1/shipments/shp_"

    def test_goods_that_come_back_are_booked_as_a_return(self):
        order = self._order()
        back = replace(
            order, sender=order.receiver, receiver=order.sender, is_return=True
        )
        found = self._plain("_booker")(back, "key-1")
        self.assertTrue(found.numbers)
        kept = self.server.orders["key-1"]
        self.assertTrue(kept["is_return"])
        self.assertEqual(kept["shipper"]["city"], order.sender.city)

    def test_what_no_carrier_brings_is_told_in_their_words(self):
        far = self._order(
            receiver=Address("Base", "Ice 1", "South Pole", "1", "AQ"),
        )
        with self.assertRaises(CarrierRejected) as caught:
            self._plain("_rater")(far)
        self.assertIn("gls_main: Too far away.", str(caught.exception))

    def test_shipment_that_stays_a_draft_was_not_bought(self):
        stay = {"id": "shp_9", "status": "draft", "tracking_number": None}
        self.patch(booking, "shipment_in", lambda document: stay)
        with self.assertRaises(CarrierRejected) as caught:
            self._plain("_booker")(self._order(), "key-1")
        self.assertIn("No carrier offers this service", str(caught.exception))

    def test_label_that_cannot_be_read_is_bought_all_the_same(self):
        self.server.fail_next(status=404, path="/v1/shipments/shp_")
        with self.assertRaises(CarrierUnavailable):
            self._plain("_booker")(self._order(), "key-1")
        self.assertTrue(self._find("key-1").labels)
