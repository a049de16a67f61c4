"""The cases every adapter that books must pass, over real HTTP with its stand-in."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.tools import mute_logger

from ..booking import Address, BookingRequest, Lost, Parcel, lacks
from ..exceptions import CarrierRejected, CarrierUnavailable
from ..sandbox.stand_in import wait_until
from .stand_in_case import StandInCase

LOGGER = "odoo.addons.logistics_carrier_base.models.logistics_booking_turn"
HOME = Address("Pumps", "Lindenau 2", "Leipzig", "04177", "DE", "+49 341 1", "a@b.de")
THERE = Address("Hansen", "Werkstr. 7", "Aarhus", "8000", "DK", street2="2 tv")


class BookingContract(StandInCase):
    """A partner that books. Subclass, name `adapter` and `stand_in`.

    The stand-in keeps what was bought in `orders`: our key → anything; and what was
    cancelled in `voided`, a set of our keys.

    :param str service: A service it offers.
    :param str refused_service: One it refuses, with `refusal_text` in its words.
    :param str booking_path: The path of the call that buys.
    :param str cancel_path: What the path of the call that cancels begins with.
    """

    service = ""
    refused_service = ""
    refusal_text = ""
    booking_path = ""
    cancel_path = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._book_with_partner()
        cls.env.ref("base.EUR").active = True
        cls.method.logistics_service = cls.service
        cls.picking = cls._sell(3).picking_ids

    # === HELPERS === #

    def _validate(self):
        self.picking.move_ids.picked = True
        self.picking.button_validate()
        return self.env["logistics.booking"].search(
            [("picking_id", "=", self.picking.id)]
        )

    def _run(self, booking=None):
        # As if the minute were over and the pause as well.
        self.connection.write({"call_budget": False, "breaker": False})
        if booking:
            booking.next_try_at = False
        self._run_job("logistics_carrier_base.ir_cron_book_shipments")

    def _plain(self, what):
        return getattr(self.connection._adapter(), what)(self.connection)

    def _find(self, key, **more):
        since = fields.Datetime.now() - timedelta(minutes=5)
        return self._plain("_finder")(Lost(key, since, **more))

    def _order(self, *weights, **more):
        order = BookingRequest(
            "WH/OUT/42",
            HOME,
            THERE,
            tuple(Parcel(Decimal(weight)) for weight in weights or ("2.5",)),
            service=self.service,
        )
        return replace(order, **more)

    # === BUYING === #

    def test_label_is_bought_once_and_brings_number_price_and_file(self):
        booking = self._validate()
        self._run()
        self.assertEqual(booking.state, "booked", booking.error)
        self.assertEqual(list(self.server.orders), [booking.key])
        self.assertEqual(self.picking.carrier_tracking_ref, booking.numbers)
        self.assertTrue(booking.label_ids.raw.startswith(b"%PDF"))
        self.assertGreater(booking.price, 0)
        self.assertEqual(booking.currency_id.name, "EUR")
        self.assertTrue(booking.references)
        self._run()
        self.assertEqual(len(self.server.orders), 1)

    def test_label_whose_answer_was_lost_is_found_and_not_bought_again(self):
        booking = self._validate()
        self.server.fail_next(slow=1.5, path=self.booking_path)
        self._run()
        self.assertEqual(booking.state, "waiting")
        self.assertTrue(wait_until(lambda: self.server.orders))
        self._run(booking)
        self.assertEqual(booking.state, "booked", booking.error)
        self.assertEqual(list(self.server.orders), [booking.key])
        self.assertTrue(booking.label_ids.raw.startswith(b"%PDF"))

    def test_carrier_that_was_away_sells_one_label_when_it_is_back(self):
        booking = self._validate()
        self.server.fail_next(status=503, path=self.booking_path)
        self._run()
        self.assertEqual((booking.state, len(self.server.orders)), ("waiting", 0))
        self._run(booking)
        self.assertEqual((booking.state, len(self.server.orders)), ("booked", 1))

    def test_several_parcels_have_a_number_each(self):
        found = self._plain("_booker")(self._order("2.5", "0.3", "12"), "key-1")
        self.assertEqual(len(set(found.numbers)), 3)
        self.assertTrue(all(found.numbers))
        self.assertTrue(found.labels)
        again = self._find("key-1")
        self.assertEqual(again.numbers, found.numbers)
        self.assertEqual(again.labels, found.labels)
        self.assertEqual(again.references, found.references)

    def test_label_for_a_label_printer(self):
        found = self._plain("_booker")(self._order(label_format="zpl"), "key-1")
        ((name, content),) = found.labels
        self.assertEqual(name, f"{found.numbers[0]}.zpl")
        self.assertTrue(content.startswith(b"^XA"))
        self.assertEqual(self._find("key-1").labels, found.labels)

    def test_nothing_is_found_under_a_key_nobody_used(self):
        self._plain("_booker")(self._order(), "key-1")
        self.assertIsNone(self._find("key-2"))

    def test_same_key_never_buys_twice(self):
        book = self._plain("_booker")
        book(self._order(), "key-1")
        if self._find("key-1") is None:
            book(self._order(), "key-1")
        self.assertEqual(len(self.server.orders), 1)

    @mute_logger(LOGGER)
    def test_refused_order_is_told_in_words_and_can_be_corrected(self):
        self.method.logistics_service = self.refused_service
        booking = self._validate()
        self._run()
        self.assertEqual(booking.state, "failed")
        self.assertIn(self.refusal_text, booking.error)
        key = booking.key
        self.method.logistics_service = self.service
        booking.with_user(self.people["user"]).action_retry()
        self._run()
        self.assertEqual(booking.state, "booked", booking.error)
        self.assertNotEqual(booking.key, key)

    def test_wrong_credentials_buy_nothing_and_are_told(self):
        self._paste({next(iter(self.server.credentials)): "wrong-canary"})
        booking = self._validate()
        self._run()
        self.assertEqual(booking.state, "failed")
        self.assertNotIn("wrong-canary", booking.error)
        self.assertFalse(self.server.orders)

    def test_page_of_something_in_between_is_looked_into_later(self):
        self.server.garble_next()
        with self.assertRaises(CarrierUnavailable):
            self._plain("_booker")(self._order(), "key-1")

    def test_order_that_lacks_something_is_not_sent(self):
        needs = self.connection._adapter()._booking_needs(self.connection)
        self.assertEqual(lacks(self._order(), needs), [])
        for order in (
            self._order(receiver=replace(THERE, street="")),
            self._order("0"),
            self._order(parcels=()),
        ):
            self.assertTrue(lacks(order, needs))

    # === PRICES === #

    def test_every_service_has_its_price(self):
        rates = self._plain("_rater")(self._order("2.5", "1"))
        self.assertIn(self.service, [rate.service for rate in rates])
        self.assertGreater(len(rates), 1)
        self.assertEqual({rate.currency for rate in rates}, {"EUR"})
        self.assertTrue(all(rate.price > 0 and rate.carrier for rate in rates))
        self.assertFalse(self.server.orders)

    def test_order_shows_the_price_of_the_service(self):
        answer = self.method.rate_shipment(self._sell(1))
        self.assertTrue(answer["success"], answer["error_message"])
        self.assertGreater(answer["price"], 0)

    # === CANCELLING === #

    def test_cancelled_label_is_void_there_and_here(self):
        booking = self._validate()
        self._run()
        shipment = self.picking.logistics_shipment_ids
        self.picking.carrier_id.cancel_shipment(self.picking)
        self._run()
        self.assertEqual(booking.state, "void", booking.error)
        self.assertEqual(self.server.voided, {booking.key})
        self.assertEqual(shipment.state, "shipment_cancelled")
        self.assertIsNone(self._find(booking.key))

    def test_label_that_is_void_already_is_no_error(self):
        found = self._plain("_booker")(self._order("1", "2"), "key-1")
        cancel = self._plain("_canceller")
        for number in found.numbers:
            cancel(number, found.references[0])
        self.assertEqual(self.server.voided, {"key-1"})

    def test_label_is_cancelled_by_its_number_alone(self):
        found = self._plain("_booker")(self._order(), "key-1")
        self._plain("_canceller")(found.numbers[0], "")
        self.assertEqual(self.server.voided, {"key-1"})
        with self.assertRaises(CarrierRejected) as caught:
            self._plain("_canceller")("NOBODYS", "")
        self.assertEqual(caught.exception.kind, "not_found")

    def test_cancelling_that_comes_too_late_is_told_in_words(self):
        booking = self._validate()
        self._run()
        self.server.fail_next(status=409, path=self.cancel_path)
        self.picking.carrier_id.cancel_shipment(self.picking)
        self._run()
        self.assertEqual(booking.state, "failed")
        self.assertIn("Told to fail", booking.error)
        self.assertFalse(self.server.voided)


class ReturnContract(BookingContract):
    """A partner that books the way back as well.

    :param str return_service: A service goods come back with; that of the way there
        where it is empty.
    :param str return_path: The path of the call that buys it; `booking_path` where it
        is empty.
    """

    return_service = ""
    return_path = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.method.logistics_return_service = cls.return_service

    def _back(self):
        return self._order(
            sender=THERE,
            receiver=HOME,
            service=self.return_service or self.service,
            is_return=True,
        )

    def _ask_for_return(self):
        self._validate()
        self._run()
        return self.env["logistics.booking"]._ask(self.picking, is_return=True)

    def test_goods_that_come_back_have_a_label_of_their_own(self):
        booking = self._ask_for_return()
        self._run()
        self.assertEqual(booking.state, "booked", booking.error)
        self.assertEqual(len(self.server.orders), 2)
        self.assertIn(booking.key, self.server.orders)
        self.assertNotEqual(booking.numbers, self.picking.carrier_tracking_ref)
        self.assertTrue(booking.label_ids.raw.startswith(b"%PDF"))
        self.assertGreater(booking.price, 0)
        self.assertEqual(self.picking.return_label_ids, booking.label_ids)

    def test_label_of_the_way_back_whose_answer_was_lost_is_not_bought_again(self):
        booking = self._ask_for_return()
        self.server.fail_next(slow=1.5, path=self.return_path or self.booking_path)
        self._run()
        self.assertEqual(booking.state, "waiting")
        self.assertTrue(wait_until(lambda: len(self.server.orders) == 2))
        self._run(booking)
        self.assertEqual(booking.state, "booked", booking.error)
        self.assertEqual(len(self.server.orders), 2)
        self.assertTrue(booking.label_ids.raw.startswith(b"%PDF"))

    def test_same_key_never_buys_the_way_back_twice(self):
        found = self._plain("_booker")(self._back(), "key-1")
        again = self._find("key-1", is_return=True)
        self.assertEqual(
            (again.numbers, again.labels, again.price),
            (found.numbers, found.labels, found.price),
        )
        self.assertIsNone(self._find("key-2", is_return=True))

    def test_cancelled_label_of_the_way_back_is_void(self):
        found = self._plain("_booker")(self._back(), "key-1")
        for _time in range(2):
            self._plain("_canceller")(found.numbers[0], *found.references)
            self.assertEqual(self.server.voided, {"key-1"})
        self.assertIsNone(self._find("key-1", is_return=True))
