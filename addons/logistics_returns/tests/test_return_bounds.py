from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..return_bounds import Gone, fees, number, refusal


def _gone(delivered, returned=0, under_way=0, lots=None):
    lots = {lot: _gone(*figures) for lot, figures in (lots or {}).items()}
    return Gone(Decimal(delivered), Decimal(returned), Decimal(under_way), lots)


@tagged("post_install", "-at_install")
class TestReturnBounds(BaseCase):
    def _refusal(self, asked, gone, **more):
        return refusal(Decimal(asked), gone, **more)

    def test_left_is_what_is_neither_back_nor_under_way(self):
        self.assertEqual(_gone(10, 3, 2).left, 5)

    def test_left_is_never_negative(self):
        self.assertEqual(_gone(5, 4, 3).left, 0)

    def test_odoo_accepts_ninety_nine_of_five_and_we_do_not(self):
        self.assertEqual(self._refusal(99, _gone(5)), "too_many")
        self.assertEqual(self._refusal(5, _gone(5)), "")

    def test_what_is_on_its_way_back_is_not_asked_for_again(self):
        self.assertEqual(self._refusal(3, _gone(5, 0, 3)), "under_way")
        self.assertEqual(self._refusal(3, _gone(5, 3, 0)), "too_many")
        self.assertEqual(self._refusal(2, _gone(5, 0, 3)), "")

    def test_nothing_and_less_is_no_return(self):
        for asked in ("0", "-1"):
            self.assertEqual(self._refusal(asked, _gone(5)), "nothing")

    def test_what_never_left_does_not_come_back(self):
        self.assertEqual(self._refusal(1, _gone(0)), "not_delivered")

    def test_units_are_not_cut(self):
        step = Decimal("0.5")
        self.assertEqual(self._refusal("1.2", _gone(5), step=step), "parts")
        self.assertEqual(self._refusal("1.5", _gone(5), step=step), "")

    def test_serial_number_of_another_delivery_is_refused(self):
        gone = _gone(2, lots={"S1": (1,), "S2": (1, 1)})
        self.assertEqual(self._refusal(1, gone, lot="S9"), "other_lot")
        self.assertEqual(self._refusal(1, gone, lot="S2"), "too_many")
        self.assertEqual(self._refusal(1, gone, lot="S1"), "")

    def test_lot_under_way_is_said_to_be_so(self):
        gone = _gone(4, 0, 2, lots={"L": (2, 0, 2), "M": (2,)})
        self.assertEqual(self._refusal(1, gone, lot="L"), "under_way")
        self.assertEqual(self._refusal(2, gone, lot="M"), "")

    def test_lot_never_gives_more_than_the_line(self):
        gone = _gone(4, 3, 0, lots={"L": (4, 0, 0)})
        self.assertEqual(gone.left_of("L"), 1)
        self.assertEqual(gone.left_of("unknown"), 0)
        self.assertEqual(self._refusal(2, gone, lot="L"), "too_many")

    def test_fees_never_make_a_credit_negative(self):
        wanted = (Decimal(15), Decimal(10))
        self.assertEqual(fees(Decimal(100), wanted), wanted)
        self.assertEqual(fees(Decimal(20), wanted), (15, 5))
        self.assertEqual(fees(Decimal(0), wanted), (0, 0))

    def test_figures_are_exact_finite_and_not_negative(self):
        for value in ("NaN", "Infinity", "1e15", "-1"):
            with self.subTest(value), self.assertRaises(ValueError):
                number(Decimal(value))
        self.assertEqual(number(Decimal(-1), signed=True), -1)
        with self.assertRaises(TypeError):
            number(1.5)
        with self.assertRaises(ValueError):
            _gone(-1)
        with self.assertRaises(ValueError):
            fees(Decimal(5), [Decimal(-1)])
