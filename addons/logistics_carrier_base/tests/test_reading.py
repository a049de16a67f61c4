from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base import reading
from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import UnreadableMessage


@tagged("post_install", "-at_install")
class TestReading(BaseCase):
    """Times, amounts and texts as partners write them."""

    def assertUnreadable(self, category, reader, *args):
        with self.assertRaises(UnreadableMessage) as caught:
            reader(*args)
        self.assertEqual(caught.exception.category, category)
        self.assertTrue(caught.exception.reason.startswith("here"))

    def test_times_of_every_kind(self):
        noon = datetime(2026, 3, 3, 12, 0, 30)
        for text, offset, micro in (
            ("2026-03-03T12:00:30Z", 0, 0),
            ("2026-03-03t12:00:30z", 0, 0),
            ("2026-03-03 12:00:30 Z", 0, 0),
            ("2026-03-03T12:00:30+01:00", 60, 0),
            ("2026-03-03T12:00:30+0100", 60, 0),
            ("2026-03-03T12:00:30+01", 60, 0),
            ("2026-03-03T12:00:30 -0530", -330, 0),
            ("2026-03-03T12:00:30.5+14:00", 840, 500000),
            ("2026-03-03T12:00:30,123-12:00", -720, 123000),
            ("2026-03-03T12:00:30.123456789Z", 0, 123456),
        ):
            with self.subTest(text):
                zone = timezone(timedelta(minutes=offset))
                self.assertEqual(
                    reading.moment(text, "here"),
                    (noon.replace(microsecond=micro, tzinfo=zone), "given", "instant"),
                )

    def test_time_without_offset_is_local_and_a_day_is_a_day(self):
        self.assertEqual(
            reading.moment("2026-03-29T02:30", "here"),
            (datetime(2026, 3, 29, 2, 30), "none", "local"),
        )
        self.assertEqual(
            reading.moment("2026-03-29", "here"), (date(2026, 3, 29), "none", "date")
        )

    def test_no_time_is_no_time(self):
        for value in (None, ""):
            self.assertEqual(reading.moment(value, "here"), (None, "none", "none"))
            self.assertIsNone(reading.instant(value, "here"))

    def test_every_moment_fits_an_event(self):
        for text in ("2026-03-03T12:00:00Z", "2026-03-03T12:00:00", "2026-03-03", ""):
            found = reading.moment(text, "here")
            event = CarrierEvent("in_transit", **found._asdict())
            self.assertEqual(event.occurred_at, found.occurred_at)

    def test_times_that_cannot_be(self):
        for value in (
            "yesterday",
            "03/03/2026",
            "20260303",
            "2026-3-3",
            "2026-13-01",
            "2026-02-29",
            "2026-03-03T24:00:00Z",
            "2026-03-03T12:60:00Z",
            "2026-03-03T12:00:61Z",
            "2026-03-03T12:00:00+15:00",
            "2026-03-03T12:00:00+01:60",
            "2026-03-03T12:00:00 CET",
            "2026-03-03T12:00:00Z ",
            "2026-03-03T12",
            "0001-01-01T00:00:00Z",
            "1970-12-31",
            "2200-01-01",
            "\u0662\u0660\u0662\u0666-03-03",
        ):
            with self.subTest(value):
                self.assertUnreadable("value", reading.moment, value, "here")
        for value in (1767225600, True, [], {}):
            self.assertUnreadable("schema", reading.moment, value, "here")
        for value in ("2026-03-03", "2026-03-03T12:00:00"):
            self.assertUnreadable("value", reading.instant, value, "here")

    def test_amounts_are_exact(self):
        for value, amount in (
            ("8.20000", Decimal("8.20000")),
            ("-0.01", Decimal("-0.01")),
            ("+5", Decimal(5)),
            (7, Decimal(7)),
            (Decimal("1.25"), Decimal("1.25")),
            ("999999999999999.999999999", Decimal("999999999999999.999999999")),
            (None, None),
            ("", None),
        ):
            self.assertEqual(reading.amount(value, "here"), amount)

    def test_amounts_that_cannot_be(self):
        for value in (
            "1,25",
            "1e3",
            "NaN",
            "Infinity",
            "0x10",
            " 5",
            "1_000",
            "5.",
            ".5",
            "9" * 16,
            "0." + "1" * 10,
            "EUR 5",
            "\u0665",
        ):
            with self.subTest(value):
                self.assertUnreadable("value", reading.amount, value, "here")
        for value in (True, 1.5, [], {}):
            self.assertUnreadable("schema", reading.amount, value, "here")

    def test_shapes_are_checked_and_named(self):
        self.assertEqual(reading.obj({}, "here"), {})
        self.assertEqual(reading.array([1], "here"), [1])
        self.assertEqual(reading.array(None, "here"), [])
        for value in (None, [], "x", 1):
            self.assertUnreadable("schema", reading.obj, value, "here")
        for value in ({}, "x", 1):
            self.assertUnreadable("schema", reading.array, value, "here")

    def test_texts_are_one_line_of_words(self):
        for value, text in (
            ("  two\n words\t", "two words"),
            (17, "17"),
            (Decimal("1.50"), "1.50"),
            (None, ""),
            (True, ""),
            ({"a": 1}, ""),
            (["a"], ""),
            ("x" * 3000, "x" * 2000),
        ):
            self.assertEqual(reading.text(value), text)

    def test_remarks_are_no_signers(self):
        for value in (
            "Signature not required",
            "string",
            "12345",
            "---",
            "",
            None,
            "N/A",
        ):
            self.assertEqual(reading.signer(value), "")
        for value in ("A. Weber", "RBOLTON", "李", "Nina Nonesuch"):
            self.assertEqual(reading.signer(value), value)

    def test_repeated_rows_count_once_wherever_they_stand(self):
        first = CarrierEvent("delivered", tracking_number="A", source_row=1)
        again = CarrierEvent("delivered", tracking_number="A", source_row=7)
        other = CarrierEvent("delivered", tracking_number="B", source_row=8)
        self.assertEqual(reading.without_repeats([first, again, other]), [first, other])

    def _history(self, *times):
        return [
            CarrierEvent("in_transit", raw_text=name, **moment._asdict())
            for name, moment in zip(
                "abc", [reading.moment(text, "here") for text in times], strict=True
            )
        ]

    def test_rows_are_numbered_as_they_happened(self):
        early, late = "2026-03-03T10:00:00", "2026-03-03T11:00:00"
        for times, newest_first, rows in (
            ((early, early, late), False, [1, 2, 3]),
            ((early, early, late), True, [1, 2, 3]),
            ((late, early, early), False, [3, 2, 1]),
            ((early, early, early), False, [1, 2, 3]),
            ((early, early, early), True, [3, 2, 1]),
            # Noon in the east is before eleven in the west.
            ((early + "-06:00", "", "2026-03-03T12:00:00+01:00"), False, [3, 2, 1]),
            ((early, "2026-03-03", late + "+01:00"), True, [1, 2, 3]),
            (("", "", ""), False, [1, 2, 3]),
        ):
            with self.subTest(times, newest_first=newest_first):
                events = reading.in_order(self._history(*times), newest_first)
                self.assertEqual([event.source_row for event in events], rows)
                self.assertEqual([event.raw_text for event in events], list("abc"))
        self.assertEqual(reading.in_order([]), [])

    def test_last_delivery_is_found_wherever_it_stands(self):
        for rows, place in (((1, 2, 3), 2), ((3, 2, 1), 0)):
            events = [
                CarrierEvent(event_type, source_row=row)
                for event_type, row in zip(
                    ("delivered", "lost", "return_received"), rows, strict=True
                )
            ]
            self.assertEqual(reading.arrival(events), place)
        self.assertIsNone(reading.arrival([]))
        self.assertIsNone(reading.arrival([CarrierEvent("lost")]))
