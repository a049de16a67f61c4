from odoo.tests import BaseCase, tagged
from odoo.tools import frozendict

from ..return_facts import DISPOSITIONS, STATES
from ..return_words import STEPS, WORDS, next_steps, sentence, tone, word

# Nothing of this is a customer's business.
INSIDE = (
    "approv",
    "inspect",
    "refurbish",
    "scrap",
    "missing",
    "claim",
    "finance",
    "fraud",
    "goodwill",
)
ENGLISH = frozendict(lang="en_US")


def _text(said, context=ENGLISH):
    """Return what is said; Odoo looks for the language in the `context` around."""
    return str(said)


def _all_said():
    for state in (*STATES, None, "unheard of"):
        yield word(state)
        for undelivered in (False, True):
            for replaced in (False, True):
                yield sentence(state, undelivered, replaced)
    yield from STEPS.values()


@tagged("post_install", "-at_install")
class TestReturnWords(BaseCase):
    def test_every_state_has_a_word_and_no_other(self):
        self.assertEqual(set(WORDS), set(STATES))

    def test_nothing_internal_is_said(self):
        for said in map(_text, _all_said()):
            self.assertTrue(said)
            for inside in INSIDE:
                self.assertNotIn(inside, said.lower())

    def test_dispositions_have_no_word(self):
        said = {_text(said).lower() for said in _all_said()}
        self.assertFalse(said & set(DISPOSITIONS))

    def test_unknown_state_is_told_as_the_safest(self):
        for state in (None, "", "unheard of"):
            self.assertEqual(_text(word(state)), "Return Requested")
            self.assertEqual(tone(state), "secondary")
            self.assertIs(sentence(state), sentence("requested"))
            self.assertEqual(next_steps(state, label=True), ("contact",))

    def test_money_is_only_told_when_it_is_booked(self):
        for state in set(STATES) - {"credited", "refunded"}:
            for said in (word(state), sentence(state)):
                self.assertNotIn("credit", _text(said).lower())

    def test_customer_with_a_label_prints_and_sends(self):
        self.assertEqual(
            next_steps("label_sent", label=True, tracking=True),
            ("print_label", "send", "add_photos", "withdraw", "contact"),
        )

    def test_nothing_is_sent_before_it_is_accepted(self):
        self.assertEqual(
            next_steps("requested", label=True), ("add_photos", "withdraw", "contact")
        )

    def test_what_is_on_its_way_is_followed_and_not_withdrawn(self):
        self.assertEqual(next_steps("in_transit", tracking=True), ("follow", "contact"))
        self.assertEqual(next_steps("in_transit"), ("contact",))

    def test_credit_note_is_seen_as_soon_as_there_is_one(self):
        for state in ("inspected", "credited", "refunded", "closed"):
            self.assertEqual(next_steps(state, credit=True), ("see_credit", "contact"))

    def test_undelivered_parcel_asks_nothing_of_the_customer(self):
        for state in STATES:
            steps = next_steps(state, undelivered=True, label=True, tracking=True)
            self.assertLessEqual(set(steps), {"follow", "contact"})
        self.assertIn("could not be delivered", _text(sentence("in_transit", True)))

    def test_goods_to_keep_are_not_sent(self):
        steps = next_steps("approved", label=True, expected=False)
        self.assertEqual(steps, ("add_photos", "contact"))

    def test_replacement_is_told_instead_of_a_credit(self):
        told = _text(sentence("inspected", replaced=True))
        self.assertEqual(told, "Your replacement is being prepared.")
        self.assertIs(sentence("received", replaced=True), sentence("received"))
