import csv
import json

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected, mapper_contract
from odoo.addons.logistics_carrier_ups import codes, const, mapper
from odoo.addons.logistics_events import vocabulary

from .common import PAYLOADS, read, reply, said
from .standin import UpsStandIn

TABLES = expected.SAMPLES / "code-tables"


def facts(events):
    """Give what the ledger tells events apart by."""
    return {event_key("ups", event): event.event_type for event in events}


@tagged("post_install", "-at_install")
class TestUpsMapper(BaseCase):
    """What UPS tells, and what it means."""

    def _one(self, *activities, **package):
        (event,) = mapper.parse(reply(*activities, **package))
        return event

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 24)
        self.assertEqual(remarks, [])

    def test_samples_of_ups_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "ups"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 8 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.json")})

    # === CODES === #

    def test_status_codes_mean_what_the_table_proposes(self):
        path = TABLES / "ups_track_status_codes.csv"
        rows = list(csv.DictReader(path.open())) if path.exists() else []
        for row in rows:
            with self.subTest(row["status_code"]):
                self.assertEqual(
                    const.STATUS_MAP[row["status_code"]], row["canonical_proposal"]
                )
        self.assertEqual(len(rows), len(const.STATUS_MAP) if rows else 0)

    def test_activity_codes_are_known_by_their_group(self):
        groups = {
            "movement_scan": "I",
            "delivery": "D",
            "manifest": "M",
            "update": "U",
            "exception": "X",
        }
        path = TABLES / "ups_track_activity_codes.csv"
        rows = list(csv.DictReader(path.open())) if path.exists() else []
        unlisted = {
            (row["group"], row["code"])
            for row in rows
            if row["code"] not in codes.ACTIVITIES[groups[row["group"]]]
        }
        # The rest of the exceptions says no more than that it is one.
        self.assertEqual({group for group, _code in unlisted} - {"exception"}, set())
        self.assertLess(len(unlisted), 100)
        listed = {(row["group"], row["code"]) for row in rows}
        for group, kind in groups.items() if rows else ():
            for code in codes.ACTIVITIES[kind]:
                with self.subTest(group, code=code):
                    found = (group, code) in listed
                    self.assertTrue(found or ("movement_scan", code) in listed)

    def test_tables_lead_to_words_of_the_vocabulary(self):
        listed = [
            entry for table in codes.ACTIVITIES.values() for entry in table.items()
        ]
        words = {
            *const.STATUS_MAP.values(),
            *const.DELIVERY_REFINED.values(),
            *const.TYPE_MAP.values(),
            *(event_type for _code, (event_type, _detail) in listed),
        }
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        details = {"delivered": set(), "": set()}
        for _code, (event_type, detail) in listed:
            details["delivered" if event_type == "delivered" else ""].add(detail)
        modes = {
            *details["delivered"],
            *const.LOCATION_MODE_MAP.values(),
            *const.STATUS_MODE_MAP.values(),
        }
        self.assertLessEqual(modes - {""}, vocabulary.DELIVERY_MODES.keys())
        reasons = {*details[""], *const.STATUS_REASON_MAP.values()}
        self.assertLessEqual(reasons - {""}, vocabulary.REASONS.keys())

    def test_status_code_decides_before_activity_code_and_type(self):
        for kind, code, status_code, event_type in (
            ("X", "KR", "064", "refused"),
            ("X", "KR", "005", "in_transit"),
            ("X", "RZ", "012", "customs_in_progress"),
            ("X", "RZ", "014", "customs_released"),
            ("X", "KR", "", "refused"),
            ("X", "KR", "977", "refused"),
            ("D", "53", "", "refused"),
            ("D", "OT", "", "out_for_delivery"),
            ("I", "EP", "", "in_transit"),
            ("D", "EP", "", "available_for_pickup"),
            ("X", "06", "", "delayed"),
            ("X", "6", "", "delayed"),
            ("x", "kr", "", "refused"),
            ("X", "QQ", "", "exception"),
            ("P", "", "", "picked_up"),
            ("D", "FS", "", "delivered"),
        ):
            with self.subTest((kind, code, status_code)):
                event = self._one(said(kind, code, status_code))
                self.assertEqual(event.event_type, event_type)
                self.assertEqual(event.raw_code, f"{kind}/{code}/{status_code}".upper())

    def test_nothing_unknown_ends_a_journey(self):
        for kind in ("D", "MV", "NA", "DD", "Y", "U", ""):
            with self.subTest(kind):
                event = self._one(said(kind, "QQ", "977"))
                self.assertEqual(event.event_type, "unmapped")

    def test_delivered_to_the_sender_is_not_delivered(self):
        event = self._one(said("D", "B0", "011"))
        self.assertEqual(event.event_type, "returned_to_sender")

    def test_parcel_that_waits_for_the_customer_is_not_delivered(self):
        for code in ("ZP", "1N", "EP", "ZQ"):
            event = self._one(said("D", code, "161"))
            self.assertEqual(
                (event.event_type, event.signer), ("available_for_pickup", "")
            )

    def test_reason_stands_where_something_went_wrong_only(self):
        for status_code, reason in (
            ("048", "weather"),
            ("049", "weather"),
            ("005", ""),
        ):
            event = self._one(said("X", "7W", status_code))
            self.assertEqual(event.reason, reason)
        self.assertEqual(self._one(said("X", "48", "062")).reason, "payment")

    def test_way_back_is_told_step_by_step(self):
        found = mapper.parse(read("reply_refused_returned"))
        self.assertEqual(
            [event.event_type for event in reversed(found)],
            [
                "refused",
                "returning_to_sender",
                "returning_to_sender",
                "returned_to_sender",
            ],
        )
        self.assertEqual({event.signer for event in found}, {""})

    # === IDENTITY === #

    def test_pushed_and_polled_scans_are_the_same_facts(self):
        polled = facts(mapper.parse(read("reply_delivered_signed")))
        pushed = {}
        for name in ("push_label", "push_out_for_delivery", "push_delivered"):
            pushed |= facts(mapper.parse(read(name)))
        new = {event_type for key, event_type in pushed.items() if key not in polled}
        self.assertEqual(new, {"eta_updated"})
        self.assertEqual(polled, polled | {k: pushed[k] for k in pushed if k in polled})

    def test_earlier_reply_states_facts_of_the_later_one(self):
        document = json.loads(read("reply_delivered_signed"))
        package = document["trackResponse"]["shipment"][0]["package"][0]
        package["activity"] = package["activity"][2:]
        for name in ("deliveryInformation", "paymentInformation", "deliveryDate"):
            package.pop(name)
        earlier = mapper.parse(json.dumps(document).encode())
        later = mapper.parse(read("reply_delivered_signed"))
        self.assertEqual(len(earlier), 4)
        self.assertLess(facts(earlier).items(), facts(later).items())
        # Rows count from the oldest scan, so that they stay what they were.
        rows = {event_key("ups", event): event.source_row for event in later}
        for event in earlier:
            self.assertEqual(event.source_row, rows[event_key("ups", event)])

    def test_signer_that_comes_later_is_a_version_of_the_delivery(self):
        first = self._one(said("D", "MJ", "011"))
        second = self._one(
            said("D", "MJ", "011"), deliveryInformation={"receivedBy": "A. BEHR"}
        )
        self.assertEqual(event_key("ups", first), event_key("ups", second))
        self.assertNotEqual(content_hash(first), content_hash(second))

    def test_scans_of_one_second_stay_apart_and_repeats_do_not(self):
        found = mapper.parse(reply(said(), said("I", "DP"), said()))
        self.assertEqual([event.raw_code for event in found], ["I/AR/005", "I/DP/005"])
        self.assertEqual([event.source_row for event in found], [3, 2])

    def test_depot_names_the_place_where_no_city_does(self):
        event = self._one({"location": {"slic": "1209"}})
        self.assertEqual(dict(event.location), {"code": "1209"})
        event = self._one({"location": {"slic": "1209", "address": {"city": "Albany"}}})
        self.assertEqual(dict(event.location), {"city": "Albany"})

    # === TIMES === #

    def test_hour_that_comes_twice_is_told_apart_by_gmt(self):
        events = mapper.parse(read("reply_clock_change"))
        later, earlier = events[:2]
        self.assertEqual(
            [later.occurred_at.isoformat(), earlier.occurred_at.isoformat()],
            ["2026-11-01T01:30:00-05:00", "2026-11-01T01:30:00-04:00"],
        )

    def test_time_without_gmt_and_offset_stays_local(self):
        gone = {"gmtDate": "", "gmtTime": "", "gmtOffset": ""}
        event = self._one(gone)
        self.assertEqual(
            (event.occurred_at.isoformat(), event.precision, event.zone_source),
            ("2026-03-06T03:15:00", "local", "none"),
        )
        event = self._one(gone | {"time": ""})
        self.assertEqual(
            (str(event.occurred_at), event.precision), ("2026-03-06", "date")
        )
        event = self._one(gone | {"time": "", "date": ""})
        self.assertEqual((event.occurred_at, event.precision), (None, "none"))

    def test_offset_comes_from_the_local_time_where_it_is_not_written(self):
        for changes, at in (
            ({"gmtOffset": ""}, "2026-03-06T03:15:00-05:00"),
            ({"gmtOffset": "-05.00"}, "2026-03-06T03:15:00-05:00"),
            ({"gmtOffset": "", "time": "031700"}, "2026-03-06T08:15:00+00:00"),
            ({"gmtOffset": "", "time": "134500"}, "2026-03-06T13:45:00+05:30"),
            ({"gmtOffset": "", "date": "20260309"}, "2026-03-06T08:15:00+00:00"),
            ({"date": ""}, "2026-03-06T08:15:00+00:00"),
        ):
            with self.subTest(changes):
                self.assertEqual(self._one(changes).occurred_at.isoformat(), at)

    def test_new_date_counts_and_a_stale_one_does_not(self):
        dates = [
            {"type": "SDD", "date": "20260307"},
            {"type": "RDD", "date": "20260309"},
        ]
        _scan, eta = mapper.parse(reply(said(), deliveryDate=dates))
        self.assertEqual(
            (str(eta.occurred_at), eta.classifier, eta.precision),
            ("2026-03-09", "estimated", "date"),
        )
        for stale in (
            [{"type": "SDD", "date": "20260305"}],
            [{"type": "DEL", "date": "20260309"}],
            [{"type": "string", "date": "string"}],
            [{"type": "SDD", "date": None}],
            "none",
        ):
            with self.subTest(stale):
                self._one(said(), deliveryDate=stale)
        self._one(said("D", "MJ", "011"), deliveryDate=dates)

    def test_pushed_new_date_is_no_movement(self):
        found = mapper.parse(read("push_new_date"))
        self.assertEqual({event.classifier for event in found}, {"estimated"})


@tagged("post_install", "-at_install")
class TestUpsReplies(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = UpsStandIn


class _Pushes(UpsStandIn):
    """Writes what Track Alert pushes, one scan in a message."""

    def document(self, number, scans):
        """Override to write the message about the last scan."""
        return self.pushed(number, *scans)


@tagged("post_install", "-at_install")
class TestUpsPushes(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = _Pushes

    def test_longer_history_keeps_the_facts_of_the_shorter_one(self):
        """Override: a push has no history; its scan is one of a reply's."""
        scans = [
            mapper_contract.scan_at("picked_up", "2026-11-19T09:00:00+01:00"),
            mapper_contract.scan_at("in_transit", "2026-11-19T15:00:00+01:00"),
        ]
        reply_of = UpsStandIn.document
        polled = facts(self.parse(reply_of(self.server, self.number, scans)))
        pushed = facts(self._read(scans[0])) | facts(self._read(scans[1]))
        self.assertEqual(pushed, polled)
