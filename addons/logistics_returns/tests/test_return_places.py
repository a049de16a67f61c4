from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnPlaces(ReturnCommon):
    """Where returned goods are put is chosen company by company."""

    def _place(self, usage="internal", company=None):
        return self.env["stock.location"].create(
            {
                "name": f"A place for {usage}",
                "usage": usage,
                "company_id": (company or self.company).id,
            }
        )

    def test_settings_choose_the_places_of_their_company(self):
        work, scrap = self._place("internal"), self._place("inventory")
        self.env["res.config.settings"].create(
            {
                "logistics_return_refurbish_id": work.id,
                "logistics_return_scrap_id": scrap.id,
            }
        ).execute()
        found = [
            self.company._logistics_return_place(name)
            for name in ("refurbish", "scrap")
        ]
        self.assertEqual(found, [work, scrap])

    def test_a_place_is_of_the_right_kind_and_of_the_same_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        for name, place in (
            ("refurbish", self._place("inventory")),
            ("refurbish", self._place("internal", other)),
            ("scrap", self._place("internal")),
        ):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.company[f"logistics_return_{name}_id"] = place

    def test_a_branch_without_a_place_uses_the_one_of_its_parent(self):
        self.company.logistics_return_refurbish_id = self._place()
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.assertEqual(
            branch._logistics_return_place("refurbish"),
            self.company.logistics_return_refurbish_id,
        )
        self.assertFalse(branch._logistics_return_place("scrap"))
