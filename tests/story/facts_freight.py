"""What the database holds of freight at the end: read by SQL, past the suite's code."""

from . import plot_freight
from .queries import number, rows

_CHARGES = """
    SELECT DISTINCT o.id AS order_id, c.id, c.charge_type, c.amount,
           u.name AS currency, c.stage, p.name AS company
      FROM sale_order o
      JOIN sale_order_line l ON l.order_id = o.id
      JOIN stock_move m ON m.sale_line_id = l.id
      JOIN logistics_shipment_picking k ON k.picking_id = m.picking_id
      JOIN logistics_charge c ON c.shipment_id = k.shipment_id
      JOIN res_currency u ON u.id = c.currency_id
      JOIN res_company p ON p.id = c.company_id
     WHERE o.id = ANY(%(orders)s) AND k.replaced_by_id IS NULL
     ORDER BY c.id
"""
# Of the first accrual: what it rests on, and what was booked.
_ACCRUALS = """
    SELECT DISTINCT ON (a.charge_id) a.charge_id, a.accrued AS amount,
           a.accrued_own AS own, a.day, m.name AS entry, m.state,
           (SELECT e.event_type FROM jsonb_array_elements(c.told) t
              JOIN logistics_event e ON e.id = (t->>'event')::int
             WHERE t->>'kind' = 'trigger') AS because
      FROM logistics_charge_posting a
      JOIN logistics_charge c ON c.id = a.charge_id
      JOIN account_move m ON m.id = a.move_id
     WHERE a.key = 'accrual'
     ORDER BY a.charge_id, a.id
"""
_BILLS = """
    SELECT b.id, b.number, b.kind, b.state, c.name AS company, u.name AS currency,
           b.lines_amount AS net, b.tax_amount AS tax, b.total_amount AS total,
           f.number AS repeats, m.name AS document, m.state AS document_state,
           m.move_type AS type, m.amount_residual AS residual,
           (SELECT count(*) FROM logistics_freight_bill_file_rel r
             WHERE r.bill_id = b.id) AS files,
           ARRAY(SELECT l.status FROM logistics_freight_bill_line l
                  WHERE l.bill_id = b.id ORDER BY l.row) AS results
      FROM logistics_freight_bill b
      JOIN res_company c ON c.id = b.company_id
      JOIN res_currency u ON u.id = b.currency_id
      LEFT JOIN logistics_freight_bill f ON f.id = b.duplicate_of_id
      LEFT JOIN account_move m ON m.id = b.move_id
     ORDER BY b.id
"""
_DISPUTES = """
    SELECT d.name, d.state, d.reason, d.charge_type, d.amount, d.credited_amount,
           d.open_amount, d.blocked_amount, b.number AS bill,
           ARRAY(SELECT k.number FROM logistics_freight_dispute_credit_rel r
                   JOIN logistics_freight_bill k ON k.id = r.bill_id
                  WHERE r.dispute_id = d.id) AS credits
      FROM logistics_freight_dispute d
      JOIN logistics_freight_bill b ON b.id = d.bill_id
     ORDER BY d.id
"""
_RECHARGES = """
    SELECT b.number AS bill, c.name AS company, m.move_type AS type, m.state,
           m.amount_total AS total
      FROM logistics_freight_bill_recharge_rel r
      JOIN logistics_freight_bill b ON b.id = r.bill_id
      JOIN account_move m ON m.id = r.move_id
      JOIN res_company c ON c.id = m.company_id
     ORDER BY m.id
"""
_LANDED = """
    SELECT o.name AS purchase, k.name AS cost, k.logistics_amount AS amount,
           c.charge_type, m.name AS entry, m.state,
           (SELECT COALESCE(sum(i.balance), 0) FROM account_move_line i
             WHERE i.move_id = m.id AND i.logistics_charge_id = c.id
               AND i.logistics_charge_role = 'stock') AS raised
      FROM stock_landed_cost k
      JOIN logistics_charge c ON c.id = k.logistics_charge_id
      JOIN logistics_shipment_picking p ON p.shipment_id = c.shipment_id
      JOIN stock_picking t ON t.id = p.picking_id
      JOIN purchase_order o ON o.name = t.origin AND o.company_id = t.company_id
      JOIN account_move m ON m.id = k.account_move_id
     WHERE p.replaced_by_id IS NULL
     ORDER BY k.id
"""
# Both sides of the proof, each from its own rows, and what finance saw.
_BOOKS = """
    SELECT c.name AS company, u.name AS currency,
           COALESCE((SELECT sum(-i.balance) FROM account_move_line i
                      WHERE i.company_id = c.id AND i.parent_state = 'posted'
                        AND i.account_id = c.logistics_freight_accrued_account_id), 0)
               AS books,
           COALESCE((SELECT sum(p.accrued_own) FROM logistics_charge_posting p
                      WHERE p.company_id = c.id), 0) AS charges,
           COALESCE((SELECT sum(i.balance) FROM account_move_line i
                      WHERE i.company_id = c.id AND i.parent_state = 'posted'
                        AND i.account_id = c.logistics_freight_disputed_account_id), 0)
               AS disputed,
           (SELECT count(*) FROM logistics_charge h
             WHERE h.company_id = c.id AND h.open_amount <> 0) AS open,
           (SELECT count(*) FROM logistics_charge h WHERE h.company_id = c.id)
               AS count,
           (SELECT p.difference FROM logistics_ledger_proof p
             WHERE p.company_id = c.id ORDER BY p.id DESC LIMIT 1) AS proved,
           m.mode
      FROM res_company c
      JOIN res_currency u ON u.id = c.currency_id
      LEFT JOIN logistics_action_mode m
        ON m.company_id = c.id AND m.action = 'accrue'
     WHERE c.logistics_freight_journal_id IS NOT NULL
     ORDER BY c.id
"""
_HELD = """
    SELECT count(*) FROM logistics_charge WHERE held_reason IS NOT NULL
"""
# Each must find nothing in the whole database.
DOUBLES = {
    "charges accrued twice": """
        SELECT count(*) FROM (
            SELECT 1 FROM logistics_charge_posting
             GROUP BY charge_id, key, generation HAVING count(*) > 1
        ) AS found
    """,
    "entries of freight that do not balance": """
        SELECT count(*) FROM (
            SELECT i.move_id FROM account_move_line i
              JOIN logistics_charge_posting p ON p.move_id = i.move_id
             GROUP BY i.move_id, p.id HAVING abs(sum(i.balance)) > 0.000001
        ) AS found
    """,
    "carriers' bills posted twice": """
        SELECT count(*) FROM (
            SELECT 1 FROM logistics_freight_bill WHERE state = 'posted'
             GROUP BY carrier_id, number_key, kind, issued HAVING count(*) > 1
        ) AS found
    """,
    "items on accrued freight without a charge": """
        SELECT count(*) FROM account_move_line i
          JOIN res_company c ON c.logistics_freight_accrued_account_id = i.account_id
         WHERE i.company_id = c.id AND i.logistics_charge_id IS NULL
    """,
}


def collect(cr, orders):
    """Read what became of the freight.

    :param cr: A cursor on the database.
    :param dict orders: Id by key of the order.
    :rtype: dict
    """
    keys = {order_id: key for key, order_id in orders.items()}
    about = {key for scene in plot_freight.FREIGHT.values() for key in scene.orders}
    accruals = {row.pop("charge_id"): row for row in rows(cr, _ACCRUALS)}
    charges = {key: [] for key in sorted(about)}
    for row in rows(cr, _CHARGES, {"orders": list(keys)}):
        key = keys[row.pop("order_id")]
        if key in charges:
            charges[key].append(row | {"accrual": accruals.get(row.pop("id"))})
    return {
        "charges": charges,
        "bills": {row["number"]: row for row in rows(cr, _BILLS)},
        "disputes": rows(cr, _DISPUTES),
        "recharges": rows(cr, _RECHARGES),
        "landed": rows(cr, _LANDED),
        "books": rows(cr, _BOOKS),
        "held": number(cr, _HELD),
        "doubles": {what: number(cr, query) for what, query in DOUBLES.items()},
    }
