"""What the database holds of returns at the end: read by SQL, past the suite's code."""

from .queries import number, rows

_RETURNS = """
    SELECT DISTINCT l.order_id, r.id, r.name, r.kind, r.origin, r.state, r.problems,
           e.code AS reason,
           (SELECT count(*) FROM ir_attachment a
             WHERE a.res_model = 'logistics.return' AND a.res_id = r.id
               AND a.mimetype LIKE 'image/%%') AS photos,
           (SELECT count(*) FROM logistics_claim c
              JOIN logistics_return_outbound_rel o
                ON o.logistics_shipment_id = c.shipment_id
             WHERE o.logistics_return_id = r.id AND c.state = 'open'
               AND c.amount > 0) AS claims
      FROM logistics_return r
      JOIN logistics_return_line i ON i.return_id = r.id
      JOIN sale_order_line l ON l.id = i.sale_line_id
      LEFT JOIN logistics_return_reason e ON e.id = r.reason_id
     WHERE l.order_id = ANY(%(orders)s)
     ORDER BY r.id
"""
# What was found, and where the goods are by what was moved.
_FOUND = """
    SELECT f.return_id, f.disposition, sum(f.quantity) AS quantity
      FROM logistics_return_fact f WHERE f.kind = 'inspected'
     GROUP BY f.return_id, f.disposition
    HAVING sum(f.quantity) <> 0 ORDER BY f.return_id, min(f.id)
"""
_MOVED = """
    SELECT f.return_id, f.disposition, t.name AS place, t.usage,
           sum(m.quantity) AS quantity
      FROM logistics_return_finding f
      JOIN logistics_return_finding_move_rel k ON k.finding_id = f.id
      JOIN stock_move m ON m.id = k.move_id AND m.state = 'done'
      JOIN stock_location t ON t.id = m.location_dest_id
     WHERE f.undone_at IS NULL
     GROUP BY f.return_id, f.disposition, t.name, t.usage
"""
# How much of an order the customer has.
_CUSTOMER = """
    SELECT l.order_id,
           sum(CASE WHEN t.usage = 'customer' THEN m.quantity ELSE -m.quantity END)
               AS quantity
      FROM stock_move m
      JOIN sale_order_line l ON l.id = m.sale_line_id
      JOIN stock_location s ON s.id = m.location_id
      JOIN stock_location t ON t.id = m.location_dest_id
     WHERE l.order_id = ANY(%(orders)s) AND m.state = 'done'
       AND (s.usage = 'customer') <> (t.usage = 'customer')
     GROUP BY l.order_id
"""
_NOTES = """
    SELECT DISTINCT l.order_id, m.id, m.name, m.move_type AS type, m.state,
           m.payment_state, m.amount_untaxed AS untaxed, m.amount_tax AS tax,
           m.amount_total AS total, m.amount_residual AS residual,
           v.name AS reverses, c.name AS currency
      FROM sale_order_line l
      JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
      JOIN account_move_line i ON i.id = r.invoice_line_id
      JOIN account_move m ON m.id = i.move_id
      JOIN res_currency c ON c.id = m.currency_id
      LEFT JOIN account_move v ON v.id = m.reversed_entry_id
     WHERE l.order_id = ANY(%(orders)s) AND m.state <> 'cancel'
     ORDER BY m.id
"""
_REFUNDS = """
    SELECT f.move_id AS note, f.amount, f.state, f.settled, p.code AS provider,
           s.reference AS payment, t.state AS transaction, t.amount AS transferred
      FROM logistics_refund f
      LEFT JOIN payment_transaction s ON s.id = f.source_id
      LEFT JOIN payment_transaction t ON t.id = f.transaction_id
      LEFT JOIN payment_provider p ON p.id = s.provider_id
     ORDER BY f.id
"""
# The shipments in which goods come back, and what they are a part of.
_CHAIN = """
    SELECT s.logistics_return_id AS return_id, s.name, s.state,
           s.parent_kind AS kind, o.name AS outbound,
           ARRAY(SELECT p.tracking_number FROM logistics_parcel p
                  WHERE p.shipment_id = s.id ORDER BY p.id) AS numbers
      FROM logistics_shipment s
      LEFT JOIN logistics_shipment o ON o.id = s.parent_id
     WHERE s.logistics_return_id IS NOT NULL
     ORDER BY s.id
"""
_MODES = """
    SELECT c.name AS company, m.action, m.mode
      FROM logistics_action_mode m JOIN res_company c ON c.id = m.company_id
     WHERE m.action IN ('expect', 'inspect', 'damaged', 'refund') ORDER BY 1, 2
"""
# Each must find nothing in the whole database.
DOUBLES = {
    "returned goods credited beyond what was accepted": """
        SELECT count(*) FROM (
            SELECT i.sale_line_id FROM logistics_return_line i
             WHERE i.sale_line_id IS NOT NULL
             GROUP BY i.sale_line_id
            HAVING (SELECT COALESCE(sum(n.quantity), 0)
                      FROM sale_order_line_invoice_rel k
                      JOIN account_move_line n ON n.id = k.invoice_line_id
                      JOIN account_move m ON m.id = n.move_id
                     WHERE k.order_line_id = i.sale_line_id
                       AND m.move_type = 'out_refund' AND m.state <> 'cancel')
                 > (SELECT COALESCE(sum(f.quantity), 0)
                      FROM logistics_return_fact f
                      JOIN logistics_return_line j ON j.id = f.line_id
                     WHERE j.sale_line_id = i.sale_line_id
                       AND (f.kind IN ('kept', 'lost', 'goodwill')
                            OR f.disposition IN ('restock', 'refurbish', 'scrap')))
                   + 0.000001
        ) AS found
    """,
    "payments refunded beyond what was paid": """
        SELECT count(*) FROM (
            SELECT s.id FROM payment_transaction s
              JOIN payment_transaction t ON t.source_transaction_id = s.id
             WHERE t.operation = 'refund' AND t.state NOT IN ('cancel', 'error')
             GROUP BY s.id HAVING -sum(t.amount) > s.amount + 0.000001
        ) AS found
    """,
    "credit notes refunded twice": """
        SELECT count(*) FROM (
            SELECT m.id FROM logistics_refund f
              JOIN account_move m ON m.id = f.move_id
             WHERE f.state <> 'refused'
             GROUP BY m.id HAVING sum(f.amount) > m.amount_total + 0.000001
        ) AS found
    """,
}
_WAITING = """
    SELECT COALESCE(sum(q.quantity), 0)::float FROM stock_quant q
      JOIN stock_warehouse w ON w.logistics_quarantine_id = q.location_id
"""


def collect(cr, orders):
    """Read what became of the returns.

    :param cr: A cursor on the database.
    :param dict orders: Id by key of the order.
    :rtype: dict
    """
    keys = {order_id: key for key, order_id in orders.items()}
    parameters = {"orders": list(keys)}
    found = {key: {"returns": [], "notes": [], "customer": 0.0} for key in orders}
    for row in rows(cr, _RETURNS, parameters):
        found[keys[row.pop("order_id")]]["returns"].append(
            row | {"found": {}, "moved": [], "chain": []}
        )
    by_id = {one["id"]: one for about in found.values() for one in about["returns"]}
    for row in rows(cr, _FOUND):
        if row["return_id"] in by_id:
            by_id[row["return_id"]]["found"][row["disposition"]] = row["quantity"]
    for query, name in ((_MOVED, "moved"), (_CHAIN, "chain")):
        for row in rows(cr, query):
            if row["return_id"] in by_id:
                by_id[row.pop("return_id")][name].append(row)
    for row in rows(cr, _CUSTOMER, parameters):
        found[keys[row["order_id"]]]["customer"] = row["quantity"]
    for row in rows(cr, _NOTES, parameters):
        found[keys[row.pop("order_id")]]["notes"].append(row)
    return {
        "about": {key: about for key, about in found.items() if about["returns"]},
        "refunds": rows(cr, _REFUNDS),
        "modes": rows(cr, _MODES),
        "waiting": number(cr, _WAITING),
        "doubles": {what: number(cr, query) for what, query in DOUBLES.items()},
    }
