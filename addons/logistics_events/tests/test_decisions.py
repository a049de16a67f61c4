"""What people decide on screens, with a reason, and how it is undone."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .screens import ScreenCase


@tagged("post_install", "-at_install")
class TestDecisions(ScreenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now() + timedelta(minutes=5)
        cls.shipment = cls._ship(cls._sell().picking_ids, "A1")

    def _delivered(self, **more):
        self._report(self.shipment, "delivered", occurred_at=self.now, **more)
        return self._newest("delivered")

    def _newest(self, event_type):
        self.shipment.invalidate_recordset()
        return self.shipment.event_ids.filtered(
            lambda event: (
                event.event_type == event_type and event.classifier == "actual"
            )
        ).sorted("id")[-1:]

    def _say_why(self, role, action, reason="Because I saw it"):
        """Answer the dialog a button opened, as the person who pressed it."""
        Dialog = (
            self.env[action["res_model"]]
            .with_user(self.people[role])
            .with_context(**action["context"])
        )
        form = Form(Dialog, view=f"logistics_events.{Dialog._table}_view_form")
        form.reason = reason
        return form.save()

    # === EVENTS === #

    def test_withdrawn_event_is_put_back_and_withdrawn_once_more(self):
        event = self._delivered().with_user(self.people["user"])
        self.assertEqual(self.shipment.state, "delivered")
        for press, state in (
            ("action_withdraw_dialog", "dispatched"),
            ("action_put_back_dialog", "delivered"),
            ("action_withdraw_dialog", "dispatched"),
            ("action_put_back_dialog", "delivered"),
        ):
            self._say_why("user", getattr(event, press)()).action_confirm()
            self.shipment.invalidate_recordset()
            with self.subTest(press=press):
                self.assertEqual(self.shipment.state, state)

    def test_event_is_not_withdrawn_twice(self):
        event = self._delivered()
        event.action_withdraw("Wrong parcel")
        with self.assertRaises(UserError):
            event.action_withdraw("Wrong parcel")

    def test_event_that_counts_is_not_put_back(self):
        with self.assertRaises(UserError):
            self._delivered().action_put_back("Just so")

    def test_only_operations_judge_events(self):
        event = self._delivered()
        for role in ("finance", "integration", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                event.with_user(self.people[role]).action_withdraw("Because")

    def test_event_is_linked_elsewhere_and_back(self):
        other = self._ship(self._sell().picking_ids, "B2")
        event = self._delivered()
        for target, states in (
            (other, ("dispatched", "delivered")),
            (self.shipment, ("delivered", "dispatched")),
        ):
            dialog = Form(
                self.env["logistics.event.relink"]
                .with_user(self.people["manager"])
                .with_context(**event.action_relink_dialog()["context"])
            )
            dialog.shipment_id = target
            dialog.reason = "The numbers were mixed up"
            dialog.save().action_relink()
            (self.shipment | other).invalidate_recordset()
            self.assertEqual((self.shipment.state, other.state), states)
        self.assertEqual(len(event.link_ids), 3)

    def test_event_is_unlinked(self):
        event = self._delivered()
        dialog = self.env["logistics.event.relink"].create(
            {
                "event_ids": [(6, 0, event.ids)],
                "decision": "unlink",
                "reason": "Not our parcel",
            }
        )
        dialog.action_relink()
        self.shipment.invalidate_recordset()
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertEqual(event.standing, "unlinked")
        with self.assertRaises(UserError):
            event.action_open_shipment()

    def test_events_are_not_linked_into_another_company(self):
        event = self._delivered()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.env["logistics.shipment"].create({"company_id": company.id})
        dialog = self.env["logistics.event.relink"].create(
            {
                "event_ids": [(6, 0, event.ids)],
                "shipment_id": foreign.id,
                "reason": "Mistaken",
            }
        )
        with self.assertRaises(UserError):
            dialog.action_relink()

    # === REPORTS THAT DISAGREE === #

    def _choose(self, right, role="user"):
        exception = self.env["logistics.exception"].search(
            [
                ("shipment_id", "=", self.shipment.id),
                ("category", "in", ["conflict", "contradiction"]),
                ("state", "=", "open"),
            ]
        )
        action = exception.with_user(self.people[role]).action_choose_event()
        dialog = Form(
            self.env[action["res_model"]]
            .with_user(self.people[role])
            .with_context(**action["context"])
        )
        dialog.right_id = right
        dialog.reason = "The customer said so"
        dialog.save().action_choose()
        self.shipment.invalidate_recordset()
        return exception

    def test_delivery_is_right_and_the_later_report_is_withdrawn(self):
        delivered = self._delivered()
        self._report(
            self.shipment, "refused", occurred_at=self.now + timedelta(hours=2)
        )
        self.assertTrue(self.shipment.money_hold)
        exception = self._choose(delivered)
        sold = self.shipment.sale_order_ids.amount_untaxed
        self.assertTrue(sold)
        self.assertEqual(exception.amount, sold)
        self.assertEqual(self.shipment.state, "delivered")
        self.assertFalse(self.shipment.money_hold)
        self.assertEqual(exception.state, "solved")
        self._newest("refused").action_put_back("The customer was wrong")
        self.assertTrue(self.shipment.money_hold)

    def test_later_report_is_right_and_the_delivery_is_withdrawn(self):
        self._delivered()
        self._report(
            self.shipment, "refused", occurred_at=self.now + timedelta(hours=2)
        )
        self._choose(self._newest("refused"))
        self.assertEqual(self.shipment.state, "refused")
        self.assertFalse(self.shipment.money_hold)

    def test_one_of_two_versions_is_stated_again_on_a_persons_word(self):
        first = self._delivered(key="v", content="one", signer="K. Meyer")
        self._report(
            self.shipment,
            "delivered",
            key="v",
            content="two",
            occurred_at=self.now + timedelta(hours=3),
            reference="again",
        )
        self.assertTrue(self.shipment.has_conflict)
        self._choose(first)
        self.assertRecordValues(
            self.shipment,
            [
                {
                    "state": "delivered",
                    "delivered_at": self.now,
                    "has_conflict": False,
                    "money_hold": False,
                }
            ],
        )
        stated = self._newest("delivered")
        self.assertEqual((stated.trust_kind, stated.signer), ("person", "K. Meyer"))

    def test_choice_from_outside_the_reports_is_refused(self):
        self._delivered()
        self._report(
            self.shipment, "refused", occurred_at=self.now + timedelta(hours=2)
        )
        dialog = self.env["logistics.event.choose"].create(
            {
                "shipment_id": self.shipment.id,
                "kind": "contradiction",
                "right_id": self._newest("dispatched").id,
                "reason": "Just so",
            }
        )
        with self.assertRaises(UserError):
            dialog.action_choose()

    # === EXCEPTIONS, APPROVALS, PROOFS === #

    def _exception(self):
        return self.env["logistics.exception"]._open(
            "no_news", self.shipment, "Nothing heard", shipment=self.shipment
        )

    def test_exception_is_ignored_with_a_reason_and_reopened(self):
        exception = self._exception().with_user(self.people["user"])
        dialog = self._say_why("user", exception.action_ignore_dialog(), "A holiday")
        dialog.action_confirm()
        self.assertEqual(
            (exception.state, exception.ignore_reason), ("ignored", "A holiday")
        )
        exception.action_reopen()
        self.assertEqual(exception.state, "open")

    def test_exception_is_snoozed_and_reopened(self):
        exception = self._exception().with_user(self.people["user"])
        exception.action_snooze(7)
        self.assertEqual(
            exception.snoozed_until, fields.Date.add(fields.Date.today(), days=7)
        )
        exception.action_reopen()
        self.assertFalse(exception.snoozed_until)

    def test_auditor_changes_no_exception(self):
        exception = self._exception().with_user(self.people["auditor"])
        for press in (exception.action_take_over, exception.action_snooze):
            with self.assertRaises(AccessError):
                press()

    def test_reason_of_blanks_is_none(self):
        dialog = self.env["logistics.reason"].create(
            {
                "deed": "ignore_exception",
                "res_ids": self._exception().ids,
                "reason": "  ",
            }
        )
        with self.assertRaises(UserError):
            dialog.action_confirm()

    def test_reason_gives_nobody_rights_they_do_not_have(self):
        proof = self.env["logistics.proof.record"].create(
            {"shipment_ids": [(6, 0, self.shipment.ids)], "signer": "K. Meyer"}
        )
        proof.action_record()
        dialog = (
            self.env["logistics.reason"]
            .with_user(self.people["integration"])
            .create(
                {
                    "deed": "withdraw_proof",
                    "res_ids": self.shipment.proof_ids.ids,
                    "reason": "Because",
                }
            )
        )
        with self.assertRaises(AccessError):
            dialog.action_confirm()

    def test_every_deed_has_its_words_and_a_method(self):
        for name in ("logistics.reason", "logistics.ahead"):
            Dialog = self.env[name]
            deeds = {code for code, _label in Dialog._fields["deed"].selection}
            self.assertEqual(set(Dialog._deeds()), deeds)
            self.assertEqual(set(Dialog._explanations()), deeds)
            for model, method in Dialog._deeds().values():
                self.assertTrue(callable(getattr(self.env[model], method)))

    def _credit(self):
        order = self.shipment.sale_order_ids
        order._create_invoices().action_post()
        self.env["logistics.action.mode"]._switch(self.company, "credit", "on")
        return self.env["logistics.credit.demand"]._want(
            order.order_line, "claim", "x", 1, reason="Broken", shipment=self.shipment
        )

    def test_approval_is_refused_with_a_reason(self):
        approval = self._credit().approval_ids.with_user(self.people["finance"])
        self.assertTrue(approval.may_decide)
        self._say_why("finance", approval.action_refuse_dialog()).action_confirm()
        self.assertEqual(
            (approval.state, approval.reason), ("refused", "Because I saw it")
        )
        self.assertEqual(approval.effect_id.state, "rejected")

    def test_who_asked_or_agreed_sees_no_button(self):
        self.people["finance"].group_ids += self.people["manager"].group_ids
        step = self._credit()
        approval = step.approval_ids
        self.assertFalse(approval.with_user(self.env.user).may_decide)
        self.assertFalse(approval.with_user(self.people["manager"]).may_decide)
        self.assertTrue(approval.with_user(self.people["finance"]).may_decide)

    def test_document_changed_by_hand_is_kept_and_the_events_are_followed_again(self):
        step = self._credit()
        step.approval_ids.with_user(self.people["finance"]).action_approve()
        step._take()
        step.invoice_ids.button_draft()
        exception = self.env["logistics.exception"].search(
            [("effect_id", "=", step.id), ("category", "=", "changed_by_hand")]
        )
        action = exception.with_user(self.people["finance"]).action_keep_as_is_dialog()
        self._say_why("finance", action, "Agreed on the phone").action_confirm()
        self.assertTrue(step.pinned)
        self.assertEqual(exception.state, "solved")
        exception.with_user(self.people["finance"]).action_follow_facts()
        self.assertFalse(step.pinned)
        self.assertEqual(exception.state, "open")

    # === RULES === #

    def test_history_of_a_rule_says_what_changed(self):
        rule = self.env["logistics.policy"].create({"name": "Credits"})
        rule.write({"approval": "two", "delay_minutes": 30})
        newest, first = rule.version_ids.sorted("version", reverse=True)
        self.assertEqual(first.change_text, "First version")
        self.assertEqual(
            set(newest.change_text.splitlines()),
            {"Approval: None → Two People", "Settling Time (minutes): 0 → 30"},
        )

    def test_rule_is_readable_as_sentences(self):
        rule = self.env["logistics.policy"].create(
            {"name": "Credits", "trigger": "withdrawn", "approval": "one"}
        )
        self.assertEqual(
            rule.sentence,
            "Then: Propose a Credit Note, for every order of every company. "
            "Approved by: one person.",
        )

    # === PARCELS === #

    def test_contents_of_a_parcel_are_filled_on_the_shipment(self):
        move = self.shipment.picking_ids.move_ids
        shipment = self.shipment.with_user(self.people["user"])
        with (
            Form(shipment) as form,
            form.parcel_ids.edit(0) as parcel,
            parcel.line_ids.new() as line,
        ):
            line.move_id = move
            line.quantity = 3
        self.assertRecordValues(
            self.shipment.parcel_ids.line_ids, [{"move_id": move.id, "quantity": 3}]
        )
        self.assertEqual(self.shipment.parcel_ids.contents_text, "3 x Pump")
