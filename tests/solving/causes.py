"""What goes wrong: one real cause for each kind of exception."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from roles.people import EVERYTHING
from roles.stage import Stage

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_events.exceptions import PeriodLocked
from odoo.addons.logistics_events.models.ledger import trusted

# Name of the cause: the category of what it opens.
CAUSES = {
    "lost": "delivery_problem",
    "quiet": "no_news",
    "unproven": "proof_missing",
    "unbooked": "booking_failed",
    "moved": "moved_not_validated",
    "differs": "report_differs",
    "unknown_code": "unknown_code",
    "foreign": "unmatched",
    "conflict": "conflict",
    "contradiction": "contradiction",
    "out_of_place": "sequence",
    "unreadable": "unreadable",
    "wrong_goods": "master_data",
    "no_transfer": "master_data",
    "changed": "changed_by_hand",
    "asked": "approval_waiting",
    "read_again": "approval_waiting",
    "failed": "action_failed",
    "locked": "period_locked",
    "unsent": "action_failed",
    "unanswered": "carrier_unavailable",
    "silent": "silent_feed",
    "late_job": "configuration",
    "resting_job": "configuration",
    "subscription": "configuration",
    "wrong_key": "configuration",
    "mail_template": "configuration",
    "bad_signature": "security",
    "too_dear": "tolerance",
    "billed_twice": "duplicate_document",
    "came_wrong": "report_differs",
    "overdue": "no_news",
    "refused_refund": "action_failed",
    "unpaid": "action_failed",
}


class Causes(Stage):
    """Somebody with every role works off what is open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls._person("worker", EVERYTHING, cls.company)
        # Jobs are the affair of the company that was there first.
        cls.companies = cls.company | cls.env.ref("base.main_company")
        cls.worker.company_ids = cls.companies
        cls.Exception_ = cls.env["logistics.exception"]

    def _cause(self, name):
        """Let something go wrong, and return what it opened, as the worker sees it."""
        found = getattr(self, f"_cause_{name}")()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(found.mapped("state"), ["open"], name)
        self.assertEqual(found.category, CAUSES[name])
        return found.with_env(self._desk())

    def _desk(self):
        return self.env(
            user=self.worker, context={"allowed_company_ids": self.companies.ids}
        )

    # === OUTSIDE === #

    def _shipped(self, number, **more):
        return self._ship(self._sell(user_id=False, **more).picking_ids, number)

    def _cause_lost(self):
        shipment = self._shipped("EB100")
        self._report(shipment, "lost", occurred_at=self._in(1))
        return self.Exception_._find_open("delivery_problem", shipment)

    def _cause_quiet(self):
        shipment = self._shipped("EB200")
        self._report(shipment, "picked_up", occurred_at=self._in(1))
        with self._days_later(30):
            shipment._note_quiet()
        return self.Exception_._find_open("no_news", shipment)

    def _cause_unproven(self):
        order = self._sell(user_id=False)
        self._ship(order.picking_ids, "EB300")
        self.alert_holds()
        return self.Exception_._find_open("proof_missing", order)

    def _cause_unbooked(self):
        self._give_addresses()
        booking = self.env["logistics.booking"].create(
            {
                "picking_id": self._sell(user_id=False).picking_ids.id,
                "connection_id": self.connection.id,
            }
        )
        booking._fail(CarrierRejected("bad_request", "422", "No such service"))
        return self.Exception_._find_open("booking_failed", booking)

    def _cause_contradiction(self):
        shipment = self._shipped("EB400")
        for event_type, hours in (("delivered", 1), ("out_for_delivery", 2)):
            self._report(shipment, event_type, occurred_at=self._in(hours))
        return self.Exception_._find_open("contradiction", shipment)

    def _cause_conflict(self):
        shipment = self._shipped("EB500")
        # One moment: of two that came a second apart, the later one would count.
        recorded_at = self._in(40)
        for content, hours in (("one", 1), ("two", 30)):
            self._report(
                shipment,
                "delivered",
                key="twice",
                content=content,
                occurred_at=self._in(hours),
                recorded_at=recorded_at,
            )
        return self.Exception_._find_open("conflict", shipment)

    def _cause_out_of_place(self):
        shipment = self._shipped("EB600")
        self._report(
            shipment,
            "delivered",
            classifier="retracted",
            voids="never-heard-of",
            voids_key="never-heard-of",
            occurred_at=self._in(1),
        )
        return self.Exception_._find_open("sequence", shipment)

    # === THE WAREHOUSE === #

    def _cause_moved(self):
        return self.on_stage["unvalidated"]

    def _cause_differs(self):
        return self.on_stage["differs"]

    def _cause_wrong_goods(self):
        return self.on_stage["unbooked"]

    def _cause_no_transfer(self):
        return self.on_stage["homeless"]

    # === THE PARTNER === #

    def _cause_unknown_code(self):
        self._shipped("EB700")
        self._hand_in(self._body("EB700", "ZZ1"))
        code = self.env["logistics.code.map"].search([("raw_code", "=", "ZZ1")])
        return self.Exception_._find_open("unknown_code", code)

    def _cause_foreign(self):
        self.on_stage["foreign"]._close("Said before")
        self._hand_in(*(self._body(f"EBX{number}", "PUP") for number in range(3)))
        self.env.cr.execute(
            "UPDATE logistics_message_unmatched "
            "SET first_seen_at = first_seen_at - interval '4 days'"
        )
        self.env.invalidate_all()
        self.connection._watch_foreign()
        return self.Exception_._find_open("unmatched", self.connection)

    def _cause_unreadable(self):
        self._hand_in(b"[")
        return self.Exception_.search(
            [
                ("category", "=", "unreadable"),
                ("res_model", "=", self.connection._name),
                ("res_id", "=", self.connection.id),
                ("state", "=", "open"),
            ]
        )

    def _cause_unanswered(self):
        self.on_stage["unanswered"]._close("Said before")
        self.connection._note_availability([CarrierUnavailable("Down")])
        return self.Exception_._find_open("carrier_unavailable", self.connection)

    def _cause_wrong_key(self):
        self.connection._note_availability(
            [CarrierRejected("authentication", "401", "Wrong key")]
        )
        return self.Exception_._find_open("configuration", self.connection)

    def _cause_silent(self):
        self.on_stage["silence"]._close("Said before")
        self.connection.last_pushed_at = self._in(0)
        self._shipped("EB800")
        with self._days_later(3):
            self.connection._watch_silence()
        return self.Exception_._find_open("silent_feed", self.connection)

    def _cause_subscription(self):
        self.connection.keep_subscribed = True
        return self.on_stage["unrenewed"]

    def _cause_bad_signature(self):
        return self.on_stage["refused"]

    # === OUR OWN MACHINERY === #

    def _cause_changed(self):
        return self.on_stage["changed"]

    def _cause_asked(self):
        return self.on_stage["asked"]

    def _cause_read_again(self):
        replay = self.on_stage["read_again"]
        replay._ask_second_person()
        return self.Exception_._find_open("approval_waiting", replay)

    def _cause_failed(self):
        order = self._sell(user_id=False)
        self._report(
            self._ship(order.picking_ids, "EB950"), "delivered", occurred_at=self._in(1)
        )
        problem = UserError("The period is closed")
        Effect = type(self.env["logistics.effect"])
        with patch.object(Effect, "_run", side_effect=problem):
            self._take()
        return self.Exception_.search(
            [("category", "=", "action_failed"), ("order_id", "=", order.id)]
        )

    def _cause_locked(self):
        order = self._sell(user_id=False)
        self._report(
            self._ship(order.picking_ids, "EB951"), "delivered", occurred_at=self._in(1)
        )
        Effect = type(self.env["logistics.effect"])
        with patch.object(Effect, "_run", side_effect=PeriodLocked("It is locked")):
            self._take()
        return self.Exception_.search(
            [("category", "=", "period_locked"), ("order_id", "=", order.id)]
        )

    def _cause_unsent(self):
        step = self.on_stage["unsent"]
        self.env["logistics.effect.send"]._fail(step, "The mail server refused it")
        return self.Exception_._find_open("action_failed", step, "send")

    def _cause_late_job(self):
        job = self.env.ref("logistics_carrier_base.ir_cron_drain_messages")
        self.on_stage["late"]._close("Said before")
        self.connection._note_job(job, "It should have run", "It runs")
        return self.Exception_._find_open("configuration", job)

    def _cause_resting_job(self):
        job = self.env.ref("logistics_carrier_base.ir_cron_sum_up_metrics")
        job.active = False
        self.connection._note_job(job, "It is switched off", "It runs")
        return self.Exception_._find_open("configuration", job)

    def _cause_mail_template(self):
        setting = self.on_stage["mail_setting"]
        shipment = self._shipped("EB900")
        self.customer.email = "hansen@example.com"
        self.failed_mail = mail = trusted(self.env["logistics.customer.mail"]).create(
            {
                "shipment_id": shipment.id,
                "company_id": self.company.id,
                "milestone": setting.milestone,
                "state": "waiting",
                "happened_at": self._in(0),
                "decided_at": self._in(0),
            }
        )
        Template = type(self.env["mail.template"])
        problem = UserError("No such field")
        with patch.object(Template, "send_mail_batch", side_effect=problem):
            mail._make_or_park(setting)
        self.assertEqual(mail.state, "failed")
        return self.Exception_._find_open("configuration", setting)

    # === CARRIERS' BILLS === #

    def _cause_too_dear(self):
        bill = self.on_stage["checked_bill"]
        return self.Exception_._find_open("tolerance", bill)

    def _cause_billed_twice(self):
        bill = self.on_stage["stopped_bill"]
        return self.Exception_._find_open("duplicate_document", bill)

    # === RETURNS === #

    def _cause_came_wrong(self):
        one = self.on_stage["received_return"]
        self.inspect(one, "wrong_item")
        return self.Exception_._find_open("report_differs", one, "wrong_item")

    def inspect(self, one, found_as):
        """Find one piece of what came back in some condition."""
        screen = self.env["logistics.return.inspection"].create({"return_id": one.id})
        screen.line_ids[:1][f"{found_as}_quantity"] = 1
        screen.action_confirm()

    def _cause_overdue(self):
        one = self.on_stage["approved_return"]
        one.deadline = fields.Date.today() - timedelta(days=1)
        one._remind()
        return self.Exception_._find_open("no_news", one, "overdue")

    def _cause_refused_refund(self):
        return self.on_stage["refused_exception"]

    def _cause_unpaid(self):
        return self.on_stage["unrefunded"]

    def agree_to_refund(self, note):
        """Have finance agree to what is to be paid back, and put it on record."""
        self._agree_to_refund(note)
        self.env.invalidate_all()

    # === WHEN === #

    def alert_holds(self):
        """Look for what is held too long, in forty days."""
        with freeze_time(fields.Datetime.now() + timedelta(days=40)):
            self.env["sale.order"]._cron_alert_holds()
        self.env.flush_all()
        self.env.invalidate_all()

    def _in(self, hours):
        return fields.Datetime.now() + timedelta(hours=hours)

    def _days_later(self, days):
        moment = fields.Datetime.now() + timedelta(days=days)
        return patch.object(fields.Datetime, "now", lambda: moment)
