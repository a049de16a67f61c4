"""A morning of traffic: exactly these activities and mails go out, and no others.

The mails are counted where they arrive, at a mail server on this machine.
"""

import tempfile
import threading
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time
from story import post_office

from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.logistics_carrier_base.tests.common import CarrierCommon
from odoo.addons.logistics_events.tests.team_case import TeamCase

# A thousand shipments: three in a hundred go wrong; ten are with the silent partner.
CLEAN, TROUBLED, QUIET, FOREIGN = 960, 30, 10, 20
MORNING = "2026-11-23 06:00:00"
# What runs by itself. The watch over clocks and jobs would find the frozen clock.
JOBS = (
    "logistics_carrier_base.ir_cron_watch_silence",
    "logistics_carrier_base.ir_cron_watch_foreign_numbers",
    "logistics_events.ir_cron_watch_quiet_shipments",
    "logistics_events.ir_cron_tell_exceptions",
    "logistics_events.ir_cron_watch_time",
    "logistics_events.ir_cron_send_summaries",
    "mail.ir_cron_mail_scheduler_action",
)
DUTY = "duty@example.com"


@tagged("post_install", "-at_install", "standard")
class TestWhoIsTold(CarrierCommon, TeamCase):
    """Shipments and connections; what people see of them is told to one team."""

    def setUp(self):
        super().setUp()
        self.frozen = self.startPatcher(freeze_time("2026-11-20 15:00:00"))
        self.team.line_ids = [Command.create({"category": "unmatched"})]
        self._open_mailbox()

    def _open_mailbox(self):
        """Let Odoo send, to a mail server that keeps what it gets."""
        server = self.env["ir.mail_server"]
        server.search([]).active = False
        folder = tempfile.TemporaryDirectory(prefix="logistics-mailbox-")
        self.addCleanup(folder.cleanup)
        self.mailbox = Path(folder.name)
        mailbox = post_office.Mailbox(self.mailbox)
        thread = threading.Thread(target=mailbox.serve_forever, args=[0.05])
        thread.start()
        self.addCleanup(mailbox.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(mailbox.shutdown)
        server.create(
            {
                "name": "On this machine",
                "smtp_host": "127.0.0.1",
                "smtp_port": mailbox.port,
                "smtp_encryption": "none",
            }
        )
        self.startPatcher(
            patch.object(type(server), "_disable_send", lambda *_args: False)
        )

    # === TRAFFIC === #

    def _book(self, prefix, count, carrier=None):
        """Return shipments whose numbers are known, without the transfers."""
        shipments = self.env["logistics.shipment"].create(
            [
                {
                    "carrier_id": (carrier or self.carrier).id,
                    "partner_id": self.customer.id,
                    "parcel_ids": [
                        Command.create({"tracking_number": f"{prefix}{number:04d}"})
                    ],
                }
                for number in range(count)
            ]
        )
        self._backdate(shipments)
        return shipments

    def _deliver(self, prefix, count):
        """Return shipments of goods that were sold and have left."""
        shipments = self.env["logistics.shipment"]
        for number in range(count):
            order = self._sell()
            order.with_context(mail_auto_subscribe_no_notify=True).user_id = self.seller
            shipments |= self._ship(order.picking_ids, f"{prefix}{number:04d}")
        self._backdate(shipments)
        return shipments

    def _backdate(self, shipments):
        """Let parcels be as old as the frozen clock; the database has its own."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE logistics_parcel SET create_date = '2026-11-20 15:00:00' "
            "WHERE id = ANY(%s)",
            [shipments.parcel_ids.ids],
        )

    def _hear(self, prefix, count, *codes, connection=None):
        """Let a partner report on its numbers, in messages of each its own."""
        Message = self.env["logistics.message"]
        for start in range(0, count, 200):
            bodies = [
                self._body(f"{prefix}{number:04d}", *codes)
                for number in range(start, min(start + 200, count))
            ]
            Message._store(connection or self.connection, "poll", bodies, 4)
            Message._drain_batch(200)
            self.env.flush_all()
            self.env.invalidate_all()

    def _night(self, *moments):
        """Run every job that tells or watches, as of some moments."""
        for moment in moments:
            self.frozen.move_to(moment)
            # The scheduler is alive: no job is late.
            self.connection._jobs().write({"nextcall": moment})
            for job in JOBS:
                self._run_job(job)

    # === WHAT CAME OF IT === #

    def _arrived(self):
        """Return recipient and subject of every mail, as they arrived.

        Whoever is named twice, or in two mails, is there twice.
        """
        return [
            (recipient, mail["subject"])
            for mail in post_office.read(self.mailbox)
            for recipient in mail["to"]
        ]

    def _opened(self):
        """Return how many exceptions are open, by category."""
        return dict(
            self.Exception_._read_group(
                [
                    ("company_id", "=", self.company.id),
                    ("state", "in", ["open", "snoozed"]),
                ],
                ["category"],
                ["__count"],
            )
        )

    # === TESTS === #

    def test_thousand_clean_shipments_tell_nobody(self):
        self._book("CLEAN", 1000)
        self._hear("CLEAN", 1000, "PUP", "DLV")
        self.assertEqual(
            self.env["logistics.shipment"].search_count(
                [
                    ("parcel_ids.tracking_number", "like", "CLEAN"),
                    ("state", "=", "delivered"),
                ]
            ),
            1000,
        )
        self._night("2026-11-20 16:00:00", MORNING)
        self.assertEqual(self._arrived(), [])
        self.assertFalse(self.Told.search([]))
        self.assertFalse(self.Exception_.search([("company_id", "=", self.company.id)]))

    def _connect_second_partner(self):
        other = self.env["logistics.carrier"].create({"name": "Southbound Parcel"})
        return self._connect(
            name="Southbound Account",
            account_ref="SOUTH",
            carrier_ids=[Command.set(other.ids)],
        )

    def _later_scan(self, moment):
        """Return a scan of its own for a later report on the same number."""
        return {"row": 9, "code": "TRN", "at": f"{moment.replace(' ', 'T')}+00:00"}

    def test_morning_of_traffic_sends_exactly_these_mails(self):
        silent = self._connect_second_partner()
        bad = self._deliver("BAD", TROUBLED)
        self._book("QUIET", QUIET, silent.carrier_ids)
        self._book("GOOD", CLEAN)
        self._hear("GOOD", CLEAN, "PUP", "DLV")
        self._hear("QUIET", QUIET, "PUP", connection=silent)
        self._hear("BAD", TROUBLED, "PUP", "ATT")
        self._hear("ALIEN", FOREIGN, "PUP")
        self._night("2026-11-20 15:30:00")
        problems = self.Exception_.search([("category", "=", "delivery_problem")])
        self.assertEqual(problems.shipment_id, bad)
        self.assertEqual(problems.user_id, self.duty)
        self.assertEqual(len(self._activities(problems)), TROUBLED)
        self.assertEqual(
            self._activities(bad.sale_order_ids).user_id, self.seller, "Who sold it"
        )

        # The same again, from the same partner; the other one falls silent.
        self._hear("BAD", TROUBLED, "PUP", "ATT", "ATT")
        self._night("2026-11-20 16:00:00")
        self.assertEqual(len(self._activities(problems)), TROUBLED)
        self.assertEqual(self._opened(), {"delivery_problem": TROUBLED})
        self.assertEqual(self._arrived(), [], "They wait for the morning")
        for day in ("2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"):
            self.frozen.move_to(f"{day} 05:00:00")
            self._hear("ALIEN", FOREIGN, self._later_scan(f"{day} 04:30:00"))
            # On the fourth day somebody would be asked where the parcels are.
            last = day == "2026-11-24"
            hours = ("06:00", "06:15") if last else ("06:00", "06:15", "11:45", "16:00")
            self._night(*(f"{day} {hour}:00" for hour in hours))
            if day == "2026-11-22":
                # Not yet three days.
                self.assertEqual(
                    self._opened(), {"delivery_problem": TROUBLED, "silent_feed": 1}
                )
        self.assertEqual(
            self._opened(),
            {"delivery_problem": TROUBLED, "silent_feed": 1, "unmatched": 1},
        )
        since = "Southbound Account has been silent since 2026-11-20 15:00 (UTC)."
        self.assertEqual(
            self._arrived(),
            [
                (DUTY, "30 open in Logistics, 0 overdue"),
                (DUTY, f"Silent Feed: {since}"),
                (DUTY, "31 open in Logistics, 30 overdue"),
                (DUTY, "31 open in Logistics, 31 overdue"),
                (DUTY, "32 open in Logistics, 31 overdue"),
            ],
        )
        self.assertCountEqual(
            self.Told._read_group([], ["kind", "user_id"], ["__count"]),
            [
                ("activity", self.duty, TROUBLED + 2),
                ("order", self.seller, TROUBLED),
                ("mail", self.duty, 1),
                ("late", self.boss, TROUBLED + 1),
                ("summary", self.duty, 4),
            ],
        )

        self._solve_and_undo(problems)
        self._solve_the_silence(silent)
        self._solve_the_foreign_numbers()
        self._night("2026-11-24 06:50:00")
        self.assertEqual(len(self._arrived()), 5, "Buttons send nothing")

    # === THE BUTTONS OF THAT MORNING === #

    def _as_duty(self, record):
        return record.with_user(self.duty)

    def _solve_and_undo(self, problems):
        """Solve each of the problems by a button, and undo each of them."""
        presses = ("action_reship", "action_expect_return", "action_open_claim")
        # They are late: the boss has each of them, too.
        self.assertEqual(len(self._activities(problems)), 2 * TROUBLED)
        for number, problem in enumerate(problems):
            action = getattr(self._as_duty(problem), presses[number % 3])()
            dialog = self._as_duty(self.env[action["res_model"]]).browse(
                action["res_id"]
            )
            dialog.write({"settles": True, "reason": "Not found"})
            dialog.action_apply()
        self.assertEqual(set(problems.mapped("state")), {"solved"})
        self.assertFalse(self._activities(problems))
        self.assertFalse(self._activities(problems.shipment_id.sale_order_ids))
        for problem in problems:
            self._as_duty(problem.remedy_ids).action_undo("Found after all")
        self.assertEqual(set(problems.mapped("state")), {"open"})
        self._night("2026-11-24 06:40:00")
        self.assertEqual(len(self._activities(problems)), 2 * TROUBLED)
        for problem in problems:
            problem._close("Found.")
        self.assertFalse(self._activities(problems))

    def _solve_the_silence(self, silent):
        exception = self.Exception_._find_open("silent_feed", silent)
        self.duty.group_ids += self.env.ref(
            "logistics_events.logistics_events_group_integration"
        )
        self._as_duty(exception).action_check_connection()
        self.assertEqual(exception.state, "open", "It still says nothing")
        self._hear(
            "QUIET", 1, self._later_scan("2026-11-24 06:35:00"), connection=silent
        )
        self._as_duty(exception).action_check_connection()
        self.assertEqual(exception.state, "solved")
        self._as_duty(exception).action_reopen()
        self.assertEqual(exception.state, "open")
        self._night("2026-11-24 06:45:00")
        self.assertEqual(exception.state, "solved", "It speaks")

    def _solve_the_foreign_numbers(self):
        exception = self.Exception_._find_open("unmatched", self.connection)
        rows = self.env["logistics.message.unmatched"].search(
            self._as_duty(exception).action_view_unmatched()["domain"]
        )
        self.assertEqual(
            set(rows.mapped("tracking_key")),
            {f"ALIEN{number:04d}" for number in range(FOREIGN)},
        )
        self.assertEqual(exception.count, FOREIGN)
        for kind, typed, left in (
            ("number", {"numbers": "alien0000\nALIEN0001"}, FOREIGN - 2),
            ("prefix", {"prefix": "ALIEN001"}, FOREIGN - 10),
            ("account", {}, 0),
        ):
            with self.subTest(kind=kind):
                action = self._as_duty(exception).action_not_ours_dialog()
                form = Form(
                    self._as_duty(self.env[action["res_model"]]).with_context(
                        **action["context"]
                    )
                )
                form.kind = kind
                for name, value in typed.items():
                    setattr(form, name, value)
                form.save().action_declare()
                self.assertEqual(exception.state, "open" if left else "solved")
                self.assertEqual(exception.count, left or FOREIGN)
                rules = self.env["logistics.foreign.rule"].search(
                    [("withdrawn_at", "=", False)]
                )
                self._as_duty(rules).action_withdraw()
                self.assertRecordValues(
                    exception, [{"state": "open", "count": FOREIGN, "solution": False}]
                )
        self.assertEqual(self._opened()["unmatched"], 1)
        # A number was ours after all: its messages are read, and one fewer is left.
        ours = self._ship(self._sell().picking_ids, "ALIEN0007")
        self.env["logistics.message"]._drain_batch(200)
        ours.invalidate_recordset()
        self.assertIn("picked_up", ours.event_ids.mapped("event_type"))
        self.assertIn("in_transit", ours.event_ids.mapped("event_type"))
        self.assertEqual(exception.count, FOREIGN - 1)

    # === WHO WANTS NOTHING, AND WHAT CANNOT WAIT === #

    def test_whoever_muted_everything_gets_nothing(self):
        for what in ("delivery_problem", "silent_feed", "summary"):
            self._mute(self.duty, what)
            self._mute(self.boss, what)
        self._book("BAD", 3)
        self._hear("BAD", 3, "PUP", "ATT")
        self._night("2026-11-20 16:00:00", "2026-11-22 16:00:00", MORNING)
        self.assertEqual(self._opened(), {"delivery_problem": 3, "silent_feed": 1})
        self.assertEqual(self._arrived(), [])
        self.assertFalse(self.Told.search([]))

    def test_connection_that_is_refused_is_mailed_at_once(self):
        self.team.line_ids = [Command.create({"category": "configuration"})]
        for subject in (self.connection, self.customer):
            self._open("configuration", subject, f"Wrong key for {subject.name}")
        self._night("2026-11-20 15:05:00")
        self.assertEqual(
            self._arrived(),
            [(DUTY, f"Configuration: Wrong key for {self.connection.name}")],
        )
