from odoo.tests import HttpCase, tagged

from .portal_case import PortalCase


@tagged("post_install", "-at_install")
class TestPortalTour(PortalCase, HttpCase):
    def test_customer_follows_a_parcel(self):
        self._happen("picked_up", hours=3)
        self._happen("refused", hours=1)
        self.start_tour("/my/home", "logistics_portal_tour", login="portal-hansen")
