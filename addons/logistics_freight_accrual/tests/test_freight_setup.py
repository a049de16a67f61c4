from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_events.tests.common import LogisticsCommon
from odoo.addons.logistics_freight_accrual.books import ROLE_FIELDS

CHART = (
    ("1010", "Bank Suspense", "asset_current", False),
    ("2111", "Bills to receive", "liability_current", True),
    ("2510", "Tax Received", "liability_current", False),
    ("5000", "Cost of Goods Sold", "expense_direct_cost", False),
    ("6000", "Expenses", "expense", False),
    ("6200", "Bank Fees", "expense", False),
)


class SetupCase(LogisticsCommon):
    """Companies with charts of their own, and a person of finance who sets them up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = cls.people["finance"]
        cls.vendor = cls.env["res.partner"].create({"name": "Northbound Billing"})
        cls.env["logistics.carrier"].search(
            [("id", "!=", cls.carrier.id)]
        ).active = False

    @classmethod
    def _company(cls, name, zeros="", chart=CHART, **more):
        company = cls.env["res.company"].create({"name": name} | more)
        cls.finance.company_ids |= company
        cls.env["account.account"].with_company(company).create(
            [
                {
                    "code": code + zeros,
                    "name": label,
                    "account_type": kind,
                    "reconcile": reconcile,
                    "company_ids": [Command.set(company.ids)],
                }
                for code, label, kind, reconcile in chart
            ]
        )
        return company

    def _setup(self, company, person=None):
        Setup = self.env["logistics.freight.setup"].with_user(person or self.finance)
        Setup = Setup.with_context(allowed_company_ids=company.ids)
        return Setup.browse(Setup.action_open()["res_id"])

    def _codes(self, company):
        return {
            role: company[name].with_company(company).code
            for role, name in ROLE_FIELDS.items()
        }

    def _gaps(self, company):
        return [gap.code for gap in company._logistics_freight_gaps()]


@tagged("post_install", "-at_install")
class TestFreightSetup(SetupCase):
    """The set-up proposes, makes what is missing, and says what is left to do."""

    def test_chart_of_four_digits(self):
        company = self._company("Four")
        self._setup(company).action_apply()
        self.assertEqual(
            self._codes(company),
            {
                "freight": "6201",
                "freight_in": "5001",
                "variance": "6202",
                "accrued": "2112",
                "clearing": "2113",
            },
        )
        self.assertRecordValues(
            company.logistics_freight_accrued_account_id
            | company.logistics_freight_disputed_account_id
            | company.logistics_freight_account_id,
            [
                {"account_type": "liability_current", "reconcile": True},
                {"account_type": "liability_current", "reconcile": True},
                {"account_type": "expense", "reconcile": False},
            ],
        )
        self.assertRecordValues(
            company.logistics_freight_journal_id,
            [
                {
                    "type": "general",
                    "code": "FRT",
                    "restrict_mode_hash_table": True,
                    "company_id": company.id,
                }
            ],
        )
        self.assertFalse(company._logistics_freight_books().missing)

    def test_chart_of_eight_digits(self):
        company = self._company("Eight", zeros="0000")
        self._setup(company).action_apply()
        self.assertEqual(
            self._codes(company),
            {
                "freight": "62000001",
                "freight_in": "50000001",
                "variance": "62000002",
                "accrued": "21110001",
                "clearing": "21110002",
            },
        )

    def test_generic_chart(self):
        company = self.env["res.company"].create({"name": "Generic"})
        self.finance.company_ids |= company
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        setup = self._setup(company)
        self.assertEqual(setup.tax_id, company.account_purchase_tax_id)
        setup.action_apply()
        self.assertEqual(
            self._codes(company),
            {
                "freight": "962001",
                "freight_in": "500001",
                "variance": "962002",
                "accrued": "211101",
                "clearing": "211102",
            },
        )

    def test_no_chart_is_said_and_nothing_is_made(self):
        company = self.env["res.company"].create({"name": "Bare"})
        self.finance.company_ids |= company
        setup = self._setup(company)
        self.assertFalse(setup.has_chart)
        self.assertEqual(setup.gap_ids.mapped("code"), ["chart"])
        self.assertIn("Bare has no chart of accounts", setup.gap_ids.text)
        with self.assertRaisesRegex(UserError, "fiscal localization"):
            setup.action_apply()
        self.assertFalse(
            self.env["account.journal"].search([("company_id", "=", company.id)])
        )

    def test_accounts_that_fit_are_taken(self):
        chart = (
            *CHART,
            ("6740", "Freight Out", "expense", False),
            ("2119", "Freight Accrued", "liability_current", True),
        )
        company = self._company("Fits", chart=chart)
        self._setup(company).action_apply()
        codes = self._codes(company)
        self.assertEqual((codes["freight"], codes["accrued"]), ("6740", "2119"))
        self.assertEqual((codes["variance"], codes["clearing"]), ("6741", "2120"))

    def test_account_with_items_of_before_is_not_taken(self):
        chart = (*CHART, ("2119", "Freight Accrued", "liability_current", True))
        company = self._company("Used", chart=chart)
        accounts = company._logistics_chart().grouped("code")
        journal = self.env["account.journal"].create(
            {"name": "M", "code": "M", "type": "general", "company_id": company.id}
        )
        self.env["account.move"].with_company(company).create(
            {
                "journal_id": journal.id,
                "line_ids": [
                    Command.create({"account_id": accounts["6000"].id, "debit": 5.0}),
                    Command.create({"account_id": accounts["2119"].id, "credit": 5.0}),
                ],
            }
        ).action_post()
        self._setup(company).action_apply()
        self.assertEqual(self._codes(company)["accrued"], "2112")

    def test_doing_it_again_changes_nothing(self):
        company = self._company("Twice")
        setup = self._setup(company)
        setup.carrier_ids.partner_id = self.vendor
        setup.action_apply()
        setup.action_apply()
        before = self._state(company)
        again = self._setup(company)
        self.assertFalse(again.account_ids.filtered(lambda row: not row.account_id))
        again.action_apply()
        self.assertEqual(self._state(company), before)

    def _state(self, company):
        self.env.flush_all()
        terms = self.env["logistics.freight.terms"].search(
            [("company_id", "=", company.id)]
        )
        journals = self.env["account.journal"].search([("company_id", "=", company.id)])
        return (
            self._codes(company),
            company._logistics_chart().ids,
            journals.ids,
            [(row.id, row.write_date, row.partner_id.id) for row in terms],
            len(terms.message_ids),
        )

    def test_another_choice_than_the_proposal_counts(self):
        company = self._company("Own")
        accounts = company._logistics_chart().grouped("code")
        setup = self._setup(company)
        rows = {row.role: row for row in setup.account_ids}
        rows["freight"].account_id = accounts["6000"]
        rows["accrued"].code = "2199"
        setup.action_apply()
        codes = self._codes(company)
        self.assertEqual((codes["freight"], codes["accrued"]), ("6000", "2199"))

    def test_code_that_is_taken_is_refused(self):
        company = self._company("Taken")
        setup = self._setup(company)
        setup.account_ids[0].code = "2510"
        with self.assertRaisesRegex(UserError, "code 2510 is taken"):
            setup.action_apply()

    def test_carrier_with_a_vendor_gets_terms(self):
        company = self._company("Terms")
        setup = self._setup(company)
        self.assertEqual(setup.carrier_ids.carrier_id, self.carrier)
        setup.carrier_ids.write(
            {"partner_id": self.vendor.id, "account_numbers": "4711", "tax_share": 0.5}
        )
        setup.action_apply()
        terms = self.env["logistics.freight.terms"]._for(company, self.carrier)
        self.assertRecordValues(
            terms,
            [
                {
                    "company_id": company.id,
                    "partner_id": self.vendor.id,
                    "account_numbers": "4711",
                    "tax_share": 0.5,
                    "currency_id": company.currency_id.id,
                }
            ],
        )
        setup = self._setup(company)
        setup.carrier_ids.account_numbers = "4711, 4712"
        setup.action_apply()
        self.assertEqual(terms.account_numbers, "4711, 4712")

    def test_terms_that_were_archived_come_back(self):
        company = self._company("Again")
        setup = self._setup(company)
        setup.carrier_ids.partner_id = self.vendor
        setup.action_apply()
        terms = self.env["logistics.freight.terms"]._for(company, self.carrier)
        terms.active = False
        setup = self._setup(company)
        setup.carrier_ids.partner_id = self.vendor
        setup.action_apply()
        self.assertTrue(terms.active)

    def test_carrier_without_a_vendor_is_left_out(self):
        company = self._company("Nobody")
        self._setup(company).action_apply()
        self.assertFalse(
            self.env["logistics.freight.terms"]._for(company, self.carrier)
        )
        self.assertIn("terms", self._gaps(company))

    def test_what_is_missing_goes_away_step_by_step(self):
        company = self._company("Steps")
        self.assertEqual(self._gaps(company), ["books", "terms", "off"])
        setup = self._setup(company)
        setup.carrier_ids.partner_id = self.vendor
        setup.action_apply()
        self.assertEqual(self._gaps(company), ["numbers", "off"])
        self._setup(company).carrier_ids.account_numbers = "1"
        setup = self._setup(company)
        setup.carrier_ids.account_numbers = "1"
        setup.action_apply()
        self.assertEqual(self._gaps(company), ["off"])
        self.env["logistics.action.mode"]._switch(company, "accrue", "on")
        self.assertEqual(self._gaps(company), [])

    def test_account_that_cannot_be_reconciled_is_told(self):
        company = self._company("Loose")
        self._setup(company).action_apply()
        company.logistics_freight_accrued_account_id.reconcile = False
        self.assertIn("reconcile", self._gaps(company))

    def test_every_button_opens_something(self):
        company = self._company("Buttons")
        setup = self._setup(company)
        gap = self.env["logistics.freight.setup.gap"].with_user(self.finance)
        rows = gap.create(
            [
                {
                    "setup_id": setup.id,
                    "code": code,
                    "text": code,
                    "button": code,
                    "res_id": res_id,
                }
                for code, res_id in (
                    ("books", 0),
                    ("reconcile", 1),
                    ("hash", 1),
                    ("no_carrier", 0),
                    ("terms", self.carrier.id),
                    ("numbers", 1),
                    ("off", 0),
                    ("parent", company.id),
                )
            ]
        ).with_context(allowed_company_ids=company.ids)
        for row in rows:
            with self.subTest(code=row.code):
                self.assertTrue(row.action_open()["res_model"])

    def test_only_finance_sets_up(self):
        company = self._company("Roles")
        for role in ("user", "manager", "integration", "auditor"):
            self.people[role].company_ids |= company
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._setup(company, self.people[role])

    def test_nobody_sets_up_a_company_of_others(self):
        company = self._company("Mine")
        setup = self._setup(company)
        other = self.env["res.company"].create({"name": "Theirs"})
        setup.sudo().company_id = other
        with self.assertRaises(AccessError):
            setup.action_apply()

    def test_settings_say_what_is_missing(self):
        company = self._company("Settings")
        settings = self.env["res.config.settings"].with_company(company)
        text = settings.create({"company_id": company.id}).logistics_freight_text
        self.assertIn("Not chosen yet: Freight Journal", text)


@tagged("post_install", "-at_install")
class TestFreightSetupOfABranch(SetupCase):
    """A branch takes the accounts of its parent, and says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent = cls._company("Parent")
        cls.branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.parent.id}
        )
        cls.finance.company_ids |= cls.branch

    def test_branch_says_whose_accounts_it_takes(self):
        self._setup(self.parent).action_apply()
        accounts = self.parent._logistics_chart()
        setup = self._setup(self.branch)
        self.assertTrue(setup.is_inherited)
        self.assertIn(
            "takes the accounts and the journal of Parent", setup.inherited_text
        )
        self.assertEqual(
            setup.account_ids.account_id,
            accounts.browse([self.parent[name].id for name in ROLE_FIELDS.values()]),
        )
        setup.carrier_ids.partner_id = self.vendor
        setup.action_apply()
        self.assertFalse(any(self.branch[name] for name in ROLE_FIELDS.values()))
        self.assertFalse(self.branch.logistics_freight_journal_id)
        self.assertEqual(self.branch._logistics_chart(), accounts)
        terms = self.env["logistics.freight.terms"]._for(self.branch, self.carrier)
        self.assertEqual(terms.company_id, self.branch)

    def test_branch_of_a_bare_parent_leads_to_the_parent(self):
        setup = self._setup(self.branch)
        gap = setup.gap_ids.filtered(lambda row: row.code == "parent")
        self.assertIn("Branch takes the accounts of Parent", gap.text)
        both = (self.parent | self.branch).ids
        action = gap.with_context(allowed_company_ids=both).action_open()
        opened = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(opened.company_id, self.parent)

    def test_terms_of_the_parent_count_for_the_branch(self):
        setup = self._setup(self.parent)
        setup.carrier_ids.write({"partner_id": self.vendor.id, "account_numbers": "1"})
        setup.action_apply()
        self.assertFalse(self._setup(self.branch).carrier_ids)
        self.assertEqual(self._gaps(self.branch), ["off"])
