from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.logistics_events.models.ledger import trusted

from ..models import (
    logistics_message_replay,
    logistics_replay,
    logistics_replay_run,
)
from .common import CarrierCommon

JOB = "logistics_carrier_base.ir_cron_read_again"


@tagged("post_install", "-at_install")
class TestReplay(CarrierCommon):
    """Reading a range of messages again: tried, allowed, after live ones, logged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipment = cls._ship(cls._sell(2).picking_ids, "NB900")
        bodies = []
        for row, code in enumerate(("PUP", "HUB", "DEP", "XX9"), 1):
            at = fields.Datetime.now() - timedelta(minutes=9 - row)
            text = f"{at.isoformat(timespec='seconds')}+00:00"
            bodies.append(cls._body("NB900", {"row": row, "code": code, "at": text}))
        cls.messages = cls._hand_in(*bodies).sorted("id")
        cls.code = cls.env["logistics.code.map"].search([("raw_code", "=", "XX9")])
        cls.code.event_type = "delivered"

    def _dialog(self, role="integration", **values):
        values = {"connection_id": self.connection.id} | values
        return (
            self.env["logistics.message.replay"]
            .with_user(self.people[role])
            .create(values)
        )

    def _request(self, **values):
        window = self._dialog(**values).action_replay()
        return self.env["logistics.replay"].browse(window["res_id"])

    def _run(self):
        self._run_job(JOB)

    def _as(self, record, role):
        return record.with_user(self.people[role])

    def _moves(self, amount):
        """Let every trial find that so much money would move."""
        change = {
            "kind": "action",
            "name": "S1",
            "text": "Release: +1",
            "amount": amount,
            "currency": self.company.currency_id.name,
        }
        self.patch(
            type(self.env["logistics.message"]), "_dry_run", lambda messages: [change]
        )

    def _reminder(self, replay):
        return self.env["logistics.exception"]._find_open("approval_waiting", replay)

    # === WHICH, AND WHAT WOULD BE === #

    def test_range_version_and_category_choose_the_messages(self):
        version = self.messages[:1].adapter_version
        now = fields.Datetime.now()
        dead = self._hand_in(b"{")
        self.assertEqual(dead.state, "dead")
        for values, expected in (
            ({}, 5),
            ({"received_from": now + timedelta(hours=1)}, 0),
            ({"received_to": now - timedelta(hours=1)}, 0),
            ({"received_from": now - timedelta(hours=1)}, 5),
            ({"adapter_version": version}, 5),
            ({"adapter_version": "0.1"}, 0),
            ({"category": dead.category}, 1),
            ({"message_ids": [(6, 0, self.messages[:2].ids)]}, 2),
        ):
            with self.subTest(values=values):
                self.assertEqual(self._dialog(**values).message_count, expected)

    def test_trial_changes_nothing_and_reading_does_what_it_said(self):
        dialog = self._dialog()
        dialog.action_try()
        self.assertIn("status", dialog.line_ids.mapped("kind"))
        self.assertEqual(self.shipment.state, "departed_facility")
        replay = self.env["logistics.replay"].browse(dialog.action_replay()["res_id"])
        self.assertEqual(replay.state, "running")
        self._run()
        self.assertEqual(self.shipment.state, "delivered")
        self.assertRecordValues(
            replay,
            [
                {
                    "state": "done",
                    "message_count": 4,
                    "done_count": 4,
                    "unreadable_count": 0,
                    "progress": 100.0,
                    "requested_by": self.people["integration"].id,
                }
            ],
        )

    def test_erased_messages_are_not_read_again(self):
        trusted(self.messages[0]).erased_at = fields.Datetime.now()
        replay = self._request()
        self._run()
        self.assertEqual((replay.message_count, replay.done_count), (3, 3))

    def test_nothing_and_everybody_elses_is_refused(self):
        with self.assertRaisesRegex(UserError, "No stored message"):
            self._request(adapter_version="0.1")
        with self.assertRaisesRegex(UserError, "Choose messages"):
            self._request(connection_id=False)
        for role in ("user", "finance", "auditor"):
            with self.assertRaises(AccessError):
                self._dialog(role)

    def test_log_is_written_by_nobody(self):
        replay = self._request()
        for values in ({"state": "done"}, {"amount": 1}, {"decided_by": 1}):
            with self.assertRaises(AccessError):
                replay.write(values)
        with self.assertRaises(AccessError):
            replay.unlink()

    # === TWO PEOPLE === #

    def test_small_amount_needs_nobody_else(self):
        self._moves(-1000.0)
        self.assertEqual(self._request().state, "running")

    def test_large_amount_waits_for_somebody_else(self):
        self._moves(-1000.01)
        replay = self._request()
        self.assertEqual(replay.state, "waiting")
        self.assertEqual(replay.amount_tried, 1000.01)
        self.assertTrue(self._reminder(replay))
        self._run()
        self.assertEqual(self.shipment.state, "departed_facility")
        with self.assertRaisesRegex(AccessError, "colleague"):
            self._as(replay, "integration").action_approve()
        for role in ("user", "manager", "auditor"):
            with self.assertRaises(AccessError):
                self._as(replay, role).action_approve()
        self._as(replay, "finance").action_approve()
        self.assertFalse(self._reminder(replay))
        self._run()
        self.assertEqual(replay.state, "done")
        self.assertEqual(self.shipment.state, "delivered")
        self.assertEqual(replay.decided_by, self.people["finance"])

    def test_smaller_amount_handed_in_changes_nothing(self):
        """The amount is found out by the server once more, whatever a dialog says."""
        self._moves(5000.0)
        dialog = self._dialog(tried=True, tried_count=4)
        replay = self.env["logistics.replay"].browse(dialog.action_replay()["res_id"])
        self.assertEqual(replay.state, "waiting")

    def test_more_than_can_be_tried_waits_for_somebody_else(self):
        with patch.object(logistics_replay, "DRY_RUN_LIMIT", 2):
            replay = self._request()
        self.assertEqual((replay.state, replay.tried_count), ("waiting", 2))

    def test_cancelled_goes_on_where_it_was_and_is_still_decided_first(self):
        self._moves(5000.0)
        replay = self._request()
        self._as(replay, "finance").action_cancel()
        self.assertFalse(self._reminder(replay))
        self._as(replay, "integration").action_go_on()
        self.assertEqual(replay.state, "waiting")
        self.assertTrue(self._reminder(replay))
        self._as(replay, "finance").action_approve()
        replay._read_portion(size=1)
        self._as(replay, "integration").action_cancel()
        self._run()
        self.assertEqual(replay.done_count, 1)
        self._as(replay, "integration").action_go_on()
        self._run()
        self.assertEqual((replay.state, replay.done_count), ("done", 4))

    # === AFTER WHAT IS LIVE === #

    def test_new_messages_come_first(self):
        replay = self._request()
        self.env["logistics.message"]._store(
            self.connection, "manual", [self._body("NB900", "SRT")], 4
        )
        self._run()
        self.assertEqual(replay.done_count, 0)
        self.env["logistics.message"]._drain_batch(200)
        self._run()
        self.assertEqual(replay.state, "done")

    def test_read_in_small_portions(self):
        replay = self._request()
        portions = []
        read = type(replay)._read_portion

        def counted(replay):
            went_on = read(replay, size=3)
            portions.append(replay.done_count)
            return went_on

        with patch.object(type(replay), "_read_portion", counted):
            self._run()
        self.assertEqual(portions, [3, 4, 4])
        self.assertLessEqual(logistics_replay_run.BATCH_SIZE, 50)

    def test_messages_that_came_after_the_wish_stay_out(self):
        replay = self._request()
        self._hand_in(self._body("NB900", "SRT"))
        self._run()
        self.assertEqual(replay.done_count, 4)

    def test_reading_everything_twice_more_changes_nothing(self):
        self._request()
        self._run()
        before = (
            len(self.shipment.event_ids),
            self.env["logistics.effect"].search_count([]),
        )
        for _time in range(2):
            replay = self._request()
            self._run()
            self.assertEqual(replay.action_count, 0)
            self.assertEqual(replay.amount, 0)
        self.shipment.invalidate_recordset()
        self.assertEqual(
            (
                len(self.shipment.event_ids),
                self.env["logistics.effect"].search_count([]),
            ),
            before,
        )

    # === NOBODY OUTSIDE IS TOLD === #

    def test_old_messages_send_no_mail_and_live_ones_do(self):
        self.shipment.partner_id.email = "customer@example.com"
        Setting = self.env["logistics.customer.mail.setting"]
        yesterday = fields.Datetime.now() - timedelta(days=1)
        on = {(self.company.id, "delivered"): SimpleNamespace(since=yesterday)}
        self.patch(type(Setting), "_on", lambda settings, companies: on)
        Mail = self.env["logistics.customer.mail"]
        self._request()
        self._run()
        mail = Mail.search([("shipment_id", "=", self.shipment.id)])
        self.assertRecordValues(mail, [{"state": "skipped", "reason": "read_again"}])
        live = self._ship(self._sell(1).picking_ids, "NB901")
        live.partner_id.email = "customer@example.com"
        now = fields.Datetime.now().isoformat(timespec="seconds")
        self._hand_in(self._body("NB901", {"code": "DLV", "at": f"{now}+00:00"}))
        mail = Mail.search([("shipment_id", "=", live.id)])
        self.assertEqual(mail.state, "waiting")

    def test_mail_that_was_left_out_is_not_sent_after_all(self):
        quietly = self.env["logistics.customer.mail"].with_context(
            **{logistics_replay_run.QUIETLY: True}
        )
        mail = trusted(quietly).create(
            {
                "shipment_id": self.shipment.id,
                "company_id": self.company.id,
                "milestone": "delivered",
                "happened_at": fields.Datetime.now(),
                "state": "skipped",
                "reason": "withdrawn",
                "decided_at": fields.Datetime.now(),
            }
        )
        mail._follow({"delivered": None})
        self.assertEqual(mail.state, "skipped")

    # === LIMITS === #

    def test_trial_of_too_many_is_refused(self):
        with (
            patch.object(logistics_message_replay, "DRY_RUN_LIMIT", 1),
            self.assertRaisesRegex(UserError, "at most 1"),
        ):
            self.messages._dry_run()

    def test_other_company_sees_and_decides_nothing(self):
        self._moves(5000.0)
        replay = self._request()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.people["finance"]
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            replay.with_user(stranger).action_approve()
