"""Fixtures: a company in which release is on, and one rule to vary."""

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.logistics_events.tests.common import LogisticsCommon


class ReleaseCommon(LogisticsCommon):
    """Shipments with a number are reported on by a carrier; others are not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # On the model as it is assembled: whoever is installed, the answer is this.
        cls.classPatch(
            cls.registry["logistics.shipment"],
            "_trackable",
            lambda shipments: shipments.filtered("parcel_ids"),
        )
        cls.env["logistics.policy"].search([("action", "=", "release")]).active = False
        cls.mode = cls.env["logistics.action.mode"]._switch(
            cls.company, "release", "on", since="2020-01-01"
        )
        cls.env["logistics.action.mode"]._switch(
            cls.company, "credit", "on", since="2020-01-01"
        )
        cls.rule = cls.env["logistics.policy"].create(
            {
                "name": "On delivery",
                "action": "release",
                "trigger": "delivered",
                "valid_from": "2020-01-01",
            }
        )
        cls.fee = cls.env["product.product"].create(
            {
                "name": "Shipping",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 12.0,
                "taxes_id": [Command.clear()],
            }
        )
        cls.customer.email = "hansen@example.com"
        cls.clerk = new_test_user(
            cls.env,
            login="logistics-finance-2",
            groups="logistics_events.logistics_events_group_finance",
        )
        cls.seller = new_test_user(
            cls.env, login="logistics-seller", groups="sales_team.group_sale_salesman"
        )

    # === DEEDS === #

    def _deliver(self, shipment, parcel=None, **more):
        """The carrier says that a parcel was delivered."""
        self._report(shipment, "delivered", parcel, **more)

    def _withdraw(self, shipment, reason="Wrong door"):
        """A person withdraws the deliveries of a shipment."""
        shipment._retract(
            shipment.event_ids.filtered(
                lambda event: (
                    event.event_type == "delivered" and event.classifier == "actual"
                )
            ),
            reason,
        )

    def _sell_mixed(self, *pairs, **more):
        """Return a confirmed order of several products, given with their quantities."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product, quantity in pairs
                ],
            }
            | more
        )
        order.action_confirm()
        order.picking_ids.carrier_id = self.method
        return order

    def _product(self, name="Valve", **more):
        """Return goods that are in stock."""
        product = self.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": 10.0,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
            }
            | more
        )
        self.env["stock.quant"]._update_available_quantity(
            product, self.warehouse.lot_stock_id, 1000
        )
        return product

    def _ship_part(self, picking, quantity, *numbers):
        """Ship a part of a one-move transfer; the rest becomes a backorder."""
        if numbers:
            picking.carrier_tracking_ref = ", ".join(numbers)
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        return picking.logistics_shipment_ids

    def _return(self, picking, quantity, to_refund=True):
        """Return some of a one-move transfer and receive it."""
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.write(
            {"quantity": quantity, "to_refund": to_refund}
        )
        back = wizard._create_return()
        back.move_ids.picked = True
        back.with_context(skip_backorder=True).button_validate()
        return back

    def _pack(self, parcel, move, quantity):
        """Say how much of a move a parcel holds."""
        return self.env["logistics.parcel.line"].create(
            {"parcel_id": parcel.id, "move_id": move.id, "quantity": quantity}
        )

    def _two_parcels(self, order, first=4, second=6):
        """Ship a one-line order in two parcels whose contents are known."""
        shipment = self._ship(order.picking_ids, f"{order.id}-1", f"{order.id}-2")
        one, two = shipment.parcel_ids
        move = order.order_line.move_ids
        self._pack(one, move, first)
        self._pack(two, move, second)
        return shipment, one, two

    # === QUESTIONS === #

    def _effects(self, order, action="release", state=None):
        """Return the actions of an order."""
        domain = [("order_id", "=", order.id), ("action", "=", action)]
        if state:
            domain.append(("state", "=", state))
        return self.env["logistics.effect"].search(domain, order="id")

    def _exceptions(self, order, category):
        """Return the open exceptions of a category about an order."""
        return self.env["logistics.exception"].search(
            [
                ("order_id", "=", order.id),
                ("category", "=", category),
                ("state", "=", "open"),
            ]
        )
