"""The program behind `bin/chaos`: a storm, then a comparison with a run in order."""

import base64
import json
import time

import rest
import storm
import stream
import verdict
from load import cluster, inside

from suite import addons, database, paths, server
from suite.progress import say, step

SHIPMENTS = 2000
KILLS = 15
RESTARTS = 2
SPLIT = 4
DRAFTS = 5
# Immediate restarts of the database take a while: the small run has one.
SMALL = 0.5


def main(options):
    """Run the storm that the options describe.

    :return: 1 when anything differs from the run in order, else 0.
    :rtype: int
    """
    began = time.monotonic()
    print(f"seed {options.seed}, scale {options.scale:g}", flush=True)
    with cluster.own() as template:
        found = _run(options, template)
    for line in found:
        print(f"DIFFERENT: {line}")
    verdict_text = "as in order" if not found else f"{len(found)} differences"
    print(f"{verdict_text}, seed {options.seed}, {time.monotonic() - began:.0f} s")
    return 1 if found else 0


def _run(options, template):
    count = max(round(SHIPMENTS * options.scale), 20)
    with step(f"Preparing {count} shipments"):
        addons.install(template)
        world = inside.call(
            "load.world",
            template,
            *("--shipments", count, "--split", SPLIT, "--drains", 2),
            *("--release", "--drafts", DRAFTS),
        )
    for name in ("storm", "order"):
        database.copy(template, name)
    cluster.settle()
    planned = stream.Stream(world, options.seed)
    storm_run = _storm(options, world, planned)
    with step("The same stream in order"):
        file = paths.LOGS / "chaos-stream.json"
        rows = [base64.b64encode(m.body).decode() for m in planned.in_order]
        file.write_text(json.dumps(rows))
        inside.call("load.inorder", "order", file)
        file.unlink()
    with step("Comparing"):
        found = verdict.differences("storm", "order", storm_run)
    with step("Reading everything again"):
        found += _read_again("order")
    _print(storm_run, planned)
    for title, figure in verdict.figures("storm").items():
        print(f"{title:10} {figure}")
    return found


def _storm(options, world, planned):
    blows = _blows(options, planned.random)
    running = server.start(
        "storm", workers=options.workers, cron_threads=2, supervised=True
    )
    with running:
        sent = storm.Storm(
            running, world, planned.storm(), blows, planned.random.random()
        )
        with step(f"The storm: {sent.total} messages, {len(blows)} blows"):
            began = time.monotonic()
            sent.run()
            sent.seconds = time.monotonic() - began
        with step("Waiting until nothing is left to be done"):
            rest.wait("storm", 600)
    return sent


def _read_again(name):
    """Return what changed when all messages were read again: nothing may.

    :rtype: list[str]
    """
    queries = verdict.STATES | verdict.ROWS
    before = verdict.picture(name, queries)
    told = inside.call("load.again", name)
    print(
        f"{told['done_count']} of {told['message_count']} messages read again, "
        f"{told['action_count']} actions asked for"
    )
    found = verdict.compared(
        before, verdict.picture(name, queries), "before the replay", "after it"
    )
    if told["state"] != "done" or told["done_count"] != told["message_count"]:
        found.append(f"the replay did not come to its end: {told}")
    if told["action_count"] or told["unreadable_count"]:
        found.append(f"the replay asked for something: {told}")
    return found


def _blows(options, chance):
    """Return what goes wrong, in order: restarts are apart from each other."""
    kills = max(round(KILLS * options.scale), 3)
    restarts = RESTARTS if options.scale >= SMALL else 1
    blows = ["kill"] * kills
    for number in range(restarts, 0, -1):
        blows.insert(number * len(blows) // (restarts + 1), "restart")
    return blows


def _print(sent, planned):
    again = sum(sent.attempts.values()) - sent.total
    print(
        f"{sent.total} messages sent ({len(planned.in_order)} different good ones, "
        f"{len(planned.malformed)} malformed of {len(stream.BROKEN)} kinds), "
        f"{again} sent again, {sent.total / sent.seconds:.0f}/s"
    )
    print(
        f"killed {sum(sent.killed.values())} workers ({dict(sent.killed)}), "
        f"{sent.restarts} crashes of the database, "
        f"answers {dict(sorted(sent.attempts.items()))}"
    )


if __name__ == "__main__":
    say("Run bin/chaos.")
