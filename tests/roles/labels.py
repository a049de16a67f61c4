"""Deliveries on stage: the label of one is there, that of the other is not."""

from decimal import Decimal
from unittest.mock import patch

from odoo.fields import Command

from odoo.addons.logistics_carrier_base.booking import Rate


def put_on_stage(cls):
    """Validate two deliveries with a connected carrier, and write a quotation.

    :param type cls: The class of the stage.
    """
    cls._give_addresses()
    connected = cls.method.copy(
        {
            "name": "Northbound Connected",
            "delivery_type": "logistics_connection",
            "logistics_connection_id": cls.connection.id,
        }
    )
    for name, state in (("labelled", "booked"), ("unlabelled", "failed")):
        picking = cls.on_stage[name] = cls._sell(user_id=False).picking_ids
        picking.carrier_id = connected
        cls._ship(picking)
        cls.on_stage[f"{name}_booking"] = cls.env["logistics.booking"].create(
            {
                "picking_id": picking.id,
                "connection_id": cls.connection.id,
                "state": state,
                "failed_state": "waiting",
                "error": "No such street" if state == "failed" else False,
            }
        )
    cls.on_stage["quotation"] = cls.env["sale.order"].create(
        {
            "partner_id": cls.customer.id,
            # Nobody's own: every salesman may have it.
            "user_id": False,
            "order_line": [Command.create({"product_id": cls.product.id})],
        }
    )


def priced(cls):
    """Return a patch by which the partner names one price, and nobody is called."""
    price = Rate("standard", Decimal("4.90"), cls.company.currency_id.name)
    adapter = cls.registry[f"logistics.carrier.adapter.{cls.adapter}"]
    return patch.object(adapter, "_rater", lambda *_: lambda _order: [price])
