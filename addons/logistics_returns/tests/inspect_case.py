"""What tests of inspections share: places, and goods that came back."""

from odoo.fields import Command

from .common import ReturnCommon


class InspectCommon(ReturnCommon):
    """Places where returned goods wait, are put in order, or are worthless."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inspector = cls.people["user"]
        cls.waiting = cls._place("Returned Goods", cls.warehouse.view_location_id)
        cls.workshop = cls._place("Workshop", cls.warehouse.view_location_id)
        cls.bin = cls._place("Worthless Returns", usage="inventory")
        cls.stock = cls.warehouse.lot_stock_id
        cls.warehouse.logistics_quarantine_id = cls.waiting
        cls.company.logistics_return_refurbish_id = cls.workshop
        cls.company.logistics_return_scrap_id = cls.bin

    @classmethod
    def _place(cls, name, parent=None, usage="internal"):
        return cls.env["stock.location"].create(
            {
                "name": name,
                "usage": usage,
                "location_id": parent.id if parent else False,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _goods(cls, name, quantity=20, **more):
        """Return a product of which some are in stock."""
        product = cls.env["product.product"].create(
            {
                "name": name,
                "barcode": f"code-{name}",
                "type": "consu",
                "is_storable": True,
                "list_price": 100.0,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
            }
            | more
        )
        if product.tracking == "none" and quantity:
            cls._quant(product, quantity)
        return product

    @classmethod
    def _quant(cls, product, quantity, lot=None):
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.warehouse.lot_stock_id, quantity, lot_id=lot
        )

    @classmethod
    def _lots(cls, product, *names, quantity=1):
        """Return lots or serial numbers that are in stock."""
        lots = cls.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in names]
        )
        for lot in lots:
            cls._quant(product, quantity, lot)
        return lots

    @classmethod
    def _sold(cls, product, quantity, **more):
        """Return a delivery of a product."""
        order = cls._sell(
            order_line=[
                Command.create(
                    {"product_id": product.id, "product_uom_qty": quantity} | more
                )
            ]
        )
        picking = order.picking_ids
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    @classmethod
    def _back(cls, picking, quantity=None, came=None):
        """Return a return of which the goods came, where they wait, and its receipt.

        :param float quantity: How much is announced; all that was delivered by default.
        :param float came: How much of it came so far; all by default.
        """
        dialog = cls.env["stock.return.picking"].create({"picking_id": picking.id})
        for row in dialog.product_return_moves:
            row.quantity = row.move_id.quantity if quantity is None else quantity
        receipt = dialog._create_return()
        receipt.move_line_ids.location_dest_id = cls.waiting
        if came is not None:
            receipt.move_ids.quantity = came
        receipt.move_ids.picked = True
        receipt.with_context(skip_backorder=True).button_validate()
        return receipt.logistics_return_id, receipt

    @classmethod
    def _came_back(cls, quantity=4):
        """Return a return of pumps that wait for inspection."""
        return cls._back(cls._delivered(quantity)[1])[0]

    def _screen(self, one, user=None, companies=None):
        """Return the screen with a return, as one person has it."""
        Inspection = self.env["logistics.return.inspection"].with_user(
            user or self.inspector
        )
        if companies:
            Inspection = Inspection.with_context(allowed_company_ids=companies.ids)
        return Inspection.create({"return_id": one.id})

    def _find(self, one, user=None, **counts):
        """Inspect goods of one row, such as `restock=2`; return what was recorded."""
        screen = self._screen(one, user)
        row = screen.line_ids[:1]
        for name, count in counts.items():
            row[f"{name}_quantity"] = count
        screen.action_confirm()
        return one.finding_ids.filtered(
            lambda finding: finding.ref.startswith(f"inspection/{screen.id}/")
        )

    def _on_hand(self, place, product=None, lot=None):
        """Return how much of a product is in a place."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.product).id),
                ("location_id", "=", place.id),
                *([("lot_id", "=", lot.id)] if lot else []),
            ]
        )
        return sum(quants.mapped("quantity"))

    def _inspected(self, one):
        """Return what is known to be found, by disposition."""
        found = {}
        for fact in one.fact_ids.filtered(lambda fact: fact.kind == "inspected"):
            found[fact.disposition] = found.get(fact.disposition, 0) + fact.quantity
        return {name: quantity for name, quantity in found.items() if quantity}
