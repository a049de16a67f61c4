from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.logistics_demo_story import DEMO_PARAMETER
from .common import LogisticsCommon


@tagged("post_install", "-at_install")
class TestDemoStory(LogisticsCommon):
    """Stories are told on demo databases only, with what really came of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["logistics.demo.story"].search([]).unlink()
        cls.order = cls._sell(3)
        cls.shipment = cls._ship(cls.order.picking_ids, "STY100")
        cls._report(cls.shipment, "delivered", signer="K. Hansen")
        cls.story = cls.env["logistics.demo.story"].create(
            {
                "name": "Three pumps",
                "sentence": "Three pumps arrive and are invoiced.",
                "plain_odoo": "Would have invoiced them when they left.",
                "company_id": cls.company.id,
                "order_ids": [Command.set(cls.order.ids)],
            }
        )

    def _links(self, role="user"):
        overview = self.env["logistics.overview"].with_user(self.people[role])
        return [link["action"] for link in overview.get_tiles()["links"]]

    def test_stories_are_reached_on_a_demo_database_only(self):
        Parameter = self.env["ir.config_parameter"].sudo()
        action = "logistics_events.logistics_demo_story_action"
        Parameter.set_param(DEMO_PARAMETER, False)
        self.assertNotIn(action, self._links())
        Parameter.set_param(DEMO_PARAMETER, True)
        self.assertIn(action, self._links())
        self.story.unlink()
        self.assertNotIn(action, self._links())

    def test_a_story_shows_what_came_of_it(self):
        self.assertEqual(self.story.order_names, self.order.name)
        self.assertEqual(self.story.document_text, "No document yet.")
        invoice = self.order._create_invoices()
        self.story.invalidate_recordset()
        self.assertEqual(self.story.document_count, 1)
        self.assertIn("300.00", self.story.document_text)
        invoice.action_post()
        self.story.invalidate_recordset()
        self.assertIn(invoice.name, self.story.document_text)

    def test_each_button_opens_what_it_counts(self):
        self.order._create_invoices()
        events = self.story.action_view_events()
        found = self.env["logistics.event"].search(events["domain"])
        self.assertEqual(len(found), self.story.event_count)
        self.assertIn("delivered", found.mapped("event_type"))
        self.assertEqual(self.story.action_view_orders()["res_id"], self.order.id)
        self.assertEqual(
            self.story.action_view_documents()["res_id"], self.order.invoice_ids.id
        )

    def test_people_read_stories_and_write_none(self):
        for role, person in self.people.items():
            story = self.story.with_user(person)
            with self.subTest(role=role):
                self.assertTrue(story.read(["sentence", "document_text"]))
                with self.assertRaises(AccessError):
                    story.sentence = "Another one."

    def test_stories_of_another_company_are_closed(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.story.company_id = other
        with self.assertRaises(AccessError):
            self.story.with_user(self.people["user"]).action_view_orders()
