"""Goods of every valuation that come in with a carrier."""

from decimal import Decimal

from odoo.fields import Command

from odoo.addons.logistics_events.models.ledger import as_suite

from .common import FreightCommon


class LandedCase(FreightCommon):
    """Perpetual and periodic categories, receipts with a number, and their freight."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.flat_amount = 0.0
        cls.stock_account = cls._stock_account("LF1401")
        cls.categories = {
            (valuation, method): cls.env["product.category"].create(
                {
                    "name": f"{valuation} {method}",
                    "property_valuation": valuation,
                    "property_cost_method": method,
                    "property_stock_valuation_account_id": cls.stock_account.id,
                }
            )
            for valuation in ("real_time", "periodic")
            for method in ("average", "fifo", "standard")
        }
        cls.company.logistics_freight_split_method = "by_quantity"
        cls.supplier = cls.env["res.partner"].create({"name": "Supplier"})

    @classmethod
    def _stock_account(cls, code, company=None):
        return (
            cls.env["account.account"]
            .with_company(company or cls.company)
            .create({"code": code, "name": code, "account_type": "asset_current"})
        )

    def _goods(self, valuation="real_time", method="average", **more):
        return self.env["product.product"].create(
            {
                "name": f"Goods {valuation} {method}",
                "type": "consu",
                "is_storable": True,
                "categ_id": self.categories[valuation, method].id,
                "taxes_id": [Command.clear()],
                "supplier_taxes_id": [Command.clear()],
            }
            | more
        )

    def _order(self, *pairs, number="IN1", price=9.0, company=None):
        """Return the receipt of a purchase that is on its way with a number."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": (company or self.company).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for product, quantity in pairs
                ],
            }
        )
        order.button_confirm()
        picking = order.picking_ids
        picking.carrier_id = self.method
        picking.carrier_tracking_ref = number
        return picking

    def _receive(self, *pairs, **more):
        """Return the shipment of a purchase that came in."""
        picking = self._order(*pairs, **more)
        self._arrive(picking)
        return picking.logistics_shipment_ids

    def _arrive(self, picking):
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def _leave(self, product, quantity):
        """Sell and deliver some of the goods."""
        order = self._sell(
            order_line=[
                Command.create({"product_id": product.id, "product_uom_qty": quantity})
            ]
        )
        self._ship(order.picking_ids)
        return order.picking_ids

    def _freight(self, shipment, amount, **more):
        """The carrier says what it charges for what came; it is accrued."""
        self._price(shipment, amount, **more)
        self._take()
        return shipment.logistics_charge_ids

    def _post_bill_of(self, charge, amount, final=True, ref="B1"):
        """Post what a carrier's bill has for the charge."""
        day = charge.company_id._logistics_today()
        charge._say("bill", ref, amount=Decimal(amount), on=day, final=final)
        plan = charge._say("match", ref, target=ref)[charge]
        (posting,) = [row for row in plan.postings if row.key == f"bill:{ref}"]
        books = charge.company_id._logistics_freight_books()
        payable = self.env["account.account"].create(
            {"code": f"LF21{ref}", "name": ref, "account_type": "liability_payable"}
        )
        accounts = books.accounts | {"payable": payable}
        items = []
        for line in posting.lines:
            vals = {
                "account_id": accounts[line.role].id,
                "partner_id": self.vendor.id,
                "balance": float(line.amount),
                "logistics_charge_id": charge.id,
                "logistics_charge_role": line.role,
            }
            items.append(Command.create(vals))
        move = as_suite(self.env["account.move"]).create(
            {"journal_id": books.journal.id, "date": day, "line_ids": items}
        )
        move._post()
        charge._note_document([(charge, posting)], move)
        charge._reconcile()
        charge._reckon()
        self._take()
        return move

    def _lines(self, move):
        """Return what an entry has, by role and account."""
        return {
            (item.logistics_charge_role, item.account_id.code): round(item.balance, 6)
            for item in move.line_ids
        }
