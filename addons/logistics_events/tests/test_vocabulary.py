import unicodedata
from datetime import datetime, timedelta
from types import MappingProxyType

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events import vocabulary
from odoo.addons.logistics_events.vocabulary import EVENT_TYPES, normalise_tracking

# Code, rank and terminal of everything that moves a state, in the order of the way.
RANKS = (
    ("shipment_booked", 10, ""),
    ("shipment_created", 20, ""),
    ("return_created", 20, ""),
    ("dispatched", 30, ""),
    ("picked_up", 40, ""),
    ("departed_facility", 50, ""),
    ("arrived_facility", 50, ""),
    ("in_transit", 50, ""),
    ("customs_in_progress", 55, ""),
    ("customs_hold", 55, ""),
    ("customs_released", 56, ""),
    ("out_for_delivery", 70, ""),
    ("delivery_attempt_failed", 72, ""),
    ("available_for_pickup", 75, ""),
    ("refused", 78, ""),
    ("delivery_failed", 80, "soft"),
    ("lost", 85, "soft"),
    ("delivered", 90, "final"),
    ("return_received", 90, "final"),
    ("returning_to_sender", 92, ""),
    ("shipment_cancelled", 95, "final"),
    ("returned_to_sender", 97, "final"),
)


@tagged("post_install", "-at_install", "standard")
class TestVocabulary(BaseCase):
    def test_forty_codes_are_numbered_without_gaps(self):
        numbers = [kind.number for kind in EVENT_TYPES.values()]
        self.assertEqual(numbers, list(range(1, 41)))
        self.assertTrue(all(code == kind.code for code, kind in EVENT_TYPES.items()))

    def test_ranks_are_those_of_the_standard(self):
        ranked = sorted(
            (kind for kind in EVENT_TYPES.values() if kind.rank),
            key=lambda kind: (kind.rank, kind.number),
        )
        self.assertEqual(
            tuple((kind.code, kind.rank, kind.terminal) for kind in ranked), RANKS
        )

    def test_bands_follow_the_ranks(self):
        bands = {code: kind.band for code, kind in EVENT_TYPES.items()}
        self.assertEqual(bands["picked_up"], "A")
        self.assertEqual(bands["departed_facility"], "B")
        self.assertEqual(bands["lost"], "B")
        self.assertEqual(bands["delivered"], "C")
        self.assertEqual(bands["delayed"], "")

    def test_milestones_are_those_of_the_standard(self):
        self.assertEqual(
            {code for code, kind in EVENT_TYPES.items() if kind.milestone},
            {
                "shipment_booked",
                "shipment_created",
                "shipment_cancelled",
                "dispatched",
                "picked_up",
                "out_for_delivery",
                "available_for_pickup",
                "refused",
                "delivery_failed",
                "lost",
                "delivered",
                "return_created",
                "returning_to_sender",
                "returned_to_sender",
                "return_received",
            },
        )

    def test_customer_sees_no_inner_workings(self):
        hidden = {
            code for code, kind in EVENT_TYPES.items() if not kind.customer_visible
        }
        for code in ("refused", "lost", "damaged", "unmapped", "charge_confirmed"):
            self.assertIn(code, hidden)
        for code in ("delivered", "delayed", "pod_available", "customs_hold"):
            self.assertNotIn(code, hidden)

    def test_overlays_raise_a_flag_of_their_name(self):
        self.assertEqual(
            {kind.flag for kind in EVENT_TYPES.values() if kind.flag},
            {"delayed", "on_hold", "exception", "damaged", "customs_hold", "lost"},
        )
        self.assertEqual(
            set(vocabulary.FLAGS) - {kind.flag for kind in EVENT_TYPES.values()},
            {"contradiction", "conflict", "void_label_used"},
        )

    def test_return_codes_belong_to_the_return_leg(self):
        for code, kind in EVENT_TYPES.items():
            only_back = code in ("return_created", "return_received")
            self.assertEqual(kind.legs == ("return",), only_back, code)

    def test_categories_are_all_used_and_counted(self):
        used = [kind.category for kind in EVENT_TYPES.values()]
        self.assertEqual(set(used), set(vocabulary.CATEGORIES))
        for category, count in (
            ("shipment", 5),
            ("transit", 6),
            ("delivery", 3),
            ("exception", 8),
            ("return", 4),
            ("customs", 3),
            ("finance", 6),
            ("document", 2),
        ):
            self.assertEqual(used.count(category), count, category)

    def test_closed_lists_have_their_codes(self):
        self.assertEqual(
            list(vocabulary.CLASSIFIERS),
            ["actual", "estimated", "planned", "retracted"],
        )
        self.assertEqual(
            list(vocabulary.PRECISIONS), ["instant", "local", "date", "none"]
        )
        self.assertEqual(
            list(vocabulary.ZONE_SOURCES), ["given", "derived", "assumed", "none"]
        )
        self.assertEqual(list(vocabulary.LEGS), ["outbound", "return"])
        self.assertEqual(len(vocabulary.REASONS), 31)
        self.assertEqual(len(vocabulary.DELIVERY_MODES), 9)
        self.assertEqual(len(vocabulary.FLAGS), 9)
        self.assertEqual(len(vocabulary.MOVEMENT), 4)

    def test_labels_are_title_case_and_not_empty(self):
        labels = [kind.label for kind in EVENT_TYPES.values()]
        for name in vars(vocabulary):
            value = getattr(vocabulary, name)
            if isinstance(value, MappingProxyType) and name not in (
                "EVENT_TYPES",
                "TRUST_LEVELS",
            ):
                labels += value.values()
        self.assertGreater(len(labels), 100)
        for label in labels:
            large = [word for word in label.split() if len(word) > 3]
            for word in [label, *large]:
                small = word in ("from", "without")
                self.assertEqual(word[0].islower(), small, label)

    def test_labels_of_event_types_are_unique(self):
        labels = [kind.label for kind in EVENT_TYPES.values()]
        self.assertEqual(len(set(labels)), len(labels))

    def test_states_are_the_ranked_codes_and_one_more(self):
        codes = [code for code, _label in vocabulary.STATES]
        self.assertEqual(codes[-1], "partly_delivered")
        self.assertEqual(set(codes[:-1]), {code for code, _rank, _end in RANKS})

    def test_final_states_are_those_nothing_reopens_by_itself(self):
        self.assertEqual(
            vocabulary.FINAL_STATES,
            {
                "shipment_cancelled",
                "delivered",
                "returned_to_sender",
                "return_received",
            },
        )

    def test_trust_grows(self):
        levels = vocabulary.TRUST_LEVELS
        self.assertEqual(levels.keys(), vocabulary.TRUST.keys())
        self.assertTrue(
            0
            < levels["signed_untimed"]
            < levels["person"]
            < levels["polled"]
            < levels["signed"]
        )

    def test_lists_cannot_be_changed(self):
        with self.assertRaises(TypeError):
            vocabulary.REASONS["mood"] = "Mood"
        with self.assertRaises(TypeError):
            vocabulary.EVENT_TYPES["vanished"] = None


@tagged("post_install", "-at_install", "standard")
class TestNormaliseTracking(BaseCase):
    def test_blanks_and_case_do_not_matter(self):
        for text in (
            " 1z 999 aa1 ",
            "1Z999AA1",
            "1z\u00a0999\u2009aa1\t",
            "1Z999AA1\n",
        ):
            self.assertEqual(normalise_tracking(text), "1Z999AA1")

    def test_invisible_characters_do_not_matter(self):
        self.assertEqual(normalise_tracking("\ufeff1Z\u200b9\u200f\x00"), "1Z9")

    def test_composed_and_decomposed_letters_are_one(self):
        self.assertEqual(normalise_tracking("e\u0301"), normalise_tracking("\u00e9"))

    def test_look_alikes_stay_apart(self):
        self.assertNotEqual(
            normalise_tracking("A1"), normalise_tracking("\u0410\u0031")
        )
        self.assertNotEqual(normalise_tracking("O0"), normalise_tracking("00"))

    def test_hyphens_belong_to_the_number(self):
        self.assertEqual(normalise_tracking("rr-1 de"), "RR-1DE")

    def test_nothing_is_the_empty_number(self):
        self.assertEqual(normalise_tracking(None), "")
        self.assertEqual(normalise_tracking(" \t"), "")

    def test_normalising_twice_changes_nothing(self):
        @seed(7)
        @settings(database=None, deadline=None, max_examples=500)
        @given(st.text(max_size=12))
        def holds(text):
            once = normalise_tracking(text)
            self.assertEqual(normalise_tracking(once), once)
            self.assertEqual(unicodedata.normalize("NFC", once), once)

        holds()


@tagged("post_install", "-at_install", "standard")
class TestToLocal(BaseCase):
    def test_offset_shows_the_clock_of_the_place(self):
        noon = datetime(2026, 3, 3, 12, 0)
        local = vocabulary.to_local(noon, -300)
        self.assertEqual(local.isoformat(), "2026-03-03T07:00:00-05:00")
        self.assertEqual(
            vocabulary.to_local(noon, 345).utcoffset(), timedelta(minutes=345)
        )

    def test_without_an_offset_it_is_utc(self):
        noon = datetime(2026, 3, 3, 12, 0)
        for offset in (None, 0, False):
            self.assertEqual(
                vocabulary.to_local(noon, offset).isoformat(),
                "2026-03-03T12:00:00+00:00",
            )
