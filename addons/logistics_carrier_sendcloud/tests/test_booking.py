from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.booking import (
    Address,
    BookingRequest,
    Lost,
    Parcel,
    lacks,
)
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.tests import booking_contract

from .. import booking, way_back
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
class TestSendcloudReturns(BaseCase):
    """What Sendcloud is asked for when goods come back, and what it tells of them."""

    def test_return_says_who_where_and_what(self):
        back = replace(ORDER, parcels=ORDER.parcels[:1], is_return=True)
        order = way_back.order_of(back, "0f9e8d7c-6b5a-4a3b-8c2d-1e0f9a8b7c6d")
        self.assertEqual(order["from_address"]["city"], "Leipzig")
        self.assertEqual(order["to_address"]["state_province_code"], "US-NV")
        self.assertEqual(
            order["ship_with"],
            {
                "type": "shipping_option_code",
                "shipping_option_code": "postnl:standard",
            },
        )
        self.assertEqual(order["weight"], {"value": 2.5, "unit": "kg"})
        self.assertEqual(
            order["dimensions"],
            {"length": 30, "width": 20, "height": 10.5, "unit": "cm"},
        )
        self.assertEqual(order["order_number"], "WH/OUT/42 0f9e8d7c6b5a")
        self.assertEqual(
            order["external_reference"], "0f9e8d7c-6b5a-4a3b-8c2d-1e0f9a8b7c6d"
        )

    def test_long_number_of_ours_leaves_room_for_the_mark(self):
        number = way_back.number_of("RETURN/" + "9" * 40, "0f9e8d7c-6b5a-4a3b")
        self.assertEqual(len(number), 35)
        self.assertTrue(number.endswith(" 0f9e8d7c6b5a"))

    def test_days_leave_room_for_zones(self):
        self.assertEqual(
            way_back.days_of(datetime(2026, 3, 1, 6), datetime(2026, 3, 1, 18)),
            {
                "from_date": "2026-02-28 18:00:00",
                "to_date": "2026-03-02 06:00:00",
                "page_size": "40",
            },
        )

    def test_return_of_another_key_is_never_taken_over(self):
        page = {"data": [{"order_number": "RET/1 key2"}, {"order_number": "key1 x"}]}
        self.assertIsNone(way_back.return_under(page, "key-1"))
        self.assertTrue(way_back.return_under(page, "key-2"))

    def test_state_is_that_of_the_last_status(self):
        label = {"label_printer": "https://panel.sendcloud.sc/1"}
        there = {"tracking_number": "3S1", "label": label}
        for more, words, state in (
            ({}, (), "bought"),
            ({}, ("Ready to send", "Delivered"), "bought"),
            ({}, ("Ready to send", "Cancelled"), "void"),
            ({}, ("cancelling-upstream",), "void"),
            ({"tracking_number": None}, ("Announcing",), "pending"),
            ({"tracking_number": None}, ("Announcement failed",), "failed"),
            ({"label": None, "errors": [{"detail": "No"}]}, (), "failed"),
        ):
            start = datetime(2026, 3, 1)
            history = [
                {
                    "carrier_update_timestamp": (start + timedelta(row)).isoformat(),
                    "parent_status": word,
                }
                for row, word in enumerate(words)
            ]
            made = {**there, "status_history": history[::-1], **more}
            self.assertEqual(way_back.state_of(made), state, (more, words))

    def test_only_returns_are_cancelled_as_returns(self):
        self.assertEqual(way_back.identifier_in("return-12"), "12")
        self.assertEqual(way_back.identifier_in("shp-12"), "")
        self.assertEqual(way_back.identifier_in(""), "")

    def test_more_parcels_than_can_be_found_again_are_refused_before_the_call(self):
        many = replace(ORDER, is_return=True)
        self.assertEqual(lacks(many, booking.NEEDS), [("parcels", "number")])
        self.assertEqual(lacks(replace(many, is_return=False), booking.NEEDS), [])


@tagged("post_install", "-at_install")
class TestSendcloudBooking(booking_contract.ReturnContract):
    adapter = "sendcloud"
    stand_in = SendcloudStandIn
    service = "postnl:standard"
    refused_service = "postnl:none"
    refusal_text = "This option does not exist."
    booking_path = "/api/v3/shipments/announce"
    cancel_path = "/api/v3/shipments/shp-"
    return_service = "dpd:return"
    return_path = "/api/v3/returns/announce-synchronously"

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
        self._plain("_booker")(self._order(), "key-1")
        (parcel,) = self.server.orders["key-1"]["parcels"]
        parcel["status"]["code"] = "ANNOUNCING"
        with self.assertRaises(CarrierUnavailable) as caught:
            self._find("key-1")
        self.assertGreater(caught.exception.retry_after, 0)
        parcel["status"]["code"] = "READY_TO_SEND"
        self.assertEqual(self._find("key-1").numbers, (parcel["tracking_number"],))

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
        self.assertEqual(len(self._find("key-1").labels), 2)

    def test_label_does_not_wait_for_its_price(self):
        self.server.fail_next(times=2, status=503, path="/api/v3/shipping-options")
        found = self._plain("_booker")(self._order(), "key-1")
        self.assertEqual((found.price, found.currency), (None, ""))
        self.assertTrue(found.labels)

    # === THE WAY BACK === #

    def test_return_is_found_on_a_later_page_of_the_list(self):
        self.patch(type(self.server), "page_size", 2)
        book = self._plain("_booker")
        for number in range(5):
            book(self._back(), f"key-{number}")
        self.assertEqual(
            self._find("key-4", is_return=True).numbers,
            (self.server.returns["key-4"]["tracking_number"],),
        )

    def test_return_is_looked_for_since_it_was_asked_for(self):
        self._plain("_booker")(self._back(), "key-1")
        made = self.server.returns["key-1"]
        made["created_at"] = "2026-01-02T03:04:05+00:00"
        self.assertIsNone(self._find("key-1", is_return=True))
        lost = Lost("key-1", datetime(2026, 1, 2), is_return=True)
        self.assertTrue(self._plain("_finder")(lost))

    def test_list_without_an_end_is_looked_into_later(self):
        self.patch(type(self.server), "page_size", 1)
        self.patch(way_back, "MOST_PAGES", 2)
        for number in range(3):
            self._plain("_booker")(self._back(), f"key-{number}")
        self.assertTrue(self._find("key-1", is_return=True))
        with self.assertRaises(CarrierUnavailable):
            self._find("key-2", is_return=True)

    def test_return_that_is_being_announced_is_waited_for(self):
        self._plain("_booker")(self._back(), "key-1")
        made = self.server.returns["key-1"]
        number, made["tracking_number"] = made["tracking_number"], None
        with self.assertRaises(CarrierUnavailable):
            self._find("key-1", is_return=True)
        made["tracking_number"] = number
        self.assertEqual(self._find("key-1", is_return=True).numbers, (number,))

    def test_return_that_cannot_be_read_is_bought_all_the_same(self):
        self.server.fail_next(status=404, path="/api/v3/returns/1")
        with self.assertRaises(CarrierUnavailable):
            self._plain("_booker")(self._back(), "key-1")
        self.assertTrue(self._find("key-1", is_return=True).labels)

    def test_service_that_takes_no_returns_is_refused_in_words(self):
        self.method.logistics_return_service = False
        booking = self._ask_for_return()
        self._run()
        self.assertEqual(booking.state, "failed")
        self.assertIn("This option takes no returns.", booking.error)
        self.assertFalse(self.server.returns)

    def test_return_that_was_found_again_cannot_be_cancelled_from_here(self):
        self._plain("_booker")(self._back(), "key-1")
        found = self._find("key-1", is_return=True)
        with self.assertRaises(CarrierRejected) as caught:
            self._plain("_canceller")(found.numbers[0], "")
        self.assertIn(found.numbers[0], str(caught.exception))

    def test_cancelling_a_return_that_comes_too_late_is_told_in_words(self):
        found = self._plain("_booker")(self._back(), "key-1")
        self.server.fail_next(status=409, path="/api/v3/returns/1/cancel")
        with self.assertRaises(CarrierRejected):
            self._plain("_canceller")(found.numbers[0], *found.references)
        self.assertFalse(self.server.voided)
