"""What must hold after a storm, and the same as after the run in order."""

import hashlib
from collections import Counter

from suite import database

# name of a figure → its query; what is compared has no ids in it.
STATES = {
    "shipments": """
        SELECT p.tracking_number, s.state, s.return_state, s.milestones, s.delivered_at,
               s.delivered_precision, s.eta, s.last_event_at, s.money_hold,
               s.is_delayed, s.is_on_hold, s.has_problem, s.is_damaged,
               s.is_customs_hold, s.is_lost, s.has_conflict, s.has_contradiction
          FROM logistics_shipment s
          JOIN logistics_parcel p ON p.shipment_id = s.id
    """,
    "parcels": """
        SELECT tracking_number, state, delivered_at, flags, last_event_at
          FROM logistics_parcel
    """,
    "facts": """
        SELECT event_key, content_hash, mapping_version, event_type, classifier,
               occurred_at
          FROM logistics_event WHERE source NOT IN ('odoo', 'manual')
    """,
    "facts linked": """
        SELECT e.event_key, e.content_hash, p.tracking_number
          FROM logistics_event_link l
          JOIN logistics_event e ON e.id = l.event_id
          LEFT JOIN logistics_parcel p ON p.id = l.parcel_id
         WHERE l.is_current AND e.source NOT IN ('odoo', 'manual')
    """,
    "unknown codes": "SELECT adapter, raw_code FROM logistics_code_map",
    "released": """
        SELECT o.name, l.sequence, l.product_id, l.logistics_qty_released,
               l.logistics_qty_held
          FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
    """,
    "invoiced": """
        SELECT o.name, l.product_id, l.qty_delivered, l.qty_invoiced, l.qty_to_invoice,
               l.invoice_status
          FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
    """,
    "invoices": """
        SELECT o.name, m.move_type, m.state, sum(i.quantity), sum(i.price_subtotal)
          FROM account_move_line i
          JOIN account_move m ON m.id = i.move_id
          JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = i.id
          JOIN sale_order_line l ON l.id = r.order_line_id
          JOIN sale_order o ON o.id = l.order_id
         WHERE m.state <> 'cancel'
         GROUP BY 1, 2, 3
    """,
    "actions done": """
        SELECT o.name, e.action, sum(e.quantity)
          FROM logistics_effect e JOIN sale_order o ON o.id = e.order_id
         WHERE e.state = 'done' GROUP BY 1, 2 HAVING sum(e.quantity) <> 0
    """,
}
# What reading everything again adds nothing to.
ROWS = {
    "events": "SELECT count(*) FROM logistics_event",
    "actions": "SELECT count(*) FROM logistics_effect",
    "documents": "SELECT count(*) FROM account_move",
    "exceptions": """
        SELECT category, state, count(*) FROM logistics_exception
         WHERE category <> 'approval_waiting' GROUP BY 1, 2
    """,
    "mails": "SELECT count(*) FROM mail_mail",
}
# name of a promise → a query that must give no row.
NEVER = {
    "a message is still waiting": """
        SELECT id, message_key FROM logistics_message WHERE state = 'new'
    """,
    "an action failed": """
        SELECT id, action, key, error FROM logistics_effect WHERE state = 'failed'
    """,
    "two steps share a key and generation": """
        SELECT company_id, res_model, res_id, action, key, observed, generation
          FROM logistics_effect GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) > 1
    """,
    "two steps of one key are open": """
        SELECT company_id, res_model, res_id, action, key, observed
          FROM logistics_effect WHERE state IN ('waiting', 'failed')
         GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) > 1
    """,
    "more is invoiced than was delivered": """
        SELECT l.id, sum(CASE m.move_type WHEN 'out_refund' THEN -i.quantity
                                          ELSE i.quantity END)
          FROM account_move_line i
          JOIN account_move m ON m.id = i.move_id AND m.state <> 'cancel'
          JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = i.id
          JOIN sale_order_line l ON l.id = r.order_line_id
         GROUP BY l.id, l.qty_delivered
        HAVING sum(CASE m.move_type WHEN 'out_refund' THEN -i.quantity
                                    ELSE i.quantity END) > l.qty_delivered
    """,
    "more is done than was asked for": """
        SELECT res_model, res_id, action, key, sum(quantity)
          FROM logistics_effect
         WHERE state = 'done' AND action IN ('release', 'invoice')
         GROUP BY 1, 2, 3, 4
        HAVING sum(quantity) < 0
            OR sum(quantity) > (SELECT sum(l.product_uom_qty) FROM sale_order_line l
                                 WHERE l.order_id = res_id)
    """,
    "an invoicing step is done without its document": """
        SELECT e.id FROM logistics_effect e
         WHERE e.state = 'done' AND e.action = 'invoice' AND e.quantity > 0
           AND e.record_state IS NULL AND e.note IS NULL
           AND NOT EXISTS (SELECT FROM logistics_effect_account_line_rel r
                            WHERE r.effect_id = e.id)
           AND NOT EXISTS (SELECT FROM logistics_effect later
                            WHERE later.res_id = e.res_id AND later.key = e.key
                              AND later.action = 'invoice' AND later.quantity < 0)
    """,
    "a document of ours belongs to no step": """
        SELECT m.id FROM account_move m
         WHERE m.move_type = 'out_invoice' AND NOT EXISTS (
               SELECT FROM account_move_line i
                 JOIN logistics_effect_account_line_rel r ON r.line_id = i.id
                WHERE i.move_id = m.id)
    """,
    "an entry does not balance": """
        SELECT move_id, sum(balance) FROM account_move_line GROUP BY 1
        HAVING round(sum(balance), 2) <> 0
    """,
    "two posted invoices share a number": """
        SELECT journal_id, name FROM account_move WHERE state = 'posted'
         GROUP BY 1, 2 HAVING count(*) > 1
    """,
}
_MESSAGES = """
    SELECT message_key, state, category FROM logistics_message
     WHERE connection_id = %s
"""


def differences(storm_name, order_name, storm):
    """Return everything that is not as it must be, one sentence each.

    :param str storm_name: The database that went through the storm.
    :param str order_name: The one that did not.
    :param storm.Storm storm: What was sent and answered.
    :rtype: list[str]
    """
    found = _messages(storm_name, storm)
    for name in (storm_name, order_name):
        for promise, query in NEVER.items():
            rows = _rows(name, query)
            if rows:
                found.append(f"{name}: {promise}, {len(rows)} times, e.g. {rows[0]}")
    one, other = (picture(name, STATES) for name in (storm_name, order_name))
    return found + compared(one, other, "after the storm", "in order")


def picture(name, queries):
    """Return what a database holds, to be compared.

    :param dict[str, str] queries: By title.
    :rtype: dict[str, Counter]
    """
    return {title: Counter(_rows(name, query)) for title, query in queries.items()}


def compared(one, other, first, second):
    """Return where two pictures differ, a few sentences for each title.

    :param str first: When or where the one was taken.
    :param str second: The other.
    :rtype: list[str]
    """
    found = []
    for title, rows in one.items():
        for left, right, said in (
            (rows, other[title], first),
            (other[title], rows, second),
        ):
            found += [
                f"{title}: only {said}: {row}"
                for row in list((left - right).elements())[:3]
            ]
    return found


def figures(name):
    """Return what a database holds, as counts."""
    queries = {
        "messages": "SELECT state, count(*) FROM logistics_message GROUP BY 1",
        "shipments": "SELECT state, count(*) FROM logistics_shipment GROUP BY 1",
        "actions": """
            SELECT action || ' ' || state, count(*) FROM logistics_effect GROUP BY 1
        """,
        "invoices": """
            SELECT state, count(*) FROM account_move
             WHERE move_type = 'out_invoice' GROUP BY 1
        """,
        "invoiced": "SELECT 'units', sum(qty_invoiced)::int FROM sale_order_line",
        "released": """
            SELECT 'units', sum(logistics_qty_released)::int FROM sale_order_line
        """,
    }
    return {title: dict(sorted(_rows(name, query))) for title, query in queries.items()}


def _messages(name, storm):
    """Check that every acknowledged message is kept, and every broken one parked."""
    rows = {}
    for key, state, category in _rows(name, _MESSAGES, [storm.world["connection_id"]]):
        rows.setdefault(key, []).append((state, category))
    found = []
    for message, statuses in storm.settled.items():
        if set(statuses) - message.answers:
            found.append(f"{message.key} was answered {statuses}")
        if message.forged:
            continue
        # What cannot be read at all is kept under its digest.
        digest = hashlib.sha256(message.body).hexdigest()
        key = digest if message.category and digest in rows else message.key
        kept = [row for row in rows.get(key, ()) if row[0] != "rejected"]
        if len(kept) != 1:
            found.append(
                f"{message.key}, answered {statuses}, is kept {len(kept)} times"
            )
            continue
        expected = ("dead", message.category) if message.category else ("done", None)
        if kept[0] != expected:
            found.append(f"{message.key} is {kept[0]}, not {expected}")
    if found[10:]:
        found[10:] = [f"… and {len(found) - 10} more messages"]
    return found


def _rows(name, query, parameters=None):
    with database.cursor(name) as cr:
        cr.execute(query, parameters)
        return [
            tuple(repr(cell) if isinstance(cell, dict) else cell for cell in row)
            for row in cr.fetchall()
        ]
