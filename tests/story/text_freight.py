"""What the report says of freight: bills, disputes, entries, and the proof."""

from . import plot, plot_freight
from .verdict_freight import cents

_TYPES = {"out_invoice": "draft invoice", "in_invoice": "draft vendor bill"}


def scene(key, freight):
    """Return what came of a scene about freight.

    :param str key: The key of the scene.
    :param dict freight: What `facts_freight.collect` returned.
    :return: Label and text each.
    :rtype: Iterator[tuple[str, str]]
    """
    plan = plot_freight.FREIGHT[key]
    yield "company", plot.COMPANIES[plan.company][0]
    if not plan.bills:
        for order in plan.orders:
            yield from map(_charge, freight["charges"][order])
    for name in plan.bills:
        number = plot_freight.BY_KEY[name].number
        yield from _bill(freight["bills"].get(number))
        for row in freight["disputes"]:
            if row["bill"] == number:
                yield "dispute", _dispute(row)
        for row in freight["recharges"]:
            if row["bill"] == number:
                what = _TYPES[row["type"]]
                yield "recharge", f"{row['company']}: {what} {cents(row['total'])} EUR"
    if not plan.orders:
        for row in freight["landed"]:
            yield (
                "landed",
                f"{row['purchase']}: {row['charge_type']} {cents(row['raised'])} EUR "
                f"on the stock, {row['cost']}, {row['entry']}",
            )


def books(freight):
    """Return what the books of each company hold.

    :param dict freight: What `facts_freight.collect` returned.
    :return: Label and text each.
    :rtype: Iterator[tuple[str, str]]
    """
    for row in freight["books"]:
        difference = cents(row["books"]) - cents(row["charges"])
        yield (
            row["currency"],
            f"{row['company']}: {row['count']} charges, {row['open']} open over "
            f"{cents(row['charges'])}; accrued freight in the books "
            f"{cents(row['books'])}, difference {difference}; "
            f"{cents(row['disputed'])} in dispute",
        )
    bills = freight["bills"].values()
    states = [bill["state"] for bill in bills]
    yield (
        "bills",
        f"{len(states)} of carriers: {states.count('posted')} posted, "
        f"{states.count('stopped')} stopped; {len(freight['disputes'])} disputes",
    )


def _charge(row):
    accrual = row["accrual"]
    if not accrual:
        return "charge", f"{row['charge_type']}: not accrued"
    text = f"{row['charge_type']} {cents(accrual['amount'])} {row['currency']}"
    if accrual["own"] != accrual["amount"]:
        text += f", {cents(accrual['own'])} in the books"
    return "accrual", (
        f"{text}: {accrual['entry']} of {accrual['day']}, "
        f"{accrual['because'].replace('_', ' ')}; now {cents(row['amount'])}"
    )


def _bill(bill):
    if not bill:
        return
    kind = "credit memo" if bill["kind"] == "credit" else "bill"
    text = (
        f"{kind} {bill['number']}, {cents(bill['net'])} {bill['currency']} before tax: "
        f"{bill['state']}"
    )
    if bill["state"] == "stopped":
        text += f", it repeats {bill['repeats']}"
    if bill["document"]:
        text += f" as {bill['document']}"
    yield "bill", text
    if bill["state"] != "stopped":
        results = [status.replace("_", " ") for status in bill["results"]]
        counts = dict.fromkeys(results)
        yield (
            "lines",
            ", ".join(f"{results.count(status)} {status}" for status in counts),
        )


def _dispute(row):
    credits = f" by {', '.join(row['credits'])}" if row["credits"] else ""
    return (
        f"{row['name']}, {row['charge_type']} {cents(row['amount'])} EUR: "
        f"{row['state']}{credits}"
    )
