"""Accrued freight is written off by what others agreed to, and by nothing else."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .dispute_common import D, DisputeCommon

JOB = "logistics_freight_accrual.ir_cron_propose_write_offs"


@tagged("post_install", "-at_install")
class TestWriteOff(DisputeCommon):
    def _write_off(self, charges, user=None, reason="No bill will come"):
        charges = charges.with_user(user or self.finance)
        window = charges.action_write_off()
        found = self.env["logistics.freight.write.off"].browse(window["res_id"])
        found.with_user(user or self.finance).reason = reason
        return found.with_user(user or self.finance)

    def _step(self, write_off):
        return self.env["logistics.effect"].search(
            [("res_model", "=", write_off._name), ("res_id", "=", write_off.id)]
        )

    def _approve(self, step, *people):
        for person in people:
            self._approval(step).with_user(person).action_approve()
        self._take()

    def _expense(self):
        return self._account_balance("logistics_freight_account_id")

    # === THE DEED === #

    def test_approved_write_off_releases_what_is_open(self):
        charges = self._charges(3)
        self.assertEqual((self._accrued(), self._expense()), (-300, 300))
        write_off = self._write_off(charges)
        self.assertEqual(write_off.total_amount, 300)
        write_off.action_ask()
        self.assertEqual(write_off.state, "waiting")
        self._take()
        self.assertEqual(self._accrued(), -300)
        step = self._step(write_off)
        self._approve(step, self.clerk)
        self.assertEqual((write_off.state, step.state), ("done", "done"))
        self.assertEqual((self._accrued(), self._expense()), (0, 0))
        self.assertEqual(set(charges.mapped("stage")), {"written_off"})
        self.assertEqual(charges.mapped("open_amount"), [0, 0, 0])
        self.assertEqual(charges.mapped("released_amount"), [100, 100, 100])
        lines = charges.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        self.assertTrue(all(lines.mapped("reconciled")))

    def test_approval_says_which_charges_and_why(self):
        charge = self._charges()
        write_off = self._write_off(charge)
        write_off.action_ask()
        text = self._step(write_off).approval_ids.reason_asked
        self.assertIn("No bill will come", text)
        self.assertIn(f"{charge.display_name}: 100.00 ", text)

    def test_it_is_released_once(self):
        charge = self._charges()
        write_off = self._write_off(charge)
        write_off.action_ask()
        self._approve(self._step(write_off), self.clerk)
        self._take()
        with self._refused("Nothing of these"):
            charge.with_user(self.finance).action_write_off()
        released = charge.posting_ids.filtered(lambda p: p.reason == "write_off")
        self.assertEqual(len(released), 1)

    def test_only_what_a_bill_left_is_released(self):
        charge = self._charges()
        bill = self._bill([(charge, "60", "0")])
        ref = bill._freight_ref()
        charge._say("bill", ref, amount=D(60), on=bill.issued, final=False)
        charge._say("match", ref, target=ref)
        self._post_document(bill, charge, f"bill:{ref}", "in_invoice")
        self.assertEqual(charge.open_amount, 40)
        write_off = self._write_off(charge)
        write_off.action_ask()
        self._approve(self._step(write_off), self.clerk)
        self.assertEqual((self._accrued(), self._expense()), (0, 60))

    def test_charge_that_changed_meanwhile_is_left(self):
        one, two = self._charges(2)
        write_off = self._write_off(one | two)
        write_off.action_ask()
        self._post_bill(self._bill([(two, "100", "0")]))
        self._approve(self._step(write_off), self.clerk)
        self.assertEqual(one.stage, "written_off")
        self.assertEqual(two.stage, "invoiced")
        self.assertIn(two.display_name, " ".join(write_off.message_ids.mapped("body")))

    def test_refused_write_off_releases_nothing(self):
        write_off = self._write_off(self._charges())
        write_off.action_ask()
        self._approval(self._step(write_off)).with_user(self.clerk).action_refuse("No")
        self.assertEqual(write_off.state, "refused")
        self.assertEqual(self._accrued(), -100)

    def test_late_bill_after_a_write_off_is_cost_at_once(self):
        charge = self._charges()
        write_off = self._write_off(charge)
        write_off.action_ask()
        with freeze_time("2026-03-10 12:00:00"):
            self._approve(self._step(write_off), self.clerk)
        self._post_bill(self._bill([(charge, "90", "0")]))
        self.assertEqual((self._accrued(), self._expense()), (0, 90))

    def test_accrual_of_the_rule_is_not_taken_back_twice(self):
        shipment = self._send()
        self._pick_up(shipment)
        self._price(shipment, 80.0)
        self._take()
        charge = shipment.logistics_charge_ids
        self.assertEqual(charge.open_amount, 80)
        write_off = self._write_off(charge)
        write_off.action_ask()
        self._approve(self._step(write_off), self.clerk)
        self._take()
        self.assertEqual((self._accrued(), self._expense()), (0, 0))
        steps = self.env["logistics.effect"].search(
            [
                ("res_model", "=", "logistics.charge"),
                ("res_id", "=", charge.id),
                ("state", "!=", "superseded"),
            ]
        )
        self.assertEqual(steps.mapped("state"), ["done", "done"])
        self.assertEqual(sum(steps.mapped("quantity")), 0)
        released = charge.posting_ids.filtered(lambda p: p.reason == "write_off")
        self.assertEqual(len(released), 1)

    def test_waiting_accrual_stands_in_the_way(self):
        shipment = self._send()
        self._pick_up(shipment)
        self._price(shipment, 80.0)
        self._take()
        self._price(shipment, 95.0, key="again")
        with self._refused("on its way"):
            shipment.logistics_charge_ids.with_user(self.finance).action_write_off()

    def test_disputed_charge_is_decided_first(self):
        dispute = self._disputed("80", "20")
        with self._refused("decide the dispute"):
            dispute.charge_id.with_user(self.finance).action_write_off()

    def test_reason_is_needed(self):
        write_off = self._write_off(self._charges(), reason=" ")
        with self._refused("Say why"):
            write_off.action_ask()

    # === PEOPLE === #

    def test_sum_says_how_many_people_agree(self):
        for amount, count, needed in (("100", 10, 1), ("100.01", 10, 2), ("7", 3, 1)):
            write_off = self._write_off(self._charges(count, amount), self.third)
            write_off.action_ask()
            step = self._step(write_off)
            self.assertEqual(step.approval_ids.needed, needed, amount)
            self._approval(step).with_user(self.clerk).action_refuse("No")

    def test_two_people_agree_to_much(self):
        write_off = self._write_off(self._charges(1, "1500"))
        write_off.action_ask()
        step = self._step(write_off)
        self._approve(step, self.clerk)
        self.assertEqual(self._accrued(), -1500)
        with self.assertRaises(AccessError):
            self._approval(step).with_user(self.clerk).action_approve()
        self._approve(step, self.third)
        self.assertEqual(self._accrued(), 0)

    def test_two_lists_are_judged_together(self):
        charges = self._charges(2, "600")
        steps = self.env["logistics.effect"]
        for charge in charges:
            write_off = self._write_off(charge)
            write_off.action_ask()
            steps |= self._step(write_off)
        self.assertEqual(steps.approval_ids.mapped("needed"), [2, 2])

    def _asked(self):
        write_off = self._write_off(self._charges())
        write_off.action_ask()
        return write_off, self._approval(self._step(write_off))

    def test_asker_does_not_agree_on_screen_or_by_rpc(self):
        _write_off, approval = self._asked()
        mine = approval.with_user(self.finance)
        self.assertFalse(mine.may_decide)
        with self.assertRaises(AccessError):
            mine.action_approve()
        self._take()
        self.assertEqual(self._accrued(), -100)

    def test_asker_does_not_agree_by_import(self):
        write_off, approval = self._asked()
        rows = [[str(approval.id), "approved"]]
        result = approval.with_user(self.finance).load([".id", "state"], rows)
        self.assertFalse(result["ids"])
        result = write_off.load([".id", "state"], [[str(write_off.id), "done"]])
        self.assertFalse(result["ids"])
        self.assertEqual(approval.state, "waiting")
        self.assertEqual(write_off.state, "waiting")

    def test_asker_does_not_agree_by_writing(self):
        write_off, approval = self._asked()
        for vals in ({"state": "approved"}, {"needed": 0}, {"requested_by": 1}):
            with self.assertRaises(AccessError):
                approval.with_user(self.finance).write(vals)
        for vals in ({"state": "done"}, {"editor_ids": [(5,)]}, {"is_proposed": True}):
            with self.assertRaises(AccessError):
                write_off.write(vals)
        with self.assertRaises(AccessError):
            self.env["logistics.charge.fact"].with_user(self.finance).create(
                {
                    "charge_id": write_off.charge_ids.id,
                    "kind": "write_off",
                    "ref": "mine",
                    "amount": 100,
                }
            )

    def test_asker_does_not_agree_by_a_server_action(self):
        _write_off, approval = self._asked()
        action = self.env["ir.actions.server"].create(
            {
                "name": "Approve",
                "model_id": self.env["ir.model"]._get_id("logistics.approval"),
                "state": "code",
                "code": "records.action_approve()",
                "group_ids": [(5,)],
            }
        )
        context = {
            "active_model": approval._name,
            "active_id": approval.id,
            "active_ids": approval.ids,
        }
        with self.assertRaises(AccessError):
            action.with_user(self.finance).with_context(**context).run()
        self.assertEqual(approval.state, "waiting")

    def test_who_put_the_list_together_does_not_agree(self):
        charges = self._charges(2)
        write_off = self._write_off(charges, self.third)
        write_off.with_user(self.clerk).charge_ids = [(3, charges[1].id)]
        write_off.with_user(self.finance).action_ask()
        approval = self._approval(self._step(write_off))
        for person in (self.finance, self.clerk, self.third):
            with self.assertRaises(AccessError):
                approval.with_user(person).action_approve()

    def test_accounting_groups_do_not_get_around_it(self):
        write_off, approval = self._asked()
        with self.assertRaises(AccessError):
            approval.with_user(self.accountant).action_approve()
        with self.assertRaises(AccessError):
            write_off.with_user(self.accountant).action_ask()
        with self.assertRaises(AccessError):
            write_off.charge_ids.with_user(self.accountant).action_write_off()
        entry = write_off.charge_ids.posting_ids.move_id
        for deed in ("button_draft", "button_cancel"):
            with self.assertRaises(UserError):
                getattr(entry.with_user(self.accountant), deed)()

    def test_only_finance_proposes(self):
        charge = self._charges()
        for role in ("user", "manager", "integration", "auditor"):
            with self.assertRaises(AccessError):
                charge.with_user(self.people[role]).action_write_off()

    def test_list_does_not_change_once_asked_for(self):
        write_off, _approval = self._asked()
        more = self._charges()
        with self._refused("does not change"):
            write_off.charge_ids = [(4, more.id)]
        with self._refused("asked for already"):
            write_off.action_ask()
        with self._refused("refuse it instead"):
            write_off.action_discard()

    def test_discarded_list_writes_nothing_off(self):
        write_off = self._write_off(self._charges())
        write_off.action_discard()
        self.assertEqual(write_off.state, "discarded")
        with self._refused("asked for already"):
            write_off.action_ask()

    # === PROPOSALS === #

    def _proposals(self):
        return self.env["logistics.freight.write.off"].search(
            [("is_proposed", "=", True), ("company_id", "=", self.company.id)]
        )

    def _exceptions(self):
        return self.env["logistics.exception"].search(
            [
                ("res_model", "=", "logistics.freight.write.off"),
                ("company_id", "=", self.company.id),
                ("state", "=", "open"),
            ]
        )

    def _propose(self, day):
        with freeze_time(f"{day} 12:00:00"):
            self._run_job(JOB)

    def test_overdue_charges_are_proposed_as_one_list(self):
        self._charges(3, day="2026-03-02")
        self._propose("2026-08-29")
        self.assertFalse(self._proposals())
        self._propose("2026-08-30")
        self.assertEqual(len(self._proposals().charge_ids), 3)
        self.assertEqual(self._exceptions().amount, 300)
        self.assertIn("3 freight charges", self._exceptions().summary)

    def test_proposal_follows_what_is_overdue(self):
        first = self._charges(2, day="2026-03-02")
        self._propose("2026-08-30")
        self._charges(1, day="2026-03-03")
        self._propose("2026-08-31")
        self.assertEqual(len(self._proposals().charge_ids), 3)
        self._post_bill(self._bill([(first[0], "100", "0")]))
        self._propose("2026-09-01")
        self.assertEqual(len(self._proposals().charge_ids), 2)
        self.assertEqual(len(self._exceptions()), 1)

    def test_proposal_is_asked_for_and_done(self):
        self._charges(2)
        self._propose("2026-08-30")
        proposal = self._proposals().with_user(self.finance)
        proposal.action_ask()
        self._propose("2026-08-31")
        self.assertEqual(len(self._proposals()), 1)
        self._approve(self._step(proposal), self.clerk)
        self.assertEqual(self._accrued(), 0)
        self.assertFalse(self._exceptions())

    def test_nothing_is_proposed_any_more_once_it_is_billed(self):
        charge = self._charges()
        self._propose("2026-08-30")
        self._post_bill(self._bill([(charge, "100", "0")]))
        self._propose("2026-08-31")
        self.assertEqual(self._proposals().state, "discarded")
        self.assertFalse(self._exceptions())

    def test_terms_say_when_it_is_overdue(self):
        self.terms.window_days = 30
        self._charges()
        self._propose("2026-04-01")
        self.assertFalse(self._proposals())
        self._propose("2026-04-02")
        self.assertTrue(self._proposals())

    def test_disputed_charges_are_not_proposed(self):
        self._disputed("80", "20")
        self._propose("2026-12-31")
        self.assertFalse(self._proposals())

    def test_limit_for_two_people_is_a_setting(self):
        settings = self.env["res.config.settings"].create(
            {"logistics_freight_two_people": 50.0}
        )
        settings.execute()
        self.assertEqual(self.company.logistics_freight_two_people, 50)
        write_off = self._write_off(self._charges())
        write_off.action_ask()
        self.assertEqual(self._step(write_off).approval_ids.needed, 2)
