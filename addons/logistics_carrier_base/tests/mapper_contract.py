"""The cases every mapper must pass, in documents that its stand-in writes."""

import random
from datetime import datetime

from odoo.tests import BaseCase

from ..exceptions import CarrierAnswer, UnreadableMessage
from ..identity import content_hash, event_key
from ..sandbox.carrier_stand_in import scan_at

# The hour that comes twice, in Berlin.
TWICE = ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")
MUTATIONS = 300


def facts(events):
    """Give what the ledger tells events apart by."""
    return {(event_key("x", event), content_hash(event)) for event in events}


class MapperContract(BaseCase):
    """What a carrier's documents mean.

    :param parse: The mapper's function, as a staticmethod.
    :param stand_in: The class of the stand-in.
    :param str zone: Whether the carrier writes offsets: `given`, `derived` (from the
        place, or from a second time) or `none`.
    """

    parse = None
    stand_in = None
    number = "NB100"
    another = "NB200"
    zone = "given"

    def setUp(self):
        super().setUp()
        self.server = self.stand_in()
        self.addCleanup(self.server.stop)

    def _document(self, *scans, number=None):
        return self.server.document(number or self.number, list(scans))

    def _read(self, *scans):
        return self.parse(self._document(*scans))

    def test_every_word_is_read_as_it_is_meant(self):
        for word in self.server.words:
            with self.subTest(word):
                said = {
                    event.event_type
                    for event in self._read(scan_at(word, "2026-11-20T12:00:00+01:00"))
                }
                self.assertIn("unmapped" if word == "nonsense" else word, said)

    def test_times_are_those_of_the_carrier(self):
        text = "2026-03-03T10:42:00+01:00"
        event = self._one("delivered", text)
        self._check_time(event, text)

    def test_hour_that_comes_twice(self):
        first, second = (self._one("delivered", text) for text in TWICE)
        for event, text in zip((first, second), TWICE, strict=True):
            self._check_time(event, text)
        if self.zone == "given":
            self.assertNotEqual(event_key("x", first), event_key("x", second))

    def test_hour_that_does_not_exist_breaks_nothing(self):
        self._check_time(
            self._one("delivered", "2026-03-29T02:30:00+01:00"),
            "2026-03-29T02:30:00+01:00",
        )

    def test_repeated_document_states_the_same_facts(self):
        scan = scan_at("delivered", "2026-11-20T12:00:00+01:00")
        self.assertEqual(facts(self._read(scan)), facts(self._read(scan)))

    def test_longer_history_keeps_the_facts_of_the_shorter_one(self):
        first = scan_at("picked_up", "2026-11-19T09:00:00+01:00")
        second = scan_at("in_transit", "2026-11-19T15:00:00+01:00")
        last = scan_at("out_for_delivery", "2026-11-20T08:00:00+01:00")
        shorter = self._scans_of(self._read(first, second))
        self.assertLessEqual(shorter, self._scans_of(self._read(first, second, last)))

    def test_two_parcels_are_told_apart(self):
        """In one message where the carrier's format has room for two, else in two."""
        told = {
            self.number: [scan_at("picked_up", "2026-11-20T12:00:00+01:00")],
            self.another: [scan_at("delivered", "2026-11-20T12:00:00+01:00")],
        }
        if page := self.server.page(told):
            pages = [page]
        else:
            pages = [self._document(*told[number], number=number) for number in told]
        events = [event for page in pages for event in self.parse(page)]
        for number, (scan,) in told.items():
            said = {e.event_type for e in events if e.tracking_number == number}
            self.assertEqual(said - {scan.word, "pod_available"}, set(), number)
            self.assertIn(scan.word, said)
        keys = {number: set() for number in told}
        for event in events:
            keys[event.tracking_number].add(event_key("x", event))
        self.assertFalse(set.intersection(*keys.values()))

    def test_unknown_code_keeps_its_words(self):
        found = self._one("unmapped", "2026-11-20T12:00:00+01:00", "nonsense")
        self.assertTrue(found.raw_code)
        self.assertEqual(found.tracking_number, self.number)

    def test_what_is_no_document_is_unreadable(self):
        for body in (b"", b" ", b"{", b"[", b"<", b"null", b"7", b"\xff\xfe\x00", b"x"):
            with (
                self.subTest(body),
                self.assertRaises((UnreadableMessage, CarrierAnswer)),
            ):
                self.parse(body)

    def test_damaged_documents_are_read_or_refused_and_break_nothing(self):
        whole = self._document(
            scan_at("picked_up", "2026-11-19T09:00:00+01:00"),
            scan_at("delivered", "2026-11-20T12:00:00+01:00"),
        )
        rng = random.Random(19)
        refused = 0
        for _round in range(MUTATIONS):
            body = bytearray(whole)
            at = rng.randrange(len(body))
            if rng.random() < 0.5:
                del body[at : at + rng.randrange(1, 40)]
            else:
                body[at : at + 1] = rng.choice([b'"', b"{}", b"0", b"<", b"\x00", b"-"])
            try:
                self.parse(bytes(body))
            except (UnreadableMessage, CarrierAnswer):
                refused += 1
        self.assertGreater(refused, 0)

    def _one(self, event_type, text, word=""):
        found = [
            event
            for event in self._read(scan_at(word or event_type, text))
            if event.event_type == event_type and event.occurred_at
        ]
        self.assertTrue(found, event_type)
        return found[0]

    def _scans_of(self, events):
        """Give the facts that stand in the history: a summary follows the last one."""
        return facts(event for event in events if event.fact_kind.startswith("scan"))

    def _check_time(self, event, text):
        told = datetime.fromisoformat(text)
        found = event.occurred_at
        if self.zone == "none":
            self.assertEqual(event.precision, "local")
            self.assertEqual(event.zone_source, "none")
            self.assertEqual(found, told.replace(tzinfo=None))
        else:
            self.assertEqual(event.zone_source, self.zone)
            self.assertEqual(found, told)
