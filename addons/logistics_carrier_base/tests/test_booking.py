import json
from dataclasses import replace
from decimal import Decimal

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..booking import Address, Booking, BookingRequest, Parcel, Rate
from ..exceptions import CarrierRejected, CarrierUnavailable
from ..mappers import sandbox
from ..models.logistics_adapter_sandbox import _order
from ..sandbox.carrier import SandboxCarrier
from .common import CarrierCommon


@tagged("post_install", "-at_install")
class TestBooking(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._book_with_partner()
        cls.warehouse.out_type_id.print_label = True
        cls.product.weight = 2.0
        cls.picking = cls._sell(3).picking_ids

    def _answer(self, what, answer):
        calls = []

        def call(*args):
            calls.append(args)
            if isinstance(answer, Exception):
                raise answer
            return answer

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, what, lambda adapter, connection: call)
        if what == "_booker":
            # Nothing was bought before.
            self.patch(
                Adapter, "_finder", lambda adapter, connection: lambda lost: None
            )
        return calls

    def _validate(self):
        self.picking.move_ids.picked = True
        self.picking.button_validate()
        return self.env["logistics.booking"].search(
            [("picking_id", "=", self.picking.id)]
        )

    def _run(self):
        self._run_job("logistics_carrier_base.ir_cron_book_shipments")

    def test_validation_does_not_wait_for_the_carrier(self):
        calls = self._answer("_booker", CarrierUnavailable("down"))
        booking = self._validate()
        self.assertEqual(self.picking.state, "done")
        self.assertEqual((booking.state, calls), ("waiting", []))

    def test_booked_label_brings_number_shipment_and_pdf(self):
        calls = self._answer(
            "_booker",
            Booking(("SBX1",), (("SBX1.pdf", b"%PDF-1.4"),), Decimal("7.50"), "EUR"),
        )
        self.env.ref("base.EUR").active = True
        booking = self._validate()
        self._run()
        request, key = calls[0]
        self.assertEqual(request.weights, (Decimal("6"),))
        self.assertEqual(key, booking.key)
        self.assertRecordValues(booking, [{"state": "booked", "price": 7.5}])
        self.assertEqual(self.picking.carrier_tracking_ref, "SBX1")
        self.assertEqual(self.picking.logistics_shipment_ids.state, "dispatched")
        self.assertEqual(booking.label_ids.raw, b"%PDF-1.4")

    def test_unavailable_carrier_is_tried_again_with_the_same_key(self):
        calls = self._answer("_booker", CarrierUnavailable("down"))
        booking = self._validate()
        self._run()
        self.assertTrue(booking.next_try_at)
        booking.next_try_at = False
        self._run()
        self.assertEqual(len({key for _request, key in calls}), 1)
        self.assertEqual(len(calls), 2)

    def test_refused_booking_opens_an_exception_and_can_be_tried_again(self):
        self._answer("_booker", CarrierRejected("bad_request", "400", "no such street"))
        booking = self._validate()
        self._run()
        self.assertEqual(booking.state, "failed")
        exception = self.env["logistics.exception"].search(
            [("category", "=", "booking_failed")]
        )
        self.assertIn("no such street", exception.summary)
        self._answer("_booker", Booking(("SBX2",)))
        booking.with_user(self.people["user"]).action_retry()
        self._run()
        self.assertEqual(booking.state, "booked")
        self.assertEqual(exception.state, "solved")

    def test_transfer_is_booked_once(self):
        self._answer("_booker", Booking(("SBX1",)))
        self._validate()
        self._run()
        self.env["logistics.booking"]._ask(self.picking)
        self.assertEqual(
            self.env["logistics.booking"].search_count(
                [("picking_id", "=", self.picking.id)]
            ),
            1,
        )

    def test_cancelled_label_voids_the_parcel(self):
        self._answer("_booker", Booking(("SBX1",)))
        calls = self._answer("_canceller", None)
        booking = self._validate()
        self._run()
        shipment = self.picking.logistics_shipment_ids
        self.picking.carrier_id.cancel_shipment(self.picking)
        self._run()
        self.assertEqual(calls, [("SBX1", "")])
        self.assertEqual(booking.state, "void")
        self.assertEqual(shipment.state, "shipment_cancelled")

    def test_label_cancelled_while_it_is_bought_is_cancelled_afterwards(self):
        def book(*_args):
            self.picking.carrier_id.cancel_shipment(self.picking)
            self.env.flush_all()
            return Booking(("SBX1",))

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_booker", lambda adapter, connection: book)
        calls = self._answer("_canceller", None)
        booking = self._validate()
        self._run()
        self.assertEqual((booking.state, calls), ("voiding", []))
        self._run()
        self.assertEqual((booking.state, calls), ("void", [("SBX1", "")]))
        self.assertFalse(self.picking.carrier_tracking_ref)

    def test_cancelling_that_failed_is_tried_again_and_books_nothing(self):
        booked = self._answer("_booker", Booking(("SBX1",)))
        self._answer("_canceller", CarrierRejected("bad_request", "400", "too late"))
        booking = self._validate()
        self._run()
        self.picking.carrier_id.cancel_shipment(self.picking)
        self._run()
        self.assertEqual(booking.state, "failed")
        calls = self._answer("_canceller", None)
        booking.with_user(self.people["user"]).action_retry()
        self._run()
        self.assertEqual((booking.state, calls), ("void", [("SBX1", "")]))
        self.assertEqual(len(booked), 1)
        self.assertEqual(self._problem(booking).state, "solved")

    def _problem(self, booking):
        return self.env["logistics.exception"].search(
            [
                ("category", "=", "booking_failed"),
                ("subject_key", "=", f"{booking._name},{booking.id}"),
            ]
        )

    def test_booking_cancelled_in_line_is_not_made(self):
        second = self._sell(1).picking_ids
        asked = []

        def book(request, key):
            asked.append(request.reference)
            second.carrier_id.cancel_shipment(second)
            self.env.flush_all()
            return Booking(("SBX1",))

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_booker", lambda adapter, connection: book)
        self._validate()
        second.move_ids.picked = True
        second.button_validate()
        self._run()
        self.assertEqual(asked, [self.picking.name])
        self.assertFalse(second.carrier_tracking_ref)

    def test_cancelling_a_failed_booking_closes_what_was_told(self):
        self._answer("_booker", CarrierRejected("bad_request", "400", "no such street"))
        booking = self._validate()
        self._run()
        self.picking.carrier_id.cancel_shipment(self.picking)
        self.assertEqual(booking.state, "void")
        self.assertEqual(self._problem(booking).state, "solved")

    def test_booking_cancelled_during_a_call_that_fails_stays_cancelled(self):
        def book(*_args):
            self.picking.carrier_id.cancel_shipment(self.picking)
            self.env.flush_all()
            raise CarrierRejected("bad_request", "400", "no such street")

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_booker", lambda adapter, connection: book)
        booking = self._validate()
        self._run()
        self.assertEqual(booking.state, "void")
        self.assertFalse(self._problem(booking))

    def test_transfer_is_booked_anew_while_its_old_label_is_being_cancelled(self):
        self._answer("_booker", Booking(("SBX1",)))
        self._answer("_canceller", None)
        first = self._validate()
        self._run()
        self.picking.carrier_id.cancel_shipment(self.picking)
        self.env["logistics.booking"]._ask(self.picking)
        self._answer("_booker", Booking(("SBX2",)))
        self._run()
        second = (
            self.env["logistics.booking"].search([("picking_id", "=", self.picking.id)])
            - first
        )
        self.assertEqual((first.state, second.state), ("void", "booked"))
        self.assertEqual(self.picking.carrier_tracking_ref, "SBX2")

    def test_label_bought_for_a_cancelled_booking_goes_although_another_is_asked(self):
        def book(*_args):
            if not self.picking.carrier_tracking_ref and not asked:
                asked.append(True)
                self.picking.carrier_id.cancel_shipment(self.picking)
                self.env["logistics.booking"]._ask(self.picking)
                self.env.flush_all()
                return Booking(("SBX1",))
            return Booking(("SBX2",))

        asked = []
        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_booker", lambda adapter, connection: book)
        calls = self._answer("_canceller", None)
        first = self._validate()
        self._run()
        self._run()
        self.assertEqual((first.state, calls), ("void", [("SBX1", "")]))
        self.assertEqual(self.picking.carrier_tracking_ref, "SBX2")

    def test_number_of_another_parcel_stays_when_a_label_is_cancelled(self):
        self._answer("_booker", Booking(("SBX1",)))
        self._answer("_canceller", None)
        self._validate()
        self._run()
        self.picking.carrier_tracking_ref = "SBX1,BYHAND"
        self.picking.carrier_id.cancel_shipment(self.picking)
        self._run()
        self.assertEqual(self.picking.carrier_tracking_ref, "BYHAND")

    @mute_logger("odoo.addons.logistics_carrier_base.calling")
    def test_defect_of_the_adapter_fails_one_booking_and_no_other(self):
        second = self._sell(1).picking_ids
        answers = {self.picking.name: KeyError("price"), second.name: None}

        def book(request, key):
            if error := answers[request.reference]:
                raise error
            return Booking(("SBX2",))

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_booker", lambda adapter, connection: book)
        booking = self._validate()
        second.move_ids.picked = True
        second.button_validate()
        self._run()
        self.assertEqual(booking.state, "failed")
        self.assertIn("KeyError", booking.error)
        self.assertEqual(second.carrier_tracking_ref, "SBX2")

    @mute_logger("odoo.addons.logistics_carrier_base.models.logistics_booking_turn")
    def test_booking_of_a_partner_whose_addon_is_gone_fails_in_words(self):
        booking = self._validate()
        self.env.cr.execute("UPDATE logistics_connection SET adapter = 'gone'")
        self.connection.invalidate_recordset()
        self._run()
        self.assertEqual(booking.state, "failed")
        self.assertIn("gone", booking.error)

    # === ERASING === #

    def _old_label(self):
        """Return a booking with its label, made so long ago that it may be due."""
        self._answer("_booker", Booking(("SBX1",), (("SBX1.pdf", b"%PDF-1.4"),)))
        booking = self._validate()
        self._run()
        self.env.cr.execute(
            "UPDATE logistics_booking SET create_date = %s WHERE id = %s",
            [fields.Datetime.subtract(fields.Datetime.now(), days=31), booking.id],
        )
        self.company.logistics_personal_days = 30
        return booking

    def _erase(self, dry=False, **more):
        values = {"company_id": self.company.id, "kind": "schedule"} | more
        return self.env["logistics.erasure"].create(values)._work(dry)["label_count"]

    def test_label_is_deleted_when_there_was_no_news_for_long(self):
        booking = self._old_label()
        label, shipment = booking.label_ids, self.picking.logistics_shipment_ids
        self.assertEqual(self._erase(), 0)
        self.env.cr.execute(
            "UPDATE logistics_shipment SET last_event_at = %s WHERE id = %s",
            [fields.Datetime.subtract(fields.Datetime.now(), days=31), shipment.id],
        )
        self.assertEqual(self._erase(dry=True), 1)
        self.assertTrue(label.exists())
        self.assertEqual(self._erase(), 1)
        self.assertFalse(label.exists())
        self.assertEqual((booking.state, booking.numbers), ("booked", "SBX1"))
        self.assertEqual(self._erase(), 0)

    def test_label_of_a_person_is_deleted_at_once_unless_it_is_kept(self):
        label = self._old_label().label_ids
        somebody = self.env["res.partner"].create({"name": "Somebody"})
        self.assertEqual(self._erase(kind="person", partner_id=somebody.id), 0)
        wish = {"kind": "person", "partner_id": self.picking.partner_id.id}
        shipment = self.picking.logistics_shipment_ids
        shipment.is_evidence = True
        self.assertEqual(self._erase(**wish), 0)
        self.assertTrue(label.exists())
        shipment.is_evidence = False
        self.assertEqual(self._erase(**wish), 1)
        self.assertFalse(label.exists())

    # === GOODS THAT COME BACK === #

    def test_sandbox_books_goods_that_come_back(self):
        home = Address(name="Our Warehouse", country="DE")
        order = BookingRequest(
            "RET/1", Address(name="Hansen"), home, (Parcel(Decimal(4)),)
        )
        for is_return in (True, False):
            wish = _order(replace(order, is_return=is_return))
            carrier = SandboxCarrier(lambda: 1767225600.0)
            number = carrier.book(wish)["parcels"][0]["number"]
            self.assertEqual(carrier.parcel(number)["return"], is_return)
            events = sandbox.parse(json.dumps(carrier.track([number])).encode())
            leg = "return" if is_return else "outbound"
            self.assertEqual({event.leg for event in events}, {leg})

    # === PRICES === #

    def test_rate_is_converted_to_the_currency_of_the_order(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 0.5, "company_id": self.company.id}
        )
        if self.company.currency_id == euro:
            self.company.currency_id = self.env.ref("base.USD")
        self._answer("_rater", [Rate("standard", Decimal("10"), "EUR")])
        order = self._sell(1)
        self.assertEqual(
            self.method.rate_shipment(order)["price"],
            order.company_id.currency_id.round(20.0),
        )

    def test_rate_that_cannot_be_had_is_a_text_on_the_screen(self):
        self._answer("_rater", CarrierUnavailable("timed out"))
        result = self.method.rate_shipment(self._sell(1))
        self.assertFalse(result["success"])
        self.assertIn("timed out", result["error_message"])

    def test_method_needs_a_partner_that_books(self):
        canonical = self._connect(name="3PL", adapter="canonical")
        with self.assertRaises(ValidationError):
            self.method.logistics_connection_id = canonical
