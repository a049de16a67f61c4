"""What a customer may be told about a shipment, and in which words.

Pure, without a database. An event type that has no word here never reaches a customer,
whatever is configured: charges, handling, claims, codes nobody knows.
"""

from collections import namedtuple
from datetime import timedelta
from types import MappingProxyType

from odoo.tools import LazyTranslate

from .vocabulary import EVENT_TYPES

_lt = LazyTranslate(__name__)

# Before anything that may be told has happened.
PREPARING = _lt("Being Prepared")
PARTLY_DELIVERED = _lt("Partly Delivered")
# The customer's word for each event type that may be told at all.
WORDS = MappingProxyType(
    {
        "shipment_booked": PREPARING,
        "shipment_created": PREPARING,
        "instruction_changed": _lt("Delivery Instructions Changed"),
        "eta_updated": _lt("Expected Date"),
        "dispatched": _lt("Shipped"),
        "picked_up": _lt("Handed to the Carrier"),
        "departed_facility": _lt("On the Way"),
        "arrived_facility": _lt("On the Way"),
        "in_transit": _lt("On the Way"),
        "out_for_delivery": _lt("Out for Delivery"),
        "available_for_pickup": _lt("Ready for Pickup"),
        "delivery_attempt_failed": _lt("Delivery Attempted"),
        "refused": _lt("Delivery Not Accepted"),
        "delivery_failed": _lt("Could Not Be Delivered"),
        "delayed": _lt("Delayed"),
        "on_hold": _lt("Waiting at the Carrier"),
        "exception": _lt("Problem with the Delivery"),
        "damaged": _lt("Damaged on the Way"),
        "lost": _lt("Being Searched For"),
        "delivered": _lt("Delivered"),
        "pod_available": _lt("Proof of Delivery"),
        "return_created": _lt("Return Announced"),
        "returning_to_sender": _lt("Coming Back to Us"),
        "returned_to_sender": _lt("Back with Us"),
        "return_received": _lt("Return Received"),
        "customs_in_progress": _lt("In Customs"),
        "customs_hold": _lt("Waiting in Customs"),
        "customs_released": _lt("Cleared by Customs"),
    }
)
# Unless a company or a customer is set up otherwise.
DEFAULT = frozenset(code for code in WORDS if EVENT_TYPES[code].customer_visible)
# Flags a customer may see beside the status, by the field of the shipment.
NOTICES = MappingProxyType(
    {
        "is_delayed": "delayed",
        "is_on_hold": "on_hold",
        "is_customs_hold": "customs_hold",
        "has_problem": "exception",
        "is_damaged": "damaged",
        "is_lost": "lost",
    }
)
# The Bootstrap colour of a word: the page source names no code.
_TONES = {
    "delivered": "success",
    "return_received": "success",
    "out_for_delivery": "primary",
    "available_for_pickup": "primary",
}

# What customers can be mailed about, in the order of the way.
MILESTONES = ("dispatched", "out_for_delivery", "problem", "delivered")
# Older news than that is no news: nobody is told today that it came on Monday.
MAX_AGE = MappingProxyType(
    {
        "dispatched": timedelta(days=7),
        "out_for_delivery": timedelta(hours=18),
        "problem": timedelta(days=3),
        "delivered": timedelta(days=7),
    }
)
_PROBLEM_STATES = frozenset(
    {
        "delivery_attempt_failed",
        "refused",
        "delivery_failed",
        "lost",
        "returning_to_sender",
    }
)
_PROBLEM_FLAGS = frozenset({"damaged", "exception", "lost", "customs_hold"})

Happened = namedtuple("Happened", "at ref")


def shown(state, reached, allowed):
    """Return the event type whose word stands for a state.

    What must not be told is told as the furthest thing before it that may be.

    :param str | None state: A state of the vocabulary.
    :param Iterable[str] reached: Codes of the milestones that were reached.
    :param Container[str] allowed: Codes that may be told.
    :return: A key of `WORDS`, `partly_delivered`, or "" for being prepared.
    :rtype: str
    """
    if not state:
        return ""
    if state == "partly_delivered":
        if "delivered" in allowed:
            return state
        rank = EVENT_TYPES["delivered"].rank - 1
    else:
        if state in allowed and state in WORDS:
            return state
        rank = EVENT_TYPES[state].rank
    before = {code for code in reached if code in WORDS}
    if rank >= EVENT_TYPES["in_transit"].rank:
        # Nothing gets that far without having been on its way.
        before.add("in_transit")
    known = [
        (EVENT_TYPES[code].rank, code)
        for code in before
        if code in allowed
        and EVENT_TYPES[code].rank is not None
        and EVENT_TYPES[code].rank <= rank
    ]
    return max(known)[1] if known else ""


def tone(code):
    """Return the Bootstrap colour in which a word is shown.

    :param str code: An answer of `shown()`, or a value of `NOTICES`.
    :rtype: str
    """
    if code in _TONES:
        return _TONES[code]
    kind = EVENT_TYPES.get(code)
    if kind is not None and (kind.category == "exception" or kind.flag):
        return "warning"
    return (
        "secondary" if not code or (kind and kind.rank and kind.rank < 30) else "info"
    )


def happened(leg):
    """Return which of the `MILESTONES` a leg has reached, as the facts stand.

    A problem counts only while it lasts, a delivery only while nobody disputes it.

    :param facts.Leg leg: What is known of the leg.
    :return: By milestone, when it was (naive UTC, None when nobody said) and the
        `ref` of the fact that shows it.
    :rtype: dict[str, Happened]
    """
    found = {}
    left = [
        leg.milestones[code]
        for code in ("dispatched", "picked_up")
        if code in leg.milestones
    ]
    if left:
        first = min(left, key=lambda milestone: (not milestone.at, milestone.at or 0))
        found["dispatched"] = Happened(first.at, first.ref)
    out = leg.milestones.get("out_for_delivery")
    if out:
        found["out_for_delivery"] = Happened(out.at, out.ref)
    if leg.state == "delivered":
        if not leg.money_hold:
            arrived = leg.milestones.get("delivered")
            ref = arrived.ref if arrived else leg.evidence
            found["delivered"] = Happened(leg.delivered_at, ref)
    elif trouble := _trouble(leg):
        found["problem"] = trouble
    return found


def newest(found):
    """Return the milestone that happened last, "" when there is none.

    :param dict[str, Happened] found: An answer of `happened()`.
    :rtype: str
    """
    dated = [
        (event.at, MILESTONES.index(name), name)
        for name, event in found.items()
        if event.at
    ]
    return max(dated)[2] if dated else ""


def stale(name, found, now):
    """Return why nobody is told of a milestone any more.

    :param str name: A key of `found`.
    :param dict[str, Happened] found: An answer of `happened()`.
    :param datetime now: Naive UTC.
    :return: `overtaken` by newer news, too `late`, or "".
    :rtype: str
    """
    if name != newest(found):
        return "overtaken"
    return "late" if found[name].at < now - MAX_AGE[name] else ""


def _trouble(leg):
    """Return the problem that was reported last and is not over, if there is one."""
    reports = []
    for parcel in leg.parcels.values():
        if parcel.state in _PROBLEM_STATES:
            reports.append(Happened(parcel.decided_at, parcel.evidence))
        reports += [
            Happened(overlay.start, overlay.ref)
            for overlay in parcel.overlays
            if overlay.flag in _PROBLEM_FLAGS and not overlay.end
        ]
    dated = [report for report in reports if report.at]
    return max(dated, key=lambda report: report.at) if dated else None
