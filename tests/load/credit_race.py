"""Credits of one invoice asked for at once, with nothing in Python that stops them.

    python -m load.credit_race DATABASE

The sums the suite makes itself, the check before posting and the touch of the order are
taken away: only the counters in the database are left. It prints what became of each
race, as JSON; `tests/test_credit_race.py` judges it.
"""

import contextlib
import json
import logging
import sys
import threading
from unittest.mock import patch

from odoo import sql_db
from odoo.fields import Command

from load.crowd import Crowd
from suite import database

WORKERS = 16
SOLD = 12
# Quantities that fit in no particular way.
SIZES = (3, 1.25, 5, 2, 0.5, 7, 1, 4, 2.75, 1.5, 6, 3.5, 0.75, 2.25, 1, 9)


def main(name):
    """Run the races on the database of the command line."""
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    with database.odoo_environment(name) as env:
        registry = env.registry
        world = _world(env)
        env.cr.commit()
    sql_db._Pool._maxconn = 3 * WORKERS
    races = Races(registry, world)
    with _nothing_in_python(registry):
        outcome = {
            "wizard": races.run("wizard", lambda worker: races.by_wizard),
            "suite": races.run("suite", lambda worker: races.by_suite),
            "both": races.run("both", races.by_either),
            "begun": races.run("begun", races.by_either),
            "taken_back": races.run("taken_back", races.and_back),
            "nobodys": races.run("nobodys", lambda worker: races.by_wizard),
        }
    outcome["differences"] = races.differences()
    sys.stdout.write(json.dumps(outcome))


@contextlib.contextmanager
def _nothing_in_python(registry):
    """Take away whatever in Python keeps credits from going too far."""
    from odoo.addons.logistics_events import ledger

    def everything(line):
        posted = line.invoice_lines.filtered(
            lambda item: (
                item.parent_state == "posted"
                and item.move_id.move_type == "out_invoice"
            )
        )
        return {item: ledger.quantity(item.quantity) for item in posted}

    with (
        patch.object(
            registry["account.move"], "_logistics_check_credit_cap", lambda moves: None
        ),
        patch.object(registry["sale.order.line"], "_logistics_creditable", everything),
        patch.object(registry["sale.order"], "_logistics_touch", lambda orders: None),
    ):
        yield


def _world(env):
    """Return by race an invoiced order, of which the suite credited some.

    One of them lost its counter, as in a database from before there were any; of
    another the suite knows nothing.
    """
    from odoo.addons.logistics_events.models.ledger import trusted

    company = env.company
    env["logistics.action.mode"]._switch(company, "credit", "on")
    product = env["product.product"].create(
        {
            "name": "Pump",
            "type": "consu",
            "list_price": 19.99,
            "invoice_policy": "order",
        }
    )
    customer = env["res.partner"].create({"name": "Hansen Machines"})
    approver = env["res.users"].create(
        {
            "name": "Approver",
            "login": "race-approver",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [
                Command.link(
                    env.ref("logistics_events.logistics_events_group_finance").id
                )
            ],
        }
    )
    orders = {}
    for name in ("wizard", "suite", "both", "begun", "taken_back", "nobodys"):
        order = env["sale.order"].create(
            {
                "partner_id": customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": SOLD})
                ],
            }
        )
        order.action_confirm()
        order._create_invoices().action_post()
        orders[name] = order.id
        if name != "nobodys":
            step = _asked(env, order, approver, 1)
            step._take()
        if name == "begun":
            counters = env["logistics.credit.counter"]
            trusted(
                counters.search([("sale_line_id", "=", order.order_line.id)])
            ).unlink()
        if name in ("both", "begun"):
            _asked(env, order, approver, 4)
    return orders


def _asked(env, order, approver, quantity):
    """Return the approved step to so much credited in all."""
    step = env["logistics.credit.demand"]._want(
        order.order_line, "claim", "race", quantity
    )
    step.approval_ids.with_user(approver).action_approve()
    return step


class Races(Crowd):
    """The races; each one is about an order of its own."""

    def __init__(self, registry, orders):
        super().__init__(registry)
        self.orders = orders

    def run(self, name, deed_of):
        """Let 16 workers begin together, and say what the books show then."""
        order_id = self.orders[name]

        def work(env, worker):
            threading.current_thread().worker = worker
            deed_of(worker)(env, env["sale.order"].browse(order_id))

        refused = self.at_once(WORKERS, work, may_refuse=True)
        with self.cursor() as env:
            return self._books(env["sale.order"].browse(order_id)) | {
                "refused": len(refused)
            }

    # === DEEDS === #

    def by_wizard(self, env, order):
        """Credit a part of the invoice with Odoo's own wizard."""
        self._note(env, order).action_post()

    def by_suite(self, env, order):
        """Have the suite make and post the document, whatever its sums say."""
        from odoo.addons.logistics_events.models.ledger import as_suite

        items = as_suite(self._invoice(order)).invoice_line_ids
        drafts = as_suite(order)._logistics_reverse([(items, self._size)], "Race")
        drafts._logistics_post_dated()

    def by_step(self, env, order):
        """Take the approved step of the order."""
        Effect = env["logistics.effect"]
        steps = Effect.search(
            [("order_id", "=", order.id), ("state", "in", ("waiting", "failed"))]
        )
        steps._take()

    def by_either(self, worker):
        """Return how a worker credits: a step, the suite's document or the wizard."""
        if not worker:
            return self.by_step
        return self.by_suite if worker % 2 else self.by_wizard

    def and_back(self, worker):
        """Return how a worker credits; every third one takes it back again."""

        def and_back(env, order):
            note = self._note(env, order)
            note.action_post()
            note.button_draft()
            if worker % 2:
                note.button_cancel()

        return self.by_wizard if worker % 3 else and_back

    def _note(self, env, order):
        invoice = self._invoice(order)
        wizard = (
            env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        note = env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.invoice_line_ids.quantity = self._size
        return note

    def _invoice(self, order):
        return order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")

    # === MACHINERY === #

    @property
    def _size(self):
        return SIZES[threading.current_thread().worker]

    def _books(self, order):
        """Return what the posted documents show, counted from nothing else."""
        items = order.order_line.invoice_lines.filtered(
            lambda item: item.parent_state == "posted"
        )
        notes = items.filtered(lambda item: item.move_id.move_type == "out_refund")
        counters = order.env["logistics.credit.counter"].search(
            [("order_id", "=", order.id)]
        )
        return {
            "invoiced": sum((items - notes).mapped("quantity")),
            "credited": sum(notes.mapped("quantity")),
            "invoiced_money": round(sum((items - notes).mapped("price_total")), 2),
            "credited_money": round(sum(notes.mapped("price_total")), 2),
            "cents": max(len(items) - 1, 0) // 2,
            "notes": len(notes.move_id),
            "left": counters.mapped("left_quantity"),
            "states": sorted(
                order.env["logistics.effect"]
                .search([("order_id", "=", order.id)], order="id")
                .mapped("state")
            ),
        }

    def differences(self):
        """Return how many counters are not what the documents say."""
        with self.cursor() as env:
            return len(env["logistics.credit.counter"]._differences())


if __name__ == "__main__":
    main(*sys.argv[1:])
