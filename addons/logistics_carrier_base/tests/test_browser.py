from odoo.tests import HttpCase, tagged

from odoo.addons.logistics_events.tests.hoot import HootCase

from .common import CarrierCommon


@tagged("post_install", "-at_install")
class TestBrowser(HootCase):
    def test_components(self):
        self._run_suites("@logistics_carrier_base/simulate/simulate_widget_bogus")
