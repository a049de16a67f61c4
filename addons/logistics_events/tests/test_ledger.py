import itertools
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events.ledger import (
    STATES,
    EffectRow,
    Plan,
    as_text,
    plan,
    posted,
    quantity,
)

D = Decimal


def row(generation, amount, state, desired=None, pinned=False):
    """Return a step; the first one of a key aims at what it adds."""
    desired = D(amount if desired is None else desired)
    return EffectRow(generation, D(amount), state, desired, pinned)


@tagged("post_install", "-at_install", "standard")
class TestPlan(BaseCase):
    def test_first_wish_opens_the_first_step(self):
        step = plan(D(5), [])
        self.assertEqual(step, Plan(generation=1, delta=D(5)))
        self.assertTrue(step.opens)

    def test_no_wish_and_no_rows_is_nothing(self):
        self.assertEqual(plan(D(0), []), Plan(reason="even"))
        self.assertFalse(plan(D(0), []).opens)

    def test_same_wish_again_is_nothing(self):
        for written in ("5", "5.0", "5.000"):
            self.assertEqual(plan(D(written), [row(1, 5, "done")]), Plan(reason="even"))

    def test_waiting_step_already_carries_the_wish(self):
        self.assertEqual(plan(D(5), [row(1, 5, "waiting")]), Plan(reason="open"))

    def test_more_is_the_difference_only(self):
        self.assertEqual(
            plan(D(8), [row(1, 5, "done")]), Plan(generation=2, delta=D(3))
        )

    def test_less_takes_back_the_difference(self):
        self.assertEqual(
            plan(D(0), [row(1, 5, "done")]), Plan(generation=2, delta=D(-5))
        )

    def test_sum_counts_what_was_done_in_steps(self):
        rows = [row(1, 5, "done"), row(2, -2, "done", 3), row(3, 4, "done", 7)]
        self.assertEqual(posted(rows), D(7))
        self.assertEqual(plan(D(9), rows), Plan(generation=4, delta=D(2)))

    def test_changed_wish_replaces_the_open_step_by_one_with_all_of_it(self):
        for state in ("waiting", "failed"):
            rows = [row(1, 5, "done"), row(2, 3, state, 8)]
            self.assertEqual(
                plan(D(9), rows), Plan(supersede=(2,), generation=3, delta=D(4))
            )

    def test_wish_that_went_away_only_closes_the_open_step(self):
        for state in ("waiting", "failed"):
            rows = [row(1, 5, "done"), row(2, 3, state, 8)]
            self.assertEqual(plan(D(5), rows), Plan(supersede=(2,), reason="even"))

    def test_failed_step_is_tried_again_as_it_is(self):
        rows = [row(1, 5, "done"), row(2, 3, "failed", 8)]
        self.assertEqual(plan(D(8), rows), Plan(retry=2, reason="open"))

    def test_rejected_wish_stands(self):
        rows = [row(1, 5, "done"), row(2, 3, "rejected", 8)]
        self.assertEqual(plan(D(8), rows), Plan(reason="rejected"))

    def test_other_wish_than_the_rejected_one_is_asked_again(self):
        rows = [row(1, 5, "done"), row(2, 3, "rejected", 8)]
        self.assertEqual(plan(D(9), rows), Plan(generation=3, delta=D(4)))
        self.assertEqual(plan(D(2), rows), Plan(generation=3, delta=D(-3)))

    def test_wish_that_came_and_went_does_not_reopen_a_rejection(self):
        rows = [
            row(1, 5, "done"),
            row(2, 3, "rejected", 8),
            row(3, 4, "superseded", 9),
        ]
        self.assertEqual(plan(D(8), rows), Plan(reason="rejected"))
        rows[2] = row(3, 4, "waiting", 9)
        self.assertEqual(plan(D(8), rows), Plan(supersede=(3,), reason="rejected"))

    def test_rejection_is_over_once_something_was_done(self):
        rows = [
            row(1, 3, "rejected"),
            row(2, 4, "done"),
            row(3, -4, "done", 0),
        ]
        self.assertEqual(plan(D(3), rows), Plan(generation=4, delta=D(3)))

    def test_rejection_is_over_once_what_it_added_to_is_gone(self):
        rows = [row(1, 5, "compensated"), row(2, 3, "rejected", 8)]
        self.assertEqual(plan(D(8), rows), Plan(generation=3, delta=D(8)))

    def test_document_undone_by_hand_is_made_again(self):
        rows = [row(1, 5, "compensated")]
        self.assertEqual(plan(D(5), rows), Plan(generation=2, delta=D(5)))

    def test_superseded_steps_count_for_nothing(self):
        rows = [row(1, 5, "superseded")]
        self.assertEqual(plan(D(5), rows), Plan(generation=2, delta=D(5)))
        self.assertEqual(plan(D(0), rows), Plan(reason="even"))

    def test_pinned_step_wins_over_every_wish(self):
        rows = [row(1, 5, "done", pinned=True)]
        for wish in (0, 5, 9):
            self.assertEqual(plan(D(wish), rows), Plan(reason="pinned"))

    def test_pinned_step_closes_what_is_open(self):
        rows = [row(1, 5, "done", pinned=True), row(2, 3, "waiting", 8)]
        self.assertEqual(plan(D(8), rows), Plan(supersede=(2,), reason="pinned"))

    def test_unpinned_step_counts_again(self):
        self.assertEqual(
            plan(D(9), [row(1, 5, "done")]), Plan(generation=2, delta=D(4))
        )

    def test_pin_on_history_pins_nothing(self):
        rows = [row(1, 5, "compensated", pinned=True)]
        self.assertEqual(plan(D(5), rows), Plan(generation=2, delta=D(5)))

    def test_contested_facts_move_nothing_either_way(self):
        for rows in (
            [],
            [row(1, 5, "done")],
            [row(1, 5, "waiting")],
            [row(1, 5, "failed")],
        ):
            for wish in (0, 5, 9):
                self.assertEqual(plan(D(wish), rows, hold=True), Plan(reason="held"))

    def test_order_of_the_rows_does_not_matter(self):
        rows = [
            row(1, 5, "done"),
            row(2, 3, "rejected", 8),
            row(3, 1, "superseded", 6),
            row(4, 2, "failed", 7),
        ]
        for wish in (0, 5, 6, 7, 8):
            plans = {
                repr(plan(D(wish), order)) for order in itertools.permutations(rows)
            }
            self.assertEqual(len(plans), 1)

    def test_smallest_difference_is_a_difference(self):
        rows = [row(1, "0.3", "done")]
        self.assertEqual(plan(D("0.1") + D("0.2"), rows), Plan(reason="even"))
        self.assertEqual(plan(D("0.300001"), rows).delta, D("0.000001"))

    def test_two_open_rows_are_refused(self):
        with self.assertRaises(ValueError):
            plan(D(5), [row(1, 5, "waiting"), row(2, 5, "failed")])

    def test_two_rows_of_one_generation_are_refused(self):
        with self.assertRaises(ValueError):
            plan(D(5), [row(1, 5, "done"), row(1, 5, "superseded")])

    def test_wish_that_is_no_number_is_refused(self):
        for wish in (D("NaN"), D("sNaN"), D("Infinity"), D("-Infinity")):
            with self.assertRaises(ValueError):
                plan(wish, [])
        for wish in (5, 5.0, "5", None, True):
            with self.assertRaises(TypeError):
                plan(wish, [])


@tagged("post_install", "-at_install", "standard")
class TestEffectRow(BaseCase):
    def test_numbers_that_are_none_are_refused(self):
        for bad in (D("NaN"), D("Infinity")):
            with self.assertRaises(ValueError):
                EffectRow(1, bad, "done", D(1))
            with self.assertRaises(ValueError):
                EffectRow(1, D(1), "done", bad)
        with self.assertRaises(TypeError):
            EffectRow(1, 1.0, "done", D(1))

    def test_unknown_state_and_generation_are_refused(self):
        with self.assertRaises(ValueError):
            row(1, 5, "gone")
        with self.assertRaises(ValueError):
            row(0, 5, "done")

    def test_states_are_those_of_the_ledger(self):
        self.assertEqual(
            set(STATES),
            {"waiting", "done", "failed", "rejected", "superseded", "compensated"},
        )


@tagged("post_install", "-at_install", "standard")
class TestQuantity(BaseCase):
    def test_float_noise_disappears(self):
        self.assertEqual(quantity(0.1 + 0.2), D("0.3"))
        self.assertEqual(quantity(3 * 1.1), D("3.3"))

    def test_exact_numbers_stay_exact(self):
        self.assertEqual(quantity(D("0.12345678")), D("0.12345678"))
        self.assertEqual(quantity(7), D(7))

    def test_what_is_no_quantity_is_refused(self):
        for bad in (float("nan"), float("inf"), -float("inf"), 1e999, D("NaN")):
            with self.assertRaises(ValueError):
                quantity(bad)
        for bad in ("5", None, True):
            with self.assertRaises(TypeError):
                quantity(bad)


@tagged("post_install", "-at_install", "standard")
class TestText(BaseCase):
    def test_every_digit_is_written_and_no_more(self):
        for value, text in (
            (3.0, "3"),
            (0.1 + 0.2, "0.3"),
            (1_250_000.0, "1250000"),
            (1_234_567.25, "1234567.25"),
            (D("2.500000"), "2.5"),
            (-0.5, "-0.5"),
            (0, "0"),
        ):
            self.assertEqual(as_text(value), text)

    def test_what_is_added_has_a_plus(self):
        self.assertEqual(as_text(2.0, sign=True), "+2")
        self.assertEqual(as_text(-2.0, sign=True), "-2")
