from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestReleaseOverview(ReleaseCommon):
    """The tile of what left and waits for its proof."""

    def _tile(self, role="finance"):
        overview = (
            self.env["logistics.overview"]
            .with_user(self.people[role])
            .with_context(allowed_company_ids=self.company.ids)
        )
        tiles = {tile["key"]: tile for tile in overview.get_tiles()["tiles"]}
        return overview, tiles.get("pending")

    def _worth(self, tile):
        return sum(value["amount"] for value in tile["values"])

    def test_what_left_without_proof_is_counted_with_its_value_and_age(self):
        _overview, before = self._tile()
        order = self._sell(5)
        picking = order.picking_ids
        shipment = self._ship(picking, "OVP100")
        overview, tile = self._tile()
        self.assertEqual(tile["count"], before["count"] + 1)
        self.assertAlmostEqual(self._worth(tile) - self._worth(before), 500.0)
        self.assertTrue(tile["oldest"])
        action = overview.get_list("pending")
        found = overview.env["stock.picking"].search(action["domain"])
        self.assertIn(picking, found)
        self.assertEqual(len(found), tile["count"])
        self._deliver(shipment)
        self._take()
        self.assertEqual(self._tile()[1]["count"], before["count"])

    def test_who_has_no_such_menu_has_no_such_tile(self):
        for role, sees in (
            ("user", True),
            ("manager", True),
            ("finance", True),
            ("auditor", True),
            ("integration", False),
        ):
            with self.subTest(role=role):
                self.assertEqual(bool(self._tile(role)[1]), sees)
