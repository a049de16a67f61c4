"""Bills that were taken back, as plain facts."""

from odoo.tests import BaseCase, tagged

from ..accrual import plan
from ..withdrawn import standing
from .charge_books import EUR, SHIPPED, fact

BILLED = (
    fact("bill", "B", "128"),
    fact("dispute", "D", "28", target="B", treatment="hold"),
    fact("concede", "O", "8", target="D"),
    fact("credit", "C", "20", target="D"),
    fact("match", "M", target="B"),
)
TAKEN_BACK = fact("withdraw", "B", target="B")


@tagged("post_install", "-at_install", "standard")
class TestWithdrawn(BaseCase):
    def test_nothing_of_the_bill_is_known_any_more(self):
        self.assertEqual(
            standing([*SHIPPED, *BILLED, TAKEN_BACK]),
            list(SHIPPED),
        )

    def test_order_does_not_matter(self):
        self.assertEqual(
            standing([TAKEN_BACK, *reversed(BILLED), *SHIPPED]), list(SHIPPED)
        )

    def test_other_bills_stay(self):
        others = [
            fact("bill", "A", "100"),
            fact("match", "N", target="A"),
            fact("dispute", "E", "5", target="A", treatment="clearing"),
            fact("concede", "P", "5", target="E"),
        ]
        self.assertEqual(standing([*BILLED, *others, TAKEN_BACK]), others)

    def test_without_any_everything_stays(self):
        self.assertEqual(standing(BILLED), list(BILLED))

    def test_charge_stands_as_if_it_was_never_billed(self):
        before = plan(SHIPPED, (), EUR)
        after = plan(standing([*SHIPPED, *BILLED, TAKEN_BACK]), (), EUR)
        self.assertEqual(after, before)
