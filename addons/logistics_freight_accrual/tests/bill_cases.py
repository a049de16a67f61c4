"""Bills of made-up carriers, and every way in which one comes back disguised."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from odoo.addons.logistics_freight_accrual.bill import Bill, BillLine
from odoo.addons.logistics_freight_accrual.duplicates import KnownBill

D = Decimal
ISSUED = date(2026, 3, 3)
_KINDS = ("base", "fuel", "residential", "redelivery", "storage")


def bill(number="INV-004711", lines=(), **values):
    """Return a bill with one parcel where no lines are given."""
    values = {
        "account": "A1",
        "currency": "EUR",
        "issued": ISSUED,
        "interchange": "000000001",
        **values,
    }
    lines = lines or (parcel("1Z0001", "12.50"), parcel("1Z0001", "1.25", "fuel", 2))
    made = Bill(number, lines=tuple(lines), **values)
    return made if made.total is not None else replace(made, total=made.net)


def parcel(number, amount, kind="base", row=1, **values):
    """Return a line for a parcel."""
    return BillLine(row, D(amount), kind=kind, tracking_number=number, **values)


def known(ref, made, carrier="acme"):
    """Return a bill as the history takes it."""
    return KnownBill(ref, carrier, made)


# Each disguise by its name: bill and generator of chance → the same bill once more.
DISGUISED = {
    "case": lambda made, _chance: replace(made, number=made.number.lower()),
    "blanks": lambda made, chance: replace(
        made, number=_insert(made.number, " ", chance)
    ),
    "zeros": lambda made, chance: replace(
        made, number=_with_zeros(made.number, chance.randint(1, 4))
    ),
    "suffix": lambda made, chance: replace(
        made, number=f"{made.number}-{chance.choice('ABC')}"
    ),
    "date": lambda made, chance: replace(
        made, issued=made.issued + timedelta(days=chance.randint(1, 90))
    ),
    "interchange": lambda made, chance: replace(
        made, interchange=f"9{chance.randint(0, 99_999_999):08}"
    ),
}


def _insert(text, mark, chance):
    place = chance.randint(1, len(text) - 1)
    return text[:place] + mark + text[place:]


def _with_zeros(number, count):
    place = next(place for place, char in enumerate(number) if char.isdigit())
    return number[:place] + "0" * count + number[place:]


def _drawn(chance, serial):
    """Return a bill with a number, parcels and amounts of its own."""
    lines, row = [], 0
    for piece in range(chance.randint(1, 4)):
        for kind in chance.sample(_KINDS, chance.randint(1, 3)):
            row += 1
            cents = chance.randint(100, 40_000)
            number = f"1Z{serial:06}{piece}"
            lines.append(parcel(number, D(cents) / 100, kind, row))
    number = chance.choice(("INV-{:06}", "FB {:05}", "R{:07}", "{:08}", "2026/{:05}"))
    return bill(
        number.format(serial),
        lines,
        account=f"A{chance.randint(1, 3)}",
        issued=ISSUED + timedelta(days=chance.randint(0, 300)),
        interchange=f"{serial:09}",
    )


def _rebilled(chance, ref, made):
    """Return bills that legitimately follow one: each with its verdict."""
    way = chance.randint(0, 4)
    first = made.lines[0]
    dearer = (replace(first, amount=first.amount + 1), *made.lines[1:])
    if way == 0:  # A correction under the same number with a suffix.
        again = replace(made, number=f"{made.number}-A", lines=dearer)
        return [(replace(again, total=again.net), "adjustment")]
    if way == 1:  # One that names the first.
        fee = replace(first, amount=D("3.10"), kind="adjustment", row=1)
        again = replace(made, number=f"ADJ{ref:05}", original=made.number, lines=(fee,))
        return [(replace(again, total=again.net), "adjustment")]
    if way == 2:  # The same number, another sum.
        again = replace(made, lines=dearer)
        return [(replace(again, total=again.net), "adjustment")]
    credit = replace(
        made,
        kind="credit",
        number=f"CN{ref:05}",
        original=made.number,
        lines=tuple(replace(one, amount=-one.amount) for one in made.lines),
        total=-made.total,
    )
    if way == 3:  # Taken back and billed anew with the same sum.
        return [(credit, "adjustment"), (_again(made, "-R"), "adjustment")]
    # Taken back in one sum.
    credit = replace(credit, lines=())
    return [(credit, "adjustment"), (_again(made, "-B"), "adjustment")]


def _again(made, suffix):
    return replace(made, number=made.number + suffix)


def _copies(chance, entries, count=50):
    """Return copies of that many new bills, each in one disguise to three."""
    names = list(DISGUISED)
    # Capitals are only a disguise where there are letters.
    plain = [
        entry
        for entry, verdict in entries
        if verdict == "new" and entry.bill.number.startswith(("I", "F", "R"))
    ]
    copies = []
    for turn in range(count):
        entry = chance.choice(plain)
        plain.remove(entry)
        made = entry.bill
        wearing = {names[turn % 6], *chance.sample(names, turn % 3)}
        for name in sorted(wearing):
            made = DISGUISED[name](made, chance)
        ref = len(entries) + turn
        copies.append((KnownBill(ref, entry.carrier, made), f"copy of {entry.ref}"))
    return copies


def year_of_bills(seed=20260303):
    """Return 1,000 bills of a year: 50 are copies in disguise, 100 correct others.

    Among the others are traps: the number of another carrier's bill, of another
    account, and monthly fees of one amount.

    :return: (bill as known, what it is), in the order in which they come.
    :rtype: list[tuple[KnownBill, str]]
    """
    chance = random.Random(seed)
    entries, serial = [], 0

    def put(made, verdict, carrier="acme"):
        entries.append((known(len(entries), made, carrier), verdict))

    rebilled = 0
    while rebilled < 100:
        serial += 1
        made = _drawn(chance, serial)
        put(made, "new")
        follow = _rebilled(chance, serial, made)
        for again, verdict in follow[: 100 - rebilled]:
            put(again, verdict)
            rebilled += 1
    for month in range(1, 13):
        fee = BillLine(1, D("25.00"), kind="fee")
        put(bill(f"FEE-2026-{month}", [fee], issued=date(2026, month, 1)), "new")
    while len(entries) < 900:
        serial += 1
        made = _drawn(chance, serial)
        put(made, "new")
        if serial % 10 == 0:
            put(made, "new", carrier="other")
        if serial % 10 == 5:
            put(replace(made, account="B9"), "new")
    entries += _copies(chance, entries)
    while len(entries) < 1000:
        serial += 1
        put(_drawn(chance, serial), "new")
    return entries
