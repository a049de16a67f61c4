"""Dialogs say how many documents and how much before money moves."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestImpact(ReleaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.result = "post"
        cls.rule.waiver_amount = 500.0
        cls.finance = cls.people["finance"]

    def _shipped(self, quantity=3):
        self.order = self._sell(quantity)
        self.shipment = self._ship(self.order.picking_ids, f"I{self.order.id}")
        return self.order

    def _waived(self):
        order = self._shipped()
        self.env["logistics.release.waiver"].with_user(self.finance)._waive(
            order, order.picking_ids, "Customer confirmed by phone"
        )
        self._take()
        self.assertEqual(order.invoice_ids.state, "posted")
        return order

    def _delivered_event(self):
        return self.shipment.event_ids.filtered(
            lambda event: (
                event.event_type == "delivered" and event.classifier == "actual"
            )
        )

    def _counts(self):
        return (
            self.env["logistics.effect"].search_count([]),
            self.env["account.move"].search_count([]),
            self.env["logistics.event"].search_count([]),
            self.env["logistics.exception"].search_count([]),
        )

    # === WRONG RELEASE === #

    def test_posted_release_is_proposed_for_credit_and_released_again(self):
        order = self._waived()
        action = order.with_user(self.finance).action_logistics_propose_credit_dialog()
        self.assertIn("300.00", action["context"]["default_impact"])
        dialog = Form(
            self.env["logistics.reason"]
            .with_user(self.finance)
            .with_context(**action["context"])
        )
        dialog.reason = "It never arrived"
        dialog.save().action_confirm()
        self._take()
        credit = self._effects(order, "credit")
        self.assertRecordValues(credit, [{"state": "waiting", "quantity": 3.0}])
        self.assertFalse(order.logistics_can_propose_credit)
        self.env["logistics.release.waiver"].with_user(self.finance)._waive(
            order, order.picking_ids, "It did arrive"
        )
        self._take()
        self.assertEqual(credit.state, "superseded")

    def test_approved_proposal_is_one_credit_note(self):
        order = self._waived()
        order.with_user(self.finance).action_logistics_propose_credit("Not arrived")
        self._take()
        self._effects(order, "credit").approval_ids.with_user(
            self.clerk
        ).action_approve()
        self._take()
        refund = order.invoice_ids.filtered(lambda m: m.move_type == "out_refund")
        self.assertRecordValues(refund, [{"amount_untaxed": 300.0, "state": "posted"}])

    def test_nothing_is_proposed_where_nothing_is_invoiced(self):
        self.rule.result = "release"
        order = self._shipped()
        with self.assertRaises(UserError):
            order.with_user(self.finance).action_logistics_propose_credit("Why not")

    def test_only_finance_proposes(self):
        order = self._waived()
        for user in (self.people["user"], self.people["manager"], self.seller):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                order.with_user(user).action_logistics_propose_credit("Mistake")

    # === WHAT WOULD FOLLOW === #

    def test_withdrawal_says_what_it_would_credit_and_changes_nothing(self):
        self._shipped()
        self._deliver(self.shipment)
        self._take()
        before = self._counts()
        event = self._delivered_event().with_user(self.people["user"])
        impact = event.action_withdraw_dialog()["context"]["default_impact"]
        self.assertIn("300.00", impact)
        self.assertIn(self.order.name, impact)
        self.assertEqual(self._counts(), before)
        self.assertEqual(self.shipment.state, "delivered")

    def test_unlinking_says_what_it_would_credit(self):
        self._shipped()
        self._deliver(self.shipment)
        self._take()
        event = self._delivered_event().with_user(self.people["user"])
        action = event.action_unlink_dialog()
        self.assertIn("300.00", action["context"]["default_impact"])
        dialog = Form(
            self.env["logistics.event.relink"]
            .with_user(self.people["user"])
            .with_context(**action["context"])
        )
        dialog.reason = "Of another customer"
        dialog.save().action_relink()
        self._take()
        self.assertEqual(self._effects(self.order, "credit").state, "waiting")

    def test_linking_asks_once_more_when_money_follows(self):
        self._shipped()
        first, order = self.shipment, self.order
        self._deliver(first)
        self._take()
        event = self._delivered_event()
        self._shipped(2)
        dialog = self.env["logistics.event.relink"].create(
            {
                "event_ids": event.ids,
                "shipment_id": self.shipment.id,
                "reason": "Numbers were mixed up",
            }
        )
        again = dialog.action_relink()
        self.assertEqual(again["res_id"], dialog.id)
        self.assertTrue(dialog.impact)
        self.assertEqual(event.shipment_id, first)
        dialog.action_relink()
        event.invalidate_recordset()
        self.assertEqual(event.shipment_id, self.shipment)
        self._take()
        self.assertEqual(self._effects(order, "credit").state, "waiting")

    def test_deed_without_money_says_so(self):
        self._shipped()
        self._report(self.shipment, "in_transit")
        event = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "in_transit"
        )
        impact = event.action_withdraw_dialog()["context"]["default_impact"]
        self.assertIn("No document", impact)

    def test_refused_deed_says_nothing(self):
        self._shipped()
        self._deliver(self.shipment)
        event = self._delivered_event().with_user(self.people["auditor"])
        self.assertEqual(
            event.action_withdraw_dialog()["context"]["default_impact"], ""
        )

    # === CONFLICTS === #

    def _contested(self):
        self._shipped()
        now = fields.Datetime.now()
        for content, kind in (("one", "delivered"), ("two", "refused")):
            self._report(
                self.shipment,
                kind,
                key="same",
                content=content,
                occurred_at=now,
            )
        self.shipment.invalidate_recordset()
        self.assertTrue(self.shipment.has_conflict)
        return self.env["logistics.exception"]._find_open("conflict", self.shipment)

    def test_finance_chooses_the_right_report_and_puts_it_back(self):
        exception = self._contested().with_user(self.finance)
        action = exception.action_choose_event()
        dialog = (
            self.env["logistics.event.choose"]
            .with_user(self.finance)
            .with_context(**action["context"])
            .create({"reason": "The customer confirmed it"})
        )
        dialog.right_id = dialog.candidate_ids.filtered(
            lambda event: event.content_hash == "one"
        )
        again = dialog.action_choose()
        self.assertEqual(again["res_id"], dialog.id)
        self.assertTrue(self.shipment.has_conflict)
        dialog.action_choose()
        self.shipment.invalidate_recordset()
        self.assertFalse(self.shipment.has_conflict)
        self.assertEqual(self.shipment.state, "delivered")
        event = dialog.right_id
        event.invalidate_recordset()
        self.assertEqual(event.standing, "withdrawn")
        event.action_put_back("It was another parcel")
        self.shipment.invalidate_recordset()
        self.assertTrue(self.shipment.has_conflict)

    def test_finance_puts_back_nothing_that_operations_withdrew(self):
        self._shipped()
        self._deliver(self.shipment)
        event = self._delivered_event()
        event.with_user(self.people["user"]).action_withdraw("Wrong door")
        event.invalidate_recordset()
        with self.assertRaises(AccessError):
            event.with_user(self.finance).action_put_back("It was right")
