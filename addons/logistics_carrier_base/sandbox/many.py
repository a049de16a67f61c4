"""Runs the stand-ins of several carriers in one process: for training and benchmarks.

`python addons/logistics_carrier_base/sandbox --many ups fedex` says on its first line,
as JSON, where each of them is and what it accepts; it ends when it is told to. With
`--tell` it only says what they accept.
"""

import argparse
import importlib
import json
import signal
import sys
import threading

from .carrier_stand_in import CarrierStandIn


def stand_in_of(code):
    """Return the class of a carrier's stand-in.

    :param str code: The code of the adapter.
    """
    name = f"odoo.addons.logistics_carrier_{code}.tests.standin"
    module = importlib.import_module(name)
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, CarrierStandIn)
        and value.__module__ == name
        and value.api
    ]
    if len(found) != 1:
        raise LookupError(f"{name} has {len(found)} stand-ins")
    return found[0]


def main(arguments):
    """Start the stand-ins that are asked for, and say where they are.

    :param list[str] arguments: The codes; `--slow SECONDS` lets each call take longer,
        `--ports PORT,PORT…` says where they listen.
    """
    parser = argparse.ArgumentParser(prog="sandbox --many")
    parser.add_argument("codes", nargs="+")
    parser.add_argument("--slow", type=float, default=0.0)
    parser.add_argument("--ports", default="")
    parser.add_argument("--tell", action="store_true")
    options = parser.parse_args(arguments)
    if options.tell:
        _say({code: _told(stand_in_of(code)) for code in options.codes})
        return
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_args: ended.set())
    ports = [int(port) for port in options.ports.split(",") if port]
    servers = {}
    for code, port in zip(
        options.codes, ports or [0] * len(options.codes), strict=True
    ):
        server = stand_in_of(code)(port=port)
        if options.slow:
            server.fail_next(times=10**9, slow=options.slow)
        servers[code] = server.start()
    _say(
        {
            code: _told(server) | {"address": server.address}
            for code, server in servers.items()
        }
    )
    ended.wait()
    for server in servers.values():
        server.stop()


def _told(stand_in):
    return {"prefix": stand_in.prefix, "credentials": stand_in.credentials}


def _say(document):
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()
