"""A past of many events and messages, written by the database itself."""

from suite import database

# How many are left for the drain, whatever the size of the past.
WAITING = 1000
PER_SHIPMENT = 10
_SHIPMENTS = """
    INSERT INTO logistics_shipment (company_id, carrier_id, name, direction, phase,
        correlation_id, state, fact_version, last_event_at, create_date, write_date)
    SELECT {company_id}, c.id, 'PAST/' || n, 'outgoing', 'moving', 'PAST/' || n,
           'in_transit', 10, now(), now(), now()
      FROM generate_series(1, {shipments}) n, (SELECT min(id) id
      FROM logistics_carrier) c
"""
_PARCELS = """
    INSERT INTO logistics_parcel (shipment_id, company_id, carrier_id, tracking_number,
        tracking_key, state, valid_from, last_event_at, create_date, write_date)
    SELECT id, company_id, carrier_id, replace(name, '/', ''), replace(name, '/', ''),
           state, now(), now(), now(), now()
      FROM logistics_shipment WHERE name LIKE 'PAST/%'
"""
_EVENTS = """
    INSERT INTO logistics_event (company_id, event_key, content_hash, mapping_version,
        adapter_version, source, stored_at, event_type, classifier, occurred_at,
        occurred_offset, zone_source, precision, tracking_number, leg, location,
        raw_code, raw_text, correlation_id)
    SELECT {company_id}, 'past|' || n, md5(n::text), 1000, '1.0', 'canonical:past',
           now() - interval '1 second' * ({count} - n), 'departed_facility', 'actual',
           now() - interval '1 second' * ({count} - n + 600), 60, 'given', 'instant',
           'PAST' || (n - 1) / {per} + 1, 'outbound', '{{"city": "Hamburg"}}',
           'DP', 'Left the origin terminal', 'PAST/' || (n - 1) / {per} + 1
      FROM generate_series(1, {count}) n
"""
_LINKS = """
    INSERT INTO logistics_event_link (event_id, company_id, shipment_id, parcel_id,
        is_current, decided_at)
    SELECT e.id, e.company_id, p.shipment_id, p.id, true, e.stored_at
      FROM logistics_event e JOIN logistics_parcel p
        ON p.tracking_key = e.tracking_number
     WHERE e.event_key LIKE 'past|%' ORDER BY e.id
"""
_MESSAGES = """
    INSERT INTO logistics_message (connection_id, company_id, adapter, channel,
        message_key, digest, size, content_type, headers, received_at, processed_at,
        state, trust, attempts, event_count, correlation_id, body)
    SELECT {connection_id}, {company_id}, 'canonical', 'webhook', 'past|' || n,
           md5(n::text), 400, 'application/json', '{{}}',
           now() - interval '1 second' * ({count} - n), now(),
           CASE WHEN n > {count} - {waiting} THEN 'new' ELSE 'done' END, 4, 1, 1,
           md5(n::text), convert_to(repeat(md5(n::text), 12), 'UTF8')
      FROM generate_series(1, {count}) n
"""
_SIGHTINGS = """
    INSERT INTO logistics_sighting (event_id, company_id, channel, source, reference,
        received_at, trust, message_id)
    SELECT e.id, e.company_id, 'webhook', e.source, 'message:' || m.id, m.received_at,
           4, m.id
      FROM logistics_event e JOIN logistics_message m ON m.message_key = e.event_key
     WHERE e.event_key LIKE 'past|%' ORDER BY e.id
"""
_TABLES = ("shipment", "parcel", "event", "event_link", "message", "sighting")


def fill(name, world, count):
    """Write events, their messages, and the shipments they belong to.

    :param str name: The database.
    :param dict world: What `load.world` said.
    :param int count: How many events, and messages.
    """
    values = {
        "company_id": world["company_id"],
        "connection_id": world["connection_id"],
        "count": count,
        "per": PER_SHIPMENT,
        "shipments": count // PER_SHIPMENT,
        "waiting": WAITING,
    }
    with database.cursor(name) as cr:
        for statement in (_SHIPMENTS, _PARCELS, _EVENTS):
            cr.execute(statement.format(**values))
        cr.execute("ANALYZE logistics_event; ANALYZE logistics_parcel")
        for statement in (_LINKS, _MESSAGES):
            cr.execute(statement.format(**values))
        cr.execute("ANALYZE logistics_message")
        cr.execute(_SIGHTINGS.format(**values))
        for table in _TABLES:
            cr.execute(f"VACUUM ANALYZE logistics_{table}")
