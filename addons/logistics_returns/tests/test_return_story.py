from odoo.fields import Command
from odoo.tests import tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnStory(CreditCase):
    """A demo story about goods that come back tells where their return stands."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order((cls.cheap, 5))
        cls.story = cls.env["logistics.demo.story"].create(
            {
                "name": "Return",
                "sentence": "Goods come back.",
                "plain_odoo": "Would have waited for somebody.",
                "company_id": cls.company.id,
                "order_ids": [Command.set(cls.order.ids)],
                "is_return": True,
            }
        )

    def _text(self):
        self.story.invalidate_recordset()
        return self.story.document_text

    def test_it_waits_for_its_first_document(self):
        self.assertEqual(self._text(), "No document yet.")

    def test_it_names_the_return_where_nothing_is_credited(self):
        one = self._come_back(self.order.picking_ids, 2)
        self.assertEqual(self._text(), f"{one.name}: Received")

    def test_it_names_documents_and_return(self):
        self._invoice(self.order)
        one = self._bring(self.order.picking_ids, 2)
        self._take()
        note = self._notes(self.order)
        text = self._text()
        self.assertIn(
            f"Customer Credit Note {note.name} $ 20.00", text.replace("\xa0", " ")
        )
        self.assertTrue(text.endswith(f"{one.name}: Refunded"), text)

    def test_another_story_says_nothing_of_it(self):
        self._come_back(self.order.picking_ids, 2)
        self.story.is_return = False
        self.assertEqual(self._text(), "No document yet.")

    def test_it_tells_what_happened_on_the_way_back(self):
        transfer = self._come_back(self.order.picking_ids, 2).picking_ids
        transfer.carrier_tracking_ref = "BACK1"
        shipment = self.story._shipments()
        self.assertEqual(shipment.mapped("direction"), ["return"])
