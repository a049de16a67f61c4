"""The report for the reader: what was told, what came of it, in names and money."""

import textwrap

from . import plot, plot_freight, plot_returns, text_freight, text_returns, verdict

WIDTH = 100
_KINDS = {"out_invoice": "invoice", "out_refund": "credit note"}


def render(report):
    """Return the report as text.

    :param dict report: What `play` returned.
    :rtype: str
    """
    blocks = [_scene(report, scene) for scene in report["scenes"]]
    return "\n".join(
        [
            "",
            *blocks,
            "Held at the end",
            *_held(report),
            "",
            "Partners",
            *_partners(report),
            "",
            "Freight",
            *_pairs(text_freight.books(report["facts"]["freight"])),
            "",
            "Returns",
            *_pairs(text_returns.totals(report["facts"]["returns"])),
            "",
            "Totals",
            *_totals(report),
            "",
        ]
    )


def _scene(report, scene):
    title = f"{scene['title']} ({scene['seconds']:.1f} s)"
    lines = [title]
    for plan in verdict.ORDERS:
        if plan.scene == scene["key"]:
            lines += _order(plan, report["facts"]["orders"][plan.key])
    if scene["key"] in plot_freight.FREIGHT:
        lines += _pairs(text_freight.scene(scene["key"], report["facts"]["freight"]))
    if scene["key"] in plot_returns.ENDINGS:
        lines += _pairs(text_returns.scene(scene["key"], report["facts"]["returns"]))
    lines += _wrapped("told", "; ".join(scene["told"]))
    if scene["mail"]:
        lines += _wrapped("mail", f"{scene['mail']['subject']} → {scene['mail']['to']}")
    if scene["problem"]:
        lines += _wrapped("STOPPED", scene["problem"])
    return "\n".join([*lines, ""])


def _order(plan, order):
    company = plot.COMPANIES[plan.company][0]
    customer = plot.CUSTOMERS[plan.customer][0]
    lines = _wrapped("order", f"{order['name']}, {company} to {customer}")
    for shipment in order["shipments"]:
        state = (shipment["state"] or "new").replace("_", " ")
        told = (
            f", told {shipment['told']} times"
            if shipment["told"] > shipment["events"]
            else ""
        )
        lines += _wrapped(
            "shipment",
            f"{shipment['name']}: {state}, {shipment['events']} events{told}",
        )
    for line in order["lines"]:
        if not line["is_delivery"]:
            lines += _wrapped(
                "goods",
                f"delivered {line['delivered']:g} of {line['ordered']:g}, released "
                f"{line['released']:g}, invoiced {line['invoiced']:g}",
            )
    documents = [one for one in order["documents"] if one["state"] != "cancel"]
    lines += [
        row for document in documents for row in _wrapped("result", _text(document))
    ]
    return lines if documents else [*lines, *_wrapped("result", "no document")]


def _text(document):
    text = (
        f"{document['state']} {_KINDS[document['type']]} {document['name'] or ''} "
        f"{document['untaxed']:.2f} {document['currency']} before tax"
    )
    if document["type"] == "out_invoice" and document["payment_state"] != "not_paid":
        text += f", {document['payment_state'].replace('_', ' ')}"
    return text.replace("  ", " ")


def _held(report):
    orders = report["facts"]["orders"]
    lines = []
    for key, reason in report["held"].items():
        order = orders[key]
        value = f"{order['held_amount'] or 0:.2f} {order['currency']}"
        lines += _wrapped(order["name"], f"{value}: {reason}")
    return lines or ["  nothing"]


def _partners(report):
    facts = report["facts"]
    lines = []
    for row in facts["messages"]:
        what = {"done": "understood", "rejected": "refused", "dead": "unreadable"}.get(
            row["state"], "not read yet"
        )
        why = f" ({row['category']})" if row["category"] else ""
        lines += _wrapped(
            row["partner"], f"{row['count']} by {row['channel']} {what}{why}", 18
        )
    answers = ", ".join(
        f"{count} times {status}" for status, count in report["answers"].items()
    )
    lines += _wrapped("answered", answers, 18)
    again = facts["sightings"] - facts["events"]
    known = report["answers"].get("200", 0)
    return [
        *lines,
        *_wrapped("facts", f"{facts['events']}", 18),
        *_wrapped(
            "duplicates",
            f"{again} facts told once more, {known} messages known already",
            18,
        ),
    ]


def _totals(report):
    orders = report["facts"]["orders"]
    lines = []
    for currency in sorted({order["currency"] for order in orders.values()}):
        own = [order for order in orders.values() if order["currency"] == currency]
        lines += _wrapped(
            currency,
            f"{len(own)} orders: goods for {_value(own, 'ordered'):.2f} sold, "
            f"{_value(own, 'delivered'):.2f} delivered, "
            f"{_value(own, 'released'):.2f} released, "
            f"{sum(order['held_amount'] or 0 for order in own):.2f} held; "
            f"{sum(verdict.net(order['documents']) for order in own):.2f} invoiced "
            "with fees, less credits",
        )
    documents = [d for order in orders.values() for d in order["documents"]]
    for kind, name in _KINDS.items():
        posted = sum(d["type"] == kind and d["state"] == "posted" for d in documents)
        lines += _wrapped("posted", f"{posted} {name}s")
    doubles = sum(_doubles(report).values())
    lines += _wrapped("double", f"{doubles} double postings, by {_queries(report)}")
    lines += _wrapped("time", f"{report['seconds']:.0f} s")
    return lines


def _value(orders, what):
    """Return what goods are worth before tax: sold, delivered or released."""
    return sum(
        line[what] * line["price"]
        for order in orders
        for line in order["lines"]
        if not line["is_delivery"]
    )


def _queries(report):
    return f"{len(_doubles(report))} queries over the whole database"


def _doubles(report):
    facts = report["facts"]
    return facts["doubles"] | facts["freight"]["doubles"] | facts["returns"]["doubles"]


def _pairs(pairs):
    return [line for label, content in pairs for line in _wrapped(label, content)]


def _wrapped(label, content, width=10):
    head = f"  {label:<{width}} "
    return textwrap.wrap(
        content or "-",
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
    )
