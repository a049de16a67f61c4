from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnCompanies(CreditCase):
    """Goods of one company come back to it and are credited in its books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create(
            {"name": "Elsewhere", "country_id": cls.company.country_id.id}
        )
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.other, install_demo=False
        )
        modes = cls.env["logistics.action.mode"]
        modes.search(
            [("company_id", "=", cls.other.id), ("action", "in", ("credit", "expect"))]
        ).mode = "on"
        cls.other_warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.other.id)], limit=1
        )
        cls.env["stock.quant"].with_company(cls.other)._update_available_quantity(
            cls.cheap, cls.other_warehouse.lot_stock_id, 100
        )
        cls.stranger = new_test_user(
            cls.env,
            login="returns-elsewhere",
            groups="logistics_events.logistics_events_group_user,"
            "logistics_events.logistics_events_group_finance",
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )

    def _sold_elsewhere(self):
        order = (
            self.env["sale.order"]
            .with_company(self.other)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.other.id,
                    "warehouse_id": self.other_warehouse.id,
                    "order_line": [
                        (0, 0, {"product_id": self.cheap.id, "product_uom_qty": 5})
                    ],
                }
            )
        )
        order.action_confirm()
        self._deliver(order.picking_ids)
        return order

    def test_credit_is_made_in_the_company_of_the_goods(self):
        order = self._sold_elsewhere()
        invoice = self._invoice(order)
        self.assertEqual(invoice.company_id, self.other)
        one = self._announce(order.picking_ids, 2)
        one._say("approved", "by hand")
        # The job runs in the first company.
        self._take()
        receipt = one.picking_ids
        self.assertEqual(receipt.company_id, self.other)
        self.assertEqual(receipt.picking_type_id.warehouse_id, self.other_warehouse)
        self._receive(receipt, 2)
        self._inspect(one, user=self.stranger)
        self._take()
        note = self._notes(order)
        self.assertRecordValues(
            note,
            [
                {
                    "company_id": self.other.id,
                    "state": "posted",
                    "amount_total": 20.0,
                    "reversed_entry_id": invoice.id,
                    "payment_state": "paid",
                }
            ],
        )
        self.assertEqual(note.line_ids.account_id.company_ids, self.other)
        self.assertEqual(order.order_line.qty_invoiced, 3)
        self.assertEqual(one.state, "refunded")

    def test_people_of_each_company_see_and_answer_their_own(self):
        own = self._announce(self._order((self.cheap, 5)).picking_ids, 1)
        theirs = self._announce(self._sold_elsewhere().picking_ids, 1)
        for user, seen, hidden in (
            (self.clerk, own, theirs),
            (self.stranger, theirs, own),
        ):
            with self.subTest(user.login):
                found = self.env["logistics.return"].with_user(user).search([])
                self.assertIn(seen, found)
                self.assertNotIn(hidden, found)
                for records in (hidden, hidden.line_ids, hidden.fact_ids):
                    with self.assertRaises(AccessError):
                        records.with_user(user).read(["display_name"])
                for deed in ("action_approve", "action_decide", "action_inspect"):
                    with self.subTest(deed), self.assertRaises(AccessError):
                        getattr(hidden.with_user(user), deed)()
                with self.assertRaises(AccessError):
                    hidden.with_user(user).action_refuse("No")

    def test_goods_of_another_company_are_no_line(self):
        theirs = self._sold_elsewhere()
        move = theirs.picking_ids.move_ids
        with self.assertRaises(UserError):
            self.env["logistics.return"].create(
                {
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": self.cheap.id,
                                "move_id": move.id,
                                "sale_line_id": theirs.order_line.id,
                                "quantity": 1,
                            },
                        )
                    ],
                }
            )

    def test_amounts_are_those_of_the_company(self):
        self.other.logistics_return_four_eyes = False
        self.other.logistics_return_automatic = 5.0
        order = self._sold_elsewhere()
        self._invoice(order)
        one = self._come_back(order.picking_ids, 2)
        self._inspect(one, user=self.people["manager"])
        self.assertEqual(self._open(order).approvers_needed, 1)
        with self.assertRaises(AccessError):
            self._open(order).approval_ids.with_user(self.finance).action_approve()
        self._agree(order, self.stranger)
        self.assertEqual(self._notes(order).company_id, self.other)
