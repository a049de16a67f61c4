"""Returns of one sold line credited at once, on real connections.

    python -m load.return_race DATABASE

In one race nothing is taken away. In the other neither the suite's sums nor the check
before posting are there, and a return wants credited whatever came: only the counters
in the database are left. It prints what became of each race, as JSON;
`tests/test_return_race.py` judges it.
"""

import contextlib
import dataclasses
import functools
import json
import logging
import sys
from unittest.mock import patch

from odoo import sql_db
from odoo.fields import Command

from load import credit_race, refund_world
from suite import database

WORKERS = credit_race.WORKERS
SOLD = credit_race.SOLD
# So many returns of so many pieces each: all that was sold.
RETURNS, PIECES = 4, 3


def main(name):
    """Run the races on the database of the command line."""
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    with database.odoo_environment(name) as env:
        registry = env.registry
        world = World(env)
        orders = {
            "inspected": world.came_back(),
            "wizard_beside": world.came_back(credited=1),
        }
        pressed = world.pressed()
        env.cr.commit()
    sql_db._Pool._maxconn = 3 * WORKERS
    races = Races(registry, orders)
    inspect = functools.partial(races.inspect_and_take, "inspected")
    outcome = {"inspected": races.run("inspected", inspect)}
    either = functools.partial(races.take_or_wizard, "wizard_beside")
    with credit_race._nothing_in_python(registry), _whatever_came(registry):
        outcome["wizard_beside"] = races.run("wizard_beside", either)
    outcome["pressed"] = {
        button: races.press(button, *what) for button, what in pressed.items()
    }
    outcome["differences"] = races.differences()
    sys.stdout.write(json.dumps(outcome))


@contextlib.contextmanager
def _whatever_came(registry):
    """Let returns want credited what came, delivered and invoiced or not."""
    from odoo.addons.logistics_events import ledger

    line = registry["logistics.return.line"]
    known = line._pure

    def pure(self):
        endless = ledger.quantity(10**6)
        return dataclasses.replace(known(self), delivered=endless, invoiced=endless)

    with patch.object(line, "_pure", pure):
        yield


class World:
    """Orders that are delivered and invoiced, and whose goods came back."""

    def __init__(self, env):
        self.env = env
        company = env.company
        env["logistics.action.mode"]._switch(company, "credit", "on")
        # Nobody has to agree: all that stops them is the database.
        refund_world._approver(env)
        company.write(
            {
                "logistics_return_four_eyes": False,
                "logistics_return_automatic": 10**6,
                "logistics_return_one_person": 10**6,
                "logistics_return_both_above": 0,
            }
        )
        self.warehouse = env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        self.customer = env["res.partner"].create(
            {"name": "Hansen Machines", "is_company": True}
        )
        self.product = env["product.product"].create(
            {
                "name": "Pump",
                "type": "consu",
                "is_storable": True,
                "list_price": 1.99,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
            }
        )
        env["stock.quant"]._update_available_quantity(
            self.product, self.warehouse.lot_stock_id, 1000
        )

    def sold(self, quantity=SOLD):
        """Return an order that is delivered and invoiced."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.product.id, "product_uom_qty": quantity}
                    )
                ],
            }
        )
        order.action_confirm()
        delivery = order.picking_ids
        delivery.move_ids.picked = True
        delivery.button_validate()
        order._create_invoices().action_post()
        return order

    def came_back(self, credited=0):
        """Return an order, and the screens on which its goods are inspected.

        :param float credited: How much of it is credited already, for another reason.
        """
        order = self.sold()
        if credited:
            approver = refund_world._approver(self.env)
            credit_race._asked(self.env, order, approver, credited)._take()
        # All are expected before the first one comes.
        receipts = [self.expected(order, PIECES) for _number in range(RETURNS)]
        screens = [self.screen(self.received(receipt)) for receipt in receipts]
        return order.id, [screen.id for screen in screens]

    def expected(self, order, quantity):
        """Return a transfer in which so many goods are to come back."""
        dialog = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids.sorted("id")[0].id}
        )
        dialog.product_return_moves.quantity = quantity
        return dialog._create_return()

    def received(self, receipt):
        """Receive what was expected, and return its return."""
        receipt.move_ids.write({"quantity": PIECES, "picked": True})
        receipt.button_validate()
        return receipt.logistics_return_id

    def screen(self, one):
        """Return a screen on which all that came is counted as good."""
        screen = self.env["logistics.return.inspection"].create({"return_id": one.id})
        for row in screen.line_ids:
            row.restock_quantity = row.left
        return screen

    def announced(self, quantity=4):
        """Return a return of goods that did not come yet."""
        order = self.sold()
        move = order.order_line.move_ids
        return self.env["logistics.return"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [
                    Command.create(
                        {
                            "move_id": move.id,
                            "sale_line_id": order.order_line.id,
                            "product_id": self.product.id,
                            "quantity": quantity,
                        }
                    )
                ],
            }
        )

    def pressed(self):
        """Return by button the record it stands on, its method, and the return."""
        found = {}
        for deed in ("kept", "lost", "goodwill", "amount", "exchange"):
            one = self.announced()
            dialog = self.decide(one, deed)
            found[deed] = (dialog, "action_confirm", one)
        one = self.announced()
        self.decide(one, "kept").action_confirm()
        found["take_back"] = (
            self.reason("take_back_let_go", one),
            "action_confirm",
            one,
        )
        one = self.announced()
        self.decide(one, "amount").action_confirm()
        reason = self.reason("take_back_grant", one.grant_ids)
        found["take_back_amount"] = (reason, "action_confirm", one)
        return {
            name: (record._name, record.id, method, one.id)
            for name, (record, method, one) in found.items()
        }

    def decide(self, one, deed):
        """Return the dialog with a decision about two pieces, or an amount."""
        Dialog = self.env["logistics.return.decide"]
        context = Dialog._dialog(one, deed)["context"]
        dialog = Dialog.with_context(**context).create(
            {
                "reason": "By phone",
                "amount": 2.5,
                "product_id": self.product.id,
                "quantity": 2,
            }
        )
        dialog.line_ids.quantity = 2
        return dialog

    def reason(self, deed, records):
        """Return the dialog that asks why something is taken back."""
        return self.env["logistics.reason"].create(
            {"deed": deed, "res_ids": records.ids, "reason": "It was wrong"}
        )


class Races(credit_race.Races):
    """The races; each one is about an order of its own."""

    def __init__(self, registry, orders):
        super().__init__(registry, {name: own[0] for name, own in orders.items()})
        self.screens = dict(orders.values())

    # === DEEDS === #

    def inspect_and_take(self, name, worker):
        """Return how a worker credits: a quarter of them inspect a return first."""

        def inspect(env):
            screen = self.screens[self.orders[name]][worker // 4]
            env["logistics.return.inspection"].browse(screen).action_confirm()

        def deed(env, order):
            # As in life, what is inspected is on record before it is credited.
            if not worker % 4:
                self.transaction(inspect)
            self.take(env, order)

        return deed

    def take(self, env, order):
        """Take what is due of the order, whoever asked for it."""
        steps = env["logistics.effect"].search(
            [("order_id", "=", order.id), ("state", "in", ("waiting", "failed"))]
        )
        steps._take()

    def take_or_wizard(self, name, worker):
        """Return how a worker credits: a quarter of them each takes inspected goods, or
        uses Odoo's own wizard; the others press the button of the inspection again.
        """
        if worker % 4 == 3:
            return self.by_wizard
        if not worker % 4:
            return self.inspect_and_take(name, worker)

        def press(env, order):
            screen = self.screens[order.id][worker // 4]
            env["logistics.return.inspection"].browse(screen).action_confirm()

        return press

    # === BUTTONS === #

    def press(self, _button, model, record_id, method, return_id):
        """Let 16 presses of one button meet, and say what is on record then."""

        def deed(env, _worker):
            getattr(env[model].browse(record_id), method)()

        refused = len(self.at_once(WORKERS, deed, may_refuse=True))
        with self.cursor() as env:
            one = env["logistics.return"].browse(return_id)
            order = one.order_ids
            steps = env["logistics.effect"].search(
                [("order_id", "=", order.id), ("action", "=", "credit")], order="id"
            )
            return {
                "refused": refused,
                "facts": sorted(
                    [fact.kind, fact.quantity]
                    for fact in one.fact_ids
                    if fact.kind not in ("requested", "approved", "received")
                ),
                "grants": len(one.grant_ids),
                "taken_back": len(one.grant_ids.filtered("withdrawn_at")),
                "steps": [
                    [step.quantity, step.state]
                    for step in steps
                    if step.state != "superseded"
                ],
                "lines": len(order.order_line),
            }


if __name__ == "__main__":
    main(*sys.argv[1:])
