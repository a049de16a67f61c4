import random
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.dispute_match import (
    CreditLine,
    OpenDispute,
    match,
)

D = Decimal


def dispute(ref, amount="20", **more):
    """Return a dispute over the base freight of one parcel."""
    values = {
        "name": f"DSP/{ref:06d}",
        "bill": "B1",
        "kind": "base",
        "parcels": frozenset({f"1Z{ref}"}),
        "left": D(amount),
    }
    return OpenDispute(ref, **(values | more))


def credit(ref, amount="20", **more):
    """Return a line of a credit memo that names nothing yet."""
    return CreditLine(ref, D(amount), more.pop("kind", "base"), **more)


@tagged("post_install", "-at_install", "standard")
class TestDisputeMatch(BaseCase):
    def _matched(self, lines, disputes):
        return {line: found for line, (found, _step) in match(lines, disputes).items()}

    def test_our_name_is_found_in_any_text(self):
        for words in (
            "DSP/000001",
            "credit for dsp/000001.",
            "REF:X, DSP/000001; thanks",
            "(DSP/000001)",
        ):
            lines = [credit("a", words=words, parcel="other")]
            self.assertEqual(
                match(lines, [dispute(1), dispute(2)]), {"a": (1, "name")}, words
            )

    def test_name_that_only_begins_alike_is_another(self):
        lines = [credit("a", words="DSP/0000011")]
        self.assertEqual(match(lines, [dispute(1)]), {})

    def test_parcel_and_kind_find_their_dispute(self):
        disputes = [dispute(1), dispute(2), dispute(3, kind="fuel", parcels={"1Z1"})]
        lines = [credit("a", parcel="1Z1"), credit("b", parcel="1Z1", kind="fuel")]
        self.assertEqual(
            match(lines, disputes), {"a": (1, "parcel"), "b": (3, "parcel")}
        )

    def test_named_bill_decides_between_two_bills_of_a_parcel(self):
        disputes = [
            dispute(1, parcels=frozenset({"1Z"})),
            dispute(2, parcels=frozenset({"1Z"}), bill="B2"),
        ]
        self.assertEqual(
            self._matched([credit("a", parcel="1Z", bill="B2")], disputes), {"a": 2}
        )
        self.assertEqual(match([credit("a", parcel="1Z", bill="B3")], disputes), {})

    def test_bill_alone_needs_one_that_fits(self):
        disputes = [dispute(1), dispute(2, "30")]
        self.assertEqual(
            match([credit("a", "30", bill="B1")], disputes), {"a": (2, "bill")}
        )
        self.assertEqual(match([credit("a", "7", bill="B1")], disputes), {})
        self.assertEqual(match([credit("a", "30", bill="B9")], disputes), {})

    def test_part_goes_to_the_only_one_it_fits(self):
        found = match([credit("a", "5", parcel="1Z1")], [dispute(1), dispute(2)])
        self.assertEqual(found, {"a": (1, "parcel")})

    def test_whole_disputes_are_settled_before_parts(self):
        disputes = [
            dispute(1, "20", parcels=frozenset({"1Z"})),
            dispute(2, "5", parcels=frozenset({"1Z"})),
        ]
        lines = [credit("part", "7", parcel="1Z"), credit("whole", "5", parcel="1Z")]
        self.assertEqual(self._matched(lines, disputes), {"part": 1, "whole": 2})

    def test_dispute_is_settled_once(self):
        lines = [credit("a", parcel="1Z1"), credit("b", parcel="1Z1")]
        self.assertEqual(self._matched(lines, [dispute(1)]), {"a": 1})

    def test_two_that_nothing_tells_apart_take_one_each(self):
        twins = [dispute(1, parcels=frozenset()), dispute(2, parcels=frozenset())]
        lines = [credit("a", bill="B1"), credit("b", bill="B1"), credit("c", bill="B1")]
        self.assertEqual(self._matched(lines, twins), {"a": 1, "b": 2})

    def test_ambiguous_credit_is_left_to_a_person(self):
        disputes = [
            dispute(1, "20", parcels=frozenset({"1Z", "1Y"})),
            dispute(2, "20", parcels=frozenset({"1Z"})),
        ]
        self.assertEqual(match([credit("a", parcel="1Z")], disputes), {})

    def test_100_credits_find_100_disputes_in_any_order(self):
        chance = random.Random(7)
        disputes, lines = [], []
        for ref in range(100):
            amount = str(5 + ref % 7)
            bill, parcel = f"B{ref % 9}", f"1Z{ref // 2}"
            kind = "base" if ref % 2 else "fuel"
            disputes.append(
                dispute(ref, amount, bill=bill, kind=kind, parcels=frozenset({parcel}))
            )
            told = [
                {"words": f"your DSP/{ref:06d}"},
                {"parcel": parcel},
                {"parcel": parcel, "bill": bill},
            ][ref % 3]
            lines.append(credit(f"c{ref}", amount, kind=kind, **told))
        for _turn in range(20):
            chance.shuffle(disputes)
            chance.shuffle(lines)
            self.assertEqual(
                self._matched(lines, disputes), {f"c{ref}": ref for ref in range(100)}
            )
