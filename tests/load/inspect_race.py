"""Returned goods inspected by many at once, on real connections.

    python -m load.inspect_race DATABASE

It prints what became of each race, as JSON; `tests/test_inspect_race.py` judges it.
"""

import json
import logging
import sys

from odoo import sql_db
from odoo.fields import Command

from load.crowd import Crowd
from suite import database

WORKERS = 8
SOLD = 12


def main(name):
    """Run the races on the database of the command line."""
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    with database.odoo_environment(name) as env:
        registry = env.registry
        world = {race: _came_back(env) for race in ("together", "same_screen", "undo")}
        screens = {
            "together": [_screen(env, world["together"], 2) for _n in range(WORKERS)],
            "same_screen": [_screen(env, world["same_screen"], 5)] * WORKERS,
        }
        env["logistics.return.inspection"].browse(
            _screen(env, world["undo"], SOLD)
        ).action_confirm()
        env.cr.commit()
    sql_db._Pool._maxconn = 3 * WORKERS
    races = Races(registry, world)
    outcome = {
        race: races.run(
            race,
            lambda env, _one, worker, own=own: (
                env["logistics.return.inspection"].browse(own[worker]).action_confirm()
            ),
        )
        for race, own in screens.items()
    }
    outcome["undo"] = races.run(
        "undo", lambda _env, one, worker: one.finding_ids.action_undo("Counted wrong")
    )
    sys.stdout.write(json.dumps(outcome))


def _came_back(env):
    """Return a return whose goods wait in a place of their own."""
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    place = env["stock.location"].create(
        {"name": "Returned", "location_id": warehouse.view_location_id.id}
    )
    warehouse.logistics_quarantine_id = place
    product = env["product.product"].create(
        {"name": "Pump", "type": "consu", "is_storable": True}
    )
    env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, SOLD)
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Hansen Machines"}).id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": SOLD})
            ],
        }
    )
    order.action_confirm()
    delivery = order.picking_ids
    delivery.move_ids.picked = True
    delivery.button_validate()
    dialog = env["stock.return.picking"].create({"picking_id": delivery.id})
    dialog.product_return_moves.quantity = SOLD
    receipt = dialog._create_return()
    receipt.move_ids.picked = True
    receipt.button_validate()
    return receipt.logistics_return_id.id


def _screen(env, one_id, count):
    """Return a screen on which some of the goods are counted as good."""
    screen = env["logistics.return.inspection"].create({"return_id": one_id})
    screen.line_ids.restock_quantity = count
    return screen.id


class Races(Crowd):
    """The races; each one is about a return of its own."""

    def __init__(self, registry, returns):
        super().__init__(registry)
        self.returns = returns

    def run(self, name, deed):
        """Let all workers begin together, and say what is on record then."""

        def work(env, worker):
            deed(env, env["logistics.return"].browse(self.returns[name]), worker)

        refused = len(self.at_once(WORKERS, work, may_refuse=True))
        with self.cursor() as env:
            books = self._books(env["logistics.return"].browse(self.returns[name]))
        return books | {"done": WORKERS - refused, "refused": refused}

    def _books(self, one):
        """Return what is on record of the goods, and where they are."""
        facts = one.fact_ids
        warehouse = one.picking_ids.picking_type_id.warehouse_id
        quants = one.env["stock.quant"].search(
            [("product_id", "=", one.line_ids.product_id.id)]
        )

        def told(kind):
            return sum(
                facts.filtered(lambda fact: fact.kind == kind).mapped("quantity")
            )

        def there(place):
            return sum(
                quants.filtered(lambda quant: quant.location_id == place).mapped(
                    "quantity"
                )
            )

        return {
            "received": told("received"),
            "inspected": told("inspected"),
            "findings": len(one.finding_ids),
            "in_stock": there(warehouse.lot_stock_id),
            "waiting": there(one.picking_ids.location_dest_id),
        }


if __name__ == "__main__":
    main(*sys.argv[1:])
