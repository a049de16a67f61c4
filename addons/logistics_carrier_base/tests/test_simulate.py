from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .common import CarrierCommon


@tagged("post_install", "-at_install")
class TestSimulate(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "NB100")

    def _press(self, what, role="user", shipment=None):
        shipment = (shipment or self.shipment).with_user(self.people[role])
        params = shipment.action_simulate(what)["params"]
        self.env.invalidate_all()
        return params

    def _messages(self, *states):
        return self.env["logistics.message"].search(
            [("connection_id", "=", self.connection.id), ("state", "in", states)]
        )

    def test_delivered_takes_the_whole_way_in(self):
        params = self._press("delivered")
        self.assertEqual(self.shipment.state, "delivered")
        event = self.shipment.event_ids[:1]
        self.assertEqual((event.trust_kind, event.raw_code), ("signed", "DLV"))
        self.assertEqual(event.sighting_ids.message_id, self._messages("done"))
        self.assertIn("202 accepted", params["message"])

    def test_pressed_again_nothing_happens(self):
        self._press("delivered")
        before = self.shipment.event_ids
        params = self._press("delivered")
        self.assertEqual(self.shipment.event_ids, before)
        self.assertEqual(len(self._messages("done")), 2)
        self.assertIn("New tracking events: 0.", params["message"])

    def test_said_twice_is_one_event(self):
        params = self._press("delivered_twice")
        self.assertIn("202 accepted, 200 known, 202 accepted", params["message"])
        self.assertIn("New tracking events: 1.", params["message"])
        self.assertEqual(len(self._messages("done")), 2)

    def test_withdrawn_delivery_can_be_delivered_again(self):
        self._press("delivered")
        self._press("withdrawn")
        self.assertEqual(self.shipment.state, "dispatched")
        self._press("delivered")
        self.assertEqual(self.shipment.state, "delivered")

    def test_nothing_is_withdrawn_before_a_delivery(self):
        with self.assertRaises(UserError):
            self._press("withdrawn")

    def test_scans_lead_to_the_door(self):
        states = []
        for _scan in range(3):
            self._press("moved")
            states.append(self.shipment.state)
        self.assertEqual(states, ["picked_up", "in_transit", "out_for_delivery"])
        with self.assertRaises(UserError):
            self._press("moved")

    def test_unknown_code_is_held_for_a_person(self):
        self._press("unknown_code")
        exception = self.env["logistics.exception"].search(
            [("category", "=", "unknown_code"), ("state", "=", "open")]
        )
        self.assertIn("XQ7", exception.summary)
        self.assertEqual(self.shipment.state, "dispatched")

    def test_forged_message_is_refused_and_on_record(self):
        params = self._press("forged")
        refused = self._messages("rejected")
        self.assertEqual((len(refused), refused.category), (1, "signature"))
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertEqual(params["type"], "warning")

    def test_every_open_parcel_is_delivered(self):
        shipment = self._ship(self._sell().picking_ids, "NB200", "NB201")
        self._press("delivered", shipment=shipment)
        self.assertEqual(
            shipment.parcel_ids.mapped("state"), ["delivered", "delivered"]
        )

    def test_steps_that_follow_are_taken_at_once(self):
        self.env["logistics.action.mode"]._switch(self.company, "credit", "on")
        self.order._create_invoices().action_post()
        step = self.env["logistics.credit.demand"]._want(
            self.order.order_line, "claim", "x", 1, shipment=self.shipment
        )
        step.approval_ids.with_user(self.people["finance"]).action_approve()
        params = self._press("delivered")
        self.assertEqual(step.state, "done")
        self.assertIn("Actions taken: 1.", params["message"])

    def test_auditor_presses_nothing(self):
        with self.assertRaises(AccessError):
            self._press("delivered", role="auditor")

    def test_carrier_that_is_not_the_sandbox_says_nothing(self):
        self.connection.adapter = "canonical"
        self.shipment.invalidate_recordset()
        self.assertFalse(self.shipment.can_simulate)
        with self.assertRaises(UserError):
            self._press("delivered")

    def test_expired_secret_signs_nothing(self):
        self.connection.secret_ids.expires_at = fields.Datetime.now() - timedelta(
            days=1
        )
        with self.assertRaises(UserError):
            self._press("delivered")

    def test_unknown_wish_is_refused(self):
        with self.assertRaises(UserError):
            self._press("explode")


@tagged("post_install", "-at_install")
class TestTestEvent(CarrierCommon, HttpCase):
    def _send(self):
        connection = self.connection.with_user(self.people["integration"])
        return connection.action_send_test_event()["params"]

    def _unreachable(self):
        return patch.object(
            type(self.connection),
            "_post_to_own_address",
            lambda connection, body, headers: (False, 0, ""),
        )

    def test_without_http_it_takes_the_same_way_in(self):
        with self._unreachable():
            params = self._send()
        message = self.env["logistics.message"].search(
            [("connection_id", "=", self.connection.id)]
        )
        self.assertEqual((message.state, params["type"]), ("new", "success"))
        self.assertIn("handed in without HTTP", params["message"])

    def test_it_ends_among_the_unmatched_numbers(self):
        with self._unreachable():
            self._send()
        self.env["logistics.message"]._drain_batch(50)
        parked = self.env["logistics.message.unmatched"].search(
            [("connection_id", "=", self.connection.id)]
        )
        self.assertTrue(parked.tracking_key.startswith("TEST-"))

    def test_answer_of_another_server_is_told_in_words(self):
        base = self.base_url().replace("127.0.0.1", "localhost")
        self.env["ir.config_parameter"].set_param("web.base.url", base)
        token = self.connection._webhook_token()
        with patch.object(
            type(self.connection), "_webhook_token", lambda connection: f"{token}x"
        ):
            self.connection.invalidate_recordset()
            params = self._send()
        self.assertEqual(params["type"], "danger")
        self.assertIn("Answer 4", params["message"])

    def test_without_a_secret_it_says_what_is_missing(self):
        self.connection.secret_ids.unlink()
        with self.assertRaisesRegex(UserError, "signing secret"):
            self._send()

    def test_partner_without_one_hides_the_buttons(self):
        adapter = self.env.registry["logistics.carrier.adapter.sandbox"]
        with patch.object(
            adapter, "_capabilities", lambda self: frozenset({"webhook"})
        ):
            self.connection.invalidate_recordset()
            for view, button in (
                ("logistics_connection_view_form", "action_send_test_event"),
                ("logistics_connection_view_form_setup", "action_setup_send"),
            ):
                with self.subTest(view):
                    self.assertTrue(self._is_hidden(view, button))
            with self.assertRaisesRegex(UserError, "no test event"):
                self._send()
        self.connection.invalidate_recordset()
        self.assertFalse(
            self._is_hidden("logistics_connection_view_form", "action_send_test_event")
        )

    def _is_hidden(self, view, button):
        Connection = self.env["logistics.connection"]
        view_id = self.env.ref(f"logistics_carrier_base.{view}").id
        arch = etree.fromstring(Connection.get_view(view_id, "form")["arch"])
        (found,) = arch.xpath(f"//button[@name='{button}']")
        (values,) = self.connection.read(["id", "has_live_secret", "capabilities"])
        return safe_eval(found.get("invisible"), values)

    def test_only_the_integration_administrator_sends_one(self):
        for role in ("user", "manager", "finance", "auditor"):
            connection = self.connection.with_user(self.people[role])
            with self.subTest(role=role), self.assertRaises(AccessError):
                connection.action_send_test_event()
