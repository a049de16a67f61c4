from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.facts import fact_of
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_carrier_dpd import const, mapper
from odoo.addons.logistics_events import vocabulary

PAYLOADS = Path(__file__).parent / "payloads"
ENVELOPE = (
    "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>"
    "<getTrackingDataResponse xmlns='{}'>{}</getTrackingDataResponse>"
    "</s:Body></s:Envelope>"
)


def answer(*rows):
    result = f"<trackingresult>{''.join(rows)}</trackingresult>"
    return ENVELOPE.format(const.TRACKING_NAMESPACE, result).encode()


def row(status, date="3/5/2026 8:02:00 AM", place="Gent (BE)", reached="true"):
    return (
        f"<statusInfo><status>{status}</status>"
        f"<statusHasBeenReached>{reached}</statusHasBeenReached>"
        f"<location><content>{place}</content></location>"
        f"<date><content>{date}</content></date></statusInfo>"
    )


@tagged("post_install", "-at_install")
class TestDpdMapper(BaseCase):
    """What DPD answers, and what it means."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 11)
        self.assertEqual(remarks, [])

    def test_samples_of_dpd_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "dpd"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 2 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.xml")})

    def test_answer_keeps_its_bytes_and_learns_its_number(self):
        body = answer(row("Depot"))
        kept = mapper.numbered(body, "05990000000017")
        self.assertTrue(kept.startswith(body))
        (found,) = mapper.parse(kept)
        self.assertEqual(found.tracking_number, "05990000000017")
        self.assertEqual(mapper.numbered(body, " 0599 0000000017\n"), kept)
        self.assertEqual(mapper.parse(body)[0].tracking_number, "")

    def test_nothing_but_a_number_gets_behind_an_answer(self):
        for number in ("", " ", "1?><x/>", "é1", "1" * 61, "../1", "1-2"):
            with self.subTest(number), self.assertRaises(ValueError):
                mapper.numbered(b"<a/>", number)

    def test_answers_of_refused_calls_are_those_of_good_ones(self):
        for path in PAYLOADS.glob("fault*.xml"):
            with self.subTest(path.name):
                with self.assertRaises(CarrierAnswer) as caught:
                    mapper.parse(path.read_bytes())
                found = mapper.answer_of(path.read_bytes())
                self.assertEqual(
                    (found.kind, found.code, found.text),
                    (
                        caught.exception.kind,
                        caught.exception.code,
                        caught.exception.text,
                    ),
                )
        for body in (b"", b"{}", b"<html/>", answer(), answer(row("Depot"))):
            self.assertIsNone(mapper.answer_of(body))

    def test_first_pick_up_only_is_one(self):
        for before, event_type in (
            ((), "picked_up"),
            (("SHIPMENT",), "picked_up"),
            (("Unheard",), "picked_up"),
            (("PickedUp",), "picked_up"),
            (("Depot",), "in_transit"),
            (("ParcelShop",), "in_transit"),
        ):
            with self.subTest(before):
                rows = [row(status, "3/4/2026 8:00:00 AM") for status in before]
                found = mapper.parse(answer(*rows, row("PickedUp")))[-1]
                self.assertEqual(found.event_type, event_type)

    def test_what_was_not_reached_has_not_happened(self):
        for reached in ("false", "", "yes", "1"):
            body = answer(row("Delivered", reached=reached))
            self.assertEqual(mapper.parse(body), [])

    def test_label_says_nothing(self):
        said = "<label><content>Delivered</content></label>"
        body = answer(row("DeliveryFailure").replace("<location>", said + "<location>"))
        (found,) = mapper.parse(body)
        self.assertEqual(found.event_type, "delivery_attempt_failed")

    def test_times_are_read_as_written_in_the_united_states(self):
        for date, clock in (
            ("1/2/2026 12:00:00 AM", "2026-01-02T00:00:00"),
            ("1/2/2026 12:00:00 PM", "2026-01-02T12:00:00"),
            ("1/2/2026 1:05:09 PM", "2026-01-02T13:05:09"),
            ("12/31/2026 11:59 PM", "2026-12-31T23:59:00"),
            ("02/29/2028 1:00:00 AM", "2028-02-29T01:00:00"),
        ):
            (found,) = mapper.parse(answer(row("Depot", date)))
            self.assertEqual(found.occurred_at.isoformat(), clock)
            self.assertEqual((found.precision, found.zone_source), ("local", "none"))

    def test_other_times_are_unreadable_and_none_is_guessed(self):
        for date in (
            "31/12/2026 1:00:00 PM",
            "2/29/2026 1:00:00 PM",
            "1/2/2026 13:00:00 PM",
            "1/2/2026 0:00:00 AM",
            "1/2/2026 13:00:00",
            "1/2/26 1:00:00 PM",
            "2026-01-02T13:00:00",
            "1/2/2026",
            "1/2/2026 1:61:00 PM",
            "yesterday",
        ):
            with self.subTest(date), self.assertRaises(UnreadableMessage) as caught:
                mapper.parse(answer(row("Depot", date)))
            self.assertEqual(caught.exception.category, "value")
            self.assertIn("statusInfo[0]", caught.exception.reason)

    def test_country_in_brackets_gives_the_zone_and_nothing_else_does(self):
        for place, date, zone_source, utc in (
            ("Gent (BE)", "7/1/2026 12:00:00 PM", "derived", "2026-07-01 10:00"),
            # The hour that comes twice, and the one that is left out.
            ("Gent (BE)", "10/25/2026 2:30:00 AM", "derived", "2026-10-25 00:30"),
            ("Gent (BE)", "3/29/2026 2:30:00 AM", "derived", "2026-03-29 01:30"),
            ("Dublin (IE)", "7/1/2026 12:00:00 PM", "derived", "2026-07-01 11:00"),
            ("Gent", "7/1/2026 12:00:00 PM", "assumed", "2026-07-01 03:00"),
            ("Gent (be)", "7/1/2026 12:00:00 PM", "assumed", "2026-07-01 03:00"),
        ):
            with self.subTest(place=place, date=date):
                (found,) = mapper.parse(answer(row("Depot", date, place)))
                fact = fact_of(found, "dpd", "Asia/Tokyo")
                self.assertEqual(fact["zone_source"], zone_source)
                self.assertEqual(f"{fact['occurred_at']:%Y-%m-%d %H:%M}", utc)

    def test_one_second_at_two_depots_is_two_facts_and_twice_at_one_is_one(self):
        two = mapper.parse(
            answer(row("DeliveryFailure"), row("DeliveryFailure", place="Aachen (DE)"))
        )
        self.assertEqual(len({event_key("dpd", event) for event in two}), 2)
        one = mapper.parse(answer(row("DeliveryFailure"), row("DeliveryFailure")))
        self.assertEqual(len(one), 1)

    def test_later_answer_keeps_the_facts_of_an_earlier_one(self):
        def facts(*rows):
            return {
                (event_key("dpd", event), content_hash(event), event.event_type)
                for event in mapper.parse(answer(*rows))
            }

        rows = [
            row("PickedUp"),
            row("Depot"),
            row("PickedUp", "3/6/2026 8:00:00 AM"),
            row("Delivered", "3/7/2026 8:00:00 AM"),
        ]
        for count in range(len(rows)):
            self.assertLess(facts(*rows[:count]), facts(*rows))

    def test_messages_that_are_nothing_of_dpd_are_unreadable(self):
        for body, category in (
            (b"", "syntax"),
            (b'{"a": 1}', "syntax"),
            (b"<!DOCTYPE html><html/>", "syntax"),
            (b"<html/>", "schema"),
            (ENVELOPE.format("urn:x", "<nothing/>").encode(), "schema"),
            (answer(row("Depot"))[:-10], "syntax"),
            (answer(row("Depot")) + b"<x/>", "syntax"),
            (answer(row("Depot").replace("Gent", "G\x01nt")), "syntax"),
        ):
            with self.subTest(body), self.assertRaises(UnreadableMessage) as caught:
                mapper.parse(body)
            self.assertEqual(caught.exception.category, category)

    def test_tables_lead_to_words_of_the_vocabulary(self):
        words = {*const.STATUS_MAP.values(), const.PICKED_UP_AGAIN}
        self.assertLessEqual(words | const.BEFORE_MOVING, vocabulary.EVENT_TYPES.keys())
        modes = {*const.DELIVERY_MODE_MAP.values()}
        self.assertLessEqual(modes, vocabulary.DELIVERY_MODES.keys())
