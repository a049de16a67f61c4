from odoo.fields import Command
from odoo.tests import tagged

from .dispute_common import DisputeCommon


@tagged("post_install", "-at_install")
class TestFreightStory(DisputeCommon):
    """A demo story about freight tells what was booked, billed and disputed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "NB1001")
        cls._report(cls.shipment, "picked_up")
        cls._take()
        cls.charge = cls.shipment.logistics_charge_ids
        cls.story = cls.env["logistics.demo.story"].create(
            {
                "name": "Freight",
                "sentence": "Freight is accrued.",
                "plain_odoo": "Would have waited for the bill.",
                "company_id": cls.company.id,
                "order_ids": [Command.set(cls.order.ids)],
                "is_freight": True,
            }
        )

    def _entry(self):
        return self.charge.posting_ids.filtered(lambda one: one.key == "accrual")

    def test_it_names_the_entry_of_the_accrual(self):
        self.assertEqual(self.story.document_count, 1)
        self.assertEqual(
            self.story.document_text, f"Entry {self._entry().move_id.name}"
        )

    def test_a_story_about_invoices_does_not(self):
        self.story.is_freight = False
        self.assertEqual(self.story.document_count, 0)
        self.assertEqual(self.story.document_text, "No document yet.")

    def test_it_names_bill_and_disputes(self):
        bill = self._bill([(self.charge, "120", "20")], number="NB-77")
        bill.line_ids.shipment_id = self.shipment
        dispute = self._post_bill(bill)
        again = self._bill([], number="nb 77", duplicate_of_id=bill.id, state="stopped")
        self.story.invalidate_recordset()
        text = self.story.document_text
        for word in (
            f"{bill.display_name}: Posted",
            bill.move_id.name,
            f"{again.display_name}: Stopped",
            f"{dispute.name}: Open",
        ):
            self.assertIn(word, text)
        self.assertEqual(self.story._documents(), self._entry().move_id | bill.move_id)

    def test_it_is_about_purchases_as_well(self):
        supplier = self.env["res.partner"].create({"name": "Supplier"})
        purchase = self.env["purchase.order"].create({"partner_id": supplier.id})
        self.story.write(
            {
                "order_ids": [Command.clear()],
                "purchase_ids": [Command.set(purchase.ids)],
            }
        )
        self.assertEqual(self.story.order_names, purchase.name)

    def test_a_bill_leads_to_its_disputes(self):
        bill = self._bill([(self.charge, "120", "20")])
        self.assertEqual(bill.dispute_count, 0)
        dispute = self._post_bill(bill)
        bill.invalidate_recordset()
        self.assertEqual(bill.dispute_count, 1)
        window = bill.with_user(self.finance).action_open_disputes()
        self.assertEqual(
            (window["res_model"], window["res_id"]), (dispute._name, dispute.id)
        )
