from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..return_approval import (
    CASES,
    REASONS,
    Agreement,
    Decision,
    Request,
    Thresholds,
    agreed,
    decide,
    eligible,
    fingerprint,
    recent,
    shortage,
    strictest,
    tally,
    within,
)

USUAL = Thresholds()
APART = Thresholds(both_above=Decimal(2000))
TODAY = date(2026, 3, 31)

# Case, amount, photo, then how many people and why, as controls ask for it.
TABLE = (
    ("inspected", "0", False, 0, "small"),
    ("inspected", "50", False, 0, "small"),
    ("inspected", "50.01", False, 1, "one_person_amount"),
    ("inspected", "500", False, 1, "one_person_amount"),
    ("inspected", "500.01", False, 2, "amount"),
    ("to_sender", "50", False, 0, "small"),
    ("to_sender", "500", False, 1, "one_person_amount"),
    ("to_sender", "500.01", False, 2, "amount"),
    ("damaged", "0.01", True, 1, "evidence"),
    ("damaged", "500", True, 1, "evidence"),
    ("damaged", "500.01", True, 2, "amount"),
    ("short", "50.01", True, 1, "evidence"),
    ("short", "500.01", True, 2, "amount"),
    ("damaged", "50", False, 1, "no_photo"),
    ("damaged", "50.01", False, 2, "no_photo"),
    ("short", "50.01", False, 2, "no_photo"),
    ("kept", "0.01", False, 1, "no_goods"),
    ("kept", "50", True, 1, "no_goods"),
    ("kept", "50.01", True, 2, "no_goods"),
    ("lost", "50", False, 1, "no_goods"),
    ("lost", "50.01", False, 2, "no_goods"),
    ("goodwill", "50", False, 1, "no_goods"),
    ("goodwill", "50.01", False, 2, "no_goods"),
)


def _request(amount, case="inspected", **more):
    if "order" in more:
        more["order"] = Decimal(more["order"])
    return Request(case, Decimal(amount), **more)


@tagged("post_install", "-at_install")
class TestReturnApproval(BaseCase):
    def _people(self, request, thresholds=USUAL):
        return decide(request, thresholds).people

    # === THE TABLE === #

    def test_table(self):
        for case, amount, photo, people, reason in TABLE:
            with self.subTest(case=case, amount=amount, photo=photo):
                request = _request(amount, case, photo=photo, claimed=True, order="1e6")
                found = decide(request, USUAL)
                self.assertEqual((found.people, found.reason), (people, reason))

    def test_every_case_and_reason_is_in_the_table(self):
        self.assertEqual({row[0] for row in TABLE}, set(CASES))
        self.assertEqual({row[4] for row in TABLE} | {"share", "repeated"}, {*REASONS})

    def test_more_money_never_needs_fewer_people(self):
        amounts = [Decimal(step) / 2 for step in range(0, 4100, 7)]
        for thresholds in (USUAL, APART):
            for case in CASES:
                for photo in (False, True):
                    people = [
                        self._people(_request(amount, case, photo=photo), thresholds)
                        for amount in amounts
                    ]
                    self.assertEqual(people, sorted(people), (case, photo))

    def test_all_goods_of_a_small_order_need_nobody(self):
        self.assertEqual(self._people(_request(40, order=40)), 0)
        self.assertEqual(self._people(_request(400, order=400)), 1)

    def test_third_refund_of_a_private_customer_is_no_matter_below(self):
        self.assertEqual(self._people(_request(50, private=True, earlier=9)), 0)
        self.assertEqual(self._people(_request(500, private=True, earlier=9)), 1)

    def test_share_counts_above_the_one_person_amount(self):
        self.assertEqual(self._people(_request("500.01", order=2501), APART), 1)
        found = decide(_request("500.21", order=2501), APART)
        self.assertEqual(found, Decision(2, ("share",)))

    def test_order_of_no_worth_is_no_excuse(self):
        for more in ({}, {"order": 0}):
            found = decide(_request(600, **more), APART)
            self.assertEqual(found, Decision(2, ("share",)))

    def test_third_refund_counts_for_private_customers_only(self):
        third = {"earlier": 2, "order": 100000}
        found = decide(_request(600, private=True, **third), APART)
        self.assertEqual(found, Decision(2, ("repeated",)))
        self.assertEqual(self._people(_request(600, **third), APART), 1)
        second = {"earlier": 1, "order": 100000}
        self.assertEqual(self._people(_request(600, private=True, **second), APART), 1)

    def test_all_reasons_for_two_are_named(self):
        found = decide(_request(600, order=600, private=True, earlier=2), USUAL)
        self.assertEqual(found.reasons, ("amount", "share", "repeated"))

    def test_amount_alone_is_enough_for_two(self):
        self.assertEqual(self._people(_request("2000.01", order="1e9"), APART), 2)
        self.assertEqual(self._people(_request(2000, order="1e9"), APART), 1)

    def test_what_was_lost_is_claimed_first(self):
        found = decide(_request(51, "lost"), USUAL)
        self.assertEqual((found.people, found.first), (2, ("claim",)))
        for request in (
            _request(51, "lost", claimed=True),
            _request(50, "lost"),
            _request(51, "kept"),
        ):
            self.assertFalse(decide(request, USUAL).first)

    def test_strictest_case_holds(self):
        found = strictest(
            decide(_request(60, case), USUAL) for case in ("inspected", "kept", "lost")
        )
        self.assertEqual(found, Decision(2, ("no_goods",), ("claim",)))
        with self.assertRaises(ValueError):
            strictest([])

    def test_company_has_thresholds_of_its_own(self):
        mild = Thresholds(Decimal(200), Decimal(1000))
        self.assertEqual(self._people(_request(200), mild), 0)
        self.assertEqual(self._people(_request(1000), mild), 1)
        self.assertEqual(self._people(_request(200, "kept"), mild), 1)
        none = Thresholds(Decimal(0), Decimal(0))
        self.assertEqual(self._people(_request("0.01"), none), 2)

    def test_refunds_of_thirty_days_count(self):
        days = [TODAY - timedelta(days=days) for days in (0, 1, 30, 31, -1)]
        self.assertEqual(recent(days, TODAY, USUAL), 3)

    def test_past_is_counted_by_people_and_reason(self):
        requests = [_request(amount) for amount in (10, 20, 60, 600)]
        self.assertEqual(
            tally(requests, USUAL),
            Counter(
                {(0, "small"): 2, (1, "one_person_amount"): 1, (2, "amount"): 1},
            ),
        )

    # === WHO AGREES === #

    def test_nobody_agrees_to_what_they_asked_for_or_changed(self):
        self.assertEqual(eligible("abcd", "ab"), {"c", "d"})

    def test_rule_of_two_needs_two_who_may(self):
        self.assertEqual(shortage(2, ["a"]), 1)
        self.assertEqual(shortage(2, "ab"), 0)
        self.assertEqual(shortage(2, "ab", "a"), 1)
        self.assertEqual(shortage(2, "", ""), 2)
        self.assertEqual(shortage(1, "ab", "a"), 0)

    def _agreed(self, people, *agreements, needed=2, first=()):
        decision = Decision(needed, ("amount",), first)
        told = [Agreement(person, seen) for person, seen in agreements]
        return agreed(decision, told, people, "x", "now")

    def test_two_people_agree(self):
        self.assertTrue(self._agreed("ab", ("a", "now"), ("b", "now")))

    def test_one_person_agrees_once(self):
        self.assertFalse(self._agreed("ab", ("a", "now"), ("a", "now")))

    def test_who_asked_or_may_not_does_not_count(self):
        self.assertFalse(self._agreed("abx", ("a", "now"), ("x", "now")))
        self.assertFalse(self._agreed("ab", ("a", "now"), ("z", "now")))

    def test_agreement_to_other_lines_is_void(self):
        self.assertFalse(self._agreed("ab", ("a", "now"), ("b", "before")))

    def test_nothing_is_agreed_before_the_claim(self):
        agreements = (("a", "now"), ("b", "now"))
        self.assertFalse(self._agreed("ab", *agreements, first=("claim",)))

    def test_what_needs_nobody_is_agreed(self):
        self.assertTrue(self._agreed("", needed=0))

    def test_fingerprint_is_of_lines_amounts_and_currency(self):
        line = ("7", Decimal(2), Decimal("18.00"))
        fee = ("fee", Decimal(1), Decimal("-5"))
        same = fingerprint([line, fee], "EUR")
        self.assertEqual(
            same, fingerprint([fee, ("7", Decimal("2.0"), Decimal("18"))], "EUR")
        )
        for lines, currency in (
            ([line], "EUR"),
            ([line, fee], "USD"),
            ([line, line, fee], "EUR"),
            ([("7", Decimal(1), Decimal(18)), fee], "EUR"),
            ([("7", Decimal(2), Decimal("18.01")), fee], "EUR"),
            ([("8", Decimal(2), Decimal(18)), fee], "EUR"),
            ([line, ("fee", Decimal(1), Decimal(5))], "EUR"),
        ):
            self.assertNotEqual(fingerprint(lines, currency), same)

    def test_zero_has_one_fingerprint(self):
        zeros = {
            fingerprint([("7", Decimal(z), Decimal(1))], "EUR")
            for z in ("0", "-0", "0.00")
        }
        self.assertEqual(len(zeros), 1)

    # === BOUNDS === #

    def test_never_more_than_is_invoiced_or_was_paid(self):
        for asked, used, limit, left in (
            (30, 0, 100, 30),
            (30, 80, 100, 20),
            (30, 100, 100, 0),
            (30, 120, 100, 0),
            (30, 0, 0, 0),
        ):
            found = within(Decimal(asked), Decimal(used), Decimal(limit))
            self.assertEqual(found, left)

    def test_figures_are_exact_and_in_order(self):
        with self.assertRaises(TypeError):
            Request("inspected", 10.0)
        for amount in ("-1", "NaN", "Infinity"):
            with self.subTest(amount), self.assertRaises(ValueError):
                _request(amount)
        for bad in (
            {"automatic": Decimal(600)},
            {"both_above": Decimal(400)},
            {"share": Decimal(101)},
            {"repeats": 0},
            {"days": 0},
        ):
            with self.subTest(bad), self.assertRaises(ValueError):
                Thresholds(**bad)
        with self.assertRaises(ValueError):
            _request(1, "whatever")
        with self.assertRaises(ValueError):
            _request(1, earlier=-1)
        with self.assertRaises(ValueError):
            within(Decimal(-1), Decimal(0), Decimal(1))
