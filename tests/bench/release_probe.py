"""How long it takes to release and invoice deliveries, together and one by one.

python -m release_probe DATABASE DELIVERIES ROUNDS
"""

import json
import sys
import time
from datetime import timedelta

from odoo import fields

from suite import database

WARM_UP = 5


def main(name, deliveries, rounds):
    """Print the seconds of each round: one batch, then as many one by one."""
    size = int(deliveries)
    measured = []
    with database.odoo_environment(name) as env:
        probe = Probe(env)
        probe.together(WARM_UP)
        probe.singly(WARM_UP)
        for _number in range(int(rounds)):
            measured.append((probe.together(size), probe.singly(size)))
        probe.check()
    sys.stdout.write(json.dumps(measured))


class Probe:
    """Takes the next deliveries, says they have arrived, and takes the actions."""

    def __init__(self, env):
        self.env = env
        self.left = env["logistics.shipment"].search([], order="id")
        self.invoiced = env["sale.order"]

    def together(self, count):
        """Return how long one batch takes, in seconds."""
        orders = self._deliver(count)
        return self._timed(lambda: self._take_all(orders))

    def singly(self, count):
        """Return how long the same takes order by order, in seconds."""
        orders = self._deliver(count)

        def deed():
            for order in orders:
                self._take_all(order)

        return self._timed(deed)

    def check(self):
        """Raise unless every order has one posted invoice over all its goods."""
        self.env.invalidate_all()
        wrong = self.invoiced.filtered(
            lambda order: (
                order.invoice_ids.mapped("state") != ["posted"]
                or order.invoice_status != "invoiced"
            )
        )
        if wrong:
            raise RuntimeError(f"Not invoiced as they should be: {wrong}")

    def _deliver(self, count):
        """Record the deliveries; not part of what is measured."""
        shipments, self.left = self.left[:count], self.left[count:]
        shipments._tell(
            "delivered",
            channel="odoo",
            occurred_at=fields.Datetime.now() - timedelta(minutes=1),
            key="bench",
        )
        self.env.cr.commit()
        orders = shipments.sale_order_ids
        if len(orders) != count:
            raise RuntimeError("There are not enough deliveries left")
        self.invoiced |= orders
        return orders

    def _take_all(self, orders):
        """Take what is due for some orders as the job does, until nothing is."""
        Effect = self.env["logistics.effect"]
        domain = [*Effect._ready_domain(), ("order_id", "in", orders.ids)]
        while steps := Effect.search(domain, limit=50, order="id"):
            steps.try_lock_for_update()._take()
            self.env.cr.commit()
            self.env.invalidate_all()

    def _timed(self, deed):
        self.env.invalidate_all()
        began = time.perf_counter()
        deed()
        return time.perf_counter() - began


if __name__ == "__main__":
    main(*sys.argv[1:])
