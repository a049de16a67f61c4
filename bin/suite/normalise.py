"""Prints the canonical events of one raw payload, without a database."""

import argparse
import importlib
import json
import sys
from pathlib import Path

from suite import database, paths

# Exit statuses. 2 belongs to a carrier's error answer, so wrong usage has another one.
UNREADABLE = 1
CARRIER_ANSWER = 2
USAGE = 64
NO_FILE = 66

BASE = "logistics_carrier_base"
PREFIX = "logistics_carrier_"


class Parser(argparse.ArgumentParser):
    """An argument parser that keeps exit status 2 free."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def adapters():
    """Find the mappers: adapter code → module.

    :rtype: dict[str, str]
    """
    found = {
        path.stem: f"odoo.addons.{BASE}.mappers.{path.stem}"
        for path in sorted((paths.ADDONS / BASE / "mappers").glob("[!_]*.py"))
    }
    for path in sorted(paths.ADDONS.glob(f"{PREFIX}*/mapper.py")):
        code = path.parent.name.removeprefix(PREFIX)
        found[code] = f"odoo.addons.{path.parent.name}.mapper"
    return found


def main(arguments):
    """Print the events of the payload as JSON lines.

    :return: The exit status.
    :rtype: int
    """
    known = adapters()
    parser = Parser(
        prog="bin/normalise",
        description="Print the canonical events of one raw payload as JSON lines.",
        epilog="Exit status: 0 read; 1 unreadable; 2 an error answer of the carrier.",
    )
    parser.add_argument("adapter", metavar="ADAPTER", help=", ".join(known) or "none")
    parser.add_argument(
        "file", metavar="FILE", help="the payload; - reads it from stdin"
    )
    parser.add_argument(
        "--extras",
        action="store_true",
        help="print references, lines and the carrier as well",
    )
    options = parser.parse_args(arguments)
    if options.adapter not in known:
        parser.error(f"no adapter {options.adapter!r}; known: {', '.join(known)}")
    try:
        if options.file == "-":
            body = sys.stdin.buffer.read()
        else:
            body = Path(options.file).read_bytes()
    except OSError as error:
        print(f"{options.file}: {error.strerror}", file=sys.stderr)
        return NO_FILE
    return _print_events(known[options.adapter], body, options.extras)


def _print_events(module, body, extras):
    database.import_addons()
    shape = importlib.import_module(f"odoo.addons.{BASE}.carrier_event")
    names = shape.ATTRIBUTES + (shape.EXTRAS if extras else ())
    exceptions = importlib.import_module(f"odoo.addons.{BASE}.exceptions")
    mapper = importlib.import_module(module)
    try:
        events = mapper.parse(body)
    except exceptions.CarrierAnswer as answer:
        # A partial answer still carries events.
        _print(answer.events, names)
        print(f"{answer.kind}\t{answer.code}\t{answer.text}", file=sys.stderr)
        return CARRIER_ANSWER
    except exceptions.UnreadableMessage as error:
        print(f"{error.category}\t{error.reason}", file=sys.stderr)
        return UNREADABLE
    _print(events, names)
    return 0


def _print(events, names):
    for event in events:
        values = event.as_dict()
        kept = {name: values[name] for name in names if name in values}
        print(json.dumps(kept, ensure_ascii=False))
