from odoo.tests import tagged

from .hoot import HootCase


@tagged("post_install", "-at_install")
class TestBrowser(HootCase):
    def test_components(self):
        self._run_suites(
            "@logistics_events/overview/overview",
            "@logistics_events/timeline/timeline_field",
        )
