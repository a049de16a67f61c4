from dataclasses import replace
from datetime import date, datetime, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events.facts import Fact, Leg, Overlay, Problem
from odoo.addons.logistics_events.fold import fold
from odoo.addons.logistics_events.resolve import trusted
from odoo.addons.logistics_events.vocabulary import EVENT_TYPES, TRUST_LEVELS

from . import case_table

NOON = datetime(2026, 3, 3, 12, 0)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def told(code, at=NOON, key="", **values):
    """Return a fact whose key and reference are its code unless said."""
    key = key or code
    values.setdefault("ref", key)
    values.setdefault("parcel", "P1")
    if isinstance(at, date) and not isinstance(at, datetime):
        values.setdefault("precision", "date")
    return Fact(key, code, at, **values)


def withdrawn(key, **values):
    """Return a fact that retracts the event of a key."""
    return told("handled", key=f"no {key}", classifier="retracted", voids=key, **values)


@tagged("post_install", "-at_install", "standard")
class TestFoldCases(BaseCase):
    """The tables beside this file, in every order."""

    def _check(self, case):
        main = case_table.main_leg(case.facts)
        answers = []
        for order in case_table.orders(case.facts):
            folded = fold(order, case.parcels)
            if folded not in answers:
                answers.append(folded)
            if fold([*order, *order], case.parcels) not in answers:
                self.fail(f"{case.name}: telling everything twice changes the answer")
        differences = case_table.differences(answers[0], case.expected, main)
        self.assertFalse(differences, case.name)
        self.assertEqual(len(answers), 1, f"{case.name}: the order of telling decides")

    def test_every_story_ends_as_written_in_every_order(self):
        stories = case_table.stories()
        for case in stories:
            self._check(case)
        self.assertEqual(len(stories), 355)
        self.assertEqual(len({case.name for case in stories}), 355)

    def test_every_pair_of_ranked_codes_ends_as_written(self):
        pairs = case_table.pairs()
        for case in pairs:
            self._check(case)
        self.assertEqual(len({case.name for case in pairs}), len(pairs))
        ranked = {code for code, kind in EVENT_TYPES.items() if kind.rank}
        ranked -= {"return_created", "return_received"}
        outbound = {
            tuple(fact.event_type for fact in case.facts)
            for case in pairs
            if case.facts[0].leg == "outbound"
        }
        self.assertEqual(
            outbound, {(one, two) for one in ranked for two in ranked if one != two}
        )

    def test_a_story_says_what_becomes_of_each_parcel(self):
        for case in case_table.stories():
            self.assertIn("milestones", case.expected, case.name)
            leg = fold(case.facts, case.parcels).leg(case_table.main_leg(case.facts))
            if len(leg.parcels) > 1:
                self.assertEqual(
                    case.expected["parcels"].keys(), leg.parcels.keys(), case.name
                )


@tagged("post_install", "-at_install", "standard")
class TestFoldDetails(BaseCase):
    """What the tables cannot say: references, dates expected, flags in time, trust."""

    def test_nothing_told_is_no_leg(self):
        self.assertEqual(fold([]).legs, {})
        self.assertEqual(fold([]).leg("return"), Leg())
        self.assertFalse(fold([]).money_hold)

    def test_known_parcels_without_facts_have_no_state(self):
        leg = fold([], ["P1", "P2"]).leg()
        self.assertEqual(list(leg.parcels), ["P1", "P2"])
        self.assertIsNone(leg.state)

    def test_known_parcels_belong_to_the_leg_they_are_named_for(self):
        facts = [told("delivered", leg="return")]
        folded = fold(facts, {"outbound": ["P1", "P2"], "return": ["P1"]})
        self.assertEqual(list(folded.leg("outbound").parcels), ["P1", "P2"])
        self.assertEqual(folded.leg("return").state, "return_received")

    def test_known_parcels_of_a_pure_return_belong_to_the_return(self):
        facts = [told("return_received", leg="return")]
        folded = fold(facts, ["P1", "P2"])
        self.assertEqual(list(folded.legs), ["return"])
        self.assertEqual(list(folded.leg("return").parcels), ["P1", "P2"])
        self.assertIsNone(folded.leg("return").state)

    def test_goods_without_parcels_are_one_parcel_without_a_name(self):
        leg = fold([told("delivered", parcel=None)]).leg()
        self.assertEqual(list(leg.parcels), [None])
        self.assertEqual(leg.state, "delivered")

    def test_delivery_implies_the_way_there(self):
        leg = fold([told("delivered"), told("dispatched", NOON - DAY)]).leg()
        self.assertEqual(list(leg.milestones), ["dispatched", "delivered"])
        self.assertEqual(
            leg.inferred,
            ("shipment_booked", "shipment_created", "picked_up", "out_for_delivery"),
        )

    def test_scan_implies_the_pickup_and_not_the_van(self):
        self.assertEqual(
            fold([told("arrived_facility")]).leg().inferred,
            ("shipment_booked", "shipment_created", "dispatched", "picked_up"),
        )

    def test_customs_papers_imply_the_label_only(self):
        for code in ("customs_in_progress", "customs_hold", "customs_released"):
            self.assertEqual(
                fold([told(code)]).leg().inferred,
                ("shipment_booked", "shipment_created"),
            )

    def test_cancellation_implies_nothing(self):
        self.assertEqual(fold([told("shipment_cancelled")]).leg().inferred, ())

    def test_return_scan_implies_the_return(self):
        leg = fold([told("in_transit", leg="return")]).leg("return")
        self.assertEqual(leg.inferred, ("return_created", "picked_up"))

    def test_leg_infers_what_every_parcel_reached_somehow(self):
        facts = [told("picked_up"), told("delivered", parcel="P2")]
        leg = fold(facts).leg()
        self.assertEqual(leg.milestones, {})
        self.assertEqual(
            leg.inferred,
            ("shipment_booked", "shipment_created", "dispatched", "picked_up"),
        )

    def test_milestone_is_the_first_and_remembers_where_it_comes_from(self):
        facts = [
            told("delivered", NOON + HOUR, key="b"),
            told("delivered", NOON, key="a"),
        ]
        milestone = fold(facts).leg().milestones["delivered"]
        self.assertEqual((milestone.at, milestone.ref), (NOON, "a"))
        self.assertEqual(milestone.precision, "instant")

    def test_state_remembers_its_fact(self):
        facts = [told("in_transit"), told("refused", NOON + HOUR)]
        parcel = fold(facts).leg().parcels["P1"]
        self.assertEqual(parcel.evidence, "refused")
        self.assertEqual(parcel.decided_at, NOON + HOUR)

    def test_shipment_is_delivered_by_the_last_parcel(self):
        facts = [
            told("delivered", NOON, key="a"),
            told("delivered", NOON + DAY, key="b", parcel="P2"),
        ]
        leg = fold(facts).leg()
        self.assertEqual(leg.delivered_at, NOON + DAY)
        self.assertEqual(leg.evidence, "b")
        self.assertEqual(leg.milestones["delivered"].ref, "b")

    def test_bare_date_keeps_its_precision(self):
        leg = fold([told("delivered", NOON.date())]).leg()
        self.assertEqual(leg.delivered_at, datetime(2026, 3, 3, 23, 59, 59))
        self.assertEqual(leg.delivered_precision, "date")

    def test_date_without_a_place_is_assumed_in_the_company_zone(self):
        facts = [told("delivered", NOON.date())]
        milestone = fold(facts, (), "America/New_York").leg().milestones["delivered"]
        self.assertEqual(milestone.at, datetime(2026, 3, 4, 4, 59, 59))
        self.assertTrue(milestone.assumed)

    def test_date_with_a_place_is_not_assumed(self):
        for place in ({"zone": "Asia/Tokyo"}, {"occurred_offset": 540}):
            facts = [told("delivered", NOON.date(), **place)]
            milestone = (
                fold(facts, (), "America/New_York").leg().milestones["delivered"]
            )
            self.assertEqual(milestone.at, datetime(2026, 3, 3, 14, 59, 59))
            self.assertFalse(milestone.assumed)

    def test_zone_nobody_knows_falls_back_and_says_so(self):
        facts = [told("delivered", NOON.date(), zone="Mars/Olympus")]
        for company_zone in ("UTC", "Moon/Tranquility", ""):
            milestone = fold(facts, (), company_zone).leg().milestones["delivered"]
            self.assertEqual(milestone.at, datetime(2026, 3, 3, 23, 59, 59))
            self.assertTrue(milestone.assumed)

    def test_flag_has_a_start_and_an_end(self):
        facts = [
            told("delayed", NOON),
            told("in_transit", NOON + HOUR),
            told("on_hold", NOON + 2 * HOUR),
        ]
        self.assertEqual(
            fold(facts).leg().parcels["P1"].overlays,
            (
                Overlay("delayed", NOON, NOON + HOUR, "delayed"),
                Overlay("on_hold", NOON + 2 * HOUR, None, "on_hold"),
            ),
        )

    def test_expected_date_is_the_last_word_of_the_source(self):
        early, late = NOON + DAY, NOON + 2 * DAY
        facts = [
            told("eta_updated", late, key="a", recorded_at=NOON, classifier="planned"),
            told(
                "delivered",
                early,
                key="b",
                recorded_at=NOON + HOUR,
                classifier="estimated",
            ),
            told("picked_up", late + DAY, key="c", classifier="planned"),
            told("eta_updated", late + DAY, key="d", classifier="estimated"),
        ]
        leg = fold(facts).leg()
        self.assertEqual((leg.eta, leg.eta_precision), (early, "instant"))
        self.assertIsNone(leg.state)

    def test_news_of_another_date_is_no_expected_date(self):
        change = told(
            "eta_updated", NOON, key="a", recorded_at=NOON, classifier="estimated"
        )
        self.assertIsNone(fold([change]).leg().eta)
        told_before = told(
            "eta_updated",
            NOON + DAY,
            key="b",
            recorded_at=NOON - HOUR,
            classifier="estimated",
        )
        self.assertEqual(fold([change, told_before]).leg().eta, NOON + DAY)

    def test_shipment_is_expected_with_its_last_parcel(self):
        facts = [
            told("eta_updated", NOON, key="a", classifier="estimated"),
            told(
                "eta_updated", NOON.date(), key="b", classifier="planned", parcel="P2"
            ),
        ]
        leg = fold(facts).leg()
        self.assertEqual(leg.eta, datetime(2026, 3, 3, 23, 59, 59))
        self.assertEqual(leg.eta_precision, "date")
        self.assertEqual(leg.eta_day, NOON.date())

    def test_expected_time_is_no_bare_day(self):
        leg = fold([told("eta_updated", NOON, classifier="estimated")]).leg()
        self.assertIsNone(leg.eta_day)

    def test_contradiction_names_the_report_that_contradicts(self):
        folded = fold([told("delivered"), told("refused", NOON + HOUR)])
        problem = Problem("contradiction", "refused", "refused", "outbound", "P1")
        self.assertEqual(folded.leg().problems, (problem,))
        self.assertEqual(folded.problems, (problem,))
        self.assertTrue(folded.money_hold)
        self.assertTrue(folded.leg().parcels["P1"].money_hold)

    def test_contradiction_of_one_parcel_leaves_the_other_in_peace(self):
        facts = [
            told("delivered", parcel=None),
            told("refused", NOON + HOUR, parcel="P2"),
        ]
        leg = fold(facts, ["P1", "P2"]).leg()
        self.assertTrue(leg.money_hold)
        self.assertFalse(leg.parcels["P1"].money_hold)
        self.assertTrue(leg.parcels["P2"].money_hold)

    def test_early_withdrawal_is_no_problem_of_the_leg(self):
        folded = fold([told("in_transit"), withdrawn("delivered")])
        self.assertEqual(folded.leg().problems, ())
        self.assertEqual(
            [problem.kind for problem in folded.problems], ["retraction_without_target"]
        )

    def test_long_chain_of_withdrawals_is_followed_to_its_end(self):
        facts = [told("delivered", key="0")]
        facts += [
            told("handled", key=str(n), classifier="retracted", voids=str(n - 1))
            for n in range(1, 3001)
        ]
        self.assertEqual(fold(facts).leg().state, "delivered")
        self.assertIsNone(fold(facts[:-1]).leg().state)

    def test_contents_that_agree_fill_each_other_in(self):
        facts = [
            told("delivered", key="a", content_hash="1", signer="J. Doe", trust=1),
            told("delivered", key="a", content_hash="2", zone="Asia/Tokyo", trust=3),
        ]
        folded = fold(facts)
        self.assertFalse(folded.money_hold)
        self.assertEqual(folded.leg().milestones["delivered"].trust, 3)
        bare = [
            replace(fact, occurred_at=NOON.date(), precision="date") for fact in facts
        ]
        self.assertEqual(
            fold(bare).leg().delivered_at, datetime(2026, 3, 3, 14, 59, 59)
        )

    def test_agreeing_contents_disagree_on_a_detail_and_the_greater_hash_wins(self):
        facts = [
            told("delivered", NOON.date(), key="a", content_hash=text, zone=zone)
            for text, zone in (("1", "Asia/Tokyo"), ("2", "Europe/Berlin"))
        ]
        self.assertEqual(
            fold(facts).leg().delivered_at, datetime(2026, 3, 3, 22, 59, 59)
        )

    def test_corrected_mapping_is_as_trusted_as_what_it_reads(self):
        facts = [
            told("unmapped", key="a", content_hash="1", mapping_version=1, trust=4),
            told("delivered", key="a", content_hash="1", mapping_version=2, trust=0),
        ]
        self.assertEqual(fold(facts).leg().parcels["P1"].seen, {"delivered": 4})
        self.assertEqual(fold(trusted(facts, 4)).leg().state, "delivered")

    def test_second_source_lends_its_trust(self):
        facts = [
            told("delivered", NOON, key="a", trust=TRUST_LEVELS["signed_untimed"]),
            told("delivered", NOON + HOUR, key="b", trust=TRUST_LEVELS["polled"]),
        ]
        milestone = fold(facts).leg().milestones["delivered"]
        self.assertEqual((milestone.at, milestone.trust), (NOON, 3))

    def test_newer_version_that_says_the_same_keeps_the_trust(self):
        facts = [
            told("delivered", key="a", content_hash="1", trust=4),
            told("delivered", key="a", content_hash="2", trust=1, recorded_at=NOON),
        ]
        self.assertEqual(fold(facts).leg().milestones["delivered"].trust, 4)
        changed = [facts[0], replace(facts[1], occurred_at=NOON + HOUR)]
        self.assertEqual(fold(changed).leg().milestones["delivered"].trust, 1)

    def test_shipment_is_trusted_like_its_weakest_parcel(self):
        facts = [
            told("delivered", key="a", trust=4),
            told("delivered", key="b", trust=2, parcel="P2"),
        ]
        self.assertEqual(fold(facts).leg().milestones["delivered"].trust, 2)

    def test_weak_word_moves_state_and_takes_no_money_back(self):
        facts = [
            told("delivered", trust=4),
            told("returned_to_sender", NOON + DAY, trust=1),
        ]
        self.assertEqual(fold(facts).leg().state, "returned_to_sender")
        self.assertEqual(fold(trusted(facts, 3)).leg().state, "delivered")

    def test_weak_version_does_not_hide_a_trusted_one(self):
        facts = [
            told("delivered", key="a", content_hash="1", trust=4),
            told("refused", key="a", content_hash="2", trust=1, recorded_at=NOON),
        ]
        self.assertEqual(fold(facts).leg().state, "refused")
        self.assertEqual(fold(trusted(facts, 3)).leg().state, "delivered")

    def test_milestones_stand_in_the_order_of_the_way(self):
        codes = ("delivered", "refused", "picked_up", "out_for_delivery", "dispatched")
        facts = [told(code, NOON - place * HOUR) for place, code in enumerate(codes)]
        self.assertEqual(
            list(fold(facts).leg().milestones),
            ["dispatched", "picked_up", "out_for_delivery", "refused", "delivered"],
        )
