"""What the database holds at the end: read by SQL, past the suite's own code."""

from . import facts_freight, facts_returns
from .queries import number, rows

_ORDERS = """
    SELECT o.id, o.name, o.state, o.logistics_hold_since IS NOT NULL AS held,
           o.logistics_held_amount AS held_amount, c.name AS currency
      FROM sale_order o JOIN res_currency c ON c.id = o.currency_id
     WHERE o.id = ANY(%(orders)s)
"""
# Of every sold line: what left, what was released, and what documents say.
_LINES = """
    SELECT l.order_id, l.id, p.id AS product, l.is_delivery, l.price_unit AS price,
           l.product_uom_qty AS ordered, l.qty_delivered AS delivered,
           l.logistics_qty_released AS released,
           COALESCE((SELECT sum(CASE m.move_type WHEN 'out_refund' THEN -i.quantity
                                ELSE i.quantity END)
                       FROM sale_order_line_invoice_rel r
                       JOIN account_move_line i ON i.id = r.invoice_line_id
                       JOIN account_move m ON m.id = i.move_id
                      WHERE r.order_line_id = l.id AND m.state <> 'cancel'), 0)
               AS invoiced
      FROM sale_order_line l JOIN product_product p ON p.id = l.product_id
     WHERE l.order_id = ANY(%(orders)s) AND l.display_type IS NULL
     ORDER BY l.id
"""
_DOCUMENTS = """
    SELECT DISTINCT l.order_id, m.id, m.name, m.move_type AS type, m.state,
           m.payment_state, m.amount_untaxed AS untaxed, m.amount_total AS total,
           c.name AS currency
      FROM sale_order_line l
      JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
      JOIN account_move_line i ON i.id = r.invoice_line_id
      JOIN account_move m ON m.id = i.move_id
      JOIN res_currency c ON c.id = m.currency_id
     WHERE l.order_id = ANY(%(orders)s)
     ORDER BY m.id
"""
_SHIPMENTS = """
    SELECT DISTINCT l.order_id, s.id, s.name, s.state,
           (SELECT count(*) FROM logistics_event_link e
             WHERE e.shipment_id = s.id AND e.is_current) AS events,
           (SELECT count(*) FROM logistics_event_link e
              JOIN logistics_sighting g ON g.event_id = e.event_id
             WHERE e.shipment_id = s.id AND e.is_current) AS told
      FROM sale_order_line l
      JOIN stock_move m ON m.sale_line_id = l.id
      JOIN logistics_shipment_picking p ON p.picking_id = m.picking_id
      JOIN logistics_shipment s ON s.id = p.shipment_id
     WHERE l.order_id = ANY(%(orders)s) AND p.replaced_by_id IS NULL
     ORDER BY s.id
"""
_EFFECTS = """
    SELECT f.order_id, f.id, f.action, f.key, f.generation, f.state, f.quantity,
           f.amount, e.event_type AS because, f.done_at
      FROM logistics_effect f LEFT JOIN logistics_event e ON e.id = f.event_id
     WHERE f.order_id = ANY(%(orders)s) AND NOT f.observed
     ORDER BY f.id
"""
# How each fact of an order was told, and by whom.
_TOLD = """
    SELECT DISTINCT l.order_id, e.id AS event, e.event_type AS kind, e.classifier,
           e.mapping_version AS mapping, e.raw_code AS code, g.channel, g.trust,
           g.received_at, u.login AS person
      FROM sale_order_line l
      JOIN stock_move m ON m.sale_line_id = l.id
      JOIN logistics_shipment_picking p ON p.picking_id = m.picking_id
      JOIN logistics_event_link k ON k.shipment_id = p.shipment_id AND k.is_current
      JOIN logistics_event e ON e.id = k.event_id
      JOIN logistics_sighting g ON g.event_id = e.id
      LEFT JOIN res_users u ON u.id = g.user_id
     WHERE l.order_id = ANY(%(orders)s)
     ORDER BY e.id
"""
_MESSAGES = """
    SELECT n.name AS partner, m.channel, m.state, m.category, count(*) AS count
      FROM logistics_message m JOIN logistics_connection n ON n.id = m.connection_id
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
# A refused message whose identifier a genuine one has as well.
_TWINS = """
    SELECT count(DISTINCT r.id)
      FROM logistics_message r
      JOIN logistics_message g ON g.connection_id = r.connection_id
       AND g.headers->>'webhook-id' = r.headers->>'webhook-id' AND g.id > r.id
     WHERE r.state = 'rejected' AND g.state = 'done'
"""
# What the last test of the partners beside the story came to.
_CONNECTED = "SELECT adapter, test_verdict FROM logistics_connection ORDER BY id"
_APPROVALS = """
    SELECT f.order_id, a.state, f.action, array_agg(u.login) AS people
      FROM logistics_approval a
      JOIN logistics_effect f ON f.id = a.effect_id
      LEFT JOIN logistics_approval_res_users_rel r ON r.logistics_approval_id = a.id
      LEFT JOIN res_users u ON u.id = r.res_users_id
     WHERE f.order_id = ANY(%(orders)s) GROUP BY 1, 2, 3, a.id ORDER BY a.id
"""
_EXCEPTIONS = """
    SELECT category, state, count(*) AS count, min(summary) AS summary
      FROM logistics_exception GROUP BY 1, 2 ORDER BY 1, 2
"""
_OF_ORDERS = {
    "lines": _LINES,
    "documents": _DOCUMENTS,
    "shipments": _SHIPMENTS,
    "effects": _EFFECTS,
    "told": _TOLD,
    "approvals": _APPROVALS,
}
# Each must find nothing in the whole database.
DOUBLES = {
    "sold lines invoiced beyond what was released": """
        SELECT count(*) FROM (
            SELECT l.id FROM sale_order_line l
              JOIN sale_order o ON o.id = l.order_id
              JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
              JOIN account_move_line i ON i.id = r.invoice_line_id
              JOIN account_move m ON m.id = i.move_id
              JOIN product_product p ON p.id = l.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE m.state <> 'cancel' AND o.logistics_release_mode = 'hold'
               AND t.type = 'consu'
             GROUP BY l.id
            HAVING sum(CASE m.move_type WHEN 'out_refund' THEN -i.quantity
                       ELSE i.quantity END) > l.logistics_qty_released + 0.000001
        ) AS found
    """,
    "sold lines released beyond what was delivered": """
        SELECT count(*) FROM sale_order_line
         WHERE logistics_qty_released > qty_delivered + 0.000001
    """,
    "goods released beyond what was moved": """
        SELECT count(*) FROM stock_move
         WHERE logistics_released_qty > quantity + 0.000001
            OR (logistics_released_qty > 0 AND state <> 'done')
    """,
    "actions taken twice": """
        SELECT count(*) FROM (
            SELECT 1 FROM logistics_effect WHERE NOT observed
             GROUP BY company_id, res_model, res_id, action, key, generation
            HAVING count(*) > 1
        ) AS found
    """,
    "second invoices of one action": """
        SELECT count(*) FROM (
            SELECT f.company_id, f.res_id, f.key FROM logistics_effect f
              JOIN logistics_effect_account_line_rel r ON r.effect_id = f.id
              JOIN account_move_line i ON i.id = r.line_id
              JOIN account_move m ON m.id = i.move_id
             WHERE f.action = 'invoice' AND m.move_type = 'out_invoice'
               AND m.state <> 'cancel'
             GROUP BY 1, 2, 3 HAVING count(DISTINCT m.id) > 1
        ) AS found
    """,
    "facts recorded twice": """
        SELECT count(*) FROM (
            SELECT 1 FROM logistics_event
             GROUP BY company_id, event_key, content_hash, mapping_version
            HAVING count(*) > 1
        ) AS found
    """,
}


def read(db, orders):
    """Read what the story left behind.

    :param str db: The database.
    :param dict orders: Id by key of the order.
    :rtype: dict
    """
    from suite import database

    with database.cursor(db) as cr:
        return collect(cr, orders) | {
            "freight": facts_freight.collect(cr, orders),
            "returns": facts_returns.collect(cr, orders),
            "connected": dict(_pairs(cr, _CONNECTED)),
        }


def _pairs(cr, query):
    return [tuple(row.values()) for row in rows(cr, query)]


def collect(cr, orders):
    """Read what became of some orders, and of the whole database.

    :param cr: A cursor on the database.
    :param dict orders: Id by key of the order.
    :rtype: dict
    """
    keys = {order_id: key for key, order_id in orders.items()}
    parameters = {"orders": list(keys)}
    found = {}
    for row in rows(cr, _ORDERS, parameters):
        found[keys[row["id"]]] = row
    for name, query in _OF_ORDERS.items():
        for order in found.values():
            order[name] = []
        for row in rows(cr, query, parameters):
            found[keys[row.pop("order_id")]][name].append(row)
    return {
        "orders": found,
        "goods": _goods(cr),
        "messages": rows(cr, _MESSAGES),
        "exceptions": rows(cr, _EXCEPTIONS),
        "twins": number(cr, _TWINS),
        "events": number(cr, "SELECT count(*) FROM logistics_event"),
        "sightings": number(cr, "SELECT count(*) FROM logistics_sighting"),
        "doubles": {what: number(cr, query) for what, query in DOUBLES.items()},
    }


def _goods(cr):
    found = rows(
        cr,
        "SELECT p.id, t.name->>'en_US' AS name FROM product_product p "
        "JOIN product_template t ON t.id = p.product_tmpl_id",
    )
    return {str(row["id"]): row["name"] for row in found}
