"""Whether a carrier's bill, or a line of it, was billed before.

Pure: the bills that are known in, a verdict out. The same bill comes back in disguises:
other capitals, blanks, leading zeros, a suffix such as -A, another date, the control
number of another transmission. A disguise alone never makes a duplicate: what is billed
must be the same too. So a bill that corrects an earlier one, one that follows a credit,
a credit itself, and bills of another carrier or to another account pass.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

from odoo.addons.logistics_events.vocabulary import normalise_tracking

from .bill import Bill
from .charge_codes import fold_name

# What can make two writings of one number differ, or two transmissions of one bill.
DISGUISES = (
    "case",
    "blanks",
    "punctuation",
    "zeros",
    "suffix",
    "date",
    "interchange",
)

# `new`: nothing like it is known. `duplicate`: stop it. `adjustment`: it belongs to an
# earlier bill and asks for something else than that did.
VERDICTS = ("new", "duplicate", "adjustment")

# Why a verdict was given.
REASONS = (
    "same_number",
    "same_number_disguised",
    "names_original",
    "other_amount",
    "after_credit",
)

_WRITTEN = ("case", "blanks", "punctuation", "zeros", "suffix")
_PUNCTUATION = re.compile(r"[-_/\\.,:;#*']+")
# One letter behind a mark, as in 4711-A. Digits there count bills: 2026-1 and 2026-2.
_SUFFIX = re.compile(r"(?<=\w)\s*[-_/. ]\s*[A-Z]\s*$", re.IGNORECASE)
_ZEROS = re.compile(r"^([^\W\d_]*[-_/. ]*)0+(?=\w)")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class KnownBill:
    """A bill and who sent it.

    :param object ref: Whatever tells it apart for the caller.
    :param str carrier: Who sent it: bills of two carriers never repeat each other.
    :param Bill bill: What it says.
    """

    ref: object
    carrier: str
    bill: Bill


@dataclass(frozen=True, slots=True)
class LineRepeat:
    """A line that an earlier bill had already.

    :param int row: The line, as its bill counts.
    :param object of: The reference of the earlier bill.
    :param int of_row: The line there.
    """

    row: int
    of: object
    of_row: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be thought of a bill.

    :param str verdict: One of `VERDICTS`.
    :param object of: The reference of the earlier bill, None for a new one.
    :param tuple disguises: How the two differ, of `DISGUISES`.
    :param str reason: One of `REASONS`, or "".
    :param tuple lines: Lines that were billed before; those of a duplicate are all
        its lines anyway and not listed.
    """

    verdict: str = "new"
    of: object = None
    disguises: tuple[str, ...] = ()
    reason: str = ""
    lines: tuple[LineRepeat, ...] = ()

    @property
    def is_stopped(self):
        """Return whether the bill must not go on.

        :rtype: bool
        """
        return self.verdict == "duplicate"


class History:
    """The bills that are known, in the order in which they came.

    Building it and asking it take time in proportion to the lines.

    :param Iterable[KnownBill] known: What came before.
    """

    def __init__(self, known=()):
        self._by_number = defaultdict(list)
        self._credits = defaultdict(list)
        self._lines = defaultdict(list)
        for entry in known:
            self.add(entry)

    def add(self, entry):
        """Take note of a bill, so that later ones are compared with it.

        A bill that was stopped is not to be added: it was never billed.

        :param KnownBill entry: The bill.
        """
        bill = entry.bill
        if key := number_key(bill.number):
            self._by_number[entry.carrier, key].append(entry)
        if bill.kind == "credit" and bill.original:
            self._credits[entry.carrier, number_key(bill.original)].append(bill)
        for line in bill.lines:
            if key := _line_key(entry.carrier, line):
                self._lines[key].append((entry, line))

    def judge(self, entry):
        """Say whether a bill, or a part of it, repeats an earlier one.

        :param KnownBill entry: The bill, not added yet.
        :rtype: Verdict
        """
        found = None
        for earlier in self._earlier(entry):
            verdict = self._compare(entry, earlier)
            if verdict.is_stopped:
                return verdict
            found = found or verdict
        lines = tuple(self._repeated_lines(entry))
        if found is None:
            return Verdict(lines=lines)
        return Verdict(found.verdict, found.of, found.disguises, found.reason, lines)

    def _earlier(self, entry):
        """Give the earlier bills whose number may be the same, or that it names."""
        bill, key = entry.bill, number_key(entry.bill.number)
        for earlier in self._by_number.get((entry.carrier, key), ()):
            if bill.kind == earlier.bill.kind and _could_be_for(bill, earlier.bill):
                yield earlier
        named = number_key(bill.original)
        for earlier in self._by_number.get((entry.carrier, named), ()):
            told = named == key and bill.kind == earlier.bill.kind
            if not told and _could_be_for(bill, earlier.bill):
                yield earlier

    def _compare(self, entry, earlier):
        bill, other = entry.bill, earlier.bill
        disguises = disguises_of(bill, other)
        suffixed = "suffix" in disguises
        is_other = number_key(bill.number) != number_key(other.number)
        if is_other or bill.kind != other.kind:
            return Verdict("adjustment", earlier.ref, (), "names_original")
        if not _asks_the_same(bill, other, closely=suffixed):
            return Verdict("adjustment", earlier.ref, disguises, "other_amount")
        if suffixed and self._is_credited(earlier):
            return Verdict("adjustment", earlier.ref, disguises, "after_credit")
        written = any(disguise in _WRITTEN for disguise in disguises)
        reason = "same_number_disguised" if written else "same_number"
        return Verdict("duplicate", earlier.ref, disguises, reason)

    def _is_credited(self, earlier, by_lines=True):
        """Return whether credits took back all that a bill asked for.

        :param bool by_lines: Whether credits count that say so line by line.
        """
        bill = earlier.bill
        total = _ZERO
        for credit in self._credits.get((earlier.carrier, number_key(bill.number)), ()):
            if _could_be_for(credit, bill) and (by_lines or not _by_parcel(credit)):
                total += abs(_asked(credit))
        return bool(total) and total >= _asked(bill)

    def _repeated_lines(self, entry):
        """Give the lines that earlier bills had and no credit took back."""
        standing, used = {}, Counter()
        for line in entry.bill.lines:
            key = _line_key(entry.carrier, line)
            if not key or _takes_back(entry.bill, line):
                continue
            if key not in standing:
                standing[key] = self._standing(key, entry.bill)
            if used[key] < len(standing[key]):
                earlier, row = standing[key][used[key]]
                used[key] += 1
                yield LineRepeat(line.row, earlier.ref, row.row)

    def _standing(self, key, bill):
        """Return what was billed under a key and not taken back, oldest first."""
        billed, returned = [], 0
        for earlier, line in self._lines.get(key, ()):
            if not _could_be_for(bill, earlier.bill):
                continue
            if _takes_back(earlier.bill, line):
                returned += 1
            elif not self._is_credited(earlier, by_lines=False):
                billed.append((earlier, line))
        return billed[returned:]


# === NUMBERS === #


def number_key(number):
    """Return the one spelling under which all disguises of a number meet.

    :param str number: The number as the carrier wrote it.
    :rtype: str
    """
    return _spell(number, _WRITTEN)


def disguises_of(bill, other):
    """Return how two bills differ that may be the same.

    A writing counts when the numbers would differ without undoing it.

    :param Bill bill: The later one.
    :param Bill other: The earlier one.
    :return: Of `DISGUISES`, in their order.
    :rtype: tuple[str, ...]
    """
    found = []
    for writing in _WRITTEN:
        others = [name for name in _WRITTEN if name != writing]
        if _spell(bill.number, others) != _spell(other.number, others):
            found.append(writing)
    if bill.issued and other.issued and bill.issued != other.issued:
        found.append("date")
    if bill.interchange and other.interchange not in ("", bill.interchange):
        found.append("interchange")
    return tuple(found)


def _spell(number, undone):
    """Return a number with some kinds of writing undone, the suffix first."""
    text = unicodedata.normalize("NFKC", number or "")
    if "blanks" in undone:
        text = text.strip()
    if "suffix" in undone:
        text = _SUFFIX.sub("", text) or text
    if "blanks" in undone:
        text = "".join(text.split())
    if "punctuation" in undone:
        text = _PUNCTUATION.sub("", text)
    # Only now: a blank may stand among the zeros.
    if "zeros" in undone:
        text = _ZEROS.sub(r"\1", text)
    return text.upper() if "case" in undone else text


# === WHAT IS BILLED === #


def _same(one, other):
    """Return whether two texts are the same; one that is missing may be any."""
    one, other = normalise_tracking(one), normalise_tracking(other)
    return not one or not other or one == other


def _could_be_for(bill, other):
    return _same(bill.account, other.account) and _same(bill.currency, other.currency)


def _asked(bill):
    return bill.net + bill.tax if bill.total is None else bill.total


def _asks_the_same(bill, other, closely):
    """Return whether two bills ask for the same.

    The same number and the same total are enough. Where the numbers differ by a suffix,
    carriers use it for corrections as well: then every parcel must cost the same too.
    """
    if _asked(bill) != _asked(other):
        return False
    parcels, others = _by_parcel(bill), _by_parcel(other)
    return not closely or not parcels or not others or parcels == others


def _by_parcel(bill):
    """Return tracking number → sum, the same in whatever layout a bill came."""
    sums = defaultdict(Decimal)
    for line in bill.lines:
        if number := normalise_tracking(line.tracking_number):
            sums[number] += line.amount
    return dict(sums)


def _line_key(carrier, line):
    """Return what makes a line the same on two bills, None where nothing does."""
    number = normalise_tracking(line.tracking_number)
    if not number or not line.amount:
        return None
    what = line.kind
    if what == "unknown":
        what = "=" + (fold_name(line.code) or fold_name(line.text))
    return (carrier, number, what, abs(line.amount))


def _takes_back(bill, line):
    return line.amount < 0 or bill.kind == "credit"
