"""A partner's report, people and corrections at the same transfers at once.

A program of its own, on the database of `load.race` and in its manner:

    python -m load.dispatch_race DATABASE

It prints what became of each race, as JSON; `tests/test_concurrency.py` judges it.
"""

import json
import logging
import sys
import threading
import time

from odoo import sql_db
from odoo.exceptions import UserError

from suite import database

from .race import Races

WORKERS = 4
TRANSFERS = 6
PATIENCE = 30  # Seconds; who is waited for longer is stuck.
ORDERED, REPORTED, CORRECTED = 10, 8, 7
HEAD_START = 0.2  # Seconds in which the others meet what is not committed yet.


def main(arguments):
    """Run the races on the database of the command line."""
    with database.odoo_environment(arguments[0]) as env:
        races = DispatchRaces(env.registry, [])
        races.prepare(env)
    sql_db._Pool._maxconn = 8 * WORKERS
    # Meeting another worker is what this is about, not worth a line each time.
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    outcome = {
        "by_hand": races.by_hand(),
        "crash": races.crash(),
        "two_people": races.two_people(),
        "correction": races.correction(),
    }
    sys.stdout.write(json.dumps(outcome))


class DispatchRaces(Races):
    """The races; each one has transfers of its own."""

    def prepare(self, env):
        """Let reports be booked at once, and know whose goods it is about."""
        company = env.ref("base.main_company")
        env["logistics.policy"].search([("action", "=", "dispatch")]).active = False
        env["logistics.action.mode"]._switch(
            company, "dispatch", "on", since="2020-01-01"
        )
        rule = env["logistics.policy"].create(
            {
                "name": "Partner warehouse",
                "action": "dispatch",
                "trigger": "dispatched",
                "dispatch_by": "suite",
                "valid_from": "2020-01-01",
            }
        )
        method = env["delivery.carrier"].search(
            [("logistics_carrier_id.scac", "=", "NBPX")], limit=1
        )
        product = env["product.product"].search([("name", "=", "Pump")], limit=1)
        product.default_code = "PUMP"
        customer = env["res.partner"].search([("name", "=", "Customer 0")], limit=1)
        self.rule_id, self.method_id = rule.id, method.id
        self.product_id, self.customer_id = product.id, customer.id

    # === RACES === #

    def by_hand(self):
        """A job books a report while a person validates the same transfer.

        Now one is first and now the other, and that one has done everything but the
        commit when the rest begins; all have looked at the transfer before.
        """
        pickings = self._transfers("suite")
        for number, picking_id in enumerate(pickings):
            begun = threading.Event()

            def work(env, worker, picking_id=picking_id, turn=number % 2, begun=begun):
                self._look(env, picking_id)
                if worker != turn:
                    begun.wait(PATIENCE)
                if worker % 2:
                    self._book(env, picking_id)
                else:
                    self._validate(env, picking_id)
                begun.set()
                time.sleep(HEAD_START)

            self.at_once(WORKERS, work)
        return self._outcome(pickings)

    def crash(self):
        """The job dies before its commit while a person waits for the transfer."""
        pickings = self._transfers("suite")
        for picking_id in pickings:
            begun = threading.Event()

            def work(env, worker, picking_id=picking_id, begun=begun):
                self._look(env, picking_id)
                if worker:
                    begun.wait(PATIENCE)
                    self._validate(env, picking_id)
                    return
                self._book(env, picking_id)
                begun.set()
                time.sleep(HEAD_START)
                env.cr.rollback()

            self.at_once(2, work)
        return self._outcome(pickings)

    def two_people(self):
        """4 people confirm the same reports at once, each in a dialog of their own."""
        pickings = self._transfers("person")
        told = []
        for picking_id in pickings:
            reviews = [self._review(picking_id) for _worker in range(WORKERS)]

            def confirm(env, worker, reviews=reviews):
                try:
                    env["logistics.dispatch.review"].browse(
                        reviews[worker]
                    ).action_validate()
                    env.flush_all()
                except UserError as error:
                    # As in a request: what was begun is taken back.
                    env.cr.rollback()
                    told.append(str(error))

            self.at_once(WORKERS, confirm)
        return self._outcome(pickings) | {"told": len(told), "people": WORKERS}

    def correction(self):
        """4 jobs book the reports while the partner corrects each of them."""
        pickings = self._transfers("suite")

        def work(env, worker):
            if worker:
                self._take(env)
            else:
                self._report(env, pickings, CORRECTED, 2)

        self.at_once(WORKERS, work, times=2)
        # What was replaced on the way is taken by the next turn of the job.
        for _turn in range(2):
            self.transaction(self._take)
        return self._outcome(pickings)

    # === DEEDS === #

    def _transfers(self, by):
        """Return new transfers with a report each, committed.

        :param str by: Who books the reports: `suite` or `person`.
        """
        made = []

        def make(env):
            made.clear()
            env["logistics.policy"].browse(self.rule_id).dispatch_by = by
            orders = env["sale.order"].create(
                [
                    {
                        "partner_id": self.customer_id,
                        "order_line": [
                            (
                                0,
                                0,
                                {
                                    "product_id": self.product_id,
                                    "product_uom_qty": ORDERED,
                                },
                            )
                        ],
                    }
                    for _number in range(TRANSFERS)
                ]
            )
            orders.action_confirm()
            for picking in orders.picking_ids:
                picking.carrier_id = self.method_id
                picking.carrier_tracking_ref = f"DR{picking.id:07d}"
            made.extend(orders.picking_ids.ids)
            self._report(env, made, REPORTED, 1)

        self.transaction(make)
        return made

    def _report(self, env, ids, quantity, version):
        """The partner tells how much of each transfer left."""
        env["logistics.event"]._ingest(
            [
                {
                    "company_id": picking.company_id.id,
                    "shipment_id": picking.logistics_shipment_ids.id,
                    "parcel_id": None,
                    "channel": "webhook",
                    "reference": "race",
                    "received_at": "2026-11-21 08:00:00",
                    "trust": 4,
                    "fact": {
                        "event_key": f"wms|{picking.id}",
                        "content_hash": f"version {version}",
                        "source": "wms",
                        "event_type": "dispatched",
                        "occurred_at": "2026-11-20 10:00:00",
                        "recorded_at": f"2026-11-20 1{version}:00:00",
                        "precision": "instant",
                        "zone_source": "given",
                        "references": {"delivery": picking.name},
                        "lines": [{"product": "PUMP", "quantity": str(quantity)}],
                    },
                }
                for picking in env["stock.picking"].browse(ids)
            ]
        )
        env.flush_all()

    def _look(self, env, picking_id):
        """Read the transfer: what the others do from now on is not seen."""
        return env["stock.picking"].browse(picking_id).state

    def _book(self, env, picking_id):
        """The job takes what is reported of a transfer."""
        env["stock.picking"].browse(picking_id)._logistics_open_reports()._take()
        env.flush_all()

    def _validate(self, env, picking_id):
        """A person validates a transfer as it stands."""
        user = env.ref("base.user_admin")
        picking = env["stock.picking"].with_user(user).browse(picking_id)
        if picking.state != "done":
            picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        env.flush_all()

    def _review(self, picking_id):
        """Open the dialog of a person, and return its id."""
        opened = []

        def look(env):
            user = env.ref("base.user_admin")
            picking = env["stock.picking"].with_user(user).browse(picking_id)
            opened.append(picking.action_logistics_review_report()["res_id"])

        self.transaction(look)
        return opened[-1]

    # === WHAT BECAME OF IT === #

    def _outcome(self, ids):
        with self.cursor() as env:
            pickings = env["stock.picking"].browse(ids)
            return {"transfers": [self._told_of(env, picking) for picking in pickings]}

    def _told_of(self, env, picking):
        """Return what is in the books for one transfer and what follows it."""
        steps = env["logistics.effect"].search(
            [
                ("action", "=", "dispatch"),
                ("res_model", "=", "stock.picking"),
                ("res_id", "=", picking.id),
            ]
        )
        done = steps.filtered(lambda step: step.state == "done")
        line = picking.move_ids.sale_line_id
        quants = picking.move_line_ids.filtered(lambda one: one.state == "done")
        told = picking.logistics_shipment_ids.event_ids.filtered(
            lambda event: event.source == "odoo" and event.event_type == "dispatched"
        )
        return {
            "state": picking.state,
            "moved": sum(quants.mapped("quantity_product_uom")),
            "delivered": line.qty_delivered,
            "demand": sum(
                line.move_ids.filtered(lambda move: move.state != "cancel").mapped(
                    "product_uom_qty"
                )
            ),
            "backorders": len(picking.backorder_ids),
            "done_steps": len(done),
            "open_steps": len(
                steps.filtered(lambda step: step.state in ("waiting", "failed"))
            ),
            "by_hand": bool(done.filtered("pinned")),
            "told": len(told),
            "exceptions": sorted(
                env["logistics.exception"]
                .search([("effect_id", "in", steps.ids), ("state", "=", "open")])
                .mapped("category")
            ),
        }


if __name__ == "__main__":
    main(sys.argv[1:])
