from odoo.exceptions import UserError
from odoo.tests import tagged

from .dispatch_case import DispatchCommon


@tagged("post_install", "-at_install")
class TestDispatchRest(DispatchCommon):
    """Partners go on naming the first transfer when they report the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.picking = cls._order((cls.product, 10), number="T1")

    def setUp(self):
        super().setUp()
        self._tell_moved(self.picking, self._line(self.product, 4), key="1")
        self._take_dispatches()
        self.rest = self.picking.backorder_ids
        self.rule.dispatch_by = "person"

    def _tell_rest(self, quantity):
        self._tell_moved(self.picking, self._line(self.product, quantity), key="2")
        self._take_dispatches()
        return self._steps(self.picking).filtered(lambda step: step.state == "waiting")

    def test_rest_that_waits_for_a_person_is_shown_on_the_backorder(self):
        self._tell_rest(6)
        self.rest.invalidate_recordset(["logistics_is_reported"])
        self.assertTrue(self.rest.logistics_is_reported)
        review = self._review(self.rest)
        self.assertRecordValues(
            review, [{"picking_id": self.rest.id, "reported_text": "6 PUMP"}]
        )
        review.action_validate()
        self.assertEqual(self.rest.state, "done")
        self.assertFalse(self._open_exceptions())

    def test_rest_that_is_validated_by_hand_settles_what_is_reported_of_it(self):
        step = self._tell_rest(6)
        self._ship(self.rest)
        self.assertRecordValues(step, [{"state": "done", "pinned": True}])
        self.assertEqual(step.move_ids.picking_id, self.rest)
        self.assertFalse(self._open_exceptions())

    def test_rest_that_is_validated_by_hand_with_other_quantities_is_told(self):
        self._tell_rest(5)
        self._ship(self.rest)
        exception = self._open_exceptions("report_differs", self.rest)
        self.assertEqual(len(exception), 1)

    def test_report_that_comes_while_somebody_looks_is_not_passed_over(self):
        review = self._review(self.rest)
        step = self._tell_rest(5)
        with self.assertRaisesRegex(UserError, "changed since"):
            review.action_validate()
        self.assertEqual(step.state, "waiting")
        self.assertNotEqual(self.rest.state, "done")
