"""Open accruals by age, on any day; the screens of charges; the tiles."""

from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.models.logistics_freight_open import ON_DAY
from odoo.addons.logistics_freight_accrual.tests.common import FreightCommon
from odoo.addons.logistics_freight_accrual.tests.dispute_common import DisputeCommon


@tagged("post_install", "-at_install")
class TestFreightOpen(FreightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Open = cls.env["logistics.freight.open"]
        cls.today = cls.company._logistics_today()

    def _accrue(self, number, days=0):
        """Return the charge of a shipment that was picked up some days ago."""
        at = datetime.combine(self.today, datetime.min.time()) - timedelta(days=days)
        shipment = self._send(number)
        self._pick_up(shipment, occurred_at=at + timedelta(hours=12))
        self._take()
        return shipment.logistics_charge_ids

    def _on(self, day):
        self.env.invalidate_all()
        return self.Open.with_context(**{ON_DAY: str(day)})

    def test_every_age_has_its_place(self):
        ages = {
            0: "030",
            30: "030",
            31: "060",
            60: "060",
            61: "090",
            90: "090",
            91: "180",
            180: "180",
            181: "over",
        }
        for days in ages:
            self._accrue(f"NB{days}", days)
        found = {row.days: row.age for row in self.Open.search([])}
        self.assertEqual(found, ages)
        [(total,)] = self.Open._read_group([], [], ["open_own_amount:sum"])
        self.assertEqual(total, 900.0)

    def test_group_by_carrier_company_and_month(self):
        self._accrue("NB1")
        self._accrue("NB2")
        rows = self.Open._read_group(
            [], ["carrier_id", "company_id"], ["open_own_amount:sum", "__count"]
        )
        self.assertEqual(rows, [(self.carrier, self.company, 200.0, 2)])
        months = self.Open._read_group([], ["service_date:month"], ["__count"])
        self.assertEqual(months[0][0], self.today.replace(day=1))

    def test_a_past_day_shows_what_was_posted_then(self):
        charge = self._accrue("NB1", 10)
        self.assertFalse(self._on(self.today - timedelta(days=11)).search([]))
        row = self._on(self.today - timedelta(days=5)).search([])
        self.assertEqual(row.charge_id, charge)
        self.assertEqual((row.days, row.open_amount), (5, 100.0))

    def test_taken_back_later_was_open_before(self):
        self.rule.trigger = "dispatched"
        shipment = self._send()
        at = datetime.combine(self.today, datetime.min.time()) - timedelta(days=10)
        self._report(shipment, "picked_up", occurred_at=at)
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertTrue(self.Open.search([]))
        charge._say(
            "write_off",
            "w1",
            amount=charge._plans()[charge].position.open,
            on=self.today,
        )
        charge._book(
            [
                (charge, row, self.env["logistics.effect"])
                for row in charge._plans()[charge].postings
            ]
        )
        charge._reckon()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(charge.open_own_amount, 0.0)
        self.assertFalse(self.Open.search([]))
        before = self._on(self.today - timedelta(days=1)).search([])
        self.assertEqual(before.open_own_amount, 100.0)

    def test_it_adds_up_to_the_proof(self):
        self._accrue("NB1", 40)
        self._accrue("NB2", 3)
        for days in (0, 5, 50):
            day = self.today - timedelta(days=days)
            [(total,)] = self._on(day)._read_group([], [], ["open_own_amount:sum"])
            proof = self.env["logistics.ledger.proof"]._prove(self.company, day)
            self.assertEqual(total or 0.0, proof.charge_amount)
            self.assertTrue(proof.is_equal)

    def test_a_row_opens_its_charge(self):
        charge = self._accrue("NB1")
        action = self.Open.search([]).action_open_charge()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("logistics.charge", charge.id)
        )

    def test_the_dialog_shows_a_day(self):
        self._accrue("NB1", 10)
        asked = self.env["logistics.freight.day"].with_user(self.people["finance"])
        asked = asked.create({"report": "open"})
        self.assertEqual(asked.day, self.today)
        asked.day = self.today - timedelta(days=20)
        action = asked.action_show()
        rows = self.Open.with_context(**action["context"]).search(action["domain"])
        self.assertFalse(rows)

    def test_who_sees_it(self):
        self._accrue("NB1")
        for role in ("finance", "auditor"):
            rows = self.Open.with_user(self.people[role]).search([])
            self.assertEqual(len(rows), 1)
            rows.read()
        with self.assertRaises(AccessError):
            self.Open.with_user(self.people["user"]).search([])
        other = self.env["res.company"].create({"name": "Sister"})
        clerk = self.people["finance"]
        clerk.sudo().write({"company_ids": [(4, other.id)], "company_id": other.id})
        rows = self.Open.with_user(clerk).with_context(allowed_company_ids=other.ids)
        self.assertFalse(rows.search([]))


@tagged("post_install", "-at_install")
class TestChargeScreen(FreightCommon):
    def test_from_the_charge_to_where_it_comes_from(self):
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.event_ids.event_type, "picked_up")
        self.assertEqual(charge.event_count, 1)
        self.assertIn("Milestone Reached", charge.told_text)
        self.assertEqual(charge.action_view_events()["res_id"], charge.event_ids.id)
        finance = charge.with_user(self.people["finance"])
        self.assertEqual(finance.move_count, 1)
        self.assertEqual(
            finance.action_view_moves()["res_id"], charge.posting_ids.move_id.id
        )
        self.assertEqual(shipment.logistics_charge_count, 1)
        move = charge.posting_ids.move_id.with_user(self.people["finance"])
        self.assertEqual(move.logistics_charge_count, 1)
        self.assertEqual(
            move.action_view_charges()["domain"], [("id", "in", charge.ids)]
        )

    def test_every_role_reads_the_form(self):
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        charge = shipment.logistics_charge_ids
        for role in ("user", "finance", "auditor"):
            with self.subTest(role=role):
                mine = charge.with_user(self.people[role])
                arch = mine.get_view(
                    self.env.ref(
                        "logistics_freight_accrual.logistics_charge_view_form"
                    ).id
                )
                self.assertIn("open_amount", arch["arch"])
                mine.web_read(
                    {
                        "event_count": {},
                        "message_count": {},
                        "problem_text": {},
                        "posting_ids": {"fields": {"reason": {}, "accrued": {}}},
                    }
                )

    def test_problems_are_told_in_words(self):
        self.terms.flat_amount = 0.0
        shipment = self._send()
        self._pick_up(shipment)
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertIn("nobody knows the price", charge.problem_text or "")


@tagged("post_install", "-at_install")
class TestFreightTiles(FreightCommon):
    def _tiles(self, role):
        overview = self.env["logistics.overview"].with_user(self.people[role])
        found = overview.get_tiles()
        return {tile["key"]: tile for tile in found["tiles"]}, overview

    def test_open_accruals_are_counted_with_value_and_age(self):
        shipment = self._send()
        self._pick_up(shipment, occurred_at=datetime(2026, 1, 5, 12))
        self._take()
        tiles, overview = self._tiles("finance")
        tile = tiles["open_accruals"]
        self.assertEqual(tile["count"], 1)
        self.assertEqual(
            tile["values"],
            [{"currency_id": self.company.currency_id.id, "amount": 100.0}],
        )
        self.assertEqual(tile["oldest"][:10], str(date(2026, 1, 5)))
        action = overview.get_list("open_accruals")
        rows = overview.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(rows), 1)
        self.assertNotIn("open_accruals", self._tiles("user")[0])
        self.assertIn("open_accruals", self._tiles("auditor")[0])

    def test_the_proof_shows_only_when_it_fails(self):
        Proof = self.env["logistics.ledger.proof"]
        today = self.company._logistics_today()
        Proof._prove(self.company, today)
        self.assertNotIn("ledger", self._tiles("finance")[0])
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": today,
                "journal_id": self.company.logistics_freight_journal_id.id,
                "line_ids": [
                    (0, 0, {"account_id": self.company[name].id, "balance": amount})
                    for name, amount in (
                        ("logistics_freight_account_id", 4.0),
                        ("logistics_freight_accrued_account_id", -4.0),
                    )
                ],
            }
        )
        move.action_post()
        Proof._prove(self.company, today)
        tiles, overview = self._tiles("auditor")
        self.assertEqual(tiles["ledger"]["values"][0]["amount"], 4.0)
        action = overview.get_list("ledger")
        self.assertEqual(
            overview.env[action["res_model"]].search_count(action["domain"]), 1
        )


@tagged("post_install", "-at_install")
class TestWaitingTiles(DisputeCommon):
    def _tile(self, key, role="finance"):
        overview = self.env["logistics.overview"].with_user(self.people[role])
        tiles = {tile["key"]: tile for tile in overview.get_tiles()["tiles"]}
        action = overview.get_list(key)
        return tiles[key], overview.env[action["res_model"]].search(action["domain"])

    def test_bills_wait_until_they_are_decided(self):
        charges = self._charges(2)
        bill = self._bill([(charges[0], "100", "0")], total_amount=119.0)
        self._bill([(charges[1], "100", "0")], number="B2", state="refused")
        tile, found = self._tile("carrier_bills")
        self.assertEqual(found, bill)
        self.assertEqual(tile["count"], 1)
        self.assertEqual(tile["values"][0]["amount"], 119.0)
        self.assertEqual(tile["parts"][0]["part"], "checked")

    def test_deadlines_count_when_they_are_near(self):
        far = self._disputed()
        far.sudo().received_on = date.today()
        tile, found = self._tile("dispute_deadlines", "auditor")
        self.assertEqual((tile["count"], len(found)), (0, 0))
        far.sudo().received_on = date.today() - timedelta(days=155)
        tile, found = self._tile("dispute_deadlines", "auditor")
        self.assertEqual(found.ids, far.ids)
        self.assertEqual(tile["values"][0]["amount"], 20.0)
