from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events import public
from odoo.addons.logistics_events.controllers.throttle import Misses
from odoo.addons.logistics_events.facts import Leg, Milestone, Overlay, ParcelState
from odoo.addons.logistics_events.vocabulary import EVENT_TYPES

NOON = datetime(2026, 11, 20, 12)


def _milestone(hours, ref=1):
    at = None if hours is None else NOON + timedelta(hours=hours)
    return Milestone(at, "instant", ref, 4)


@tagged("post_install", "-at_install")
class TestPublicWords(BaseCase):
    def test_everything_a_customer_sees_by_default_has_a_word(self):
        visible = {code for code, kind in EVENT_TYPES.items() if kind.customer_visible}
        self.assertEqual(visible, set(public.DEFAULT))

    def test_money_claims_and_unknown_codes_have_no_word(self):
        inside = {
            code
            for code, kind in EVENT_TYPES.items()
            if kind.category in ("finance", "fleet", "handling", "other")
        }
        self.assertFalse(inside & set(public.WORDS))
        self.assertNotIn("delivery_discrepancy", public.WORDS)

    def test_allowed_state_is_shown_as_it_is(self):
        for code in ("dispatched", "out_for_delivery", "delivered"):
            self.assertEqual(public.shown(code, {}, public.DEFAULT), code)

    def test_hidden_state_is_shown_as_the_furthest_allowed_one_before(self):
        cases = (
            ("lost", ["dispatched", "picked_up"], "in_transit"),
            ("lost", ["dispatched", "out_for_delivery"], "out_for_delivery"),
            ("refused", ["picked_up", "available_for_pickup"], "available_for_pickup"),
            ("returned_to_sender", ["returning_to_sender"], "returning_to_sender"),
            ("arrived_facility", ["picked_up"], "in_transit"),
            ("shipment_booked", [], ""),
            (None, [], ""),
        )
        for state, reached, expected in cases:
            with self.subTest(state=state, reached=reached):
                self.assertEqual(public.shown(state, reached, public.DEFAULT), expected)

    def test_nothing_later_than_the_state_is_told(self):
        """A delivery that was withdrawn stays among the milestones of nobody."""
        self.assertEqual(
            public.shown("lost", ["delivered", "picked_up"], public.DEFAULT),
            "in_transit",
        )

    def test_partial_delivery_is_told_where_deliveries_are(self):
        self.assertEqual(
            public.shown("partly_delivered", [], public.DEFAULT), "partly_delivered"
        )
        self.assertEqual(
            public.shown(
                "partly_delivered", ["picked_up"], public.DEFAULT - {"delivered"}
            ),
            "in_transit",
        )

    def test_no_state_shows_what_is_not_allowed(self):
        for allowed in (frozenset(), frozenset({"dispatched"}), public.DEFAULT):
            for state in EVENT_TYPES:
                if EVENT_TYPES[state].rank is None:
                    continue
                code = public.shown(state, list(EVENT_TYPES), allowed)
                self.assertTrue(code == "" or code in allowed, (state, code))


@tagged("post_install", "-at_install")
class TestHappened(BaseCase):
    def test_first_of_dispatch_and_pickup_counts(self):
        leg = Leg(
            state="picked_up",
            milestones={"dispatched": _milestone(None), "picked_up": _milestone(2, 7)},
        )
        self.assertEqual(public.happened(leg)["dispatched"].ref, 7)

    def test_disputed_delivery_is_no_delivery(self):
        leg = Leg(
            state="delivered",
            delivered_at=NOON,
            milestones={"delivered": _milestone(0)},
        )
        self.assertIn("delivered", public.happened(leg))
        disputed = Leg(
            state="delivered",
            delivered_at=NOON,
            milestones={"delivered": _milestone(0)},
            money_hold=True,
        )
        self.assertNotIn("delivered", public.happened(disputed))

    def test_problem_lasts_until_it_is_over(self):
        def leg(end):
            overlay = Overlay("damaged", NOON, end, 3)
            parcel = ParcelState(state="in_transit", overlays=(overlay,))
            return Leg(state="in_transit", parcels={1: parcel})

        self.assertEqual(public.happened(leg(None))["problem"].ref, 3)
        self.assertNotIn("problem", public.happened(leg(NOON)))

    def test_delivery_ends_a_problem(self):
        parcel = ParcelState(
            state="delivered", overlays=(Overlay("damaged", NOON, None, 3),)
        )
        leg = Leg(state="delivered", delivered_at=NOON, parcels={1: parcel})
        self.assertNotIn("problem", public.happened(leg))

    def test_newest_is_by_time_and_then_by_the_way(self):
        Happened = public.Happened
        found = {
            "dispatched": Happened(NOON, 1),
            "out_for_delivery": Happened(NOON, 2),
            "problem": Happened(None, 3),
        }
        self.assertEqual(public.newest(found), "out_for_delivery")
        self.assertEqual(public.newest({}), "")


@tagged("post_install", "-at_install")
class TestMisses(BaseCase):
    def setUp(self):
        super().setUp()
        self.now = 0.0
        self.misses = Misses(limit=3, window=60, size=2, clock=lambda: self.now)

    def test_the_fourth_miss_within_the_window_is_too_many(self):
        answers = [self.misses.too_many("a") for _number in range(5)]
        self.assertEqual(answers, [False, False, False, True, True])

    def test_after_the_window_counting_starts_again(self):
        for _number in range(4):
            self.misses.too_many("a")
        self.now = 60.0
        self.assertFalse(self.misses.too_many("a"))

    def test_each_asker_is_counted_alone(self):
        for _number in range(4):
            self.misses.too_many("a")
        self.assertFalse(self.misses.too_many("b"))

    def test_memory_is_bounded(self):
        for asker in ("a", "a", "a", "b", "c"):
            self.misses.too_many(asker)
        self.assertFalse(self.misses.too_many("a"))
