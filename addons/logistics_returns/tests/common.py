"""What tests of returns on the database share."""

from odoo.addons.logistics_events.tests.common import LogisticsCommon


class ReturnCommon(LogisticsCommon):
    """A sold and delivered order, and what people do with its goods."""

    @classmethod
    def _delivered(cls, quantity=5, number=None):
        """Return an order whose goods were delivered, with its delivery."""
        order = cls._sell(quantity)
        picking = order.picking_ids
        if number:
            cls._ship(picking, number)
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return order, picking

    @classmethod
    def _another(cls, name, **more):
        """Return a product of a name that is stored and invoiced when delivered."""
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": 50.0,
                "invoice_policy": "delivery",
                "taxes_id": [(5,)],
            }
            | more
        )

    @classmethod
    def _announce(cls, picking, quantity, **more):
        """Return a return of some of what a transfer delivered."""
        move = picking.move_ids[:1]
        order = move.sale_line_id.order_id
        return cls.env["logistics.return"].create(
            {
                "company_id": picking.company_id.id,
                "partner_id": order.partner_id.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "move_id": move.id,
                            "sale_line_id": move.sale_line_id.id,
                            "product_id": move.product_id.id,
                            "quantity": quantity,
                        },
                    )
                ],
            }
            | more
        )

    @classmethod
    def _switch(cls, action, mode="on"):
        """Switch an action of the company."""
        cls.env["logistics.action.mode"].search(
            [("company_id", "=", cls.company.id), ("action", "=", action)]
        ).mode = mode

    @classmethod
    def _receive(cls, picking, quantity):
        """Receive some of what a return transfer expects; the rest waits."""
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
