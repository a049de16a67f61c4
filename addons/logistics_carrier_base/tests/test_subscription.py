from datetime import datetime, timedelta
from types import SimpleNamespace
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .. import subscription
from ..exceptions import CarrierRejected, CarrierUnavailable
from ..models.logistics_adapter_sandbox import (
    LogisticsCarrierAdapterSandbox as Adapter,
)
from ..subscription import Subscribed
from .common import CarrierCommon
from .sandbox_case import NOW, SECRET, SandboxCase

NOON = datetime(2026, 11, 20, 12)
DAY = timedelta(days=1)
JOB = "logistics_carrier_base.ir_cron_renew_subscriptions"


@tagged("post_install", "-at_install")
class TestSubscriptionTimes(BaseCase):
    def test_renewed_in_time_whatever_the_life(self):
        for life, renewed, alerted in (
            (14 * DAY, 10.5 * DAY, 13 * DAY),
            (4 * DAY, 2 * DAY, 3 * DAY),
            (1 * DAY, 0.5 * DAY, 0.75 * DAY),
            (365 * DAY, 273.75 * DAY, 364 * DAY),
        ):
            with self.subTest(life=life):
                end = NOON + life
                self.assertEqual(subscription.renew_at(NOON, end), NOON + renewed)
                self.assertEqual(subscription.alert_at(NOON, end), NOON + alerted)
                self.assertLess(renewed, alerted)

    def test_what_never_ends_is_never_renewed(self):
        self.assertIsNone(subscription.renew_at(NOON, None))
        self.assertIsNone(subscription.alert_at(NOON, None))


@tagged("post_install", "-at_install")
class TestSubscriptionServer(SandboxCase):
    """The sandbox carrier reports for as long as it was asked to."""

    def _subscribe(self, *numbers):
        answer = self.call(
            "POST",
            "/subscriptions",
            {
                "url": f"{self.receiver.url}/hook",
                "secret": self.carrier._scheme.new_secret(),
                "numbers": list(numbers),
            },
        )
        self.assertEqual(answer.status_code, 200)
        return answer.json()["subscriptions"]

    def _reports(self, number, code):
        _scan, delivery = self.carrier.advance(number, code, wait=True)
        return delivery is not None and delivery.accepted

    def test_account_is_reported_for_two_weeks_and_longer_when_renewed(self):
        number = self.book()["parcels"][0]["number"]
        (row,) = self._subscribe()
        self.assertEqual(
            datetime.fromisoformat(row["expires_at"]).timestamp(), NOW + 14 * 86400
        )
        self.assertTrue(self._reports(number, "PUP"))
        self.carrier._subscriptions._clock = lambda: NOW + 13 * 86400
        self._subscribe()
        self.carrier._subscriptions._clock = lambda: NOW + 20 * 86400
        self.assertTrue(self._reports(number, "DEP"))
        self.carrier._subscriptions._clock = lambda: NOW + 28 * 86400
        self.assertFalse(self._reports(number, "HUB"))

    def test_only_numbers_that_were_subscribed_to_are_reported(self):
        one = self.book()["parcels"][0]["number"]
        two = self.book(reference="S2")["parcels"][0]["number"]
        (row,) = self._subscribe(one)
        self.assertTrue(self._reports(one, "PUP"))
        self.assertFalse(self._reports(two, "PUP"))
        self._subscribe(two)
        self.assertTrue(self._reports(one, "DEP"))
        self.assertTrue(self._reports(two, "DEP"))
        self.call("POST", "/subscriptions/end", {"ids": [row["id"]]})
        self.assertFalse(self._reports(one, "HUB"))

    def test_subscription_needs_the_key_and_a_sound_wish(self):
        for key, wish, status in (
            ("wrong", {"url": "http://127.0.0.1:1", "numbers": []}, 401),
            ("training-key", {"url": "http://127.0.0.1:1"}, 400),
            ("training-key", {"url": "https://example.com", "numbers": []}, 400),
        ):
            answer = self.call("POST", "/subscriptions", wish, key=key)
            self.assertEqual(answer.status_code, status, wish)


@tagged("post_install", "-at_install")
class TestSubscription(CronMixinCase, CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind, cls.failure = "account", None
        cls.asked, cls.ended = [], []
        Adapter = cls.registry["logistics.carrier.adapter.sandbox"]

        def subscribe(targets):
            cls.asked.append(sorted(targets))
            if cls.failure:
                raise cls.failure
            end = fields.Datetime.now() + 14 * DAY
            return [Subscribed(target, f"sub-{target}", end) for target in targets]

        def unsubscribe(references):
            if cls.failure:
                raise cls.failure
            cls.ended.extend(references)

        for name, method in (
            ("_subscriber", lambda adapter, connection: subscribe),
            ("_unsubscriber", lambda adapter, connection: unsubscribe),
            ("_subscription_kind", lambda adapter: cls.kind),
        ):
            cls.startClassPatcher(patch.object(Adapter, name, method))

    def setUp(self):
        super().setUp()
        self.asked.clear()
        self.ended.clear()
        self._set(kind="account", failure=None)

    def _set(self, **values):
        for name, value in values.items():
            setattr(type(self), name, value)

    def _run(self):
        self._run_job(JOB)

    def _problem(self):
        return self.env["logistics.exception"]._find_open(
            "configuration", self.connection, "subscription"
        )

    def test_nothing_is_subscribed_to_before_somebody_wants_it(self):
        self._run()
        self.assertFalse(self.asked)

    def test_account_is_renewed_before_it_ends(self):
        self.connection.with_user(self.people["integration"]).action_subscribe()
        self._run()
        self.assertEqual(self.asked, [[""]])
        row = self.connection.subscription_ids
        self.assertEqual(row.state, "active")
        self._run()
        self.assertEqual(len(self.asked), 1)
        with freeze_time(row.renew_at + timedelta(minutes=1)):
            self._run()
            self.assertEqual(len(self.asked), 2)
            self.assertEqual(row.expires_at - row.made_at, 14 * DAY)

    def test_renewal_that_fails_until_the_last_day_is_told_and_pressed(self):
        self.connection.action_subscribe()
        self._run()
        row = self.connection.subscription_ids
        self._set(failure=CarrierUnavailable("down"))
        with freeze_time(row.expires_at - 2 * DAY):
            self._run()
            self.assertEqual(row.state, "failed")
            self.assertFalse(self._problem())
        with freeze_time(row.expires_at - timedelta(hours=23)):
            self._run()
            exception = self._problem()
            self.assertIn("stops pushing", exception.summary)
            self._set(failure=None)
            self.assertTrue(exception.about_subscription)
            exception.with_user(self.people["integration"]).action_renew_subscription()
            self._run()
            self.assertEqual(exception.state, "solved")
            self.assertEqual(row.state, "active")

    def test_refusal_is_told_at_once(self):
        self._set(failure=CarrierRejected("authentication", "401", "wrong key"))
        self.connection.action_subscribe()
        self._run()
        self.assertIn("wrong key", self._problem().summary)

    def test_open_numbers_are_subscribed_to_and_finished_ones_no_more(self):
        self._set(kind="number")
        shipment = self._ship(self._sell(2).picking_ids, "NB800")
        self.env["logistics.parcel"].create(
            {"shipment_id": shipment.id, "tracking_number": "nb 801"}
        )
        self.connection.action_subscribe()
        self._run()
        self.assertEqual(self.asked, [["NB800", "NB801"]])
        self._hand_in(self._body("NB800", "PUP", "DLV"))
        self._run()
        states = {row.target: row.state for row in self.connection.subscription_ids}
        self.assertEqual(states, {"NB800": "ended", "NB801": "active"})
        self.assertEqual(len(self.asked), 1)

    def test_stop_and_begin_again(self):
        self.connection.action_subscribe()
        self._run()
        self.connection.action_unsubscribe()
        self._run()
        self.assertEqual(self.ended, ["sub-"])
        self.assertEqual(self.connection.subscription_ids.state, "ended")
        self.connection.action_subscribe()
        self._run()
        self.assertEqual(self.connection.subscription_ids.state, "active")

    def test_numbers_stop_and_begin_again(self):
        self._set(kind="number")
        self._ship(self._sell().picking_ids, "NB800")
        self.connection.action_subscribe()
        self._run()
        self.connection.action_unsubscribe()
        self._run()
        self.assertEqual(self.ended, ["sub-NB800"])
        self.connection.action_subscribe()
        self._run()
        self.assertEqual(self.asked, [["NB800"], ["NB800"]])
        self.assertEqual(self.connection.subscription_ids.state, "active")

    def test_partner_that_does_not_answer_is_told_to_stop_later(self):
        self.connection.action_subscribe()
        self._run()
        self.connection.action_unsubscribe()
        self._set(failure=CarrierUnavailable("down"))
        self._run()
        row = self.connection.subscription_ids
        self.assertEqual((row.state, self.ended), ("failed", []))
        self._set(failure=None)
        self._run()
        self.assertEqual((row.state, self.ended), ("ended", ["sub-"]))

    def _run_in_turns_of(self, size):
        """Run once, with so many numbers in one turn; return whether it goes on."""
        module = "odoo.addons.logistics_carrier_base.models.logistics_subscription"
        with (
            patch(f"{module}.TARGETS_PER_RUN", size),
            self.capture_triggers(JOB) as triggers,
        ):
            self._run()
        return bool(triggers.records)

    def _subscribe_numbers(self, *numbers):
        self._set(kind="number")
        shipment = self._ship(self._sell().picking_ids, numbers[0])
        self.env["logistics.parcel"].create(
            [
                {"shipment_id": shipment.id, "tracking_number": number}
                for number in numbers[1:]
            ]
        )
        self.connection.action_subscribe()

    def test_long_line_is_worked_off_in_turns(self):
        self._subscribe_numbers("NB801", "NB802", "NB803")
        self._run()
        self.connection._renew_now()
        self.asked.clear()
        for left in (2, 1):
            self.assertTrue(self._run_in_turns_of(1), left)
        self._run_in_turns_of(1)
        self.assertEqual(sorted(self.asked), [["NB801"], ["NB802"], ["NB803"]])
        self.assertFalse(self._run_in_turns_of(1))

    def test_partner_that_does_not_answer_is_not_asked_in_a_circle(self):
        self._subscribe_numbers("NB801", "NB802", "NB803")
        self._run()
        self._set(failure=CarrierUnavailable("down"))
        self.connection._renew_now()
        self.assertFalse(self._run_in_turns_of(2))
        self.connection.action_unsubscribe()
        self.assertFalse(self._run_in_turns_of(2))
        self._set(failure=None)
        self.assertTrue(self._run_in_turns_of(2))
        self._run_in_turns_of(2)
        self.assertEqual(sorted(self.ended), ["sub-NB801", "sub-NB802", "sub-NB803"])

    def test_what_ended_by_itself_is_not_ended_again(self):
        self.connection.action_subscribe()
        self._run()
        self.connection.action_unsubscribe()
        row = self.connection.subscription_ids
        with freeze_time(row.expires_at + timedelta(minutes=1)):
            self._run()
        self.assertEqual((row.state, self.ended), ("ended", []))

    @mute_logger("odoo.addons.logistics_carrier_base.calling")
    def test_defect_of_the_adapter_is_told_like_a_refusal(self):
        self._set(failure=KeyError("expires_at"))
        self.connection.action_subscribe()
        self._run()
        self.assertIn("expires_at", self._problem().summary)

    def test_new_webhook_address_is_told_to_the_partner(self):
        self.connection.action_subscribe()
        self._run()
        self.connection.action_new_webhook_address()
        self._run()
        self.assertEqual(len(self.asked), 2)


@tagged("post_install", "-at_install")
class TestSandboxSubscribes(SandboxCase):
    """The adapter of the sandbox speaks with its server."""

    def test_server_reports_to_the_address_of_the_connection(self):
        account = SimpleNamespace(
            base_url=self.carrier.url,
            webhook_url=f"{self.receiver.url}/hook",
            _plain_credential=lambda: "training-key",
            _live_secrets=lambda: [SimpleNamespace(token="sealed")],
        )
        self.enterContext(
            patch(
                "odoo.addons.logistics_carrier_base.models.logistics_adapter_sandbox"
                ".decrypt",
                lambda token: SECRET,
            )
        )
        (made,) = Adapter._subscriber(None, account)([""])
        self.assertEqual(made.reference, "sub_all")
        self.assertEqual(made.expires_at, datetime(2026, 1, 15))
        Adapter._unsubscriber(None, account)([made.reference])
        self.assertFalse(self.carrier._subscriptions.cover("ANY"))
