"""A label is neither lost nor bought twice."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..booking import Booking
from ..exceptions import CarrierRejected, CarrierUnavailable
from .common import CarrierCommon

LOGGER = "odoo.addons.logistics_carrier_base.models.logistics_booking_turn"
LABEL = Booking(
    ("SBX1", "SBX2"),
    (("SBX1.pdf", b"%PDF-1.4"), ("SBX2.pdf", b"%PDF-1.5")),
    references=("A", "B"),
)


class TurnCommon(CarrierCommon):
    """A delivery is validated, and the partner answers as told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._book_with_partner()
        cls.warehouse.out_type_id.print_label = True
        cls.picking = cls._sell(3).picking_ids

    def setUp(self):
        super().setUp()
        self.asked, self.sought, self.voided = [], [], []
        self.found = None
        self._let("_booker", lambda request, key: self._book(request, key))
        self._let("_finder", self._find)
        self._let("_canceller", lambda *one: self.voided.append(one))
        self.answer = LABEL

    def _let(self, what, call):
        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, what, lambda adapter, connection: call)

    def _book(self, request, key):
        self.asked.append((request, key))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def _find(self, lost):
        self.lost = lost
        self.sought.append(lost.key)
        return self.found

    def _validate(self, picking=None):
        picking = picking or self.picking
        picking.move_ids.picked = True
        picking.button_validate()
        return self.env["logistics.booking"].search([("picking_id", "=", picking.id)])

    def _run(self):
        self._run_job("logistics_carrier_base.ir_cron_book_shipments")


@tagged("post_install", "-at_install")
class TestBookingTurn(TurnCommon):
    def test_call_is_on_record_before_it_is_made(self):
        seen = []

        def book(_request, key):
            self.env.invalidate_all()
            seen.append(
                (booking.key == key, bool(booking.asked_at), bool(booking.leased_until))
            )
            return LABEL

        self._let("_booker", book)
        booking = self._validate()
        self._run()
        self.assertEqual(seen, [(True, True, True)])
        self.assertFalse(booking.leased_until)
        self.assertEqual(booking.references, "A, B")

    def test_answer_that_did_not_come_is_looked_for_and_not_bought_again(self):
        self.answer = CarrierUnavailable("timed out")
        booking = self._validate()
        self._run()
        self.found = LABEL
        booking.next_try_at = False
        self._run()
        self.assertEqual((len(self.asked), self.sought), (1, [booking.key]))
        self.assertEqual(
            (self.lost.since, self.lost.is_return), (booking.create_date, False)
        )
        self.assertEqual((booking.state, booking.numbers), ("booked", "SBX1, SBX2"))
        self.assertEqual(self.picking.carrier_tracking_ref, "SBX1,SBX2")

    def test_worker_that_died_leaves_a_lease_that_ends(self):
        booking = self._validate()
        booking.write(
            {
                "asked_at": fields.Datetime.now(),
                "leased_until": fields.Datetime.now() + timedelta(minutes=5),
            }
        )
        self._run()
        self.assertEqual((self.asked, self.sought), ([], []))
        booking.leased_until = fields.Datetime.now() - timedelta(seconds=1)
        self.found = LABEL
        self._run()
        self.assertEqual((self.asked, self.sought), ([], [booking.key]))
        self.assertEqual(booking.state, "booked")

    def test_two_workers_never_call_at_once(self):
        booking = self._validate()
        turns = []

        def book(request, key):
            turns.append(booking._take_a_step())
            return self._book(request, key)

        self._let("_booker", book)
        self._run()
        self.assertEqual((len(self.asked), turns), (1, [False]))

    @mute_logger(LOGGER)
    def test_label_stays_on_record_when_the_transfer_refuses_it(self):
        booking = self._validate()
        refuse = ValidationError("No numbers today")
        with patch.object(type(self.picking), "_booking_noted", side_effect=refuse):
            self._run()
        self.assertFalse(self.picking.carrier_tracking_ref)
        self.assertRecordValues(
            booking, [{"state": "failed", "numbers": "SBX1, SBX2", "problem": "defect"}]
        )
        self.assertEqual(len(booking.label_ids), 2)
        booking.with_user(self.people["user"]).action_retry()
        self._run()
        self.assertEqual((len(self.asked), self.sought), (1, []))
        self.assertEqual(booking.state, "booked")
        self.assertEqual(self.picking.carrier_tracking_ref, "SBX1,SBX2")

    @mute_logger("odoo.addons.logistics_carrier_base.calling", LOGGER)
    def test_defect_during_the_call_leaves_it_open_what_was_bought(self):
        self.answer = KeyError("price")
        booking = self._validate()
        self._run()
        self.assertEqual((booking.state, booking.problem), ("failed", "defect"))
        self.found = LABEL
        booking.action_retry()
        self._run()
        self.assertEqual((len(self.asked), booking.state), (1, "booked"))

    def test_order_that_was_refused_is_another_order_afterwards(self):
        self.answer = CarrierRejected("bad_request", "422", "No such street")
        booking = self._validate()
        self._run()
        self.assertEqual((booking.state, booking.problem), ("failed", "refused"))
        first = booking.key
        self.answer = LABEL
        booking.action_retry()
        self._run()
        self.assertEqual(self.sought, [first])
        self.assertEqual([key for _request, key in self.asked], [first, booking.key])
        self.assertNotEqual(first, booking.key)
        self.assertEqual(booking.state, "booked")

    def test_label_nobody_heard_of_is_cancelled_with_its_delivery(self):
        self.answer = CarrierUnavailable("timed out")
        booking = self._validate()
        self._run()
        self.picking.carrier_id.cancel_shipment(self.picking)
        self.assertEqual(booking.state, "voiding")
        self.found = LABEL
        self._run()
        self._run()
        self.assertEqual(booking.state, "void")
        self.assertEqual(self.voided, [("SBX1", "A"), ("SBX2", "B")])
        self.assertEqual(len(self.asked), 1)

    def test_nothing_bought_is_nothing_to_cancel(self):
        self.answer = CarrierUnavailable("timed out")
        booking = self._validate()
        self._run()
        self.picking.carrier_id.cancel_shipment(self.picking)
        self._run()
        self.assertEqual((booking.state, self.voided), ("void", []))

    def test_paused_calls_are_no_question(self):
        booking = self._validate()
        with patch.object(
            type(self.connection),
            "_call_partner",
            side_effect=CarrierUnavailable("away"),
        ):
            self._run()
        self.assertTrue(booking._is_uncertain())
        self.assertEqual(booking.problem, "unreachable")


@tagged("post_install", "-at_install")
class TestBookingChecks(TurnCommon):
    """What an order lacks is said before the partner is called."""

    def _refused(self):
        booking = self._validate()
        self._run()
        self.assertEqual((self.asked, booking.state), ([], "failed"))
        self.assertFalse(booking.asked_at)
        return booking

    def test_address_without_street_and_postcode_is_refused_in_words(self):
        self.customer.write({"street": False, "zip": " "})
        booking = self._refused()
        self.assertEqual(booking.problem, "address")
        self.assertEqual(
            booking.error, "The address of Hansen Machines lacks: street, postcode."
        )
        self.customer.write({"street": "Werkstr. 7", "zip": "04177"})
        booking.action_retry()
        self._run()
        self.assertRecordValues(
            booking, [{"state": "booked", "problem": False, "error": False}]
        )
        self.assertEqual(self.sought, [])

    def test_country_without_postcodes_needs_none(self):
        self.customer.write({"zip": False, "country_id": self.env.ref("base.ae").id})
        booking = self._validate()
        self._run()
        self.assertEqual(booking.state, "booked")

    def test_goods_without_weight_are_refused_in_words(self):
        self.product.weight = 0
        self.picking = self._sell(3).picking_ids
        booking = self._refused()
        self.assertEqual(booking.problem, "weight")
        self.assertIn("weight is missing", booking.error)

    def test_quote_says_what_is_missing(self):
        self.customer.city = False
        answer = self.method.rate_shipment(self._sell(1))
        self.assertFalse(answer["success"])
        self.assertIn("lacks: city", answer["error_message"])

    def test_each_package_is_a_parcel_with_its_own_weight(self):
        moves = self.picking.move_ids
        kind = self.env["stock.package.type"].create(
            {"name": "Box", "packaging_length": 400, "width": 300, "height": 200}
        )
        moves.move_line_ids.quantity = 2
        package = self.picking.action_put_in_pack(package_type_id=kind.id)
        moves.move_line_ids.copy({"quantity": 1, "result_package_id": False})
        self.assertTrue(package)
        request = self.picking._booking_request()
        self.assertEqual([float(one) for one in request.weights], [4.0, 2.0])
        box, loose = request.parcels
        self.assertEqual(
            [float(side) for side in (box.length, box.width, box.height)], [40, 30, 20]
        )
        self.assertIsNone(loose.length)

    def test_label_format_of_the_method_is_asked_for(self):
        self.method.logistics_label_format = "zpl"
        self._validate()
        self._run()
        [(request, _key)] = self.asked
        self.assertEqual(request.label_format, "zpl")
