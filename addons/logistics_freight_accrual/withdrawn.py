"""Bills that were taken back before they were posted: nothing of them is known then."""

_ABOUT_BILL = ("match", "payment", "unpaid", "dispute", "credit")
_ABOUT_DISPUTE = ("concede", "short_paid", "credit")


def standing(facts):
    """Leave out what is said about bills that were taken back, and about disputes of
    theirs.

    :param Iterable[ChargeFact] facts: All that was ever said of a charge.
    :return: What counts, in the same order.
    :rtype: list[ChargeFact]
    """
    facts = list(facts)
    bills = {fact.target for fact in facts if fact.kind == "withdraw"}
    if not bills:
        return facts
    disputes = {
        fact.ref for fact in facts if fact.kind == "dispute" and fact.target in bills
    }
    return [fact for fact in facts if not _is_gone(fact, bills, disputes)]


def _is_gone(fact, bills, disputes):
    return (
        fact.kind == "withdraw"
        or (fact.kind == "bill" and fact.ref in bills)
        or (fact.kind in _ABOUT_BILL and fact.target in bills)
        or (fact.kind in _ABOUT_DISPUTE and fact.target in disputes)
    )
