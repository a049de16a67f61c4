from datetime import datetime

from odoo.tests import BaseCase, tagged

from .. import worktime

DAY = [(datetime(2026, 11, day, 7), datetime(2026, 11, day, 15)) for day in (23, 24)]


@tagged("post_install", "-at_install")
class TestWorktime(BaseCase):
    def _after(self, hour, hours):
        return worktime.add(DAY, datetime(2026, 11, 23, hour), hours)

    def test_time_counts_in_working_hours(self):
        self.assertEqual(self._after(9, 4), datetime(2026, 11, 23, 13))

    def test_time_before_work_does_not_count(self):
        self.assertEqual(self._after(5, 1), datetime(2026, 11, 23, 8))

    def test_rest_goes_on_the_next_day(self):
        self.assertEqual(self._after(14, 3), datetime(2026, 11, 24, 9))

    def test_last_minute_of_the_day_is_still_the_day(self):
        self.assertEqual(self._after(7, 8), datetime(2026, 11, 23, 15))

    def test_more_hours_than_there_are_end_nowhere(self):
        self.assertIsNone(self._after(7, 17))
