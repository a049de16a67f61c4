"""The program behind `bin/chaos`: random order, repeats, rubbish, killed workers.

The same stream is sent twice: once in order to a quiet server, once in random order
with everything that goes wrong in production. Nothing that was acknowledged may be
lost, and the books must be the same in the end.
"""

import random
import threading
import time

import books
import rubbish
from load import inside
from load.sender import Sender
from load.stream import Stream

from suite import database, postgres, server
from suite.progress import say

NAME = "logistics_chaos"
ORDERED = "logistics_chaos_ordered"
SHIPMENTS = 2000
MESSAGES = 10_000
REPEATED = 0.2
MALFORMED = 0.05
KILLS = 15
SPLIT = 10
SENDERS = 4
DRAIN_SECONDS = 600


def main(options):
    """Run both streams and compare.

    :return: 0 when nothing is lost, doubled or different, else 1.
    :rtype: int
    """
    began = time.monotonic()
    print(f"seed {options.seed}, scale {options.scale:g}", flush=True)
    shipments = max(int(SHIPMENTS * options.scale), 20)
    world = inside.prepared(NAME, shipments, "--release", "--split", SPLIT)
    database.copy(NAME, ORDERED)
    # A crash right after a copy takes the copy's sequences back: PostgreSQL has not
    # written ahead of them yet. That is not what is tested here.
    postgres.restart("fast")
    stream = Stream(random.Random(options.seed), world, int(MESSAGES * options.scale))
    try:
        with say_step("in order"):
            in_order = _calm(world, stream)
        with say_step("in random order, with everything that goes wrong"):
            outcome, chaos = _chaos(world, stream, options)
        faults = books.compare(in_order, outcome)
        faults += _losses(chaos, outcome)
    finally:
        if not options.keep:
            database.drop(NAME)
            database.drop(ORDERED)
    _report(chaos, outcome, faults, time.monotonic() - began)
    return 1 if faults else 0


class say_step:
    """Says what begins and how long it took."""

    def __init__(self, text):
        self.text = text

    def __enter__(self):
        say(f"== {self.text} ...")
        self.began = time.monotonic()

    def __exit__(self, *_error):
        say(f"   done in {time.monotonic() - self.began:.1f} s")


def _calm(world, stream):
    """Send the stream in order, once each, and return the books."""
    with server.start(ORDERED, workers=2, cron_threads=2) as odoo:
        sender = Sender(odoo.port, world, stream.in_order())
        sender.run(SENDERS)
        _wait_drained(ORDERED)
    return books.read(ORDERED)


class Chaos:
    """What was done to the server, and what the senders were told."""

    def __init__(self):
        self.kills = []
        self.restarts = 0
        self.sender = None
        self.malformed = {}
        self.sent = 0


def _chaos(world, stream, options):
    """Send the stream with everything that goes wrong, and return the books."""
    rng = random.Random(options.seed + 1)
    chaos = Chaos()
    events = stream.in_order()
    events += rng.sample(events, int(len(events) * REPEATED))
    malformed = rubbish.messages(rng, stream, int(len(stream.events) * MALFORMED))
    chaos.malformed = {message.id: message.category for message in malformed}
    messages = events + malformed
    rng.shuffle(messages)
    chaos.sent = len(messages)
    kills = max(int(KILLS * options.scale), 3)
    restarts = 2 if options.scale >= 0.5 else 1
    with server.start(
        NAME, workers=options.workers, cron_threads=2, supervised=True
    ) as odoo:
        chaos.sender = Sender(odoo.port, world, messages)
        villain = threading.Thread(
            target=_break_things, args=(odoo, chaos, rng, kills, restarts)
        )
        villain.start()
        chaos.sender.run(SENDERS)
        villain.join()
        odoo.wait_healthy()
        _wait_drained(NAME)
    return books.read(NAME), chaos


def _break_things(odoo, chaos, rng, kills, restarts):
    """Kill workers and the database at random moments while messages come in."""
    deeds = ["kill"] * kills + ["restart"] * restarts
    rng.shuffle(deeds)
    for number, deed in enumerate(deeds, 1):
        share = (number - rng.random()) / len(deeds)
        while chaos.sender.progress() < share:
            time.sleep(0.02)
        if deed == "restart":
            postgres.restart("immediate")
            chaos.restarts += 1
            continue
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            kind = rng.choice(("http", "cron"))
            workers = odoo.workers(kind)
            if workers and odoo.kill_worker(rng.choice(workers)):
                chaos.kills.append(kind)
                break
            time.sleep(0.05)


def _wait_drained(name):
    """Wait until no message and no due action is left.

    A killed cron worker is missed only after a minute: wake the others meanwhile.
    """
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        left = books.pending(name)
        if not left:
            return
        with database.cursor() as cr:
            cr.execute("SELECT pg_notify('cron_trigger', %s)", [name])
        time.sleep(0.5)
    raise TimeoutError(f"{left} messages and actions are left on {name}")


def _losses(chaos, outcome):
    """Return what was acknowledged and is not there, or is there and was not meant."""
    faults = []
    lost = chaos.sender.acknowledged - set(outcome["messages"])
    if lost:
        faults.append(f"{len(lost)} acknowledged messages are lost, as {min(lost)}")
    for message_id, category in chaos.malformed.items():
        state, kept = outcome["messages"].get(message_id, ("missing", None))
        if (state, kept) != ("dead", category):
            faults.append(
                f"malformed {message_id} is {state} as {kept}, expected {category}"
            )
    faults += [f"the server answered {status}" for status in chaos.sender.surprises]
    if chaos.sender.unsent:
        faults.append(f"{chaos.sender.unsent} messages never got an answer")
    return faults


def _report(chaos, outcome, faults, seconds):
    print(
        f"{chaos.sent} messages sent ({len(chaos.malformed)} malformed), "
        f"{chaos.sender.tries - chaos.sent} sent again, "
        f"{len(chaos.sender.acknowledged)} acknowledged; "
        f"{len(chaos.kills)} workers killed ({chaos.kills.count('http')} http, "
        f"{chaos.kills.count('cron')} cron), {chaos.restarts} database restarts; "
        f"{len(outcome['orders'])} orders, {outcome['invoices']} invoices, "
        f"{outcome['effects']} actions; {seconds:.0f} s"
    )
    for fault in faults[:30]:
        print(f"FAULT: {fault}")
    print("chaos: FAILED" if faults else "chaos: nothing lost, doubled or different")
