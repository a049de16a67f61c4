"""What the scenarios of returns share: goods with a value, a taxed sale, the books."""

from collections import defaultdict

from .credit_case import CreditCase
from .inspect_case import InspectCommon


class ScenarioCase(InspectCommon, CreditCase):
    """Gears, 20.00 each and 4.00 in the books, sold with 10 % discount, 15 % tax and an
    analytic account; what was found decides where they go.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._switch("replace")
        cls.company.logistics_return_four_eyes = False
        Account = cls.env["account.account"]
        cls.stock_account, cls.loss_account, cls.tax_account, cls.tax_back = (
            Account.create(
                [
                    {
                        "name": name,
                        "code": code,
                        "account_type": kind,
                        "company_ids": cls.company.ids,
                    }
                    for name, code, kind in (
                        ("Goods on Hand", "RTS110", "asset_current"),
                        ("Worthless Returns", "RTS610", "expense"),
                        ("Tax Owed", "RTS251", "liability_current"),
                        ("Tax of Credits", "RTS252", "liability_current"),
                    )
                ]
            )
        )
        cls.bin.valuation_account_id = cls.loss_account
        if not cls.company.account_stock_journal_id:
            cls.company.account_stock_journal_id = cls.env["account.journal"].create(
                {"name": "Stock", "code": "RTSST", "type": "general"}
            )
        cls._declare_tax()
        plan = cls.env["account.analytic.plan"].create({"name": "Returns"})
        cls.analytic = cls.env["account.analytic.account"].create(
            {"name": "Gears", "plan_id": plan.id, "company_id": cls.company.id}
        )
        category = cls.env["product.category"].create(
            {
                "name": "Valued",
                "property_cost_method": "standard",
                "property_valuation": "real_time",
                "property_stock_valuation_account_id": cls.stock_account.id,
            }
        )
        cls.gear = cls._goods(
            "Gear", 0, categ_id=category.id, list_price=20.0, standard_price=4.0
        )
        cls._buy(cls.gear, 100)

    @classmethod
    def _declare_tax(cls):
        """Give the tax accounts and grids of its own for invoices and credit notes."""
        country = cls.company.account_fiscal_country_id
        for kind, account in (("invoice", cls.tax_account), ("refund", cls.tax_back)):
            for line in cls.tax[f"{kind}_repartition_line_ids"]:
                tag = cls.env["account.account.tag"].create(
                    {
                        "name": f"{kind} {line.repartition_type}",
                        "applicability": "taxes",
                        "country_id": country.id,
                    }
                )
                line.tag_ids = tag
                if line.repartition_type == "tax":
                    line.account_id = account

    @classmethod
    def _buy(cls, product, quantity):
        """Receive goods from a supplier, at their cost."""
        move = cls.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "product_uom": product.uom_id.id,
                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": cls.stock.id,
            }
        )
        move._action_confirm()
        move.write({"quantity": quantity, "picked": True})
        move._action_done()

    @classmethod
    def _gears(cls, quantity=5, **more):
        """Return a delivered order of gears."""
        return cls._order(
            (
                cls.gear,
                quantity,
                {
                    "price_unit": 20.0,
                    "discount": 10.0,
                    "tax_ids": cls.tax.ids,
                    "analytic_distribution": {str(cls.analytic.id): 100},
                }
                | more,
            )
        )

    def _found(self, one, **counts):
        """Inspect what came, on the screen of the warehouse, and credit it."""
        findings = self._find(one, **counts)
        self._take()
        return findings

    # === WHAT THE BOOKS SAY === #

    def assertStock(self, value=None, product=None, **places):
        """Compare how much is in stock, waiting, in the workshop and scrapped.

        :param float value: What the goods on hand are worth.
        """
        product = product or self.gear
        rooms = {
            "stock": self.stock,
            "waiting": self.waiting,
            "workshop": self.workshop,
            "bin": self.bin,
            "customer": self.env.ref("stock.stock_location_customers"),
        }
        found = {name: self._on_hand(place, product) for name, place in rooms.items()}
        self.assertEqual(
            {name: quantity for name, quantity in found.items() if quantity},
            {name: quantity for name, quantity in places.items() if quantity},
        )
        if value is not None:
            product.invalidate_recordset()
            self.assertAlmostEqual(product.total_value, value, 2)

    def assertSold(self, order, *rows):
        """Compare what is delivered, invoiced and to be invoiced of each line."""
        self.assertEqual(
            [
                (line.qty_delivered, line.qty_invoiced, line.qty_to_invoice)
                for line in order.order_line.sorted("id")
                if not line.is_downpayment and not line.display_type
            ],
            list(rows),
        )

    def assertCredited(self, order, *notes):
        """Compare the posted credit notes of an order, line by line.

        Price, discount, taxes, account and analytic account of each line are those of
        the invoice; the tax is on the account and in the grid of credits; the cost of
        the goods goes back to stock.

        :param notes: Of each credit note the invoice it reverses and, of each line, the
            product, the quantity, the amount without tax and with it.
        """
        found = self._notes(order)
        self.assertEqual(len(found), len(notes), found)
        for note, (invoice, *rows) in zip(found, notes, strict=True):
            items = note.invoice_line_ids.filtered(
                lambda item: item.display_type == "product"
            )
            self.assertEqual(
                [
                    (
                        item.product_id,
                        item.quantity,
                        item.price_subtotal,
                        item.price_total,
                    )
                    for item in items
                ],
                rows,
            )
            for item in items:
                self._check_as_invoiced(item, invoice)
            self._check_document(note, invoice)
            self._check_taxes(note)
            self._check_costs(note, invoice)

    def _check_as_invoiced(self, item, invoice):
        origin = invoice.invoice_line_ids.filtered(
            lambda other: other.sale_line_ids == item.sale_line_ids
        )
        self.assertEqual(len(origin), 1, item.name)
        for name in (
            "product_id",
            "account_id",
            "price_unit",
            "discount",
            "tax_ids",
            "product_uom_id",
            "analytic_distribution",
            "currency_id",
        ):
            self.assertEqual(item[name], origin[name], name)
        grids = item.tax_ids.refund_repartition_line_ids.filtered(
            lambda part: part.repartition_type == "base"
        ).tag_ids
        self.assertEqual(item.tax_tag_ids, grids)
        self.assertGreater(item.balance, 0)

    def _check_document(self, note, invoice):
        self.assertRecordValues(
            note,
            [
                {
                    "state": "posted",
                    "move_type": "out_refund",
                    "partner_id": invoice.partner_id.id,
                    "journal_id": invoice.journal_id.id,
                    "currency_id": invoice.currency_id.id,
                    "reversed_entry_id": invoice.id,
                    "invoice_origin": invoice.invoice_origin,
                }
            ],
        )
        self.assertAlmostEqual(sum(note.line_ids.mapped("balance")), 0.0, 2)
        owed = self._owed(note)
        self.assertEqual(owed.account_id, self._owed(invoice).account_id)
        self.assertAlmostEqual(sum(owed.mapped("balance")), note.amount_total_signed, 2)

    def _check_taxes(self, note):
        wanted = defaultdict(float)
        for item in note.invoice_line_ids:
            for tax in item.tax_ids:
                wanted[tax] += item.balance * tax.amount / 100
        lines = note.line_ids.filtered("tax_line_id")
        self.assertEqual(lines.tax_line_id, self.env["account.tax"].union(*wanted))
        for line in lines:
            part = line.tax_line_id.refund_repartition_line_ids.filtered(
                lambda one: one.repartition_type == "tax"
            )
            self.assertAlmostEqual(line.balance, wanted[line.tax_line_id], 1)
            self.assertEqual(line.tax_repartition_line_id, part)
            self.assertEqual(line.account_id, part.account_id)
            self.assertEqual(line.tax_tag_ids, part.tag_ids)

    def _check_costs(self, note, invoice):
        """The cost that went out with the invoice comes back, piece by piece."""
        pieces = {move: sum(self._costed(move).mapped("quantity")) for move in note}
        whole = sum(self._costed(invoice).mapped("quantity"))
        for account, balance in self._costs(invoice).items():
            back = self._costs(note).get(account, 0.0)
            self.assertAlmostEqual(back, -balance * pieces[note] / whole, 2)

    def _costed(self, move):
        return move.invoice_line_ids.filtered(
            lambda item: item.product_id.valuation == "real_time"
        )

    def _costs(self, move):
        found = defaultdict(float)
        for item in move.line_ids.filtered(lambda item: item.display_type == "cogs"):
            found[item.account_id] += item.balance
        return found

    def _owed(self, move):
        return move.line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )

    def assertOwed(self, move, residual, state):
        """Compare what is open of a document, and that it is said so on its lines."""
        self.assertRecordValues(
            move, [{"amount_residual": residual, "payment_state": state}]
        )
        open_ = sum(self._owed(move).mapped("amount_residual_currency"))
        self.assertAlmostEqual(abs(open_), residual, 2)

    def assertSetOff(self, note, invoice, amount):
        """Compare what of a credit note is set off against its invoice."""
        matched = self._owed(invoice).matched_credit_ids.filtered(
            lambda part: part.credit_move_id.move_id == note
        )
        self.assertAlmostEqual(sum(matched.mapped("debit_amount_currency")), amount, 2)

    def assertNothingLeft(self, order):
        """Check that nothing waits, and that the same facts again change nothing."""
        self.assertFalse(self._open(order))
        notes = self._notes(order)
        self.env["logistics.return"].search(
            [("order_ids", "in", order.ids)]
        )._reckon_again()
        self._take()
        self.assertEqual(self._notes(order), notes)
        self.assertFalse(self._open(order))
        billed = sum(order.invoice_ids.mapped("amount_total_signed"))
        kept = order.order_line.filtered(lambda line: not line.is_downpayment)
        due = sum(
            line.price_total / line.product_uom_qty * line.qty_invoiced
            for line in kept
            if line.product_uom_qty
        )
        if order.currency_id == self.company.currency_id:
            self.assertAlmostEqual(billed, due, 1)
