from odoo.tests import tagged

from .hoot import HootCase


@tagged("post_install", "-at_install")
class TestBrowser(HootCase):
    def test_styles_can_be_compiled(self):
        """A mistake in one file takes the styles of the whole web client away."""
        bundle = self.env["ir.qweb"]._get_asset_bundle("web.assets_backend", js=False)
        bundle.css()
        self.assertFalse(bundle.css_errors)

    def test_components(self):
        self._run_suites(
            "@logistics_events/overview/overview",
            "@logistics_events/timeline/timeline_field",
        )
