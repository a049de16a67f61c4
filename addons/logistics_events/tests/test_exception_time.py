"""Until when exceptions are to be solved, and what is told when they are late."""

from datetime import datetime

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .team_case import NOW, TeamCase


@tagged("post_install", "-at_install")
class TestExceptionTime(TeamCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(NOW))
        self._line("no_news").hours = 10
        self._line("tolerance").hours = 1

    def _watch(self, moment):
        with freeze_time(moment):
            return self._run("ir_cron_watch_time")

    def test_due_counts_working_hours_over_the_night(self):
        """Ten hours from ten: six today until four, four tomorrow from eight."""
        exception = self._open()
        self._tell()
        self.assertRecordValues(
            exception,
            [
                {
                    "warn_at": datetime(2026, 11, 24, 9),
                    "due_at": datetime(2026, 11, 24, 11),
                    "time_state": "on_time",
                }
            ],
        )
        self.assertEqual(str(exception.deadline), "2026-11-24")

    def test_weekend_and_clock_change_count_as_they_do_for_people(self):
        """Friday 14:00 in summer; Monday is winter: the hours are those on the wall."""
        with freeze_time("2026-10-23 12:00:00"):
            exception = self._open()
            self._tell()
        self.assertEqual(exception.due_at, datetime(2026, 10, 26, 15))

    def test_holiday_of_the_calendar_does_not_count(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": "2026-11-23 23:00:00",
                "date_to": "2026-11-24 22:59:59",
            }
        )
        exception = self._open()
        self._tell()
        self.assertEqual(exception.due_at, datetime(2026, 11, 25, 11))

    def test_warning_comes_at_four_fifths_and_late_at_the_end(self):
        exception = self._open()
        self._tell()
        for moment, state in (
            ("2026-11-24 08:59:59", "on_time"),
            ("2026-11-24 09:00:00", "warning"),
            ("2026-11-24 10:59:59", "warning"),
            ("2026-11-24 11:00:00", "late"),
        ):
            self._watch(moment)
            self.assertEqual(exception.time_state, state, moment)

    def test_manager_is_told_once_that_it_is_late(self):
        exception = self._open()
        self._tell()
        self.assertEqual(self._activities(exception).user_id, self.duty)
        for hour in range(11, 15):
            self._watch(f"2026-11-24 {hour}:00:00")
        late = self._activities(exception).filtered(
            lambda activity: activity.user_id == self.boss
        )
        self.assertEqual(len(late), 1)
        self.assertEqual(self.Told.search_count([("kind", "=", "late")]), 1)
        self.assertEqual(self._mails(), [], "It is no money matter")
        exception._close("There it is.")
        self.assertFalse(self._activities(exception))

    def test_deputy_is_told_where_the_manager_has_it(self):
        self._line("no_news").user_id = self.boss
        exception = self._open()
        self._tell()
        self._watch("2026-11-24 12:00:00")
        self.assertEqual(self._activities(exception).user_id, self.boss | self.deputy)

    def test_money_matter_is_mailed_when_it_is_late_and_once(self):
        self._open("tolerance", summary="The bill is too high")
        self.assertFalse(self._tell(), "It is not late yet")
        for hour in (10, 11, 12):
            self._watch(f"2026-11-23 {hour}:30:00")
        self.assertEqual(
            self._mails(),
            [("duty@example.com", "Out of Tolerance: The bill is too high")],
        )

    def test_everything_that_holds_money_is_mailed_when_it_is_late(self):
        held = ("conflict", "contradiction", "proof_missing")
        self.team.line_ids = [
            Command.create({"category": category, "hours": 1}) for category in held
        ]
        for category in held:
            self._open(category, summary=f"About {category}")
        self._tell()
        self._watch("2026-11-23 11:00:00")
        self.assertEqual(
            sorted(subject.split(": ")[1] for _address, subject in self._mails()),
            [f"About {category}" for category in held],
        )

    def test_money_matter_without_hours_is_late_after_its_last_day(self):
        self._line("tolerance").hours = 0
        exception = self._open("tolerance")
        self._tell()
        self.assertEqual(str(exception.deadline), "2026-11-26")
        self.assertEqual(exception.due_at, datetime(2026, 11, 26, 23))
        self.assertFalse(self._watch("2026-11-26 22:59:00"))
        self.assertEqual(len(self._watch("2026-11-26 23:00:00")), 1)

    def test_what_is_solved_in_time_is_late_for_nobody(self):
        exception = self._open("tolerance")
        self._tell()
        exception._close("Agreed.")
        self.assertFalse(self._watch("2026-11-30 09:00:00"))
        self.assertEqual(exception.time_state, "on_time")
