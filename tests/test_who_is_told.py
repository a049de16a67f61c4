"""A morning of traffic: exactly these activities and mails go out, and no others."""

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.tests.common import CarrierCommon
from odoo.addons.logistics_events.tests.team_case import TeamCase

CLEAN, TROUBLED, FOREIGN = 1000, 30, 20
MORNING = "2026-11-23 06:00:00"


@tagged("post_install", "-at_install", "standard")
class TestWhoIsTold(CarrierCommon, TeamCase):
    """Shipments and connections; what people see of them is told to one team."""

    def setUp(self):
        super().setUp()
        self.frozen = self.startPatcher(freeze_time("2026-11-20 15:00:00"))
        self.team.line_ids = [Command.create({"category": "unmatched"})]

    def _book(self, prefix, count):
        """Return shipments whose numbers are known, without the transfers."""
        return self.env["logistics.shipment"].create(
            [
                {
                    "carrier_id": self.carrier.id,
                    "partner_id": self.customer.id,
                    "parcel_ids": [
                        Command.create({"tracking_number": f"{prefix}{number:04d}"})
                    ],
                }
                for number in range(count)
            ]
        )

    def _hear(self, prefix, count, *codes):
        for start in range(0, count, 200):
            numbers = range(start, min(start + 200, count))
            self._hand_in(
                *(self._body(f"{prefix}{number:04d}", *codes) for number in numbers)
            )
            self.env.flush_all()
            self.env.invalidate_all()

    def _backdate(self, parcels):
        """Let parcels be as old as the frozen clock; the database has its own."""
        self.env.cr.execute(
            "UPDATE logistics_parcel SET create_date = '2026-11-20 15:00:00' "
            "WHERE id = ANY(%s)",
            [parcels.ids],
        )

    def _night(self, moment):
        """Run every job that tells or watches, as of a moment."""
        self.frozen.move_to(moment)
        for cron in (
            "ir_cron_tell_exceptions",
            "ir_cron_watch_time",
            "ir_cron_send_summaries",
        ):
            self._run(cron)

    def test_thousand_clean_shipments_tell_nobody(self):
        self._book("CLEAN", CLEAN)
        self._hear("CLEAN", CLEAN, "PUP", "DLV")
        self.assertEqual(
            self.env["logistics.shipment"].search_count(
                [
                    ("parcel_ids.tracking_number", "like", "CLEAN"),
                    ("state", "=", "delivered"),
                ]
            ),
            CLEAN,
        )
        for moment in ("2026-11-20 16:00:00", MORNING):
            self._night(moment)
        self.assertEqual(self._mails(), [])
        self.assertFalse(self.Told.search([]))
        self.assertFalse(self.Exception_.search([("company_id", "=", self.company.id)]))

    def test_morning_of_traffic_sends_exactly_these_mails(self):
        shipments = self._book("BAD", TROUBLED)
        self._book("GOOD", 100)
        self._hear("GOOD", 100, "PUP", "DLV")
        self._hear("BAD", TROUBLED, "PUP", "ATT")
        self._hear("ALIEN", FOREIGN, "PUP")
        self._night("2026-11-20 16:00:00")
        problems = self.Exception_.search([("category", "=", "delivery_problem")])
        self.assertEqual(problems.shipment_id, shipments)
        self.assertEqual(problems.user_id, self.duty)
        self.assertEqual(len(self._activities(problems)), TROUBLED)
        self.assertEqual(self._mails(), [], "They wait for the morning")

        # The same again, from the same partner, and then silence.
        self._hear("BAD", TROUBLED, "PUP", "ATT", "ATT")
        self._night("2026-11-20 17:00:00")
        self.assertEqual(len(self._activities(problems)), TROUBLED)
        self._backdate(shipments.parcel_ids)
        self.connection.last_pushed_at = "2026-11-20 15:00:00"
        for moment in ("2026-11-22 12:00:00", "2026-11-22 13:00:00"):
            self.frozen.move_to(moment)
            self.env["logistics.connection"]._cron_watch_silence()
            self._night(moment)
        silent = "Silent Feed: Northbound Test Account has been silent since "
        self.assertEqual(
            self._mails(), [("duty@example.com", f"{silent}2026-11-20 15:00:00.")]
        )

        before = self._mails()
        for moment in (MORNING, "2026-11-23 06:15:00", "2026-11-23 11:45:00"):
            self._night(moment)
        (summary,) = [mail for mail in self._mails() if mail not in before]
        self.assertEqual(summary[0], "duty@example.com")
        self.assertEqual(
            summary[1], f"{TROUBLED + 1} open in Logistics, {TROUBLED} overdue"
        )
        self.assertCountEqual(
            self.Told._read_group([], ["kind", "user_id"], ["__count"]),
            [
                ("activity", self.duty, TROUBLED + 1),
                ("mail", self.duty, 1),
                ("late", self.boss, TROUBLED),
                ("summary", self.duty, 1),
            ],
        )

        for problem in problems:
            problem._close("Found.")
        self.assertFalse(self._activities(problems))

    def test_whoever_muted_everything_gets_nothing(self):
        for what in ("delivery_problem", "silent_feed", "summary"):
            self._mute(self.duty, what)
            self._mute(self.boss, what)
        self._book("BAD", 3)
        self._hear("BAD", 3, "PUP", "ATT")
        self.connection.last_received_at = "2026-11-18 15:00:00"
        self.env["logistics.connection"]._cron_watch_silence()
        for moment in ("2026-11-20 16:00:00", MORNING):
            self._night(moment)
        self.assertEqual(self._mails(), [])
        self.assertFalse(self.Told.search([]))

    def test_connection_that_is_refused_is_mailed_at_once(self):
        self.team.line_ids = [Command.create({"category": "configuration"})]
        for subject in (self.connection, self.customer):
            self._open("configuration", subject, f"Wrong key for {subject.name}")
        self._tell()
        self.assertEqual(
            self._mails(),
            [
                (
                    "duty@example.com",
                    f"Configuration: Wrong key for {self.connection.name}",
                )
            ],
        )
