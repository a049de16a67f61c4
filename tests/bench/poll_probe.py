"""How long it takes to ask about many numbers, in seconds.

python -m poll_probe DATABASE STAND_INS NUMBERS
"""

import json
import socket
import sys
import threading
import time
from datetime import datetime, timezone
from unittest.mock import patch

from poll import MANY, SINGLE

from suite import database

FLOOR = 60
NUMBER = {SINGLE: "1ZBENCH{:011d}", MANY: "7490{:08d}"}


def main(name, told, count):
    """Print the seconds of each way to ask."""
    told, count = json.loads(told), int(count)
    with database.odoo_environment(name) as env:
        probe = Probe(env, told, count)
        for code in (SINGLE, MANY):
            probe.connect(code)
        found = {"in_a_row": probe.in_a_row()}
        # The first round opens what stays open.
        probe.ask(SINGLE)
        found["single"] = probe.ask(SINGLE)
        found["many"] = probe.ask(MANY)
        found["beside_dead"] = probe.ask_beside_a_dead_one()
    sys.stdout.write(json.dumps(found))


class Probe:
    """Two connected carriers and the numbers of a prepared company."""

    def __init__(self, env, told, count):
        self.env = env(user=1)
        self.told = told
        self.parcels = self.env["logistics.parcel"].search(
            [("closed_at", "=", False)], limit=count, order="id"
        )
        self.others = self.env["logistics.parcel"].search(
            [("closed_at", "=", False), ("id", "not in", self.parcels.ids)],
            limit=count,
            order="id",
        )
        if len(self.parcels) < count:
            raise RuntimeError(f"only {len(self.parcels)} numbers are prepared")
        self.connections = {}

    def connect(self, code):
        """Connect a carrier with its stand-in."""
        connection = self.env["logistics.connection"].create(
            {
                "name": f"Measured {code}",
                "adapter": code,
                "environment": "test",
                "company_id": self.parcels[:1].company_id.id,
                "base_url": self.told[code]["address"],
                "poll_minutes": 60,
                "rate_per_minute": 1000000,
            }
        )
        for name, value in self.told[code]["credentials"].items():
            if name == "api_key":
                connection.credential = value
            else:
                rows = connection.credential_ids
                rows.filtered(lambda row, name=name: row.name == name).value = value
        self.connections[code] = connection
        self.env.cr.commit()

    def in_a_row(self):
        """Return the seconds of asking for all numbers one by one.

        A part of them is asked, and the rest counted: every call takes the same.
        """
        connection = self.connections[SINGLE]
        ask = connection._adapter()._poller(connection)
        self.env.cr.commit()
        _guarded(ask, NUMBER[SINGLE].format(0))
        began = time.perf_counter()
        for number in range(FLOOR):
            _guarded(ask, NUMBER[SINGLE].format(number))
        return (time.perf_counter() - began) * len(self.parcels) / FLOOR

    def ask(self, code):
        """Return the seconds of the job that asks about all numbers."""
        self._make_due(self.parcels, code)
        return self._run(code)

    def ask_beside_a_dead_one(self):
        """Return the seconds until all is answered while another one is silent."""
        with _Silent() as silent:
            self.connections[MANY].base_url = silent.url
            self._make_due(self.others, MANY)
            self._make_due(self.parcels, SINGLE)
            return self._run(SINGLE)

    def _make_due(self, parcels, code):
        now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
        for place, parcel in enumerate(parcels):
            self.env.cr.execute(
                "UPDATE logistics_parcel SET tracking_number = %s, next_poll_at = %s, "
                "poll_connection_id = %s, poll_urgent = false WHERE id = %s",
                [
                    NUMBER[code].format(place),
                    now,
                    self.connections[code].id,
                    parcel.id,
                ],
            )
        self.env["logistics.connection"].search([]).write(
            {"breaker": False, "call_budget": False, "plan_needed": False}
        )
        self.env.cr.commit()
        self.env.invalidate_all()

    def _run(self, code):
        """Run the job and return the seconds until the answers of a carrier stand."""
        # Found only once Odoo knows where addons are.
        from odoo.addons.logistics_carrier_base.models import logistics_poller

        Connection = type(self.env["logistics.connection"])
        keep, kept = Connection._keep_turn, {}

        def noted(connection, turn, answers):
            keep(connection, turn, answers)
            connection.env.cr.commit()
            silent = [error for _found, error in answers if error]
            kept[connection.adapter] = time.perf_counter(), len(answers), len(silent)

        with (
            patch.object(Connection, "_keep_turn", noted),
            patch.object(logistics_poller, "NUMBERS_PER_TURN", 1000),
        ):
            began = time.perf_counter()
            self.env.ref(
                "logistics_carrier_base.ir_cron_poll_numbers"
            ).method_direct_trigger()
        # The job committed meanwhile: look again.
        self.env.cr.commit()
        self.env.invalidate_all()
        ended, _calls, failed = kept[code]
        unknown = self.env["logistics.connection"].browse(self.connections[code].id)
        if failed and unknown.last_error:
            raise RuntimeError(f"{code} answered with errors: {unknown.last_error}")
        return ended - began


class _Silent:
    """Takes every connection and says nothing."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.taken = []

    def __enter__(self):
        threading.Thread(target=self._take, daemon=True).start()
        return self

    def __exit__(self, *exc_info):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for one in self.taken:
            one.close()

    def _take(self):
        try:
            while True:
                self.taken.append(self.socket.accept()[0])
        except OSError:
            return  # It is over.


def _guarded(ask, number):
    """Ask about a number that the carrier may not know: it was a call all the same."""
    try:
        ask([number])
    except Exception as error:
        if getattr(error, "kind", "") != "not_found":
            raise


if __name__ == "__main__":
    main(*sys.argv[1:])
