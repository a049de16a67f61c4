"""The overview of a company with a hundred thousand shipments: how long it takes.

Orders, transfers and shipments are the prepared ones, written again and again by the
database itself; a busy quarter of messages, problems and actions is written beside.
"""

import stage
from load import inside

from suite import database
from suite.progress import say, step

COPIES = 170
GOAL_S = 0.3
# In the order in which one refers to the other.
_TABLES = (
    "sale_order",
    "stock_picking",
    "sale_order_line",
    "stock_move",
    "logistics_shipment",
    "logistics_shipment_picking",
)
_REFERENCES = """
    SELECT a.attname, f.relname FROM pg_constraint c
      JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND t.relname = %s AND f.relname = ANY(%s)
"""
_COLUMNS = """
    SELECT attname FROM pg_attribute
     WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
       AND attgenerated = ''
"""
# What became of it all over the last ninety days.
_PAST = (
    """
    UPDATE logistics_shipment SET
           dispatched_at = now() - interval '1 minute' * ((id * 7919) %% 129600),
           delivered_at = CASE WHEN id %% 20 > 0 THEN
               now() - interval '1 minute' * ((id * 7919) %% 129600) END,
           state = CASE WHEN id %% 20 > 0 THEN 'delivered' ELSE 'in_transit' END,
           is_signed = id %% 25 > 0
    """,
    """
    UPDATE stock_move SET state = 'assigned' WHERE id %% 40 = 0
    """,
    """
    UPDATE stock_picking SET logistics_hold_since = now() - interval '3 days',
           logistics_held_amount = 100 WHERE id %% 30 = 0
    """,
    """
    INSERT INTO logistics_exception (category, severity, severity_rank, state, summary,
        count, company_id, subject_key, shipment_id, amount, first_at, last_at,
        create_date, write_date)
    SELECT (ARRAY['no_news', 'delivery_problem', 'unknown_code', 'conflict'])[1+id%%4],
           'warning', 1, CASE WHEN id %% 10 = 0 THEN 'open' ELSE 'solved' END,
           'Measured', 1, company_id, 'logistics.shipment,' || id, id, 12.5,
           dispatched_at, dispatched_at, now(), now()
      FROM logistics_shipment WHERE id %% 20 = 0
    """,
    """
    INSERT INTO logistics_effect (company_id, res_model, res_id, action, key, observed,
        generation, quantity, desired, amount, currency_id, state, shipment_id,
        approvers_needed, asked_at, attempts)
    SELECT s.company_id, 'logistics.shipment', s.id, 'release', 'measured', false, 1, 1,
           1, 100, c.currency_id, CASE WHEN s.id %% 100 = 0 THEN 'waiting'
           WHEN s.id %% 333 = 0 THEN 'failed' ELSE 'done' END, s.id, 0,
           s.dispatched_at, 0
      FROM logistics_shipment s JOIN res_company c ON c.id = s.company_id
    """,
    """
    INSERT INTO logistics_message (connection_id, company_id, adapter, channel,
        message_key, digest, size, content_type, headers, received_at, processed_at,
        state, trust, attempts, event_count, body)
    SELECT %(connection_id)s, %(company_id)s, 'canonical', 'webhook', 'measured|' || n,
           md5(n::text), 400, 'application/json', '{}',
           now() - interval '1 second' * (n * 15),
           now() - interval '1 second' * (n * 15 - n %% 9),
           CASE WHEN n %% 300 = 0 THEN 'dead' WHEN n <= 50 THEN 'new' ELSE 'done' END,
           4, 1, 1, convert_to(repeat(md5(n::text), 12), 'UTF8')
      FROM generate_series(1, 500000) n
    """,
)


def measure(here):
    """Return how long numbers and charts of the overview take.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    world = here.world()
    name = here.copy("overview")
    with step(f"Writing {COPIES} times the prepared shipments"):
        shipments = fill(name, world)
    runs, parts = [], []
    for _number in range(here.rounds(3)):
        taken = inside.call("overview_probe", name)
        runs.append(max(taken.values()))
        parts.append(
            ", ".join(f"{what} {s * 1000:.0f} ms" for what, s in taken.items())
        )
        say(f"   {parts[-1]}")
    return [
        stage.Figure(
            "overview_s",
            GOAL_S,
            "lower",
            runs,
            note=f"seconds, {shipments} shipments",
            parts=parts,
        )
    ]


def fill(name, world, copies=COPIES):
    """Write the past of a busy company.

    :param str name: The database.
    :param dict world: What `load.world` said.
    :param int copies: How often what is prepared is written again.
    :return: How many shipments there are.
    :rtype: int
    """
    with database.cursor(name) as cr:
        spans = {}
        for table in _TABLES:
            cr.execute(f"SELECT max(id) FROM {table}")
            spans[table] = cr.fetchone()[0] + 1
        for table in _TABLES:
            _multiply(cr, table, spans, copies)
        for statement in _PAST:
            cr.execute(statement, world)
        for table in (*_TABLES, "logistics_exception", "logistics_effect"):
            cr.execute(f"VACUUM ANALYZE {table}")
        cr.execute("VACUUM ANALYZE logistics_message")
        cr.execute("SELECT count(*) FROM logistics_shipment")
        return cr.fetchone()[0]


def _multiply(cr, table, spans, copies):
    """Write the rows of a table again, each copy referring to copies."""
    cr.execute(_REFERENCES, [table, list(spans)])
    shifted = dict(cr.fetchall()) | {"id": table}
    cr.execute(_COLUMNS, [table])
    columns = [row[0] for row in cr.fetchall()]
    values = [
        _copied(table, column, spans.get(shifted.get(column))) for column in columns
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    cr.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} "
        f"FROM {table}, generate_series(1, {int(copies)}) k"
    )


def _copied(table, column, span):
    """Return the SQL of a column in the k-th copy of a row."""
    if span:
        return f'"{column}" + k * {span}'
    if (table, column) == ("stock_picking", "name"):
        # Unique in its company.
        return "name || '-' || k"
    return f'"{column}"'
