from datetime import datetime, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events.facts import Fact
from odoo.addons.logistics_events.fold import fold
from odoo.addons.logistics_events.release import (
    REACHED_BY,
    Unit,
    desired_release,
    reached,
)
from odoo.addons.logistics_events.resolve import trusted
from odoo.addons.logistics_events.vocabulary import EVENT_TYPES

D = Decimal
NOON = datetime(2026, 3, 3, 12, 0)
HOUR = timedelta(hours=1)

# What a parcel has gone through, and the milestones it has reached with that.
JOURNEYS = (
    ("shipment_created", "shipment_created"),
    ("dispatched", "shipment_created dispatched"),
    ("picked_up", "shipment_created dispatched picked_up"),
    ("in_transit", "shipment_created dispatched picked_up"),
    ("customs_hold", "shipment_created"),
    ("customs_released", "shipment_created customs_released"),
    ("customs_released customs_hold", "shipment_created"),
    ("out_for_delivery", "shipment_created dispatched picked_up out_for_delivery"),
    (
        "delivery_attempt_failed",
        "shipment_created dispatched picked_up out_for_delivery",
    ),
    (
        "available_for_pickup",
        "shipment_created dispatched picked_up available_for_pickup",
    ),
    ("refused", "shipment_created dispatched picked_up"),
    ("delivery_failed", "shipment_created dispatched picked_up"),
    ("lost", "shipment_created dispatched picked_up"),
    (
        "delivered",
        "shipment_created dispatched picked_up out_for_delivery available_for_pickup"
        " delivered",
    ),
    ("out_for_delivery returning_to_sender", "shipment_created dispatched picked_up"),
    ("delivered returning_to_sender", "shipment_created dispatched picked_up"),
    ("delivered returned_to_sender", "shipment_created dispatched picked_up"),
    ("pod_available", ""),
    ("dispatched shipment_cancelled", ""),
    ("estimated", ""),
)
ASKED = (
    "shipment_created",
    "dispatched",
    "picked_up",
    "customs_released",
    "out_for_delivery",
    "available_for_pickup",
    "delivered",
)


def journey(codes, parcel="P1", **values):
    """Return facts an hour apart."""
    return [
        Fact(f"{parcel} {code}", code, NOON + place * HOUR, parcel=parcel, **values)
        for place, code in enumerate(codes.split())
    ]


def leg_of(*facts, parcels=()):
    """Return the outbound leg of some facts."""
    return fold(facts, parcels).leg()


def unit(amount, parcel="P1", key="move", picking="out"):
    """Return goods of one move."""
    return Unit(key, D(amount), picking, parcel)


@tagged("post_install", "-at_install", "standard")
class TestReached(BaseCase):
    def test_each_journey_reaches_its_milestones_and_no_others(self):
        for codes, milestones in JOURNEYS:
            if codes == "estimated":
                facts = [Fact("a", "delivered", NOON, classifier="estimated")]
            else:
                facts = journey(codes)
            [parcel] = leg_of(*facts).parcels.values()
            self.assertEqual(
                {code for code in ASKED if reached(parcel, [code])},
                set(milestones.split()),
                codes,
            )

    def test_all_milestones_of_a_rule_are_needed(self):
        rule = ("delivered", "customs_released")
        for codes, enough in (
            ("delivered", False),
            ("customs_released", False),
            ("customs_released delivered", True),
        ):
            parcel = leg_of(*journey(codes)).parcels["P1"]
            self.assertEqual(reached(parcel, rule), enough, codes)

    def test_proof_is_never_concluded_from_the_delivery(self):
        rule = ("delivered", "pod_available")
        for codes, enough in (("delivered", False), ("delivered pod_available", True)):
            parcel = leg_of(*journey(codes)).parcels["P1"]
            self.assertEqual(reached(parcel, rule), enough, codes)

    def test_weak_word_is_not_enough(self):
        parcel = leg_of(*journey("delivered", trust=1)).parcels["P1"]
        self.assertEqual(parcel.state, "delivered")
        self.assertTrue(reached(parcel, ["delivered"], trust=1))
        self.assertFalse(reached(parcel, ["delivered"], trust=3))
        self.assertFalse(reached(parcel, ["dispatched"], trust=3))

    def test_trusted_scan_shows_the_pickup_that_a_weak_word_claims(self):
        facts = [*journey("picked_up", trust=1), *journey("in_transit", trust=4)]
        parcel = leg_of(*facts).parcels["P1"]
        self.assertTrue(reached(parcel, ["picked_up"], trust=3))

    def test_return_is_received_by_its_state(self):
        facts = journey("return_created delivered", leg="return")
        parcel = fold(facts).leg("return").parcels["P1"]
        self.assertTrue(reached(parcel, ["return_received"]))
        self.assertTrue(reached(parcel, ["picked_up"]))
        self.assertFalse(reached(parcel, ["delivered"]))

    def test_every_code_reaches_itself(self):
        for code in EVENT_TYPES:
            self.assertIn(code, REACHED_BY[code])


@tagged("post_install", "-at_install", "standard")
class TestDesiredRelease(BaseCase):
    def _quantities(self, units, *facts, milestones=("delivered",), **options):
        leg = leg_of(*facts, parcels=options.pop("parcels", ()))
        return desired_release(units, leg, milestones, **options).quantities

    def test_parcel_with_content_releases_its_own_content(self):
        units = [unit(5), unit(3, "P2")]
        facts = [*journey("delivered"), *journey("in_transit", "P2")]
        self.assertEqual(self._quantities(units, *facts), {"move": D(5)})

    def test_every_move_is_answered_even_with_zero(self):
        units = [unit(5, key="a"), unit(3, "P2", key="b")]
        self.assertEqual(
            self._quantities(units, *journey("delivered"), parcels=["P2"]),
            {"a": D(5), "b": D(0)},
        )

    def test_goods_without_a_parcel_wait_for_all_parcels(self):
        units = [unit(5), unit(2, None)]
        facts = journey("delivered")
        self.assertEqual(
            self._quantities(units, *facts, parcels=["P1", "P2"]), {"move": D(5)}
        )
        facts += journey("delivered", "P2")
        self.assertEqual(self._quantities(units, *facts), {"move": D(7)})

    def test_parcel_without_content_releases_nothing_alone(self):
        facts = [*journey("delivered"), *journey("in_transit", "P2")]
        self.assertEqual(self._quantities([unit(4, None)], *facts), {"move": D(0)})

    def test_cancelled_parcel_keeps_nobody_waiting(self):
        facts = [*journey("delivered"), *journey("shipment_cancelled", "P2")]
        self.assertEqual(self._quantities([unit(4, None)], *facts), {"move": D(4)})

    def test_content_of_a_cancelled_parcel_is_not_released(self):
        facts = [*journey("delivered"), *journey("shipment_cancelled", "P2")]
        self.assertEqual(self._quantities([unit(4, "P2")], *facts), {"move": D(0)})

    def test_cancelled_shipment_releases_nothing(self):
        for milestones in (["delivered"], ["dispatched"], ["shipment_created"]):
            self.assertEqual(
                self._quantities(
                    [unit(4, None)],
                    *journey("dispatched shipment_cancelled"),
                    milestones=milestones,
                ),
                {"move": D(0)},
            )

    def test_shipment_without_parcels_releases_by_its_own_state(self):
        facts = journey("delivered", None)
        self.assertEqual(self._quantities([unit(4, None)], *facts), {"move": D(4)})

    def test_no_leg_releases_nothing(self):
        answer = desired_release([unit(4, None), unit(1)], [], ["delivered"])
        self.assertEqual(answer.quantities, {"move": D(0)})
        self.assertFalse(answer.frozen)

    def test_parcel_nobody_knows_releases_nothing(self):
        self.assertEqual(
            self._quantities([unit(4, "P9")], *journey("delivered")), {"move": D(0)}
        )

    def test_contested_shipment_is_frozen(self):
        leg = leg_of(*journey("delivered refused"))
        answer = desired_release([unit(4), unit(1, None, "b")], leg, ["delivered"])
        self.assertEqual(answer.frozen, {"move", "b"})

    def test_contested_parcel_freezes_the_shipment_and_not_the_next_one(self):
        legs = [
            leg_of(*journey("delivered refused"), *journey("delivered", "P2")),
            leg_of(*journey("delivered", "P3")),
        ]
        units = [unit(1, "P1", "a"), unit(1, "P2", "b"), unit(1, "P3", "c")]
        answer = desired_release(units, legs, ["delivered"])
        self.assertEqual(answer.frozen, {"a", "b"})
        self.assertEqual(answer.quantities["c"], D(1))

    def test_picking_waits_for_the_parcels_of_all_its_shipments(self):
        legs = [leg_of(*journey("delivered")), leg_of(*journey("in_transit", "P2"))]
        units = [unit(4, None)]
        answer = desired_release(units, legs, ["delivered"])
        self.assertEqual(answer.quantities, {"move": D(0)})
        legs[1] = leg_of(*journey("delivered", "P2"))
        answer = desired_release(units, legs, ["delivered"])
        self.assertEqual(answer.quantities, {"move": D(4)})

    def test_two_shipments_without_parcels_are_two(self):
        done, open_ = journey("delivered", None), journey("in_transit", None)
        units = [unit(4, None)]
        for facts in ((done, open_), (open_, done)):
            legs = [leg_of(*some) for some in facts]
            answer = desired_release(units, legs, ["delivered"])
            self.assertEqual(answer.quantities, {"move": D(0)})

    def test_picking_waits_for_its_own_parcels_only(self):
        leg = leg_of(*journey("delivered"), *journey("in_transit", "P2"))
        units = [unit(4, None, "a", "out 1"), unit(3, None, "b", "out 2")]
        answer = desired_release(
            units, leg, ["delivered"], parcels_of={"out 1": ["P1"], "out 2": ["P2"]}
        )
        self.assertEqual(answer.quantities, {"a": D(4), "b": D(0)})

    def test_picking_without_parcels_releases_nothing(self):
        leg = leg_of(*journey("delivered"))
        answer = desired_release([unit(4, None)], leg, ["delivered"], parcels_of={})
        self.assertEqual(answer.quantities, {"move": D(0)})

    def test_no_more_is_released_than_the_move_has(self):
        units = [unit(5), unit(5, "P2")]
        facts = [*journey("delivered"), *journey("delivered", "P2")]
        self.assertEqual(
            self._quantities(units, *facts, caps={"move": D(8), "other": D(1)}),
            {"move": D(8)},
        )

    def test_goods_on_the_way_back_stay_dispatched_and_are_not_delivered(self):
        for back in ("returning_to_sender", "returned_to_sender"):
            facts = journey(f"delivered {back}")
            self.assertEqual(
                self._quantities([unit(4)], *facts, milestones=["dispatched"]),
                {"move": D(4)},
            )
            self.assertEqual(self._quantities([unit(4)], *facts), {"move": D(0)})

    def test_weak_word_neither_releases_nor_takes_back(self):
        for codes, level, state, wished in (
            ("delivered", 1, "delivered", 0),
            ("returned_to_sender", 1, "returned_to_sender", 4),
            ("returned_to_sender", 4, "returned_to_sender", 0),
        ):
            facts = journey(codes, trust=level)
            if codes != "delivered":
                facts += [Fact("d", "delivered", NOON - HOUR, parcel="P1")]
            leg = leg_of(*facts)
            self.assertEqual(leg.state, state)
            answer = desired_release(
                [unit(4)],
                leg,
                ["delivered"],
                trust=3,
                trusted_legs=leg_of(*trusted(facts, 3)),
            )
            self.assertEqual(answer.quantities, {"move": D(wished)}, codes)

    def test_parcel_only_a_weak_word_knows_still_keeps_the_picking_waiting(self):
        facts = [*journey("delivered"), *journey("delivered", "P2", trust=1)]
        answer = desired_release(
            [unit(4, None)],
            leg_of(*facts),
            ["delivered"],
            trust=3,
            trusted_legs=leg_of(*trusted(facts, 3)),
        )
        self.assertEqual(answer.quantities, {"move": D(0)})

    def test_weak_doubt_freezes(self):
        facts = [*journey("delivered"), Fact("r", "refused", NOON + HOUR, trust=1)]
        answer = desired_release(
            [unit(4)],
            leg_of(*facts),
            ["delivered"],
            trust=3,
            trusted_legs=leg_of(*trusted(facts, 3)),
        )
        self.assertEqual(answer.frozen, {"move"})

    def test_evidence_is_the_fact_that_shows_the_milestone(self):
        facts = [
            Fact("a", "dispatched", NOON, parcel="P1", ref=11),
            Fact("b", "returning_to_sender", NOON + HOUR, parcel="P1", ref=12),
            Fact("c", "in_transit", NOON, parcel="P2", ref=13),
        ]
        answer = desired_release(
            [unit(4), unit(2, "P2")], leg_of(*facts), ["dispatched"]
        )
        self.assertEqual(answer.evidence, {"move": (11, 13)})

    def test_rule_without_known_milestones_is_refused(self):
        for milestones in ([], ["arrived_somehow"]):
            with self.assertRaises(ValueError):
                desired_release([], [], milestones)

    def test_goods_that_are_no_quantity_are_refused(self):
        for bad in (D("NaN"), D("Infinity"), D(-1)):
            with self.assertRaises(ValueError):
                Unit("move", bad)
        with self.assertRaises(TypeError):
            Unit("move", 1.0)
