"""Labels from EasyPost, over HTTP, against its stand-in."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.booking import (
    Address,
    BookingRequest,
    Lost,
    Parcel,
)
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.tests.common import CarrierCommon

from .. import const, labels, mapper, standin
from .test_client import KEY, EasyPostCase

HOME = Address("Harbor Pumps", "12 Wharf Street", "Boston", "02110", "US", state="MA")
AWAY = Address("Dana Ortiz", "4 Mill Road", "Salem", "97301", "US", state="OR")
BOX = Parcel(Decimal("1.5"), Decimal(30), Decimal(20), Decimal(10))
ORDER = BookingRequest("WH/OUT/00042", HOME, AWAY, (BOX,), service="USPS:Priority")


@tagged("post_install", "-at_install")
class TestEasyPostLabels(EasyPostCase):
    def setUp(self):
        super().setUp()
        self.api = self.open_client()

    def _find(self, key):
        return labels.find(self.api, Lost(key, datetime(2026, 1, 1)))

    def test_label_is_bought_with_the_key_as_reference(self):
        booking = labels.book(self.api, ORDER, "key-1")
        (shipment,) = self.easypost.shipments
        self.assertEqual(shipment["reference"], "key-1")
        self.assertEqual(shipment["options"]["print_custom_1"], "WH/OUT/00042")
        self.assertEqual(
            shipment["parcel"],
            {"weight": 52.9, "length": 11.8, "width": 7.9, "height": 3.9},
        )
        self.assertEqual(shipment["to_address"]["state"], "OR")
        self.assertEqual(booking.numbers, (shipment["tracking_code"],))
        self.assertEqual(booking.references, (shipment["id"],))
        self.assertEqual((booking.price, booking.currency), (Decimal("7.15"), "USD"))
        self.assertEqual((booking.carrier, booking.service), ("USPS", "USPS:Priority"))
        [(name, content)] = booking.labels
        self.assertEqual(name, f"{shipment['tracking_code']}.pdf")
        self.assertTrue(content.startswith(b"%PDF"))

    def test_same_key_never_buys_twice(self):
        first = labels.book(self.api, ORDER, "key-1")
        self.assertEqual(labels.book(self.api, ORDER, "key-1"), first)
        self.assertEqual(self._find("key-1"), first)
        self.assertEqual(len(self.easypost.shipments), 1)

    def test_what_was_made_and_not_bought_is_bought(self):
        self.easypost.fail_next(status=503, path="/v2/shipments/shp_")
        with self.assertRaises(CarrierUnavailable):
            labels.book(self.api, ORDER, "key-1")
        self.assertIsNone(self._find("key-1"))
        labels.book(self.api, ORDER, "key-1")
        self.assertEqual(len(self.easypost.shipments), 1)

    def test_label_that_could_not_be_fetched_is_fetched_by_the_finder(self):
        self.easypost.fail_next(times=2, status=503, path="/files/")
        with self.assertRaises(CarrierUnavailable):
            labels.book(self.api, ORDER, "key-1")
        found = self._find("key-1")
        self.assertTrue(found.labels[0][1].startswith(b"%PDF"))
        self.assertEqual(len(self.easypost.shipments), 1)

    def test_key_nobody_knows_finds_nothing(self):
        self.assertIsNone(self._find("key-9"))

    def test_several_parcels_are_one_order(self):
        order = replace(ORDER, parcels=(BOX, BOX), service="UPS:Ground")
        booking = labels.book(self.api, order, "key-2")
        self.assertEqual(len(set(booking.numbers)), 2)
        self.assertEqual(len(booking.labels), 2)
        self.assertEqual(booking.price, Decimal("19.60"))
        self.assertEqual(self._find("key-2"), booking)
        self.assertEqual(labels.book(self.api, order, "key-2"), booking)
        self.assertEqual(len(self.easypost.orders), 1)

    def test_label_for_the_label_printer(self):
        booking = labels.book(self.api, replace(ORDER, label_format="zpl"), "key-3")
        [(name, content)] = booking.labels
        self.assertTrue(name.endswith(".zpl"))
        self.assertTrue(content.startswith(b"^XA"))
        self.assertEqual(self._find("key-3"), booking)

    def test_label_made_in_another_format_is_turned_into_this_one(self):
        labels.book(self.api, ORDER, "key-4")
        booking = labels.book(self.api, replace(ORDER, label_format="zpl"), "key-4")
        self.assertTrue(booking.labels[0][1].startswith(b"^XA"))

    def test_addresses_of_a_return_are_left_to_easypost(self):
        back = replace(ORDER, sender=AWAY, receiver=HOME, is_return=True)
        labels.book(self.api, back, "key-5")
        (shipment,) = self.easypost.shipments
        self.assertTrue(shipment["is_return"])
        self.assertEqual(shipment["from_address"]["name"], "Dana Ortiz")
        self.assertEqual(shipment["to_address"]["name"], "Harbor Pumps")

    def test_services_and_what_they_cost(self):
        found = labels.rates(self.api, ORDER)
        self.assertEqual(
            [(rate.service, str(rate.price), rate.days) for rate in found],
            [
                ("USPS:Priority", "7.15", 2),
                ("USPS:GroundAdvantage", "5.40", 4),
                ("UPS:Ground", "9.80", 3),
            ],
        )
        self.assertFalse(any(one["postage_label"] for one in self.easypost.shipments))

    def test_without_a_service_the_cheapest_is_bought(self):
        booking = labels.book(self.api, replace(ORDER, service=""), "key-6")
        self.assertEqual(booking.service, "USPS:GroundAdvantage")

    def test_service_that_is_not_offered_is_refused_in_words(self):
        with self.assertRaises(CarrierRejected) as caught:
            labels.book(self.api, replace(ORDER, service="USPS:Express"), "key-7")
        self.assertIn("USPS:Express is not offered", caught.exception.text)
        self.assertIsNone(self._find("key-7"))

    def test_refused_address_is_a_refusal(self):
        order = replace(ORDER, receiver=Address("Dana Ortiz"))
        with self.assertRaises(CarrierRejected) as caught:
            labels.book(self.api, order, "key-8")
        self.assertIn("street1", caught.exception.text)

    def test_cancelled_label_is_refunded_once_and_not_found_again(self):
        booking = labels.book(self.api, ORDER, "key-1")
        for _time in range(2):
            labels.cancel(self.api, booking.numbers[0], booking.references[0])
        self.assertEqual(self.easypost.shipments[0]["refund_status"], "submitted")
        self.assertIsNone(self._find("key-1"))

    def test_refund_that_is_rejected_is_a_refusal(self):
        booking = labels.book(self.api, ORDER, "key-1")
        self.easypost.shipments[0]["refund_status"] = "rejected"
        with self.assertRaises(CarrierRejected):
            labels.cancel(self.api, booking.numbers[0], booking.references[0])

    def test_fees_are_read_as_charges(self):
        booking = labels.book(self.api, ORDER, "key-1")
        events = [event for body in booking.bodies for event in mapper.parse(body)]
        charges = {
            event.raw_code: str(event.amount)
            for event in events
            if event.event_type == "charge_estimated"
        }
        self.assertEqual(charges, {"LabelFee": "0.05000", "PostageFee": "7.15000"})


@tagged("post_install", "-at_install")
class TestEasyPostDelivery(CarrierCommon):
    """The whole way: a delivery is validated, and its label is bought from EasyPost."""

    adapter = "easypost"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.easypost = standin.EasyPostStandIn(api_key=KEY).start()
        cls.addClassCleanup(cls.easypost.stop)
        cls.connection.write({"base_url": cls.easypost.api_url, "credential": KEY})
        cls.method.logistics_service = "USPS:Priority"
        cls._book_with_partner()
        cls.warehouse.out_type_id.print_label = True

    def _run(self):
        self._run_job("logistics_carrier_base.ir_cron_book_shipments")

    def test_label_fees_and_cancellation(self):
        picking = self._sell(1).picking_ids
        picking.move_ids.picked = True
        picking.button_validate()
        self._run()
        booking = self.env["logistics.booking"].search(
            [("picking_id", "=", picking.id)]
        )
        self.assertEqual((booking.state, booking.error), ("booked", False))
        self.assertEqual(booking.carrier_name, "USPS")
        shipment = self.easypost.shipments[-1]
        self.assertEqual(shipment["reference"], booking.key)
        self.assertEqual(picking.carrier_tracking_ref, shipment["tracking_code"])
        self.env["logistics.message"]._drain_batch(200)
        charges = picking.logistics_shipment_ids.event_ids.filtered(
            lambda event: event.event_type == "charge_estimated"
        )
        self.assertEqual(sorted(charges.mapped("raw_code")), ["LabelFee", "PostageFee"])
        picking.cancel_shipment()
        self._run()
        self.assertEqual(booking.state, "void")
        self.assertIn(shipment["refund_status"], const.REFUNDED)

    def test_prices_are_asked_without_buying(self):
        self.env.ref("base.USD").active = True
        with self.enter_registry_test_mode():
            answer = self.method.rate_shipment(self._sell(1))
        self.assertTrue(answer["success"], answer["error_message"])
        self.assertFalse(self.easypost.shipments[-1]["postage_label"])
