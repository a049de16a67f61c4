"""Read the tables of cases that lie beside the tests."""

import itertools
import random
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from odoo.addons.logistics_events import zones
from odoo.addons.logistics_events.facts import Fact

HERE = Path(__file__).parent

# In the table of pairs the first event is at the one time, the second at the other.
PAIR_TIMES = (datetime(2026, 3, 2, 9, 0), datetime(2026, 3, 4, 15, 30))

_EVENT = re.compile(
    r"""(?:(?P<key>\w+)=)?(?P<code>!?\w*)(?:~(?P<classifier>[ep]))?
        @(?P<time>[^#^\s]*?)(?:\#(?P<parcel>\w+|\*))?(?P<back>\^)?
        (?P<fields>(?:\+[a-z]+(?:=\S*?)?(?=\+[a-z]|$))*)$""",
    re.VERBOSE,
)
_TIME = re.compile(r"(?:(\d+)/)?(\d+)(?:\.(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(\S+)?)?$")

_CODES = {
    "bk": "shipment_booked",
    "cr": "shipment_created",
    "di": "dispatched",
    "pu": "picked_up",
    "dp": "departed_facility",
    "ar": "arrived_facility",
    "tr": "in_transit",
    "cp": "customs_in_progress",
    "ch": "customs_hold",
    "cl": "customs_released",
    "of": "out_for_delivery",
    "at": "delivery_attempt_failed",
    "av": "available_for_pickup",
    "rf": "refused",
    "fa": "delivery_failed",
    "lo": "lost",
    "de": "delivered",
    "rt": "returning_to_sender",
    "ca": "shipment_cancelled",
    "rd": "returned_to_sender",
    "rc": "return_created",
    "rr": "return_received",
}
_FLAGS = {
    "h": "customs_hold",
    "l": "lost",
    "c": "contradiction",
    "v": "void_label_used",
}
# Codes of the pairs that are no milestones.
_PASSING = frozenset({"dp", "ar", "tr", "cp", "ch", "cl", "at"})


class Case(NamedTuple):
    """A story and what it must become."""

    name: str
    facts: list[Fact]
    parcels: tuple[str, ...]
    expected: dict[str, Any]


def stories():
    """Return the cases of `fold_cases.txt`.

    :rtype: list[Case]
    """
    cases, lines = [], []
    for line in (HERE / "fold_cases.txt").read_text("utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0] == " ":
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
    for line in lines:
        name, _, story = line.partition(": ")
        told, _, result = story.partition(" -> ")
        parcels, facts = (), []
        for word in told.split():
            if word[0] == "&":
                parcels = tuple(word[1:].split(","))
            else:
                facts.append(_fact(word, len(facts) + 1))
        cases.append(Case(name, facts, parcels, _result(result.split())))
    return cases


def pairs():
    """Return the cases of `fold_pairs.txt`.

    :rtype: list[Case]
    """
    cases, section, columns = [], "", ()
    for line in (HERE / "fold_pairs.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section, columns = line, ()
        elif section and not columns and not line.startswith("#"):
            columns = line.split()
        elif columns and line:
            row, *cells = line.split()
            for column, cell in zip(columns, cells, strict=True):
                if cell == "-":
                    continue
                order = (column, row) if "other" in section else (row, column)
                cases.append(_pair(section, *order, cell))
    return cases


def orders(facts, seed=0):
    """Return the orders in which a case is told: all, or many of very many.

    :param list[Fact] facts: The facts of the case.
    :param int seed: Of the orders drawn for more than six facts.
    :rtype: Iterable[Sequence[Fact]]
    """
    if len(facts) <= 6:
        return itertools.permutations(facts)
    draw = random.Random(seed)
    return (draw.sample(facts, len(facts)) for _ in range(200))


def differences(folded, expected, main):
    """Return what differs between an answer and an expected result.

    :param Folded folded: The answer.
    :param dict expected: What to compare; other values are not looked at.
    :param str main: The leg the result is about.
    :rtype: dict[str, tuple]
    """
    leg = folded.leg(main)
    found = {
        "state": leg.state,
        "flags": list(leg.flags),
        "hold": leg.money_hold,
        "at": leg.delivered_at,
        "milestones": set(leg.milestones),
        "parcels": {key: parcel.state for key, parcel in leg.parcels.items()},
        "back": folded.leg("return").state,
        "back_milestones": set(folded.leg("return").milestones),
        "by": leg.evidence,
        "problems": {
            problem.kind
            for problem in leg.problems
            if problem.kind not in ("conflict", "contradiction")
        },
    }
    return {
        name: (value, found[name])
        for name, value in expected.items()
        if found[name] != value
    }


def main_leg(facts):
    """Return the leg a case is about: the outbound one unless it does not occur.

    :param list[Fact] facts: The facts of the case.
    :rtype: str
    """
    return "return" if {fact.leg for fact in facts} == {"return"} else "outbound"


def _pair(section, first, second, cell):
    leg = "return" if "return" in section else "outbound"
    facts = [
        Fact(f"e{place}", _CODES[code], at, leg=leg, parcel="P1", ref=f"e{place}")
        for place, (code, at) in enumerate(
            zip((first, second), PAIR_TIMES, strict=True), 1
        )
    ]
    codes = [first, second]
    if leg == "return":
        codes = ["rr" if code == "de" else code for code in codes]
    flags = sorted(_FLAGS[letter] for letter in cell[1:])
    reached = {code for code in codes if code not in _PASSING}
    if "v" in cell:
        reached.discard("ca")
    expected = {
        "state": _CODES[codes[int(cell[0]) - 1]],
        "flags": flags,
        "hold": "c" in cell,
        "milestones": {_CODES[code] for code in reached},
        "at": PAIR_TIMES[codes.index("de")] if "de" in codes else None,
        "problems": set(),
    }
    return Case(f"{leg}_{first}_{second}", facts, (), expected)


def _fact(word, place):
    match = _EVENT.match(word)
    if not match:
        raise ValueError(f"Unreadable event: {word}")
    key, code = match["key"] or f"e{place}", match["code"]
    content = word.removeprefix(f"{match['key']}=")
    values = {"parcel": match["parcel"] or "P1", "ref": key, "content_hash": content}
    if values["parcel"] == "*":
        values["parcel"] = None
    if code.startswith("!"):
        values |= {"classifier": "retracted", "voids": code[1:]}
        code = "handled"
    if match["classifier"]:
        values["classifier"] = {"e": "estimated", "p": "planned"}[match["classifier"]]
    if match["back"]:
        values["leg"] = "return"
    moment = _time(match["time"])
    if moment is None:
        values["precision"] = "none"
    elif not isinstance(moment, datetime):
        values["precision"] = "date"
    for name, value in re.findall(r"\+([a-z]+)(?:=(\S*?))?(?=\+[a-z]|$)", word):
        values |= _FIELDS[name](value)
    return Fact(key, code, moment, **values)


def _time(text):
    if text == "?":
        return None
    month, day, clock, offset = _TIME.match(text).groups()
    bare = date(2026, int(month or 3), int(day))
    if not clock:
        return bare
    moment = datetime.fromisoformat(f"{bare}T{clock}{offset or '+00:00'}")
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


def _amount(text):
    return {"amount": Decimal(text[:-3]), "currency": text[-3:]}


def _offset(text):
    sign = -1 if text[0] == "-" else 1
    length = timedelta(hours=int(text[1:3]), minutes=int(text[4:]))
    return {"occurred_offset": sign * int(length.total_seconds()) // 60}


def _place(text):
    country, _, state = text.partition("-")
    return {"zone": zones.zone_of({"country": country, "state": state})}


_FIELDS = {
    "rec": lambda text: {"recorded_at": _time(text)},
    "amt": _amount,
    "off": _offset,
    "in": _place,
    "signer": lambda text: {"signer": text},
    "raw": lambda text: {},  # Only makes another content.
    "reason": lambda text: {"reason": text},
    "hash": lambda text: {"content_hash": text},
    "map": lambda text: {"mapping_version": int(text)},
    "row": lambda text: {"source_row": int(text)},
    "local": lambda text: {"precision": "local"},
}


def _result(words):
    state, *words = words
    expected = {
        "state": None if state == "-" else state,
        "flags": [],
        "hold": False,
        "at": None,
        "problems": set(),
    }
    for word in words:
        name, _, value = word.partition("=")
        if word[0] == "!":
            expected["flags"].append(word[1:])
        elif word[0] == "?":
            expected["problems"].add(word[1:])
        elif word == "HOLD":
            expected["hold"] = True
        elif name == "at":
            expected["at"] = _time(value)
        elif name == "ms":
            expected["milestones"] = set(value.split(",")) - {""}
        elif name == "by":
            expected["by"] = value
        elif name == "back":
            state, found, reached = value.partition(":")
            expected["back"] = None if state == "-" else state
            if found:
                expected["back_milestones"] = set(reached.split(","))
        else:
            states = expected.setdefault("parcels", {})
            states[name] = None if value == "-" else value
    return expected
