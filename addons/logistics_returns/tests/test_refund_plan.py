from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..refund_plan import Source, share


def _euros(*numbers):
    return [Decimal(number) for number in numbers]


@tagged("post_install", "-at_install")
class TestRefundPlan(BaseCase):
    """Which payments an amount is paid back through."""

    def test_first_payment_carries_what_it_can_and_the_next_the_rest(self):
        parts, rest = share(
            Decimal(70),
            [Source("new", *_euros(50)), Source("old", *_euros(100))],
        )
        self.assertEqual(parts, [("new", Decimal(50)), ("old", Decimal(20))])
        self.assertEqual(rest, 0)

    def test_never_more_than_was_taken_and_not_paid_back(self):
        parts, rest = share(
            Decimal(70),
            [Source("new", *_euros(50, 30)), Source("old", *_euros(10, 40))],
        )
        self.assertEqual(parts, [("new", Decimal(20))])
        self.assertEqual(rest, 50)

    def test_all_or_nothing_is_used_for_all_of_it_only(self):
        whole = Source("whole", *_euros(50), partial=False)
        self.assertEqual(share(Decimal(50), [whole]), ([("whole", Decimal(50))], 0))
        self.assertEqual(share(Decimal(49), [whole]), ([], 49))
        begun = Source("whole", *_euros(50, 1), partial=False)
        self.assertEqual(share(Decimal(50), [begun]), ([], 50))

    def test_nothing_is_paid_back_through_nothing(self):
        self.assertEqual(share(Decimal(5), []), ([], 5))
        self.assertEqual(share(Decimal(-5), [Source("a", *_euros(9))]), ([], 0))
