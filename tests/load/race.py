"""Many workers at once on the same things, on real connections with committed rows.

A program of its own, because one process works on one database:

    python -m load.race DATABASE

It prints what became of each race, as JSON; `tests/test_concurrency.py` judges it.
"""

import contextlib
import json
import logging
import sys
from unittest.mock import patch

from odoo import sql_db
from odoo.exceptions import UserError

from suite import database

from .crowd import Crowd

SENDERS = 32
SENDINGS = 100
WORKERS = 8
CREDITORS = 16


def main(arguments):
    """Run the races on the database of the command line."""
    with database.odoo_environment(arguments[0]) as env:
        shipments = env["logistics.shipment"].search([], order="id")
        races = Races(env.registry, shipments.ids)
    # Every sender has a connection, and needs a second one to wake the cron.
    sql_db._Pool._maxconn = 2 * SENDERS + 8
    # Meeting another worker is what this is about, not worth a line each time.
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    outcome = {
        "same_event": races.same_event(),
        "same_wishes": races.same_wishes(),
        "same_effects": races.same_effects(),
        "unguarded": races.unguarded(),
        "crash": races.crash(),
        "credit": races.credit(),
    }
    sys.stdout.write(json.dumps(outcome))


class Races(Crowd):
    """The races; each one uses shipments that no other one touches."""

    def __init__(self, registry, ids):
        super().__init__(registry)
        self.ids = list(ids)

    def same_event(self):
        """32 senders tell the same delivery 100 times each."""
        (shipment,) = self._next(1)
        self.at_once(
            SENDERS,
            lambda env, _worker: self._deliver(env, [shipment]),
            SENDINGS,
        )
        return self._counts([shipment])

    def same_wishes(self):
        """8 workers tell the deliveries of the same shipments, each all of them."""
        shipments = self._next(15)
        self.at_once(WORKERS, lambda env, _worker: self._deliver(env, shipments))
        return self._counts(shipments)

    def same_effects(self):
        """8 workers take the same waiting actions, down to the posted invoices."""
        shipments = self._next(15)
        self.transaction(lambda env: self._deliver(env, shipments))
        for _round in range(2):
            self.at_once(WORKERS, lambda env, _worker: self._take(env))
        return self._counts(shipments)

    def unguarded(self):
        """The same with the guard in Python taken away: the database decides alone."""
        shipments = self._next(10)
        Event, Effect = (
            self.registry["logistics.event"],
            self.registry["logistics.effect"],
        )
        with (
            patch.object(Event, "_store_repeated", lambda events, reports: {}),
            patch.object(Effect, "_known_rows", lambda effects, wishes: {}),
        ):
            self.at_once(WORKERS, lambda env, _worker: self._deliver(env, shipments))
            self.at_once(WORKERS, lambda env, _worker: self._wish(env, shipments))
        counts = self._counts(shipments)
        for _round in range(2):
            self.at_once(WORKERS, lambda env, _worker: self._take(env))
        return counts | {"after": self._counts(shipments)}

    def crash(self):
        """A worker dies after it made the document and before it committed."""
        (shipment,) = self._next(1)
        self.transaction(lambda env: self._deliver(env, [shipment]))
        with contextlib.suppress(_Killed), self.cursor() as env:
            for _turn in range(3):
                self._take(env)
            made = self._counts_in(env, [shipment])
            raise _Killed
        after = self._counts([shipment])
        for _round in range(3):
            self.transaction(self._take)
        return {"made": made, "after": after, "again": self._counts([shipment])}

    def credit(self):
        """16 workers each want a quarter of one invoice credited, by hand or by an
        approved action; a quarter fits four times.
        """
        (shipment,) = self._next(1)
        self.transaction(lambda env: self._deliver(env, [shipment]))
        for _round in range(2):
            self.transaction(self._take)
        self.transaction(lambda env: self._approve_credit(env, shipment))
        refused = []
        self.at_once(
            CREDITORS,
            lambda env, worker: (
                self._credit(env, shipment, refused) if worker else self._take(env)
            ),
        )
        with self.cursor() as env:
            invoices = self._invoices(env, shipment)
            notes = invoices.filtered(
                lambda m: m.move_type == "out_refund" and m.state == "posted"
            )
            return {
                "invoiced": sum((invoices - notes).invoice_line_ids.mapped("quantity")),
                "credited": sum(notes.invoice_line_ids.mapped("quantity")),
                "notes": len(notes),
                "refused": len(refused),
            }

    # === DEEDS === #

    def _invoices(self, env, shipment):
        orders = env["logistics.shipment"].browse(shipment).sale_order_ids
        return orders.invoice_ids.filtered(lambda move: move.state == "posted")

    def _approve_credit(self, env, shipment):
        invoice = self._invoices(env, shipment)
        company = invoice.company_id
        env["logistics.action.mode"]._switch(company, "credit", "on")
        Demand = env["logistics.credit.demand"]
        steps = env["logistics.effect"].concat(
            *(
                Demand._want(item.sale_line_ids, "claim", "race", item.quantity / 4)
                for item in invoice.invoice_line_ids
            )
        )
        approver = env["res.users"].create(
            {
                "name": "Approver",
                "login": "race-approver",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [
                    (4, env.ref("logistics_events.logistics_events_group_finance").id)
                ],
            }
        )
        steps.approval_ids.with_user(approver).action_approve()
        env.flush_all()

    def _credit(self, env, shipment, refused):
        invoice = self._invoices(env, shipment).filtered(
            lambda move: move.move_type == "out_invoice"
        )
        try:
            with env.cr.savepoint():
                note = invoice._reverse_moves()
                for item in note.invoice_line_ids:
                    item.quantity /= 4
                note.action_post()
        except UserError:
            refused.append(1)
        env.flush_all()

    def _deliver(self, env, ids):
        reports = []
        for shipment in env["logistics.shipment"].browse(ids):
            parcel = shipment.parcel_ids[:1]
            reports.append(
                {
                    "company_id": shipment.company_id.id,
                    "shipment_id": shipment.id,
                    "parcel_id": parcel.id,
                    "channel": "webhook",
                    "reference": "race",
                    "received_at": "2026-11-21 08:00:00",
                    "trust": 4,
                    "fact": {
                        "event_key": f"race|{shipment.id}",
                        "content_hash": "delivered",
                        "source": "race",
                        "event_type": "delivered",
                        "occurred_at": "2026-11-20 10:00:00",
                        "precision": "instant",
                        "zone_source": "given",
                        "leg": "outbound",
                    },
                }
            )
        env["logistics.event"]._ingest(reports)
        env.flush_all()

    def _wish(self, env, ids):
        """Say once more what is known, which asks for the same actions again."""
        env["logistics.shipment"].browse(ids)._refold()
        env.flush_all()

    def _take(self, env):
        Effect = env["logistics.effect"]
        steps = Effect.search(Effect._ready_domain(), order="id")
        steps = steps.try_lock_for_update(limit=20)
        steps.filtered(lambda step: step.state in ("waiting", "failed"))._take()
        env.flush_all()

    # === MACHINERY === #

    def _next(self, count):
        taken, self.ids = self.ids[:count], self.ids[count:]
        return taken

    def _counts(self, ids):
        with self.cursor() as env:
            return self._counts_in(env, ids)

    def _counts_in(self, env, ids):
        """Return what is in the books for some shipments."""
        shipments = env["logistics.shipment"].browse(ids)
        orders = shipments.sale_order_ids
        effects = env["logistics.effect"].search([("order_id", "in", orders.ids)])
        invoices = orders.invoice_ids.filtered(lambda move: move.state != "cancel")
        return {
            "shipments": len(shipments),
            "moves": len(shipments.picking_ids.move_ids),
            "events": env["logistics.event"].search_count(
                [("source", "=", "race"), ("shipment_id", "in", ids)]
            ),
            "releases": len(effects.filtered(lambda e: e.action == "release")),
            "invoicing": len(effects.filtered(lambda e: e.action == "invoice")),
            "states": sorted(set(effects.mapped("state"))),
            "invoices": len(invoices),
            "posted": len(invoices.filtered(lambda move: move.state == "posted")),
            "invoiced": sum(orders.order_line.mapped("qty_invoiced")),
            "delivered": sum(orders.order_line.mapped("qty_delivered")),
        }


class _Killed(Exception):
    """Stands for a worker that is killed: nothing it did is committed."""


if __name__ == "__main__":
    main(sys.argv[1:])
