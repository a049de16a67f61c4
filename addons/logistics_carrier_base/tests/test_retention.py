"""What is erased when its time is over, what stays, and what asks to be forgotten."""

import base64
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_events.models.ledger import trusted

from .common import CarrierCommon

CANARY = "Canary Meyer"


@tagged("post_install", "-at_install")
class TestRetention(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "NB100")
        cls.message = cls._hand_in(cls._body("NB100", "PUP", "DLV"))
        cls.event = cls.message.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        cls.proof = cls.env["logistics.proof"].create(
            {
                "shipment_id": cls.shipment.id,
                "signer": CANARY,
                "proof_at": fields.Datetime.now(),
                "document": base64.b64encode(b"a photo"),
                "document_name": "canary.png",
            }
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE logistics_event SET signer = %s, raw_text = %s, "
            'location = %s, documents = \'[{"url": "x"}]\' WHERE id = %s',
            [
                CANARY,
                f"Signed by {CANARY}",
                '{"name": "Canary House", "city": "Leipzig", "country": "DE"}',
                cls.event.id,
            ],
        )
        cls.env["logistics.exception"].search(
            [("shipment_id", "=", cls.shipment.id)]
        )._close("Settled")
        cls.company.write(
            {
                "logistics_personal_days": 30,
                "logistics_message_days": 90,
                "logistics_refused_days": 7,
            }
        )
        cls._age(cls.message, 91)
        cls.env.invalidate_all()

    @classmethod
    def _age(cls, messages, days):
        """Make messages, their events and the proof older."""
        then = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE logistics_message SET received_at = %s WHERE id = ANY(%s)",
            [then, messages.ids],
        )
        cls.env.cr.execute(
            "UPDATE logistics_event SET stored_at = %s WHERE id = ANY(%s)",
            [then, messages.event_ids.ids],
        )
        cls.env.cr.execute("UPDATE logistics_proof SET proof_at = %s", [then])
        cls.env.invalidate_all()

    def _run(self, dry=False, **more):
        erasure = self.env["logistics.erasure"].create(
            {"company_id": self.company.id, "kind": "schedule"} | more
        )
        return {name: count for name, count in erasure._work(dry).items() if count}

    ALL = {"event_count": 1, "proof_count": 1, "message_count": 1}

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

    def _tables_with_canary(self):
        found = set()
        for table in ("logistics_event", "logistics_proof", "logistics_message"):
            self.env.cr.execute(
                f"SELECT 1 FROM {table} t WHERE t::text ILIKE '%%canary%%' LIMIT 1"
            )
            if self.env.cr.fetchone():
                found.add(table)
        return found

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

    # === WHAT STAYS === #

    def _assert_kept(self, *names):
        counts = self._run(dry=True)
        self.assertEqual(counts.pop("kept_count", 0), len(names))
        self.assertEqual(counts, {name: 1 for name in self.ALL if name not in names})

    def test_legal_hold_of_the_company_keeps_everything(self):
        self.company.logistics_legal_hold = True
        self.assertEqual(self._run(), {})

    def test_shipment_kept_as_evidence_keeps_everything_about_it(self):
        self.shipment.is_evidence = True
        self._assert_kept(*self.ALL)

    def test_open_exception_keeps_everything_until_it_is_settled(self):
        matter = self.env["logistics.exception"]._open(
            "delivery_problem", self.shipment, "Damaged", shipment=self.shipment
        )
        self._assert_kept(*self.ALL)
        matter._close("Settled")
        self._assert_kept()

    def test_open_claim_keeps_everything(self):
        self.env["logistics.claim"].create(
            {
                "shipment_id": self.shipment.id,
                "amount": 5,
                "reason": "Broken",
                "deadline": "2027-01-01",
            }
        )
        self._assert_kept(*self.ALL)

    def test_action_that_waits_keeps_everything(self):
        self._act("waiting")
        self._assert_kept(*self.ALL)

    def test_document_keeps_its_evidence_for_its_years(self):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": fields.Date.today(),
                "date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create({"product_id": self.product.id, "price_unit": 5})
                ],
            }
        )
        self._act("done", lines=move.invoice_line_ids)
        self._assert_kept("proof_count", "message_count")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET date = %s WHERE move_id = %s",
            [fields.Date.subtract(fields.Date.today(), years=11), move.id],
        )
        self._assert_kept()

    def _act(self, state, lines=None):
        vals = {
            "company_id": self.company.id,
            "action": "release",
            "res_model": "sale.order",
            "res_id": self.order.id,
            "order_id": self.order.id,
            "shipment_id": self.shipment.id if not lines else False,
            "key": "retention",
            "generation": 1,
            "state": state,
            "line_ids": [Command.set(lines.ids if lines else [])],
        }
        trusted(self.env["logistics.effect"].sudo()).create(vals)

    def test_number_nobody_knows_stays_while_somebody_is_asked_about_it(self):
        message = self._hand_in(self._body("UNKNOWN1", "PUP"))
        self._age(message, 91)
        matter = self.env["logistics.exception"]._open(
            "unmatched", self.connection, "Unknown numbers"
        )
        self.assertEqual(self._run(), self.ALL)
        self.assertTrue(message._body())
        matter._close("Not ours, and long ago")
        self.assertEqual(self._run(), {"message_count": 1})
        self.assertEqual(message._body(), b"")
        self.assertFalse(
            self.env["logistics.message.unmatched"].search(
                [("tracking_key", "=", "UNKNOWN1")]
            ),
            "Nothing is left to be read when a parcel gets the number",
        )

    def test_unreadable_message_stays_while_somebody_is_asked_about_it(self):
        message = self._hand_in(f'{{"name": "{CANARY}"'.encode())
        self.assertEqual(message.state, "dead")
        self._age(message, 91)
        matter = self.env["logistics.exception"].search(
            [("category", "=", "unreadable"), ("state", "=", "open")]
        )
        self.assertEqual(len(matter), 1)
        self.assertEqual(self._run(), self.ALL)
        self.assertTrue(message._body())
        matter._close("They repaired it")
        self.assertEqual(self._run(), {"message_count": 1})
        self.assertFalse(self._tables_with_canary())
        self._hand_in(b"{")
        asked = self.env["logistics.exception"]._find_open(
            "unreadable", self.connection, "syntax"
        )
        self.assertTrue(asked)

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
        job = self.env.ref("logistics_events.ir_cron_erase_personal_data")
        before = self.env["logistics.erasure"].search([])
        path = "odoo.addons.logistics_events.models.logistics_retention.BATCH_SIZE"
        with patch(path, 1), self.enter_registry_test_mode():
            job.method_direct_trigger()
            job.method_direct_trigger()
        lines = self.env["logistics.erasure"].search([]) - before
        line = lines.filtered(lambda line: line.company_id == self.company)
        self.assertRecordValues(
            line, [{"kind": "schedule", "state": "done"} | self.ALL]
        )
        self.assertFalse(self._tables_with_canary())
