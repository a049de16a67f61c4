"""What the tests of the overview look at."""

from .common import LogisticsCommon


class OverviewCase(LogisticsCommon):
    """An order to ship, a shipment under way, and two problems."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.users"].browse(cls.env.uid).tz = "UTC"
        cls.open_order = cls._sell(2)
        cls.shipment = cls._ship(cls._sell(3).picking_ids, "OVR100")
        cls.Exception_ = cls.env["logistics.exception"]
        cls.Exception_._open(
            "no_news",
            cls.shipment,
            "Nothing heard",
            shipment=cls.shipment,
            amount=300.0,
        )
        cls.Exception_._open("security", cls.shipment, "Two contents", amount=20.0)

    def _overview(self, role="manager", companies=None):
        companies = companies or self.company
        return (
            self.env["logistics.overview"]
            .with_user(self.people[role])
            .with_context(allowed_company_ids=companies.ids, tz="UTC")
        )

    def _tiles(self, role="manager", company_ids=None, companies=None):
        found = self._overview(role, companies).get_tiles(company_ids)
        return {tile["key"]: tile for tile in found["tiles"]}

    def _behind(self, overview, action):
        return overview.env[action["res_model"]].search(action["domain"])
