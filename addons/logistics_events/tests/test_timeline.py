from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import BaseCase, tagged

from .. import fold
from ..facts import Fact
from ..timeline import phase, standings, withdrawals
from .common import LogisticsCommon

NOON = datetime(2026, 3, 2, 12, 0)


def _fact(key, event_type="delivered", **more):
    return Fact(
        **{
            "key": key,
            "event_type": event_type,
            "occurred_at": NOON,
            "content_hash": more.get("ref", key),
            "ref": key,
        }
        | more
    )


def _stand(*facts):
    return standings(facts, fold.fold(facts))


@tagged("post_install", "-at_install")
class TestStandings(BaseCase):
    def test_single_event_counts(self):
        self.assertEqual(_stand(_fact("a")), {"a": "counts"})

    def test_withdrawn_event_is_marked_and_its_withdrawal_counts(self):
        withdrawal = _fact("w", classifier="retracted", voids="a")
        self.assertEqual(
            _stand(_fact("a"), withdrawal), {"a": "withdrawn", "w": "counts"}
        )

    def test_withdrawn_withdrawal_puts_the_event_back(self):
        first = _fact("w", classifier="retracted", voids="a")
        second = _fact("v", classifier="retracted", voids="w")
        self.assertEqual(
            _stand(_fact("a"), first, second),
            {"a": "counts", "w": "withdrawn", "v": "counts"},
        )

    def test_older_version_is_replaced(self):
        old = _fact("a", "in_transit", ref="old", recorded_at=NOON)
        new = _fact("a", ref="new", recorded_at=NOON + timedelta(hours=1))
        self.assertEqual(_stand(old, new), {"old": "replaced", "new": "counts"})

    def test_older_meaning_of_a_code_is_replaced(self):
        old = _fact("a", "unmapped", ref="old", content_hash="x", mapping_version=1)
        new = _fact("a", ref="new", content_hash="x", mapping_version=2)
        self.assertEqual(_stand(old, new), {"old": "replaced", "new": "counts"})

    def test_versions_that_disagree_are_disputed(self):
        one = _fact("a", ref="one")
        two = _fact("a", ref="two", occurred_at=NOON + timedelta(hours=1))
        self.assertEqual(_stand(one, two), {"one": "conflict", "two": "conflict"})

    def test_later_report_contradicts_the_delivery(self):
        late = _fact("b", "refused", occurred_at=NOON + timedelta(hours=2))
        self.assertEqual(
            _stand(_fact("a"), late), {"a": "counts", "b": "contradiction"}
        )

    def test_event_out_of_place_is_ignored(self):
        self.assertEqual(_stand(_fact("a", "return_created")), {"a": "ignored"})

    def test_only_live_withdrawals_are_found(self):
        first = _fact("w", classifier="retracted", voids="a")
        other = _fact("u", classifier="retracted", voids="a")
        second = _fact("v", classifier="retracted", voids="w")
        self.assertEqual(withdrawals("a", [_fact("a"), first, other, second]), ["u"])

    def test_phases_follow_the_way_of_the_goods(self):
        self.assertEqual(
            [
                phase(state)
                for state in (
                    None,
                    "shipment_created",
                    "dispatched",
                    "out_for_delivery",
                    "partly_delivered",
                    "delivered",
                    "refused",
                    "returning_to_sender",
                    "shipment_cancelled",
                )
            ],
            [
                "ready",
                "ready",
                "moving",
                "near",
                "near",
                "delivered",
                "problem",
                "back",
                "cancelled",
            ],
        )

    def test_trouble_shows_even_on_a_delivered_shipment(self):
        self.assertEqual(phase("delivered", troubled=True), "problem")


@tagged("post_install", "-at_install")
class TestTimeline(LogisticsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Berlin"
        cls.shipment = cls._ship(cls._sell().picking_ids, "A1")

    def _titles(self, **only):
        self.shipment.invalidate_recordset()
        return [
            entry["title"]
            for entry in self.shipment.timeline
            if all(entry[name] == value for name, value in only.items())
        ]

    def test_newest_event_comes_first(self):
        now = fields.Datetime.now()
        self._report(
            self.shipment, "out_for_delivery", occurred_at=now + timedelta(hours=1)
        )
        self._report(self.shipment, "delivered", occurred_at=now + timedelta(hours=2))
        self.assertEqual(
            self._titles(),
            ["Delivered", "Out for Delivery", "Dispatched", "Label Created"],
        )

    def test_time_is_that_of_the_place_with_its_offset(self):
        self._report(
            self.shipment,
            "delivered",
            occurred_at=datetime(2026, 7, 1, 22, 30),
            occurred_offset=-300,
        )
        entry = next(e for e in self.shipment.timeline if e["title"] == "Delivered")
        self.assertEqual(
            (entry["day"], entry["time"], entry["offset"]),
            ("2026-07-01", "17:30", "-05:00"),
        )

    def test_own_events_stand_in_the_time_of_the_company(self):
        self.shipment._tell(
            "picked_up",
            channel="odoo",
            key="x",
            occurred_at=datetime(2026, 7, 1, 22, 30),
        )
        entry = next(e for e in self.shipment.timeline if e["title"] == "Picked Up")
        self.assertEqual(
            (entry["day"], entry["time"], entry["offset"]),
            ("2026-07-02", "00:30", "+02:00"),
        )

    def test_day_without_a_time_shows_none(self):
        self._report(
            self.shipment,
            "delivered",
            occurred_at=datetime(2026, 7, 1),
            precision="date",
        )
        entry = next(e for e in self.shipment.timeline if e["title"] == "Delivered")
        self.assertEqual((entry["day"], entry["time"]), ("2026-07-01", ""))
        self.assertEqual(self.shipment.delivered_text, "2026-07-01")

    def test_forecast_stands_where_it_was_made_and_says_what_is_expected(self):
        self._report(
            self.shipment,
            "eta_updated",
            classifier="estimated",
            occurred_at=datetime(2027, 1, 4, 9, 0),
            recorded_at=datetime(2026, 7, 1, 8, 0),
        )
        entry = self.shipment.timeline[-1]
        self.assertEqual(entry["title"], "Expected Date Changed")
        self.assertEqual(entry["day"], "2026-07-01")
        self.assertEqual(entry["expected"]["day"], "2027-01-04")

    def test_withdrawn_proof_is_crossed_out(self):
        dialog = self.env["logistics.proof.record"].create(
            {"shipment_ids": [(6, 0, self.shipment.ids)], "signer": "K. Meyer"}
        )
        dialog.action_record()
        self.shipment.proof_ids.action_withdraw("Wrong customer")
        self.assertEqual(self._titles(crossed_out=True), ["Delivered"])
        self.assertIn("Withdrawal of “Delivered”", self._titles(crossed_out=False))

    def test_source_and_trust_are_in_words(self):
        self._report(self.shipment, "delivered", source="NBPX", signer="K. Meyer")
        entry = next(e for e in self.shipment.timeline if e["title"] == "Delivered")
        self.assertEqual(entry["sources"], ["NBPX (Webhook)"])
        self.assertEqual((entry["trust"], entry["signer"]), ("Signed", "K. Meyer"))

    def test_parcel_is_named_only_where_there_are_several(self):
        one = self.shipment.timeline[0]
        two = self._ship(self._sell().picking_ids, "B1", "B2")
        self._report(two, "picked_up")
        self.assertEqual(one["parcel"], "")
        self.assertEqual(two.timeline[0]["parcel"], "B1")

    def test_whole_number_finds_the_shipment_in_any_spelling(self):
        Shipment = self.env["logistics.shipment"]
        self.assertEqual(
            Shipment.search([("tracking_numbers", "=", " a 1")]), self.shipment
        )
        self.assertFalse(Shipment.search([("tracking_numbers", "=", "A")]))
        events = self.env["logistics.event"].search([("number_text", "=", "a1 ")])
        self.assertEqual(events.shipment_id, self.shipment)

    def test_board_shows_its_columns_in_the_order_of_the_way(self):
        board = (
            self.env["logistics.shipment"]
            .with_context(read_group_expand=True)
            .web_read_group([("id", "=", self.shipment.id)], ["phase"])
        )
        self.assertEqual(
            [group["phase"] for group in board["groups"]],
            [
                "ready",
                "moving",
                "near",
                "problem",
                "back",
                "delivered",
                "cancelled",
            ],
        )
