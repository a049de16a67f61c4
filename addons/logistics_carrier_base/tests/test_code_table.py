from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base import problem
from odoo.addons.logistics_carrier_base.code_table import Meaning, read
from odoo.addons.logistics_carrier_base.dhl_checkpoints import CHECKPOINTS
from odoo.addons.logistics_events import vocabulary


@tagged("post_install", "-at_install")
class TestCodeTable(BaseCase):
    """Tables of codes as they are written, and error documents of one form."""

    def test_line_is_a_meaning_and_its_codes(self):
        table = read(
            """
            delivered A1 A2
            | A3
            delivered:locker B1
            delivered+damaged C1
            delayed:weather D1
            - E1
            """
        )
        self.assertEqual(
            table,
            {
                "A1": Meaning("delivered"),
                "A2": Meaning("delivered"),
                "A3": Meaning("delivered"),
                "B1": Meaning("delivered", delivery_mode="locker"),
                "C1": Meaning("delivered", damaged=True),
                "D1": Meaning("delayed", "weather"),
                "E1": Meaning(""),
            },
        )

    def test_code_that_stands_twice_is_a_mistake(self):
        with self.assertRaisesRegex(ValueError, "A1 stands twice"):
            read("delivered A1\nrefused A1")

    def test_checkpoints_lead_to_words_of_the_vocabulary(self):
        self.assertEqual(len(CHECKPOINTS), 44)
        words = {meaning.event_type for meaning in CHECKPOINTS.values()} - {""}
        self.assertLessEqual(words, vocabulary.EVENT_TYPES.keys())
        reasons = {meaning.reason for meaning in CHECKPOINTS.values()} - {""}
        self.assertLessEqual(reasons, vocabulary.REASONS.keys())

    def test_error_document_is_read_with_what_it_says(self):
        answer = problem.answer_of(
            b'{"status": "404", "title": "Not Found", "detail": "No such parcel"}'
        )
        self.assertEqual(
            (answer.kind, answer.code, answer.text),
            ("not_found", "404", "Not Found: No such parcel"),
        )
        answer = problem.answer_of(b'{"status": 418, "message": "Tea"}')
        self.assertEqual((answer.kind, answer.text), ("bad_request", "Tea"))

    def test_other_documents_are_none(self):
        for body in (
            b"",
            b"<html>",
            b"[]",
            b'{"status": 404}',
            b'{"status": "Success", "title": "x"}',
            b'{"title": "x"}',
        ):
            self.assertIsNone(problem.answer_of(body), body)
