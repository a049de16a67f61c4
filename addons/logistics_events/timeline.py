"""How each tracking event stands, for people who read the history of a shipment.

The judgement is that of `fold.py`, told event by event: what counts, what was replaced
by a newer version or withdrawn, and what a person has to decide.
"""

from types import MappingProxyType

from .resolve import resolve
from .vocabulary import EVENT_TYPES

# What a person reads beside an event that does not simply count.
STANDINGS = MappingProxyType(
    {
        "counts": "Counts",
        "replaced": "Replaced",
        "withdrawn": "Withdrawn",
        "conflict": "Disputed",
        "contradiction": "Contradicts",
        "ignored": "Out of Place",
    }
)
# Nothing follows from these; they are shown struck through.
CROSSED_OUT = frozenset({"replaced", "withdrawn", "ignored"})
# Fields of a shipment, each of which says that it needs a person.
TROUBLE_FIELDS = (
    "has_problem",
    "is_damaged",
    "is_lost",
    "is_customs_hold",
    "is_void_label_used",
    "money_hold",
)


def standings(facts, folded):
    """Return how each fact stands, by its `ref`.

    :param Iterable[facts.Fact] facts: All facts of a shipment.
    :param facts.Folded folded: What `fold.fold` made of them.
    :return: Keys of `STANDINGS`.
    :rtype: dict
    """
    facts = list(facts)
    resolved = resolve(facts)
    odd = {
        problem.ref: "contradiction" if problem.kind == "contradiction" else "ignored"
        for problem in folded.problems
        if problem.kind not in ("conflict", "retraction_without_target")
    }
    result = {}
    for fact in facts:
        if fact.key in resolved.retracted:
            word = "withdrawn"
        elif fact.key in resolved.conflicts:
            newest = {row.ref for row in resolved.conflicts[fact.key]}
            word = "conflict" if fact.ref in newest else "replaced"
        elif fact.ref == resolved.standing[fact.key].ref:
            word = odd.get(fact.ref, "counts")
        else:
            word = "replaced"
        result[fact.ref] = word
    return result


def withdrawals(key, facts):
    """Return the keys of the live withdrawals of one event.

    :param str key: The event.
    :param Iterable[facts.Fact] facts: All facts of the shipment.
    :rtype: list[str]
    """
    resolved = resolve(facts)
    return sorted(
        name
        for name, fact in resolved.standing.items()
        if fact.classifier == "retracted"
        and fact.voids == key
        and name not in resolved.retracted
    )


def phase(state, troubled=False):
    """Return the column of the board a shipment stands in.

    :param str | None state: A state of the vocabulary.
    :param bool troubled: Whether something about it needs a person.
    :rtype: str
    """
    if state in ("delivered", "return_received"):
        return "problem" if troubled else "delivered"
    if state == "shipment_cancelled":
        return "cancelled"
    if state in ("returning_to_sender", "returned_to_sender"):
        return "back"
    if troubled or state in ("refused", "delivery_failed", "lost"):
        return "problem"
    if state == "partly_delivered":
        return "near"
    rank = EVENT_TYPES[state].rank if state else 0
    return "ready" if rank < 30 else "moving" if rank < 70 else "near"
