from decimal import Decimal

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events.vocabulary import EVENT_TYPES
from odoo.addons.logistics_freight_accrual import evidence
from odoo.addons.logistics_freight_accrual.agreement import Parcel
from odoo.addons.logistics_freight_accrual.bill import BillLine
from odoo.addons.logistics_freight_accrual.charge_types import CHARGE_TYPES
from odoo.addons.logistics_freight_accrual.evidence import (
    FINDINGS,
    Finding,
    ShipmentFacts,
    billed_dimensions,
    billed_weight,
    chargeable_weight,
    check,
    weight_fits,
)

D = Decimal
CARRIED = {"picked_up": ("scan 1",)}
DELIVERED = {"picked_up": ("scan 1",), "delivered": ("pod 1",)}

# Type, facts, what is found. The parcel was carried unless the case is about that.
CASES = (
    ("base", {"outbound": CARRIED}, ()),
    ("base", {"outbound": {"delivered": ("pod 1",)}}, ()),
    ("base", {"outbound": {"pod_available": ("pod 1",)}}, ()),
    ("base", {}, ("never_picked_up",)),
    ("base", {"outbound": {"shipment_created": ("label 1",)}}, ("never_picked_up",)),
    ("base", {"outbound": {"dispatched": ("out 1",)}}, ("never_picked_up",)),
    ("base", {"voided": True}, ("label_voided",)),
    # A cancelled label that was used all the same was carried.
    ("base", {"voided": True, "outbound": CARRIED}, ()),
    ("fuel", {}, ("never_picked_up",)),
    ("unknown", {"voided": True}, ("label_voided",)),
    ("residential", {"outbound": CARRIED, "residential": True}, ()),
    ("residential", {"outbound": CARRIED, "residential": False}, ("not_residential",)),
    ("residential", {"outbound": CARRIED}, ("address_class_unknown",)),
    ("residential", {"residential": False}, ("never_picked_up", "not_residential")),
    ("redelivery", {"outbound": DELIVERED}, ("no_failed_attempt",)),
    (
        "redelivery",
        {"outbound": {**DELIVERED, "delivery_attempt_failed": ("scan 2",)}},
        (),
    ),
    ("redelivery", {"outbound": {"refused": ("scan 2",)}}, ()),
    ("return", {"outbound": DELIVERED}, ("no_return",)),
    # A label for the way back carries nothing.
    (
        "return",
        {"outbound": DELIVERED, "back": {"return_created": ("rma 1",)}},
        ("no_return",),
    ),
    ("return", {"outbound": DELIVERED, "back": {"picked_up": ("scan 9",)}}, ()),
    ("return", {"outbound": DELIVERED, "back": {"return_received": ("in 1",)}}, ()),
    ("return", {"outbound": {"returned_to_sender": ("in 1",)}}, ()),
    ("storage", {"outbound": DELIVERED}, ("no_waiting",)),
    ("storage", {"outbound": {"available_for_pickup": ("shop 1",)}}, ()),
    ("storage", {"outbound": {"customs_hold": ("hold 1",)}}, ()),
    ("detention", {"outbound": DELIVERED}, ("no_stop",)),
    ("detention", {"outbound": {**DELIVERED, "stop_visit": ("gate 1",)}}, ()),
    ("address_correction", {"outbound": DELIVERED}, ("no_changed_address",)),
    (
        "address_correction",
        {"outbound": {**DELIVERED, "instruction_changed": ("mail 1",)}},
        (),
    ),
    ("customs_brokerage", {"outbound": DELIVERED}, ("no_customs",)),
    ("customs_brokerage", {"outbound": {"customs_released": ("mrn 1",)}}, ()),
    # Goods may be declared before they move, and are taxed then.
    ("duty", {"outbound": {"customs_released": ("mrn 1",)}}, ()),
    ("duty", {}, ("no_customs",)),
    ("import_tax", {"voided": True}, ("no_customs",)),
    ("tax", {}, ()),
    ("cash_on_delivery", {"outbound": DELIVERED}, ("no_cash_ordered",)),
    ("cash_on_delivery", {"outbound": DELIVERED, "cash_on_delivery": True}, ()),
    ("cash_on_delivery", {"outbound": {**DELIVERED, "cod_collected": ("c 1",)}}, ()),
    ("extended_area", {"outbound": CARRIED}, ()),
    ("adjustment", {"outbound": CARRIED}, ()),
)


def line(kind, amount="10.00", **values):
    return BillLine(1, D(amount), kind=kind, **values)


def keys(kind, facts, **values):
    found = check(line(kind, **values), ShipmentFacts(**facts))
    return tuple(finding.key for finding in found)


@tagged("post_install", "-at_install", "standard")
class TestEvidence(BaseCase):
    def test_what_must_have_happened(self):
        for kind, facts, expected in CASES:
            with self.subTest(kind=kind, facts=facts):
                self.assertEqual(keys(kind, facts), expected)

    def test_credit_is_never_questioned(self):
        for kind in CHARGE_TYPES:
            for amount in ("-10.00", "0.00"):
                self.assertEqual(keys(kind, {"voided": True}, amount=amount), ())

    def test_finding_names_what_speaks_against_the_charge(self):
        facts = ShipmentFacts(outbound=DELIVERED)
        self.assertEqual(
            check(line("redelivery"), facts),
            (Finding("no_failed_attempt", ("pod 1",)),),
        )
        facts = ShipmentFacts({"shipment_cancelled": ("void 1",)}, voided=True)
        self.assertEqual(
            check(line("base"), facts), (Finding("label_voided", ("void 1",)),)
        )

    def test_type_that_does_not_exist_is_an_error(self):
        with self.assertRaises(KeyError):
            check(line("freight"), ShipmentFacts())

    def test_every_finding_has_a_case(self):
        met = {key for _kind, _facts, expected in CASES for key in expected}
        self.assertEqual(
            set(FINDINGS) - met, {"heavier_than_ours", "not_measured"}
        )  # Those have a test of their own.

    def test_events_are_those_of_the_vocabulary(self):
        named = {code for _key, codes in evidence._EVENTS.values() for code in codes}
        named |= {*evidence._CARRIED, *evidence._RETURN_CODES}
        self.assertLessEqual(named, set(EVENT_TYPES))


@tagged("post_install", "-at_install", "standard")
class TestWeight(BaseCase):
    def found(self, billed, unit="KG", **ours):
        return keys(
            "dimension_correction",
            {"outbound": CARRIED, **ours},
            weight=None if billed is None else D(billed),
            weight_unit=unit,
        )

    def test_scales_may_differ_by_a_kilogram_or_two_percent(self):
        for ours, billed, fits in (
            ("9.80", "10.79", True),
            ("9.80", "10.80", True),
            ("9.80", "10.81", False),
            ("50.00", "51.00", True),
            ("50.00", "51.01", False),
            ("80.00", "81.60", True),
            ("80.00", "81.61", False),
            ("80.00", "10.00", True),
        ):
            with self.subTest(ours=ours, billed=billed):
                self.assertEqual(weight_fits(D(billed), D(ours)), fits)
                expected = () if fits else ("heavier_than_ours",)
                self.assertEqual(self.found(billed, weight=D(ours)), expected)

    def test_pounds_are_compared_in_kilograms(self):
        # 24.0 lb are 10.886 kg, 23.8 lb are 10.795 kg; 10.80 kg still pass.
        self.assertEqual(self.found("23.8", "LB", weight=D("9.80")), ())
        self.assertEqual(
            self.found("24.0", "LB", weight=D("9.80")), ("heavier_than_ours",)
        )
        self.assertEqual(
            billed_weight(line("base", weight=D(1), weight_unit="LB")), D("0.45359237")
        )

    def test_volume_counts_where_the_carrier_bills_by_it(self):
        box = {"weight": D(2), "dimensions": (D(50), D(40), D(30))}
        # 60,000 cm³ by 5,000 are 12 kg.
        self.assertEqual(
            chargeable_weight(ShipmentFacts(**box, divisor=D(5000))), D(12)
        )
        self.assertEqual(chargeable_weight(ShipmentFacts(**box)), D(2))
        self.assertEqual(self.found("13.00", **box, divisor=D(5000)), ())
        self.assertEqual(self.found("13.00", **box), ("heavier_than_ours",))

    def test_ours_is_rounded_up_as_the_carrier_does(self):
        for weight, step, ours in (
            ("9.80", "0.5", "10"),
            ("10.00", "0.5", "10"),
            ("10.01", "0.5", "10.5"),
            ("9.80", "0.45359237", "9.97903214"),
        ):
            facts = ShipmentFacts(weight=D(weight), step=D(step))
            self.assertEqual(chargeable_weight(facts), D(ours), (weight, step))
        half = {"weight": D("9.80"), "step": D("0.5")}
        self.assertEqual(self.found("11.00", **half), ())
        self.assertEqual(self.found("11.01", **half), ("heavier_than_ours",))

    def test_each_piece_counts_by_its_own_weight_or_volume(self):
        pieces = (
            Parcel(D(2), (D(50), D(40), D(30))),  # 12 kg by volume.
            Parcel(D("3.2"), (D(10), D(10), D(10))),
            Parcel(D(1)),
        )
        facts = ShipmentFacts(
            weight=D("6.2"), pieces=pieces, divisor=D(5000), step=D("0.5")
        )
        self.assertEqual(chargeable_weight(facts), D("16.5"))
        self.assertEqual(
            chargeable_weight(ShipmentFacts(weight=D(20), pieces=pieces)), D(20)
        )

    def test_weight_of_the_carriage_is_told_with_both_figures_and_holds_nothing(self):
        facts = ShipmentFacts(CARRIED, weight=D(9), step=D("0.5"))
        for kind in ("base", "dimension_correction"):
            (found,) = check(line(kind, weight=D(12), weight_unit="KG"), facts)
            self.assertEqual(
                (found.key, found.billed, found.ours, found.holds),
                ("heavier_than_ours", D(12), D(9), kind != "base"),
            )
        self.assertFalse(check(line("fuel", weight=D(12), weight_unit="KG"), facts))
        self.assertFalse(check(line("base", weight=D(10), weight_unit="KG"), facts))

    def test_correction_that_cannot_be_checked_is_said_to_be(self):
        self.assertEqual(self.found("12.00"), ("not_measured",))
        self.assertEqual(self.found(None, weight=D(9)), ("not_measured",))
        self.assertEqual(self.found("12.00", "ST", weight=D(9)), ("not_measured",))
        self.assertIsNone(chargeable_weight(ShipmentFacts(divisor=D(5000))))

    def test_billed_dimensions_are_given_in_centimetres(self):
        sides = (D(10), D(8), D("5.5"))
        self.assertEqual(
            billed_dimensions(line("base", dimensions=sides, length_unit="IN")),
            (D("25.4"), D("20.32"), D("13.97")),
        )
        self.assertEqual(
            billed_dimensions(line("base", dimensions=sides, length_unit="CM")), sides
        )
        self.assertEqual(billed_dimensions(line("base", dimensions=sides)), ())

    def test_measures_that_are_none_are_refused(self):
        for bad in (D("NaN"), D("Infinity"), D(0), D(-1)):
            for name in ("weight", "divisor"):
                with self.assertRaises(ValueError):
                    ShipmentFacts(**{name: bad})
            with self.assertRaises(ValueError):
                ShipmentFacts(dimensions=(D(1), D(1), bad))
        with self.assertRaises(ValueError):
            ShipmentFacts(dimensions=(D(1), D(1)))
        with self.assertRaises(TypeError):
            ShipmentFacts(weight=9.8)


_events = st.dictionaries(
    st.sampled_from(sorted(EVENT_TYPES)), st.just(("ref",)), max_size=6
)


@tagged("post_install", "-at_install", "standard")
class TestEvidenceProperties(BaseCase):
    @seed(20260303)
    @settings(max_examples=1000, deadline=None, database=None)
    @given(st.sampled_from(sorted(CHARGE_TYPES)), _events, _events, _events, _events)
    def test_more_events_never_raise_a_question(self, kind, out, back, more, later):
        before = keys(kind, {"outbound": out, "back": back})
        after = keys(kind, {"outbound": {**out, **more}, "back": {**back, **later}})
        self.assertLessEqual(set(after), set(before))
        self.assertLessEqual(set(before), set(FINDINGS))
