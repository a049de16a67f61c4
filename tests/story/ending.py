"""A story that ended well, made from the plot alone, for the tests to spoil."""

import copy

from . import (
    ending_freight,
    ending_returns,
    plot,
    plot_carriers,
    plot_returns,
    verdict,
)

_AT = "2026-11-21T10:00:00"
_LATER = "2026-11-21T10:00:05"
_MESSAGES = (
    ("Northwind Parcel", "webhook", "done", None, 40),
    ("Northwind Parcel", "webhook", "rejected", "signature", 2),
    ("Northwind Parcel", "webhook", "rejected", "stale", 1),
    ("Northwind Parcel", "webhook", "dead", "syntax", 1),
    ("Baltic Freight", "poll", "done", None, 1),
    ("EasyPost", "webhook", "done", None, 1),
    ("Rhein Fulfilment", "webhook", "done", None, 3),
)
_BECAUSE = {"exw": "picked_up", "web": "dispatched"}


def good():
    """Return report, facts and mails of a story with nothing missing.

    :rtype: tuple[dict, dict, list[dict]]
    """
    numbers = {key: place for place, key in enumerate(_names(), 1)}
    orders = {
        plan.key: _order(place, plan, numbers)
        for place, plan in enumerate(verdict.ORDERS, 1)
    }
    found = {
        "orders": orders,
        "goods": {str(numbers[key]): name for key, name in _names().items()},
        "messages": [
            dict(
                zip(
                    ("partner", "channel", "state", "category", "count"),
                    row,
                    strict=True,
                )
            )
            for row in _MESSAGES
        ],
        "exceptions": [],
        "twins": 1,
        "events": 90,
        "sightings": 97,
        "doubles": {"documents posted twice": 0},
        "connected": dict.fromkeys(plot_carriers.BESIDE, "works"),
        "freight": ending_freight.good(),
        "returns": ending_returns.good(),
    }
    report = {
        "db": "demo",
        "url": "http://127.0.0.1:8069",
        "orders": {key: order["id"] for key, order in orders.items()},
        "scenes": [_scene(key, title) for key, title in verdict.SCENES.items()],
        "held": {plan.key: "It is on its way." for plan in plot.ORDERS if plan.held},
        "answers": {"200": 2, "202": 52, "400": 1, "401": 3},
        "facts": copy.deepcopy(found),
        "mails": [],
        "seconds": 61.0,
    }
    (invoice,) = orders["dap"]["documents"]
    mail = {"to": [plot.CUSTOMERS["hansen"][2]], "subject": f"Ref {invoice['name']}"}
    return report, found, [mail]


def _names():
    names = {key: name for key, (name, _price) in plot.GOODS.items()}
    return names | {plot.KIT[0]: plot.KIT[1], "delivery": "Delivery"}


def _order(place, plan, numbers):
    currency = plot.COMPANIES[plan.company][1]
    fee = {"delivery": 1} if plan.fee else {}
    return {
        "id": place,
        "name": f"S{place:05d}",
        "state": "sale",
        "held": plan.held,
        "held_amount": 100.0 if plan.held else 0.0,
        "currency": currency,
        "lines": [
            {
                "product": numbers[key],
                "is_delivery": key == "delivery",
                "price": verdict.price(key),
                "ordered": quantity,
                "delivered": quantity,
                "released": plan.expected.get(key, 0),
                "invoiced": plan.expected.get(key, 0),
            }
            for key, quantity in (plan.lines | fee).items()
        ],
        "documents": _documents(place, plan, currency),
        "shipments": _shipments(place, plan),
        "effects": [
            _effect(action, _BECAUSE.get(plan.key, "delivered"))
            for action in ("release", "invoice")
        ],
        "told": _told(plan),
        "approvals": [
            {"state": "approved", "action": "credit", "people": [*people]}
            for people in _agreed(plan)
        ],
    }


def _agreed(plan):
    """Return who agreed to the credit of an order, if it has one."""
    ending = plot_returns.ENDINGS.get(plan.key)
    return [ending.people] * bool(ending.paid) if ending else [[plot.FINANCE[1]]]


def _documents(place, plan, currency):
    if plan.key in plot_returns.BY_KEY:
        return ending_returns.notes(place, plan)
    amount = verdict.untaxed(plan) or 300.0
    return [
        {
            "id": place * 10 + index,
            "name": f"INV/2026/{place * 10 + index:05d}",
            "type": kind,
            "state": state,
            "payment_state": "paid" if plan.key == "web" else "not_paid",
            "untaxed": amount,
            "total": amount,
            "currency": currency,
        }
        for index, (kind, state) in enumerate(plan.documents)
    ]


def _shipments(place, plan):
    names = [f"SHP/{place:06d}"]
    if plan.shares:
        names = [f"SHP/{plan.shares}"]
    elif plan.key == "backorder":
        names.append(f"SHP/9{place:05d}")
    told = 12 if plan.key == "out_of_order" else 6
    return [
        {"name": name, "state": "delivered", "events": 6, "told": told}
        for name in names
    ]


def _effect(action, because):
    return {
        "action": action,
        "key": "delivery/1",
        "generation": 1,
        "state": "done",
        "because": because,
        "done_at": _LATER,
    }


def _told(plan):
    channels = {
        "carrier_down": ["poll"],
        "easypost": ["webhook", "poll"],
        "own_truck": ["manual"],
    }.get(plan.key, ["webhook"])
    rows = [_fact("delivered", "actual", channel) for channel in channels]
    if plan.key == "unknown_code":
        rows += [_fact("unmapped", "actual", "webhook")]
    if plan.key.startswith("withdrawn"):
        rows += [_fact("delivered", "retracted", "webhook")]
    return rows


def _fact(kind, classifier, channel):
    return {
        "kind": kind,
        "classifier": classifier,
        "channel": channel,
        "code": "" if channel == "manual" else "DLV",
        "received_at": _AT,
        "person": plot.WAREHOUSE[1] if channel == "manual" else None,
    }


def _scene(key, title):
    return {
        "key": key,
        "title": title,
        "told": ["SBX1: DLV (202)"],
        "happened": [],
        "numbers": ["SBX1"],
        "mail": None,
        "problem": "",
        "seconds": 2.0,
    }
