"""The one way in: what was told becomes a fact, a link and a sighting."""

from psycopg2.extras import Json

from odoo import api, fields, models

# What a report says about one fact, column by column, in the order of the INSERT.
FACT_COLUMNS = (
    "event_key",
    "content_hash",
    "mapping_version",
    "adapter_version",
    "source",
    "event_type",
    "classifier",
    "occurred_at",
    "occurred_offset",
    "zone",
    "zone_source",
    "precision",
    "recorded_at",
    "source_event_id",
    "source_row",
    "tracking_number",
    "leg",
    "location",
    "reason",
    "delivery_mode",
    "signer",
    "documents",
    "amount",
    "currency",
    "raw_code",
    "raw_text",
    "voids",
    "voids_key",
    "references",
    "lines",
    "correlation_id",
)
_JSON_COLUMNS = frozenset({"location", "documents", "references", "lines"})
_DEFAULTS = {
    "mapping_version": 0,
    "classifier": "actual",
    "zone_source": "none",
    "precision": "none",
    "source_row": 0,
    "leg": "outbound",
}


class LogisticsEvent(models.Model):
    _inherit = "logistics.event"

    @api.model
    def _ingest(self, reports):
        """Record what was told, link it, and fold the shipments it concerns.

        The one way in: partners, Odoo itself and persons use it alike. A fact already
        known gets one more source and changes nothing else.

        :param list[dict] reports: One mapping per told fact: `company_id`,
            `shipment_id` (or None), `parcel_id` (or None), `fact` (mapping of
            `FACT_COLUMNS`, times in naive UTC), and the sighting: `channel`,
            `reference`, `received_at`, `trust` (0 to 4), `user_id`.
        :return: The number of facts that were new, and the shipments concerned.
        :rtype: tuple[int, logistics.shipment]
        """
        Shipment = self.env["logistics.shipment"]
        repeated = self._store_repeated(reports)
        reports = [row for row in reports if self._identity(row) not in repeated]
        if not reports:
            return 0, Shipment
        # Locked first and always in the same order: whoever comes second sees the
        # facts of whoever came first, or starts again from a new snapshot.
        shipments = Shipment.browse(
            sorted({row["shipment_id"] for row in reports if row["shipment_id"]})
        )
        shipments._lock_for_facts()
        ids = self._store_facts(reports)
        new_ids = self._store_links(reports, ids)
        self._store_sightings(reports, ids)
        shipments._refold()
        shipments._after_ingest(self.browse(sorted(new_ids)))
        return len(new_ids), shipments

    @api.model
    def _store_repeated(self, reports):
        """Note who else told facts that are known, and return the identities of those.

        Carriers repeat themselves a lot. What adds neither a fact nor trust to one
        touches no shipment, so that it waits for nobody and nobody waits for it.

        :rtype: dict[tuple, int]
        """
        if not reports:
            return {}
        known = self._known_facts(reports)
        trusted_more = {
            self._identity(row)
            for row in reports
            if row["trust"] > known.get(self._identity(row), (0, 0))[1]
        }
        repeated = {
            identity: event_id
            for identity, (event_id, _trust) in known.items()
            if identity not in trusted_more
        }
        rows = [row for row in reports if self._identity(row) in repeated]
        if rows:
            self._store_sightings(rows, repeated)
        return repeated

    @api.model
    def _known_facts(self, reports):
        """Return the linked facts under the keys that are reported.

        :return: Row id and best trust by identity.
        :rtype: dict[tuple, tuple[int, int]]
        """
        self.env.cr.execute(
            "SELECT e.company_id, e.event_key, e.content_hash, e.mapping_version, e.id,"
            " (SELECT max(s.trust) FROM logistics_sighting s WHERE s.event_id = e.id) "
            "FROM logistics_event e WHERE e.company_id = ANY(%s) "
            "AND e.event_key = ANY(%s) AND EXISTS (SELECT 1 FROM logistics_event_link l"
            " WHERE l.event_id = e.id AND l.is_current)",
            [
                sorted({row["company_id"] for row in reports}),
                sorted({row["fact"]["event_key"] for row in reports}),
            ],
        )
        return {tuple(row[:4]): (row[4], row[5] or 0) for row in self.env.cr.fetchall()}

    @api.model
    def _store_facts(self, reports):
        """Insert the unknown facts and return the row id of every report's fact."""
        rows = {}
        for report in reports:
            rows.setdefault(self._identity(report), report)
        columns = ("company_id", "stored_at", *FACT_COLUMNS)
        now = fields.Datetime.now()
        values = [
            (
                report["company_id"],
                now,
                *(
                    _column_value(column, report["fact"].get(column))
                    for column in FACT_COLUMNS
                ),
            )
            for report in rows.values()
        ]
        names = ", ".join(f'"{column}"' for column in columns)
        inserted = self.env.cr.execute_values(
            f"INSERT INTO logistics_event ({names}) VALUES %s "
            "ON CONFLICT (company_id, event_key, content_hash, mapping_version) "
            "DO NOTHING "
            "RETURNING id, company_id, event_key, content_hash, mapping_version",
            values,
            page_size=1000,
            fetch=True,
        )
        ids = {tuple(row[1:]): row[0] for row in inserted}
        missing = [identity for identity in rows if identity not in ids]
        if missing:
            self.env.cr.execute(
                "SELECT id, company_id, event_key, content_hash, mapping_version "
                "FROM logistics_event WHERE company_id = ANY(%s) "
                "AND event_key = ANY(%s)",
                [
                    sorted({identity[0] for identity in missing}),
                    sorted({identity[1] for identity in missing}),
                ],
            )
            ids.update((tuple(row[1:]), row[0]) for row in self.env.cr.fetchall())
        return ids

    @api.model
    def _identity(self, report):
        fact = report["fact"]
        return (
            report["company_id"],
            fact["event_key"],
            fact["content_hash"],
            fact.get("mapping_version") or 0,
        )

    @api.model
    def _store_links(self, reports, ids):
        """Link every fact that has no link yet; return the ids of the new ones."""
        now = fields.Datetime.now()
        rows = {}
        for report in reports:
            rows.setdefault(
                ids[self._identity(report)],
                (
                    report["company_id"],
                    report["shipment_id"],
                    report["parcel_id"],
                    report.get("user_id"),
                    now,
                    True,
                ),
            )
        linked = self.env.cr.execute_values(
            "INSERT INTO logistics_event_link "
            "(event_id, company_id, shipment_id, parcel_id, user_id, decided_at, "
            "is_current) VALUES %s "
            "ON CONFLICT (event_id) WHERE is_current DO NOTHING RETURNING event_id",
            [(event_id, *row) for event_id, row in rows.items()],
            page_size=1000,
            fetch=True,
        )
        return {row[0] for row in linked}

    @api.model
    def _sighting_columns(self):
        """Return the columns of a sighting that a report brings along."""
        return ("company_id", "channel", "received_at", "trust", "user_id")

    @api.model
    def _store_sightings(self, reports, ids):
        columns = self._sighting_columns()
        rows = {
            (ids[self._identity(report)], report["reference"]): (
                report["fact"]["source"],
                *(report.get(column) for column in columns),
            )
            for report in reports
        }
        self.env.cr.execute_values(
            f"INSERT INTO logistics_sighting (event_id, reference, source, "
            f"{', '.join(columns)}) VALUES %s "
            "ON CONFLICT (event_id, reference) DO NOTHING",
            [(*key, *row) for key, row in rows.items()],
            page_size=1000,
        )

    def _relink(self, shipment, parcel, reason):
        """Decide anew where the events belong, keep the old decision, fold again.

        :param logistics.shipment shipment: The shipment; empty for "not ours".
        :param logistics.parcel parcel: The parcel; empty when unknown.
        :param str reason: Why, in the person's own words.
        """
        current = self.env["logistics.event.link"].search(
            [("event_id", "in", self.ids), ("is_current", "=", True)]
        )
        concerned = current.shipment_id | shipment
        concerned._lock_for_facts()
        self.env.cr.execute(
            "UPDATE logistics_event_link SET is_current = false "
            "WHERE event_id = ANY(%s) AND is_current",
            [self.ids],
        )
        self.env.cr.execute_values(
            "INSERT INTO logistics_event_link (event_id, company_id, shipment_id, "
            "parcel_id, user_id, decided_at, reason, is_current) VALUES %s",
            [
                (
                    event.id,
                    event.company_id.id,
                    shipment.id or None,
                    parcel.id or None,
                    self.env.uid,
                    fields.Datetime.now(),
                    reason,
                    True,
                )
                for event in self
            ],
        )
        self.env["logistics.event.link"].invalidate_model()
        self.invalidate_recordset(["shipment_id", "parcel_id", "link_ids"])
        concerned._refold()


def _column_value(column, value):
    if column in _JSON_COLUMNS:
        return Json(value) if value else None
    if value is None or value is False or value == "":
        return _DEFAULTS.get(column)
    return value
