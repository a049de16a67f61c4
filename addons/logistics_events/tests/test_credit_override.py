from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .credit_case import CreditCapCase

GROUP = "logistics_events.logistics_events_group_credit_override"
WHY = "The customer was promised two more"


@tagged("post_install", "-at_install")
class TestCreditOverride(CreditCapCase):
    """More is credited than was invoiced, on the word of a person with the right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller = new_test_user(
            cls.env,
            login="logistics-controller",
            groups=f"{GROUP},logistics_events.logistics_events_group_finance",
        )
        cls.Override = cls.env["logistics.credit.override"]

    def setUp(self):
        super().setUp()
        self._credit(self.line, 3)
        self.note = self._note(self.invoice, 9)

    def _ask(self, note=None, user=None, reason=WHY):
        note = (note or self.note).with_user(user or self.controller)
        window = note.action_logistics_exceed_dialog()
        dialog = note.env["logistics.reason"].with_context(**window["context"])
        dialog.create({"reason": reason}).action_confirm()
        return self.Override.search([("move_id", "=", note.id)])

    def _two_people(self, above=0.0):
        self.env["logistics.policy"].create(
            {
                "name": "Credits",
                "action": "credit",
                "approval": "one" if above else "two",
                "approval_amount": above,
            }
        )

    def test_right_belongs_to_nobody_who_was_not_given_it(self):
        group = self.env.ref(GROUP)
        self.assertFalse(group.implied_by_ids)
        self.assertFalse(group.user_ids - self.controller)
        for person in (*self.people.values(), self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                self.note.with_user(person).action_logistics_exceed_dialog()
            with self.assertRaises(AccessError):
                self.note.with_user(person)._logistics_exceed(WHY)

    def test_draft_says_how_much_is_beyond_and_to_whom_it_matters(self):
        note = self.note.with_user(self.controller)
        self.assertRegex(note.logistics_credit_beyond, r"Pump.*: 2 Units, .*200\.00")
        self.assertIn("2 Units", Form(note).logistics_credit_beyond)
        note.invoice_line_ids.quantity = 7
        self.assertFalse(note.logistics_credit_beyond)

    def test_window_says_what_is_allowed_and_wants_a_reason(self):
        note = self.note.with_user(self.controller)
        window = note.action_logistics_exceed_dialog()
        self.assertRegex(window["context"]["default_impact"], "2 Units")
        with self.assertRaises(UserError):
            self._ask(reason="  ")

    def test_one_person_allows_exactly_that_much_at_once(self):
        override = self._ask()
        self.assertRecordValues(
            override,
            [
                {
                    "user_id": self.controller.id,
                    "reason": WHY,
                    "quantity": 2.0,
                    "amount": 200.0,
                    "value": 200.0,
                    "move_id": self.note.id,
                    "state": "done",
                }
            ],
        )
        self.assertRecordValues(
            self._counter(), [{"allowed_quantity": 2.0, "allowed_amount": 200.0}]
        )
        self.note.action_post()
        self.assertEqual(self._counter().left_quantity, 0.0)
        self._assert_right()
        with self._refused("1 would be credited, but only 0"):
            self._note(self.invoice, 1).action_post()

    def test_document_that_was_enlarged_after_it_was_allowed_is_refused(self):
        self._ask()
        self.note.invoice_line_ids.quantity = 10
        with self._refused("10 would be credited, but only 9"):
            self.note.action_post()

    def test_only_the_money_is_beyond(self):
        note = self._note(self.invoice, 7, price_unit=110.0)
        override = self._ask(note)
        self.assertRecordValues(override, [{"quantity": 0.0, "amount": 70.0}])
        note.action_post()
        self._assert_right()

    def test_where_two_decide_a_colleague_agrees_first(self):
        self._two_people()
        override = self._ask()
        self.assertEqual(override.state, "waiting")
        self.assertEqual(self._counter().allowed_quantity, 0.0)
        with self._refused("only 7"):
            self.note.action_post()
        self.env.invalidate_all()
        approval = override.effect_id.approval_ids
        self.assertIn(WHY, approval.reason_asked)
        with self.assertRaises(AccessError):
            approval.with_user(self.controller).action_approve()
        with self.assertRaises(UserError):
            self._ask()
        approval.with_user(self.people["finance"]).action_approve()
        self._take()
        self.assertEqual(override.state, "done")
        self.note.action_post()
        self._assert_right()

    def test_refused_by_the_colleague_it_stays_as_it_was(self):
        self._two_people()
        override = self._ask()
        approval = override.effect_id.approval_ids
        approval.with_user(self.people["finance"]).action_refuse("Nobody promised")
        self.assertEqual(override.state, "rejected")
        with self._refused("only 7"):
            self.note.action_post()

    def test_large_one_in_small_parts_is_still_large(self):
        self._two_people(above=250.0)
        self.assertEqual(self._ask().state, "done")
        self.note.action_post()
        more = self._note(self.invoice, 1)
        self.assertEqual(self._ask(more).state, "waiting")

    def test_draft_that_is_deleted_needs_no_decision(self):
        self._two_people()
        override = self._ask()
        name = override.move_name
        self.note.unlink()
        self.assertRecordValues(
            override, [{"state": "superseded", "move_id": False, "move_name": name}]
        )
        self.assertEqual(override.effect_id.approval_ids.state, "void")

    def test_draft_that_was_cancelled_meanwhile_allows_nothing(self):
        self._two_people()
        override = self._ask()
        approval = override.effect_id.approval_ids
        approval.with_user(self.people["finance"]).action_approve()
        self.note.button_cancel()
        self._take()
        self.assertEqual(override.state, "superseded")
        self.assertEqual(self._counter().allowed_quantity, 0.0)

    def test_nothing_beyond_is_nothing_to_allow(self):
        self.note.invoice_line_ids.quantity = 7
        with self._refused("Nothing of this document"):
            self._ask()

    def test_order_that_nobody_manages_has_nothing_to_exceed(self):
        _order, invoice = self._invoiced(2)
        self._note(invoice).action_post()
        note = self._note(invoice).with_user(self.controller)
        self.assertFalse(note.logistics_credit_beyond)

    def test_what_was_said_is_never_changed(self):
        override = self._ask()
        for way in (
            lambda: override.write({"reason": "Another"}),
            lambda: override.unlink(),
            lambda: override.copy(),
            lambda: self.Override.create({"reason": WHY}),
        ):
            with self.assertRaises(AccessError):
                way()
        self.note.unlink()
        self.assertRecordValues(override, [{"reason": WHY, "state": "done"}])

    def test_lines_of_one_document_are_decided_together(self):
        self._two_people()
        order = self._sell(4)
        order.order_line.copy({"order_id": order.id, "price_unit": 7.0})
        self._ship(order.picking_ids)
        invoice = order._create_invoices()
        invoice.action_post()
        self._credit(order.order_line[0], 1)
        first = self._reverse(invoice)
        first.invoice_line_ids = [
            Command.update(item.id, {"quantity": 5}) for item in first.invoice_line_ids
        ]
        overrides = self._ask(first)
        self.assertEqual(sorted(overrides.mapped("quantity")), [1.0, 2.0])
        approvals = overrides.effect_id.approval_ids
        approvals.with_user(self.people["finance"]).action_approve()
        self._take()
        first.action_post()
        self._assert_right()
