"""From facts to state: the only place that writes what a shipment has reached."""

from collections import defaultdict

from psycopg2.extras import Json

from odoo import fields, models

from .. import fold, resolve
from ..facts import Fact
from ..timeline import TROUBLE_FIELDS, phase

_FACT_QUERY = """
    SELECT l.shipment_id, l.parcel_id, e.id, e.event_key, e.content_hash,
           e.mapping_version, e.recorded_at, e.event_type, e.classifier,
           e.occurred_at, e.precision, e.occurred_offset, e.zone, e.leg,
           e.voids_key, e.source_row, e.amount, e.currency, e.signer, e.reason,
           (SELECT max(s.trust) FROM logistics_sighting s WHERE s.event_id = e.id)
      FROM logistics_event_link l
      JOIN logistics_event e ON e.id = l.event_id
     WHERE l.is_current AND l.shipment_id = ANY(%s)
"""
# Field of the shipment by flag of the fold.
FLAG_FIELDS = {
    "delayed": "is_delayed",
    "on_hold": "is_on_hold",
    "exception": "has_problem",
    "damaged": "is_damaged",
    "customs_hold": "is_customs_hold",
    "lost": "is_lost",
    "conflict": "has_conflict",
    "contradiction": "has_contradiction",
    "void_label_used": "is_void_label_used",
}


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    _folded_fields = frozenset(
        {
            "state",
            "return_state",
            "milestones",
            "folded",
            "dispatched_at",
            "picked_up_at",
            "delivered_at",
            "delivered_precision",
            "eta",
            "last_event_at",
            "is_signed",
            "money_hold",
            "trouble",
            "quiet_kind",
            *FLAG_FIELDS.values(),
        }
    )

    def _lock_for_facts(self):
        """Lock the shipments, always in the same order, before their facts change.

        Two workers with facts of one shipment meet here. As every fold counts the
        `fact_version` up, the second one gets a serialization error from the database
        and starts again with a snapshot in which the first one's facts are visible, so
        that no fold misses a fact.
        """
        if self:
            self.env.cr.execute(
                "SELECT id FROM logistics_shipment WHERE id = ANY(%s) "
                "ORDER BY id FOR NO KEY UPDATE",
                [self.ids],
            )

    def _refold(self):
        """Compute the state of the shipments from all their facts and store it."""
        if not self:
            return
        facts = self._load_facts()
        shipments = self.sudo()
        # Of these wide tables only what is needed: this is where time goes.
        shipments.fetch(["company_id", "direction"])
        shipments.parcel_ids.fetch(["closed_at", "state"])
        results = {
            shipment.id: shipment._fold(facts.get(shipment.id, ()))
            for shipment in shipments
        }
        shipments._store_folded(results, facts)
        shipments._note_fold_problems(results)
        self._after_fold(results, facts)

    def _fold(self, facts):
        """Return what facts say about this shipment; nothing is stored.

        :param Iterable[facts.Fact] facts: Facts of the shipment.
        :rtype: facts.Folded
        """
        self.ensure_one()
        return fold.fold(
            facts,
            parcels={self._leg(): self._counted_parcels().ids},
            company_zone=self.company_id.partner_id.tz or "UTC",
        )

    def _counted_parcels(self):
        """Return the parcels the state is about: a voided number no longer counts."""
        self.ensure_one()
        return self.parcel_ids.filtered(
            lambda parcel: not parcel.closed_at or parcel.state
        )

    def _load_facts(self):
        """Return the live facts of the shipments as the fold wants them.

        :rtype: dict[int, list[facts.Fact]]
        """
        self.env.flush_all()
        self.env.cr.execute(_FACT_QUERY, [self.ids])
        facts = defaultdict(list)
        for row in self.env.cr.fetchall():
            facts[row[0]].append(_to_fact(row))
        return facts

    def _store_folded(self, results, facts):
        """Store what was folded, all shipments in one statement and all parcels too.

        :param dict[int, facts.Folded] results: What is known now, by shipment id.
        :param dict[int, list[facts.Fact]] facts: All the facts, by shipment id.
        """
        shipment_rows, parcel_rows = {}, {}
        for shipment in self:
            folded = results[shipment.id]
            main = shipment._main_leg(folded)
            last = max(
                (
                    fields.Datetime.to_datetime(fact.occurred_at)
                    for fact in facts.get(shipment.id, ())
                    if fact.occurred_at
                ),
                default=None,
            )
            row = _shipment_row(folded, main, last)
            row["is_signed"] = _is_signed(facts.get(shipment.id, ()))
            shipment_rows[shipment.id] = row
            for parcel in shipment.parcel_ids:
                known = main.parcels.get(parcel.id) if main else None
                parcel_rows[parcel.id] = _parcel_row(known, last)
        _store_rows(
            self,
            shipment_rows,
            condition="true",
            more=", fact_version = COALESCE(t.fact_version, 0) + 1",
        )
        self.invalidate_recordset(["fact_version"], flush=False)
        self.modified(["fact_version"])
        # Stored with what it follows from, so there is nothing left to compute.
        self.env.remove_to_compute(self._fields["phase"], self)
        _store_rows(
            self.parcel_ids,
            parcel_rows,
            condition="({stored}) IS DISTINCT FROM ({values})",
        )

    def _main_leg(self, folded):
        """Return the leg that is the journey of this shipment, if it has any facts."""
        self.ensure_one()
        back = folded.legs.get("return")
        return (
            back if self.direction == "return" and back else folded.legs.get("outbound")
        )

    def _after_fold(self, folded, facts):
        """Hook: the facts of these shipments may have changed; say what you want.

        :param dict[int, facts.Folded] folded: What is known now, by shipment id.
        :param dict[int, list[facts.Fact]] facts: All the facts, by shipment id; money
            follows `resolve.trusted()` of them.
        """

    def _after_ingest(self, new_events):
        """Hook: facts were recorded.

        :param logistics.event new_events: Those that were not known before.
        """


def _shipment_row(folded, main, last):
    """Return the folded columns of a shipment."""
    back = folded.legs.get("return")
    flags = set()
    for leg in folded.legs.values():
        flags.update(leg.flags)
    row = {
        "state": main.state if main else None,
        "return_state": back.state if back else None,
        "milestones": _json(_milestones(main)),
        "folded": _json({name: _leg_json(leg) for name, leg in folded.legs.items()}),
        "dispatched_at": _milestone_at(main, "dispatched"),
        "picked_up_at": _milestone_at(main, "picked_up"),
        "delivered_at": main.delivered_at if main else None,
        "delivered_precision": (main.delivered_precision if main else None) or None,
        "eta": main.eta if main else None,
        "last_event_at": last,
        "money_hold": any(leg.money_hold for leg in folded.legs.values()),
        **{field: flag in flags for flag, field in FLAG_FIELDS.items()},
    }
    row["phase"] = phase(row["state"], any(row[name] for name in TROUBLE_FIELDS))
    return row


def _is_signed(facts):
    """Return whether a delivery that counts says who signed."""
    if not any(map(_names_signer, facts)):
        return False
    counting = resolve.standing(facts).values()
    return any(_names_signer(fact) for versions in counting for fact in versions)


def _names_signer(fact):
    return bool(
        fact.signer and fact.event_type == "delivered" and fact.classifier == "actual"
    )


def _parcel_row(known, last):
    """Return the folded columns of a parcel."""
    return {
        "state": known.state if known else None,
        "delivered_at": known.delivered_at if known else None,
        "flags": (", ".join(known.flags) if known else None) or None,
        "last_event_at": last,
    }


def _store_rows(records, rows, *, condition, more=""):
    """Write folded columns of many records in one statement.

    `write()` would cost more than everything else a message needs. What depends on the
    columns is told; nobody tracks them in the chatter.

    :param records: The records, of one model.
    :param dict[int, dict] rows: The columns by record id, the same for each.
    :param str condition: Which rows are written: `{stored}` and `{values}` stand for
        the columns as they are and as they will be.
    :param str more: A further assignment.
    :return: The records that were written.
    """
    if not rows:
        return records.browse()
    names = list(next(iter(rows.values())))
    columns, stored, values = (
        ", ".join(f'{table}"{name}"' for name in names) for table in ("", "t.", "v.")
    )
    casts = ", ".join(f"%s::{records._fields[name].column_type[1]}" for name in names)
    condition = condition.format(stored=stored, values=values)
    written = records.env.cr.execute_values(
        f'UPDATE "{records._table}" AS t SET ({columns}, write_uid, write_date) = '
        f"({values}, {int(records.env.uid)}, now() AT TIME ZONE 'UTC'){more} "
        f"FROM (VALUES %s) AS v (id, {columns}) "
        f"WHERE t.id = v.id AND {condition} RETURNING t.id",
        [(record_id, *row.values()) for record_id, row in sorted(rows.items())],
        template=f"(%s, {casts})",
        page_size=1000,
        fetch=True,
    )
    touched = records.browse(row[0] for row in written)
    touched.invalidate_recordset(names, flush=False)
    touched.modified(names)
    return touched


def _json(value):
    return Json(value) if value else None


def _to_fact(row):
    (
        _shipment,
        parcel,
        event_id,
        key,
        content,
        mapping,
        recorded,
        kind,
        classifier,
        occurred,
        precision,
        offset,
        zone,
        leg,
        voids,
        source_row,
        amount,
        currency,
        signer,
        reason,
        trust,
    ) = row
    if precision == "date" and occurred is not None:
        occurred = occurred.date()
    return Fact(
        key=key,
        content_hash=content,
        mapping_version=mapping,
        recorded_at=recorded,
        event_type=kind,
        classifier=classifier,
        occurred_at=occurred,
        precision=precision,
        occurred_offset=offset,
        zone=zone,
        parcel=parcel,
        leg=leg,
        voids=voids or "",
        source_row=source_row or 0,
        amount=amount,
        currency=currency or "",
        signer=signer or "",
        reason=reason or "",
        trust=trust or 1,
        ref=event_id,
    )


def _milestone_at(leg, code):
    milestone = leg.milestones.get(code) if leg else None
    return milestone.at if milestone else None


def _milestones(leg):
    if not leg:
        return {}
    return {
        code: fields.Datetime.to_string(milestone.at) if milestone.at else None
        for code, milestone in leg.milestones.items()
    }


def _leg_json(leg):
    return {
        "state": leg.state,
        "eta_day": fields.Date.to_string(leg.eta_day) if leg.eta_day else None,
        "parcels": {
            str(parcel): {"state": known.state, "evidence": known.evidence}
            for parcel, known in leg.parcels.items()
        },
    }
