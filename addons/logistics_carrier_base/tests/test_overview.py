from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import CarrierCommon

ROLES = ("user", "manager", "finance", "integration", "auditor")


@tagged("post_install", "-at_install")
class TestCarrierOverview(CarrierCommon):
    """What the overview says about connections and messages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipment = cls._ship(cls._sell(3).picking_ids, "OVC100")

    def _overview(self, role="integration"):
        return (
            self.env["logistics.overview"]
            .with_user(self.people[role])
            .with_context(allowed_company_ids=self.company.ids)
        )

    def _tile(self, key, role="integration"):
        tiles = self._overview(role).get_tiles()["tiles"]
        return next((tile for tile in tiles if tile["key"] == key), None)

    def _chart(self, key, days=7):
        charts = self._overview().get_charts(days)
        return next(chart for chart in charts if chart["key"] == key)

    def _row(self):
        (row,) = [
            row
            for row in self._tile("connections")["parts"]
            if row["part"] == self.connection.id
        ]
        return row

    def _open(self, category):
        self.env["logistics.exception"]._open(category, self.connection, "So it is")

    def _scan(self, code):
        return {"code": code, "at": fields.Datetime.now().isoformat() + "+00:00"}

    # === CONNECTIONS === #

    def test_a_connection_that_is_well_is_a_row_and_no_trouble(self):
        before = self._tile("connections")["count"]
        self.connection.last_received_at = fields.Datetime.now()
        self.assertEqual(self._tile("connections")["count"], before)
        self.assertFalse(self._row()["tone"])
        self.assertIn("Last received", self._row()["text"])

    def test_a_connection_that_never_spoke_says_so(self):
        self.assertEqual(self._row()["text"], "Nothing received yet")

    def test_a_silent_connection_is_trouble_until_it_speaks(self):
        before = self._tile("connections")["count"]
        self._open("silent_feed")
        self.assertEqual(self._tile("connections")["count"], before + 1)
        self.assertIn("Silent", self._row()["text"])
        self.env["logistics.exception"]._solve("silent_feed", self.connection, "Back")
        self.assertEqual(self._tile("connections")["count"], before)

    def test_a_connection_whose_calls_are_paused_is_failing(self):
        self.connection.breaker = {"state": "open", "opened_at": 1.0, "failures": 5}
        row = self._row()
        self.assertIn("Failing", row["text"])
        self.assertEqual(row["tone"], "danger")

    def test_silent_and_failing_is_one_connection(self):
        before = self._tile("connections")["count"]
        self._open("silent_feed")
        self._open("carrier_unavailable")
        self.assertEqual(self._tile("connections")["count"], before + 1)

    def test_a_row_opens_its_connection_well_or_not(self):
        action = self._overview().get_list("connections", None, self.connection.id)
        found = self.env["logistics.connection"].search(action["domain"])
        self.assertEqual(found, self.connection)

    def test_a_row_of_another_company_opens_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.connection.copy({"company_id": other.id})
        action = self._overview().get_list("connections", None, foreign.id)
        self.assertFalse(self.env["logistics.connection"].search(action["domain"]))

    # === MESSAGES === #

    def test_every_tile_opens_exactly_what_it_counts_for_every_role(self):
        self._hand_in(self._body("OVC100", self._scan("PUP")), b'{"parcels"')
        self._open("silent_feed")
        for role in ROLES:
            overview = self._overview(role)
            for tile in overview.get_tiles()["tiles"]:
                with self.subTest(role=role, tile=tile["key"]):
                    action = overview.get_list(tile["key"])
                    found = overview.env[action["res_model"]].search(action["domain"])
                    self.assertEqual(len(found), tile["count"])

    def test_unreadable_messages_are_counted(self):
        before = self._tile("unreadable")["count"]
        self._hand_in(b'{"parcels"')
        self.assertEqual(self._tile("unreadable")["count"], before + 1)

    def test_messages_wait_until_they_are_read(self):
        before = self._tile("unread")["count"]
        self.env["logistics.message"]._store(
            self.connection,
            "manual",
            [self._body("OVC100", self._scan("PUP"))],
            4,
        )
        self.env.flush_all()
        self.assertEqual(self._tile("unread")["count"], before + 1)
        self.env["logistics.message"]._drain_batch(200)
        self.assertEqual(self._tile("unread")["count"], before)

    def test_the_warehouse_sees_no_messages_and_no_connections(self):
        for key in ("unread", "unreadable", "connections"):
            with self.subTest(key=key):
                self.assertIsNone(self._tile(key, "user"))

    def test_a_drained_batch_is_noted_and_an_empty_one_is_not(self):
        self.env["logistics.message"]._drain_batch(200)
        self.env.cr.precommit.clear()
        self.env["logistics.message"]._drain_batch(200)
        self.assertFalse(self.env.cr.precommit.data.get("logistics_overview_noted"))
        self._hand_in(self._body("OVC100", self._scan("PUP")))
        self.assertTrue(self.env.cr.precommit.data.get("logistics_overview_noted"))

    # === CHARTS === #

    def test_throughput_counts_messages_by_verdict(self):
        before = self._received()
        self._hand_in(
            self._body("OVC100", self._scan("PUP")),
            self._body("OVC100", self._scan("OFD")),
            b'{"parcels"',
        )
        after = self._received()
        self.assertEqual(after.get("Done", 0) - before.get("Done", 0), 2)
        self.assertEqual(after.get("Unreadable", 0) - before.get("Unreadable", 0), 1)

    def _received(self):
        """Return how many messages of today the chart shows, by verdict."""
        return {
            series["label"]: series["values"][-1]
            for series in self._chart("throughput")["series"]
        }

    def test_lag_is_from_received_to_read(self):
        """Of five messages read after 1, 2, 3, 4 and 100 s, half took 3 s."""
        now = fields.Datetime.now().replace(microsecond=0)
        self.env["logistics.message"].search(
            [("received_at", ">=", now - timedelta(days=1))]
        ).sudo()._write({"processed_at": None})
        bodies = [
            self._body("OVC100", self._scan("PUP") | {"row": row}) for row in range(5)
        ]
        messages = self._hand_in(*bodies)
        self.assertEqual(len(messages), 5)
        for message, seconds in zip(messages, (1, 2, 3, 4, 100), strict=True):
            message.sudo()._write(
                {"received_at": now - timedelta(seconds=seconds), "processed_at": now}
            )
        self.env.invalidate_all()
        chart = self._chart("lag", days=30)
        half, nearly_all = (
            max(filter(None, series["values"])) for series in chart["series"]
        )
        self.assertEqual(half, 3.0)
        self.assertAlmostEqual(nearly_all, 80.8)

    def test_first_steps_begin_with_a_connection(self):
        first = self._overview("manager")._first_steps()[0]
        self.assertIn("connection", first["action"])
        self.assertTrue(first["done"])
