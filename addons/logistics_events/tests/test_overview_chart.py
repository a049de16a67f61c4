from freezegun import freeze_time

from odoo.tests import tagged

from .overview_case import OverviewCase


@tagged("post_install", "-at_install")
class TestOverviewChart(OverviewCase):
    """The charts: by the day or the hour of who looks."""

    def _charts(self, days=7, **kwargs):
        found = self._overview(**kwargs).get_charts(days)
        return {chart["key"]: chart for chart in found}

    def test_first_time_right_is_the_share_that_needed_nobody(self):
        chart = self._charts()["first_right"]
        before = self._numbers(chart)
        self._report(self._ship(self._sell(1).picking_ids, "OVR300"), "picked_up")
        after = self._numbers(self._charts()["first_right"])
        self.assertEqual(after, (before[0] + 1, before[1] + 1))
        late = self._ship(self._sell(1).picking_ids, "OVR301")
        self.Exception_._open("no_news", late, "Nothing", shipment=late)
        ending = self._numbers(self._charts()["first_right"])
        self.assertEqual(ending, (before[0] + 1, before[1] + 2))

    def _numbers(self, chart):
        """Return how many of how many were right, as the chart says."""
        good, _of, total = chart["text"].split()[:3]
        return int(good), int(total)

    def test_a_decision_that_was_planned_is_no_failure(self):
        before = self._numbers(self._charts()["first_right"])
        shipment = self._ship(self._sell(1).picking_ids, "OVR302")
        self.Exception_._open("approval_waiting", shipment, "Asked", shipment=shipment)
        after = self._numbers(self._charts()["first_right"])
        self.assertEqual(after, (before[0] + 1, before[1] + 1))

    def test_a_day_has_24_hours_and_the_last_is_now(self):
        with freeze_time("2026-07-02 12:30:00"):
            labels = self._charts(days=1)["first_right"]["labels"]
        self.assertEqual(len(labels), 24)
        self.assertEqual(labels[-1], "2026-07-02T12:00")

    def test_another_number_of_days_is_a_week(self):
        self.assertEqual(len(self._charts(days=5000)["first_right"]["labels"]), 7)

    def test_days_are_those_of_who_looks(self):
        """Late in the evening in New York it is tomorrow in UTC."""
        self.people["manager"].tz = "America/New_York"
        self.shipment.sudo()._write({"dispatched_at": "2026-07-02 02:30:00"})
        overview = self._overview().with_context(tz=False)
        with freeze_time("2026-07-02 12:00:00"):
            period = overview._period(7)
            (chart,) = overview._charts(period)[-1:]
        self.assertEqual(period.labels[-1], "2026-07-02T00:00")
        self.assertEqual(period.start, "2026-06-26 04:00:00")
        days = dict(zip(chart["labels"], chart["series"][0]["values"], strict=True))
        self.assertIsNotNone(days["2026-07-01T00:00"])
