from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_freight_setup import SetupCase


@tagged("post_install", "-at_install")
class TestFreightStep(SetupCase):
    """The panel of the guided set-up has a step about freight."""

    def _panel(self, company, role="finance"):
        overview = self.env["logistics.overview"].with_user(self.people[role])
        overview = overview.with_context(allowed_company_ids=company.ids)
        return overview, {
            step["name"]: step for step in overview.get_tiles()["setup"]["steps"]
        }

    def _step(self, company, role="finance"):
        return self._panel(company, role)[1]["action_open_logistics_freight"]

    def test_step_is_ticked_once_there_are_books_and_terms(self):
        company = self._company("Step")
        self.assertFalse(self._step(company)["done"])
        setup = self._setup(company)
        setup.carrier_ids.partner_id = False
        setup.action_apply()
        self.assertFalse(company._logistics_freight_books().missing)
        self.assertFalse(self._step(company)["done"])
        self.env["logistics.freight.terms"].create(
            {
                "company_id": company.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.vendor.id,
            }
        )
        self.assertTrue(self._step(company)["done"])

    def test_terms_alone_are_not_enough(self):
        company = self._company("No books")
        self.env["logistics.freight.terms"].create(
            {
                "company_id": company.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.vendor.id,
            }
        )
        self.assertFalse(self._step(company)["done"])

    def test_branch_takes_what_its_parent_has(self):
        company = self._company("Parent")
        self._setup(company).action_apply()
        self.env["logistics.freight.terms"].search(
            [("company_id", "=", company.id)]
        ).unlink()
        self.env["logistics.freight.terms"].create(
            {
                "company_id": company.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.vendor.id,
            }
        )
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": company.id}
        )
        self.finance.company_ids |= branch
        self.assertTrue(self._step(branch)["done"])

    def test_step_opens_the_set_up_of_its_company(self):
        company = self._company("Opened")
        overview, steps = self._panel(company)
        window = overview.open_setup_step(steps["action_open_logistics_freight"]["id"])
        self.assertEqual(window["res_model"], "logistics.freight.setup")
        setup = self.env["logistics.freight.setup"].browse(window["res_id"])
        self.assertEqual(setup.company_id, company)

    def test_step_is_for_finance(self):
        manager = self.people["manager"]
        company = self._company("Who")
        manager.company_ids |= company
        self.assertFalse(self._step(company, "manager")["may"])
        overview, steps = self._panel(company, "manager")
        with self.assertRaises(AccessError):
            overview.open_setup_step(steps["action_open_logistics_freight"]["id"])
