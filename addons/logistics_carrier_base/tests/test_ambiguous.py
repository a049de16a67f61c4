from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CarrierCommon

NUMBER = "TW100"


@tagged("post_install", "-at_install")
class TestAmbiguous(CarrierCommon):
    """Two parcels with one number: a person is asked at once, nothing is guessed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.carrier_ids = False
        cls.first = cls._ship(cls._sell().picking_ids, NUMBER)
        cls.second = cls._ship(cls._sell().picking_ids, "TW200")
        cls.second.carrier_id = cls.env["logistics.carrier"].create(
            {"name": "Southbound"}
        )
        cls.env["logistics.parcel"].create(
            {"shipment_id": cls.second.id, "tracking_number": NUMBER}
        )

    def _asked(self):
        return self.env["logistics.exception"]._find_open(
            "unmatched", self.connection, f"ambiguous:{NUMBER}"
        )

    def _choose(self, exception, shipment, role="user"):
        window = exception.with_user(self.people[role]).action_choose_parcel()
        dialog = Form(
            self.env[window["res_model"]]
            .with_user(self.people[role])
            .with_context(**window["context"])
        )
        self.assertEqual(dialog.shipment_ids[:], self.first | self.second)
        dialog.shipment_id = shipment
        dialog.save().action_choose()
        self.env["logistics.message"]._drain_batch(50)

    def test_it_is_asked_at_once_with_the_candidates(self):
        for days in (3, 0):
            self.connection.foreign_days = days
            self._hand_in(self._body(NUMBER, "PUP", "DLV" if days else "HUB"))
            self.assertEqual(len(self._asked()), 1)
        self.assertIn(self.first.name, self._asked().summary)
        self.assertIn(f"{self.second.name} (Southbound)", self._asked().summary)
        self.assertEqual({self.first.state, self.second.state}, {"dispatched"})

    def test_it_is_no_unknown_number_later(self):
        self._hand_in(self._body(NUMBER, "PUP"))
        with freeze_time(fields.Datetime.now() + timedelta(days=4)):
            self.env["logistics.connection"]._cron_watch_foreign()
        self.assertFalse(
            self.env["logistics.exception"]._find_open("unmatched", self.connection)
        )
        self.assertTrue(self._asked())

    def test_what_is_chosen_gets_the_messages_and_all_later_ones(self):
        self._hand_in(self._body(NUMBER, "PUP"))
        asked = self._asked()
        self._choose(asked, self.second)
        self.assertEqual(asked.state, "solved")
        self.assertNotIn("picked_up", self.first.event_ids.mapped("event_type"))
        self.assertIn("picked_up", self.second.event_ids.mapped("event_type"))
        self._hand_in(self._body(NUMBER, "PUP", "DLV"))
        self.assertFalse(self._asked())
        self.assertIn("delivered", self.second.event_ids.mapped("event_type"))
        self.assertNotIn("delivered", self.first.event_ids.mapped("event_type"))

    def test_choosing_another_one_undoes_it_for_what_comes(self):
        self._hand_in(self._body(NUMBER, "PUP"))
        asked = self._asked()
        self._choose(asked, self.second)
        self._choose(asked, self.first)
        self._hand_in(self._body(NUMBER, "PUP", "DLV"))
        self.assertEqual(self.first.state, "delivered")
        self.assertNotIn("delivered", self.second.event_ids.mapped("event_type"))

    def test_what_is_meant_in_one_company_says_nothing_about_another(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.connection.served_company_ids = other
        there = self.env["logistics.parcel"].create(
            {
                "shipment_id": self.env["logistics.shipment"]
                .create({"company_id": other.id, "direction": "outgoing"})
                .id,
                "tracking_number": NUMBER,
            }
        )
        here = self.first.parcel_ids
        for parcel in (here, there):
            self.connection._choose(parcel)
        self.assertEqual((here | there).chosen_connection_ids, self.connection)
        self.assertTrue(here.chosen_connection_ids)

    def test_another_partner_is_asked_about_by_itself(self):
        self._hand_in(self._body(NUMBER, "PUP"))
        self._choose(self._asked(), self.second)
        other = self._connect(name="Other", carrier_ids=[(5,)])
        Message = self.env["logistics.message"]
        Message._store(other, "manual", [self._body(NUMBER, "PUP", "HUB")], 4)
        Message._drain_batch(50)
        self.assertTrue(
            self.env["logistics.exception"]._find_open(
                "unmatched", other, f"ambiguous:{NUMBER}"
            )
        )
        self.assertFalse(self._asked())

    def test_number_that_is_not_ours_is_asked_about_no_more(self):
        self._hand_in(self._body(NUMBER, "PUP"))
        asked = self._asked()
        rule = self.env["logistics.foreign.rule"]._declare(
            self.connection, "number", [NUMBER], ""
        )
        self.assertEqual(asked.state, "solved")
        self._hand_in(self._body(NUMBER, "PUP", "HUB"))
        self.assertFalse(self._asked())
        rule.action_withdraw()
        self.assertEqual(self._asked(), asked)

    def test_only_a_candidate_is_chosen_and_not_by_everybody(self):
        self._hand_in(self._body(NUMBER, "PUP"))
        candidate = self.first.parcel_ids
        with self.assertRaises(UserError):
            self.connection._choose(candidate.browse())
        self.connection.carrier_ids = self.second.carrier_id
        with self.assertRaises(UserError):
            self.connection._choose(candidate)
        for role in ("finance", "auditor"):
            connection = self.connection.with_user(self.people[role])
            with self.subTest(role), self.assertRaises(AccessError):
                connection._choose(self.first.parcel_ids.with_user(self.people[role]))
        with self.assertRaises(UserError):
            self.env["logistics.exception"]._open(
                "unmatched", self.connection, "x"
            ).action_choose_parcel()
