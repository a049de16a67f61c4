"""Fill a database with orders on their way and a partner that reports on them.

A program of its own, because one process works on one database:

    python -m load.world DATABASE --shipments 200

It prints what the sender of messages needs to know, as JSON.
"""

import argparse
import json
import sys

from suite import database

BATCH = 50
QUANTITY = 4
SECRET_NAME = "load"


def main(arguments):
    """Build the world of the command line and print its description."""
    parser = argparse.ArgumentParser(prog="load.world")
    parser.add_argument("database")
    parser.add_argument("--shipments", type=int, required=True)
    parser.add_argument(
        "--split", type=int, default=0, help="every so many orders go in two parcels"
    )
    parser.add_argument(
        "--release", action="store_true", help="goods are invoiced once delivered"
    )
    parser.add_argument(
        "--drafts",
        type=int,
        default=0,
        help="of every so many customers the invoices stay drafts",
    )
    parser.add_argument("--drains", type=int, default=1, help="jobs side by side")
    options = parser.parse_args(arguments)
    with database.odoo_environment(options.database) as env:
        builder = World(env, options.drafts)
        builder.prepare()
        if options.release:
            builder.release()
        builder.drain_side_by_side(options.drains)
        for start in range(0, options.shipments, BATCH):
            builder.ship(
                range(start, min(start + BATCH, options.shipments)), options.split
            )
            env.cr.commit()
            env.invalidate_all()
        sys.stdout.write(json.dumps(builder.described()))


class World:
    """One company, its goods, its customers, its carrier, and what is under way."""

    def __init__(self, env, drafts=0):
        self.env = env
        self.drafts = drafts
        self.shipments = []

    def prepare(self):
        """Make what orders need, and the connection with its secret."""
        env = self.env
        self.company = env.ref("base.main_company")
        self.carrier = env["logistics.carrier"].create(
            {"name": "Northbound Parcel", "scac": "NBPX"}
        )
        freight = env["product.product"].create(
            {"name": "Freight", "type": "service", "list_price": 9.0}
        )
        self.method = env["delivery.carrier"].create(
            {
                "name": "Northbound Ground",
                "product_id": freight.id,
                "logistics_carrier_id": self.carrier.id,
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
                    "taxes_id": [(5,)],
                }
                for name, price in (("Pump", 100.0), ("Valve", 12.5))
            ]
        )
        warehouse = env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        for product in self.products:
            env["stock.quant"]._update_available_quantity(
                product, warehouse.lot_stock_id, 10**6
            )
        self.customers = env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(20)]
        )
        self.connection = env["logistics.connection"].create(
            {
                "name": "Northbound",
                "adapter": "canonical",
                "environment": "test",
                "company_id": self.company.id,
                "carrier_ids": [(6, 0, self.carrier.ids)],
                "poll_minutes": 0,
            }
        )
        scheme = self.connection._adapter()._signature_scheme(self.connection)
        self.secret = scheme.new_secret()
        env["logistics.connection.secret"].create(
            {
                "connection_id": self.connection.id,
                "name": SECRET_NAME,
                "value": self.secret,
            }
        )

    def release(self):
        """Hold goods until they are delivered, then invoice them.

        The invoices of some customers stay drafts, so that a withdrawn delivery leaves
        nothing behind; the others' are posted.
        """
        env = self.env
        env["logistics.policy"].search([("action", "=", "release")]).active = False
        env["logistics.action.mode"]._switch(
            self.company, "release", "on", since="2020-01-01"
        )
        lasting = self._lasting()
        env["logistics.policy"].create(
            [
                {
                    "name": name,
                    "action": "release",
                    "sequence": sequence,
                    "trigger": "delivered",
                    "valid_from": "2020-01-01",
                    "result": result,
                    "domain": domain,
                }
                for sequence, name, result, domain in (
                    (1, "Drafts", "draft", f"[('partner_id', 'in', {lasting.ids})]"),
                    (2, "Posted", "post", "[]"),
                )
            ]
        )

    def _lasting(self):
        """Return the customers whose invoices stay drafts."""
        return self.customers[:: self.drafts] if self.drafts else self.customers[:0]

    def drain_side_by_side(self, count):
        """Let several jobs read messages at the same time."""
        job = self.env.ref("logistics_carrier_base.ir_cron_drain_messages")
        for number in range(1, count):
            job.copy({"name": f"{job.name} ({number + 1})", "active": True})

    def ship(self, numbers, split):
        """Sell, deliver and number some orders, together."""
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.customers[number % len(self.customers)].id,
                    "order_line": [
                        (0, 0, {"product_id": product.id, "product_uom_qty": QUANTITY})
                        for product in self.products
                    ],
                }
                for number in numbers
            ]
        )
        orders.action_confirm()
        pickings = orders.picking_ids
        pickings.carrier_id = self.method
        for number, order in zip(numbers, orders, strict=True):
            picking = order.picking_ids
            tracking = [f"NB{number:07d}"]
            if split and number % split == 0:
                tracking.append(f"NB{number:07d}B")
                self._pack(picking, tracking)
            picking.carrier_tracking_ref = ",".join(tracking)
            self.shipments.append(
                {
                    "order": order.name,
                    "numbers": tracking,
                    "lasting": order.partner_id in self._lasting(),
                }
            )
        pickings.move_ids.picked = True
        if pickings.with_context(skip_backorder=True).button_validate() is not True:
            raise RuntimeError("The transfers could not be validated")

    def _pack(self, picking, names):
        """Put each line of a transfer into a package named like its parcel."""
        for name, line in zip(names, picking.move_line_ids, strict=True):
            line.result_package_id = self.env["stock.package"].create({"name": name})

    def described(self):
        """Return what the sender must know."""
        token = self.connection._webhook_token()
        return {
            "connection_id": self.connection.id,
            "company_id": self.company.id,
            "path": f"/logistics/webhook/{self.connection.adapter}/{token}",
            "secret": self.secret,
            "shipments": self.shipments,
        }


if __name__ == "__main__":
    main(sys.argv[1:])
