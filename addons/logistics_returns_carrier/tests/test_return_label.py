from decimal import Decimal

from odoo.tests import new_test_user, tagged

from odoo.addons.logistics_carrier_base.booking import Booking
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.tests.common import CarrierCommon
from odoo.addons.logistics_returns.tests.common import ReturnCommon

PDF = b"%PDF-1.4"


@tagged("post_install", "-at_install")
class TestReturnLabel(CarrierCommon, ReturnCommon):
    """Two pumps of 2 kg come back from Hansen, with the carrier they left with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._book_with_partner()
        cls.product.weight = 2.0
        cls.customer.write({"street": "Hafen 1", "city": "Kiel", "zip": "24103"})
        cls.warehouse.partner_id = cls.env["res.partner"].create(
            {
                "name": "Our Warehouse",
                "street": "Lindenau 2",
                "city": "Leipzig",
                "zip": "04177",
                "country_id": cls.env.ref("base.de").id,
            }
        )
        cls.order, cls.picking = cls._delivered(number="OUT1")
        cls.outbound = cls.picking.logistics_shipment_ids
        cls.one = cls._announce(cls.picking, 2)
        cls.one._say("requested", "1")

    def _answer(self, what, *answers):
        """Let the carrier answer its calls, the last answer again and again."""
        calls, left = [], list(answers)

        def call(*args):
            calls.append(args)
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, what, lambda adapter, connection: call)
        self.patch(Adapter, "_finder", lambda adapter, connection: lambda lost: None)
        return calls

    def _label(self, number):
        return Booking((number,), ((f"{number}.pdf", PDF),), Decimal("5.70"), "EUR")

    def _approve(self):
        self.one.with_user(self.people["user"]).action_approve()

    def _send(self):
        return self.one.with_user(self.people["user"]).action_send_label()

    def _run(self):
        self._run_job("logistics_carrier_base.ir_cron_book_shipments")

    def _bookings(self):
        return self.env["logistics.booking"]._of(self.one).sorted("id")

    def _sent(self, *numbers):
        """Approve the return, and have its labels booked, each in the other's place."""
        calls = self._answer("_booker", *map(self._label, numbers))
        self._approve()
        for _number in numbers:
            self._send()
            self._run()
        return calls

    def test_label_is_sent_when_it_is_there(self):
        calls = self._answer("_booker", self._label("BACK1"))
        self._approve()
        self._send()
        self.assertEqual((self.one.state, calls), ("approved", []))
        self._run()
        self.assertEqual(self.one.state, "label_sent")
        self.assertEqual(self.one.label_ids.raw, PDF)
        values = self.one.sudo()._public_values(signed_in=True)
        self.assertIn("print_label", values["steps"])
        self.assertEqual([row["name"] for row in values["labels"]], ["BACK1.pdf"])

    def test_order_goes_from_the_customer_to_the_warehouse(self):
        self.picking.carrier_id.logistics_return_service = "home"
        request, key = self._sent("BACK1")[0]
        self.assertEqual(request.service, "home")
        self.assertEqual(key, self._bookings().key)
        self.assertTrue(request.is_return)
        self.assertEqual(request.reference, self.one.name)
        self.assertEqual(
            (request.sender.name, request.sender.city),
            (
                self.customer.display_name,
                "Kiel",
            ),
        )
        self.assertEqual(request.receiver.name, "Our Warehouse")
        self.assertEqual(request.weights, (Decimal("4"),))

    def test_number_is_the_return_shipment_of_the_chain(self):
        self._sent("BACK1")
        shipment = self.one.shipment_ids
        self.assertRecordValues(
            shipment,
            [
                {
                    "direction": "return",
                    "parent_id": self.outbound.id,
                    "parent_kind": "return",
                    "carrier_id": self.carrier.id,
                    "state": "return_created",
                }
            ],
        )
        self.assertEqual(shipment.parcel_ids.tracking_number, "BACK1")
        self.assertEqual(self.one.outbound_ids, self.outbound)
        self.assertEqual(self._bookings().shipment_id, shipment)
        self._report(shipment, "picked_up", leg="return")
        self.assertEqual(self.one.state, "in_transit")
        self.assertEqual(self.env["logistics.return"].search_count([]), 1)

    def test_goods_are_expected_in_the_shipment_of_the_label(self):
        self._switch("expect")
        self._sent("BACK1")
        self._take()
        self.assertEqual(
            self.one.picking_ids.logistics_shipment_ids, self.one.shipment_ids
        )

    def test_return_has_one_label(self):
        calls = self._answer("_booker", self._label("BACK1"))
        self._approve()
        self._send()
        self._send()
        self._run()
        self.assertEqual((len(calls), len(self._bookings())), (1, 1))

    def test_asked_again_another_label_takes_its_place(self):
        voided = self._answer("_canceller", None)
        self._sent("BACK1", "BACK2")
        self.assertEqual(self._bookings().mapped("state"), ["void", "booked"])
        self.assertEqual(voided, [("BACK1", "")])
        self.assertEqual(self.one.label_ids.name, "BACK2.pdf")
        parcels = self.one._live_shipments().parcel_ids
        self.assertEqual(parcels.tracking_number, "BACK2")

    def test_carrier_that_does_not_answer_is_asked_under_the_same_key(self):
        calls = self._answer("_booker", CarrierUnavailable("down"), self._label("B1"))
        self._approve()
        self._send()
        self._run()
        self.assertEqual(self.one.state, "approved")
        self._bookings().next_try_at = False
        self._run()
        self.assertEqual(self.one.state, "label_sent")
        self.assertEqual(len({key for _request, key in calls}), 1)

    def test_refused_label_is_on_the_workbench_and_can_be_tried_again(self):
        error = CarrierRejected("bad_request", "400", "no such street")
        calls = self._answer("_booker", error, self._label("B1"))
        self._approve()
        self._send()
        self._run()
        found = self.env["logistics.exception"]._find_open(
            "booking_failed", self._bookings()
        )
        self.assertIn(self.one.name, found.summary)
        self.assertIn("no such street", found.summary)
        self.assertEqual(self.one.state, "approved")
        self.assertFalse(self.one.label_ids)
        found.with_user(self.people["user"]).action_book_again()
        self._run()
        self.assertEqual((self.one.state, found.state), ("label_sent", "solved"))
        # The carrier said that nothing was booked: another order.
        self.assertEqual(len({key for _request, key in calls}), 2)

    def test_sending_again_after_a_failure_tries_the_same_booking(self):
        error = CarrierRejected("bad_request", "400", "no such street")
        self._answer("_booker", error, self._label("B1"))
        self._approve()
        self._send()
        self._run()
        self._send()
        self._run()
        self.assertEqual(self._bookings().mapped("state"), ["booked"])

    def test_closed_or_refused_return_has_its_label_cancelled(self):
        for name in ("action_close", "action_refuse"):
            with self.subTest(name=name):
                self.one = self._announce(self.picking, 1)
                self.one._say("requested", "1")
                self._sent(f"B{name[7:].upper()}")
                voided = self._answer("_canceller", None)
                getattr(self.one.with_user(self.people["user"]), name)("No")
                self._run()
                self.assertEqual(len(voided), 1)
                self.assertEqual(self._bookings().state, "void")
                self.assertFalse(self.one.label_ids)
                self.assertEqual(self.one.shipment_ids.state, "shipment_cancelled")

    def test_customer_who_withdraws_has_the_label_cancelled(self):
        voided = self._answer("_canceller", None)
        self._sent("BACK1")
        portal = new_test_user(
            self.env, login="hansen", groups="base.group_portal", name="Hansen"
        )
        self.one.with_user(portal)._withdraw_by_customer()
        self._run()
        self.assertEqual((self.one.state, voided), ("closed", [("BACK1", "")]))

    def test_label_that_waits_is_not_booked_for_a_refused_return(self):
        calls = self._answer("_booker", self._label("BACK1"))
        self._approve()
        self._send()
        self.one.with_user(self.people["user"]).action_refuse("No")
        self._run()
        self.assertEqual((self._bookings().state, calls), ("void", []))

    def test_label_bought_for_a_return_closed_meanwhile_is_cancelled(self):
        def book(*_args):
            self.one.action_close("Kept")
            self.env.flush_all()
            return self._label("BACK1")

        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_booker", lambda adapter, connection: book)
        voided = self._answer("_canceller", None)
        self._approve()
        self._send()
        self._run()
        self._run()
        self.assertEqual(voided, [("BACK1", "")])
        self.assertEqual(self.one.state, "closed")
        self.assertFalse(self.one.label_ids)
        self.assertFalse(self.one.shipment_ids)

    def test_label_that_was_used_is_not_cancelled(self):
        self._sent("BACK1")
        voided = self._answer("_canceller", None)
        self._report(self.one.shipment_ids, "picked_up", leg="return")
        self.one.with_user(self.people["user"]).action_close("Kept after all")
        self._run()
        self.assertEqual((self._bookings().state, voided), ("booked", []))

    def test_carrier_that_books_no_returns_is_not_asked(self):
        Adapter = type(self.env["logistics.carrier.adapter.sandbox"])
        self.patch(Adapter, "_capabilities", lambda adapter: frozenset({"book"}))
        self._approve()
        self._send()
        self.assertEqual(self.one.state, "label_sent")
        self.assertFalse(self._bookings())

    def test_what_comes_back_by_itself_needs_no_label(self):
        self.one.freight_payer = "carrier"
        self._approve()
        self._send()
        self.assertFalse(self._bookings())

    def test_label_of_an_erased_person_is_deleted(self):
        self._sent("BACK1")
        values = {
            "company_id": self.company.id,
            "kind": "person",
            "partner_id": self.customer.id,
        }
        found = self.env["logistics.erasure"].create(values)._work(False)
        self.assertEqual(found["label_count"], 1)
        self.assertFalse(self.one.label_ids)
        self.assertEqual(self._bookings().numbers, "BACK1")
