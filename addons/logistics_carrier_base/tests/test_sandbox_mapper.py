import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import UnreadableMessage
from odoo.addons.logistics_carrier_base.identity import event_key, voided_key
from odoo.addons.logistics_carrier_base.mappers import sandbox
from odoo.addons.logistics_carrier_base.sandbox.carrier import CODES
from odoo.addons.logistics_events import vocabulary

from . import expected

PAYLOADS = Path(__file__).parent / "payloads" / "sandbox"


@tagged("post_install", "-at_install")
class TestSandboxMapper(BaseCase):
    """The sandbox carrier's wording."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, sandbox.parse, PAYLOADS)
        self.assertEqual((count, remarks), (10, []))

    def test_every_word_of_the_carrier_has_a_meaning(self):
        self.assertEqual(sandbox.STATUS_MAP.keys(), CODES.keys())
        self.assertLessEqual(
            set(sandbox.STATUS_MAP.values()), vocabulary.EVENT_TYPES.keys()
        )
        self.assertLessEqual(
            set(sandbox.REASON_MAP.values()), vocabulary.REASONS.keys()
        )
        self.assertLessEqual(
            set(sandbox.DROP_MAP.values()), vocabulary.DELIVERY_MODES.keys()
        )

    def test_pushed_and_fetched_scans_state_the_same_facts(self):
        (pushed,) = sandbox.parse(
            (PAYLOADS / "push_out_for_delivery.json").read_bytes()
        )
        fetched = sandbox.parse((PAYLOADS / "track_whole_way.json").read_bytes())
        self.assertIn(event_key("x", pushed), [event_key("x", e) for e in fetched])

    def test_withdrawal_names_the_scan_it_takes_back(self):
        events = sandbox.parse((PAYLOADS / "track_whole_way.json").read_bytes())
        delivered, withdrawal = [e for e in events if e.raw_code == "DLV"]
        self.assertEqual(voided_key("x", withdrawal), event_key("x", delivered))

    def test_unreadable_messages_name_the_place(self):
        scan = {"row": 1, "code": "DLV", "at": "2026-03-03T10:00:00+01:00"}
        for parcel, category, place in (
            ({}, "schema", "parcels[0].number"),
            ({"number": "A", "scans": {}}, "schema", "parcels[0].scans"),
            ({"number": "A", "scans": [1]}, "schema", "parcels[0].scans[0]"),
            ({"number": "A", "scans": [{**scan, "row": 0}]}, "schema", "parcels[0].sc"),
            (
                {"number": "A", "scans": [{**scan, "code": ""}]},
                "schema",
                "parcels[0].s",
            ),
            (
                {"number": "A", "scans": [scan, {**scan, "at": "noon"}]},
                "value",
                "parcels[0].scans[1].at",
            ),
            (
                {"number": "A", "scans": [{**scan, "withdraws": "1"}]},
                "schema",
                "parcels[0].scans[0].withdraws",
            ),
            ({"number": "A" * 300, "scans": [scan]}, "value", "parcels[0].tracking"),
            (
                {"number": "A", "charges": [{"kind": "F", "amount": "x"}]},
                "value",
                "parcels[0].charges[0].amount",
            ),
        ):
            with self.subTest(parcel), self.assertRaises(UnreadableMessage) as caught:
                sandbox.parse(json.dumps({"parcels": [parcel]}).encode())
            self.assertEqual(caught.exception.category, category)
            self.assertTrue(caught.exception.reason.startswith(place))
        for body in (b"[]", b"{}", b'{"parcels": {}}', b'{"problem": 7}'):
            with self.subTest(body), self.assertRaises(UnreadableMessage):
                sandbox.parse(body)
