"""Returns for programs: sold, invoiced, and on their way back."""

from odoo.fields import Command

QUANTITY = 4
BACK = 2
BATCH = 50


class Returns:
    """The main company with credits that nobody has to agree to, and goods."""

    def __init__(self, env):
        self.env = env
        self.company = env.ref("base.main_company")
        env["logistics.action.mode"]._switch(
            self.company, "credit", "on", since="2020-01-01"
        )
        self.warehouse = env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.warehouse.logistics_quarantine_id = env["stock.location"].create(
            {
                "name": "Returned Goods",
                "location_id": self.warehouse.view_location_id.id,
            }
        )
        self.products = env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "consu",
                    "is_storable": True,
                    "list_price": price,
                    "invoice_policy": "delivery",
                    "taxes_id": [Command.clear()],
                }
                for name, price in (("Gasket", 3.0), ("Ring", 1.5))
            ]
        )
        for product in self.products:
            env["stock.quant"]._update_available_quantity(
                product, self.warehouse.lot_stock_id, 10**6
            )
        self.customers = env["res.partner"].create(
            [{"name": f"Buyer {number}", "is_company": True} for number in range(20)]
        )

    def sold(self, count):
        """Return orders that are delivered and invoiced.

        :rtype: sale.order
        """
        orders = self.env["sale.order"]
        for start in range(0, count, BATCH):
            orders |= self._sold(range(start, min(start + BATCH, count)))
            self.env.cr.commit()
        return orders

    def _sold(self, numbers):
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.customers[number % len(self.customers)].id,
                    "order_line": [
                        Command.create(
                            {"product_id": product.id, "product_uom_qty": QUANTITY}
                        )
                        for product in self.products
                    ],
                }
                for number in numbers
            ]
        )
        orders.action_confirm()
        pickings = orders.picking_ids
        pickings.move_ids.picked = True
        pickings.with_context(skip_backorder=True).button_validate()
        orders._create_invoices(grouped=True).action_post()
        return orders

    def coming(self, orders):
        """Return the transfers in which some of the goods come back, ready to receive.

        :rtype: stock.picking
        """
        receipts = self.env["stock.picking"]
        for picking in orders.picking_ids:
            dialog = self.env["stock.return.picking"].create({"picking_id": picking.id})
            dialog.product_return_moves.quantity = BACK
            receipts |= dialog._create_return()
        receipts.move_ids.picked = True
        self.env.cr.commit()
        return receipts

    def receive(self, receipts):
        """Receive transfers, as their button does."""
        receipts.with_context(skip_backorder=True).button_validate()

    def inspect(self, receipts):
        """Find all that came good, return by return."""
        Screen = self.env["logistics.return.inspection"]
        for one in receipts.logistics_return_id:
            screen = Screen.create({"return_id": one.id})
            screen.found_as = "restock"
            screen.action_rest()
            screen.action_confirm()

    def credit(self, orders, size=BATCH):
        """Take what is due for some orders as the job does, until nothing is."""
        Effect = self.env["logistics.effect"]
        domain = [*Effect._ready_domain(), ("order_id", "in", orders.ids)]
        while steps := Effect.search(domain, limit=size, order="id"):
            steps.try_lock_for_update()._take()
            self.env.cr.commit()
            self.env.invalidate_all()

    def check(self, orders):
        """Raise unless every order is credited what came back of it, once."""
        self.env.invalidate_all()
        lines = orders.order_line
        if set(lines.mapped("qty_invoiced")) != {QUANTITY - BACK} or set(
            lines.mapped("qty_delivered")
        ) != {QUANTITY - BACK}:
            raise RuntimeError("Not credited as it should be")
