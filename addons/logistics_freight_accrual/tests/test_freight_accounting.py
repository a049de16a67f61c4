"""Tolerances are agreed to by others, and accounting alone opens no door to freight."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from .roles_case import RolesCase


@tagged("post_install", "-at_install")
class TestToleranceRoles(RolesCase):
    def _proposed(self, user):
        return self.Tolerance.with_user(user).create(
            {
                "carrier_id": self.carrier.id,
                "over_amount": 9.0,
                "has_over_percent": False,
            }
        )

    def _refused_to(self, people, row):
        agreed = {"state": "in_force"}
        self._nobody_of(people, row, "action_agree", agreed)

    def test_neither_creator_nor_last_editor_agrees(self):
        row = self._proposed(self.both)
        strangers = self.accountant | self.people["user"] | self.people["auditor"]
        self._refused_to(self.both | strangers, row)
        row.with_user(self.clerk).over_amount = 10.0
        self.assertEqual(row.edited_by_id, self.clerk)
        self._refused_to(self.both | self.clerk | strangers, row)
        row.with_user(self.finance).action_agree()
        self.assertEqual(row.state, "in_force")

    def test_import_makes_an_editor(self):
        row = self._proposed(self.both)
        result = self.Tolerance.with_user(self.finance).load(
            [".id", "over_amount"], [[str(row.id), "500"]]
        )
        self.assertTrue(result["ids"], result["messages"])
        self._refused_to(self.finance | self.both, row)

    def test_imported_row_is_proposed_only(self):
        for names, values in (
            (["charge_class", "over_amount"], ["base", "500"]),
            (["charge_class", "over_amount", "state"], ["base", "500", "in_force"]),
        ):
            result = self.Tolerance.with_user(self.finance).load(names, [values])
            rows = self.Tolerance.browse(result["ids"] or [])
            self.assertLessEqual(set(rows.mapped("state")), {"proposed"})

    def test_what_is_in_force_is_not_edited(self):
        row = self._agree(self._proposed(self.finance))
        for user in (self.finance, self.clerk, self.both):
            for way in (
                partial(row.with_user(user).write, {"over_amount": 500.0}),
                partial(
                    call_kw,
                    self.Tolerance.with_user(user),
                    "write",
                    [row.ids, {"over_amount": 500.0}],
                    {},
                ),
                partial(
                    self._server_action(
                        row, "records.sudo().write({'over_amount': 500.0})"
                    )
                    .with_user(user)
                    .run
                ),
            ):
                with self.assertRaises(UserError):
                    way()
        self.assertEqual(row.over_amount, 9.0)


@tagged("post_install", "-at_install")
class TestAccountingAlone(RolesCase):
    """The accounting groups of Odoo open no door to what freight decides."""

    def _refused(self, *ways):
        for way in ways:
            with self.assertRaises(UserError):
                way()

    def test_nothing_of_freight_is_decided(self):
        shipment = self._accrue("NB1001")
        charge = shipment.logistics_charge_ids
        bill = self._checked({"tracking_number": "NB1001", "amount": 600.0})
        mine, line = (one.with_user(self.accountant) for one in (bill, bill.line_ids))
        self._refused(
            mine.action_post,
            mine.action_check,
            partial(line.action_accept, "Fine"),
            partial(mine.write, {"state": "posted"}),
            partial(line.write, {"accepted_by_id": self.accountant.id}),
            partial(mine.action_genuine, "Fine"),
            charge.with_user(self.accountant).action_write_off,
            partial(charge.with_user(self.accountant).write, {"mode": "observe"}),
            partial(
                self.env["logistics.charge.fact"].with_user(self.accountant).create,
                {"charge_id": charge.id, "kind": "write_off", "ref": "x", "amount": 1},
            ),
        )
        bill.with_user(self.finance).action_post()
        dispute = bill.dispute_ids.with_user(self.accountant)
        self._refused(
            dispute.action_concede_dialog,
            partial(dispute._concede, Decimal(500), "Fine"),
            partial(dispute.write, {"state": "conceded"}),
            partial(
                self.env["logistics.freight.decide"].with_user(self.accountant).create,
                {"deed": "concede", "dispute_id": dispute.id, "amount": 500},
            ),
        )
        self.assertEqual((charge.blocked_amount, dispute.sudo().state), (500.0, "open"))

    def test_typed_bill_out_of_tolerance_is_in_dispute_all_the_same(self):
        shipment = self._accrue("NB1001")
        draft = (
            self.env["account.move"]
            .with_user(self.accountant)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.vendor.id,
                    "invoice_date": self.today,
                    "ref": "T-1",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Freight NB1001",
                                "price_unit": 600.0,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        draft.action_post()
        self.assertEqual(
            self._items(draft.sudo()),
            {"accrued": 100.0, "clearing": 500.0, "payment_term": -600.0},
        )
        charge = shipment.logistics_charge_ids
        self.assertEqual((charge.stage, charge.blocked_amount), ("disputed", 500.0))
        self._refused(
            draft.button_draft,
            draft.button_cancel,
            draft.unlink,
            draft._reverse_moves,
            partial(self._pay_all, draft),
        )

    def _pay_all(self, move):
        payment = (
            self.env["account.payment.register"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"amount": move.amount_residual})
        )
        payment.action_create_payments()

    def test_entries_claim_no_charge(self):
        charge = self._accrue("NB1001").logistics_charge_ids
        entry = charge.posting_ids.move_id
        items = entry.line_ids.with_user(self.accountant)
        accrued = self.company.logistics_freight_accrued_account_id
        values = {
            "move_type": "entry",
            "journal_id": self.company.logistics_freight_journal_id.id,
            "line_ids": [
                Command.create(
                    {
                        "account_id": accrued.id,
                        "debit": 100.0,
                        "logistics_charge_id": charge.id,
                        "logistics_charge_role": "accrued",
                    }
                ),
                Command.create(
                    {
                        "account_id": self.company.logistics_freight_account_id.id,
                        "credit": 100.0,
                    }
                ),
            ],
        }
        self._refused(
            partial(self.env["account.move"].with_user(self.accountant).create, values),
            partial(items.write, {"logistics_charge_id": False}),
            partial(items.write, {"logistics_charge_role": "freight"}),
            partial(items.write, {"partner_id": self.customer.id}),
            *(
                partial(item.write, {"account_id": (items - item).account_id.id})
                for item in items
            ),
            partial(
                entry.with_user(self.accountant).write,
                {"date": self.today - timedelta(days=40)},
            ),
            entry.with_user(self.accountant).button_draft,
            entry.with_user(self.accountant).button_cancel,
            entry.with_user(self.accountant)._reverse_moves,
        )

    def test_accrual_that_is_booked_away_by_hand_is_found(self):
        charge = self._accrue("NB1001").logistics_charge_ids
        accrued = self.company.logistics_freight_accrued_account_id
        entry = (
            self.env["account.move"]
            .with_user(self.accountant)
            .create(
                {
                    "move_type": "entry",
                    "line_ids": [
                        Command.create({"account_id": accrued.id, "debit": 100.0}),
                        Command.create(
                            {
                                "account_id": (
                                    self.company.logistics_freight_account_id.id
                                ),
                                "credit": 100.0,
                            }
                        ),
                    ],
                }
            )
        )
        entry.action_post()
        self.env.flush_all()
        self.assertEqual(charge.open_amount, 100.0)
        proof = self.env["logistics.ledger.proof"]._prove(self.company, self.today)
        self.assertEqual((proof.is_equal, proof.difference), (False, -100.0))
        self.assertIn(entry, proof.line_ids.move_id)
