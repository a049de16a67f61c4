"""What is erased when its time is over, and who asks to be forgotten."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.logistics_events.models.ledger import trusted

from .retention_case import CANARY, RetentionCase


@tagged("post_install", "-at_install")
class TestRetention(RetentionCase):
    # === WHAT IS ERASED === #

    def test_due_data_is_erased_and_the_hashes_stay(self):
        before = self.event.read(["event_key", "content_hash", "occurred_at"])
        digests = self.message.digest, self.proof.digest
        state = self.shipment.state
        self.assertEqual(self._run(), self.ALL)
        self.assertEqual(self.event.signer, "***")
        self.assertEqual(self.event.raw_text, "***")
        self.assertEqual(self.event.location, {"city": "Leipzig", "country": "DE"})
        self.assertFalse(self.event.documents)
        self.assertEqual((self.proof.signer, self.proof.document), ("***", False))
        self.assertTrue(self.proof.erased_at)
        self.assertEqual(self.message._body(), b"")
        self.assertEqual(
            self.event.read(["event_key", "content_hash", "occurred_at"]), before
        )
        self.assertEqual((self.message.digest, self.proof.digest), digests)
        self.shipment._refold()
        self.assertEqual(self.shipment.state, state)
        self.assertTrue(self.shipment.is_signed)

    def test_nothing_of_a_person_is_left_in_the_tables(self):
        self.assertTrue(self._tables_with_canary())
        self._run()
        self.assertFalse(self._tables_with_canary())

    def test_trial_counts_the_same_and_erases_nothing(self):
        self.assertEqual(self._run(dry=True), self.ALL)
        self.assertEqual(self.event.signer, CANARY)
        self.assertTrue(self.proof.document)
        self.assertTrue(self.message._body())

    def test_second_run_finds_nothing(self):
        self._run()
        self.assertEqual(self._run(), {})

    def test_what_is_not_due_stays(self):
        self._age(self.message, 29)
        self.assertEqual(self._run(), {})
        self._age(self.message, 31)
        self.assertEqual(self._run(dry=True), self.ALL)
        self.company.logistics_personal_days = 0
        self.assertEqual(self._run(), {})

    def test_without_times_nothing_is_ever_erased(self):
        self.company.write(
            {
                "logistics_personal_days": 0,
                "logistics_message_days": 0,
                "logistics_refused_days": 0,
            }
        )
        self.assertEqual(self._run(), {})
        self.assertEqual(self.env["logistics.erasure"]._company_days(self.company), [])

    def test_other_company_is_left_alone(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        other.write(
            {"logistics_personal_days": 1, "logistics_message_days": 1},
        )
        self.assertEqual(self._run(company_id=other.id), {})

    def test_repeated_message_brings_no_name_back(self):
        self._run()
        body = self._body("NB100", "PUP", "DLV")
        self.env["logistics.message"]._store(self.connection, "manual", [body], 4)
        self.assertEqual(self.message._body(), b"")
        self.assertEqual(self.event.signer, "***")

    def test_refused_message_is_deleted_after_its_own_time(self):
        refused = trusted(self.env["logistics.message"]).create(
            [
                {
                    "connection_id": self.connection.id,
                    "company_id": self.company.id,
                    "adapter": "sandbox",
                    "channel": "webhook",
                    "message_key": f"forged {days}",
                    "digest": "0",
                    "state": "rejected",
                    "received_at": fields.Datetime.subtract(
                        fields.Datetime.now(), days=days
                    ),
                }
                for days in (8, 6)
            ]
        )
        self.assertEqual(self._run(dry=True), self.ALL | {"refused_count": 1})
        matter = self.env["logistics.exception"]._open(
            "security", self.connection, "Forged"
        )
        self.assertEqual(self._run(dry=True), self.ALL)
        matter._close("Looked into")
        self._run()
        self.assertEqual(refused.exists(), refused[1])

    def test_free_text_of_any_event_is_blanked(self):
        event = self.message.event_ids - self.event
        self.env.cr.execute(
            "UPDATE logistics_event SET raw_text = %s, signer = NULL, "
            "documents = NULL WHERE id = %s",
            [f"Left with {CANARY}", event.id],
        )
        self.env.invalidate_all()
        self._run()
        self.assertEqual(event.raw_text, "***")
        self.assertFalse(self._tables_with_canary())

    # === READING AGAIN === #

    def test_erased_message_is_not_read_again(self):
        self._run()
        with self.assertRaises(UserError):
            self.message._requeue()
        self.assertEqual(self.message.state, "done")
        self.assertEqual(self.message._dry_run(), [])

    # === ONE PERSON === #

    def _ask(self, person="manager"):
        return (
            self.env["logistics.erasure"]
            .with_user(self.people[person])
            .create({"partner_id": self.customer.id, "reason": "Letter of 3 May"})
        )

    def test_person_is_forgotten_and_the_log_says_so(self):
        self._age(self.message, 1)
        erasure = self._ask()
        with self.assertRaises(UserError):
            erasure.action_erase()
        erasure.action_count()
        self.assertEqual(
            (erasure.event_count, erasure.proof_count, erasure.message_count), (1, 1, 1)
        )
        self.assertEqual(self.event.signer, CANARY)
        erasure.action_erase()
        self.assertRecordValues(
            erasure,
            [
                {
                    "state": "done",
                    "event_count": 1,
                    "kept_count": 0,
                    "user_id": self.people["manager"].id,
                }
            ],
        )
        self.assertFalse(self._tables_with_canary())
        with self.assertRaises(UserError):
            erasure.action_count()

    def test_somebody_else_is_not_forgotten(self):
        erasure = self._ask()
        erasure.partner_id = self.env["res.partner"].create({"name": "Somebody"})
        erasure.action_count()
        erasure.action_erase()
        self.assertEqual(self.event.signer, CANARY)

    def test_somebody_else_is_counted_first(self):
        erasure = self._ask()
        erasure.action_count()
        erasure.partner_id = self.env["res.partner"].create({"name": "Somebody"})
        with self.assertRaises(UserError):
            erasure.action_erase()

    def test_what_is_held_back_is_told_to_whoever_asked(self):
        self.shipment.is_evidence = True
        erasure = self._ask()
        erasure.action_count()
        erasure.action_erase()
        self.assertEqual((erasure.event_count, erasure.kept_count), (0, 3))
        self.assertEqual(self.event.signer, CANARY)

    def test_log_is_neither_typed_nor_deleted_and_only_managers_erase(self):
        erasure = self._ask()
        for values in ({"state": "done"}, {"event_count": 5}, {"kind": "schedule"}):
            with self.assertRaises(AccessError):
                erasure.write(values)
        with self.assertRaises(AccessError):
            erasure.unlink()
        for role in ("user", "finance", "integration", "auditor"):
            with self.assertRaises(AccessError):
                self._ask(role)
            with self.assertRaises(AccessError):
                erasure.with_user(self.people[role]).action_erase()

    # === THE JOB === #

    def test_job_erases_in_batches_and_leaves_one_line(self):
        before = self.env["logistics.erasure"].search([])
        path = "odoo.addons.logistics_events.models.logistics_retention.BATCH_SIZE"
        with patch(path, 1):
            for _turn in range(2):
                self._run_job("logistics_events.ir_cron_erase_personal_data")
        lines = self.env["logistics.erasure"].search([]) - before
        line = lines.filtered(lambda line: line.company_id == self.company)
        self.assertRecordValues(
            line, [{"kind": "schedule", "state": "done"} | self.ALL]
        )
        self.assertFalse(self._tables_with_canary())
