"""Numbers of somebody else: asked about once per connection, then never again."""

import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CarrierCommon


@tagged("post_install", "-at_install")
class TestForeign(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Unmatched = cls.env["logistics.message.unmatched"]
        cls.Rule = cls.env["logistics.foreign.rule"]

    def _hear_of(self, *numbers):
        self._hand_in(*(self._body(number, "PUP") for number in numbers))

    def _watch(self, days=4):
        """Look for numbers that waited too long, some days from now."""
        now = fields.Datetime.now() + timedelta(days=days)
        with patch.object(fields.Datetime, "now", lambda: now):
            self.env["logistics.connection"]._cron_watch_foreign()
        return self._open()

    def _open(self):
        return self.env["logistics.exception"]._find_open("unmatched", self.connection)

    def _later(self, days=4):
        """Let the numbers have waited for some days."""
        self.env.cr.execute(
            "UPDATE logistics_message_unmatched SET first_seen_at = first_seen_at "
            "- interval '1 day' * %s",
            [days],
        )
        self.env.invalidate_all()

    # === ONE EXCEPTION === #

    def test_unknown_numbers_are_one_exception_after_some_days(self):
        self._hear_of("F1", "F2", "F3")
        self._hear_of("F1")
        self.assertFalse(self._watch(2))
        found = self._watch(4)
        self.assertRecordValues(found, [{"count": 3, "res_id": self.connection.id}])
        self.assertEqual(self._watch(5), found)
        self.assertEqual(found.count, 3)

    def test_days_are_those_of_the_connection(self):
        self._hear_of("F1")
        self.connection.foreign_days = 10
        self.assertFalse(self._watch(9))
        self.assertTrue(self._watch(11))

    def test_zero_days_ask_never_and_close_what_is_open(self):
        self._hear_of("F1")
        found = self._watch()
        self.connection.foreign_days = 0
        self.assertFalse(self._watch(900))
        self.assertEqual(found.state, "solved")

    def test_delivery_with_the_number_solves_it(self):
        self._hear_of("F1")
        found = self._watch()
        shipment = self._ship(self._sell().picking_ids, "F1")
        self.assertEqual(found.state, "solved")
        self.env["logistics.message"]._drain_batch(200)
        shipment.invalidate_recordset()
        self.assertIn("picked_up", shipment.event_ids.mapped("event_type"))

    def test_number_can_be_typed_although_the_bytes_of_its_message_are_gone(self):
        self._hear_of("F1")
        message = self.Unmatched.search([("tracking_key", "=", "F1")]).message_id
        self.env["logistics.erasure"]._erase_messages(message.ids)
        message.invalidate_recordset()
        shipment = self._ship(self._sell().picking_ids, "F1")
        self.assertTrue(shipment.parcel_ids)
        self.assertFalse(self.Unmatched.search([("tracking_key", "=", "F1")]))
        self.assertEqual(message.state, "done")

    def test_exception_opens_its_numbers(self):
        self._hear_of("F1", "F2")
        action = self._watch().action_view_unmatched()
        rows = self.Unmatched.search(action["domain"])
        self.assertEqual(set(rows.mapped("tracking_key")), {"F1", "F2"})

    # === NOT OURS === #

    def _declare(self, kind, *values, role="user"):
        return self.Rule.with_user(self.people[role])._declare(
            self.connection, kind, list(values), "The sister company's"
        )

    def test_number_prefix_and_account_are_ignored(self):
        for kind, values, left in (
            ("number", ["f1"], {"F2", "G1"}),
            ("prefix", ["f"], {"G1"}),
            ("account", [], set()),
        ):
            with self.subTest(kind=kind):
                self._hear_of("F1", "F2", "G1")
                self._declare(kind, *values)
                waiting = self.Unmatched.search([("foreign_rule_id", "=", False)])
                self.assertEqual(set(waiting.mapped("tracking_key")), left)

    def test_ignored_numbers_are_never_asked_about_again(self):
        self._hear_of("F1")
        self._later()
        found = self._watch(0)
        self.assertTrue(found)
        self._declare("prefix", "F")
        self.assertEqual(found.state, "solved")
        self._hear_of("F7")
        self.assertFalse(self._watch(30))

    def test_withdrawn_rule_asks_again(self):
        self._hear_of("F1", "F2")
        self._later()
        rule = self._declare("prefix", "F")
        self.assertEqual(rule.ignored_count, 2)
        self.assertFalse(self._watch(0))
        rule.with_user(self.people["integration"]).action_withdraw()
        self.assertEqual(self._open().count, 2)
        with self.assertRaises(UserError):
            rule.action_withdraw()

    def test_withdrawn_rule_leaves_what_another_rule_says(self):
        self._hear_of("F1", "F2")
        prefix = self._declare("prefix", "F")
        self._declare("number", "F3")
        self._hear_of("F3")
        number = self._declare("number", "F1")
        prefix.action_withdraw()
        rows = self.Unmatched.search([("tracking_key", "=", "F1")])
        self.assertEqual(rows.foreign_rule_id, number)

    def test_ignored_number_is_read_when_a_delivery_has_it(self):
        self._hear_of("F1")
        self._declare("account")
        shipment = self._ship(self._sell().picking_ids, "F1")
        self.env["logistics.message"]._drain_batch(200)
        shipment.invalidate_recordset()
        self.assertIn("picked_up", shipment.event_ids.mapped("event_type"))

    def test_same_thing_is_not_said_twice(self):
        self._declare("account")
        self._declare("number", "F1")
        for kind, values in (("account", []), ("number", [" f 1"])):
            with self.subTest(kind=kind), self.assertRaises(UserError):
                self._declare(kind, *values)

    def test_nothing_is_no_number(self):
        for kind in ("number", "prefix"):
            with self.subTest(kind=kind), self.assertRaises(UserError):
                self._declare(kind, " ")

    def test_dialog_says_how_many_numbers_it_concerns(self):
        self._hear_of("F1", "F2", "G1")
        rows = self.Unmatched.search([("tracking_key", "in", ["F1", "G1"])])
        action = rows.with_user(self.people["user"]).action_not_ours_dialog()
        form = Form(
            self.env["logistics.foreign.declare"]
            .with_user(self.people["user"])
            .with_context(**action["context"])
        )
        self.assertEqual(form.covered_count, 2)
        form.kind = "prefix"
        form.prefix = "f"
        self.assertEqual(form.covered_count, 2)
        form.prefix = "F1"
        self.assertEqual(form.covered_count, 1)
        form.save().action_declare()
        self.assertEqual(
            set(
                self.Unmatched.search([("foreign_rule_id", "!=", False)]).mapped(
                    "tracking_key"
                )
            ),
            {"F1"},
        )

    def test_others_decide_nothing(self):
        rule = self._declare("account")
        for role in ("finance", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._declare("number", "F1", role=role)
            with self.subTest(role=role), self.assertRaises(AccessError):
                rule.with_user(self.people[role]).action_withdraw()
        with self.assertRaises(AccessError):
            rule.with_user(self.people["manager"]).write({"value": "X"})

    # === CLEAN TRAFFIC === #

    def test_clean_traffic_of_a_thousand_shipments_opens_nothing(self):
        Shipment, Parcel = self.env["logistics.shipment"], self.env["logistics.parcel"]
        last = self.env["logistics.exception"].search([], limit=1, order="id desc").id
        shipments = Shipment.create(
            [{"carrier_id": self.carrier.id} for _number in range(1000)]
        )
        Parcel.create(
            [
                {"shipment_id": shipment.id, "tracking_number": f"OK{number}"}
                for number, shipment in enumerate(shipments)
            ]
        )
        for codes in (("PUP",), ("PUP", "TRN"), ("PUP", "TRN", "OFD", "DLV")):
            bodies = [
                json.loads(self._body(f"OK{number}", *codes))["parcels"][0]
                for number in range(1000)
            ]
            self._hand_in(
                *(
                    json.dumps({"parcels": bodies[start : start + 100]}).encode()
                    for start in range(0, 1000, 100)
                )
            )
        self._watch(30)
        self.assertFalse(Shipment._find_quiet())
        self.assertEqual(
            Shipment.search_count(
                [("id", "in", shipments.ids), ("state", "=", "delivered")]
            ),
            1000,
        )
        self.assertFalse(
            self.env["logistics.exception"].search([("id", ">", last or 0)])
        )
