"""Three people walk through the screens of all addons, each along their own work."""

from unittest.mock import patch

from delivered_case import DeliveredCase

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.logistics_carrier_base.sandbox.server import SandboxServer

PATIENCE = 180  # Seconds.
API_KEY = "tours"


@tagged("post_install", "-at_install", "standard")
class TestStoryTours(DeliveredCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["logistics.action.mode"]._switch(cls.company, "credit", "on")

    def _person(self, *roles):
        """Return the login of somebody with the roles that go with a desk."""
        person = new_test_user(
            self.env,
            login=f"story-{roles[0].rpartition('_')[2]}",
            # Odoo gives the second to everybody it invites.
            groups=",".join([*roles, "base.group_partner_manager"]),
            odoobot_state="disabled",
        )
        return person.login

    def _scans(self, *codes):
        """Return scans of the sandbox carrier that happen now."""
        now = fields.Datetime.now().isoformat() + "+00:00"
        return [{"code": code, "at": now} for code in codes]

    def _credited(self, customer, number):
        """Return an order that is invoiced, and whose delivery is withdrawn then."""
        order = self._sell(2, partner_id=customer.id)
        self._ship(order.picking_ids, number)
        self._hand_in(self._body(number, *self._scans("PUP", "OFD", "DLV")))
        self._take()
        mistake = self._scans("DLV")[0] | {"row": 4, "withdraws": 3}
        self._hand_in(self._body(number, mistake))
        self._take()
        return order

    def test_finance(self):
        held = self._sell(5)
        self._ship(held.picking_ids, "STORY100")
        self._hand_in(self._body("STORY100", *self._scans("PUP", "OFD")))
        customer = self.env["res.partner"].create({"name": "Dalton Marine"})
        credited = self._credited(customer, "STORY200")
        login = self._person(
            "logistics_events.logistics_events_group_finance",
            "sales_team.group_sale_salesman_all_leads",
        )
        self.start_tour(
            "/odoo/deliveries-pending-invoicing",
            "logistics_story_finance",
            login=login,
            timeout=PATIENCE,
        )
        self.assertFalse(held.invoice_ids)
        self.assertEqual(credited.invoice_ids.state, "posted")
        approval = self.env["logistics.approval"].search(
            [("order_id", "=", credited.id)]
        )
        self.assertRecordValues(approval, [{"state": "approved"}])
        self.assertEqual(approval.decided_by_ids.login, login)

    def test_warehouse(self):
        customer = self.env["res.partner"].create({"name": "Orchard Farms"})
        order = self._sell(1, partner_id=customer.id)
        order.picking_ids.carrier_id = False
        shipment = self._ship(order.picking_ids)
        login = self._person("logistics_events.logistics_events_group_user")
        self.start_tour(
            "/odoo/shipments",
            "logistics_story_warehouse",
            login=login,
            timeout=PATIENCE,
        )
        self.assertEqual(shipment.state, "delivered")
        self.assertRecordValues(
            shipment.proof_ids,
            [{"signer": "M. Orchard", "create_uid": self._id(login)}],
        )
        self._take()
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_integration(self):
        order = self._sell(3)
        shipment = self._ship(order.picking_ids, "STORY300")
        self._hand_in(self._body("STORY300", *self._scans("PUP", "ZZ9")), b'{"parcels"')
        forged = self._scheme(self.connection).new_secret()
        body = self._body("STORY300", *self._scans("DLV"))
        self.assertEqual(self._push(body, secret=forged).status_code, 401)
        login = self._person("logistics_events.logistics_events_group_integration")
        no_http = patch.object(
            # The test server answers one request at a time.
            type(self.connection),
            "_post_to_own_address",
            lambda connection, body, headers: (False, 0, ""),
        )
        with SandboxServer(api_key=API_KEY) as server, no_http:
            self.connection.write({"base_url": server.url, "credential": API_KEY})
            self.start_tour(
                "/odoo/logistics-connections",
                "logistics_story_integration",
                login=login,
                timeout=PATIENCE,
            )
        self.env["logistics.message"]._drain_batch(200)
        self.assertEqual(shipment.state, "delivered")
        self._take()
        self.assertEqual(order.invoice_ids.state, "posted")

    def _id(self, login):
        return self.env["res.users"].search([("login", "=", login)]).id
