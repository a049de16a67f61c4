"""Malformed messages of many kinds, each with the category it must be parked under."""

import json
from typing import NamedTuple


class Malformed(NamedTuple):
    """A message that is signed and cannot be read."""

    id: str
    body: bytes
    category: str


def _text(event, **changes):
    return json.dumps(event | changes).encode()


def _data(event, **changes):
    return json.dumps(event | {"data": event["data"] | changes}).encode()


def _without(event, name):
    return json.dumps(
        {key: value for key, value in event.items() if key != name}
    ).encode()


# How a good message is spoilt, and what it is parked under.
KINDS = (
    (lambda event: json.dumps(event).encode()[:-20], "syntax"),
    (lambda event: b"", "syntax"),
    (lambda event: b"not json at all", "syntax"),
    (lambda event: json.dumps(event).encode() + b"\x00", "encoding"),
    (lambda event: b"\xff\xfe" + json.dumps(event).encode("utf-16-le"), "encoding"),
    (lambda event: json.dumps(event).encode("utf-8") + b"\xc3", "encoding"),
    (lambda event: _without(event, "data"), "schema"),
    (lambda event: _without(event, "id"), "schema"),
    (lambda event: _without(event, "source"), "schema"),
    (lambda event: _text(event, data=[]), "schema"),
    (lambda event: _text(event, type="something.else"), "unsupported"),
    (lambda event: _data(event, event_type=7), "schema"),
    (lambda event: _data(event, location="Hamburg"), "schema"),
    (lambda event: b'"just a text"', "schema"),
)


def messages(rng, stream, count):
    """Return malformed messages, every kind in turn.

    :param random.Random rng: Chooses the messages that are spoilt.
    :param Stream stream: Where the good ones come from.
    :rtype: list[Malformed]
    """
    made = []
    for number in range(count):
        spoil, category = KINDS[number % len(KINDS)]
        event = json.loads(rng.choice(stream.events).body)
        made.append(Malformed(f"bad-{number:05d}", spoil(event), category))
    return made
