"""Whether the story ended as it must: pure, from what the database holds."""

from datetime import datetime

from . import (
    plot,
    plot_carriers,
    plot_freight,
    plot_returns,
    verdict_freight,
    verdict_returns,
)

FEWEST_ORDERS = 14
ORDERS = (*plot.ORDERS, *plot_returns.ORDERS)
SCENES = plot.SCENES | plot_carriers.SCENES | plot_returns.SCENES | plot_freight.SCENES
_PAID = ("paid", "in_payment")
_RETURNED = ("expect", "inspect", "damaged", "credit", "refund")


def missing(report, found, mails):
    """List what is missing.

    :param dict report: What `play` returned.
    :param dict found: What `facts.read` returned.
    :param list[dict] mails: What is in the mailbox.
    :return: One sentence each; none when the story is complete.
    :rtype: list[str]
    """
    return [
        *_scenes(report),
        *_shape(found),
        *(line for plan in ORDERS for line in _order(plan, found)),
        *_doubles(found),
        *_traces(found),
        *_partners(report, found),
        *_connected(found["connected"]),
        *_special(report, found, mails),
        *verdict_returns.missing(found),
        *verdict_freight.missing(found["freight"]),
    ]


def untaxed(plan):
    """Return what the customer pays at the end before tax, by the price list.

    :param plot.Plan plan: The order.
    :rtype: float
    """
    return sum(quantity * price(key) for key, quantity in plan.expected.items())


def price(key):
    """Return the list price of something that is sold."""
    if key == "delivery":
        return plot.DELIVERY_PRICE
    kit, _name, kit_price, _parts = plot.KIT
    return kit_price if key == kit else plot.GOODS[key][1]


def net(documents):
    """Return what documents come to before tax: invoices less credit notes.

    :param list[dict] documents: Documents as `facts.read` returns them.
    :rtype: float
    """
    return sum(
        document["untaxed"] * (-1 if document["type"] == "out_refund" else 1)
        for document in documents
        if document["state"] == "posted"
    )


# === EVERY ORDER === #


def _scenes(report):
    played = {scene["key"]: scene for scene in report["scenes"]}
    for key, title in SCENES.items():
        if key not in played:
            yield f"“{title}” was not played."
        elif played[key]["problem"]:
            yield f"“{title}” stopped: {played[key]['problem']}"


def _shape(found):
    orders = found["orders"].values()
    if len(orders) < FEWEST_ORDERS:
        yield f"There are {len(orders)} orders, not {FEWEST_ORDERS}."
    if len({order["currency"] for order in orders}) < 2:
        yield "All orders are in one currency."


def _order(plan, found):
    order = found["orders"].get(plan.key)
    if not order:
        yield f"The order “{plan.key}” does not exist."
        return
    name = f"{order['name']} ({plan.key})"
    if order["state"] != "sale":
        yield f"{name} is not confirmed."
    invoiced = _invoiced(order, found["goods"])
    if invoiced != _named(plan.expected):
        yield f"{name} is invoiced for {invoiced or 'nothing'}, not {plan.expected}."
    documents = sorted(
        (document["type"], document["state"])
        for document in order["documents"]
        if document["state"] != "cancel"
    )
    if documents != sorted(plan.documents):
        yield f"{name} has the documents {documents}, not {sorted(plan.documents)}."
    if abs(net(order["documents"]) - untaxed(plan)) > 0.005:
        yield f"{name} comes to {net(order['documents'])}, not {untaxed(plan)}."
    if order["held"] != plan.held:
        yield f"{name} is {'' if order['held'] else 'not '}held at the end."
    currency = plot.COMPANIES[plan.company][1]
    if any(document["currency"] != currency for document in order["documents"]):
        yield f"{name} is invoiced in another currency than {currency}."
    yield from _caps(name, order)


def _caps(name, order):
    """Invoiced ≤ released ≤ delivered, line by line; a fee is no goods."""
    for line in order["lines"]:
        if line["is_delivery"]:
            continue
        if not line["invoiced"] <= line["released"] <= line["delivered"]:
            yield (
                f"{name}: invoiced {line['invoiced']:g}, released "
                f"{line['released']:g}, delivered {line['delivered']:g}."
            )


def _invoiced(order, goods):
    sums = {}
    for line in order["lines"]:
        name = goods[str(line["product"])]
        sums[name] = sums.get(name, 0) + line["invoiced"]
    return {name: quantity for name, quantity in sums.items() if quantity}


def _named(quantities):
    names = {key: name for key, (name, _price) in plot.GOODS.items()}
    names |= {plot.KIT[0]: plot.KIT[1], "delivery": "Delivery"}
    return {names[key]: quantity for key, quantity in quantities.items()}


# === THE WHOLE === #


def _doubles(found):
    for what, count in found["doubles"].items():
        if count:
            yield f"There are {count} {what}."


def _traces(found):
    for key, order in found["orders"].items():
        for effect in order["effects"]:
            step = f"{order['name']} ({key}): action {effect['action']}"
            if effect["state"] not in ("done", "superseded", "compensated"):
                yield f"{step} is {effect['state']}."
            elif (
                effect["state"] == "done"
                and not effect["because"]
                # What follows from a return is about what people found.
                and not (key in plot_returns.BY_KEY and effect["action"] in _RETURNED)
            ):
                yield f"{step} names no event as its reason."
    for row in found["messages"]:
        if row["state"] == "new":
            yield f"{row['count']} messages of {row['partner']} are not read."
    for row in found["exceptions"]:
        if row["category"] == "action_failed" and row["state"] == "open":
            yield f"An action failed: {row['summary']}"


def _partners(report, found):
    heard = {row["partner"] for row in found["messages"] if row["state"] == "done"}
    for name in ("Northwind Parcel", "Baltic Freight", "EasyPost", "Rhein Fulfilment"):
        if name not in heard:
            yield f"Nothing of {name} was understood."
    refused = sum(r["count"] for r in found["messages"] if r["state"] == "rejected")
    if refused != 3:
        yield f"{refused} refused messages are on record, not 3."
    if report["answers"].get("401") != refused:
        yield f"{report['answers'].get('401', 0)} messages were answered 401."
    if not any(r["category"] == "syntax" for r in found["messages"]):
        yield "The malformed message is not on record as unreadable."
    if not report["answers"].get("200"):
        yield "No repeated message was answered 200."
    if found["sightings"] <= found["events"]:
        yield "No fact was told twice."
    if not found["twins"]:
        yield "No genuine message has the identifier of a forged one."


def _connected(verdicts):
    for code, name in plot_carriers.BESIDE.items():
        if verdicts.get(code) != "works":
            yield f"{name} was not called with its key: {verdicts.get(code)}."


# === WHAT EACH SCENE IS ABOUT === #


def _special(report, found, mails):
    orders = found["orders"]
    checks = (
        (_sent(orders["dap"], mails), "The invoice of “dap” did not arrive by mail."),
        (
            any(d["payment_state"] in _PAID for d in orders["web"]["documents"]),
            "The web order's invoice is not reconciled with the payment.",
        ),
        (
            _because(orders["web"], "release") == {"dispatched"},
            "The web order was not released by its dispatch.",
        ),
        (
            _because(orders["exw"], "release") == {"picked_up"},
            "The ex works order was not released by the pickup.",
        ),
        (
            _shipments(orders["shared_1"]) & _shipments(orders["shared_2"]),
            "The two orders do not share a shipment.",
        ),
        (
            len(_shipments(orders["backorder"])) == 2,
            "The backorder has no shipment of its own.",
        ),
        (
            _done(orders["out_of_order"], "release") == 1
            and _done(orders["out_of_order"], "invoice") == 1,
            "The scrambled order was not released and invoiced exactly once.",
        ),
        (
            any(s["told"] > s["events"] for s in orders["out_of_order"]["shipments"]),
            "The scrambled order shows no duplicate.",
        ),
        (
            {row["kind"] for row in orders["unknown_code"]["told"] if row["code"]}
            >= {"unmapped", "delivered"},
            "The unknown code was not kept and read again with its meaning.",
        ),
        (
            _channels(orders["carrier_down"], "delivered") == {"poll"},
            "The silent carrier's delivery did not come by the poll alone.",
        ),
        (
            _channels(orders["easypost"], "delivered") == {"webhook", "poll"},
            "EasyPost's delivery was not both pushed and polled.",
        ),
        (
            _money_after_poll(orders["easypost"]),
            "EasyPost's order was released before the poll confirmed it.",
        ),
        (
            _channels(orders["own_truck"], "delivered") == {"manual"}
            and _people(orders["own_truck"]) == {plot.WAREHOUSE[1]},
            "The truck's delivery was not recorded by the warehouse.",
        ),
        (
            _approved_by(orders["withdrawn_posted"]) == {plot.FINANCE[1]},
            "The credit was not approved by finance.",
        ),
        (
            all(
                any(row["classifier"] == "retracted" for row in orders[key]["told"])
                for key in ("withdrawn_draft", "withdrawn_posted")
            ),
            "A delivery was not withdrawn.",
        ),
        (
            all(report["held"].get(plan.key) for plan in plot.ORDERS if plan.held),
            "A held order does not say why.",
        ),
    )
    return [sentence for is_so, sentence in checks if not is_so]


def _sent(order, mails):
    address = plot.CUSTOMERS["hansen"][2]
    names = [d["name"] for d in order["documents"] if d["state"] == "posted"]
    return any(
        address in mail["to"] and name in mail["subject"]
        for mail in mails
        for name in names
    )


def _because(order, action):
    return {
        effect["because"]
        for effect in order["effects"]
        if effect["action"] == action and effect["state"] == "done"
    }


def _done(order, action):
    return sum(
        effect["action"] == action and effect["state"] == "done"
        for effect in order["effects"]
    )


def _shipments(order):
    return {shipment["name"] for shipment in order["shipments"]}


def _channels(order, kind):
    return {row["channel"] for row in order["told"] if row["kind"] == kind}


def _people(order):
    return {row["person"] for row in order["told"] if row["channel"] == "manual"}


def _money_after_poll(order):
    polled = [row["received_at"] for row in order["told"] if row["channel"] == "poll"]
    released = [e["done_at"] for e in order["effects"] if e["action"] == "release"]
    if not polled or not released:
        return False
    first = min(map(datetime.fromisoformat, polled)).replace(microsecond=0)
    return first <= min(map(datetime.fromisoformat, released))


def _approved_by(order):
    return {
        login
        for approval in order["approvals"]
        if approval["state"] == "approved" and approval["action"] == "credit"
        for login in approval["people"]
    }
