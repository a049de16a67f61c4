"""Freight that ended well, made from the plot alone, for the tests to spoil."""

from decimal import Decimal

from . import plot, plot_freight

_EURO = Decimal(str(plot.DOLLARS_PER_EURO))


def good():
    """Return what `facts_freight.collect` returns when nothing is missing.

    :rtype: dict
    """
    about = {key for scene in plot_freight.FREIGHT.values() for key in scene.orders}
    plans = {plan.key: plan for plan in plot.ORDERS}
    bills = plot_freight.BILLS
    return {
        "charges": {key: _charges(plans[key]) for key in about},
        "bills": {
            bill.number: _bill(place, bill) for place, bill in enumerate(bills, 1)
        },
        "disputes": _disputes(),
        "recharges": _recharges(),
        "landed": _landed(),
        "books": [
            {
                "company": name,
                "currency": currency,
                "books": 120.5,
                "charges": 120.5,
                "disputed": 0.0,
                "open": 3,
                "count": 12,
                "proved": 0.0,
                "mode": "on",
            }
            for name, currency, *_rest in plot.COMPANIES.values()
        ],
        "held": 0,
        "doubles": {"charges accrued twice": 0},
    }


def _parts(company, carrier="northwind"):
    base = plot_freight.AGREED.get((company, carrier))
    if base is None:
        return {"base": plot_freight.FLAT[company, carrier]}
    return {"base": base, "fuel": base * plot_freight.FUEL_PERCENT / 100}


def _charges(plan):
    company, carrier = plan.company, plan.carrier
    euros = (company, carrier) in plot_freight.CURRENCIES
    rate = _EURO if euros else Decimal(1)
    return [
        {
            "charge_type": charge_type,
            "amount": float(amount),
            "currency": "EUR" if euros else plot.COMPANIES[company][1],
            "stage": "provisional",
            "company": plot.COMPANIES[company][0],
            "accrual": {
                "amount": float(amount),
                "own": float(amount * rate),
                "day": "2026-11-21",
                "entry": "FRT/2026/11/0001",
                "state": "posted",
                "because": plot_freight.TRIGGER,
            },
        }
        for charge_type, amount in _parts(company, carrier).items()
    ]


def _bill(place, bill):
    stopped = bill.state == "stopped"
    original = plot_freight.BY_KEY.get(bill.original)
    net = sum(line.amount for line in bill.lines)
    return {
        "number": bill.number,
        "kind": bill.kind,
        "state": bill.state,
        "company": plot.COMPANIES[bill.company][0],
        "currency": bill.currency,
        "net": float(net),
        "tax": 0.0,
        "total": float(net),
        "repeats": original.number if stopped else None,
        "document": None if stopped else f"BILL/2026/11/{place:04d}",
        "document_state": None if stopped else "posted",
        "files": 1,
        "results": [line.result for line in bill.lines],
    }


def _disputes():
    credit = plot_freight.BY_KEY["credit"]
    return [
        {
            "name": f"DSP/2026/{place:04d}",
            "state": "credited",
            "reason": "over",
            "charge_type": line.charge_type,
            "amount": float(-line.amount),
            "credited_amount": float(-line.amount),
            "open_amount": 0.0,
            "blocked_amount": 0.0,
            "bill": plot_freight.BY_KEY["overcharged"].number,
            "credits": [credit.number],
        }
        for place, line in enumerate(credit.lines, 1)
    ]


def _recharges():
    return [
        {
            "bill": plot_freight.BY_KEY["shared_bill"].number,
            "company": plot.COMPANIES[company][0],
            "type": kind,
            "state": "draft",
            "total": float(sum(_parts("us").values())),
        }
        for company, kind in (("eu", "out_invoice"), ("us", "in_invoice"))
    ]


def _landed():
    return [
        {
            "purchase": "P00001",
            "cost": f"LC/2026/{place:04d}",
            "amount": float(amount),
            "charge_type": charge_type,
            "entry": "FRT/2026/11/0009",
            "state": "posted",
            "raised": float(amount),
        }
        for place, (charge_type, amount) in enumerate(_parts("eu").items(), 1)
    ]
