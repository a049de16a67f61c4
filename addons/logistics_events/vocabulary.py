"""The words every addon of the suite shares: event types and closed lists.

Pure data, without a database. Codes are the contract (stored, sent, mapped to); they
may be retired and are never renamed. Labels are what a user reads.
"""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta, timezone
from functools import lru_cache
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class EventType:
    """One of the things that can be said about a shipment.

    :param str code: The stored name.
    :param int number: The place in the published list.
    :param str category: A key of `CATEGORIES`.
    :param str label: The name on screens.
    :param int | None rank: How far along the way it is; None never changes a state.
    :param bool milestone: Whether its first occurrence is kept as a milestone.
    :param str terminal: "" (the journey goes on), "soft" (a later scan reopens it) or
        "final".
    :param bool customer_visible: Whether the customer sees it unless configured.
    :param str flag: The flag it raises until something clears it, or "".
    :param tuple[str, ...] legs: The legs on which it has a meaning.
    """

    code: str
    number: int
    category: str
    label: str
    rank: int | None = None
    milestone: bool = False
    terminal: str = ""
    customer_visible: bool = False
    flag: str = ""
    legs: tuple[str, ...] = ("outbound", "return")

    @property
    def band(self):
        """Return how states of this kind compete: "A", "B", "C", or "" for never.

        :rtype: str
        """
        if self.rank is None:
            return ""
        return "A" if self.rank < 50 else "B" if self.rank < 90 else "C"


# Number, code, label, rank, and letters: m milestone, c customer sees it by default,
# s soft end, f final, o raises a flag of its own name, r only on a return leg.
_ROWS = {
    "shipment": (
        (1, "shipment_booked", "Shipment Booked", 10, "m"),
        (2, "shipment_created", "Label Created", 20, "mc"),
        (3, "shipment_cancelled", "Shipment Cancelled", 95, "mf"),
        (4, "instruction_changed", "Instruction Changed", None, "c"),
        (5, "eta_updated", "Expected Date Changed", None, "c"),
    ),
    "transit": (
        (6, "dispatched", "Dispatched", 30, "mc"),
        (7, "picked_up", "Picked Up", 40, "mc"),
        (8, "departed_facility", "Departed Facility", 50, ""),
        (9, "arrived_facility", "Arrived at Facility", 50, ""),
        (10, "in_transit", "In Transit", 50, "c"),
        (11, "out_for_delivery", "Out for Delivery", 70, "mc"),
    ),
    "delivery": (
        (12, "available_for_pickup", "Available for Pickup", 75, "mc"),
        (21, "delivered", "Delivered", 90, "mcf"),
        (22, "delivery_discrepancy", "Delivery Discrepancy", None, ""),
    ),
    "exception": (
        (13, "delivery_attempt_failed", "Delivery Attempt Failed", 72, "c"),
        (14, "refused", "Refused", 78, "m"),
        (15, "delivery_failed", "Delivery Failed", 80, "ms"),
        (16, "delayed", "Delayed", None, "co"),
        (17, "on_hold", "On Hold", None, "co"),
        (18, "exception", "Problem Reported", None, "o"),
        (19, "damaged", "Damaged", None, "o"),
        (20, "lost", "Lost", 85, "mso"),
    ),
    "document": (
        (23, "pod_available", "Proof of Delivery Available", None, "c"),
        (37, "document_available", "Document Available", None, ""),
    ),
    "return": (
        (24, "return_created", "Return Created", 20, "mcr"),
        (25, "returning_to_sender", "Returning to Sender", 92, "mc"),
        (26, "returned_to_sender", "Returned to Sender", 97, "mf"),
        (27, "return_received", "Return Received", 90, "mcfr"),
    ),
    "customs": (
        (28, "customs_in_progress", "Customs in Progress", 55, "c"),
        (29, "customs_hold", "Held by Customs", 55, "co"),
        (30, "customs_released", "Released by Customs", 56, "c"),
    ),
    "finance": (
        (31, "charge_estimated", "Charge Estimated", None, ""),
        (32, "charge_confirmed", "Charge Confirmed", None, ""),
        (33, "charge_adjusted", "Charge Adjusted", None, ""),
        (34, "carrier_invoice_received", "Carrier Invoice Received", None, ""),
        (35, "cod_collected", "Cash on Delivery Collected", None, ""),
        (36, "claim_updated", "Claim Updated", None, ""),
    ),
    "fleet": ((38, "stop_visit", "Vehicle Stop", None, ""),),
    "handling": ((39, "handled", "Handled", None, ""),),
    "other": ((40, "unmapped", "Unknown Code", None, ""),),
}


def _event_types():
    event_types = [
        EventType(
            code=code,
            number=number,
            category=category,
            label=label,
            rank=rank,
            milestone="m" in letters,
            terminal="final" if "f" in letters else "soft" if "s" in letters else "",
            customer_visible="c" in letters,
            flag=code if "o" in letters else "",
            legs=("return",) if "r" in letters else ("outbound", "return"),
        )
        for category, rows in _ROWS.items()
        for number, code, label, rank, letters in rows
    ]
    event_types.sort(key=lambda event_type: event_type.number)
    return {event_type.code: event_type for event_type in event_types}


def _labels(text):
    pairs = (line.split(maxsplit=1) for line in text.strip().splitlines())
    return MappingProxyType(dict(pairs))


EVENT_TYPES = MappingProxyType(_event_types())

CATEGORIES = _labels(
    """
    shipment   Shipment
    transit    Transit
    delivery   Delivery
    exception  Exception
    document   Document
    return     Return
    customs    Customs
    finance    Finance
    fleet      Fleet
    handling   Handling
    other      Other
    """
)

CLASSIFIERS = _labels(
    """
    actual     Actual
    estimated  Estimated
    planned    Planned
    retracted  Withdrawn
    """
)

PRECISIONS = _labels(
    """
    instant  Exact Time
    local    Local Time
    date     Date Only
    none     No Time
    """
)

ZONE_SOURCES = _labels(
    """
    given    Given by the Source
    derived  From the Place
    assumed  Assumed from the Company
    none     None
    """
)

LEGS = MappingProxyType({"outbound": "Outbound", "return": "Return"})

REASONS = _labels(
    """
    address                Address
    attempt_failed         Attempt Failed
    recipient_unavailable  Recipient Unavailable
    consignee              Requested by Recipient
    business_closed        Business Closed
    refused                Refused
    customs                Customs
    documents              Documents Missing
    payment                Payment Due
    appointment            Appointment
    schedule_change        Schedule Change
    instructions           Instructions
    missort                Sorted Wrongly
    carrier_delay          Carrier Delay
    capacity               No Capacity
    mechanical             Vehicle Breakdown
    weather                Weather
    accident               Accident
    strike                 Strike
    shipper                Caused by Shipper
    holiday                Holiday
    damage                 Damage
    loss                   Loss
    theft                  Theft
    shortage               Shortage
    split                  Split Shipment
    storage                Storage
    pickup_failed          Pickup Failed
    discrepancy            Discrepancy
    return                 Return
    other                  Other
    """
)

DELIVERY_MODES = _labels(
    """
    person        To the Recipient
    reception     Reception Desk
    neighbour     Neighbour
    safe_place    Safe Place
    mailbox       Mailbox
    locker        Locker
    pickup_point  Pickup Point
    agent         Agent
    warehouse     Warehouse
    """
)

FLAGS = _labels(
    """
    delayed          Delayed
    on_hold          On Hold
    exception        Problem Reported
    damaged          Damaged
    customs_hold     Held by Customs
    lost             Lost
    contradiction    Contradiction
    conflict         Conflict
    void_label_used  Cancelled Label Used
    """
)

# What a parcel or a shipment can be, for a selection field; the last is only computed.
STATES = [
    *(
        (event_type.code, event_type.label)
        for event_type in EVENT_TYPES.values()
        if event_type.rank is not None
    ),
    ("partly_delivered", "Partly Delivered"),
]

# The journey is over; only what the table of final states names reopens it.
FINAL_STATES = frozenset(
    event_type.code
    for event_type in EVENT_TYPES.values()
    if event_type.terminal == "final"
)

# Goods going from one place to another, as opposed to waiting, papers or problems.
MOVEMENT = frozenset(
    {"departed_facility", "arrived_facility", "in_transit", "out_for_delivery"}
)

# How well a fact is vouched for, the weakest word first.
TRUST = _labels(
    """
    signed_untimed  Signed without Time
    person          Recorded by a Person
    polled          Fetched from the Carrier
    signed          Signed
    """
)

# The same as numbers that can be compared; nobody vouches for level 0.
TRUST_LEVELS = MappingProxyType({code: level for level, code in enumerate(TRUST, 1)})


@lru_cache(maxsize=4096)
def normalise_tracking(text):
    """Return the one spelling under which a tracking number is stored and matched.

    Composed characters, capitals, nothing invisible. Letters of other scripts that
    merely look Latin stay what they are: two numbers never become one by guessing.

    :param str | None text: The number as somebody wrote it.
    :rtype: str
    """
    composed = unicodedata.normalize("NFC", (text or "")).upper()
    visible = "".join(
        char
        for char in composed
        if not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf")
    )
    return unicodedata.normalize("NFC", visible)


def to_local(moment, offset):
    """Return an instant as the people at the place read it from their clock.

    :param datetime moment: Naive UTC.
    :param int | None offset: Minutes east of UTC; without one the answer is in UTC.
    :return: An aware datetime.
    :rtype: datetime
    """
    clock = timezone(timedelta(minutes=offset or 0))
    return moment.replace(tzinfo=timezone.utc).astimezone(clock)
