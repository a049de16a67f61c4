"""Work that may fail: all of it or nothing, and the error handed over."""

from psycopg2.errors import (
    DeadlockDetected,
    DivisionByZero,
    NotNullViolation,
    SerializationFailure,
)

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.common import BaseCommon

from ..attempt import attempted

_CONFLICT = "DO $$ BEGIN RAISE EXCEPTION 'Conflict' USING ERRCODE = '%s'; END $$"


@tagged("post_install", "-at_install")
class TestAttempt(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Before"})

    def _stored_name(self):
        self.env.cr.execute(
            "SELECT name FROM res_partner WHERE id = %s", [self.partner.id]
        )
        return self.env.cr.fetchone()[0]

    def test_work_that_succeeds_stays(self):
        with attempted(self.env) as attempt:
            self.partner.name = "After"
        self.assertIsNone(attempt.error)
        self.assertEqual(self._stored_name(), "After")

    def test_error_of_any_kind_is_handed_over(self):
        class Unheard(Exception):
            """What only somebody else's code knows."""

            def __bool__(self):
                return False

        for error in (ValueError("Broken"), Unheard()):
            with attempted(self.env) as attempt:
                raise error
            self.assertIs(attempt.error, error)

    def test_nothing_of_work_that_fails_stays(self):
        self.env.flush_all()
        with attempted(self.env) as attempt:
            self.partner.name = "Half done"
            self.env.flush_all()
            self.partner.name = "Not even written"
            raise ValueError("Broken")
        self.assertIsNotNone(attempt.error)
        self.assertEqual(self.partner.name, "Before")
        self.env.flush_all()
        self.assertEqual(self._stored_name(), "Before")

    def test_what_was_pending_before_survives_the_failure(self):
        self.partner.name = "Pending"
        with attempted(self.env):
            self.partner.name = "Half done"
            raise ValueError("Broken")
        self.assertEqual(self.partner.name, "Pending")
        self.assertEqual(self._stored_name(), "Pending")

    def test_database_error_leaves_a_usable_transaction(self):
        with mute_logger("odoo.sql_db"), attempted(self.env) as attempt:
            self.env.cr.execute("SELECT 1 / 0")
        self.assertIsInstance(attempt.error, DivisionByZero)
        self.assertEqual(self._stored_name(), "Before")

    def test_what_the_database_refuses_last_counts_as_part_of_the_work(self):
        bank = self.env["res.bank"].create({"name": "Bank"})
        with mute_logger("odoo.sql_db"), attempted(self.env) as attempt:
            bank.name = False
        self.assertIsInstance(attempt.error, NotNullViolation)
        self.assertEqual(bank.name, "Bank")

    def test_conflict_with_another_transaction_passes_through(self):
        for code, kind in (
            ("40001", SerializationFailure),
            ("40P01", DeadlockDetected),
        ):
            with (
                self.subTest(code),
                mute_logger("odoo.sql_db"),
                self.assertRaises(kind),
                attempted(self.env),
            ):
                self.partner.name = "Half done"
                self.env.flush_all()
                self.env.cr.execute(_CONFLICT % code)
            self.assertEqual(self._stored_name(), "Before")

    def test_end_of_the_process_passes_through(self):
        for end in (KeyboardInterrupt, SystemExit):
            with self.subTest(end), self.assertRaises(end), attempted(self.env):
                self.partner.name = "Half done"
                self.env.flush_all()
                raise end
            self.assertEqual(self._stored_name(), "Before")

    def test_failure_inside_takes_back_only_the_inner_work(self):
        with attempted(self.env) as together:
            self.partner.name = "Outer"
            with attempted(self.env) as alone:
                self.partner.name = "Inner"
                raise ValueError("Broken")
        self.assertIsNotNone(alone.error)
        self.assertIsNone(together.error)
        self.assertEqual(self._stored_name(), "Outer")
