from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.dispute_clock import Clock

D = Decimal
START = date(2026, 1, 1)
CLOCK = Clock(START, 180)


def day(age):
    """Return a day so many days after the receipt."""
    return START + timedelta(days=age)


@tagged("post_install", "-at_install", "standard")
class TestDisputeClock(BaseCase):
    def test_people_are_told_at_150_179_and_181_days(self):
        said = {age: CLOCK.urgency(day(age)) for age in range(183)}
        for ages, urgency in (
            (range(150), ""),
            (range(150, 179), "alert"),
            (range(179, 181), "escalated"),
            (range(181, 183), "lost"),
        ):
            self.assertEqual({said[age] for age in ages}, {urgency})

    def test_last_day_is_the_deadline_itself(self):
        self.assertEqual(CLOCK.deadline, date(2026, 6, 30))
        self.assertEqual(CLOCK.left(CLOCK.deadline), 0)
        self.assertEqual(CLOCK.age(CLOCK.deadline), 180)

    def test_short_time_is_urgent_at_once(self):
        self.assertEqual(Clock(START, 20).urgency(START), "alert")
        self.assertEqual(Clock(START, 1).urgency(START), "escalated")

    def test_leap_day_counts(self):
        self.assertEqual(Clock(date(2028, 2, 28), 2).deadline, date(2028, 3, 1))

    def test_no_time_is_refused(self):
        for days in (0, -1):
            with self.assertRaises(ValueError):
                Clock(START, days)

    def test_allowance_grows_with_the_time_that_is_over(self):
        for age, part in (
            (0, "0"),
            (59, "0"),
            (60, "25"),
            (119, "25"),
            (120, "50"),
            (180, "50"),
            (181, "100"),
            (900, "100"),
        ):
            self.assertEqual(CLOCK.allowance(D(100), day(age), 2), D(part), age)

    def test_allowance_is_rounded_to_the_currency(self):
        self.assertEqual(CLOCK.allowance(D(5), day(120), 0), D(3))
        self.assertEqual(CLOCK.allowance(D("0.01"), day(120), 2), D("0.01"))
        self.assertEqual(CLOCK.allowance(D("0.005"), day(120), 3), D("0.003"))

    def test_nothing_undecided_needs_no_allowance(self):
        for amount in (D(0), D(-5)):
            self.assertEqual(CLOCK.allowance(amount, day(500), 2), D(0))
