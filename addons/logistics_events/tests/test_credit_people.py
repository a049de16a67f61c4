from odoo.tests import tagged

from .common import LogisticsCommon


@tagged("post_install", "-at_install")
class TestCreditPeople(LogisticsCommon):
    """A demand may say how many people agree to its credit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell(10)
        cls._ship(cls.order.picking_ids, "A1")
        cls.line = cls.order.order_line[0]
        cls.invoice = cls.order._create_invoices()
        cls.invoice.action_post()
        cls.env["logistics.action.mode"]._switch(cls.company, "credit", "on")

    def _want(self, key, quantity, **more):
        return self.env["logistics.credit.demand"]._want(
            self.line, "return", key, quantity, **more
        )

    def _open(self):
        return self.env["logistics.effect"].search(
            [("order_id", "=", self.order.id), ("state", "=", "waiting")]
        )

    def _notes(self):
        return self.order.invoice_ids.filtered(lambda m: m.move_type == "out_refund")

    def _rule(self, **vals):
        return self.env["logistics.policy"].create(
            {"name": "Credits", "action": "credit"} | vals
        )

    def test_nobody_is_asked_and_it_is_posted(self):
        step = self._want("1", 2, people=0)
        self.assertEqual(step.approvers_needed, 0)
        self.assertFalse(step.approval_ids)
        self._take()
        self.assertEqual(self._notes().state, "posted")

    def test_most_that_any_standing_demand_asks_for(self):
        self._want("1", 2, people=0)
        self.assertEqual(self._want("2", 1, people=2).approval_ids.needed, 2)
        self.assertEqual(self._open().quantity, 3)

    def test_demand_that_says_nothing_asks_what_the_rule_asks(self):
        self._want("1", 2, people=0)
        self.assertEqual(self._want("2", 1).approval_ids.needed, 1)

    def test_what_is_credited_already_asks_for_nobody(self):
        step = self._want("1", 2, people=1)
        step.approval_ids.with_user(self.people["finance"]).action_approve()
        self._take()
        self.assertEqual(self._want("2", 1, people=0).approvers_needed, 0)

    def test_rule_with_two_people_is_not_undercut(self):
        self._rule(approval="two")
        self.assertEqual(self._want("1", 2, people=0).approval_ids.needed, 2)

    def test_rule_with_an_amount_is_not_undercut(self):
        self._rule(approval_amount=150.0)
        self.assertEqual(self._want("1", 1, people=0).approvers_needed, 0)
        self.assertEqual(self._want("1", 2, people=0).approval_ids.needed, 2)

    def test_fewer_people_are_not_asked_once_one_agreed(self):
        first = self._want("1", 6, people=2)
        first.approval_ids.with_user(self.people["finance"]).action_approve()
        self.assertFalse(self._want("1", 6, people=1))
        self.assertEqual(first.state, "waiting")
        step = self._want("2", 1, people=1)
        self.assertEqual(first.approval_ids.state, "void")
        self.assertRecordValues(step, [{"quantity": 7, "approvers_needed": 1}])

    def test_more_people_are_asked_though_the_quantity_is_the_same(self):
        first = self._want("1", 2, people=0)
        step = self._want("1", 2, people=2)
        self.assertEqual(first.state, "superseded")
        self.assertRecordValues(step, [{"quantity": 2, "approvers_needed": 2}])

    def test_fewer_people_are_asked_while_nobody_agreed(self):
        first = self._want("1", 6, people=2)
        step = self._want("1", 6, people=1)
        self.assertEqual(first.state, "superseded")
        self.assertRecordValues(step, [{"quantity": 6, "approvers_needed": 1}])

    def test_taking_back_follows_the_rule(self):
        self._want("1", 2, people=0)
        self._take()
        self.assertEqual(self._want("1", 0, people=0).approval_ids.needed, 1)

    def test_rule_leaves_an_approved_credit_as_a_draft(self):
        self._rule(credit_draft=True)
        step = self._want("1", 2)
        step.approval_ids.with_user(self.people["finance"]).action_approve()
        self._take()
        self.assertEqual(self._notes().state, "draft")
        self.assertEqual(step.state, "done")
        self._notes().action_post()
        self.assertRecordValues(step, [{"record_state": "posted"}])
