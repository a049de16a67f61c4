"""The stream of messages of a run: what happens to every parcel, and what is broken.

Everything that is chosen is chosen by the seed. Each story ends in a way that does not
depend on the order in which its messages arrive: what is contested on the way is cured
by a later message, and what is withdrawn for good belongs to orders that get drafts.
"""

import base64
import json
import random
from dataclasses import dataclass
from datetime import timedelta

from load import traffic

MESSAGES_PER_SHIPMENT = 5
DUPLICATES = 0.2
MALFORMED = 0.05
FORGED = 20


@dataclass(frozen=True, slots=True)
class Message:
    """One message the partner wants to get rid of.

    :param str key: What the partner calls the message.
    :param bytes body: The bytes.
    :param frozenset answers: The statuses that settle it.
    :param str category: Why it cannot be read, empty for a good one.
    :param bool forged: Whether it is signed with a wrong secret.
    """

    key: str
    body: bytes
    answers: frozenset = frozenset({200, 202})
    category: str = ""
    forged: bool = False


class Stream:
    """All messages of a run.

    :param dict world: What `load.world` says.
    :param int seed: What decides.
    """

    def __init__(self, world, seed):
        self.random = random.Random(seed)
        self.world = world
        self.stories = 0
        # In the order in which things happened.
        self.in_order = self._good()
        wanted = round(len(self.in_order) * MALFORMED)
        self.malformed = self._malformed(max(wanted, len(BROKEN)))

    def storm(self):
        """Return everything in random order, duplicates, broken and forged included."""
        good = self.in_order
        again = []
        for number in range(round(len(good) * DUPLICATES)):
            message = self.random.choice(good)
            if number % 2:
                again.append(message)
            else:
                # The same event in a message of its own, as after a lost answer.
                again.append(Message(f"{message.key}-again-{number}", message.body))
        forged = [
            Message(message.key, message.body, frozenset({401}), "signature", True)
            for message in self.random.sample(good, min(FORGED, len(good)))
        ]
        everything = [*good, *again, *self.malformed, *forged]
        self.random.shuffle(everything)
        return everything

    # === GOOD ONES === #

    def _good(self):
        events = []
        for index, shipment in enumerate(self.world["shipments"]):
            events += self._story(index, shipment)
        events.sort(key=lambda event: event["data"]["recorded_at"])
        return [
            Message(f"msg-{number}-{event['id']}"[:200], traffic.body(event))
            for number, event in enumerate(events)
        ]

    def _story(self, index, shipment):
        """Return what happens to one shipment, in as many messages as each has."""
        self.stories += 1
        numbers, begin = shipment["numbers"], traffic.begin(index)
        if len(numbers) > 1:
            events = self._two_parcels(numbers, begin)
        else:
            stories = LASTING if shipment["lasting"] else PASSING
            events = self.random.choice(stories)(self, numbers[0], begin)
        place = 20
        while len(events) < MESSAGES_PER_SHIPMENT:
            at = begin + timedelta(hours=8, minutes=place)
            events.append(
                traffic.scan(
                    numbers[0], at, "in_transit", "TR", "On the road", place=place
                )
            )
            place += 1
        return events

    def _two_parcels(self, numbers, begin):
        """One parcel arrives; the other one does in two of three cases."""
        first, second = numbers
        events = traffic.way(first, begin, (traffic.WAY[0], *traffic.WAY[3:]))
        events.append(traffic.way(second, begin)[0])
        if self.random.random() < 2 / 3:
            events.append(traffic.way(second, begin + timedelta(hours=9))[4])
        return events

    def plain(self, number, begin):
        return traffic.way(number, begin)

    def tried_twice(self, number, begin):
        events = traffic.way(number, begin, (traffic.WAY[0], *traffic.WAY[3:]))
        failed = traffic.scan(
            number,
            begin + timedelta(hours=10),
            "delivery_attempt_failed",
            "AF",
            "Nobody was there",
            place=7,
            reason="recipient_unavailable",
        )
        return [*events, failed]

    def delayed(self, number, begin):
        late = traffic.scan(
            number, begin + timedelta(hours=9), "delayed", "DE", "Weather", place=8
        )
        return [*traffic.way(number, begin)[1:], late]

    def delivered_by_day(self, number, begin):
        events = traffic.way(number, begin)
        events[-1]["data"]["occurred_at"] = events[-1]["data"]["occurred_at"][:10]
        return events

    def unknown_code(self, number, begin):
        odd = traffic.scan(
            number, begin + timedelta(hours=9), "teleported", "TP", "Beamed", place=9
        )
        return [*traffic.way(number, begin)[1:], odd]

    def corrected(self, number, begin):
        """The delivery is written a second time, with another time and a signer."""
        events = traffic.way(number, begin)[1:]
        better = _version(events[-1], hours=2)
        better["data"]["signer"] = "M. Hansen"
        better["data"]["occurred_at"] = _later(events[-1]["data"]["occurred_at"], 1)
        return [*events, better]

    def contested_for_a_while(self, number, begin):
        """Two versions of the delivery disagree until a third one decides."""
        events = traffic.way(number, begin, (traffic.WAY[0], *traffic.WAY[3:]))
        rival = _version(events[-1], hours=0)
        rival["data"]["occurred_at"] = _later(events[-1]["data"]["occurred_at"], 2)
        return [*events, rival, _version(events[-1], hours=3)]

    def withdrawn_and_delivered(self, number, begin):
        """The first delivery was a mistake; the goods arrive a day later."""
        events = traffic.way(number, begin, (traffic.WAY[0], *traffic.WAY[4:]))
        again = traffic.scan(
            number, begin + timedelta(days=2), *traffic.WAY[4], place=11
        )
        return [*events, _withdrawal(events[-1], hours=4), again]

    def lost_and_found(self, number, begin):
        """After the delivery somebody reports a loss, and takes that back."""
        events = traffic.way(number, begin, (traffic.WAY[0], *traffic.WAY[3:]))
        lost = traffic.scan(
            number, begin + timedelta(days=1), "lost", "LO", "Not found", place=12
        )
        return [*events, lost, _withdrawal(lost, hours=5)]

    def sent_back(self, number, begin):
        """Refused at the door and returned: nothing is ever delivered."""
        events = traffic.way(number, begin)[:4]
        for step, kind in enumerate(
            (
                ("refused", "RF", "Refused"),
                ("returning_to_sender", "RS", "On the way back"),
            )
        ):
            at = begin + timedelta(days=1, hours=step)
            events.append(traffic.scan(number, at, *kind, place=13 + step))
        return events[1:]

    def contested_to_the_end(self, number, begin):
        """Two versions of a scan disagree for good; nothing is delivered."""
        events = traffic.way(number, begin)[:4]
        rival = _version(events[-1], hours=0)
        rival["data"]["occurred_at"] = _later(events[-1]["data"]["occurred_at"], 2)
        return [*events, rival]

    def withdrawn(self, number, begin):
        """Delivered, and withdrawn for good."""
        events = traffic.way(number, begin)[1:]
        return [*events, _withdrawal(events[-1], hours=30)]

    # === BROKEN ONES === #

    def _malformed(self, count):
        found = []
        kinds = sorted(BROKEN)
        for number in range(count):
            kind = kinds[number % len(kinds)]
            answers, category, make = BROKEN[kind]
            event = traffic.scan(
                f"XX{number:06d}",
                traffic.begin(number),
                *traffic.WAY[number % 5],
                place=number,
            )
            found.append(
                Message(f"bad-{kind}-{number}", make(event), answers, category)
            )
        return found


def _withdrawal(event, hours):
    data = event["data"]
    return {
        "id": f"{event['id']}-withdrawn",
        "data": {
            **data,
            "classifier": "retracted",
            "voids": event["id"],
            "recorded_at": _later(data["recorded_at"], hours),
        },
    }


def _version(event, hours):
    """Return the same fact as written again so many hours later."""
    data = event["data"]
    later = _later(data["recorded_at"], hours)
    return {"id": event["id"], "data": {**data, "recorded_at": later}}


def _later(text, hours):
    return (traffic.instant(text) + timedelta(hours=hours)).isoformat()


PASSING = (
    *(Stream.plain,) * 6,
    *(Stream.tried_twice,) * 2,
    *(Stream.delayed,) * 2,
    Stream.delivered_by_day,
    Stream.unknown_code,
    Stream.corrected,
    Stream.contested_for_a_while,
    Stream.withdrawn_and_delivered,
    Stream.lost_and_found,
    Stream.sent_back,
    Stream.contested_to_the_end,
)
# Of orders whose invoices stay drafts.
LASTING = (*PASSING, *(Stream.withdrawn,) * 6)

_AT_THE_DOOR = frozenset({400})
_LATER = frozenset({200, 202})


def _plain(event):
    return traffic.body(event)


def _changed(**more):
    """Return a maker of messages whose envelope is changed."""
    return lambda event: json.dumps(json.loads(_plain(event)) | more).encode()


def _data(**more):
    """Return a maker of messages whose data is changed; None removes a field."""

    def make(event):
        data = {**event["data"], **more}
        data = {name: value for name, value in data.items() if value is not None}
        return _plain({**event, "data": data})

    return make


def _replaced(old, new):
    return lambda event: _plain(event).replace(old, new)


# kind → the answers that settle it, the category it is parked under, its maker
BROKEN = {
    "bom": (_AT_THE_DOOR, "encoding", lambda event: b"\xef\xbb\xbf" + _plain(event)),
    "latin-1": (_AT_THE_DOOR, "encoding", _replaced(b'"1.0"', b'"1.\xe4"')),
    "invalid-byte": (_AT_THE_DOOR, "encoding", _replaced(b'"id"', b'"\xff"')),
    "nul": (_AT_THE_DOOR, "encoding", lambda event: _plain(event) + b"\0"),
    "nul-escape": (_AT_THE_DOOR, "encoding", _replaced(b"1.0", b"1.0\\u0000")),
    "surrogate": (_AT_THE_DOOR, "encoding", _replaced(b"1.0", b"\\ud800")),
    "cut": (_AT_THE_DOOR, "syntax", lambda event: _plain(event)[:-9]),
    "empty": (_AT_THE_DOOR, "syntax", lambda event: b""),
    "blank": (_AT_THE_DOOR, "syntax", lambda event: b"  \n"),
    "xml": (_AT_THE_DOOR, "syntax", lambda event: b"<scan><code>DL</code></scan>"),
    "form": (_AT_THE_DOOR, "syntax", lambda event: b"number=1Z&code=DL"),
    "two": (_AT_THE_DOOR, "syntax", lambda event: _plain(event) * 2),
    "comma": (_AT_THE_DOOR, "syntax", _replaced(b"}}", b",}}")),
    "deep": (
        _AT_THE_DOOR,
        "unsupported",
        lambda event: b'{"data":' + b"[" * 70 + b"]" * 70 + b"}",
    ),
    "nan": (_AT_THE_DOOR, "value", _replaced(b'"1.0"', b"NaN")),
    "infinite": (_AT_THE_DOOR, "value", _replaced(b'"1.0"', b"-Infinity")),
    "huge": (_AT_THE_DOOR, "value", _replaced(b'"1.0"', b"1e999")),
    "digits": (_AT_THE_DOOR, "value", _replaced(b'"1.0"', b"1" * 5000)),
    "twice": (_AT_THE_DOOR, "schema", _replaced(b'{"spec', b'{"id": "x", "spec')),
    "version": (_LATER, "unsupported", _changed(specversion="2.0")),
    "type": (_LATER, "unsupported", _changed(type="com.example.other")),
    "base64": (
        _LATER,
        "unsupported",
        _changed(data_base64=base64.b64encode(b"{}").decode()),
    ),
    "text": (_LATER, "schema", lambda event: b'"delivered"'),
    "number": (_LATER, "schema", lambda event: b"42"),
    "no-id": (_LATER, "schema", _changed(id=None)),
    "no-source": (_LATER, "schema", _changed(source=7)),
    "data-list": (_LATER, "schema", _changed(data=[1, 2])),
    "no-type": (_LATER, "schema", _data(event_type=None)),
    "bad-type": (_LATER, "schema", _data(event_type="Delivered!")),
    "no-number": (_LATER, "schema", _data(tracking_number=None)),
    "number-number": (_LATER, "schema", _data(tracking_number=17)),
    "long-number": (_LATER, "schema", _data(tracking_number="X" * 101)),
    "no-time": (_LATER, "schema", _data(occurred_at=None)),
    "time-number": (_LATER, "schema", _data(occurred_at=1766000000)),
    "no-such-day": (_LATER, "value", _data(occurred_at="2026-02-30T10:00:00Z")),
    "no-such-year": (_LATER, "value", _data(occurred_at="0001-01-01T00:00:00Z")),
    "no-such-zone": (_LATER, "value", _data(occurred_at="2026-03-01T10:00:00+99:00")),
    "words": (_LATER, "value", _data(occurred_at="yesterday")),
    "local-recorded": (_LATER, "value", _data(recorded_at="2026-03-01T10:00:00")),
    "classifier": (_LATER, "schema", _data(classifier="maybe")),
    "reason": (_LATER, "schema", _data(reason="bad luck")),
    "unknown-field": (_LATER, "schema", _data(velocity=3)),
    "place": (_LATER, "schema", _data(location={"planet": "Mars"})),
    "country": (_LATER, "schema", _data(location={"country": "Germany"})),
    "currency": (_LATER, "schema", _data(amount="3.10", currency="euro")),
    "amount": (_LATER, "value", _data(amount="1,50", currency="EUR")),
    "lonely-amount": (_LATER, "schema", _data(amount="1.50")),
    "voids": (_LATER, "schema", _data(voids="something")),
    "row": (_LATER, "schema", _data(source_row=-1)),
    "lines": (_LATER, "schema", _data(lines=[{"product": "Pump"}])),
    "negative": (_LATER, "value", _data(lines=[{"product": "P", "quantity": "-1"}])),
    "documents": (_LATER, "schema", _data(documents=[{"url": "https://x.test/a"}])),
    "plain-http": (
        _LATER,
        "schema",
        _data(documents=[{"type": "pod", "url": "http://x.test/a"}]),
    ),
}
