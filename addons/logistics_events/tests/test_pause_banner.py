"""Whoever looks at a list sees at once that everything is paused."""

from odoo.tests import HttpCase, tagged

from .common import LogisticsCommon

# Waits for the control panel, then for what is asked for.
_LOOK = """
const end = Date.now() + 20000;
(function look() {
    const panel = document.querySelector(".o_control_panel_main");
    const banner = document.querySelector(".o_logistics_paused");
    if (panel && (%s)) {
        console.log("test successful");
    } else if (Date.now() > end) {
        console.error("The banner is not as it should be");
    } else {
        setTimeout(look, 200);
    }
})();
"""


@tagged("post_install", "-at_install")
class TestPauseBanner(LogisticsCommon, HttpCase):
    def _look(self, url, condition):
        self.browser_js(url, _LOOK % condition, login="logistics-manager", timeout=90)

    def test_list_shows_who_paused_and_why(self):
        self.people["manager"].password = "logistics-manager"
        self.env["logistics.action.mode"].with_user(self.people["manager"])._pause(
            self.company, "Stocktaking"
        )
        self._look(
            "/odoo/logistics-action-modes",
            'banner && banner.textContent.includes("Stocktaking")',
        )

    def test_list_shows_nothing_while_nothing_is_paused(self):
        self._look("/odoo/logistics-action-modes", "!banner")
