from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .overview_case import OverviewCase

ROLES = ("user", "manager", "finance", "integration", "auditor")


@tagged("post_install", "-at_install")
class TestOverview(OverviewCase):
    """The numbers of the overview, and that each opens exactly what it counts."""

    # === TILES === #

    def test_every_tile_opens_exactly_what_it_counts_for_every_role(self):
        self._report(self.shipment, "delivered")
        for role in ROLES:
            overview = self._overview(role)
            for key, tile in self._tiles(role).items():
                with self.subTest(role=role, tile=key):
                    action = overview.get_list(key)
                    self.assertEqual(len(self._behind(overview, action)), tile["count"])
                    self.assertEqual(action["context"], {})

    def test_every_row_of_a_tile_opens_exactly_what_it_counts(self):
        overview = self._overview()
        parts = self._tiles()["problems"]["parts"]
        self.assertGreaterEqual(
            {part["part"] for part in parts}, {"no_news", "security"}
        )
        for part in parts:
            action = overview.get_list("problems", None, part["part"])
            with self.subTest(part=part["label"]):
                self.assertEqual(len(self._behind(overview, action)), part["count"])

    def test_orders_wait_until_everything_has_left(self):
        before = self._tiles()["orders"]["count"]
        order = self._sell(4)
        self.assertEqual(self._tiles()["orders"]["count"], before + 1)
        picking = order.picking_ids
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self._tiles()["orders"]["count"], before + 1)
        self._ship(order.picking_ids - picking)
        self.assertEqual(self._tiles()["orders"]["count"], before)

    def test_a_return_that_is_expected_is_no_order_to_ship(self):
        before = self._tiles()["orders"]["count"]
        picking = self.shipment.picking_ids
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        wizard.action_create_returns()
        self.assertEqual(self._tiles()["orders"]["count"], before)

    def test_delivered_without_proof_counts_what_nobody_signed_for(self):
        before = self._tiles()["without_proof"]["count"]
        self._report(self.shipment, "delivered")
        self.assertEqual(self._tiles()["without_proof"]["count"], before + 1)
        signed = self._ship(self._sell(1).picking_ids, "OVR200")
        self._report(signed, "delivered", signer="K. Hansen")
        self.assertTrue(signed.is_signed)
        self.assertEqual(self._tiles()["without_proof"]["count"], before + 1)

    def test_a_recorded_proof_takes_a_delivery_off_the_tile(self):
        self._report(self.shipment, "delivered")
        before = self._tiles()["without_proof"]["count"]
        proof = self.env["logistics.proof"].create(
            {"shipment_id": self.shipment.id, "proof_at": fields.Datetime.now()}
        )
        self.assertEqual(self._tiles()["without_proof"]["count"], before - 1)
        proof.sudo().withdrawn_at = fields.Datetime.now()
        self.assertEqual(self._tiles()["without_proof"]["count"], before)

    def test_problems_sum_up_what_they_are_worth_and_name_the_oldest(self):
        oldest = fields.Datetime.now() - timedelta(days=3)
        exception = self.Exception_.search([("summary", "=", "Nothing heard")])
        exception.first_at = oldest
        tile = self._tiles()["problems"]
        found = self.Exception_.search(
            [("state", "=", "open"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(tile["count"], len(found))
        self.assertEqual(
            tile["values"],
            [
                {
                    "currency_id": self.company.currency_id.id,
                    "amount": sum(found.mapped("amount")),
                }
            ],
        )
        self.assertEqual(
            tile["oldest"], fields.Datetime.to_string(min(found.mapped("first_at")))
        )

    def test_a_snoozed_problem_is_not_counted(self):
        before = self._tiles()["problems"]["count"]
        self.Exception_.search([("summary", "=", "Nothing heard")]).action_snooze()
        self.assertEqual(self._tiles()["problems"]["count"], before - 1)

    def _asked(self, amount, currency):
        """Return a step that waits for an approval, worth something."""
        return self.env["logistics.effect"]._desire(
            [
                {
                    "company": self.company,
                    "record": self.open_order,
                    "order": self.open_order,
                    "action": "credit",
                    "key": f"overview-{currency.name}",
                    "desired": 1,
                    "amount": amount,
                    "currency": currency,
                    "approvers": 1,
                    "force_mode": "on",
                }
            ]
        )

    def test_approvals_are_worth_what_their_actions_are(self):
        own, yen = self.company.currency_id, self.env.ref("base.JPY")
        before = self._worth("approvals")
        count = self._tiles("finance")["approvals"]["count"]
        for amount, currency in ((120.5, own), (3000, yen)):
            self._asked(amount, currency)
        self.assertEqual(self._tiles("finance")["approvals"]["count"], count + 2)
        after = self._worth("approvals")
        self.assertAlmostEqual(after[own.id] - before.get(own.id, 0), 120.5)
        self.assertAlmostEqual(after[yen.id] - before.get(yen.id, 0), 3000)

    def _worth(self, key):
        values = self._tiles("finance")[key]["values"]
        return {value["currency_id"]: value["amount"] for value in values}

    def test_a_failed_action_moves_from_waiting_to_failed(self):
        step = self._asked(10.0, self.company.currency_id)
        before = self._tiles()
        step._set_state("failed")
        after = self._tiles()
        for key, change in (("backlog", -1), ("failed", 1)):
            with self.subTest(tile=key):
                self.assertEqual(after[key]["count"], before[key]["count"] + change)

    def test_only_those_who_decide_see_approvals(self):
        for role in ROLES:
            with self.subTest(role=role):
                self.assertEqual(
                    "approvals" in self._tiles(role),
                    role in ("manager", "finance", "auditor"),
                )

    def test_a_list_nobody_showed_cannot_be_opened(self):
        with self.assertRaises(UserError):
            self._overview("user").get_list("approvals")

    def test_people_without_a_role_in_logistics_are_refused(self):
        outsider = new_test_user(
            self.env, login="overview-outsider", groups="base.group_user"
        )
        overview = self.env["logistics.overview"].with_user(outsider)
        for method, args in (
            ("get_tiles", ()),
            ("get_charts", ()),
            ("get_list", ("problems",)),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(overview, method)(*args)

    # === COMPANIES === #

    def _second_company(self):
        other = self.env["res.company"].create(
            {
                "name": "Second House",
                "currency_id": self.env.ref("base.JPY").id,
            }
        )
        self.env.ref("base.JPY").active = True
        for person in self.people.values():
            person.company_ids += other
        self.Exception_._open(
            "master_data", other, "Its own", company=other, amount=5000.0
        )
        return other

    def test_amounts_of_two_currencies_are_not_added(self):
        other = self._second_company()
        tile = self._tiles(companies=self.company | other)["problems"]
        self.assertEqual(
            {value["currency_id"] for value in tile["values"]},
            {self.company.currency_id.id, other.currency_id.id},
        )

    def test_one_company_of_several_is_counted_and_listed_alone(self):
        other = self._second_company()
        both = self.company | other
        overview = self._overview(companies=both)
        tile = self._tiles(companies=both, company_ids=other.ids)["problems"]
        self.assertEqual(tile["count"], 1)
        action = overview.get_list("problems", other.ids)
        # The list is opened with both companies at work.
        self.assertEqual(self._behind(overview, action).mapped("summary"), ["Its own"])

    def test_a_company_that_is_not_at_work_cannot_be_asked_for(self):
        other = self._second_company()
        alone = self._tiles()["problems"]["count"]
        asked = self._tiles(company_ids=other.ids)["problems"]["count"]
        self.assertEqual(asked, alone)

    def test_companies_are_offered_only_when_there_is_a_choice(self):
        other = self._second_company()
        self.assertFalse(self._overview().get_tiles()["companies"])
        offered = self._overview(companies=self.company | other).get_tiles()
        self.assertEqual(
            {company["id"] for company in offered["companies"]},
            {self.company.id, other.id},
        )

    # === A FRESH DATABASE === #

    def test_an_empty_overview_leads_to_the_set_up(self):
        other = self.env["res.company"].create({"name": "Fresh House"})
        self.people["manager"].company_ids += other
        overview = self._overview(companies=other)
        fresh = overview.get_tiles()
        self.assertTrue(fresh["setup"])
        self.assertFalse(fresh["first_steps"], "The panel says the same.")
        overview.close_setup()
        fresh = overview.get_tiles()
        self.assertFalse(fresh["setup"])
        self.assertTrue(fresh["first_steps"])
        for step in fresh["first_steps"]:
            self.assertTrue(self.env.ref(step["action"]), step["title"])
        self.assertFalse(self._overview().get_tiles()["first_steps"])

    # === PAUSED === #

    def test_a_pause_is_said_first_until_it_ends(self):
        Mode = self.env["logistics.action.mode"]
        self.assertFalse(self._overview().get_tiles()["notices"])
        Mode._pause(self.company, "Stocktaking")
        for role, may_resume in (("manager", True), ("user", False)):
            with self.subTest(role=role):
                (notice,) = self._overview(role).get_tiles()["notices"]
                self.assertIn("Stocktaking", notice["text"])
                self.assertEqual(bool(notice["action"]), may_resume)
        Mode._resume(self.company)
        self.assertFalse(self._overview().get_tiles()["notices"])
