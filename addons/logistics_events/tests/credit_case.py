"""Fixtures about the cap of credits, which the database alone keeps here."""

from contextlib import contextmanager

from odoo.exceptions import UserError

from .common import LogisticsCommon


class CreditCapCase(LogisticsCommon):
    """An order of ten that the suite credited some of, with its counter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["logistics.action.mode"]._switch(cls.company, "credit", "on")
        # The check in Python says the same earlier: here the database decides alone.
        cls.classPatch(
            cls.registry["account.move"],
            "_logistics_check_credit_cap",
            lambda moves: None,
        )
        cls.Counter = cls.env["logistics.credit.counter"]
        cls.order, cls.invoice = cls._invoiced(10)
        cls.line = cls.order.order_line

    @classmethod
    def _invoiced(cls, quantity=10, **more):
        order = cls._sell(quantity, **more)
        cls._ship(order.picking_ids)
        invoice = order._create_invoices()
        invoice.action_post()
        return order, invoice

    def _credit(self, line, quantity):
        """Have the suite credit so much of a line in total."""
        step = self.env["logistics.credit.demand"]._want(
            line, "claim", "C1", quantity, askers=self.people["user"]
        )
        step.approval_ids.with_user(self.people["finance"]).action_approve()
        step._take()
        self.assertEqual(step.state, "done")
        return step

    def _note(self, invoice, quantity=None, **vals):
        """Return a draft of Odoo's own wizard, with another quantity."""
        note = self._reverse(invoice)
        if quantity is not None:
            vals["quantity"] = quantity
        note.invoice_line_ids.write(vals)
        return note

    def _counter(self, line=None):
        line = line or self.line
        return self.Counter.search([("sale_line_id", "=", line.id)])

    @contextmanager
    def _refused(self, words):
        """Expect to be refused in these words, and go on as if nothing was tried."""
        with self.assertRaises(UserError) as refused:
            yield
        self.assertRegex(str(refused.exception), words)

    def _assert_right(self):
        self.assertEqual(self.Counter._differences(), [])
