"""What the report says of returns: goods, who agreed, credit notes, refunds."""

from . import plot_returns
from .verdict_freight import cents


def scene(key, returns):
    """Return what came of a scene about a return.

    :param str key: The key of the scene.
    :param dict returns: What `facts_returns.collect` returned.
    :return: Label and text each.
    :rtype: Iterator[tuple[str, str]]
    """
    about = returns["about"].get(key)
    if not about:
        return
    for one in about["returns"]:
        yield "return", f"{one['name']}: {one['state']}, {_origin(one)}"
        for row in one["chain"]:
            numbers = ", ".join(row["numbers"]) or "no number"
            yield (
                "back in",
                f"{row['name']} ({numbers}), what {row['outbound']} brought",
            )
        found = ", ".join(
            f"{quantity:g} {name.replace('_', ' ')}"
            for name, quantity in one["found"].items()
        )
        yield "found", f"{found or 'nothing'}; the customer has {about['customer']:g}"
        evidence = [
            f"{one[name]} {name if one[name] > 1 else name[:-1]}"
            for name in ("photos", "claims")
            if one[name]
        ]
        if evidence:
            yield "evidence", ", ".join(evidence)
    for note in about["notes"]:
        if note["type"] == "out_refund":
            yield "credit", _note(note, returns["refunds"])
    if not any(note["type"] == "out_refund" for note in about["notes"]):
        yield "credit", "nothing to credit"


def totals(returns):
    """Return what came of all returns.

    :param dict returns: What `facts_returns.collect` returned.
    :return: Label and text each.
    :rtype: Iterator[tuple[str, str]]
    """
    about = returns["about"].values()
    states = [one["state"] for each in about for one in each["returns"]]
    counted = ", ".join(
        f"{states.count(state)} {state}" for state in dict.fromkeys(states)
    )
    yield "returns", f"{len(states)}: {counted or 'none'}"
    done = [row for row in returns["refunds"] if row["state"] == "done"]
    yield "refunds", f"{len(done)} of {len(returns['refunds'])} made"


def _origin(one):
    words = {
        "portal": "announced on the portal",
        "scan": "begun by a scan",
        "transfer": "begun with a transfer",
    }
    kind = plot_returns.KINDS[one["kind"]]
    return f"{kind}, {words.get(one['origin'], one['origin'])}"


def _note(note, refunds):
    text = f"{note['name']} {cents(note['total'])} {note['currency']} with tax"
    own = [row for row in refunds if row["note"] == note["id"]]
    if cents(note["residual"]):
        text += f", {cents(note['residual'])} of it open"
    elif not own:
        return f"{text}, set off against {note['reverses']}"
    if not own:
        return text
    paid = "; ".join(
        f"{cents(row['amount'])} {row['state']} through {row['payment'] or 'finance'}"
        for row in own
    )
    return f"{text}, refund {paid}"
