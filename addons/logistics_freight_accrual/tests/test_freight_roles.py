"""Nobody agrees to what they asked for, created or last edited, whichever way they try.

Every decision of freight that another person must take is brought about as people do
it. Then everybody who had a hand in it tries to agree, and so do people with the
accounting groups of Odoo alone: on the screen, by RPC, by import, by a server action.
In the end a colleague agrees, so that it was refused for no other reason.
"""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .roles_case import FINANCE, RolesCase


@tagged("post_install", "-at_install")
class TestFreightRoles(RolesCase):
    # === WHAT OTHERS AGREE TO === #

    def test_bill_out_of_tolerance(self):
        self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 600.0})
        bill.line_ids.with_user(self.both).action_accept("Priced anew")
        bill.with_user(self.finance).action_post()
        self._decided_by_others(
            self._step(bill, "post_freight_bill"),
            self.both | self.finance,
            self.controller,
        )
        self.assertEqual(bill.state, "posted")

    def test_bill_that_needs_two_people(self):
        self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 1600.0})
        bill.line_ids.with_user(self.both).action_accept("Priced anew")
        bill.with_user(self.both).action_post()
        step = self._step(bill, "post_freight_bill")
        step.approval_ids.with_user(self.clerk).action_approve()
        with self.assertRaises(AccessError):
            step.approval_ids.with_user(self.clerk).action_approve()
        self._nobody_of(
            self.clerk, step.approval_ids, "action_approve", {"state": "approved"}
        )
        self._take()
        self.assertFalse(bill.move_id)
        step.approval_ids.with_user(self.finance).action_approve()
        self._take()
        self.assertEqual(bill.state, "posted")

    def test_whoever_edited_a_bill_does_not_agree_to_it(self):
        shipment = self._accrue("NB1001")
        charge = self._charge(shipment, "fee", 10)
        bill = self._bill(
            {"tracking_number": "NB1001", "amount": 600.0},
            {"tracking_number": "NB1001", "amount": 3.0, "charge_type": "storage"},
            carrier_id=False,
        )
        # One says whose bill it is, one what a line is about, one has a doubt.
        bill.with_user(self.both).carrier_id = self.carrier
        self.assertEqual(bill.state, "checked")
        bill.line_ids[1].with_user(self.clerk)._take_charge(charge)
        bill.line_ids[0].with_user(self.finance).action_accept("Priced anew")
        bill.line_ids[0].with_user(self.controller).action_doubt()
        bill.line_ids[0].with_user(self.finance).action_accept("Priced anew")
        bill.with_user(self.finance).action_post()
        colleague = new_test_user(self.env, login="logistics-fourth", groups=FINANCE)
        self._decided_by_others(
            self._step(bill, "post_freight_bill"),
            self.finance | self.both | self.clerk | self.controller,
            colleague,
        )

    def test_bill_of_a_closed_period(self):
        self.company.logistics_freight_materiality = 50.0
        self._accrue("NB1001")
        self.company.sudo().purchase_lock_date = self.today
        bill = self._checked({"tracking_number": "NB1001", "amount": 100.0})
        bill.with_user(self.both).action_post()
        self._decided_by_others(
            self._step(bill, "post_freight_bill"), self.both, self.finance
        )
        self.assertGreater(bill.move_id.date, self.today)

    def test_accrual_of_a_closed_period(self):
        self.company.logistics_freight_materiality = 50.0
        locked = self.today - timedelta(days=10)
        self.company.sudo().fiscalyear_lock_date = locked
        shipment = self._ship(self._sell().picking_ids, "NB1001")
        # The pickup counts on the word of a person.
        self.env["logistics.event"]._ingest(
            [
                {
                    "company_id": self.company.id,
                    "shipment_id": shipment.id,
                    "parcel_id": shipment.parcel_ids.id,
                    "channel": "manual",
                    "reference": "by hand",
                    "received_at": fields.Datetime.now(),
                    "trust": 4,
                    "user_id": self.both.id,
                    "fact": {
                        "event_key": "manual|picked_up",
                        "content_hash": "picked_up",
                        "source": "manual",
                        "event_type": "picked_up",
                        "occurred_at": fields.Datetime.to_datetime(locked),
                        "precision": "instant",
                        "zone_source": "given",
                        "leg": "outbound",
                    },
                }
            ]
        )
        charge = shipment.logistics_charge_ids
        self._decided_by_others(self._step(charge, "accrue"), self.both, self.finance)
        self.assertTrue(charge.posting_ids.is_prior_period)

    def _disputed(self, amount=600.0):
        self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": amount})
        bill.with_user(self.clerk).action_post()
        return bill.dispute_ids

    def test_conceding_a_dispute(self):
        dispute = self._disputed()
        window = dispute.with_user(self.both).action_concede_dialog()
        dialog = (
            self.env["logistics.freight.decide"]
            .with_user(self.both)
            .with_context(**window["context"])
            .create({"reason": "They are right"})
        )
        dialog.action_confirm()
        self._decided_by_others(self._step(dispute, "concede"), self.both, self.finance)
        self.assertEqual(dispute.state, "conceded")

    def test_writing_off(self):
        charges = (self._accrue("NB1001") | self._accrue("NB1002")).logistics_charge_ids
        window = charges.with_user(self.both).action_write_off()
        write_off = self.env[window["res_model"]].browse(window["res_id"])
        write_off.with_user(self.clerk).charge_ids = [Command.unlink(charges[1].id)]
        write_off.with_user(self.finance).reason = "No bill came"
        write_off.with_user(self.finance).action_ask()
        self._decided_by_others(
            self._step(write_off, "write_off"),
            self.both | self.clerk | self.finance,
            self.controller,
        )
        self.assertEqual(write_off.state, "done")

    def _stopped(self, **more):
        """Return a bill that repeats an earlier one."""
        self._accrue("NB1001")
        row = {"tracking_number": "NB1001", "amount": 100.0}
        first = self._checked(dict(row), number="NB-1001")
        again = self._bill(dict(row), number="NB-1001-A", **more)
        (first | again)._stop_repeats()
        self.assertEqual(again.state, "stopped")
        return again

    def test_genuine_bill(self):
        again = self._stopped()
        again.sudo().file_ids = [
            Command.create(
                {
                    "name": "again.csv",
                    "company_id": self.company.id,
                    "digest": "again",
                    "user_id": self.clerk.id,
                }
            )
        ]
        again.with_user(self.both).action_genuine("Two pickups")
        self._decided_by_others(
            self._step(again, "accept_bill"), self.both | self.clerk, self.finance
        )
        self.assertTrue(again.is_genuine)

    def test_genuine_bill_that_was_typed(self):
        self._accrue("NB1001")
        first = self._checked(
            {"tracking_number": "NB1001", "amount": 100.0}, number="NB-1001"
        )
        first._stop_repeats()
        draft = (
            self.env["account.move"]
            .with_user(self.both)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.vendor.id,
                    "invoice_date": self.today,
                    "ref": "NB 1001",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Freight NB1001",
                                "price_unit": 100.0,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        with self.assertRaises(UserError):
            draft.with_user(self.accountant).action_post()
        payer = new_test_user(
            self.env,
            login="logistics-payer",
            groups=f"{FINANCE},account.group_account_invoice",
        )
        window = draft.with_user(payer).action_logistics_take_up()
        bill = self.env[window["res_model"]].browse(window["res_id"])
        self.assertEqual(bill.state, "stopped")
        bill.with_user(payer).action_genuine("Two pickups")
        # Neither who typed it nor who asked.
        self._decided_by_others(
            self._step(bill, "accept_bill"), self.both | payer, self.finance
        )
        self.assertTrue(bill.is_genuine)
