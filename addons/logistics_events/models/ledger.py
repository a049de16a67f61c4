"""Rows that are written once: who may write them, and how."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

# Compared by identity: no value that arrives over RPC can be this object.
_TOKEN = object()
_KEY = "logistics_ledger_token"
_HAND_KEY = "logistics_suite_token"
# So many rows are inserted by one statement.
_ROWS = 1000


def trusted(records):
    """Return `records` with the right to write ledger rows.

    Only code that imports this function can call it: a server action or an RPC call
    cannot reach a module function.

    :param odoo.models.BaseModel records: The records (or empty model) to write with.
    :return: The same records; `plain()` takes the right away again.
    """
    return records.with_context(**{_KEY: _TOKEN})


def plain(records):
    """Return `records` without the right given by `trusted()`."""
    return records.with_context(**{_KEY: None})


def as_suite(records):
    """Return `records` with the mark that the suite, not a person, writes documents.

    Documents written without it count as changed by hand (`logistics_effect_hands`).
    """
    return records.with_context(**{_HAND_KEY: _TOKEN})


def by_suite(env):
    """Whether documents are being written by the suite itself."""
    return env.context.get(_HAND_KEY) is _TOKEN


def insert_once(records, vals):
    """Insert one row, or make the whole transaction start again.

    For rows that two workers may write at the same time. `create()` would end in a
    unique violation, which nobody repeats; this statement meets a twin that our
    snapshot cannot see with a serialization error, which everybody repeats.

    :param odoo.models.BaseModel records: The model to insert into.
    :param dict vals: The columns, as PostgreSQL takes them.
    :return: The row; empty when a twin that our snapshot can see is there already.
    :rtype: odoo.models.BaseModel
    """
    return insert_all_once(records, [vals])


def insert_all_once(records, vals_list):
    """Insert rows as `insert_once` does, many with one statement.

    :param odoo.models.BaseModel records: The model to insert into.
    :param list[dict] vals_list: The columns of each row, the same ones for all.
    :return: The rows; without those that have a twin that our snapshot can see.
    :rtype: odoo.models.BaseModel
    """
    if not vals_list:
        return records.browse()
    stamped = {}
    if records._log_access:
        now, user = records.env.cr.now(), records.env.uid
        stamped = {
            "create_uid": user,
            "write_uid": user,
            "create_date": now,
            "write_date": now,
        }
    names = list(vals_list[0] | stamped)
    ids = []
    for start in range(0, len(vals_list), _ROWS):
        rows = [
            tuple((vals | stamped)[name] for name in names)
            for vals in vals_list[start : start + _ROWS]
        ]
        ids += records.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s ON CONFLICT DO NOTHING RETURNING id",
                SQL.identifier(records._table),
                SQL(", ").join(SQL.identifier(name) for name in names),
                SQL(", ").join(rows),
            )
        )
    inserted = records.browse([row[0] for row in ids])
    # What is computed and stored for a created row is computed for this one, too.
    inserted.modified([name for name in names if name in records._fields])
    return inserted


class LogisticsLedgerMixin(models.AbstractModel):
    """A table that only the suite's own code writes, whoever is logged in."""

    _name = "logistics.ledger.mixin"
    _description = "Append-only Record"

    # Fields a person with write access may change; everything else is evidence.
    _ledger_open_fields = frozenset()

    def _check_ledger_token(self, field_names=None):
        if self.env.context.get(_KEY) is _TOKEN:
            return
        if field_names is not None and set(field_names) <= self._ledger_open_fields:
            return
        raise AccessError(
            self.env._(
                "%(model)s is evidence: it is written by the suite and never changed "
                "or deleted.",
                model=self._description,
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to refuse rows that the suite did not write."""
        self._check_ledger_token()
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base` to refuse changes that the suite did not make."""
        self._check_ledger_token(vals)
        return super().write(vals)

    def unlink(self):
        """Override of `base` to refuse deletion."""
        self._check_ledger_token()
        return super().unlink()

    def copy(self, default=None):
        """Override of `base`: evidence has no copies."""
        self._check_ledger_token()
        return super().copy(default)


class LogisticsFoldedMixin(models.AbstractModel):
    """A record of which some fields are computed from facts, and typed by nobody."""

    _name = "logistics.folded.mixin"
    _description = "Computed from Facts"

    # Written by the suite from the tracking events only.
    _folded_fields = frozenset()

    def _check_folded_fields(self, vals):
        typed = self._folded_fields & set(vals)
        if typed and self.env.context.get(_KEY) is not _TOKEN:
            names = ", ".join(
                sorted(
                    self._fields[name].get_description(self.env)["string"]
                    for name in typed
                )
            )
            raise AccessError(
                self.env._(
                    "%(fields)s come from the tracking events and are not typed: "
                    "record a proof or withdraw an event instead.",
                    fields=names,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to refuse typed values of computed fields."""
        for vals in vals_list:
            self._check_folded_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base` to refuse typed values of computed fields."""
        self._check_folded_fields(vals)
        return super().write(vals)
