"""A stream of messages over all parcels of a world, chosen by a seed."""

from typing import NamedTuple

from load import traffic

# Which share of the parcels gets how far; the rest is delivered.
STUCK = 0.08
MISSED_FIRST = 0.15
ATTEMPT = ("delivery_attempt_failed", "NH", "Nobody at home")


class Message(NamedTuple):
    """One message of the partner: its identifier and its bytes."""

    id: str
    body: bytes


class Stream:
    """All that the partner says, in the order in which it happened.

    :param random.Random rng: Chooses what happens to which parcel.
    :param dict world: What `load.world` printed.
    :param int wanted: About how many messages there should be.
    """

    def __init__(self, rng, world, wanted):
        numbers = [
            number for shipment in world["shipments"] for number in shipment["numbers"]
        ]
        self.events = []
        for index, number in enumerate(numbers):
            for scan in self._journey(rng, number, index):
                self.events.append(Message(scan["id"], traffic.body(scan)))
        # More scans on the way where more messages are wanted.
        for extra in range(wanted - len(self.events)):
            index = rng.randrange(len(numbers))
            scan = traffic.scan(
                numbers[index],
                traffic.begin(index) + traffic.STEP * rng.uniform(0.1, 2.9),
                "arrived_facility",
                f"AR{extra}",
                "Sorted on the way",
                place=extra,
            )
            self.events.append(Message(scan["id"], traffic.body(scan)))

    def _journey(self, rng, number, index):
        begin = traffic.begin(index)
        scans = traffic.way(number, begin)
        fate = rng.random()
        if fate < STUCK:
            return scans[: rng.randrange(1, len(scans))]
        if fate < STUCK + MISSED_FIRST:
            at = begin + traffic.STEP * 3.5
            scans.insert(-1, traffic.scan(number, at, *ATTEMPT, place=7))
        return scans

    def in_order(self):
        """Return the messages as they happened."""
        return list(self.events)
