from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnFees(CreditCase):
    """What a return costs the customer is on the credit note, never beyond it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.logistics_return_four_eyes = False
        cls.restocking = cls.env.ref("logistics_returns.product_restocking_fee")
        cls.shipping = cls.env.ref("logistics_returns.product_return_shipping")
        (cls.restocking | cls.shipping).taxes_id = [Command.clear()]

    def _returned(self, quantity=2, **more):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, quantity)
        one.write(more)
        return order, one

    def _fees(self, order):
        return {
            line.product_id: line.price_total
            for line in self._notes(order).invoice_line_ids
            if line.logistics_return_id
        }

    def test_percentage_of_the_goods(self):
        self.company.write(
            {"logistics_restocking": "percent", "logistics_restocking_percent": 15}
        )
        order, one = self._returned()
        self._inspect(one)
        self._take()
        self.assertEqual(self._fees(order), {self.restocking: -3.0})
        self.assertRecordValues(
            self._notes(order), [{"amount_total": 17.0, "state": "posted"}]
        )
        self.assertEqual(order.order_line.qty_invoiced, 3)

    def test_reason_says_otherwise_than_the_company(self):
        self.company.write(
            {"logistics_restocking": "percent", "logistics_restocking_percent": 15}
        )
        reason = self.env["logistics.return.reason"].create(
            {"name": "Ours", "code": "ours", "restocking": "none"}
        )
        order, one = self._returned(reason_id=reason.id)
        self._inspect(one)
        self._take()
        self.assertFalse(self._fees(order))
        reason.write({"restocking": "fixed", "restocking_amount": 4.0})
        order, one = self._returned(reason_id=reason.id)
        self._inspect(one)
        self._take()
        self.assertEqual(self._fees(order), {self.restocking: -4.0})

    def test_shipping_when_the_customer_pays_the_way_back(self):
        self.company.logistics_return_shipping = 6.0
        order, one = self._returned(freight_payer="customer")
        self._inspect(one)
        self._take()
        self.assertEqual(self._fees(order), {self.shipping: -6.0})
        order, one = self._returned(freight_payer="company")
        self._inspect(one)
        self._take()
        self.assertFalse(self._fees(order))

    def test_fixed_fees_are_charged_once_and_never_beyond_the_credit(self):
        self.company.write(
            {
                "logistics_restocking": "fixed",
                "logistics_restocking_amount": 8.0,
                "logistics_return_shipping": 6.0,
            }
        )
        order, one = self._returned(freight_payer="customer")
        self._inspect(one, 1)
        self._take()
        self.assertRecordValues(self._notes(order), [{"amount_total": 0.0}])
        self._inspect(one, 1)
        self._take()
        self.assertEqual(self._notes(order).mapped("amount_total"), [0.0, 6.0])
        fees = self._notes(order).invoice_line_ids.filtered("logistics_return_id")
        self.assertEqual(sum(fees.mapped("price_total")), -14.0)

    def test_fee_with_tax_comes_to_what_was_said(self):
        self.restocking.taxes_id = self.tax
        self.company.write(
            {"logistics_restocking": "fixed", "logistics_restocking_amount": 11.5}
        )
        order, one = self._returned()
        self._inspect(one)
        self._take()
        self.assertEqual(self._fees(order), {self.restocking: -11.5})
        self.assertRecordValues(
            self._notes(order), [{"amount_total": 8.5, "amount_tax": -1.5}]
        )

    def test_fee_is_given_back_with_the_credit(self):
        self.company.write(
            {"logistics_restocking": "percent", "logistics_restocking_percent": 10}
        )
        order, one = self._returned()
        self._inspect(one)
        self._take()
        self._inspect(one, -2)
        self._inspect(one, 2, "send_back")
        self._agree(order)
        documents = order.order_line.invoice_lines.move_id
        self.assertEqual(sum(documents.mapped("amount_total_signed")), 50.0)
        self.assertEqual(order.order_line.qty_invoiced, 5)

    def test_nothing_is_charged_for_what_was_not_the_customers_doing(self):
        self.company.write(
            {"logistics_restocking": "percent", "logistics_restocking_percent": 10}
        )
        order, one = self._returned()
        one.sudo().kind = "damaged"
        self._inspect(one)
        self._agree(order)
        self.assertFalse(self._fees(order))


@tagged("post_install", "-at_install")
class TestReturnGoodwill(CreditCase):
    """Goodwill is an amount without goods, approved, within what was invoiced."""

    def setUp(self):
        super().setUp()
        self.order = self._order((self.cheap, 10, {"tax_ids": self.tax.ids}))
        self.invoice = self._invoice(self.order)
        self.one = self._announce(self.order.picking_ids, 1)

    def _all_notes(self):
        return self.env["account.move"].search(
            [("reversed_entry_id", "=", self.invoice.id)]
        )

    def test_goodwill_is_a_line_of_its_own_and_touches_no_quantity(self):
        self.one.with_user(self.clerk)._grant(self.order, 11.5, "A scratch")
        self.assertRecordValues(
            self._open(self.order),
            [{"quantity": 11.5, "amount": 11.5, "approvers_needed": 1}],
        )
        self._agree(self.order)
        note = self._all_notes()
        self.assertRecordValues(
            note,
            [
                {
                    "state": "posted",
                    "move_type": "out_refund",
                    "amount_untaxed": 10.0,
                    "amount_total": 11.5,
                    "partner_id": self.invoice.partner_id.id,
                    "invoice_origin": self.order.name,
                }
            ],
        )
        self.assertRecordValues(
            note.invoice_line_ids,
            [
                {
                    "product_id": self.env.ref("logistics_returns.product_goodwill").id,
                    "tax_ids": self.tax.ids,
                    "sale_line_ids": [],
                    "name": "Goodwill: A scratch",
                    "logistics_return_id": self.one.id,
                }
            ],
        )
        self.assertRecordValues(
            self.order.order_line,
            [{"qty_delivered": 10, "qty_invoiced": 10, "qty_to_invoice": 0}],
        )

    def test_above_the_small_amount_two_people_agree(self):
        self.one._grant(self.order, 60.0, "Long wait")
        self.assertEqual(self._open(self.order).approval_ids.needed, 2)

    def test_pieces_are_judged_together(self):
        self.one._grant(self.order, 30.0, "First")
        self.one._grant(self.order, 30.0, "Second")
        needed = self._open(self.order).sorted("id").mapped("approvers_needed")
        self.assertEqual(needed, [1, 2])

    def test_who_grants_does_not_agree(self):
        self.one.with_user(self.finance)._grant(self.order, 10.0, "Kind")
        with self.assertRaises(AccessError):
            self._agree(self.order, self.finance)
        self._agree(self.order, self.second)
        self.assertEqual(self._all_notes().state, "posted")

    def test_only_operations_and_finance_grant(self):
        for role in ("integration", "auditor"):
            with self.assertRaises(AccessError, msg=role):
                self.one.with_user(self.people[role])._grant(self.order, 1.0, "No")

    def test_never_more_than_was_invoiced(self):
        self.one._grant(self.order, 100.0, "Most of it")
        with self.assertRaisesRegex(UserError, "only"):
            self.one._grant(self.order, 20.0, "And more")
        with self.assertRaises(UserError):
            self.one._grant(self.order, 0.0, "Nothing")
        with self.assertRaises(UserError):
            self.one._grant(self.order, 5.0, " ")

    def test_goods_and_goodwill_together_are_never_more_than_was_invoiced(self):
        self._allow_one_person()
        self.one._grant(self.order, 30.0, "Kind")
        self._agree(self.order)
        self._bring(self.order.picking_ids, 10)
        self._agree(self.order)
        step = self._open(self.order)
        self.assertEqual(step.state, "failed")
        self.assertIn("Take goodwill back", step.error)
        note = self._reverse(self.invoice)
        with self.assertRaisesRegex(UserError, "Take goodwill back"):
            note.action_post()

    def test_goodwill_is_taken_back_with_approval(self):
        grant = self.one._grant(self.order, 11.5, "Kind")
        self._agree(self.order)
        grant.with_user(self.clerk).action_withdraw("Wrong customer")
        self.assertEqual(self._open(self.order).quantity, -11.5)
        self._agree(self.order)
        back = self._all_notes().reversal_move_ids
        self.assertRecordValues(
            back,
            [{"move_type": "out_invoice", "state": "posted", "amount_total": 11.5}],
        )
        with self.assertRaises(UserError):
            grant.action_withdraw("Again")

    def test_goodwill_taken_back_before_approval_leaves_nothing(self):
        grant = self.one._grant(self.order, 11.5, "Kind")
        grant.action_withdraw("Wrong customer")
        self.assertFalse(self._open(self.order))
        self._take()
        self.assertFalse(self._all_notes())

    def test_grant_is_evidence(self):
        grant = self.one._grant(self.order, 11.5, "Kind")
        with self.assertRaises(AccessError):
            grant.amount = 20.0
        with self.assertRaises(AccessError):
            grant.unlink()


@tagged("post_install", "-at_install")
class TestReturnReplacement(CreditCase):
    """What is sent again is not credited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._switch("replace")

    def _waiting(self, order):
        return self.env["logistics.effect"].search(
            [
                ("order_id", "=", order.id),
                ("action", "=", "replace"),
                ("state", "=", "waiting"),
            ]
        )

    def test_same_goods_are_delivered_again_on_the_same_line(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        one.replacement = "replace"
        self._inspect(one)
        self._take()
        self.assertFalse(self._notes(order))
        new = one.line_ids.replacement_move_ids
        self.assertRecordValues(
            new,
            [
                {
                    "product_id": self.cheap.id,
                    "product_uom_qty": 2,
                    "sale_line_id": order.order_line.id,
                }
            ],
        )
        self._deliver(new.picking_id)
        self.assertRecordValues(
            order.order_line,
            [{"qty_delivered": 5, "qty_invoiced": 5, "qty_to_invoice": 0}],
        )
        self._take()
        self.assertFalse(self._open(order))
        self.assertEqual(len(one.line_ids.replacement_move_ids), 1)

    def test_large_replacement_needs_the_same_people_as_a_credit(self):
        order = self._order((self.product, 10))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 6)
        one.replacement = "replace"
        self._inspect(one)
        self._take()
        self.assertFalse(one.line_ids.replacement_move_ids)
        approval = self._waiting(order).approval_ids
        self.assertEqual(approval.needed, 2)
        for user in (self.finance, self.second):
            approval.with_user(user).action_approve()
        self._take()
        self.assertEqual(one.line_ids.replacement_move_ids.product_uom_qty, 6)

    def test_customer_wants_the_credit_after_all(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        one.replacement = "replace"
        self._inspect(one)
        self._take()
        one.replacement = "credit"
        self._take(6)
        self.assertEqual(one.line_ids.replacement_move_ids.state, "cancel")
        self.assertEqual(self._notes(order).amount_total, 20.0)

    def test_return_of_the_replacement_is_credited(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        one.replacement = "replace"
        self._inspect(one)
        self._take()
        picking = one.line_ids.replacement_move_ids.picking_id
        self._deliver(picking)
        self._bring(picking, 1)
        self._take()
        self.assertEqual(self._notes(order).amount_total, 10.0)
        self.assertEqual(order.order_line.qty_invoiced, 4)

    def test_native_exchange_is_not_credited(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids.id}
        )
        wizard.product_return_moves.quantity = 2
        wizard.action_create_exchanges()
        one = self.env["logistics.return"].search([("order_ids", "in", order.ids)])
        for picking in order.picking_ids.filtered(lambda p: p.state != "done"):
            self._deliver(picking)
        self._inspect(one)
        self._take()
        self.assertFalse(self._notes(order))
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_another_product_is_a_credit_and_a_line_of_its_own(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._bring(order.picking_ids, 2)
        line = one._exchange(order, self.product, 1, "Larger")
        self.assertRecordValues(
            line, [{"product_uom_qty": 1, "price_unit": 100.0, "state": "sale"}]
        )
        self._take()
        self.assertEqual(self._notes(order).amount_total, 20.0)
        self._deliver(line.move_ids.picking_id)
        self.assertEqual(line.qty_to_invoice, 1)


@tagged("post_install", "-at_install")
class TestReturnDecisions(CreditCase):
    """Exceptions are dialogs with a reason, and each has its undo."""

    def _dialog(self, one, **vals):
        Dialog = self.env["logistics.return.decide"].with_user(self.clerk)
        context = Dialog._dialog(one.with_user(self.clerk))["context"]
        return Dialog.with_context(**context).create({"reason": "By phone"} | vals)

    def _announced(self, product=None, quantity=2):
        order = self._order((product or self.cheap, 5))
        self._invoice(order)
        return order, self._announce(order.picking_ids, quantity)

    def test_confirming_twice_credits_once(self):
        order, one = self._announced()
        dialog = self._dialog(one)
        dialog.line_ids.quantity = 2
        self.assertEqual(
            dialog.people_text, "One person agrees: no goods come back for it."
        )
        dialog.action_confirm()
        dialog.action_confirm()
        self.assertEqual(one.line_ids.credit_quantity, 2)
        fact = one.fact_ids.filtered(lambda fact: fact.kind == "kept")
        self.assertRecordValues(
            fact, [{"note": "By phone", "user_id": self.clerk.id, "quantity": 2}]
        )
        self._agree(order)
        self.assertEqual(self._notes(order).amount_total, 20.0)

    def test_two_people_above_the_small_amount(self):
        order, one = self._announced(self.product)
        dialog = self._dialog(one, deed="goodwill")
        dialog.line_ids.quantity = 1
        self.assertIn("Two people", dialog.people_text)
        dialog.action_confirm()
        self.assertEqual(self._open(order).approval_ids.needed, 2)

    def test_no_more_than_was_delivered(self):
        _order, one = self._announced()
        dialog = self._dialog(one)
        dialog.line_ids.quantity = 6
        with self.assertRaisesRegex(UserError, "only 5"):
            dialog.action_confirm()
        dialog.line_ids.quantity = 0
        with self.assertRaises(UserError):
            dialog.action_confirm()

    def test_decision_is_taken_back_with_a_reason(self):
        order, one = self._announced()
        one._let_go("kept", {one.line_ids: 2}, "Kind", "a")
        self.assertTrue(self._open(order))
        one.with_user(self.clerk)._take_back_let_go("They sent it after all")
        self.assertFalse(self._open(order))
        self.assertEqual(one.line_ids.credit_quantity, 0)
        with self.assertRaises(UserError):
            one._take_back_let_go("Again")
        one._let_go("kept", {one.line_ids: 1}, "Kind", "b")
        one._take_back_let_go("Again")
        self.assertEqual(one.line_ids.credit_quantity, 0)

    def test_lost_goods_are_claimed_before_anybody_agrees(self):
        order = self._sell(5)
        shipment = self._ship(order.picking_ids, "LOST1")
        self._invoice(order)
        one = self._announce(
            order.picking_ids, 2, outbound_ids=[Command.set(shipment.ids)]
        )
        one._let_go("lost", {one.line_ids: 2}, "No scan", "a")
        with self.assertRaisesRegex(UserError, "claim"):
            self._agree(order, self.finance)
        self.env["logistics.claim"].create(
            {
                "shipment_id": shipment.id,
                "kind": "lost",
                "amount": 200.0,
                "reason": "Lost",
                "deadline": "2030-01-01",
            }
        )
        self._agree(order, self.finance, self.second)
        self.assertEqual(self._notes(order).amount_total, 200.0)

    def test_photos_are_pictures_and_kept_on_the_return(self):
        _order, one = self._announced()
        File = self.env["ir.attachment"].with_user(self.clerk)
        text = File.create({"name": "a.txt", "raw": b"no picture"})
        dialog = self._dialog(one, photo_ids=[Command.set(text.ids)])
        dialog.line_ids.quantity = 1
        with self.assertRaisesRegex(UserError, "no picture"):
            dialog.action_confirm()
        photo = File.create(
            {
                "name": "a.png",
                "raw": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
                "mimetype": "image/png",
            }
        )
        dialog = self._dialog(one, photo_ids=[Command.set(photo.ids)])
        dialog.line_ids.quantity = 1
        dialog.action_confirm()
        self.assertTrue(one._has_photo())

    def test_only_operations_and_finance_decide(self):
        _order, one = self._announced()
        for role in ("integration", "auditor"):
            with self.assertRaises(AccessError, msg=role):
                one.with_user(self.people[role])._let_go(
                    "kept", {one.line_ids: 1}, "No", "a"
                )


@tagged("post_install", "-at_install")
class TestReturnSetup(CreditCase):
    """The approval table says what it would have meant."""

    def _setup(self):
        action = (
            self.env["logistics.return.setup"].with_user(self.finance).action_open()
        )
        return (
            self.env["logistics.return.setup"]
            .with_user(self.finance)
            .browse(action["res_id"])
        )

    def test_it_counts_the_credit_notes_of_the_last_90_days(self):
        order = self._order((self.product, 20), (self.cheap, 20))
        invoice = self._invoice(order)
        for count in (1, 3, 7):
            note = self._reverse(invoice)
            note.invoice_line_ids[1:].unlink()
            note.invoice_line_ids.quantity = count
            note.action_post()
        setup = self._setup()
        setup.logistics_return_automatic = 100.0
        self.assertEqual(
            setup.tally_text,
            "Of 3 credit notes 1 would have needed nobody, 1 one person and "
            "1 two people.",
        )
        setup.logistics_return_one_person = 1000.0
        self.assertIn("1 would have needed nobody, 2 one person", setup.tally_text)
        setup.action_save()
        self.assertEqual(self.company.logistics_return_one_person, 1000.0)
        self.assertTrue(self.company.logistics_return_table_at)

    def test_amounts_that_contradict_each_other_are_refused(self):
        setup = self._setup()
        setup.logistics_return_automatic = 5000.0
        self.assertIn("do not fit together", setup.tally_text)
        with self.assertRaises(UserError):
            setup.action_save()

    def test_only_finance_sets_it_up(self):
        for role in ("user", "manager", "integration", "auditor"):
            with self.assertRaises(AccessError, msg=role):
                self.env["logistics.return.setup"].with_user(
                    self.people[role]
                ).action_open()

    def test_step_of_the_guided_set_up(self):
        steps = self.env["onboarding.onboarding.step"].with_user(self.finance)
        self.assertFalse(steps._logistics_steps()["action_open_logistics_returns"].done)
        self._setup().action_save()
        self.assertTrue(steps._logistics_steps()["action_open_logistics_returns"].done)
