"""A company that sold and delivered long before the suite came.

python -m load.history DATABASE make ORDERS [COPIES]
python -m load.history DATABASE hold ORDERS
python -m load.history DATABASE invoice ID,ID
python -m load.history DATABASE uninstall ADDON
"""

import json
import sys

from odoo.fields import Command

from suite import database

LINES = 5
# In the order in which their rows are copied, with what points to the copied rows.
_COPIED = (
    ("sale_order", {}),
    ("stock_picking", {"sale_id": "sale_order"}),
    ("sale_order_line", {"order_id": "sale_order"}),
    (
        "stock_move",
        {"picking_id": "stock_picking", "sale_line_id": "sale_order_line"},
    ),
    ("stock_move_line", {"picking_id": "stock_picking", "move_id": "stock_move"}),
)


def make(env, orders, copies="0"):
    """Sell and deliver orders that nobody invoices.

    :param str orders: How many are sold one by one.
    :param str copies: How many times their rows are copied.
    """
    company = env.ref("base.main_company")
    products = env["product.product"].create(
        [
            {
                "name": f"Part {number}",
                "type": "consu",
                "is_storable": True,
                "list_price": 10.0 + number,
                "invoice_policy": "delivery",
            }
            for number in range(LINES)
        ]
    )
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], limit=1
    )
    for product in products:
        env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, 10 * int(orders)
        )
    customer = env["res.partner"].create({"name": "Old Customer"})
    sold = env["sale.order"].create(
        [
            {
                "partner_id": customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 2})
                    for product in products
                ],
            }
            for _number in range(int(orders))
        ]
    )
    sold.action_confirm()
    pickings = sold.picking_ids
    for number, picking in enumerate(pickings):
        picking.carrier_tracking_ref = f"OLD{number}"
    pickings.move_ids.picked = True
    pickings.with_context(skip_backorder=True).button_validate()
    # One of each kind that must not change: a draft, a posted invoice, a credit.
    for order in sold[:3]:
        order._create_invoices()
    sold[1:3].invoice_ids.action_post()
    sold[2].invoice_ids._reverse_moves()
    env.flush_all()
    if int(copies):
        _copy_rows(env, sold, int(copies))
    return {"orders": sold[3:].ids}


def _copy_rows(env, sold, copies):
    """Copy the rows of delivered orders by SQL; so many would take hours one by one."""
    cr = env.cr
    ids = {
        "sale_order": sold[3:].ids,
        "sale_order_line": sold[3:].order_line.ids,
        "stock_picking": sold[3:].picking_ids.ids,
        "stock_move": sold[3:].order_line.move_ids.ids,
        "stock_move_line": sold[3:].order_line.move_ids.move_line_ids.ids,
    }
    for table, links in _COPIED:
        cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "AND column_name <> 'id'",
            [table],
        )
        names = [row[0] for row in cr.fetchall()]
        joins, values = [], []
        for name in names:
            if name in links:
                joins.append(
                    f"LEFT JOIN copy_{links[name]} j_{name} "
                    f'ON j_{name}.old = t."{name}" AND j_{name}.turn = n.turn'
                )
                values.append(f'COALESCE(j_{name}.id, t."{name}")')
            elif name == "name" and table in ("sale_order", "stock_picking"):
                values.append("t.name || '/' || n.turn")
            elif name in ("access_token", "carrier_tracking_ref"):
                values.append("NULL")
            else:
                values.append(f't."{name}"')
        columns = ", ".join(f'"{name}"' for name in names)
        cr.execute(
            f"CREATE TEMP TABLE copy_{table} AS SELECT t.id AS old, n.turn, "
            f"nextval('{table}_id_seq') AS id FROM {table} t, "
            "generate_series(1, %s) AS n (turn) WHERE t.id = ANY(%s)",
            [copies, ids[table]],
        )
        cr.execute(
            f"INSERT INTO {table} (id, {columns}) SELECT n.id, {', '.join(values)} "
            f"FROM copy_{table} n JOIN {table} t ON t.id = n.old {' '.join(joins)}"
        )
        cr.execute(f"CREATE INDEX ON copy_{table} (old, turn)")
        cr.execute(f"ANALYZE {table}")


def hold(env, orders):
    """Switch the release on, and hold the orders that the switch reaches.

    :param str orders: At least so many, in portions.
    """
    Mode = env["logistics.action.mode"]
    change = Mode._change(env.company, "release", "on")
    while change.is_pending and len(change.touched) < int(orders):
        change._bring_some()
    env.flush_all()
    held = [int(key) for key in change.touched]
    found = env["sale.order"].browse(held)
    return {"held": held, "status": sorted(set(found.mapped("invoice_status")))}


def invoice(env, orders):
    """Invoice orders the plain way.

    :param str orders: Their ids, comma separated.
    """
    orders = env["sale.order"].browse([int(number) for number in orders.split(",")])
    moves = orders._create_invoices()
    moves.action_post()
    return {
        "statuses": sorted(set(orders.mapped("invoice_status"))),
        "posted": sorted(set(moves.mapped("state"))),
    }


def uninstall(env, addon):
    """Uninstall an addon and those that need it, as the button does."""
    module = env["ir.module.module"].search([("name", "=", addon)])
    module.button_immediate_uninstall()
    return {}


def main(name, deed, *arguments):
    """Do one thing and print what there is to say as JSON."""
    with database.odoo_environment(name) as env:
        said = DEEDS[deed](env, *arguments)
    sys.stdout.write(json.dumps(said))


DEEDS = {deed.__name__: deed for deed in (make, hold, invoice, uninstall)}

if __name__ == "__main__":
    main(*sys.argv[1:])
