"""A blocked part is refused by every way of paying, and the rest is paid by all."""

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .dispute_common import D, DisputeCommon


@tagged("post_install", "-at_install")
class TestPaymentBlock(DisputeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls.env["account.account"].create(
            {
                "code": "LFPAY",
                "name": "Outstanding Payments",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )
        cls.outgoing = cls.bank.outbound_payment_method_line_ids
        cls.outgoing.payment_account_id = account

    def setUp(self):
        super().setUp()
        self.dispute = self._disputed()
        self.move = self.dispute.move_id

    # === WAYS OF PAYING === #

    def _wizard(self, moves, **vals):
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({"journal_id": self.bank.id} | vals)
        )

    def _payment(self, amount):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.vendor.id,
                "amount": amount,
                "journal_id": self.bank.id,
                "payment_method_line_id": self.outgoing[:1].id,
            }
        )
        payment.action_post()
        return payment.move_id.line_ids.filtered(
            lambda item: item.account_type == "liability_payable"
        )

    def _payable(self, move=None):
        return (move or self.move).line_ids.filtered(
            lambda item: item.account_type == "liability_payable"
        )

    def _statement_line(self, amount):
        """Return the payable item of a bank line that pays the vendor."""
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": fields.Date.today(),
                "payment_ref": "Freight",
                "partner_id": self.vendor.id,
                "amount": -amount,
            }
        )
        _bank, suspense, _other = line._seek_for_lines()
        line.move_id.with_context(skip_readonly_check=True).write(
            {
                "line_ids": [
                    Command.update(
                        suspense.id, {"account_id": self._payable().account_id.id}
                    )
                ]
            }
        )
        return suspense

    def _without_entries(self):
        """Let payments have no entry of their own, as where accounting is installed."""
        self.outgoing.payment_account_id = False
        self.patch(
            self.registry["account.move"],
            "_get_invoice_in_payment_state",
            lambda moves: "in_payment",
        )

    def _entry(self, amount):
        """Return the payable item of an entry that pretends to pay."""
        payable = self._payable().account_id
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": payable.id,
                            "partner_id": self.vendor.id,
                            "debit": amount,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.bank.default_account_id.id,
                            "credit": amount,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        return move.line_ids.filtered(lambda item: item.account_id == payable)

    # === WHAT IS REFUSED === #

    def test_bill_says_what_may_be_paid(self):
        self.assertRecordValues(
            self.move,
            [{"logistics_blocked_amount": 20.0, "logistics_undisputed_amount": 100.0}],
        )

    def test_wizard_refuses_the_whole(self):
        wizard = self._wizard(self.move, amount=120.0)
        with self._refused(self.dispute.name):
            wizard.action_create_payments()
        self.assertEqual(self.move.amount_residual, 120)

    def test_wizard_writes_off_nothing_of_the_blocked(self):
        wizard = self._wizard(
            self.move,
            amount=90.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company.logistics_freight_account_id.id,
        )
        wizard.action_create_payments()
        self.assertEqual(self.move.amount_residual, 20)

    def test_payment_by_hand_is_refused(self):
        with self._refused("may be paid"):
            (self._payment(120) | self._payable()).reconcile()

    def test_one_cent_too_many_is_refused(self):
        with self._refused("may be paid"):
            (self._payment(100.01) | self._payable()).reconcile()

    def test_second_payment_is_refused(self):
        (self._payment(100) | self._payable()).reconcile()
        with self._refused("0.00 of"):
            (self._payment(5) | self._payable()).reconcile()

    def test_bank_line_is_refused(self):
        with self._refused("may be paid"):
            (self._statement_line(120) | self._payable()).reconcile()

    def test_entry_is_refused(self):
        with self._refused("may be paid"):
            (self._entry(120) | self._payable()).reconcile()

    def test_partial_written_by_hand_is_refused(self):
        other = self._payment(120)
        vals = {
            "debit_move_id": other.id,
            "credit_move_id": self._payable().id,
            "amount": 120.0,
            "debit_amount_currency": 120.0,
            "credit_amount_currency": 120.0,
        }
        Partial = self.env["account.partial.reconcile"]
        with self._refused("may be paid"):
            Partial.create(vals)
        small = dict.fromkeys(
            ("amount", "debit_amount_currency", "credit_amount_currency"), 100.0
        )
        partial = Partial.create(vals | small)
        with self._refused("may be paid"):
            partial.write(dict.fromkeys(small, 120.0))

    def test_group_payment_beyond_the_undisputed_is_refused(self):
        other = self._disputed(number="B2").move_id
        moves = self.move | other
        wizard = self._wizard(moves, group_payment=True, amount=200.01)
        with self._refused("may be paid"):
            wizard.action_create_payments()

    def test_payment_without_an_entry_is_refused(self):
        self._without_entries()
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.vendor.id,
                "amount": 120.0,
                "journal_id": self.bank.id,
                "payment_method_line_id": self.outgoing[:1].id,
            }
        )
        payment.action_post()
        self.assertFalse(payment.move_id)
        with self._refused("may be paid", ValidationError):
            self.move.matched_payment_ids += payment
        with self._refused("may be paid", ValidationError):
            payment.invoice_ids = self.move
        wizard = self._wizard(self.move, amount=120.0)
        with self.assertRaises(UserError):
            wizard.action_create_payments()

    def test_draft_payment_without_an_entry_is_refused_when_it_is_made(self):
        self._without_entries()
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.vendor.id,
                "amount": 120.0,
                "journal_id": self.bank.id,
                "payment_method_line_id": self.outgoing[:1].id,
                "invoice_ids": [Command.set(self.move.ids)],
            }
        )
        for deed in ("action_post", "action_validate"):
            with self._refused("may be paid", ValidationError):
                getattr(payment, deed)()

    def test_bank_line_of_a_payment_without_an_entry_reconciles(self):
        self._without_entries()
        self._wizard(self.move).action_create_payments()
        (self._statement_line(100) | self._payable()).reconcile()
        self.assertEqual(self.move.amount_residual, 20)
        payment = self.move.matched_payment_ids
        self.assertEqual(payment.state, "paid")
        with self._refused("may be paid", ValidationError):
            self.move.matched_payment_ids.amount = 105

    def test_accountants_do_not_get_around_it(self):
        items = self._payment(120) | self._payable()
        with self._refused("may be paid"):
            items.with_user(self.accountant).reconcile()
        with self._refused("may be paid"):
            self._wizard(self.move, amount=120.0).with_user(
                self.accountant
            ).action_create_payments()

    # === WHAT IS ALLOWED === #

    def test_wizard_proposes_the_undisputed_part(self):
        action = self.move.action_register_payment()
        with Form(
            self.env["account.payment.register"].with_context(**action["context"])
        ) as form:
            form.journal_id = self.bank
            self.assertEqual(form.amount, 100)
            self.assertIn(self.dispute.name, form.logistics_blocked_text)
        form.record.action_create_payments()
        self.assertEqual(self.move.amount_residual, 20)
        self.assertEqual(self.move.payment_state, "partial")

    def test_wizard_pays_the_undisputed_parts_of_several(self):
        other = self._disputed(number="B2").move_id
        moves = self.move | other
        self._wizard(moves, group_payment=True).action_create_payments()
        self.assertEqual(moves.mapped("amount_residual"), [20, 20])

    def test_wizard_pays_the_undisputed_parts_one_by_one(self):
        plain = self._plain_bill()
        moves = self.move | plain
        wizard = self._wizard(moves, group_payment=False)
        wizard.action_create_payments()
        self.assertEqual(self.move.amount_residual, 20)
        self.assertEqual(plain.amount_residual, 0)

    def test_wizard_refuses_what_is_disputed_as_a_whole(self):
        charge = self._charges()
        dispute = self._post_bill(self._bill([(charge, "50", "50")], number="B3"))
        with self._refused(dispute.name):
            self._wizard(
                self.move | dispute.move_id, group_payment=False
            ).action_create_payments()

    def test_wizard_without_an_entry_pays_the_undisputed(self):
        self._without_entries()
        self._wizard(self.move).action_create_payments()
        self.assertEqual(self.move.matched_payment_ids.amount, 100)

    def test_every_way_pays_the_undisputed_part(self):
        for way in (self._payment, self._statement_line, self._entry):
            dispute = self._disputed(number=f"W{way.__name__}")
            payable = self._payable(dispute.move_id)
            (way(100) | payable).reconcile()
            self.assertEqual(dispute.move_id.amount_residual, 20, way.__name__)

    def test_credit_memo_of_the_vendor_always_reconciles(self):
        refund = self._plain_bill(120, "in_refund")
        (self._payable(refund) | self._payable()).reconcile()
        self.assertEqual(self.move.amount_residual, 0)

    def test_credit_memo_of_somebody_else_is_a_payment(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        refund = self._plain_bill(120, "in_refund", stranger)
        with self._refused("may be paid"):
            (self._payable(refund) | self._payable()).reconcile()

    def test_conceded_part_may_be_paid(self):
        step = self.dispute._concede(D(20), "They are right")
        step.approval_ids.with_user(self.clerk).action_approve()
        self._take()
        self.assertEqual(self.move.logistics_blocked_amount, 0)
        (self._payment(120) | self._payable()).reconcile()
        self.assertEqual(self.move.amount_residual, 0)

    def test_bills_of_others_are_paid_as_ever(self):
        plain = self._plain_bill(partner=self.customer)
        self.assertEqual(plain.logistics_blocked_amount, 0)
        self._wizard(plain).action_create_payments()
        self.assertEqual(plain.amount_residual, 0)

    def test_foreign_currency_counts_in_its_own(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "name": "2026-01-01", "rate": 0.5}
        )
        self.terms.currency_id = euro
        charge = self._charges()
        self.assertEqual(charge.currency_id, euro)
        bill = self._bill([(charge, "120", "20")], number="E1", currency_id=euro.id)
        dispute = self._post_bill(bill)
        wizard = self._wizard(dispute.move_id)
        self.assertEqual((wizard.currency_id, wizard.amount), (euro, 100))
        wizard.action_create_payments()
        self.assertEqual(dispute.move_id.amount_residual, 20)

    def _plain_bill(self, amount=50, move_type="in_invoice", partner=None):
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or self.vendor).id,
                "invoice_date": "2026-03-20",
                "ref": f"P{amount}{move_type}",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Paper",
                            "quantity": 1,
                            "price_unit": amount,
                            "account_id": self.company.logistics_freight_account_id.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        move.action_post()
        return move

    # === WHAT A PAYMENT SAYS === #

    def test_paid_bill_settles_its_charges(self):
        charge = self._charges()
        bill = self._bill([(charge, "100", "0")], number="OK")
        self._post_bill(bill)
        self.assertEqual(charge.stage, "invoiced")
        (self._payment(100) | self._payable(bill.move_id)).reconcile()
        self.assertEqual(charge.stage, "settled")

    def test_partly_paid_bill_settles_nothing(self):
        (self._payment(100) | self._payable()).reconcile()
        self.assertEqual(self.dispute.charge_id.stage, "disputed")

    def test_job_settles_what_nobody_told(self):
        charge = self._charges()
        bill = self._bill([(charge, "100", "0")], number="OK")
        self._post_bill(bill)
        self.patch(
            self.registry["account.move"], "_invoice_paid_hook", lambda moves: None
        )
        (self._payment(100) | self._payable(bill.move_id)).reconcile()
        self.assertEqual(charge.stage, "invoiced")
        self._run_job("logistics_freight_accrual.ir_cron_note_paid_bills")
        self.assertEqual(charge.stage, "settled")
        told = charge.fact_ids.filtered(lambda fact: fact.kind == "payment")
        self._run_job("logistics_freight_accrual.ir_cron_note_paid_bills")
        self.assertEqual(
            charge.fact_ids.filtered(lambda fact: fact.kind == "payment"), told
        )
