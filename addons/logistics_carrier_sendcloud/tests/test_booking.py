from dataclasses import replace
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.booking import (
    Address,
    BookingRequest,
    Parcel,
    lacks,
)
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.tests import booking_contract

from .. import booking
from .standin import SendcloudStandIn

ORDER = BookingRequest(
    "WH/OUT/42",
    Address("Pumps", "Lindenau 2", "Leipzig", "04177", "DE", company="Pumps AG"),
    Address("Kim Cho", "1 Main St", "Reno", "89501", "US", street2="Apt 3", state="NV"),
    (
        Parcel(Decimal("2.500"), Decimal(30), Decimal(20), Decimal("10.5")),
        Parcel(Decimal("0.3")),
    ),
    service="postnl:standard",
    label_format="zpl",
)


@tagged("post_install", "-at_install")
class TestSendcloudOrders(BaseCase):
    """What Sendcloud is asked for, and what it answers."""

    def test_order_says_who_where_and_what(self):
        self.assertEqual(
            booking.order_of(ORDER, "key-1"),
            {
                "external_reference_id": "key-1",
                "order_number": "WH/OUT/42",
                "from_address": {
                    "name": "Pumps",
                    "company_name": "Pumps AG",
                    "address_line_1": "Lindenau 2",
                    "postal_code": "04177",
                    "city": "Leipzig",
                    "country_code": "DE",
                },
                "to_address": {
                    "name": "Kim Cho",
                    "address_line_1": "1 Main St",
                    "address_line_2": "Apt 3",
                    "postal_code": "89501",
                    "city": "Reno",
                    "country_code": "US",
                    "state_province_code": "US-NV",
                },
                "ship_with": {
                    "type": "shipping_option_code",
                    "properties": {"shipping_option_code": "postnl:standard"},
                },
                "label_details": {"mime_type": "application/zpl"},
                "parcels": [
                    {
                        "weight": {"value": "2.500", "unit": "kg"},
                        "dimensions": {
                            "length": "30",
                            "width": "20",
                            "height": "10.5",
                            "unit": "cm",
                        },
                    },
                    {"weight": {"value": "0.3", "unit": "kg"}},
                ],
            },
        )

    def test_question_about_prices_names_nobody(self):
        wish = booking.wish_of(booking.order_of(ORDER, ""))
        self.assertNotIn("Kim Cho", str(wish))
        self.assertEqual(wish["to_address"]["postal_code"], "89501")
        self.assertEqual(len(wish["parcels"]), 2)
        self.assertTrue(wish["calculate_quotes"])

    def test_service_and_number_of_parcels_are_asked_for_first(self):
        many = replace(ORDER, parcels=ORDER.parcels * 8, service="")
        self.assertEqual(
            lacks(many, booking.NEEDS), [("parcels", "number"), ("order", "service")]
        )

    def test_state_is_that_of_the_parcels(self):
        for codes, state in (
            (("READY_TO_SEND", "READY_TO_SEND"), "bought"),
            (("ANNOUNCING", "READY_TO_SEND"), "pending"),
            (("ANNOUNCEMENT_FAILED",), "failed"),
            (("CANCELLED", "CANCELLATION_REQUESTED"), "void"),
            (("CANCELLED", "DELIVERED"), "bought"),
            ((), "failed"),
        ):
            parcels = [{"status": {"code": code}} for code in codes]
            self.assertEqual(booking.state_of({"parcels": parcels}), state)

    def test_shipment_of_another_key_is_never_taken_over(self):
        page = {"data": [{"id": "shp-1", "external_reference_id": "key-2"}]}
        self.assertIsNone(booking.shipment_in(page, "key-1"))
        self.assertEqual(booking.shipment_in(page, "key-2")["id"], "shp-1")
        self.assertIsNone(booking.shipment_in({"data": None}))

    def test_options_without_a_price_are_left_out(self):
        total = {"value": "6.15", "currency": "EUR"}
        options = [
            {"code": "a", "quotes": []},
            {"code": "b", "quotes": [{"price": None}]},
            {"code": "c", "quotes": [{"price": {"total": total}, "lead_time": 49}]},
        ]
        (rate,) = booking.rates_of({"data": options})
        self.assertEqual(
            (rate.service, rate.price, rate.days), ("c", Decimal("6.15"), 3)
        )


@tagged("post_install", "-at_install")
class TestSendcloudBooking(booking_contract.BookingContract):
    adapter = "sendcloud"
    stand_in = SendcloudStandIn
    service = "postnl:standard"
    refused_service = "postnl:none"
    refusal_text = "This option does not exist."
    booking_path = "/api/v3/shipments/announce"
    cancel_path = "/api/v3/shipments/shp-"

    def test_shipment_that_is_not_announced_is_refused_in_words(self):
        self.method.logistics_service = "postnl:failing"
        booked = self._validate()
        self._run()
        self.assertEqual(booked.state, "failed")
        self.assertIn("does not know the postcode", booked.error)
        self.method.logistics_service = self.service
        booked.with_user(self.people["user"]).action_retry()
        self._run()
        self.assertEqual(booked.state, "booked", booked.error)

    def test_shipment_that_is_being_announced_is_waited_for(self):
        book, find = self._plain("_booker"), self._plain("_finder")
        book(self._order(), "key-1")
        (parcel,) = self.server.orders["key-1"]["parcels"]
        parcel["status"]["code"] = "ANNOUNCING"
        with self.assertRaises(CarrierUnavailable) as caught:
            find("key-1")
        self.assertGreater(caught.exception.retry_after, 0)
        parcel["status"]["code"] = "READY_TO_SEND"
        self.assertEqual(find("key-1").numbers, (parcel["tracking_number"],))

    def test_second_order_under_a_key_is_answered_with_the_first(self):
        book = self._plain("_booker")
        self.assertEqual(
            book(self._order(), "key-1").numbers, book(self._order(), "key-1").numbers
        )
        self.assertEqual(len(self.server.orders), 1)

    def test_key_of_a_cancelled_shipment_buys_nothing(self):
        found = self._plain("_booker")(self._order(), "key-1")
        self._plain("_canceller")(found.numbers[0], found.references[0])
        with self.assertRaises(CarrierRejected):
            self._plain("_booker")(self._order(), "key-1")

    def test_label_that_cannot_be_read_is_bought_all_the_same(self):
        self.server.fail_next(status=404, path="/api/v3/parcels/")
        with self.assertRaises(CarrierUnavailable):
            self._plain("_booker")(self._order("1", "2"), "key-1")
        self.assertEqual(len(self._plain("_finder")("key-1").labels), 2)

    def test_label_does_not_wait_for_its_price(self):
        self.server.fail_next(times=2, status=503, path="/api/v3/shipping-options")
        found = self._plain("_booker")(self._order(), "key-1")
        self.assertEqual((found.price, found.currency), (None, ""))
        self.assertTrue(found.labels)
