from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.carrier_event import ATTRIBUTES, CarrierEvent
from odoo.addons.logistics_carrier_base.identity import (
    content_hash,
    event_key,
    voided_key,
)

BERLIN_WINTER = timezone(timedelta(hours=1))
DELIVERED = {
    "event_type": "delivered",
    "occurred_at": datetime(2026, 3, 3, 10, 42, tzinfo=BERLIN_WINTER),
    "zone_source": "given",
    "precision": "instant",
    "tracking_number": "SBX 0000 0123",
    "location": {"city": "Halle", "postcode": "06108", "country": "DE"},
    "raw_code": "DLV",
    "raw_text": "Handed over",
}
CHARGE = {
    "event_type": "charge_estimated",
    "occurred_at": date(2026, 3, 3),
    "precision": "date",
    "tracking_number": "SBX00000123",
    "amount": Decimal("5.70"),
    "currency": "EUR",
    "raw_code": "FUEL",
    "fact_kind": "fee:FUEL:1",
}


def event(base=None, **changes):
    return CarrierEvent(**{**(base or DELIVERED), **changes})


@tagged("post_install", "-at_install")
class TestCarrierEvent(BaseCase):
    """The shape of an event: what it takes, what it refuses, how it prints."""

    def test_printed_attributes_are_the_published_ones_in_order(self):
        self.assertEqual(
            list(event().as_dict()),
            [
                "event_type",
                "classifier",
                "occurred_at",
                "zone_source",
                "precision",
                "recorded_at",
                "source_event_id",
                "source_row",
                "tracking_number",
                "leg",
                "location",
                "reason",
                "delivery_mode",
                "signer",
                "documents",
                "amount",
                "currency",
                "raw_code",
                "raw_text",
                "voids",
            ],
        )
        self.assertEqual(len(ATTRIBUTES), 20)

    def test_empty_attributes_print_as_null_or_empty(self):
        self.assertEqual(
            CarrierEvent("in_transit").as_dict(),
            {
                **dict.fromkeys(ATTRIBUTES),
                "event_type": "in_transit",
                "classifier": "actual",
                "zone_source": "none",
                "precision": "none",
                "source_row": 0,
                "leg": "outbound",
                "location": {},
                "documents": [],
            },
        )

    def test_times_and_amounts_print_as_they_were_said(self):
        printed = event(
            amount=Decimal("8.20000"),
            currency="USD",
            recorded_at=datetime(2026, 3, 4, tzinfo=timezone.utc),
        ).as_dict()
        self.assertEqual(printed["occurred_at"], "2026-03-03T10:42:00+01:00")
        self.assertEqual(printed["recorded_at"], "2026-03-04T00:00:00+00:00")
        self.assertEqual(printed["amount"], "8.20000")
        naive = event(
            occurred_at=datetime(2026, 3, 3, 10, 42),
            zone_source="none",
            precision="local",
        )
        self.assertEqual(naive.as_dict()["occurred_at"], "2026-03-03T10:42:00")
        self.assertEqual(event(CHARGE).as_dict()["occurred_at"], "2026-03-03")

    def test_zero_is_an_amount(self):
        self.assertEqual(
            event(CHARGE, amount=Decimal("0.00")).as_dict()["amount"], "0.00"
        )

    def test_extras_print_only_when_they_are_there(self):
        printed = event(
            references={"order": "S00042", "invoice": ""},
            lines=[{"product": "E-COM07", "quantity": Decimal("2.0"), "lot": ""}],
            carrier="FedEx",
        ).as_dict()
        self.assertEqual(list(printed)[20:], ["references", "lines", "carrier"])
        self.assertEqual(printed["references"], {"order": "S00042"})
        self.assertEqual(printed["lines"], [{"product": "E-COM07", "quantity": "2.0"}])

    def test_place_keeps_only_what_is_said(self):
        place = {"city": "Halle", "state": "", "country": None}
        self.assertEqual(event(location=place).location, {"city": "Halle"})

    def test_event_cannot_be_changed(self):
        with self.assertRaises(AttributeError):
            event().event_type = "lost"

    def test_changing_the_given_mapping_changes_no_event(self):
        place = {"city": "Halle"}
        said = event(location=place)
        place["city"] = "Leipzig"
        self.assertEqual(said.location, {"city": "Halle"})

    def test_values_outside_their_list_are_refused(self):
        for name, value in (
            ("event_type", "teleported"),
            ("classifier", "maybe"),
            ("precision", "roughly"),
            ("zone_source", "guessed"),
            ("leg", "sideways"),
            ("reason", "bad luck"),
            ("delivery_mode", "drone"),
            ("location", {"planet": "Earth"}),
            ("references", {"colour": "red"}),
            ("documents", [{"bytes": "JVBERi0="}]),
            ("lines", [{"product": "A", "quantity": Decimal(1), "price": "1"}]),
        ):
            with self.subTest(name), self.assertRaisesRegex(ValueError, name):
                event(**{name: value})

    def test_times_that_contradict_themselves_are_refused(self):
        naive = datetime(2026, 3, 3, 10, 42)
        aware = naive.replace(tzinfo=timezone.utc)
        for changes in (
            {"occurred_at": naive, "precision": "instant", "zone_source": "none"},
            {"occurred_at": naive, "precision": "local", "zone_source": "given"},
            {"occurred_at": aware, "precision": "instant", "zone_source": "none"},
            {"occurred_at": aware, "precision": "date", "zone_source": "given"},
            {
                "occurred_at": naive.date(),
                "precision": "instant",
                "zone_source": "none",
            },
            {"occurred_at": naive.date(), "precision": "date", "zone_source": "given"},
            {"occurred_at": None, "precision": "date", "zone_source": "none"},
            {"occurred_at": None, "precision": "none", "zone_source": "given"},
            {"occurred_at": "2026-03-03"},
            {"occurred_at": datetime(1, 1, 1, tzinfo=timezone.utc)},
            {"recorded_at": naive},
            {"recorded_at": "2026-03-03T10:42:00Z"},
        ):
            with self.subTest(changes), self.assertRaises(ValueError):
                event(**changes)

    def test_times_the_adapter_put_into_a_zone_stay_local(self):
        assumed = event(zone_source="assumed", precision="local")
        self.assertEqual(assumed.precision, "local")

    def test_amounts_that_are_no_money_are_refused(self):
        for value in (
            8.2,
            "8.20",
            Decimal("NaN"),
            Decimal("Infinity"),
            Decimal("1e16"),
            Decimal("1e999999"),
            Decimal("1e-13"),
        ):
            with self.subTest(value), self.assertRaisesRegex(ValueError, "amount"):
                event(CHARGE, amount=value)

    def test_texts_that_no_database_takes_are_refused(self):
        for value in ("x\0y", "half \ud83d", 7, None, b"bytes"):
            with self.subTest(value), self.assertRaises(ValueError):
                event(raw_text=value)
        with self.assertRaisesRegex(ValueError, "location.city"):
            event(location={"city": "x\0"})
        with self.assertRaisesRegex(ValueError, "tracking_number"):
            event(tracking_number="9" * 201)

    def test_lines_need_a_product_and_a_quantity(self):
        for line in (
            {"quantity": Decimal(1)},
            {"product": "A"},
            {"product": "A", "quantity": Decimal(-1)},
            {"product": "A", "quantity": Decimal("NaN")},
            {"product": "A", "quantity": 1.5},
        ):
            with self.subTest(line), self.assertRaises(ValueError):
                event(lines=[line])


@tagged("post_install", "-at_install")
class TestIdentity(BaseCase):
    """Which fact an event states, and what was said about it."""

    def assertSameFact(self, first, second):
        self.assertEqual(event_key("acme:1", first), event_key("acme:1", second))

    def assertOtherFact(self, first, second):
        self.assertNotEqual(event_key("acme:1", first), event_key("acme:1", second))

    def test_identifier_of_the_source_names_the_fact(self):
        said = event(source_event_id="E-1")
        self.assertEqual(event_key("acme:1", said), "acme:1|E-1")
        self.assertSameFact(said, event(source_event_id="E-1", raw_code="OTHER"))
        self.assertOtherFact(said, event(source_event_id="E-2"))
        self.assertNotEqual(event_key("acme:1", said), event_key("acme:2", said))

    def test_keys_are_short_whatever_the_identifier(self):
        long = event(source_event_id="x" * 500)
        self.assertLess(len(event_key("acme:1", long)), 80)
        self.assertOtherFact(long, event(source_event_id="x" * 499 + "y"))
        self.assertLess(len(event_key("acme:1", event())), 80)

    def test_identifier_cannot_pretend_to_be_a_digest(self):
        computed = event_key("acme:1", event())
        pretended = event(source_event_id=computed.partition("|")[2])
        self.assertNotEqual(event_key("acme:1", pretended), computed)

    def test_correcting_a_mapping_keeps_key_and_content(self):
        unknown = event(event_type="unmapped")
        for changes in (
            {"event_type": "delivered"},
            {"event_type": "eta_updated", "classifier": "estimated"},
            {"reason": "refused", "delivery_mode": "neighbour"},
        ):
            corrected = event(**changes)
            self.assertSameFact(unknown, corrected)
            self.assertEqual(content_hash(unknown), content_hash(corrected))

    def test_spelling_of_number_and_place_does_not_matter(self):
        self.assertSameFact(event(), event(tracking_number="sbx00000123"))
        self.assertSameFact(
            event(location={"city": "Würzburg"}),
            event(location={"city": "WU\u0308RZBURG "}),
        )

    def test_same_instant_in_another_zone_is_the_same_fact(self):
        moved = DELIVERED["occurred_at"].astimezone(timezone.utc)
        self.assertSameFact(event(), event(occurred_at=moved))
        self.assertEqual(content_hash(event()), content_hash(event(occurred_at=moved)))

    def test_better_guess_of_the_zone_keeps_the_key(self):
        wall = datetime(2026, 3, 3, 10, 42)
        none = event(occurred_at=wall, zone_source="none", precision="local")
        for hours, source in ((0, "assumed"), (1, "derived")):
            zone = timezone(timedelta(hours=hours))
            guessed = event(
                occurred_at=wall.replace(tzinfo=zone),
                zone_source=source,
                precision="local",
            )
            self.assertSameFact(none, guessed)
            self.assertEqual(content_hash(none), content_hash(guessed))

    def test_another_number_leg_code_time_place_or_kind_is_another_fact(self):
        for changes in (
            {"tracking_number": "SBX00000124"},
            {"leg": "return"},
            {"raw_code": "ATT"},
            {"occurred_at": DELIVERED["occurred_at"] + timedelta(seconds=1)},
            {"location": {"city": "Leipzig", "postcode": "06108"}},
            {"location": {"city": "Halle", "postcode": "06110"}},
            {"location": {**DELIVERED["location"], "code": "H7"}},
            {"fact_kind": "eta"},
        ):
            with self.subTest(changes):
                self.assertOtherFact(event(), event(**changes))

    def test_country_name_and_state_of_a_place_are_not_identity(self):
        place = {**DELIVERED["location"], "country": "", "name": "Hub", "state": "ST"}
        self.assertSameFact(event(), event(location=place))

    def test_corrected_amount_is_a_version_of_the_same_charge(self):
        first, second = event(CHARGE), event(CHARGE, amount=Decimal("6.10"))
        self.assertSameFact(first, second)
        self.assertNotEqual(content_hash(first), content_hash(second))

    def test_two_equal_charges_of_one_bill_are_two_facts(self):
        self.assertOtherFact(event(CHARGE), event(CHARGE, fact_kind="fee:FUEL:2"))

    def test_content_covers_what_the_partner_said(self):
        content = content_hash(event())
        for changes in (
            {"raw_code": "ATT"},
            {"raw_text": "Handed over at the desk"},
            {"occurred_at": DELIVERED["occurred_at"] + timedelta(minutes=5)},
            {"recorded_at": datetime(2026, 3, 4, tzinfo=timezone.utc)},
            {"signer": "A. Weber"},
            {"amount": Decimal(1), "currency": "EUR"},
            {"voids": "E-1"},
            {"tracking_number": "SBX00000124"},
            {"leg": "return"},
            {"documents": [{"type": "pod", "url": "https://a.example/1"}]},
            {"lines": [{"product": "A", "quantity": Decimal(1)}]},
            {"references": {"order": "S1"}},
            {"said": "left at the door"},
        ):
            with self.subTest(changes):
                self.assertNotEqual(content_hash(event(**changes)), content)

    def test_content_ignores_how_a_number_is_written(self):
        for one, other in (("8.2", "8.20000"), ("-0.0", "0"), ("100", "1E+2")):
            self.assertEqual(
                content_hash(event(CHARGE, amount=Decimal(one))),
                content_hash(event(CHARGE, amount=Decimal(other))),
            )
        self.assertNotEqual(
            content_hash(event(CHARGE, amount=Decimal("10"))),
            content_hash(event(CHARGE, amount=Decimal("1"))),
        )

    def test_link_signed_anew_is_the_same_document(self):
        def content(url):
            return content_hash(event(documents=[{"type": "pod", "url": url}]))

        self.assertEqual(
            content("https://a.example/pod/1?expires=1"),
            content("https://a.example/pod/1?expires=2#page"),
        )
        self.assertNotEqual(
            content("https://a.example/pod/1"), content("https://a.example/pod/2")
        )

    def test_place_in_the_document_is_not_content(self):
        self.assertEqual(content_hash(event()), content_hash(event(source_row=9)))

    def test_withdrawal_names_the_key_of_its_target(self):
        target = event(source_event_id="E-1")
        withdrawal = event(classifier="retracted", source_event_id="E-2", voids="E-1")
        self.assertEqual(voided_key("acme:1", withdrawal), event_key("acme:1", target))
        self.assertEqual(voided_key("acme:1", target), "")
        # Nobody withdraws what somebody else said.
        self.assertNotEqual(
            voided_key("other:1", withdrawal), event_key("acme:1", target)
        )

    def test_stored_keys_stay_what_they_are(self):
        # Another result here makes every stored fact unknown: migrate, or undo.
        self.assertEqual(
            event_key("acme:1", event()),
            "acme:1|~5856781bb3ebd30eb12585a759b7ee5662d822de4016f118c7ec761479437619",
        )
        self.assertEqual(
            content_hash(event()),
            "6a8f805740f90056b3629f9d8442320c7e9b79795efde4047708453c00704725",
        )
