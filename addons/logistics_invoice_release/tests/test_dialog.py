from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestDialog(ReleaseCommon):
    """Create Invoice on a held order: why, and what this user may do."""

    def _dialog(self, order, user):
        action = order.with_user(user).action_logistics_create_invoice()
        return (
            self.env["logistics.release.dialog"]
            .with_user(user)
            .with_context(**action["context"])
            .create({})
        )

    def test_sentence_names_delivery_carrier_and_day(self):
        order = self._sell(3)
        picking = order.picking_ids
        shipment = self._ship(picking, "D1")
        self._report(
            shipment,
            "eta_updated",
            classifier="estimated",
            occurred_at="2030-05-06 12:00:00",
        )
        dialog = self._dialog(order, self.people["finance"])
        for word in (picking.name, self.carrier.name, "2030-05-06"):
            self.assertIn(word, dialog.reason)
        self.assertNotIn("\n", dialog.reason)

    def test_buttons_follow_the_role(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "D1")
        for user, proof, waive in (
            (self.people["finance"], True, True),
            (self.seller, False, False),
        ):
            self.assertRecordValues(
                self._dialog(order, user),
                [{"can_record_proof": proof, "can_waive": waive}],
            )

    def test_proof_is_recorded_by_warehouse_and_finance_only(self):
        for role, may in (
            ("user", True),
            ("finance", True),
            ("integration", False),
            ("auditor", False),
        ):
            order = self._sell(1)
            shipment = self._ship(order.picking_ids, f"PR{role}")
            record = self.env["logistics.proof.record"].with_user(self.people[role])
            with self.subTest(role):
                if not may:
                    with self.assertRaises(AccessError):
                        record.create(
                            {"shipment_ids": shipment.ids, "signer": "P. Hansen"}
                        ).action_record()
                    continue
                record.create(
                    {"shipment_ids": shipment.ids, "signer": "P. Hansen"}
                ).action_record()
                self._take()
                self.assertEqual(order.order_line.qty_to_invoice, 1)

    def test_nothing_can_be_proven_that_has_not_left(self):
        order = self._sell_mixed(
            (self._product(invoice_policy="order"), 3),
        )
        self.assertRecordValues(
            self._dialog(order, self.people["finance"]),
            [{"can_record_proof": False, "can_waive": False, "has_left": False}],
        )

    def test_hold_again_is_offered_while_it_can_be_undone(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "D1")
        self.rule.waiver_amount = 1e6
        order.action_logistics_decide_again()
        self.env["logistics.release.waiver"]._waive(order, order.picking_ids, "Why")
        self._take()
        self.assertTrue(self._dialog(order, self.people["finance"]).can_hold_again)

    def test_release_button_asks_why_for_what_left(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "D1")
        finance = self.people["finance"]
        action = self._dialog(order, finance).action_waive()
        waive = (
            self.env["logistics.release.waive"]
            .with_user(finance)
            .with_context(**action["context"])
            .create({"reason": "Called the customer"})
        )
        self.assertRecordValues(
            waive,
            [
                {
                    "picking_ids": order.picking_ids.ids,
                    "amount": 300.0,
                    "needs_second_person": True,
                }
            ],
        )
        waive.action_release()
        self.assertEqual(self._effects(order).state, "waiting")

    def test_proof_button_opens_the_shipments_that_wait(self):
        order = self._sell(3)
        shipment = self._ship(order.picking_ids, "D1")
        action = self._dialog(order, self.people["finance"]).action_record_proof()
        self.assertEqual(action["context"]["default_shipment_ids"], shipment.ids)

    def test_rest_can_be_invoiced_the_usual_way(self):
        order = self._sell(5)
        first = order.picking_ids
        self._deliver(self._ship_part(first, 2, "A1"))
        self._take()
        self._ship_part(order.picking_ids - first, 3, "A2")
        dialog = self._dialog(order, self.people["finance"])
        self.assertTrue(dialog.is_invoiceable)
        action = dialog.action_invoice_rest()
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(**action["context"])
            .create({})
        )
        wizard.create_invoices()
        self.assertEqual(order.invoice_ids.invoice_line_ids.quantity, 2)
