"""Connects one partner of each kind; its stand-in says what it accepts."""

import json
import subprocess
import sys

from odoo.fields import Command

from suite import environment, paths

from . import plot_carriers

_LAUNCHER = paths.ADDONS / "logistics_carrier_base" / "sandbox"


def connect(env, company, ports):
    """Connect the partners, each with a carrier of its own.

    They are asked about no number of the story: none goes with them.

    :param res.company company: Who has the accounts.
    :param dict ports: Where the stand-ins will listen, by code.
    :return: The ids of the connections, by code.
    :rtype: dict[str, int]
    """
    connections = {}
    for code, told in _accepted().items():
        name = plot_carriers.BESIDE[code]
        carrier = env["logistics.carrier"].create({"name": name})
        connection = env["logistics.connection"].create(
            {
                "name": f"{name}, Test Account",
                "adapter": code,
                "environment": "test",
                "company_id": company.id,
                "carrier_ids": [Command.set(carrier.ids)],
                "base_url": f"http://127.0.0.1:{ports[code]}{told['prefix']}",
            }
        )
        _paste(connection, told["credentials"])
        if "webhook" in connection._able():
            scheme = connection._adapter()._signature_scheme(connection)
            env["logistics.connection.secret"].create(
                {"connection_id": connection.id, "value": scheme.new_secret()}
            )
        connections[code] = connection.id
    return connections


def _paste(connection, credentials):
    for name, value in credentials.items():
        if name == "api_key":
            connection.credential = value
        for row in connection.credential_ids:
            if row.name == name:
                row.value = value


def _accepted():
    """Ask the stand-ins what they accept, without starting them.

    :return: By code: the beginning of its paths, and its credentials.
    :rtype: dict
    """
    done = subprocess.run(
        [sys.executable, _LAUNCHER, "--many", "--tell", *plot_carriers.BESIDE],
        capture_output=True,
        text=True,
        check=True,
        env=environment.environment(),
    )
    return json.loads(done.stdout)
