from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.logistics_events.models.ledger import trusted

from .mail_case import MailCase


@tagged("post_install", "-at_install")
class TestPlanned(MailCase):
    def test_nothing_is_planned_while_nothing_is_on(self):
        shipment = self._new()
        for event_type in ("picked_up", "out_for_delivery", "delivered"):
            self._happen(event_type, shipment=shipment)
        self.assertFalse(self._mails())

    def test_every_milestone_is_planned_once_as_it_comes(self):
        self._switch_on("dispatched", "out_for_delivery", "problem", "delivered")
        shipment = self._new()
        told = (
            ("picked_up", "dispatched"),
            ("out_for_delivery", "out_for_delivery"),
            ("delivery_attempt_failed", "problem"),
            ("delivered", "delivered"),
        )
        for hours, (event_type, milestone) in zip((8, 6, 4, 2), told, strict=True):
            self._happen(event_type, hours=hours, shipment=shipment)
            mail = self._mails(shipment)[-1:]
            self.assertRecordValues(
                mail, [{"milestone": milestone, "state": "waiting"}]
            )
            self.assertEqual(mail.event_id.event_type, event_type)
        self.assertEqual(len(self._mails(shipment)), 4)

    def test_problem_that_is_over_before_it_was_told_is_not_told(self):
        self._switch_on("problem")
        shipment = self._new()
        self._happen("lost", hours=4, shipment=shipment)
        self._happen("in_transit", hours=3, shipment=shipment)
        self.assertNotEqual(shipment.state, "lost")
        self.assertEqual(self._mails().reason, "over")
        self._happen("delivery_failed", hours=1, shipment=shipment)
        self.assertRecordValues(self._mails(), [{"state": "waiting", "reason": False}])

    def test_repeats_and_corrections_plan_nothing_more(self):
        self._switch_on("delivered")
        shipment = self._new()
        for number in range(3):
            self._happen("delivered", hours=3, shipment=shipment)
            self._happen(
                "delivered",
                hours=2,
                shipment=shipment,
                key="corrected",
                content=f"version {number}",
                recorded_at=fields.Datetime.now() + timedelta(minutes=number),
            )
        self.assertEqual(len(self._mails(shipment)), 1)

    def test_only_the_newest_of_news_that_come_together_is_told(self):
        self._switch_on("dispatched", "out_for_delivery", "delivered")
        shipment = self._new()
        self.env["logistics.event"]._ingest(
            [
                {
                    "company_id": self.company.id,
                    "shipment_id": shipment.id,
                    "parcel_id": shipment.parcel_ids.id,
                    "channel": "poll",
                    "reference": f"poll {event_type}",
                    "received_at": fields.Datetime.now(),
                    "trust": 3,
                    "fact": {
                        "event_key": event_type,
                        "content_hash": event_type,
                        "source": "test",
                        "event_type": event_type,
                        "occurred_at": fields.Datetime.now() - timedelta(hours=hours),
                        "precision": "instant",
                        "zone_source": "given",
                        "leg": "outbound",
                    },
                }
                for event_type, hours in (
                    ("picked_up", 9),
                    ("out_for_delivery", 4),
                    ("delivered", 1),
                )
            ]
        )
        self.assertEqual(
            {mail.milestone: (mail.state, mail.reason) for mail in self._mails()},
            {
                "dispatched": ("skipped", "overtaken"),
                "out_for_delivery": ("skipped", "overtaken"),
                "delivered": ("waiting", False),
            },
        )

    def test_what_happened_before_it_was_on_is_never_told(self):
        shipment = self._new()
        self._happen("picked_up", hours=5, shipment=shipment)
        self._switch_on("dispatched", "delivered", hours=3)
        self._happen("delivered", hours=4, shipment=shipment)
        self._happen("in_transit", hours=1, shipment=shipment)
        self.assertFalse(self._mails())

    def test_switching_on_again_starts_again(self):
        setting = self._switch_on("delivered")
        setting.is_on = False
        setting.is_on = True
        shipment = self._new()
        self._happen("delivered", hours=1, shipment=shipment)
        self.assertFalse(self._mails())

    def test_news_without_a_time_is_not_told(self):
        self._switch_on("delivered")
        shipment = self._new()
        self._report(shipment, "delivered", occurred_at=None, precision="none")
        self.assertFalse(self._mails())

    def test_old_news_is_not_told(self):
        self._switch_on("out_for_delivery")
        shipment = self._new()
        self._happen("out_for_delivery", hours=30, shipment=shipment)
        self.assertRecordValues(self._mails(), [{"state": "skipped", "reason": "late"}])

    def test_withdrawn_delivery_is_not_told_and_is_told_when_it_is_true(self):
        self._switch_on("delivered")
        shipment = self._new()
        self._happen("delivered", hours=2, shipment=shipment)
        event = shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        event.action_withdraw("Another parcel")
        self.assertRecordValues(
            self._mails(), [{"state": "skipped", "reason": "withdrawn"}]
        )
        self._happen("delivered", hours=1, shipment=shipment, key="true one")
        self.assertRecordValues(self._mails(), [{"state": "waiting", "reason": False}])

    def test_news_that_is_true_again_after_newer_news_is_not_told(self):
        self._switch_on("out_for_delivery", "delivered")
        shipment = self._new()
        self._happen("out_for_delivery", hours=3, shipment=shipment)
        event = shipment.event_ids.filtered(
            lambda event: event.event_type == "out_for_delivery"
        )
        event.action_withdraw("Another parcel")
        self._happen("delivered", hours=1, shipment=shipment)
        event.action_put_back("It was this one")
        self.assertEqual(
            {mail.milestone: (mail.state, mail.reason) for mail in self._mails()},
            {
                "out_for_delivery": ("skipped", "overtaken"),
                "delivered": ("waiting", False),
            },
        )

    def test_withdrawal_after_the_mail_sends_nothing(self):
        self._switch_on("delivered")
        shipment = self._new()
        self._happen("delivered", hours=2, shipment=shipment)
        self.assertEqual(len(self._send()), 1)
        event = shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        event.action_withdraw("Another parcel")
        self._happen("delivered", hours=1, shipment=shipment, key="true one")
        self.assertFalse(self._send())
        self.assertEqual(self._mails().state, "sent")

    def test_disputed_delivery_waits_until_it_is_clear(self):
        self._switch_on("delivered")
        shipment = self._new()
        for content, hours in (("a", 2), ("b", 5)):
            self._happen(
                "delivered", hours=hours, shipment=shipment, key="same", content=content
            )
            if content == "a":
                self.assertEqual(self._mails().state, "waiting")
        self.assertTrue(shipment.money_hold)
        self.assertEqual(self._mails().reason, "withdrawn")

    def test_returns_receipts_and_tests_are_not_told(self):
        self._switch_on("delivered")
        for vals in (
            {"direction": "return"},
            {"direction": "incoming"},
            {"is_sandbox": True},
        ):
            shipment = self.env["logistics.shipment"].create(
                {"partner_id": self.customer.id} | vals
            )
            self._happen("delivered", shipment=shipment)
        self.assertFalse(self._mails())

    def test_other_company_is_not_on(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self._switch_on("delivered")
        shipment = self.env["logistics.shipment"].create(
            {"partner_id": self.customer.id, "company_id": branch.id}
        )
        self._happen("delivered", shipment=shipment)
        self.assertFalse(self._mails())

    def test_database_holds_one_row_for_a_milestone(self):
        self._switch_on("delivered")
        shipment = self._new()
        self._happen("delivered", shipment=shipment)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            trusted(self.Mail).create(
                {
                    "shipment_id": shipment.id,
                    "company_id": self.company.id,
                    "milestone": "delivered",
                    "happened_at": fields.Datetime.now(),
                    "decided_at": fields.Datetime.now(),
                    "state": "waiting",
                }
            )

    def test_planning_wakes_the_job_at_once(self):
        self._switch_on("delivered")
        shipment = self._new()
        job = "logistics_events.ir_cron_make_customer_mails"
        with self.capture_triggers(job) as triggers:
            self._happen("delivered", shipment=shipment)
        self.assertEqual(len(triggers.records), 1)

    def test_rows_are_written_by_nobody(self):
        self._switch_on("delivered")
        self._happen("delivered", shipment=self._new())
        mail = self._mails()
        for user in (self.people["manager"], self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                mail.with_user(user).write({"state": "waiting"})
            with self.assertRaises(AccessError):
                mail.with_user(user).unlink()
