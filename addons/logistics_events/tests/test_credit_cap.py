import itertools
import random
from decimal import ROUND_HALF_UP, Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events.credit_cap import (
    Tally,
    amount_left,
    over,
    quantity_left,
    tally,
)

CENT = Decimal("0.01")


def _line(quantity, amount, refund=False, **more):
    return tally(Decimal(quantity), Decimal(amount), refund=refund, **more)


@tagged("post_install", "-at_install")
class TestCreditCap(BaseCase):
    def test_what_stands_on_either_document_counts_by_its_sign(self):
        charged = Tally(Decimal(3), Decimal(0), Decimal(30), Decimal(0), 1)
        given = Tally(Decimal(0), Decimal(3), Decimal(0), Decimal(30), 1)
        self.assertEqual(_line(3, 30), charged)
        self.assertEqual(_line(-3, -30), given)
        self.assertEqual(_line(3, 30, refund=True), given)
        self.assertEqual(_line(-3, -30, refund=True), charged)

    def test_advance_has_money_and_no_quantity_and_its_deduction_neither(self):
        self.assertEqual(
            _line(1, 300, advance=True), Tally(invoiced_amount=Decimal(300), items=1)
        )
        self.assertEqual(
            _line(1, 300, refund=True, advance=True),
            Tally(credited_amount=Decimal(300), items=1),
        )
        self.assertFalse(_line(-1, -300, advance=True))
        self.assertFalse(_line(-1, -300, refund=True, advance=True))

    def test_other_currency_has_a_quantity_and_no_money(self):
        count = _line(3, 30, comparable=False)
        self.assertEqual(count, Tally(invoiced=Decimal(3), foreign=1))
        self.assertIsNone(amount_left(count + _line(3, 99, refund=True)))

    def test_what_is_beyond_is_told_for_quantity_and_money(self):
        count = _line(5, 50) + _line(6, 48, refund=True)
        self.assertEqual(over(count), (Decimal(1), Decimal(0)))
        self.assertEqual(over(count, Decimal(1)), (Decimal(0), Decimal(0)))
        count = _line(5, 50) + _line(4, 60, refund=True)
        self.assertEqual(over(count), (Decimal(0), Decimal(10)))
        self.assertEqual(quantity_left(count), 1)

    def test_discount_is_given_back_below_zero(self):
        invoiced = _line(1, -100)
        self.assertEqual(over(invoiced + _line("0.5", -50, refund=True))[1], 0)
        self.assertEqual(over(invoiced + _line(1, -100, refund=True))[1], 0)
        self.assertEqual(over(invoiced + _line(1, -130, refund=True))[1], 30)

    def test_two_documents_have_no_slack(self):
        count = _line(1, "10.00") + _line(1, "10.01", refund=True)
        self.assertEqual(over(count, unit=CENT)[1], CENT)

    def test_parts_that_each_round_are_never_too_much(self):
        """Whatever the price and the portions, up to five notes and two invoices."""
        chance = random.Random(7)
        for _time in range(4000):
            price = Decimal(chance.randrange(1, 9999)) / 1000
            parts = [
                Decimal(chance.randrange(1, 400)) / 100
                for _n in range(chance.randrange(1, 6))
            ]
            whole = sum(parts)
            cut = whole * chance.randrange(1, 4) / 4
            count = Tally()
            for quantity in filter(None, (cut, whole - cut)):
                count += _line(quantity, _rounded(quantity * price))
            for quantity in parts:
                count += _line(quantity, _rounded(quantity * price), refund=True)
                self.assertEqual(over(count, unit=CENT), (0, 0), (price, parts, cut))

    def test_order_of_the_lines_does_not_matter_and_each_can_be_taken_out(self):
        lines = [
            _line(5, 50),
            _line(-1, -10),
            _line(2, 20, refund=True),
            _line(-1, -10, refund=True),
        ]
        whole = sum(lines, Tally())
        for order in itertools.permutations(lines):
            self.assertEqual(sum(order, Tally()), whole)
            self.assertEqual(whole - order[0] + order[0], whole)
        self.assertFalse(whole - whole)

    def test_only_what_leaves_less_to_credit_needs_a_row(self):
        self.assertFalse(_line(5, 50).lowers)
        self.assertFalse(_line(1, -100).lowers)
        self.assertFalse(_line(1, 300, advance=True).lowers)
        self.assertTrue(_line(5, 50, refund=True).lowers)
        self.assertTrue(_line(1, 300, refund=True, advance=True).lowers)
        self.assertTrue((Tally() - _line(5, 50)).lowers)
        self.assertTrue((Tally() - _line(1, 300, advance=True)).lowers)


def _rounded(amount):
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
