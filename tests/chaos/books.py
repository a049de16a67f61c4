"""What a database says in the end: messages, states, goods and invoices."""

from suite import database

_MESSAGES = """
    SELECT message_key, state, category FROM logistics_message WHERE state <> 'rejected'
"""
_PARCELS = """
    SELECT p.tracking_number, p.state, p.delivered_at, p.flags, s.state, s.milestones
      FROM logistics_parcel p JOIN logistics_shipment s ON s.id = p.shipment_id
"""
_LINES = """
    SELECT o.name, t.name ->> 'en_US', l.product_uom_qty, l.qty_delivered,
           l.qty_invoiced, (SELECT sum(m.logistics_released_qty) FROM stock_move m
                             WHERE m.sale_line_id = l.id)
      FROM sale_order_line l
      JOIN sale_order o ON o.id = l.order_id
      JOIN product_product p ON p.id = l.product_id
      JOIN product_template t ON t.id = p.product_tmpl_id
"""
# Posted quantity per sold line: what a second invoice would double.
_POSTED = """
    SELECT o.name, l.id, sum(a.quantity), l.product_uom_qty,
           count(DISTINCT a.move_id)
      FROM sale_order_line l
      JOIN sale_order o ON o.id = l.order_id
      JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
      JOIN account_move_line a ON a.id = r.invoice_line_id
     WHERE a.parent_state <> 'cancel'
     GROUP BY o.name, l.id, l.product_uom_qty
"""
_PENDING = """
    SELECT (SELECT count(*) FROM logistics_message WHERE state = 'new')
         + (SELECT count(*) FROM logistics_effect
             WHERE state IN ('waiting', 'failed') AND NOT observed)
"""


def read(name):
    """Return the books of a database.

    :rtype: dict
    """
    with database.cursor(name) as cr:
        cr.execute(_MESSAGES)
        messages = {row[0]: tuple(row[1:]) for row in cr.fetchall()}
        cr.execute(_PARCELS)
        parcels = {row[0]: tuple(map(str, row[1:])) for row in cr.fetchall()}
        cr.execute(_LINES)
        orders = {}
        for order, product, *quantities in cr.fetchall():
            orders.setdefault(order, {})[product] = tuple(
                float(quantity or 0) for quantity in quantities
            )
        cr.execute(_POSTED)
        doubled = [
            f"{order}: {quantity:g} invoiced of {ordered:g} ordered"
            for order, _line, quantity, ordered, _moves in cr.fetchall()
            if quantity > ordered
        ]
        cr.execute("SELECT count(*) FROM account_move WHERE move_type = 'out_invoice'")
        (invoices,) = cr.fetchone()
        cr.execute("SELECT count(*) FROM logistics_effect")
        (effects,) = cr.fetchone()
    return {
        "messages": messages,
        "parcels": parcels,
        "orders": orders,
        "doubled": doubled,
        "invoices": invoices,
        "effects": effects,
    }


def pending(name):
    """Return how many messages and actions are still to be done."""
    with database.cursor(name) as cr:
        cr.execute(_PENDING)
        return cr.fetchone()[0]


def compare(expected, found):
    """Return a sentence for each difference between two databases.

    :rtype: list[str]
    """
    faults = list(found["doubled"])
    for number, state in expected["parcels"].items():
        if found["parcels"].get(number) != state:
            faults.append(
                f"parcel {number}: {found['parcels'].get(number)}, in order {state}"
            )
    for order, lines in expected["orders"].items():
        if found["orders"].get(order) != lines:
            faults.append(
                f"order {order}: {found['orders'].get(order)}, in order {lines}"
            )
    if not any(
        quantities[3]
        for lines in expected["orders"].values()
        for quantities in lines.values()
    ):
        faults.append("nothing was invoiced at all: the run proves nothing")
    return faults
