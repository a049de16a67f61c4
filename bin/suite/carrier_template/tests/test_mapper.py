import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import UnreadableMessage
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_events import vocabulary

from .. import const, mapper

PAYLOADS = Path(__file__).parent / "payloads"


def parse(document):
    return mapper.parse(json.dumps(document).encode())


@tagged("post_install", "-at_install")
class TestAcmeMapper(BaseCase):
    """What Acme Parcel sends, and what it means."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, len(list(PAYLOADS.glob("*.json"))))
        self.assertEqual(remarks, [])

    def test_samples_of_the_carrier_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "acme"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, len(expected.read_lines(folder)))
        self.assertEqual(remarks, [])

    def test_parcel_that_comes_back_is_received_and_not_delivered(self):
        parcel = {"number": "A1", "return": True, "scans": [{"code": "HANDED_OVER"}]}
        (found,) = parse({"parcels": [parcel]})
        self.assertEqual((found.leg, found.event_type), ("return", "return_received"))

    def test_remark_is_no_signer(self):
        scan = {"code": "HANDED_OVER", "signer": "Signature not required"}
        (found,) = parse({"parcels": [{"number": "A1", "scans": [scan]}]})
        self.assertEqual(found.signer, "")

    def test_time_without_a_zone_stays_without_one(self):
        scan = {"code": "MOVING", "at": "2026-03-29T02:30:00"}
        (found,) = parse({"parcels": [{"number": "A1", "scans": [scan]}]})
        self.assertEqual((found.precision, found.zone_source), ("local", "none"))

    def test_reason_names_the_place(self):
        for document, place in (
            ({"hello": 1}, "parcels"),
            ({"parcels": {}}, "parcels"),
            ({"parcels": [{"number": "A1"}, {}]}, "parcels[1].number"),
            ({"parcels": [{"number": "A1", "scans": [7]}]}, "parcels[0].scans[0]"),
        ):
            with self.subTest(document), self.assertRaises(UnreadableMessage) as caught:
                parse(document)
            self.assertIn(place, caught.exception.reason)

    def test_tables_lead_to_words_of_the_vocabulary(self):
        words = {*const.STATUS_MAP.values(), *const.RETURN_LEG_MAP.values()}
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        self.assertLessEqual({*const.REASON_MAP.values()}, vocabulary.REASONS.keys())
