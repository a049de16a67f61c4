"""What is not erased although its time is over."""

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_events.models.ledger import trusted

from .retention_case import CANARY, RetentionCase


@tagged("post_install", "-at_install")
class TestRetentionKept(RetentionCase):
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
