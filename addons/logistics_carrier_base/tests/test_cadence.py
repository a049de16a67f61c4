from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events import vocabulary

from ..cadence import (
    LONGEST,
    WATCH_STEPS,
    WATCHED_STATES,
    Budget,
    Number,
    interval,
    is_retired,
    next_ask,
)

NOON = datetime(2026, 11, 20, 12)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PATIENCE = timedelta(days=45)
STATES = ["", *sorted(code for code, _label in vocabulary.STATES)]


def number(state="in_transit", born=-DAY, moved=None, ended=None, asked=None):
    """Return a number; all instants relative to noon."""
    at = {"moved_at": moved, "ended_at": ended, "asked_at": asked}
    return Number(
        state,
        NOON + born,
        **{name: None if step is None else NOON + step for name, step in at.items()},
    )


@tagged("post_install", "-at_install")
class TestCadence(BaseCase):
    def test_rhythm_by_state_and_silence(self):
        for state, moved, every, expected in (
            ("", None, HOUR, HOUR),
            ("in_transit", -HOUR, HOUR, HOUR),
            ("out_for_delivery", -HOUR, HOUR, HOUR / 4),
            ("delivery_attempt_failed", -HOUR, HOUR, HOUR / 4),
            ("available_for_pickup", -HOUR, HOUR, HOUR / 4),
            # Never more often than every five minutes, unless the interval says so.
            ("out_for_delivery", -HOUR, HOUR / 6, HOUR / 12),
            ("out_for_delivery", -HOUR, HOUR / 60, HOUR / 60),
            ("in_transit", -2 * DAY, HOUR, 2 * HOUR),
            ("in_transit", -5 * DAY, HOUR, 4 * HOUR),
            ("in_transit", -10 * DAY, HOUR, 8 * HOUR),
            # At least once a day, unless the connection wants it less often.
            ("in_transit", -10 * DAY, 6 * HOUR, DAY),
            ("in_transit", -10 * DAY, 3 * DAY, 3 * DAY),
        ):
            with self.subTest(state=state, moved=moved, every=every):
                one = number(state, born=-30 * DAY if moved else -HOUR, moved=moved)
                self.assertEqual(interval(one, every, NOON), expected)

    def test_number_is_asked_about_an_interval_after_the_last_time(self):
        self.assertEqual(next_ask(number(), HOUR, PATIENCE, NOON), NOON + HOUR)
        asked = number(asked=-HOUR / 2)
        self.assertEqual(next_ask(asked, HOUR, PATIENCE, NOON), NOON + HOUR / 2)
        self.assertEqual(next_ask(number(asked=-DAY), HOUR, PATIENCE, NOON), NOON)

    def test_parcel_that_goes_out_is_asked_about_sooner(self):
        asked = number("out_for_delivery", asked=-HOUR / 2)
        self.assertEqual(next_ask(asked, HOUR, PATIENCE, NOON), NOON)

    def test_delivered_number_is_watched_less_and_less(self):
        found, asked = [], None
        for _step in range(len(WATCH_STEPS) + 2):
            one = Number("delivered", NOON - DAY, ended_at=NOON, asked_at=asked)
            at = next_ask(one, HOUR, PATIENCE, asked or NOON)
            if at is None:
                break
            found.append(at - NOON)
            asked = at
        self.assertEqual(tuple(found), WATCH_STEPS)

    def test_missed_watches_are_asked_once_and_not_after_the_last(self):
        missed = number("delivered", ended=-2 * DAY)
        self.assertEqual(next_ask(missed, HOUR, PATIENCE, NOON), NOON)
        history = number("delivered", ended=-30 * DAY)
        self.assertIsNone(next_ask(history, HOUR, PATIENCE, NOON))

    def test_what_ended_otherwise_is_asked_about_no_more(self):
        for state in vocabulary.FINAL_STATES - WATCHED_STATES:
            self.assertIsNone(next_ask(number(state), HOUR, PATIENCE, NOON), state)

    def test_number_without_news_is_retired_and_news_bring_it_back(self):
        quiet = number(born=-46 * DAY)
        self.assertTrue(is_retired(quiet, PATIENCE, NOON))
        self.assertIsNone(next_ask(quiet, HOUR, PATIENCE, NOON))
        self.assertEqual(next_ask(quiet, HOUR, None, NOON), NOON + 8 * HOUR)
        moved = number(born=-46 * DAY, moved=-HOUR)
        self.assertFalse(is_retired(moved, PATIENCE, NOON))

    @given(
        st.sampled_from(STATES),
        st.integers(-2000, 2000),
        st.integers(-2000, 2000),
        st.one_of(st.none(), st.integers(-2000, 0)),
        st.integers(1, 10000),
    )
    @settings(max_examples=500, deadline=None)
    def test_next_time_is_never_past_and_never_beyond_a_day_or_the_interval(
        self, state, born, moved, asked, minutes
    ):
        one = number(
            state,
            born=born * HOUR,
            moved=moved * HOUR,
            ended=moved * HOUR,
            asked=None if asked is None else asked * HOUR,
        )
        every = timedelta(minutes=minutes)
        at = next_ask(one, every, PATIENCE, NOON)
        if at is None:
            self.assertTrue(
                state in vocabulary.FINAL_STATES or is_retired(one, PATIENCE, NOON)
            )
            return
        limit = max(WATCH_STEPS[-1] if state in WATCHED_STATES else LONGEST, every)
        self.assertTrue(NOON <= at <= NOON + limit)


@tagged("post_install", "-at_install")
class TestBudget(BaseCase):
    @given(
        st.integers(1, 1000),
        st.lists(
            st.tuples(st.floats(0, 90), st.integers(0, 2000)), min_size=1, max_size=40
        ),
    )
    @settings(max_examples=500, deadline=None)
    def test_no_minute_holds_more_calls_than_are_allowed(self, rate, wishes):
        clock, budget, calls = 1000.0, Budget.full(rate, 1000.0), []
        for pause, wanted in wishes:
            clock += pause
            granted, budget = budget.take(wanted, rate, clock)
            self.assertTrue(0 <= granted <= wanted)
            calls.append((clock, granted))
        for start, _granted in calls:
            inside = sum(many for at, many in calls if start <= at < start + 59.999)
            self.assertLessEqual(inside, rate)

    def test_waiting_for_the_next_call_is_worth_it(self):
        for rate in (1, 5, 60, 600):
            _granted, spent = Budget.full(rate, 0.0).take(10000, rate, 0.0)
            later = spent.wait(rate) + 0.001
            self.assertEqual(spent.take(10, rate, later)[0], 1)

    def test_clock_set_back_gives_nothing_away(self):
        _granted, spent = Budget.full(60, 1000.0).take(1000, 60, 1000.0)
        granted, after = spent.take(1000, 60, 0.0)
        self.assertEqual(granted, 0)
        self.assertEqual(after.at, 1000.0)
