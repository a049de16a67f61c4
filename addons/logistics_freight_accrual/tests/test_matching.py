from datetime import timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.bill import REFERENCES
from odoo.addons.logistics_freight_accrual.matching import (
    MOST_PROPOSALS,
    STEPS,
    WINDOW,
    Index,
    Match,
    OpenCharge,
)

from .match_cases import SHIPPED, charge, line

D = Decimal

# One shipment with two parcels and a charge of its own, and another one.
CHARGES = (
    charge("base 1", tracking_numbers=("1Z01",), orders=("SO7", "WH/OUT/7")),
    charge("fuel 1", "fuel", "1.00", tracking_numbers=("1Z01",), orders=("SO7",)),
    charge("base 2", amount="12.00", tracking_numbers=("1Z02",), orders=("SO7",)),
    charge(
        "storage",
        "storage",
        "8.00",
        shipments=("LS7", "BK-99"),
        orders=("SO7", "WH/OUT/7"),
        waybills=("PRO 0077",),
    ),
    charge(
        "base 3",
        amount="55.00",
        shipment="S2",
        tracking_numbers=("1Z03",),
        shipments=("LS8",),
        orders=("SO8", "PO-CUST-8"),
        waybills=("PRO 0088",),
    ),
)
INDEX = Index(CHARGES, known=[("acme", "1Z09", "S9"), ("acme", "SO9", "S9")])


@tagged("post_install", "-at_install", "standard")
class TestSteps(BaseCase):
    def found(self, asked, carrier="acme", currency="EUR", index=INDEX):
        match = index.match(asked, carrier, currency)
        return match.charge, match.step

    def test_each_number_leads_to_the_charge_in_its_step(self):
        for asked, expected in (
            (line(tracking_number="1Z01"), ("base 1", "tracking")),
            (line(tracking_number=" 1z 01 "), ("base 1", "tracking")),
            (line("fuel", tracking_number="1Z01"), ("fuel 1", "tracking")),
            (line("storage", shipment="LS7"), ("storage", "shipment")),
            (line("storage", shipment="bk-99"), ("storage", "shipment")),
            (line("storage", order="SO7"), ("storage", "order")),
            (line("storage", delivery="WH/OUT/7"), ("storage", "order")),
            (line("base", delivery="WH/OUT/7"), ("base 1", "order")),
            (line("base", customer="PO-CUST-8"), ("base 3", "order")),
            (line("storage", waybill="PRO0077"), ("storage", "waybill")),
        ):
            with self.subTest(asked=asked):
                self.assertEqual(self.found(asked), expected)

    def test_discount_settles_the_freight_it_is_taken_off(self):
        asked = line("discount", "-2.00", "1Z01")
        self.assertEqual(self.found(asked), ("base 1", "tracking"))

    def test_surer_number_wins_over_the_others(self):
        asked = line(tracking_number="1Z03", order="SO7", shipment="LS7")
        self.assertEqual(self.found(asked), ("base 3", "tracking"))
        asked = line("storage", shipment="LS7", waybill="PRO 0088")
        self.assertEqual(self.found(asked), ("storage", "shipment"))

    def test_number_of_no_parcel_of_ours_leaves_the_others_free(self):
        """Let a parcel that the carrier labelled anew be found by its order."""
        asked = line("base", "55.00", "NEW-1", order="SO8")
        self.assertEqual(self.found(asked), ("base 3", "order"))

    def test_parcel_of_ours_binds_the_line(self):
        # The order has one storage charge, but of another shipment.
        asked = line("storage", "8.00", "1Z03", order="SO7")
        self.assertEqual(self.found(asked), (None, ""))
        # Of the same shipment, but of another parcel.
        index = Index([CHARGES[0]], known=[("acme", "1Z02", "S1")])
        asked = line("base", "10.00", "1Z02", order="SO7")
        self.assertEqual(self.found(asked, index=index), (None, ""))
        # Of the same shipment, and of none of its parcels.
        asked = line("storage", "8.00", "1Z01", order="SO7")
        self.assertEqual(self.found(asked), ("storage", "order"))

    def test_several_that_fit_are_none(self):
        # Two parcels of the order have a base charge, of different amounts.
        match = INDEX.match(line("base", "12.00", order="SO7"), "acme", "EUR")
        self.assertEqual((match.charge, match.step, match.ours), (None, "", True))
        self.assertEqual(match.shipment, "S1")
        self.assertEqual(
            [proposal.ref for proposal in match.proposals][:2], ["base 2", "base 1"]
        )

    def test_number_that_names_several_is_not_passed_over_for_the_next(self):
        asked = line("base", "55.00", order="SO7", waybill="PRO 0088")
        self.assertEqual(self.found(asked), (None, ""))

    def test_other_carrier_type_or_currency_never_matches(self):
        asked = line(tracking_number="1Z03")
        self.assertEqual(self.found(asked, carrier="other"), (None, ""))
        self.assertEqual(self.found(asked, currency="USD"), (None, ""))
        self.assertEqual(self.found(asked, currency=""), ("base 3", "tracking"))
        self.assertEqual(self.found(line("fuel", "1.00", "1Z03")), (None, ""))

    def test_number_that_was_used_again_is_another_parcel(self):
        for days, expected in ((WINDOW.days, "base 3"), (WINDOW.days + 1, None)):
            for sign in (1, -1):
                day = SHIPPED + sign * timedelta(days=days)
                asked = line(tracking_number="1Z03", service_date=day)
                self.assertEqual(self.found(asked)[0], expected)
        asked = line(tracking_number="1Z03", service_date=None)
        self.assertEqual(self.found(asked)[0], "base 3")

    def test_date_tells_two_uses_of_a_number_apart(self):
        late = SHIPPED + timedelta(days=200)
        index = Index(
            [
                charge("old", tracking_numbers=("1Z1",), shipment="S1"),
                charge(
                    "new", tracking_numbers=("1Z1",), shipment="S2", service_date=late
                ),
            ]
        )
        asked = line(tracking_number="1Z1", service_date=late - timedelta(days=2))
        self.assertEqual(self.found(asked, index=index), ("new", "tracking"))
        asked = line(tracking_number="1Z1", service_date=None)
        self.assertEqual(self.found(asked, index=index), (None, ""))

    def test_every_name_of_a_reference_belongs_to_one_step(self):
        names = [name for names in STEPS.values() for name in names]
        self.assertEqual(sorted(names), sorted(REFERENCES))


@tagged("post_install", "-at_install", "standard")
class TestOurs(BaseCase):
    def test_whether_it_is_ours(self):
        for asked, ours, shipment in (
            (line(tracking_number="1Z01"), True, "S1"),
            (line("residential", tracking_number="1Z01"), True, "S1"),
            (line(tracking_number="1Z09"), True, "S9"),
            (line(order="SO9"), True, "S9"),
            (line(tracking_number="1Z99"), False, None),
            (line(tracking_number="1Z99", order="SO9"), True, "S9"),
            (line(waybill="X"), False, None),
            (line(), None, None),
            (line("fee", "17.00", service_date=None), None, None),
        ):
            with self.subTest(asked=asked):
                match = INDEX.match(asked, "acme", "EUR")
                self.assertEqual((match.ours, match.shipment), (ours, shipment))

    def test_number_of_two_shipments_leads_to_none_of_them(self):
        index = Index(known=[("acme", "SO1", "S1"), ("acme", "SO1", "S2")])
        match = index.match(line(order="SO1"), "acme")
        self.assertEqual((match.ours, match.shipment), (True, None))

    def test_nothing_open_and_nothing_known(self):
        index = Index()
        self.assertEqual(index.match(line(), "acme"), Match())
        self.assertEqual(
            index.match(line(tracking_number="1Z01"), "acme"), Match(ours=False)
        )

    def test_charges_that_cannot_be_are_refused(self):
        for values in (
            {"kind": "freight"},
            {"amount": "NaN"},
            {"amount": "Infinity"},
        ):
            with self.assertRaises(ValueError):
                Index([charge("bad", **values)])
        with self.assertRaises(ValueError):
            Index([OpenCharge("bad", "acme", "base", 10.0)])


@tagged("post_install", "-at_install", "standard")
class TestProposals(BaseCase):
    def proposals(self, asked, index=INDEX, currency="EUR"):
        return index.match(asked, "acme", currency).proposals

    def test_match_needs_no_proposal(self):
        self.assertEqual(self.proposals(line(tracking_number="1Z01")), ())

    def test_other_charges_of_the_parcel_are_proposed(self):
        found = self.proposals(line("unknown", "1.00", "1Z01"))
        self.assertEqual([proposal.ref for proposal in found], ["fuel 1", "base 1"])
        best = found[0]
        self.assertEqual(best.reasons, ("tracking", "same_amount", "same_day"))
        self.assertEqual(best.score, 80)
        self.assertEqual(found[1].reasons, ("tracking", "same_day"))

    def test_mistyped_number_is_proposed_and_never_matched(self):
        for asked, ref in (
            (line("storage", "8.00", waybill="PRO-0077"), "storage"),
            (line("base", "55.00", "1Z-03"), "base 3"),
            (line("base", "55.00", "001Z03"), "base 3"),
            (line("base", "10.00", delivery="WHOUT7"), "base 1"),
        ):
            match = INDEX.match(asked, "acme", "EUR")
            self.assertIsNone(match.charge)
            self.assertEqual(match.proposals[0].ref, ref)
            self.assertIn("spelling", match.proposals[0].reasons)

    def test_zeros_within_a_number_are_a_part_of_it(self):
        found = self.proposals(line("storage", "8.50", waybill="PRO-77"))
        self.assertEqual(found, ())

    def test_line_without_any_number_is_proposed_by_amount_and_day(self):
        found = self.proposals(line("base", "55.00"))
        self.assertEqual([proposal.ref for proposal in found], ["base 3"])
        self.assertEqual(found[0].reasons, ("same_type", "same_amount", "same_day"))
        self.assertEqual(self.proposals(line("base", "55.01")), ())
        later = line("base", "55.00", service_date=SHIPPED + timedelta(days=1))
        self.assertEqual(self.proposals(later), ())

    def test_what_is_alike_is_told(self):
        index = Index(
            [
                charge("far", amount="50.00", orders=("SO1",), country="DE"),
                charge("near", amount="11.00", orders=("SO1",), country="FR"),
            ]
        )
        asked = line(
            "base",
            "10.00",
            order="SO1",
            country="DE",
            service_date=SHIPPED + timedelta(days=3),
        )
        near, far = self.proposals(asked, index)
        self.assertEqual(
            near.reasons, ("order", "same_type", "near_amount", "near_day")
        )
        self.assertEqual(
            far.reasons, ("order", "same_type", "near_day", "same_country")
        )
        self.assertEqual((near.score, far.score), (65, 60))

    def test_other_currency_is_not_proposed(self):
        asked = line("unknown", "1.00", "1Z01")
        self.assertEqual(self.proposals(asked, currency="USD"), ())

    def test_no_more_than_a_person_reads(self):
        index = Index(
            charge(number, amount=f"{number}.00", orders=("SO1",))
            for number in range(1, 200)
        )
        found = self.proposals(line(amount="77.00", order="SO1"), index)
        self.assertEqual(len(found), MOST_PROPOSALS)
        self.assertEqual(found[0].ref, 77)
        # Those within ten percent come before all others.
        for proposal in found:
            self.assertLessEqual(abs(proposal.ref - 77), D("0.1") * proposal.ref)
