"""Whether freight ended as it must: pure, from what the database holds."""

from decimal import Decimal

from . import plot, plot_freight

_CENT = Decimal("0.01")
_EURO = Decimal(str(plot.DOLLARS_PER_EURO))


def missing(found):
    """List what is missing.

    :param dict found: What `facts_freight.collect` returned.
    :return: One sentence each; none when the freight of the story is complete.
    :rtype: list[str]
    """
    return [
        *_accruals(found["charges"]),
        *_euros(found["charges"]),
        *(line for bill in plot_freight.BILLS for line in _bill(bill, found["bills"])),
        *_disputes(found["disputes"]),
        *_recharges(found["recharges"]),
        *_landed(found["landed"]),
        *_books(found["books"]),
        *_whole(found),
    ]


def cents(value):
    """Return an amount of the database to the cent.

    :rtype: Decimal
    """
    return Decimal(repr(value or 0.0)).quantize(_CENT)


# === WHAT IS ACCRUED === #


def _accruals(charges):
    for key, rows in charges.items():
        if not rows:
            yield f"The order “{key}” has no freight charge."
        for row in filter(_costs, rows):
            if row["charge_type"] in ("base", "fuel") and not row["accrual"]:
                yield f"{key}: {row['charge_type']} is not accrued."
    for row in filter(_costs, charges.get("web", ())):
        accrual = row["accrual"] or {}
        if accrual.get("because") != plot_freight.TRIGGER:
            yield "The web order's freight was not accrued by its dispatch."
        if accrual.get("state") != "posted":
            yield "The web order's accrual is not posted."


def _costs(row):
    """Return whether the charge is more than nothing.

    The price of a booking includes fuel: where it comes before the agreed price is
    accrued, there never is anything of fuel to accrue.
    """
    return bool(cents(row["amount"]) or row["accrual"])


def _euros(charges):
    rows = charges.get("out_of_order", ())
    if not rows:
        return
    base = plot_freight.AGREED["us", "northwind"]
    wanted = base + base * plot_freight.FUEL_PERCENT / 100
    accruals = [row["accrual"] or {} for row in rows]
    amount = sum((cents(row.get("amount")) for row in accruals), Decimal(0))
    own = sum((cents(row.get("own")) for row in accruals), Decimal(0))
    if {row["currency"] for row in rows} != {"EUR"} or amount != wanted:
        yield f"The carrier's charges are {amount}, not {wanted} EUR."
    if own != (wanted * _EURO).quantize(_CENT):
        yield f"{amount} EUR are booked as {own} USD."


# === CARRIERS' BILLS === #


def _bill(plan, bills):
    bill = bills.get(plan.number)
    if not bill:
        yield f"The carrier's bill {plan.number} was not imported."
        return
    company = plot.COMPANIES[plan.company][0]
    says = (bill["kind"], bill["state"], bill["company"], bill["currency"])
    if says != (plan.kind, plan.state, company, plan.currency):
        yield f"The carrier's bill {plan.number} ended as {', '.join(says)}."
    if plan.state == "stopped":
        first = plot_freight.BY_KEY[plan.original].number
        if bill["repeats"] != first:
            yield f"{plan.number} is not stopped beside {first}."
        if bill["document"]:
            yield f"{plan.number} is stopped and posted."
        return
    if bill["results"] != [line.result for line in plan.lines]:
        yield f"The audit of {plan.number} says {', '.join(bill['results'])}."
    if bill["document_state"] != "posted":
        yield f"{plan.number} is not posted in the books."
    net = sum(line.amount for line in plan.lines)
    if cents(bill["net"]) != net:
        yield f"{plan.number} comes to {cents(bill['net'])}, not {net}."
    if not bill["files"]:
        yield f"{plan.number} has no file as it was received."


def _disputes(disputes):
    plan, credit = plot_freight.BY_KEY["overcharged"], plot_freight.BY_KEY["credit"]
    wanted = {line.charge_type: -line.amount for line in credit.lines}
    known = {row["charge_type"]: row for row in disputes if row["bill"] == plan.number}
    if known.keys() != wanted.keys():
        about = ", ".join(sorted(known)) or "nothing"
        yield f"{plan.number} has disputes about {about}."
    for charge_type, row in known.items():
        amount = wanted.get(charge_type)
        name = f"{row['name']} ({charge_type})"
        if cents(row["amount"]) != amount:
            yield f"{name} is about {cents(row['amount'])}, not {amount}."
        if row["state"] != "credited" or cents(row["credited_amount"]) != amount:
            yield f"{name} is {row['state']}, not credited."
        if cents(row["open_amount"]) or cents(row["blocked_amount"]):
            yield f"{name} still holds {cents(row['open_amount'])}."
        if credit.number not in row["credits"]:
            yield f"{name} does not name its credit memo {credit.number}."


def _recharges(recharges):
    plan = plot_freight.BY_KEY["shared_bill"]
    base = plot_freight.AGREED["us", "northwind"]
    wanted = base + base * plot_freight.FUEL_PERCENT / 100
    sides = {
        (plot.COMPANIES["eu"][0], "out_invoice"),
        (plot.COMPANIES["us"][0], "in_invoice"),
    }
    own = [row for row in recharges if row["bill"] == plan.number]
    if {(row["company"], row["type"]) for row in own} != sides or len(own) != 2:
        yield f"{plan.number} is not recharged between the two companies."
    for row in own:
        if row["state"] != "draft" or cents(row["total"]) != wanted:
            yield (
                f"The recharge in {row['company']} is {row['state']} over "
                f"{cents(row['total'])}, not a draft over {wanted}."
            )


# === GOODS AND BOOKS === #


def _landed(landed):
    base = plot_freight.AGREED["eu", "northwind"]
    wanted = base + base * plot_freight.FUEL_PERCENT / 100
    raised = sum((cents(row["raised"]) for row in landed), Decimal(0))
    if raised != wanted:
        yield f"Inbound freight raised the stock by {raised}, not {wanted}."
    if any(row["state"] != "posted" for row in landed):
        yield "A landed cost is not posted."


def _books(books):
    known = {row["company"] for row in books}
    for name, *_rest in plot.COMPANIES.values():
        if name not in known:
            yield f"Freight is not set up in {name}."
    for row in books:
        company = row["company"]
        if row["mode"] != "on":
            yield f"The accrual is not on in {company}."
        difference = cents(row["books"]) - cents(row["charges"])
        if difference:
            yield f"Books and charges of {company} differ by {difference}."
        if row["proved"] is None or cents(row["proved"]):
            yield f"The ledger proof of {company} does not show 0.00."
        if cents(row["disputed"]):
            yield f"{cents(row['disputed'])} is left in dispute in {company}."
        if not row["open"]:
            yield f"{company} has no open accrual to look at."


def _whole(found):
    if found["held"]:
        yield f"{found['held']} freight charges contradict themselves."
    for what, count in found["doubles"].items():
        if count:
            yield f"There are {count} {what}."
