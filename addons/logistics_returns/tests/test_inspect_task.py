from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models.logistics_return_task import ACTIVITY
from .inspect_case import InspectCommon


@tagged("post_install", "-at_install")
class TestInspectTask(InspectCommon):
    """Received goods become a to-do while the action is on and a rule says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["logistics.policy"].search([("action", "=", "inspect")]).active = False
        cls.rule = cls.env["logistics.policy"].create(
            {"name": "Look at it", "action": "inspect"}
        )
        cls._switch("inspect")

    def _tasks(self, one):
        kind = self.env.ref(ACTIVITY)
        return one.activity_ids.filtered(lambda task: task.activity_type_id == kind)

    def _received(self, quantity=3):
        one, receipt = self._back(self._delivered(quantity)[1])
        self._take()
        return one, receipt

    def test_received_goods_are_one_to_do_until_they_are_inspected(self):
        one, _receipt = self._received()
        self.assertEqual(len(self._tasks(one)), 1)
        self._find(one, restock=1)
        self._take()
        self.assertEqual(len(self._tasks(one)), 1)
        self._find(one, restock=2)
        self._take()
        self.assertFalse(self._tasks(one))

    def test_undone_inspection_is_a_to_do_again(self):
        one, _receipt = self._received()
        finding = self._find(one, restock=3)
        self._take()
        finding.action_undo("Not looked at")
        self._take()
        self.assertEqual(len(self._tasks(one)), 1)

    def test_inspected_before_the_job_runs_is_no_to_do(self):
        one, _receipt = self._back(self._delivered(2)[1])
        self._find(one, restock=2)
        self._take()
        self.assertFalse(one.activity_ids)

    def test_to_do_is_for_whom_the_company_chose(self):
        self.company.logistics_return_inspector_id = self.people["manager"]
        one, _receipt = self._received()
        self.assertEqual(self._tasks(one).user_id, self.people["manager"])

    def test_without_a_choice_it_is_for_the_responsible_of_the_receipt(self):
        _order, picking = self._delivered(2)
        dialog = self.env["stock.return.picking"].create({"picking_id": picking.id})
        dialog.product_return_moves.quantity = 2
        receipt = dialog._create_return()
        receipt.user_id = self.inspector
        self._receive(receipt, 2)
        self._take()
        self.assertEqual(
            self._tasks(receipt.logistics_return_id).user_id, self.inspector
        )

    def test_nobody_is_given_what_they_may_not_do(self):
        self.company.logistics_return_inspector_id = self.people["finance"]
        one, _receipt = self._received()
        self.assertNotEqual(self._tasks(one).user_id, self.people["finance"])

    def test_while_it_is_off_or_watched_there_is_no_to_do(self):
        for mode in ("off", "observe"):
            with self.subTest(mode):
                self._switch("inspect", mode)
                one, _receipt = self._received()
                self.assertFalse(one.activity_ids)

    def test_switching_it_on_makes_to_dos_of_what_waits_already(self):
        Mode = self.env["logistics.action.mode"]
        self._switch("inspect", "off")
        waiting, _receipt = self._received()
        inspected, _receipt = self._received()
        self._find(inspected, restock=3)
        since = self.company._logistics_today()
        counts = {
            row["what"]: row["count"]
            for row in Mode._foresee_sums(self.company, "inspect", "on", since)
        }
        meant = self.env["logistics.return"].search_count(
            [("company_id", "=", self.company.id), ("state", "=", "received")]
        )
        self.assertEqual(counts["Returns whose goods are to be inspected"], meant)
        Mode._change(self.company, "inspect", "on")
        self._take()
        self.assertEqual(len(self._tasks(waiting)), 1)
        self.assertFalse(self._tasks(inspected))

    def test_rule_chooses_the_returns(self):
        self.rule.domain = "[('kind', '=', 'to_sender')]"
        one, _receipt = self._received()
        self.assertFalse(self._tasks(one))

    def test_rule_says_in_words_what_it_does(self):
        self.assertEqual(self.rule.trigger, "return_received")
        self.assertIn("every return", self.rule.sentence)
        self.assertIn("Received", self.rule.sentence)

    def test_nothing_else_follows_from_received_goods(self):
        with self.assertRaises(ValidationError):
            self.env["logistics.policy"].create(
                {
                    "name": "Credit at once",
                    "action": "credit",
                    "trigger": "return_received",
                }
            )
