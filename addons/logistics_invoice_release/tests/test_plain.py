"""The parts that need no database."""

from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events.facts import Fact

from ..allocation import Step, allocate, withdrawn
from ..terms import local_day, moves_money, period_days, period_label, place_day


def _whole(quantities):
    return sum(quantities.values(), Decimal(0))


def _steps(*rows):
    return [Step(move, group, Decimal(quantity)) for move, group, quantity in rows]


@tagged("post_install", "-at_install")
class TestAllocation(BaseCase):
    """Which invoice a released quantity belongs to."""

    def test_each_release_belongs_to_its_group(self):
        steps = _steps(("a", "1", 4), ("b", "2", 6))
        self.assertEqual(allocate(steps, _whole), {"1": 4, "2": 6})

    def test_what_is_taken_back_leaves_the_group_of_its_own_move(self):
        steps = _steps(("a", "1", 4), ("b", "2", 6), ("a", "3", -4))
        self.assertEqual(allocate(steps, _whole), {"1": 0, "2": 6, "3": 0})

    def test_what_is_taken_back_leaves_the_newest_first(self):
        steps = _steps(("a", "1", 4), ("a", "2", 6), ("a", "3", -7))
        self.assertEqual(allocate(steps, _whole), {"1": 3, "2": 0, "3": 0})

    def test_released_again_belongs_to_the_new_group(self):
        steps = _steps(("a", "1", 4), ("a", "2", -4), ("a", "3", 4))
        self.assertEqual(allocate(steps, _whole), {"1": 0, "2": 0, "3": 4})

    def test_no_more_counts_than_was_moved(self):
        steps = _steps(("a", "1", 4), ("a", "2", 4))
        caps = {"a": Decimal(6)}
        self.assertEqual(allocate(steps, _whole, caps), {"1": 4, "2": 2})

    def test_kit_belongs_to_the_group_that_completed_it(self):
        steps = _steps(("bolt", "1", 4), ("nut", "2", 4), ("bolt", "3", -2))

        def kits(quantities):
            return min(quantities.get("bolt", 0), quantities.get("nut", 0))

        self.assertEqual(allocate(steps, kits), {"1": 0, "2": 2, "3": 0})

    def test_nothing_is_withdrawn_that_is_released(self):
        self.assertEqual(withdrawn(_steps(("a", "1", 4), ("a", "1", 2))), {})

    def test_withdrawn_is_the_way_down_from_the_peak(self):
        steps = _steps(("a", "1", 4), ("a", "1", -3), ("a", "1", 2), ("b", "1", 5))
        self.assertEqual(withdrawn(steps), {"a": 1})


@tagged("post_install", "-at_install")
class TestTermsOfTime(BaseCase):
    """Days, weeks and months, and which facts are new enough."""

    def test_periods(self):
        day = date(2024, 12, 30)
        for grouping, label, first, after in (
            ("daily", "2024-12-30", date(2024, 12, 30), date(2024, 12, 31)),
            # The first ISO week of 2025 begins in 2024.
            ("weekly", "2025-W01", date(2024, 12, 30), date(2025, 1, 6)),
            ("monthly", "2024-12", date(2024, 12, 1), date(2025, 1, 1)),
        ):
            self.assertEqual(period_label(grouping, day), label)
            self.assertEqual(period_days(label), (first, after))

    def test_every_day_of_two_years_lies_in_its_own_period(self):
        for number in range(730):
            day = date.fromordinal(date(2024, 1, 1).toordinal() + number)
            for grouping in ("daily", "weekly", "monthly"):
                first, after = period_days(period_label(grouping, day))
                self.assertLessEqual(first, day)
                self.assertLess(day, after)

    def test_day_changes_at_midnight_of_the_zone(self):
        moment = datetime(2025, 3, 31, 23, 30)
        self.assertEqual(local_day(moment, "Europe/Berlin"), date(2025, 4, 1))
        self.assertEqual(local_day(moment, "America/New_York"), date(2025, 3, 31))
        self.assertEqual(local_day(moment, None), date(2025, 3, 31))
        self.assertEqual(local_day(moment, "No/Such"), date(2025, 3, 31))

    def test_day_of_the_place(self):
        moment = datetime(2025, 3, 31, 23, 30)
        berlin = "Europe/Berlin"
        for args, expected in (
            ((moment, "instant", 540, None, berlin), date(2025, 4, 1)),
            ((moment, "instant", -300, None, berlin), date(2025, 3, 31)),
            ((moment, "instant", None, "America/New_York", berlin), date(2025, 3, 31)),
            ((moment, "instant", None, None, berlin), date(2025, 4, 1)),
            ((moment, "date", None, None, "Asia/Tokyo"), date(2025, 3, 31)),
            ((date(2025, 3, 31), "date", 540, None, berlin), date(2025, 3, 31)),
        ):
            self.assertEqual(place_day(*args), expected, args)

    def test_day_of_the_night_the_clock_changes(self):
        # Berlin went from UTC+1 to UTC+2 on 30 March 2025.
        self.assertEqual(
            local_day(datetime(2025, 3, 29, 22, 59), "Europe/Berlin"), date(2025, 3, 29)
        )
        self.assertEqual(
            local_day(datetime(2025, 3, 30, 22, 0), "Europe/Berlin"), date(2025, 3, 31)
        )

    def test_facts_count_from_the_first_day_on(self):
        since, zone = date(2025, 6, 1), "Asia/Tokyo"
        for moment, precision, counts in (
            (datetime(2025, 5, 31, 14, 59), "instant", False),
            (datetime(2025, 5, 31, 15, 0), "instant", True),
            (date(2025, 5, 31), "date", False),
            (date(2025, 6, 1), "date", True),
            (None, "none", True),
        ):
            fact = Fact(
                key="k", event_type="delivered", occurred_at=moment, precision=precision
            )
            self.assertEqual(moves_money(fact, since, zone), counts, moment)

    def test_fact_without_a_time_is_as_old_as_its_writing(self):
        fact = Fact(
            key="k", event_type="delivered", recorded_at=datetime(2025, 5, 1, 10)
        )
        self.assertFalse(moves_money(fact, date(2025, 6, 1), "UTC"))
        self.assertTrue(moves_money(fact, None, "UTC"))
