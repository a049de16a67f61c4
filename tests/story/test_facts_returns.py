"""What the verdict reads of returns is there; its queries find what must never be."""

from odoo.tests import tagged

from odoo.addons.logistics_returns.tests.credit_case import CreditCase

from . import facts_returns
from .queries import number


@tagged("post_install", "-at_install", "standard")
class TestReturnFacts(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order((cls.cheap, 5))
        cls.invoice = cls._invoice(cls.order)

    def _back(self):
        """Return a return of three pieces, two of which are accepted and credited."""
        one = self._come_back(self.order.picking_ids, 3)
        self._inspect(one, 2)
        self._inspect(one, 1, "wrong_item")
        self._take()
        return one

    def _read(self):
        self.env.flush_all()
        found = facts_returns.collect(self.env.cr, {"one": self.order.id})
        return found, found["about"]["one"]

    def _doubles(self):
        self.env.flush_all()
        return {
            what
            for what, query in facts_returns.DOUBLES.items()
            if number(self.env.cr, query)
        }

    def test_facts_say_what_became_of_a_return(self):
        one = self._back()
        _found, about = self._read()
        (row,) = about["returns"]
        self.assertEqual(
            (row["name"], row["kind"], row["origin"], row["state"]),
            (one.name, "customer", "transfer", one.state),
        )
        self.assertEqual(row["found"], {"restock": 2, "wrong_item": 1})
        self.assertEqual(about["customer"], 2)
        invoice, note = about["notes"]
        self.assertEqual(invoice["name"], self.invoice.name)
        self.assertEqual(
            (note["type"], note["reverses"], note["untaxed"], note["residual"]),
            ("out_refund", self.invoice.name, 20.0, 0.0),
        )

    def test_facts_say_where_goods_were_put(self):
        one = self._come_back(self.order.picking_ids, 1)
        screen = self.env["logistics.return.inspection"].create({"return_id": one.id})
        screen.line_ids.scrap_quantity = 1
        screen.action_confirm()
        _found, about = self._read()
        (moved,) = about["returns"][0]["moved"]
        self.assertEqual(
            (moved["disposition"], moved["usage"], moved["quantity"]),
            ("scrap", "inventory", 1.0),
        )

    def test_facts_name_the_shipment_it_comes_back_in(self):
        one = self._come_back(self.order.picking_ids, 1)
        one.picking_ids.carrier_tracking_ref = "BACK1"
        _found, about = self._read()
        (shipment,) = about["returns"][0]["chain"]
        self.assertEqual(shipment["numbers"], ["BACK1"])

    def test_an_order_without_a_return_is_left_out(self):
        self.env.flush_all()
        found = facts_returns.collect(self.env.cr, {"one": self.order.id})
        self.assertEqual(found["about"], {})

    def test_nothing_is_double_after_an_ordinary_return(self):
        self._back()
        self.assertEqual(self._doubles(), set())

    def test_more_credited_than_accepted_is_found(self):
        self._back()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET quantity = 3 WHERE id = ANY(%s)",
            [self._notes(self.order).invoice_line_ids.ids],
        )
        self.assertEqual(
            self._doubles(), {"returned goods credited beyond what was accepted"}
        )
