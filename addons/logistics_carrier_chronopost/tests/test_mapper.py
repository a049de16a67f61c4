from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    UnreadableMessage,
)
from odoo.addons.logistics_carrier_base.identity import content_hash, event_key
from odoo.addons.logistics_carrier_base.tests import expected
from odoo.addons.logistics_carrier_chronopost import const, mapper
from odoo.addons.logistics_events import vocabulary

PAYLOADS = Path(__file__).parent / "payloads"
ENVELOPE = (
    "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>"
    "<t:trackSkybillV2Response xmlns:t='{}'>{}</t:trackSkybillV2Response>"
    "</s:Body></s:Envelope>"
)


def envelope(result):
    return ENVELOPE.format(const.NAMESPACE, result).encode()


def answer(*rows, number="XY900000017FR"):
    return envelope(
        f"<return><errorCode>0</errorCode><listEventInfoComp>{''.join(rows)}"
        f"<skybillNumber>{number}</skybillNumber></listEventInfoComp></return>"
    )


def row(code, at="2026-03-04T12:00:00+01:00", *pairs, office="LYON", postcode="69007"):
    said = "".join(
        f"<infoCompList><name>{name}</name><value>{value}</value></infoCompList>"
        for name, value in pairs
    )
    return (
        f"<events><code>{code}</code><eventDate>{at}</eventDate>"
        f"<officeLabel>{office}</officeLabel><zipCode>{postcode}</zipCode>"
        f"{said}</events>"
    )


@tagged("post_install", "-at_install")
class TestChronopostMapper(BaseCase):
    """What Chronopost answers, and what it means."""

    def test_payloads_give_what_was_read_from_them_by_hand(self):
        count, remarks = expected.check(self, mapper.parse, PAYLOADS)
        self.assertEqual(count, 9)
        self.assertEqual(remarks, [])

    def test_samples_of_chronopost_itself_give_what_was_read_from_them(self):
        folder = expected.SAMPLES / "chronopost"
        count, remarks = expected.check(self, mapper.parse, folder)
        self.assertEqual(count, 2 if folder.exists() else 0)
        self.assertEqual(remarks, [])

    def test_every_payload_has_its_line(self):
        lines = {line["file"] for line in expected.read_lines(PAYLOADS)}
        self.assertEqual(lines, {path.name for path in PAYLOADS.glob("*.xml")})

    def test_answers_of_refused_calls_are_those_of_good_ones(self):
        for name in ("error_system", "error_other", "fault_server", "fault_client"):
            body = (PAYLOADS / f"{name}.xml").read_bytes()
            with self.assertRaises(CarrierAnswer) as caught:
                mapper.parse(body)
            found = mapper.answer_of(body)
            self.assertEqual(
                (found.kind, found.code, found.text),
                (
                    caught.exception.kind,
                    caught.exception.code,
                    caught.exception.text,
                ),
            )
        for body in (b"", b"{}", b"<html/>", answer(), envelope("<other/>")):
            self.assertIsNone(mapper.answer_of(body))

    def test_only_who_took_the_parcel_signed_for_it(self):
        for name, value, signer in (
            ("Consignee's name", "MARTEL", "MARTEL"),
            ("CONSIGNEE\N{RIGHT SINGLE QUOTATION MARK}S NAME", "Martel", "Martel"),
            ("Consignee's name", "Signature not required", ""),
            ("Consignee's name", "123456", ""),
            ("Consignee's name", "", ""),
            ("Comment", "MARTEL", ""),
        ):
            with self.subTest(name=name, value=value):
                (found,) = mapper.parse(
                    answer(row("D", "2026-03-04T12:00:00+01:00", (name, value)))
                )
                self.assertEqual(found.signer, signer)
        pair = ("Consignee's name", "MARTEL")
        (found,) = mapper.parse(answer(row("TA", "2026-03-04T12:00:00+01:00", pair)))
        self.assertEqual(found.signer, "")

    def test_delivery_after_the_turn_is_the_senders(self):
        turned = row("R", "2026-03-04T12:00:00+01:00")
        done = row("D", "2026-03-05T12:00:00+01:00")
        before = mapper.parse(answer(done, turned))
        self.assertEqual(
            [event.event_type for event in before], ["delivered", "returning_to_sender"]
        )
        after = mapper.parse(answer(turned, done))
        self.assertEqual(after[-1].event_type, "returned_to_sender")
        # What it is called is our reading: it stays the same fact.
        self.assertEqual(event_key("x", before[0]), event_key("x", after[1]))

    def test_delivery_is_never_read_from_an_unknown_code(self):
        for code in ("d", "D3", "DD", "", "DELIVERED", "D 1"):
            (found,) = mapper.parse(answer(row(code)))
            self.assertEqual(found.event_type, "unmapped")

    def test_one_second_at_two_offices_is_two_facts_and_twice_at_one_is_one(self):
        two = mapper.parse(
            answer(row("TS"), row("TS", office="PARIS", postcode="75001"))
        )
        self.assertEqual(len({event_key("x", event) for event in two}), 2)
        self.assertEqual(len(mapper.parse(answer(row("TS"), row("TS")))), 1)

    def test_offsets_tell_the_hours_of_the_autumn_night_apart(self):
        first, second = mapper.parse(
            answer(
                row("TS", "2026-10-25T02:30:00+02:00"),
                row("TS", "2026-10-25T02:30:00+01:00"),
            )
        )
        self.assertEqual((second.occurred_at - first.occurred_at).total_seconds(), 3600)
        self.assertEqual(first.zone_source, "given")

    def test_missing_offset_is_not_made_up(self):
        (found,) = mapper.parse(answer(row("TS", "2026-03-04T12:00:00")))
        self.assertEqual((found.precision, found.zone_source), ("local", "none"))
        (untimed,) = mapper.parse(answer(row("TS", "")))
        self.assertEqual(untimed.precision, "none")

    def test_later_answer_keeps_the_facts_of_an_earlier_one(self):
        rows = [row("DC"), row("DB"), row("TS"), row("TA"), row("D")]

        def facts(count):
            return {
                (event_key("x", event), content_hash(event), event.source_row)
                for event in mapper.parse(answer(*rows[:count]))
            }

        for count in range(len(rows)):
            self.assertLess(facts(count), facts(len(rows)))

    def test_messages_that_are_nothing_of_chronopost_are_unreadable(self):
        for body, category in (
            (b"", "syntax"),
            (b'{"a": 1}', "syntax"),
            (b"<!DOCTYPE html><html/>", "syntax"),
            (b"<html/>", "schema"),
            (envelope("<other/>"), "schema"),
            (envelope("<return/>"), "schema"),
            (envelope("<return><errorCode>0</errorCode></return>"), "schema"),
            (envelope("<return><errorCode><x/></errorCode></return>"), "schema"),
            (answer(row("TS"), number=""), "schema"),
            (answer(row("TS", "yesterday")), "value"),
            (answer(row("TS", "2026-02-30T10:00:00+01:00")), "value"),
            (answer(row("TS", "2026-02-03T10:00:00+99:00")), "value"),
            (answer(row("TS"))[:-9], "syntax"),
        ):
            with self.subTest(body), self.assertRaises(UnreadableMessage) as caught:
                mapper.parse(body)
            self.assertEqual(caught.exception.category, category)

    def test_reason_names_the_place(self):
        with self.assertRaises(UnreadableMessage) as caught:
            mapper.parse(answer(row("TS"), row("TS", "yesterday")))
        self.assertIn("events[1].eventDate", caught.exception.reason)

    def test_tables_lead_to_words_of_the_vocabulary(self):
        words = {*const.CODE_MAP.values()}
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        self.assertLessEqual({*const.REASON_MAP.values()}, vocabulary.REASONS.keys())
        modes = {*const.DELIVERY_MODE_MAP.values()}
        self.assertLessEqual(modes, vocabulary.DELIVERY_MODES.keys())
