from odoo.fields import Command, Domain
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import LogisticsCommon


@tagged("post_install", "-at_install")
class TestOverviewLists(LogisticsCommon):
    """What stands behind the tiles, however it is opened."""

    def test_domains_can_be_sent_to_the_browser(self):
        """Constants only: the web client cannot read a query."""
        overview = self.env["logistics.overview"].with_user(self.people["manager"])
        for tile in overview._shown_tiles():
            with self.subTest(tile=tile.key):
                action = overview.get_list(tile.key)
                self.assertEqual(
                    Domain(action["domain"]), Domain(list(overview._domain(tile)))
                )
                self.assertNotIn("SQL(", repr(action["domain"]))

    def test_orders_opened_by_address_are_those_of_the_tile(self):
        overview = self.env["logistics.overview"].with_user(self.people["manager"])
        (tile,) = (tile for tile in overview._tiles() if tile.key == "orders")
        action = self.env.ref(tile.action)
        self.assertEqual(Domain(safe_eval(action.domain)), Domain(tile.domain))

    def test_problems_are_split_by_team_once_there_is_one(self):
        self.env["logistics.team"].search([]).active = False
        Exception_ = self.env["logistics.exception"]
        shipment = self._ship(self._sell(1).picking_ids, "OVL100")
        given = Exception_._open("no_news", shipment, "Nothing heard")
        Exception_._open("security", shipment, "Two contents")
        self.assertIn("no_news", self._problem_parts())
        team = self.env["logistics.team"].create(
            {
                "name": "Morning",
                "user_id": self.people["user"].id,
                "line_ids": [Command.create({"category": "no_news"})],
            }
        )
        given._tell()
        parts = self._problem_parts()
        self.assertEqual(parts[team.id]["label"], "Morning")
        self.assertEqual(parts[team.id]["count"], 1)
        self.assertEqual(parts[False]["label"], "Nobody's")
        for part, row in parts.items():
            with self.subTest(team=row["label"]):
                action = self._overview().get_list("problems", None, part)
                found = Exception_.search(action["domain"])
                self.assertEqual(len(found), row["count"])
                self.assertEqual(given in found, part == team.id)

    def _overview(self):
        return (
            self.env["logistics.overview"]
            .with_user(self.people["manager"])
            .with_context(allowed_company_ids=self.company.ids)
        )

    def _problem_parts(self):
        tiles = self._overview().get_tiles()["tiles"]
        (tile,) = (tile for tile in tiles if tile["key"] == "problems")
        return {part["part"]: part for part in tile["parts"]}
