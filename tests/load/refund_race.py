"""Refunds of one payment asked for at once, with nothing in Python to stop them.

    python -m load.refund_race DATABASE

What is left of a payment is not worked out, and neither orders nor payments are locked:
only the counter in the database is left. It prints what became of each race, as JSON;
`tests/test_refund_race.py` judges it.
"""

import contextlib
import json
import logging
import sys
import threading
from unittest.mock import patch

from odoo import sql_db
from odoo.tools import SQL

from load import refund_world
from load.credit_race import WORKERS, Races
from load.refund_kill import Server
from suite import database

CAPTURED = 700.0
PRICE = 100.0


def main(name):
    """Run the races on the database of the command line."""
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    server = Server()
    with database.odoo_environment(name) as env:
        registry = env.registry
        refund_world.configure(env, server.url)
        orders = {
            race: _order(env, notes=1 if race == "same" else WORKERS).id
            for race in ("whole", "first", "later", "native", "same")
        }
        later = env["sale.order"].browse(orders["later"])
        later.transaction_ids._refund(PRICE)
        env.cr.commit()
    sql_db._Pool._maxconn = 3 * WORKERS
    races = RefundRaces(registry, orders)
    outcome = {"whole": races.run("whole", lambda worker: races.by_own_step)}
    with _nothing_in_python(registry):
        outcome |= {
            "first": races.run("first", lambda worker: races.by_own_step),
            "later": races.run("later", lambda worker: races.by_own_step),
            "native": races.run("native", races.by_either),
            "same": races.run("same", lambda worker: races.by_one_step),
        }
    sys.stdout.write(json.dumps(outcome))


def _order(env, notes):
    """Return an order paid in part online, with credit notes of one of its goods each,
    whose refunds are agreed to.
    """
    order = refund_world.paid(env, WORKERS, CAPTURED)
    for _number in range(notes):
        refund_world.credited(order, 1)
    return order


@contextlib.contextmanager
def _nothing_in_python(registry):
    """Take away whatever in Python keeps refunds from going too far."""
    from odoo.addons.logistics_events import ledger
    from odoo.addons.logistics_returns import refund_plan

    def everything(payment):
        return refund_plan.Source(payment.id, ledger.quantity(payment.amount))

    Transaction = registry["payment.transaction"]
    with (
        patch.object(Transaction, "_logistics_touch", lambda payments: None),
        patch.object(Transaction, "_logistics_source", everything),
        patch.object(registry["sale.order"], "_logistics_touch", lambda orders: None),
    ):
        yield


class RefundRaces(Races):
    """The races; each one is about a captured payment of its own."""

    # === DEEDS === #

    def by_own_step(self, env, order):
        """Take the agreed refund of the worker's own credit note."""
        refund_world.steps(self._notes(order)[self._number])._take()

    def by_one_step(self, env, order):
        """Take the one agreed refund, as all others do."""
        steps = refund_world.steps(self._notes(order))
        steps.filtered(lambda step: step.state in ("waiting", "failed"))._take()

    def native(self, env, order):
        """Refund the payment as Odoo's own window does."""
        self._payment(order)._refund(PRICE)

    def by_either(self, worker):
        """Return how a worker refunds: through the suite, or through Odoo itself."""
        return self.native if worker % 2 else self.by_own_step

    # === MACHINERY === #

    @property
    def _number(self):
        return threading.current_thread().worker

    def _notes(self, order):
        return order.invoice_ids.filtered(
            lambda move: move.move_type == "out_refund"
        ).sorted("id")

    def _payment(self, order):
        return order.transaction_ids.filtered(lambda one: one.operation != "refund")

    def _books(self, order):
        """Return what is on record, counted from nothing else."""
        payment = self._payment(order)
        rows = order.env["logistics.refund"].search(
            [("move_id", "in", self._notes(order).ids)]
        )
        own = rows.filtered(lambda row: row.source_id == payment)
        children = payment.child_transaction_ids
        kept = order.env.execute_query(
            SQL(
                "SELECT captured_amount, refunded_amount, found_amount "
                "FROM logistics_refund_counter WHERE transaction_id = %s",
                payment.id,
            )
        )
        return {
            "asked": sum(own.mapped("amount")),
            "native": -sum(children.mapped("amount")),
            "by_hand": sum((rows - own).mapped("amount")),
            "rows": len(rows),
            "counter": [[float(number) for number in row] for row in kept],
            "states": sorted(refund_world.steps(self._notes(order)).mapped("state")),
        }


if __name__ == "__main__":
    main(*sys.argv[1:])
