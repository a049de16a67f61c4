"""What the screens of a delivery and an order say about its label."""

from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..booking import Booking, Rate
from ..exceptions import CarrierRejected, CarrierUnavailable
from ..sandbox.label import label_pdf, label_zpl
from .test_booking_turn import TurnCommon

RATES = [
    Rate("express", Decimal("14.00"), "USD", 1, name="Express"),
    Rate("standard", Decimal("6.50"), "USD", 2, carrier="Northbound", name="Standard"),
]


class LabelCommon(TurnCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packer = new_test_user(
            cls.env, login="packer", groups="stock.group_stock_user"
        )

    def setUp(self):
        super().setUp()
        self.answer = Booking(("SBX1",), (("SBX1.pdf", label_pdf("SBX1")),))
        self._let("_rater", lambda request: self._rate(request))
        self.rated = []

    def _rate(self, request):
        self.rated.append(request)
        return RATES

    def _status(self, picking=None, **more):
        picking = picking or self.picking
        self.env.invalidate_all()
        return picking.with_user(self.packer).logistics_label_status(**more)

    def _buy(self, picking=None, **more):
        with self.enter_registry_test_mode():
            self.env.flush_all()
            (picking or self.picking).with_user(self.packer).logistics_label_buy(**more)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestLabelScreen(LabelCommon):
    def _press_validate(self):
        self.picking.move_ids.picked = True
        return self.picking.with_user(self.packer).button_validate()

    def test_validate_waits_for_the_label_and_shows_it(self):
        action = self._press_validate()
        self.assertEqual(self.picking.state, "done")
        self.assertEqual((action["tag"], self.asked), ("logistics_label", []))
        self.assertEqual(self._status()["waiting"], 1)
        self._buy()
        status = self._status()
        self.assertEqual(
            (status["total"], status["waiting"], status["failed"]), (1, 0, [])
        )
        label = self.picking._logistics_bookings().label_ids
        self.assertEqual(status["url"], f"/logistics/labels/{label.id}")
        self.assertEqual(status["format"], "pdf")
        self.assertIn("SBX1", self.picking.message_ids[:1].body)

    def test_what_is_printed_by_itself_follows_the_label(self):
        self.picking.picking_type_id.auto_print_delivery_slip = True
        action = self._press_validate()
        self.assertEqual(action["tag"], "logistics_label")
        self.assertEqual(action["params"]["next"]["tag"], "do_multi_print")

    def test_delivery_without_a_connected_carrier_validates_as_ever(self):
        self.picking.carrier_id = False
        self.assertIs(self._press_validate(), True)

    def test_delivery_stays_validated_and_says_what_to_do(self):
        self.customer.street = False
        self._press_validate()
        self._buy()
        self.assertEqual(self.picking.state, "done")
        hint = self.picking.with_user(self.packer).logistics_label_hint
        self.assertEqual(
            hint,
            "The address of Hansen Machines lacks: street. "
            "Correct the address, then retry.",
        )
        action = self.picking.with_user(self.packer).action_logistics_correct_address()
        self.assertEqual(action["res_id"], self.customer.id)
        self.assertEqual(
            self._status()["failed"], [{"name": self.picking.name, "hint": hint}]
        )
        self.customer.street = "Werkstr. 7"
        self.picking.with_user(self.packer).action_logistics_label_retry()
        self._buy()
        self.assertEqual(self.picking.logistics_label_state, "booked")
        self.assertFalse(self.picking.logistics_label_hint)

    def test_our_own_address_is_corrected_where_ours_lacks_something(self):
        home = self.warehouse.partner_id
        home.city = False
        self._press_validate()
        self._buy()
        action = self.picking.action_logistics_correct_address()
        self.assertEqual(action["res_id"], home.id)

    def test_printing_again_never_buys(self):
        self._press_validate()
        self._buy()
        action = self.picking.with_user(self.packer).action_logistics_print_label()
        self.assertEqual(action["tag"], "logistics_label")
        self._buy()
        self.assertEqual(len(self.asked), 1)

    def test_only_those_who_send_goods_buy(self):
        self._press_validate()
        salesman = new_test_user(
            self.env, login="salesman", groups="sales_team.group_sale_salesman"
        )
        for name in (
            "logistics_label_buy",
            "action_logistics_label_retry",
            "action_logistics_book_labels",
        ):
            with self.assertRaises(AccessError):
                getattr(self.picking.with_user(salesman), name)()

    def test_many_labels_are_bought_in_the_background(self):
        self.picking.picking_type_id.print_label = False
        pickings = self.picking
        for _number in range(6):
            pickings |= self._sell(1).picking_ids
        pickings.move_ids.picked = True
        pickings.button_validate()
        self.assertFalse(pickings._logistics_bookings())
        pickings.with_user(self.packer).action_logistics_book_labels()
        self.answer = Booking(("SBX1",))
        self._buy(pickings)
        self.assertEqual(self._status(pickings)["waiting"], 2)
        self._run()
        self.assertEqual(self._status(pickings)["waiting"], 0)
        self.assertEqual(len(self.asked), 7)
        with self.assertRaises(UserError):
            pickings.with_user(self.packer).action_logistics_book_labels()

    def test_missing_labels_are_listed_with_the_hour_of_the_carrier(self):
        self.warehouse.partner_id.tz = "Europe/Berlin"
        self.method.logistics_cutoff = 16.5
        now = fields.Datetime.to_datetime("2026-03-28 16:00:00")
        with patch.object(fields.Datetime, "now", staticmethod(lambda: now)):
            booking = self.env["logistics.booking"]._ask(self.picking)
            # 16:30 of the next day, after the clock went forward.
            expected = fields.Datetime.to_datetime("2026-03-29 14:30:00")
            self.assertEqual(booking.cutoff_at, expected)
        self.assertTrue(booking.is_late == (expected < fields.Datetime.now()))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_carrier_base.logistics_booking_action_missing"
        )
        domain = [("state", "in", ["waiting", "failed"]), ("numbers", "=", False)]
        self.assertEqual(action["domain"], str(domain))
        self.assertIn(booking, self.env["logistics.booking"].search(domain))

    # === PRICES === #

    def test_services_are_compared_and_the_chosen_one_is_kept(self):
        self._usd()
        order = self._sell(1)
        order.picking_ids.unlink()
        order = self._sell(1)
        action = order.action_logistics_compare_services()
        dialog = self.env["logistics.service.compare"].browse(action["res_id"])
        self.assertEqual(dialog.line_ids.mapped("service"), ["standard", "express"])
        self.assertEqual(len(self.rated), 1)
        dialog.line_ids[1].action_choose()
        self.assertEqual(order.carrier_id, self.method)
        self.assertEqual(order.order_line.filtered("is_delivery").price_unit, 14.0)
        self.assertEqual(order.picking_ids.logistics_service, "express")
        self.assertEqual(order.picking_ids._booking_request().service, "express")
        order.set_delivery_line(self.method, 5.0)
        self.assertFalse(order.logistics_service)

    def test_service_of_a_quotation_goes_along_to_its_delivery(self):
        self._usd()
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    fields.Command.create({"product_id": self.product.id}),
                ],
            }
        )
        action = order.action_logistics_compare_services()
        dialog = self.env["logistics.service.compare"].browse(action["res_id"])
        dialog.line_ids[:1].action_choose()
        self.env["stock.rule"].search([]).propagate_carrier = True
        order.action_confirm()
        self.assertEqual(order.picking_ids.carrier_id, self.method)
        self.assertEqual(order.picking_ids.logistics_service, "standard")

    def test_another_carrier_is_chosen_after_a_refusal(self):
        self._usd()
        self.answer = CarrierRejected("bad_request", "422", "Too heavy")
        self._press_validate()
        self._buy()
        other = self.method.copy(
            {"name": "Northbound Express", "logistics_service": "express"}
        )
        action = self.picking.with_user(self.packer).action_logistics_compare_services()
        dialog = self.env["logistics.service.compare"].browse(action["res_id"])
        line = dialog.line_ids.filtered(lambda one: one.method_id == other)
        self.answer = Booking(("SBX9",))
        following = line.with_user(self.packer).action_choose()
        self.assertEqual(following["tag"], "logistics_label")
        self._buy()
        self.assertEqual(self.picking.carrier_id, other)
        self.assertEqual(self.picking.carrier_tracking_ref, "SBX9")
        self.assertEqual(self.asked[-1][0].service, "express")
        self.assertEqual(
            sorted(
                self.env["logistics.booking"]
                .search([("picking_id", "=", self.picking.id)])
                .mapped("state")
            ),
            ["booked", "void"],
        )

    def test_carrier_that_cannot_say_is_a_line_in_words(self):
        self._let("_rater", lambda request: self._raise())
        action = self.picking.action_logistics_compare_services()
        dialog = self.env["logistics.service.compare"].browse(action["res_id"])
        self.assertEqual(dialog.line_ids.problem, "timed out")
        with self.assertRaises(UserError):
            dialog.line_ids.action_choose()

    def _raise(self):
        raise CarrierUnavailable("timed out")

    def _usd(self):
        self.env.ref("base.USD").active = True
        if self.company.currency_id.name != "USD":
            self.company.currency_id = self.env.ref("base.USD")
        self.method.fixed_margin = self.method.margin = 0

    # === ODOO'S OWN BUTTONS === #

    def test_send_to_shipper_books_and_real_cost_reaches_the_order(self):
        self._usd()
        self.picking.picking_type_id.print_label = False
        self.method.write({"invoice_policy": "real", "margin": 0.5})
        order = self.picking.sale_id
        order.set_delivery_line(self.method, 5.0)
        self._press_validate()
        self.answer = Booking(("SBX1",), price=Decimal("8.00"), currency="USD")
        self.picking.with_user(self.packer).send_to_shipper()
        self._buy()
        self.assertEqual(self.picking.carrier_tracking_ref, "SBX1")
        self.assertEqual(self.picking.carrier_price, 12.0)
        line = order.order_line.filtered("is_delivery")
        self.assertEqual(line.price_unit, 12.0)

    def test_return_label_is_printed_for_the_way_back(self):
        self.assertTrue(self.method.can_generate_return)
        self._press_validate()
        self._buy()
        back = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=self.picking.id,
                active_ids=self.picking.ids,
                active_model="stock.picking",
            )
            .create({})
        )
        back.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(back.action_create_returns()["res_id"])
        back.carrier_id = self.method
        self.assertTrue(back.is_return_picking)
        self.answer = Booking(("BACK1",), (("BACK1.pdf", label_pdf("BACK1")),))
        action = back.with_user(self.packer).print_return_label()
        self.assertTrue(action["params"]["is_return"])
        self._buy(back, is_return=True)
        request = self.asked[-1][0]
        self.assertTrue(request.is_return)
        self.assertEqual(
            (request.sender.name, request.receiver.name),
            (back.partner_id.display_name, self.warehouse.partner_id.display_name),
        )
        self.assertEqual(request.service, self.method.logistics_service or "")
        self.method.logistics_return_service = "home"
        self.assertEqual(back._booking_return_request().service, "home")
        self.assertEqual(len(back.return_label_ids), 1)
        self.assertEqual(self._status(back, is_return=True)["format"], "pdf")

    def test_tracking_page_of_several_parcels(self):
        self.answer = Booking(("SBX1", "SBX2"))
        self._press_validate()
        self._buy()
        self.carrier.tracking_url = "https://track.example/<number>"
        self.assertEqual(
            self.picking.get_multiple_carrier_tracking(),
            [
                ["SBX1", "https://track.example/SBX1"],
                ["SBX2", "https://track.example/SBX2"],
            ],
        )
        action = self.picking.open_website_url()
        self.assertEqual(action["res_model"], "stock.picking")


@tagged("post_install", "-at_install")
class TestLabelRoute(LabelCommon, HttpCase):
    def _labels(self, *labels):
        ids = ",".join(str(label.id) for label in labels)
        return self.url_open(f"/logistics/labels/{ids}")

    def _booked(self, *labels):
        self.answer = Booking(("SBX1",), labels)
        booking = self._validate()
        self._run()
        return booking.label_ids

    def test_several_labels_are_one_document(self):
        labels = self._booked(
            *((f"{name}.pdf", label_pdf(name)) for name in ("SBX1", "SBX2"))
        )
        self.authenticate("packer", "packer")
        answer = self._labels(*labels)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(answer.content.count(b"/Type /Page\n"), 2)

    def test_labels_for_the_printer_are_downloaded_one_after_the_other(self):
        labels = self._booked(
            *((f"{name}.zpl", label_zpl(name)) for name in ("SBX1", "SBX2"))
        )
        self.authenticate("packer", "packer")
        answer = self._labels(*labels)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(answer.content.count(b"^XA"), 2)

    def test_what_is_no_label_is_not_sent(self):
        (label,) = self._booked(("SBX1.pdf", b"<script>alert(1)</script>"))
        other = self.env["ir.attachment"].create(
            {"name": "x.pdf", "raw": b"%PDF-1.4", "res_model": "stock.picking"}
        )
        self.authenticate("packer", "packer")
        for wanted in (label, other):
            self.assertEqual(self._labels(wanted).status_code, 404)

    def test_label_of_others_is_not_sent(self):
        (label,) = self._booked(("SBX1.pdf", label_pdf("SBX1")))
        new_test_user(self.env, login="plain", groups="base.group_user")
        self.authenticate("plain", "plain")
        self.assertEqual(self._labels(label).status_code, 404)
