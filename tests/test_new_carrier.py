"""The addon that `bin/new-carrier` writes keeps every rule and passes its contracts."""

import subprocess
import sys
import tempfile
from pathlib import Path

from odoo.tests import BaseCase, tagged

CODE, NAME = "blue_dart", "Blue Dart-Express 2"
ADDON = f"logistics_carrier_{CODE}"
DATABASE = "logistics_new_carrier"


@tagged("post_install", "-at_install", "standard")
class TestNewCarrier(BaseCase):
    """A carrier of two words, whose code is longer than that of the template."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from suite import new_carrier, paths

        cls.paths, cls.new_carrier = paths, new_carrier
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.into = Path(folder.name)
        cls.addon = new_carrier.write(CODE, NAME, cls.into)

    def _run(self, *command, **variables):
        from suite import environment

        done = subprocess.run(
            [sys.executable, *map(str, command)],
            cwd=self.paths.ROOT,
            env=environment.environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout[-4000:])
        return done.stdout

    def test_nothing_of_the_template_is_left(self):
        for path in self.addon.rglob("*"):
            self.assertNotIn("acme", path.name.lower())
            if path.is_file() and path.suffix != ".png":
                self.assertNotIn("acme", path.read_text().lower(), path)

    def test_heading_of_its_page_is_underlined_to_its_end(self):
        over, title, under, *_rest = (self.addon / "README.rst").read_text().split("\n")
        self.assertEqual(title, f"Logistics Carrier: {NAME}")
        self.assertEqual((over, under), ("=" * len(title), "=" * len(title)))

    def test_it_is_written_as_the_others_are(self):
        config = ("--config", self.paths.ROOT / "pyproject.toml")
        self._run("-m", "ruff", "format", "--check", *config, self.addon)
        self._run("-m", "ruff", "check", *config, self.addon)

    def test_it_keeps_the_rules_between_addons(self):
        from architecture.reading import read_addons
        from test_architecture import RULES

        # Rules follow imports, so it lies beside the others.
        beside = self.into / "all"
        beside.mkdir()
        for addon in (*self.paths.ADDONS.iterdir(), self.addon):
            (beside / addon.name).symlink_to(addon)
        addons = read_addons(beside)
        self.assertIn(ADDON, addons)
        for rule in RULES:
            with self.subTest(rule.__name__):
                self.assertEqual(
                    [text for text in rule(addons) if CODE in text or "dart" in text],
                    [],
                )

    def test_its_contract_tests_pass_at_once(self):
        from suite import database

        self.addClassCleanup(database.drop, DATABASE)
        said = self._run(
            *(self.paths.BIN / "test", "--db", DATABASE, "--quick", "--fresh"),
            *("--addons", ADDON, self.addon, "-q"),
            LOGISTICS_MORE_ADDONS=str(self.into),
        )
        self.assertRegex(said, r"\b[4-9]\d passed")
        self.assertNotIn("failed", said)

    def test_what_cannot_be_a_carrier_is_refused(self):
        from suite.progress import SuiteError

        for code, name in (
            (CODE, NAME),  # There already.
            ("base", "Base"),
            ("Acme", "Acme"),
            ("1st", "First"),
            ("a__b", "Two"),
            ("../evil", "Evil"),
            ("a" * 25, "Long"),
            ("fine", 'A "quoted" one'),
            ("fine", "<b>"),
            ("fine", ""),
            ("fine", "n" * 25),
        ):
            with self.subTest(code=code, name=name), self.assertRaises(SuiteError):
                self.new_carrier.write(code, name, self.into)
        self.assertEqual([path.name for path in self.into.glob("logistics*")], [ADDON])
