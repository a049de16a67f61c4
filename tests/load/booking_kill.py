"""Workers that die between a partner's answer and their commit.

    python -m load.booking_kill DATABASE KILLS

A sandbox carrier that knows no idempotency key sells a label each time it is asked, and
kills the worker that asked before it hears the answer; every other worker hears it and
dies before it is noted. Afterwards another worker finishes what is left. It prints what
was sold and what is on record, as JSON; `tests/test_booking_kill.py` judges it.
"""

import json
import os
import signal
import sys
from collections import Counter
from datetime import timedelta
from unittest.mock import patch

from odoo import fields, sql_db
from odoo.api import SUPERUSER_ID, Environment
from odoo.fields import Command

from suite import database

database.import_addons()

# Only now: there are no addons before.
# pylint: disable=wrong-import-position
from odoo.addons.logistics_carrier_base.models import (  # noqa: E402
    logistics_booking_turn,
)
from odoo.addons.logistics_carrier_base.sandbox.server import (  # noqa: E402
    SandboxServer,
)


class Carrier(SandboxServer):
    """Sells a label each time it is asked, and counts them."""

    def __init__(self):
        super().__init__(api_key="kill")
        self.sold, self.victim = Counter(), None

    def is_authorised(self, request):
        """Override: anybody may buy."""
        return True

    def _post_shipments(self, request):
        key = request.headers["idempotency-key"]
        with self._lock:
            self.sold[key] += 1
            self.carrier._bookings.pop(key, None)
            answer = super()._post_shipments(request)
            victim, self.victim = self.victim, None
        if victim:
            os.kill(victim, signal.SIGKILL)
        return answer


def main(name, kills):
    """Kill a worker for each label, then let one finish."""
    with Carrier() as carrier:
        with database.odoo_environment(name) as env:
            registry = env.registry
            ids = _asked(env, carrier.url, int(kills)).ids
            env.cr.commit()
        died = sum(
            _work(registry, carrier, [one], "deaf" if index % 2 else "mute")
            for index, one in enumerate(ids)
        )
        _work(registry, carrier, ids)
        early = sum(carrier.sold.values())
        with registry.cursor() as cr:
            rows = Environment(cr, SUPERUSER_ID, {})["logistics.booking"].browse(ids)
            rows.leased_until = fields.Datetime.now() - timedelta(seconds=1)
        _work(registry, carrier, ids)
        with registry.cursor() as cr:
            rows = Environment(cr, SUPERUSER_ID, {})["logistics.booking"].browse(ids)
            outcome = _outcome(rows, carrier) | {"died": died, "early": early}
    sys.stdout.write(json.dumps(outcome))


def _outcome(rows, carrier):
    noted = [number for row in rows for number in row._numbers()]
    return {
        "sold": sorted(carrier.sold.values()),
        "unknown": sorted(set(carrier.sold) - set(rows.mapped("key"))),
        "states": sorted(set(rows.mapped("state"))),
        "lost": sorted(set(carrier.carrier._parcels) - set(noted)),
        "labels": sorted({len(row.label_ids) for row in rows}),
        "on_transfers": sorted(
            {row.numbers == row.picking_id.carrier_tracking_ref for row in rows}
        ),
    }


def _asked(env, url, count):
    """Return so many bookings of transfers that wait for their labels."""
    connection = env["logistics.connection"].create(
        {
            "name": "Sandbox",
            "adapter": "sandbox",
            "environment": "test",
            "base_url": url,
            "rate_per_minute": 100000,
        }
    )
    freight = env["product.product"].create({"name": "Freight", "type": "service"})
    method = env["delivery.carrier"].create(
        {
            "name": "Sandbox",
            "product_id": freight.id,
            "delivery_type": "logistics_connection",
            "logistics_connection_id": connection.id,
        }
    )
    pump = env["product.product"].create(
        {"name": "Pump", "type": "consu", "is_storable": True, "weight": 2.0}
    )
    place = {"street": "Kai 1", "city": "Kiel", "zip": "24103"}
    place["country_id"] = env.ref("base.de").id
    customer = env["res.partner"].create({"name": "Hansen Machines"} | place)
    warehouse = env["stock.warehouse"].search([], limit=1)
    warehouse.partner_id.write(place)
    env["stock.quant"]._update_available_quantity(pump, warehouse.lot_stock_id, count)
    line = {"product_id": pump.id, "product_uom_qty": 1}
    orders = env["sale.order"].create(
        [
            {"partner_id": customer.id, "order_line": [Command.create(dict(line))]}
            for _number in range(count)
        ]
    )
    orders.action_confirm()
    orders.picking_ids.carrier_id = method
    return env["logistics.booking"]._ask(orders.picking_ids)


def _work(registry, carrier, ids, how=""):
    """Run a worker of its own; return whether it was killed.

    :param str how: `deaf` dies before it hears the answer, `mute` before it is noted.
    """
    sql_db.close_all()
    ready, go = os.pipe()
    worker = os.fork()
    if not worker:
        os.read(ready, 1)
        code = 1
        try:
            _turns(registry, ids, how)
            code = 0
        finally:
            os._exit(code)
    carrier.victim = worker if how == "deaf" else None
    os.write(go, b"x")
    _pid, status = os.waitpid(worker, 0)
    os.close(ready)
    os.close(go)
    if not how and status:
        raise RuntimeError("A worker that was to live did not finish")
    return int(os.WIFSIGNALED(status))


def _turns(registry, ids, how):
    hear = logistics_booking_turn._hear

    def die(booking, kind, answer):
        done = hear(booking, kind, answer)
        booking.env.flush_all()
        os.kill(os.getpid(), signal.SIGKILL)
        return done

    with (
        patch.object(logistics_booking_turn, "_hear", die if how == "mute" else hear),
        registry.cursor() as cr,
    ):
        env = Environment(cr, SUPERUSER_ID, {})
        for one in env["logistics.booking"].browse(ids):
            one._take_its_turn()
            cr.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
