from datetime import date, datetime, timezone
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events.facts import Fact

from .test_fold import HOUR, NOON, told


@tagged("post_install", "-at_install", "standard")
class TestFact(BaseCase):
    def test_aware_times_become_naive_utc(self):
        berlin = timezone(HOUR)
        fact = told(
            "delivered",
            datetime(2026, 3, 3, 13, 0, tzinfo=berlin),
            recorded_at=datetime(2026, 3, 3, 14, 0, tzinfo=berlin),
        )
        self.assertEqual(fact.occurred_at, NOON)
        self.assertEqual(fact.recorded_at, NOON + HOUR)

    def test_midnight_of_a_stored_date_is_that_date(self):
        fact = told("delivered", datetime(2026, 3, 3), precision="date")
        self.assertEqual(fact.occurred_at, date(2026, 3, 3))

    def test_no_time_is_the_precision_none(self):
        self.assertEqual(told("delivered", None).precision, "none")
        self.assertIsNone(told("delivered", NOON, precision="none").occurred_at)

    def test_float_amount_becomes_the_number_it_shows(self):
        fact = told("charge_confirmed", amount=0.1, currency="EUR")
        self.assertEqual(fact.amount, Decimal("0.1"))

    def test_values_outside_the_vocabulary_are_refused(self):
        for values in (
            {"event_type": "vanished"},
            {"classifier": "rumoured"},
            {"precision": "week"},
            {"leg": "sideways"},
            {"occurred_offset": 1440},
            {"occurred_at": date(2026, 3, 3), "precision": "instant"},
        ):
            with self.assertRaises(ValueError, msg=str(values)):
                Fact(**{"key": "a", "event_type": "delivered"} | values)

    def test_amounts_that_are_no_numbers_are_refused(self):
        for amount in (Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), 1e999):
            with self.assertRaises(ValueError):
                told("charge_confirmed", amount=amount, currency="EUR")
