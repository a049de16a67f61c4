"""Coming and going on 100,000 order lines against the same on a small company."""

import time

import stage
from load import inside

from suite import addons, database
from suite.progress import say

ADDON = "logistics_invoice_release"
SMALL = 20
# Each order sold one by one has five lines, and is copied this many times.
SOLD, COPIES = 203, 100
HELD = 1000


def measure(here):
    """Return how many times longer installing takes on a large database.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    worlds = {}
    for label, orders, copies in (("small", SMALL, 0), ("large", SOLD, COPIES)):
        name = worlds[label] = here.name(f"install_{label}")
        database.from_template(name)
        inside.call("load.history", name, "make", orders, copies)
        say(f"   {label}: {_lines(name)} order lines")
    runs, parts = {deed: [] for deed in _DEEDS}, {deed: [] for deed in _DEEDS}
    for number in range(here.rounds(1)):
        seconds = {}
        for label, source in worlds.items():
            name = here.copy_of(source, f"install_{label}_{number}")
            seconds[label] = _come_and_go(name)
            here.drop(name)
        for deed in _DEEDS:
            runs[deed].append(seconds["large"][deed] / seconds["small"][deed])
            parts[deed].append(
                f"{deed}: {seconds['large'][deed]:.1f} s on {SOLD * COPIES // 1000}k "
                f"orders, {seconds['small'][deed]:.1f} s on {SMALL}"
            )
            say(f"   {parts[deed][-1]}")
    return [
        stage.Figure(
            deed, 3, "lower", runs[deed], note=parts[deed][-1], parts=parts[deed]
        )
        for deed in _DEEDS
    ]


def _come_and_go(name):
    """Return the seconds that each step takes on a database."""
    return {
        "install": _timed(lambda: addons.install(name, [ADDON], tests=False)),
        "upgrade": _timed(
            lambda: addons.install(name, [ADDON], tests=False, update="all")
        ),
        "uninstall": _uninstalled(name),
    }


def _uninstalled(name):
    """Hold orders, and return how long it takes to give them free and to go."""
    inside.call("load.history", name, "hold", HELD)
    return _timed(lambda: inside.call("load.history", name, "uninstall", ADDON))


def _timed(deed):
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def _lines(name):
    with database.cursor(name) as cr:
        cr.execute("SELECT count(*) FROM sale_order_line")
        return cr.fetchone()[0]


_DEEDS = ("install", "upgrade", "uninstall")
