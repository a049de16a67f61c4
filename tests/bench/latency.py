"""From the POST of a message to the state of its shipment, on a server at rest."""

import time

import messages
import stage
from load import client, traffic

from suite.progress import say

SAMPLES = 40
# Longer than the drain stays awake after its last message, in seconds.
PAUSE = 1.0


def measure(here):
    """Return the latency that 95 of 100 messages keep to, in seconds.

    :param stage.Stage here: The databases.
    :rtype: list[stage.Figure]
    """
    world = here.world()
    name = here.copy("latency")
    bodies = messages.bodies(world)
    runs, parts = [], []
    with stage.serving(name, workers=2, cron_threads=1) as running:
        _samples(running, world, bodies, 5)  # Workers load: not counted.
        for _number in range(here.rounds(3)):
            took = sorted(_samples(running, world, bodies, SAMPLES))
            runs.append(took[round(len(took) * 0.95) - 1])
            parts.append(
                f"median {took[len(took) // 2] * 1000:.0f} ms, 95 of 100 within "
                f"{runs[-1] * 1000:.0f} ms, all within {took[-1] * 1000:.0f} ms"
            )
            say(f"   {parts[-1]}")
    here.drop(name)
    note = "seconds, not a ratio"
    return [stage.Figure("latency_p95_s", 1, "lower", runs, note, parts)]


def _samples(running, world, bodies, count):
    return [_sample(running, world, *next(bodies)) for _number in range(count)]


def _sample(running, world, identifier, body):
    """Return the seconds from sending a message to the new state of its shipment."""
    time.sleep(PAUSE)
    request = traffic.signed_request(
        world["path"], body, identifier, world["secret"], time.time()
    )
    query = f"""
        SELECT EXISTS (
            SELECT FROM logistics_message m
              JOIN logistics_sighting g ON g.message_id = m.id
              JOIN logistics_event_link l ON l.event_id = g.event_id AND l.is_current
              JOIN logistics_shipment s ON s.id = l.shipment_id
             WHERE m.message_key = '{identifier}' AND m.state = 'done'
               AND s.picked_up_at IS NOT NULL)
    """
    began = time.monotonic()
    if client.post(running.port, request) != 202:
        raise RuntimeError("The message was not accepted")
    messages.wait(running.database, query, timeout=30)
    return time.monotonic() - began
