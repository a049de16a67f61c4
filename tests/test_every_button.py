"""Every category of exception and every button it offers: pressed, and taken back.

Which buttons there are is read from the form as the web client gets it, with all the
addons: a button without a deed in `solving/` fails, and so does a category that
is opened somewhere without a cause in `solving/causes.py`.
"""

import ast
from pathlib import Path

from lxml import etree
from roles.trial import undone
from solving import deeds
from solving.causes import CAUSES, Causes

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.logistics_events.models.logistics_exception import CATEGORIES

ADDONS = Path(__file__).parents[1] / "addons"
# What these undo stands in the deeds of the buttons they undo.
UNDOES = {"action_reopen", "action_follow_facts", "action_switch_off_job"}
# What an exception says and who has it; it is told anew, and counted, when it is back.
SAID = (
    "category",
    "state",
    "summary",
    "count",
    "subject_key",
    "user_id",
    "snoozed_until",
    "solved_at",
    "solution",
    "ignore_reason",
)


@tagged("post_install", "-at_install", "standard")
class TestEveryButton(Causes):
    # === WHAT THE DEEDS NEED === #

    def take_steps(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self._take()
        self.env.invalidate_all()

    def run_job(self, job):
        self.env.flush_all()
        self._run_job(job)

    def drain(self):
        self.env.flush_all()
        self.env["logistics.message"]._drain_batch(200)
        self.env.invalidate_all()

    def look(self, exception):
        """Return what the exception says now."""
        return exception.read(SAID, load=None)[0] | {"id": exception.id}

    # === WHAT IS OFFERED === #

    def _buttons(self, exception):
        """Return the buttons of the form that are there for an exception."""
        view = exception.get_view(
            self.env.ref("logistics_events.logistics_exception_view_form").id, "form"
        )
        arch = etree.fromstring(view["arch"])
        values = exception.read(load=None)[0] | {"uid": exception.env.uid}
        return {
            button.get("name")
            for button in arch.iterfind("header/button[@type='object']")
            if not safe_eval(button.get("invisible", "False"), values)
        }

    def _ways(self, exception):
        links = {deeds.LINK} if exception.shipment_id else set()
        return self._buttons(exception) | links

    def _opened_somewhere(self):
        """Return the categories that some line of the addons opens."""
        found = set()
        for path in ADDONS.rglob("*.py"):
            if "tests" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and node.args:
                    found |= _opens(node)
        return found & set(CATEGORIES)

    def test_every_category_that_is_opened_has_a_cause(self):
        opened = self._opened_somewhere()
        self.assertIn("delivery_problem", opened)
        self.assertEqual(opened - set(CAUSES.values()), set())

    def test_every_button_that_is_offered_has_its_deed(self):
        for cause in CAUSES:
            with self.subTest(cause=cause), undone(self.env):
                offered = self._buttons(self._cause(cause))
                own = {button for name, button in deeds.DEEDS if name == cause}
                self.assertEqual(
                    offered,
                    own - {deeds.LINK} | (set(deeds.GENERAL) & offered),
                    "Unlike the table",
                )
                self.assertTrue(own, "There is no way out")
                self.assertLessEqual(
                    set(deeds.GENERAL) - {"action_open_subject"}, offered
                )

    # === PRESSED AND TAKEN BACK === #

    def _follow(self, exception, steps):
        """Go through a deed, and compare what the exception is after every step.

        :param steps: The deed.
        :return: The states that were gone through.
        :rtype: list[str]
        """
        self.before = self.look(exception)
        seen = []
        for state in steps:
            exception.env.flush_all()
            exception.env.invalidate_all()
            seen.append(state)
            if state == "asked again":
                self._assert_asked_again(exception)
                continue
            expected = "open" if state == "going on" else state
            self.assertEqual(exception.state, expected)
            if state == "open":
                self.assertEqual(self.look(exception), self.before)
        return seen

    def _assert_asked_again(self, exception):
        """The question is open once more, as a line of its own."""
        twin = self.Exception_.search(
            [
                ("category", "=", exception.category),
                ("subject_key", "=", exception.subject_key),
                ("state", "in", ["open", "snoozed"]),
            ]
        )
        self.assertEqual(len(twin), 1)

    def test_buttons_of_each_cause_solve_it_and_are_undone(self):
        done = set()
        for (cause, button), own in deeds.DEEDS.items():
            for deed in own:
                name = f"{cause}: {deed.__name__}"
                with self.subTest(name), undone(self.env):
                    exception = self._cause(cause)
                    self.assertIn(button, self._ways(exception))
                    done |= {(cause, *self._follow(exception, deed(self, exception)))}
        solved = {cause for cause, *states in done if "solved" in states}
        # Security is looked into and put aside with a reason; nothing cures it.
        self.assertEqual(set(CAUSES) - solved, {"bad_signature"})

    def test_every_category_is_snoozed_ignored_and_given_away(self):
        for category in CATEGORIES:
            for button, deed in deeds.GENERAL.items():
                name = f"{category}: {button}"
                with self.subTest(name), undone(self.env):
                    exception = self.Exception_._open(
                        category, self.customer, "Something", company=self.company
                    ).with_env(self._desk())
                    self.assertIn(button, self._buttons(exception))
                    states = self._follow(exception, deed(self, exception))
                    self.assertEqual(states[-1], "open")


def _opens(call):
    """Return the categories that a call opens, as far as it names them."""
    name = getattr(call.func, "attr", "")
    if name not in ("_open", "_note", "_dispatch_open", "_note_job"):
        return set()
    return {
        node.value
        for node in ast.walk(call.args[0])
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
