"""Whether what came back in the story ended as it must: pure, from the database."""

from . import plot, plot_returns
from .verdict_freight import cents

# Where goods must be by what was found of them: the usage of the place, its name.
_PUT = {
    "restock": ("internal", None),
    "refurbish": ("internal", plot_returns.PLACES[1]),
    "scrap": ("inventory", plot_returns.PLACES[2]),
    "send_back": ("customer", None),
}
_ACTIONS = ("expect", "inspect", "damaged", "refund")
_PAID = ("paid", "in_payment")


def missing(found):
    """List what is missing.

    :param dict found: What `facts.read` returned.
    :return: One sentence each; none when the returns of the story are complete.
    :rtype: list[str]
    """
    returns = found["returns"]
    return [
        *(
            line
            for key, ending in plot_returns.ENDINGS.items()
            for line in _one(key, ending, found)
        ),
        *_whole(returns),
    ]


def _one(key, ending, found):
    about = found["returns"]["about"].get(key) or {}
    returns = about.get("returns", ())
    if len(returns) != 1:
        yield f"“{ending.title}” has {len(returns)} returns, not 1."
        return
    (one,) = returns
    name = f"{one['name']} ({key})"
    says = (one["kind"], one["origin"], one["state"])
    if says != (ending.kind, ending.origin, ending.state):
        yield f"{name} ended as {', '.join(says)}."
    if one["problems"]:
        yield f"{name} has open problems: {one['problems']}."
    yield from _goods(name, ending, one, about)
    yield from _chain(name, ending, one)
    yield from _money(key, name, ending, found)
    if ending.kind == "damaged" and not one["photos"]:
        yield f"{name} has no photo of the damage."
    if bool(one["claims"]) != ending.claimed:
        yield f"{name}: {one['claims'] or 'no'} claims against the carrier are open."


# === GOODS === #


def _goods(name, ending, one, about):
    if one["found"] != ending.found:
        yield f"{name}: found {one['found'] or 'nothing'}, not {ending.found}."
    for disposition, quantity in ending.found.items():
        usage, place = _PUT[disposition]
        moved = sum(
            row["quantity"]
            for row in one["moved"]
            if row["disposition"] == disposition
            and row["usage"] == usage
            and place in (None, row["place"])
        )
        if moved != quantity:
            yield f"{name}: {moved:g} of {quantity} are where {disposition} goods go."
    if about["customer"] != ending.customer:
        yield f"{name}: the customer has {about['customer']:g}, not {ending.customer}."


def _chain(name, ending, one):
    kinds = [row["kind"] for row in one["chain"]]
    wanted = [ending.chain] if ending.chain else []
    if kinds != wanted:
        yield f"{name} comes back in the shipments {kinds}, not {wanted}."
    for row in one["chain"]:
        if not row["outbound"]:
            yield f"{name}: {row['name']} does not say what the goods left with."
        if ending.own_number and not row["numbers"]:
            yield f"{name}: {row['name']} has no tracking number."


# === MONEY === #


def _money(key, name, ending, found):
    about = found["returns"]["about"][key]
    credits = [row for row in about["notes"] if row["type"] == "out_refund"]
    people = {
        login
        for approval in found["orders"][key]["approvals"]
        if approval["state"] == "approved" and approval["action"] == "credit"
        for login in approval["people"]
    }
    if people != set(ending.people):
        agreed = ", ".join(sorted(filter(None, people))) or "nobody"
        yield f"{name}: {agreed} agreed to the credit."
    if len(credits) != bool(ending.paid):
        yield f"{name} has {len(credits)} credit notes."
    for note in credits:
        yield from _note(key, name, note, found["returns"])


def _note(key, name, note, returns):
    ending = plot_returns.ENDINGS[key]
    invoices = {row["name"]: row for row in returns["about"][key]["notes"]}
    invoice = invoices.get(note["reverses"])
    if not invoice:
        yield f"{name}: {note['name']} does not say which invoice it credits."
        return
    rate = plot_returns.SALES_TAX[plot_returns.BY_KEY[key].company]
    if cents(note["tax"]) * 100 != cents(note["untaxed"]) * rate:
        yield f"{name}: the tax of {note['name']} is {cents(note['tax'])}."
    if cents(note["residual"]) or note["payment_state"] not in _PAID:
        yield f"{name}: {cents(note['residual'])} of {note['name']} are open."
    own = [row for row in returns["refunds"] if row["note"] == note["id"]]
    if ending.paid == "refund":
        yield from _refunded(name, note, own)
        if cents(invoice["residual"]):
            yield f"{name}: {invoice['name']} is not paid any more."
        return
    if own:
        yield f"{name}: {note['name']} is set off, and refunded."
    open_amount = cents(invoice["total"]) - cents(note["total"])
    if cents(invoice["residual"]) != open_amount:
        yield f"{name}: {cents(invoice['residual'])} of the invoice are open."


def _refunded(name, note, refunds):
    if len(refunds) != 1:
        yield f"{name}: {note['name']} has {len(refunds)} refunds."
        return
    (refund,) = refunds
    says = (refund["state"], bool(refund["settled"]), refund["transaction"])
    if says != ("done", True, "done") or not refund["payment"]:
        yield f"{name}: the refund is {refund['state']}, not made and posted."
    for amount in (refund["amount"], -(refund["transferred"] or 0)):
        if cents(amount) != cents(note["total"]):
            yield f"{name}: {cents(amount)} are paid back, not {cents(note['total'])}."


# === THE WHOLE === #


def _whole(returns):
    on = {
        (row["company"], row["action"])
        for row in returns["modes"]
        if row["mode"] == "on"
    }
    for company, *_rest in plot.COMPANIES.values():
        for action in _ACTIONS:
            if (company, action) not in on:
                yield f"The action {action} is not on in {company}."
    if returns["waiting"]:
        yield f"{returns['waiting']:g} returned pieces still wait to be inspected."
    for what, count in returns["doubles"].items():
        if count:
            yield f"There are {count} {what}."
