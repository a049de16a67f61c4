from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.http_routing.tests.common import MockRequest

from ..models.logistics_overview_live import CHANNEL
from .common import LogisticsCommon

ROLES = ("user", "manager", "finance", "integration", "auditor")


@tagged("post_install", "-at_install")
class TestOverview(LogisticsCommon):
    """The numbers of the overview, and that each opens exactly what it counts."""

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

    def _charts(self, days=7, **kwargs):
        found = self._overview(**kwargs).get_charts(days)
        return {chart["key"]: chart for chart in found}

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

    # === CHARTS === #

    def test_first_time_right_is_the_share_that_needed_nobody(self):
        chart = self._charts()["first_right"]
        before = self._numbers(chart)
        self._report(self._ship(self._sell(1).picking_ids, "OVR300"), "picked_up")
        after = self._numbers(self._charts()["first_right"])
        self.assertEqual(after, (before[0] + 1, before[1] + 1))
        late = self._ship(self._sell(1).picking_ids, "OVR301")
        self.Exception_._open("no_news", late, "Nothing", shipment=late)
        ending = self._numbers(self._charts()["first_right"])
        self.assertEqual(ending, (before[0] + 1, before[1] + 2))

    def _numbers(self, chart):
        """Return how many of how many were right, as the chart says."""
        good, _of, total = chart["text"].split()[:3]
        return int(good), int(total)

    def test_a_decision_that_was_planned_is_no_failure(self):
        before = self._numbers(self._charts()["first_right"])
        shipment = self._ship(self._sell(1).picking_ids, "OVR302")
        self.Exception_._open("approval_waiting", shipment, "Asked", shipment=shipment)
        after = self._numbers(self._charts()["first_right"])
        self.assertEqual(after, (before[0] + 1, before[1] + 1))

    def test_a_day_has_24_hours_and_the_last_is_now(self):
        labels = self._charts(days=1)["first_right"]["labels"]
        self.assertEqual(len(labels), 24)
        self.assertEqual(labels[-1], f"{fields.Datetime.now():%Y-%m-%dT%H:00}")

    def test_another_number_of_days_is_a_week(self):
        self.assertEqual(len(self._charts(days=5000)["first_right"]["labels"]), 7)

    def test_days_are_those_of_who_looks(self):
        """Late in the evening in New York it is tomorrow in UTC."""
        self.people["manager"].tz = "America/New_York"
        self.shipment.sudo()._write({"dispatched_at": "2026-07-02 02:30:00"})
        overview = self._overview().with_context(tz=False)
        with freeze_time("2026-07-02 12:00:00"):
            period = overview._period(7)
            (chart,) = overview._charts(period)[-1:]
        self.assertEqual(period.labels[-1], "2026-07-02T00:00")
        self.assertEqual(period.start, "2026-06-26 04:00:00")
        days = dict(zip(chart["labels"], chart["series"][0]["values"], strict=True))
        self.assertIsNotNone(days["2026-07-01T00:00"])

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

    # === LIVE === #

    def _notified(self):
        return [
            values
            for values in self.env.cr.precommit.data.get("bus.bus.values", ())
            if "logistics_events/overview" in values["message"]
        ]

    def _forget_notes(self):
        self.env.cr.precommit.data.pop("logistics_overview_noted", None)
        self.env.cr.precommit.data.pop("bus.bus.values", None)
        self.env.cr.precommit.clear()

    def test_a_batch_is_noted_once_and_says_nothing(self):
        self._forget_notes()
        self.env["logistics.overview"]._note_change()
        self.env["logistics.overview"]._note_change()
        (note,) = self._notified()
        self.assertIn('"payload":{}', note["message"])
        self.assertIn(CHANNEL, note["channel"])

    def test_actions_that_were_taken_are_noted(self):
        self._forget_notes()
        self.env["logistics.effect"]._take()
        self.assertEqual(len(self._notified()), 1)

    def test_only_people_in_logistics_may_listen(self):
        outsider = new_test_user(
            self.env, login="overview-listener", groups="base.group_user"
        )
        for person, hears in ((self.people["user"], True), (outsider, False)):
            with self.subTest(person=person.login):
                named = [
                    channel if isinstance(channel, str) else channel[1]
                    for channel in self._channels(person)
                    if isinstance(channel, str | tuple)
                ]
                self.assertEqual(CHANNEL in named, hears)

    def _channels(self, person):
        with MockRequest(self.env(user=person)):
            return (
                self.env["ir.websocket"]
                .with_user(person)
                ._build_bus_channel_list([CHANNEL])
            )
