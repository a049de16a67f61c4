from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.tests.common import give_secret_key

from .bill_case import BillCommon
from .bill_files import payload

ONE = ("NB1001", "base", "12.50")


@tagged("post_install", "-at_install")
class TestBillMessage(BillCommon):
    """Bills that a partner pushes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        give_secret_key(cls)
        cls.connection = cls.env["logistics.connection"].create(
            {
                "name": "Bills of Northbound",
                "adapter": "freight_bill",
                "environment": "test",
                "carrier_ids": [(6, 0, cls.carrier.ids)],
            }
        )
        cls.Message = cls.env["logistics.message"]

    def _receive(self, *bodies):
        """Store messages, read them, and return them."""
        self.Message._store(self.connection, "webhook", list(bodies), 4)
        messages = self.Message.search(
            [("connection_id", "=", self.connection.id)], order="id"
        )
        messages._process()
        return messages

    def test_bill_in_a_message_is_taken_up_once(self):
        data = self._csv(ONE, account_number="")
        message = self._receive(data)
        self.assertEqual(message.state, "done")
        file = self.File.search([("message_id", "=", message.id)])
        self.assertRecordValues(
            file.bill_ids,
            [{"carrier_id": self.carrier.id, "line_count": 1, "verdict": "new"}],
        )
        self.assertEqual(file.attachment_id.raw, data)
        message._requeue()
        message._process()
        self.assertEqual(file.bill_ids.line_count, 1)
        self.assertEqual(self.File.search_count([("message_id", "=", message.id)]), 1)

    def test_edi_is_a_message_too(self):
        message = self._receive(payload("x12_210_4010.edi"))
        file = self.File.search([("message_id", "=", message.id)])
        self.assertEqual((file.layout, file.state), ("x12_210", "done"))
        self.assertTrue(file.bill_ids)

    def test_unreadable_bill_does_not_stop_the_next_one(self):
        messages = self._receive(b"\x00\xff not a bill", self._csv(ONE))
        files = self.File.search([("message_id", "in", messages.ids)], order="id")
        self.assertEqual(files.mapped("state"), ["failed", "done"])
        self.assertTrue(self._exceptions(files[0], "unreadable"))

    def test_account_of_an_unrelated_company_is_not_followed(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        self.env["logistics.freight.terms"].create(
            {
                "company_id": sister.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.vendor.id,
                "account_numbers": "S-9",
                "currency_id": self.company.currency_id.id,
            }
        )
        message = self._receive(self._csv(ONE, account_number="S-9"))
        file = self.File.search([("message_id", "=", message.id)])
        self.assertEqual(file.bill_ids.company_id, self.company)

    def test_tracking_events_say_nothing_here(self):
        self._receive(self._csv(ONE))
        self.assertFalse(
            self.env["logistics.event"].search([("source", "=like", "freight_bill:%")])
        )
