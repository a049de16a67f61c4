"""Returns that ended well, made from the plot alone, for the tests to spoil."""

from . import plot, plot_returns, verdict

_PLACES = {
    "restock": ("Stock", "internal"),
    "refurbish": (plot_returns.PLACES[1], "internal"),
    "scrap": (plot_returns.PLACES[2], "inventory"),
    "send_back": ("Customers", "customer"),
}


def good():
    """Return what `facts_returns.collect` returns when nothing is missing.

    :rtype: dict
    """
    about = {
        key: _about(place, key, ending)
        for place, (key, ending) in enumerate(plot_returns.ENDINGS.items(), 1)
    }
    return {
        "about": about,
        "refunds": [
            _refund(note)
            for key, ending in plot_returns.ENDINGS.items()
            for note in about[key]["notes"]
            if ending.paid == "refund" and note["type"] == "out_refund"
        ],
        "modes": [
            {"company": company, "action": action, "mode": "on"}
            for company, *_rest in plot.COMPANIES.values()
            for action in ("expect", "inspect", "damaged", "refund")
        ],
        "waiting": 0.0,
        "doubles": {"credit notes refunded twice": 0},
    }


def _about(place, key, ending):
    plan = plot_returns.BY_KEY[key]
    one = {
        "id": place,
        "name": f"RET/2026/{place:05d}",
        "kind": ending.kind,
        "origin": ending.origin,
        "state": ending.state,
        "problems": None,
        "reason": None,
        "photos": int(ending.kind == "damaged"),
        "claims": int(ending.claimed),
        "found": dict(ending.found),
        "moved": [
            {
                "disposition": disposition,
                "place": _PLACES[disposition][0],
                "usage": _PLACES[disposition][1],
                "quantity": float(quantity),
            }
            for disposition, quantity in ending.found.items()
        ],
        "chain": _chain(place, ending),
    }
    return {
        "returns": [one],
        "notes": notes(place, plan),
        "customer": float(ending.customer),
    }


def _chain(place, ending):
    if not ending.chain:
        return []
    return [
        {
            "name": f"SHP/8{place:05d}",
            "state": "returned",
            "kind": ending.chain,
            "outbound": f"SHP/{place:06d}",
            "numbers": [f"SBX{place}R"],
        }
    ]


def notes(place, plan):
    """Return the invoice of everything that was sold, and what is credited of it.

    :param int place: Tells the numbers of one order from those of another.
    :param plot.Plan plan: The order.
    :rtype: list[dict]
    """
    ending = plot_returns.ENDINGS[plan.key]
    if not ending.paid:
        return []
    left = verdict.untaxed(plan)
    sold = verdict.untaxed(
        plan._replace(invoiced=plan.lines | ({"delivery": 1} if plan.fee else {}))
    )
    rate = plot_returns.SALES_TAX[plan.company] / 100
    net = sold - left
    total = net * (1 + rate)
    is_refunded = ending.paid == "refund"
    whole = sold + (sold - (plot.DELIVERY_PRICE if plan.fee else 0)) * rate
    invoice = {
        "id": place * 10,
        "name": f"INV/2026/{place:05d}",
        "type": "out_invoice",
        "payment_state": "paid" if is_refunded else "partial",
        "untaxed": sold,
        "tax": whole - sold,
        "total": whole,
        "residual": 0.0 if is_refunded else whole - total,
        "reverses": None,
    }
    note = {
        "id": place * 10 + 1,
        "name": f"RINV/2026/{place:05d}",
        "type": "out_refund",
        "payment_state": "paid",
        "untaxed": net,
        "tax": total - net,
        "total": total,
        "residual": 0.0,
        "reverses": invoice["name"],
    }
    common = {"state": "posted", "currency": plot.COMPANIES[plan.company][1]}
    return [invoice | common, note | common]


def _refund(note):
    return {
        "note": note["id"],
        "amount": note["total"],
        "state": "done",
        "settled": True,
        "provider": "demo",
        "payment": "S00019",
        "transaction": "done",
        "transferred": -note["total"],
    }
