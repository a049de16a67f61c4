import random

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_events.models.ledger import as_suite, trusted

from .credit_case import CreditCapCase


@tagged("post_install", "-at_install")
class TestCreditCounter(CreditCapCase):
    def test_order_that_nobody_manages_has_no_counter_and_no_cap(self):
        notes = self._note(self.invoice) | self._note(self.invoice)
        notes.action_post()
        self.assertEqual(set(notes.mapped("state")), {"posted"})
        self.assertFalse(self._counter())

    def test_counter_begins_with_what_was_posted_before(self):
        self._note(self.invoice, 2).action_post()
        self._credit(self.line, 3)
        self.assertRecordValues(
            self._counter(),
            [
                {
                    "invoiced_quantity": 10.0,
                    "credited_quantity": 5.0,
                    "invoiced_amount": 1000.0,
                    "credited_amount": 500.0,
                    "found_quantity": 0.0,
                    "item_count": 3,
                }
            ],
        )
        self._assert_right()

    def test_wizard_is_refused_by_the_database_with_line_asked_and_left(self):
        self._credit(self.line, 3)
        note = self._note(self.invoice)
        with self._refused("Pump.*: 10 would be credited, but only 7 are invoiced"):
            note.action_post()
        self.env.invalidate_all()
        self.assertEqual(note.state, "draft")
        note.invoice_line_ids.quantity = 7
        note.action_post()
        self.assertEqual(self._counter().left_quantity, 0.0)
        self._assert_right()

    def test_higher_price_is_refused_though_the_quantity_fits(self):
        self._credit(self.line, 3)
        note = self._note(self.invoice, 5, price_unit=150.0)
        with self._refused("750.00.* but only .*700.00.* are not"):
            note.action_post()
        self.env.invalidate_all()
        note.invoice_line_ids.price_unit = 140.0
        note.action_post()
        self._assert_right()

    def test_state_that_is_written_without_the_button_counts_as_well(self):
        self._credit(self.line, 3)
        note = self._note(self.invoice)
        with self._refused("only 7"):
            note.write({"state": "posted"})

    def test_negative_quantity_on_an_invoice_is_a_credit(self):
        self._credit(self.line, 3)
        bill = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    Command.create({"name": "Work", "price_unit": 5000.0}),
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "quantity": -8,
                            "price_unit": 100.0,
                            "sale_line_ids": [Command.link(self.line.id)],
                            "tax_ids": [Command.clear()],
                        }
                    ),
                ],
            }
        )
        with self._refused("8 would be credited.*only 7"):
            bill.action_post()

    def test_credit_reset_cancelled_or_deleted_may_be_credited_again(self):
        self._credit(self.line, 3)
        for leave in ("button_draft", "button_cancel"):
            note = self._note(self.invoice, 7)
            note.action_post()
            self.assertEqual(self._counter().left_quantity, 0.0)
            getattr(note, leave)()
            self.assertEqual(self._counter().left_quantity, 7.0, leave)
            self._assert_right()
        note = self._note(self.invoice, 7)
        note.action_post()
        note.with_context(force_delete=True).unlink()
        self.assertEqual(self._counter().left_quantity, 7.0)
        self._assert_right()

    def test_invoice_is_not_reset_while_it_is_credited(self):
        self._credit(self.line, 3)
        with self._refused("10 would no longer be invoiced, but only 7 of it"):
            self.invoice.button_draft()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.state, "posted")
        notes = self.order.invoice_ids.filtered(lambda m: m.move_type == "out_refund")
        notes.button_draft()
        self.invoice.button_draft()
        self.assertRecordValues(
            self._counter(), [{"invoiced_quantity": 0.0, "credited_quantity": 0.0}]
        )
        self._assert_right()

    def test_several_documents_in_one_go_count_together(self):
        """The invoice of the rest makes room for the credit posted beside it."""
        self._credit(self.line, 10)
        self.line.product_uom_qty = 15
        self.order.picking_ids.filtered(lambda p: p.state != "done").move_ids.write(
            {"quantity": 5, "picked": True}
        )
        self.order.picking_ids.filtered(lambda p: p.state != "done").button_validate()
        more = self.invoice.copy({"invoice_line_ids": [], "line_ids": []})
        more.write(
            {
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "quantity": 5,
                            "price_unit": 100.0,
                            "sale_line_ids": [Command.link(self.line.id)],
                            "tax_ids": [Command.clear()],
                        }
                    )
                ]
            }
        )
        more.invoice_date = self.invoice.invoice_date
        note = self._note(self.invoice, 5)
        (note | more).action_post()
        self.assertRecordValues(
            self._counter(), [{"invoiced_quantity": 15.0, "credited_quantity": 15.0}]
        )
        self._assert_right()

    def test_unit_of_the_document_is_counted_in_that_of_the_line(self):
        self._credit(self.line, 3)
        dozen = self.env.ref("uom.product_uom_dozen")
        note = self._note(self.invoice, 0.5, product_uom_id=dozen.id, price_unit=1.0)
        note.action_post()
        self.assertEqual(self._counter().credited_quantity, 9.0)
        again = self._note(self.invoice, 0.5, product_uom_id=dozen.id, price_unit=1.0)
        with self._refused("6 would be credited, but only 1"):
            again.action_post()

    def test_other_currency_is_capped_by_quantity_only(self):
        self._credit(self.line, 3)
        other = self.env["res.currency"].search(
            [("id", "!=", self.company.currency_id.id), ("active", "=", False)], limit=1
        )
        other.active = True
        note = self._note(self.invoice, 2)
        note.currency_id = other
        note.invoice_line_ids.write({"quantity": 2, "price_unit": 9000.0})
        note.action_post()
        self.assertRecordValues(
            self._counter(), [{"credited_quantity": 5.0, "foreign_count": 1}]
        )
        again = self._note(self.invoice, 6)
        with self._refused("6 would be credited, but only 5"):
            again.action_post()
        self._assert_right()

    def test_tax_belongs_to_the_money(self):
        tax = self.env["account.tax"].create(
            {"name": "VAT 15", "amount": 15.0, "type_tax_use": "sale"}
        )
        self.product.taxes_id = tax
        order, invoice = self._invoiced(10)
        self._credit(order.order_line, 3)
        self.assertRecordValues(
            self._counter(order.order_line),
            [{"invoiced_amount": 1150.0, "credited_amount": 345.0}],
        )
        note = self._note(invoice, 7)
        note.invoice_line_ids.tax_ids = False
        note.action_post()
        self._assert_right()

    def test_down_payment_is_credited_no_further_than_it_was_paid(self):
        order = self._sell(10)
        payment = self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "percentage",
                "amount": 30,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        advance = payment._create_invoices(order)
        advance.action_post()
        self._ship(order.picking_ids)
        final = order._create_invoices(final=True)
        final.action_post()
        self.assertEqual(final.amount_untaxed, 700.0)
        goods = order.order_line.filtered(lambda line: not line.is_downpayment)[:1]
        self._credit(goods, 4)
        self._note(advance, price_unit=200.0).action_post()
        with self._refused("200.00.*only .*100.00"):
            self._note(advance, price_unit=200.0).action_post()
        self.env.invalidate_all()
        whole = self._reverse(final)
        whole.invoice_line_ids.filtered(
            lambda item: item.sale_line_ids == goods
        ).quantity = 6
        whole.action_post()
        self._assert_right()

    def test_line_sold_in_the_negative_is_left_to_its_own_invoice(self):
        order = self._sell(10)
        self.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": self.method.product_id.id,
                "product_uom_qty": -2,
                "price_unit": 50.0,
                "tax_ids": [Command.clear()],
            }
        )
        given = order.order_line.filtered(lambda line: line.product_uom_qty < 0)
        given.qty_delivered = -2
        self._ship(order.picking_ids)
        invoice = order._create_invoices(final=True)
        invoice.action_post()
        self.assertEqual(invoice.amount_untaxed, 900.0)
        self._credit(order.order_line - given, 2)
        self.assertFalse(self._counter(given))
        note = self._reverse(invoice)
        note.invoice_line_ids.filtered(
            lambda item: item.sale_line_ids != given
        ).quantity = 8
        note.action_post()
        self.assertFalse(self._counter(given))
        self._assert_right()

    def test_credit_without_a_sold_line_is_nobodys_count(self):
        self._credit(self.line, 10)
        note = self._reverse(self.invoice)
        note.invoice_line_ids = [
            Command.clear(),
            Command.create({"name": "For the trouble", "price_unit": 20.0}),
        ]
        note.action_post()
        self.assertEqual(self._counter().credited_quantity, 10.0)

    def test_too_much_from_before_is_not_made_worse(self):
        """The upgrade of a database in which a line was credited twice."""
        order, invoice = self._invoiced(10)
        (self._note(invoice) | self._note(invoice, 5)).action_post()
        other = order.order_line.copy({"order_id": order.id, "product_uom_qty": 1})
        self.env["logistics.effect"]._desire(
            [
                {
                    "company": self.company,
                    "record": order,
                    "order": order,
                    "action": "credit",
                    "key": f"line/{other.id}",
                    "desired": 1,
                    "force_mode": "on",
                }
            ]
        )._mark_done(lines=invoice.invoice_line_ids)
        with self._refused("1 would be credited, but only 0"):
            self._note(invoice, 1).action_post()
        self.env.invalidate_all()
        self.Counter._begin(order.order_line[0])
        self.assertRecordValues(
            self._counter(order.order_line[0]),
            [{"credited_quantity": 15.0, "found_quantity": 5.0, "left_quantity": 0.0}],
        )
        self._assert_right()

    def test_counter_that_is_gone_is_made_again_from_the_documents(self):
        self._credit(self.line, 3)
        trusted(self._counter()).unlink()
        with self._refused("8 would be credited, but only 7"):
            self._note(self.invoice, 8).action_post()

    def test_suite_itself_goes_no_further_though_its_own_sums_are_wrong(self):
        items = self.invoice.invoice_line_ids
        for _time in range(2):
            drafts = as_suite(self.order)._logistics_reverse([(items, 4)], "T")
            drafts._logistics_post_dated()
        drafts = as_suite(self.order)._logistics_reverse([(items, 4)], "T")
        with self._refused("4 would be credited, but only 2"):
            drafts._logistics_post_dated()

    def test_line_of_a_posted_document_that_is_changed_all_the_same_is_counted(self):
        self._credit(self.line, 3)
        note = self._note(self.invoice, 2)
        note.action_post()
        note.invoice_line_ids.write({"sale_line_ids": [Command.clear()]})
        self.assertEqual(self._counter().credited_quantity, 3.0)
        note.invoice_line_ids.write({"sale_line_ids": [Command.link(self.line.id)]})
        self.assertEqual(self._counter().credited_quantity, 5.0)
        self._assert_right()

    def test_nobody_types_a_counter(self):
        self._credit(self.line, 3)
        counter = self._counter()
        for way in (
            lambda: counter.write({"invoiced_quantity": 99}),
            lambda: counter.unlink(),
            lambda: counter.copy(),
        ):
            with self.assertRaises(AccessError):
                way()

    def test_difference_is_listed_told_and_mended(self):
        self._credit(self.line, 3)
        counter = self._counter()
        self.env.cr.execute(
            "UPDATE logistics_credit_counter SET credited_quantity = 2 WHERE id = %s",
            [counter.id],
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.Counter._differences(),
            [
                {
                    "counter": counter,
                    "field": "credited_quantity",
                    "kept": 2,
                    "found": 3,
                }
            ],
        )
        self._run_job("logistics_events.ir_cron_prove_credit_counters")
        Exception_ = self.env["logistics.exception"]
        told = Exception_._find_open("configuration", self.company, "credit_counter")
        self.assertEqual(told.action_open_subject()["res_id"], counter.id)
        with self.assertRaises(AccessError):
            counter.with_user(self.people["auditor"]).action_count_anew()
        counter.with_user(self.people["finance"]).action_count_anew()
        self._assert_right()
        self._run_job("logistics_events.ir_cron_prove_credit_counters")
        self.assertEqual(told.state, "solved")

    def test_counters_equal_the_documents_after_any_sequence(self):
        """Posted, reset, cancelled, deleted and posted again, in any order."""
        for seed in range(30):
            with self.subTest(seed=seed):
                self._any_sequence(random.Random(seed))

    def _any_sequence(self, chance):
        order, invoice = self._invoiced(chance.randrange(2, 12))
        line = order.order_line
        self._credit(line, 1)
        moves = order.invoice_ids
        for _step in range(12):
            deed = chance.choice(("credit", "credit", "toggle", "toggle", "delete"))
            try:
                with self.env.cr.savepoint():
                    if deed == "credit":
                        size = chance.randrange(1, 9) / chance.choice((1, 2, 3))
                        note = self._note(invoice, size)
                        moves |= note
                        note.action_post()
                    elif deed == "toggle":
                        self._toggle(chance.choice(list(moves)), chance)
                    else:
                        gone = chance.choice(list(moves))
                        if gone != invoice:
                            gone.with_context(force_delete=True).unlink()
                            moves -= gone
            except UserError:
                self.env.invalidate_all()
                moves = moves.exists()
            counter = self._counter(line)
            self.assertGreaterEqual(counter.left_quantity, 0)
            self.assertGreaterEqual(counter.left_amount, -0.01 * counter.item_count)
            self._assert_right()

    def _toggle(self, move, chance):
        if move.state == "posted":
            getattr(move, chance.choice(("button_draft", "button_cancel")))()
        elif move.state == "cancel":
            move.button_draft()
        else:
            move.action_post()
