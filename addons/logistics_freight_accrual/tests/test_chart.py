from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual.chart import (
    ROLES,
    Known,
    free_code,
    propose,
    usual_length,
)

FOUR = (
    Known("1010", "asset_current", ("Bank",)),
    Known("2111", "liability_current", ("Bills to receive",), reconcile=True),
    Known("2510", "liability_current", ("Tax Received",)),
    Known("5000", "expense_direct_cost", ("Cost of Goods Sold",)),
    Known("6000", "expense", ("Expenses",)),
    Known("6200", "expense", ("Bank Fees",)),
)


@tagged("post_install", "-at_install")
class TestChart(BaseCase):
    """Accounts are found by type and words, or proposed beside their neighbours."""

    def _codes(self, chart, taken=None):
        return {role: row.code for role, row in propose(chart, taken).items()}

    def test_new_codes_are_as_long_as_the_others_and_beside_them(self):
        self.assertEqual(
            self._codes(FOUR),
            {
                "freight": "6201",
                "freight_in": "5001",
                "variance": "6202",
                "accrued": "2112",
                "clearing": "2113",
            },
        )

    def test_account_that_fits_by_its_words_is_taken(self):
        chart = (
            *FOUR,
            Known("6740", "expense", ("Ausgangsfrachten", "Outgoing freight")),
            Known("5800", "expense_direct_cost", ("Bezugsnebenkosten",)),
        )
        found = propose(chart)
        self.assertEqual(
            [(found[role].code, found[role].is_new) for role in ROLES],
            [
                ("6740", False),
                ("5800", False),
                ("6741", True),
                ("2112", True),
                ("2113", True),
            ],
        )

    def test_words_inside_of_others_do_not_count(self):
        chart = (*FOUR, Known("6150", "expense", ("Freighters leased",)))
        self.assertTrue(propose(chart)["freight"].is_new)

    def test_income_and_purchases_are_not_outbound_freight(self):
        for name in ("Freight revenue", "Purchases, freight", "Freight in"):
            with self.subTest(name=name):
                chart = (*FOUR, Known("6150", "expense", (name,)))
                self.assertNotEqual(propose(chart)["freight"].code, "6150")

    def test_account_of_another_type_is_not_taken(self):
        chart = (*FOUR, Known("1500", "asset_current", ("Freight accrued",)))
        self.assertTrue(propose(chart)["accrued"].is_new)

    def test_accrued_account_is_taken_only_while_nothing_is_on_it(self):
        name = ("Accrued Freight",)
        for used, reconcile, code in (
            (False, True, "2119"),
            (True, True, "2112"),
            (False, False, "2112"),
        ):
            with self.subTest(used=used, reconcile=reconcile):
                account = Known("2119", "liability_current", name, reconcile, used)
                self.assertEqual(self._codes((*FOUR, account))["accrued"], code)

    def test_what_was_chosen_is_left_and_others_go_beside_it(self):
        found = self._codes(FOUR, {"freight": "6000", "accrued": "2510"})
        self.assertEqual(
            found, {"freight_in": "5001", "variance": "6001", "clearing": "2511"}
        )

    def test_one_account_is_not_taken_for_two_things(self):
        chart = (*FOUR, Known("6300", "expense", ("Freight variance and freight in",)))
        codes = [row.code for row in propose(chart).values()]
        self.assertEqual(len(codes), len({*codes}))

    def test_eight_digits(self):
        chart = [
            Known(f"{account.code}0000", account.kind, account.names, account.reconcile)
            for account in FOUR
        ]
        self.assertEqual(
            self._codes(chart),
            {
                "freight": "62000001",
                "freight_in": "50000001",
                "variance": "62000002",
                "accrued": "21110001",
                "clearing": "21110002",
            },
        )

    def test_codes_with_points_count_on_in_the_last_part(self):
        chart = (
            Known("6.1.01.070", "expense", ("Costs",)),
            Known("2.1.03.050", "liability_current", ("Debts",)),
        )
        found = self._codes(chart)
        self.assertEqual(
            (found["freight"], found["variance"]), ("6.1.01.071", "6.1.01.073")
        )
        self.assertEqual(found["accrued"], "2.1.03.051")

    def test_a_full_group_goes_on_after_the_next_neighbour(self):
        full = [str(number) for number in range(6200, 6300)]
        self.assertEqual(free_code(["6299", "6110"], {*full, "6110"}), "6111")

    def test_no_place_left_still_gives_a_code(self):
        used = {str(number) for number in range(1000, 10000)}
        self.assertEqual(free_code(["9999"], used), "9999.1")

    def test_the_usual_length_is_that_of_most(self):
        self.assertEqual(usual_length(["1000", "2000", "201100"]), 4)
        self.assertEqual(usual_length(["10", "200"]), 3)
        self.assertEqual(usual_length(["A1", "B22"]), 3)

    def test_no_chart_proposes_nothing(self):
        self.assertEqual(propose([]), {})

    def test_chart_without_any_account_of_a_type_still_proposes(self):
        found = propose([Known("1000", "asset_current", ("Bank",))])
        self.assertEqual({*found}, {*ROLES})
        self.assertEqual(len({row.code for row in found.values()} - {"1000"}), 5)
