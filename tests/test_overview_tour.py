"""Somebody in operations begins the day with the overview."""

from delivered_case import DeliveredCase

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install", "standard")
class TestOverviewTour(DeliveredCase, HttpCase):
    def test_from_each_number_to_its_list(self):
        customer = self.env["res.partner"].create({"name": "Morning Machines"})
        order = self._sell(5, partner_id=customer.id)
        shipment = self._ship(order.picking_ids, "MORNING1")
        now = fields.Datetime.now().isoformat() + "+00:00"
        self._hand_in(self._body("MORNING1", {"code": "PUP", "at": now}), b'{"parcels"')
        self.env["logistics.exception"]._open(
            "no_news", shipment, "Nothing heard", shipment=shipment
        )
        manager = new_test_user(
            self.env,
            login="morning-manager",
            groups="logistics_events.logistics_events_group_manager,"
            "base.group_partner_manager",
            odoobot_state="disabled",
        )
        self.start_tour(
            "/odoo/logistics-overview",
            "logistics_story_overview",
            login=manager.login,
            timeout=180,
        )
