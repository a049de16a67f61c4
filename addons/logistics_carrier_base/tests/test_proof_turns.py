import base64
from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_events.tests import files

from .. import proof, proof_turns
from ..exceptions import (
    CarrierAnswer,
    CarrierRejected,
    CarrierUnavailable,
    UnreadableMessage,
)

NOON = datetime(2026, 11, 20, 12)


@tagged("post_install", "-at_install")
class TestProofFile(BaseCase):
    def test_texts_are_cleaned_and_shortened(self):
        file = proof.ProofFile(" 1Z ", b"x", "photo", "a\0b\n c", "P" * 999)
        self.assertEqual((file.tracking_number, file.name), ("1Z", "a b c"))
        self.assertEqual(len(file.signer), 200)

    def test_what_is_no_file_is_refused_at_once(self):
        for wrong in (
            {"kind": "film"},
            {"content": "text"},
            {"content": None},
            {"signer": None},
            {"tracking_number": 12},
        ):
            with self.subTest(wrong), self.assertRaises(ValueError):
                proof.ProofFile(**{"tracking_number": "1Z", "content": b"x"} | wrong)

    def test_base64_is_read_as_partners_write_it(self):
        content = files.image("GIF", mode="P")
        packed = base64.b64encode(content).decode()
        for text in (
            packed,
            f"data:image/gif;base64,{packed}",
            "\r\n".join(packed[at : at + 76] for at in range(0, len(packed), 76)),
            packed.rstrip("="),
        ):
            self.assertEqual(proof.decoded(text), content)
        for wrong in (None, 12, "", "§§§§", "a"):
            self.assertEqual(proof.decoded(wrong), b"")

    def test_far_too_long_base64_is_cut_and_still_too_large(self):
        content = proof.decoded("A" * 60_000_000)
        self.assertGreater(len(content), 10 * 1024 * 1024)
        self.assertLess(len(content), 15 * 1024 * 1024)

    def test_answers_that_are_no_files_are_what_a_call_may_raise(self):
        for raised, expected in (
            (CarrierAnswer("not_found", "404", "none"), "not_found"),
            (CarrierAnswer("authentication", "1", "who?"), "authentication"),
            (UnreadableMessage("no document", "syntax"), "bad_request"),
        ):

            def fetch(number, raised=raised):
                raise raised

            with self.assertRaises(CarrierRejected) as caught:
                proof.readable(fetch)("1Z")
            self.assertEqual(caught.exception.kind, expected)

        def busy(number):
            raise CarrierAnswer("quota", "429", "slower")

        with self.assertRaises(CarrierUnavailable):
            proof.readable(busy)("1Z")

    def test_pauses_grow_and_end_within_days(self):
        at, pauses = NOON, []
        for attempts in range(1, 20):
            following = proof_turns.next_turn(attempts, at)
            if following is None:
                break
            pauses.append(following - at)
            at = following
        self.assertEqual(pauses, sorted(pauses))
        self.assertLess(at - NOON, timedelta(days=10))
        self.assertGreater(at - NOON, timedelta(days=3))

    def test_partner_that_says_when_is_not_asked_sooner(self):
        self.assertEqual(
            proof_turns.next_turn(1, NOON, 7200.0), NOON + timedelta(hours=2)
        )
        self.assertEqual(proof_turns.next_turn(1, NOON, 7.0), NOON + timedelta(hours=1))
