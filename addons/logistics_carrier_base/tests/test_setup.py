from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, Form, tagged

from ..exceptions import CarrierRejected, CarrierUnavailable
from ..sandbox.server import SandboxServer
from ..sandbox.stand_in import Refused
from ..verdicts import verdict_of
from .common import CarrierCommon

API_KEY = "set-up"
VIEW = "logistics_carrier_base.logistics_connection_view_form_setup"


@tagged("post_install", "-at_install")
class TestVerdicts(BaseCase):
    def test_each_error_says_what_it_means_for_the_key(self):
        for expected, error in (
            ("unreachable", CarrierUnavailable("Nobody answers")),
            ("wrong_key", CarrierRejected("authentication", "401", "Who")),
            ("no_permission", CarrierRejected("authentication", "403", "Not you")),
            ("works", CarrierRejected("not_found", "404", "No such number")),
            ("refused", CarrierRejected("bad_request", "400", "What")),
        ):
            with self.subTest(expected=expected):
                self.assertEqual(verdict_of(error), expected)


@tagged("post_install", "-at_install")
class TestSetup(CarrierCommon):
    """Connecting in one dialog: every answer is kept and said in words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.people["integration"]
        cls.connection = cls.connection.with_user(cls.clerk)
        cls.startClassPatcher(
            patch.object(
                cls.registry["logistics.connection"],
                "_post_to_own_address",
                lambda *_: (False, 0, ""),
            )
        )

    def _step(self):
        steps = self.env["onboarding.onboarding.step"].with_user(self.clerk)
        return steps._logistics_steps()["action_open_logistics_connect"]

    def _test(self, **vals):
        self.connection.write(vals)
        window = self.connection.action_setup_test()
        self.assertEqual(window["res_id"], self.connection.id)
        return self.connection.test_verdict

    def _last(self):
        self.connection.invalidate_recordset(["last_delivery_ids"])
        return self.connection.last_delivery_ids[:1]

    def _said(self, window):
        return self.connection.with_context(**window["context"])

    # === THE KEY === #

    def test_each_answer_of_the_partner_is_told_apart(self):
        with SandboxServer(api_key=API_KEY) as server:
            url = server.url
            self.assertEqual(self._test(base_url=url), "wrong_key")
            self.assertIn("Paste", self.connection.test_text)
            self.assertEqual(self._test(credential="other"), "wrong_key")
            self.assertFalse(self._step().done)
            self.assertEqual(self._test(credential="live_1"), "wrong_environment")
            self.assertEqual(self._test(credential=API_KEY), "works")
            self.assertTrue(self._step().done)
            with patch.object(SandboxServer, "is_authorised", _forbid):
                self.assertEqual(self._test(), "no_permission")
        self.assertEqual(self._test(), "unreachable")

    def test_button_of_the_form_keeps_the_answer_as_well(self):
        self.connection.write({"credential": "live_2"})
        answer = self.connection.action_test_connection()
        self.assertEqual(answer["params"]["type"], "danger")
        self.assertEqual(self.connection.test_verdict, "wrong_environment")
        self.assertTrue(self.connection.tested_at)

    def test_sandbox_is_a_test_connection_without_being_told(self):
        form = Form(self.env["logistics.connection"].with_user(self.clerk), view=VIEW)
        form.adapter = "sandbox"
        self.assertEqual(form.environment, "test")
        connection = form.save()
        self.assertEqual(connection.name, "Sandbox Carrier")
        self.assertTrue(connection.webhook_url)

    # === THE SECRET === #

    def test_secret_is_shown_once_and_kept_encrypted(self):
        self.connection.secret_ids.unlink()
        self.assertFalse(self.connection.has_live_secret)
        said = self._said(self.connection.action_setup_secret())
        self.assertTrue(said.made_secret.startswith("whsec_"))
        self.assertTrue(self.connection.has_live_secret)
        self.assertFalse(self.connection.made_secret)
        token = self.connection.secret_ids.sudo().token
        self.assertNotIn(said.made_secret, token)

    def test_pasted_secret_is_never_read_back(self):
        self.connection.secret_ids.unlink()
        self.connection.pasted_secret = self.secret_value
        self.assertFalse(self.connection.pasted_secret)
        self.assertEqual(self.connection._newest_secret(), self.secret_value)

    def test_text_that_is_no_secret_is_refused(self):
        with self.assertRaises(UserError):
            self.connection.pasted_secret = "not a secret"

    # === WHAT CAME IN === #

    def test_test_event_is_among_the_last_three_deliveries(self):
        said = self._said(self.connection.action_setup_send())
        self.assertEqual(said.said_tone, "success")
        self.assertTrue(said.said_text)
        for _number in range(3):
            self.connection.action_setup_send()
        self.assertIn("fits", self._last().advice_text)
        self.assertEqual(len(self.connection.last_delivery_ids), 3)

    def test_why_a_signature_failed_is_said_in_words(self):
        take, json = self.connection._take, {"Content-Type": "application/json"}
        take(b"{}", json)
        unsigned = self._last()
        self.assertEqual(unsigned.state, "rejected")
        self.assertIn("not signed", unsigned.advice_text)
        forged = self._scheme(self.connection.sudo()).new_secret()
        take(b"{}", self.connection._signed(b"{}", "1", secret=forged) | json)
        self.assertIn("another secret", self._last().advice_text)
        with patch("time.time", lambda: 1_000_000_000):
            old = self.connection._signed(b"{}", "2")
        take(b"{}", old | json)
        self.assertIn("clocks", self._last().advice_text)
        self.connection.secret_ids.unlink()
        take(b"{}", json)
        self.assertIn("No signing", self._last().advice_text)

    def test_unreadable_message_says_why(self):
        (message,) = self._hand_in(b"{")
        self.assertIn("cannot be read", message.advice_text)

    # === WHO AND WHERE === #

    def test_step_opens_the_connection_that_is_not_finished(self):
        steps = self.env["onboarding.onboarding.step"].with_user(self.clerk)
        window = steps.action_open_logistics_connect()
        self.assertEqual(window["res_id"], self.connection.id)
        self.assertEqual(window["target"], "new")

    def test_other_company_is_not_connected_by_this_one(self):
        self.connection.sudo().test_verdict = "works"
        self.assertTrue(self._step().done)
        other = self.env["res.company"].create({"name": "Not Connected"})
        steps = self.env["onboarding.onboarding.step"].with_company(other)
        found = steps._logistics_steps()["action_open_logistics_connect"]
        self.assertFalse(found.done)
        self.connection.sudo().served_company_ids = other
        found = steps._logistics_steps()["action_open_logistics_connect"]
        self.assertTrue(found.done)

    def test_only_integration_administrators_connect(self):
        for role in ("user", "manager", "finance", "auditor"):
            connection = self.connection.with_user(self.people[role])
            for action in ("action_setup_test", "action_setup_send"):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    getattr(connection, action)()


def _forbid(server, request):
    raise Refused(403, "Not for you")
