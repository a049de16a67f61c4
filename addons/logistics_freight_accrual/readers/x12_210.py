"""ANSI X12 210, motor carrier freight details and invoice, releases 4010 and 4030.

One bill per transaction set (ST to SE). What is read:

* `ISA13` is the interchange; `B3` the invoice: 02 number, 03 the shipper's number of
  the shipment, 06 date, 07 net amount due; `C3` the currency; `ITD06` when it is due;
* the account from `N1` with qualifier 25 (the carrier's customer code) of the payer or
  shipper, else `N9*18` (plan number);
* `N9` references, of the whole bill before the first `LX`, else of the group: `CN`
  tracking or PRO number with the day in 04, `BM`, `MB`, `AW` waybill, `PO`, `CO`
  order, `DO`, `PK` delivery, `SI` shipment, `CR` customer, `RZ` return;
* `L1` one charge each: 04 amount, 08 code, 12 or `L5-02` the words; credits are
  negative there;
* weights from `L0` (04, 11) or `CD3` (02, qualifier B), zone and service from `CD3`,
  dimensions from `L4`, where the goods went from `N4` below `N1*CN` or `N1*ST`.

Amounts have two implied decimals (type N2) in every currency. The sum of `L1` is
`L3-05` and `B3-07`. Taxes are charges with codes of their own here.

Source: X12 210 in release 004010 and the bills of a parcel carrier in 004030.
"""

from ..bill import BillProblem
from . import values
from .draft import Draft, references
from .edi_syntax import x12_segments
from .values import FieldProblem

LAYOUT = "x12_210"

_REFERENCES = {
    **dict.fromkeys(("BM", "MB", "AW"), "waybill"),
    **dict.fromkeys(("PO", "CO"), "order"),
    **dict.fromkeys(("DO", "PK"), "delivery"),
    "SI": "shipment",
    "CR": "customer",
    "RZ": "return",
}
_CONSIGNEES = ("CN", "ST")
# Days of G62 that tell when the goods were picked up: actual, and shipped.
_PICKED_UP = ("86", "11")
# Mutually defined: it names no service.
_NO_SERVICE = "ZZ"


def looks_like(head):
    """Tell whether a file begins like X12.

    :param str head: Its beginning.
    :rtype: bool
    """
    start = head.lstrip()
    if start[:3] == "ISA":
        return not start[3:4].isalnum()
    return start[:2] in ("GS", "ST") and start[2:3] in tuple("*|^~+\x1d\x1e\x1f")


def read(content, kind_of):
    """Read the bills of a file.

    :param str content: The file.
    :param kind_of: Code and words of a charge → a key of the charge types.
    :return: The bills, and the problems that belong to none of them.
    :rtype: tuple[list[Bill], list[BillProblem]]
    :raises UnreadableBill: When it does not tell its separators.
    """
    problems = []
    segments = x12_segments(content, problems)
    reader = _Reader(problems, kind_of)
    for segment in segments:
        reader.take(segment)
    reader.end(segments[-1].row if segments else 0)
    return reader.bills, problems


class _Reader:
    """Follows the envelopes: interchange, group, transaction set."""

    def __init__(self, problems, kind_of):
        self.bills = []
        self._problems = problems
        self._kind_of = kind_of
        self._interchange = self._group = self._set = None
        self._groups = self._sets = 0
        self._skipped = False

    def take(self, segment):
        method = getattr(self, f"_take_{segment.tag.lower()}", None)
        if method:
            method(segment)
        elif self._set:
            self._set.take(segment)
        elif not self._skipped:
            self._tell(segment.row, "syntax", f"{segment.tag} stands outside of ST")

    def end(self, row):
        self._close_set(row)
        for opened, ending in ((self._group, "GE"), (self._interchange, "IEA")):
            if opened:
                self._tell(row, "missing", f"The file ends without {ending}")

    def _take_isa(self, segment):
        self._close_set(segment.row)
        self._interchange, self._groups = segment, 0

    def _take_gs(self, segment):
        self._close_set(segment.row)
        self._group, self._sets = segment, 0
        self._groups += 1

    def _take_st(self, segment):
        self._close_set(segment.row)
        self._sets += 1
        self._skipped = segment.at(1) != "210"
        if self._skipped:
            reason = f"ST01: {values.shown(segment.at(1))} is not a freight invoice"
            self._tell(segment.row, "unsupported", reason)
            return
        interchange = self._interchange.at(13) if self._interchange else ""
        self._set = _Invoice(segment, interchange, self._kind_of)

    def _take_se(self, segment):
        self._skipped = False
        if not self._set:
            return
        opened, self._set = self._set, None
        opened.check_end(segment)
        self._keep(opened)

    def _take_ge(self, segment):
        self._close_set(segment.row)
        self._check(segment, self._group, 6, self._sets, "transaction sets")
        self._group = None

    def _take_iea(self, segment):
        self._close_set(segment.row)
        self._check(segment, self._interchange, 13, self._groups, "groups")
        self._interchange = None

    def _check(self, ending, opened, place, count, what):
        if not opened:
            self._tell(ending.row, "syntax", f"{ending.tag} ends what did not begin")
            return
        if ending.at(1).lstrip("0") != str(count):
            reason = f"{ending.tag}01 counts {ending.at(1)} {what}, there are {count}"
            self._tell(ending.row, "syntax", reason)
        if ending.at(2) != opened.at(place):
            reason = f"{ending.tag}02 is {values.shown(ending.at(2))}, "
            reason += f"{opened.tag} says {values.shown(opened.at(place))}"
            self._tell(ending.row, "syntax", reason)

    def _close_set(self, row):
        """End a transaction set that nobody ended: it may have lost lines."""
        self._skipped = False
        if self._set:
            opened, self._set = self._set, None
            reason = f"Transaction set {opened.control} ends without SE"
            opened.draft.problem(row, "missing", reason)
            self._keep(opened)

    def _keep(self, opened):
        if bill := opened.finish():
            self.bills.append(bill)
        else:
            self._problems += opened.draft.problems

    def _tell(self, row, category, reason):
        self._problems.append(BillProblem(row, category, reason))


class _Group:
    """What one `LX` group says of its charges, or the heading of all of them."""

    def __init__(self):
        self.charges = []
        self.tracking = ""
        self.named = {}
        self.service_date = None
        self.weight = None
        self.weight_unit = ""
        self.dimensions = ()
        self.length_unit = ""
        self.service = self.zone = self.country = self.words = ""


class _Invoice:
    """One transaction set."""

    def __init__(self, segment, interchange, kind_of):
        self.control = segment.at(2)
        self.draft = Draft("", segment.row, interchange=interchange)
        self._kind_of = kind_of
        self._begin = segment.row
        self._heading = self._group = _Group()
        self._party = self._plan = ""
        self._accounts = {}
        self._stated = None

    def take(self, segment):
        method = getattr(self, f"_take_{segment.tag.lower()}", None)
        if method:
            method(segment)

    def check_end(self, segment):
        """Compare what SE says with what was read."""
        count = segment.row - self._begin + 1
        if segment.at(1).lstrip("0") != str(count):
            reason = f"SE01 counts {segment.at(1)} segments, there are {count}"
            self.draft.problem(segment.row, "syntax", reason)
        if segment.at(2) != self.control:
            reason = f"SE02 is {values.shown(segment.at(2))}, ST says "
            reason += values.shown(self.control)
            self.draft.problem(segment.row, "syntax", reason)

    def finish(self):
        """Give the bill, or None when the set has no B3 with a number."""
        self._close_group()
        draft = self.draft
        if not draft.number:
            reason = f"Transaction set {self.control} has no invoice number in B3"
            draft.problem(self._begin, "missing", reason)
            return None
        roles = ("BT", "PR", "SH", "SF")
        accounts = [self._accounts[role] for role in roles if role in self._accounts]
        draft.values["account"] = accounts[0] if accounts else self._plan
        draft.values.setdefault("currency", "")
        if self._stated is not None and draft.net != self._stated:
            reason = f"Bill {draft.number}: L1 adds up to {draft.net}, L3 says "
            draft.problem(self._begin, "total", f"{reason}{self._stated}")
        return draft.finish()

    def _field(self, segment, read, *arguments, default=None):
        return self.draft.field(segment.row, read, *arguments, default=default)

    def _take_b3(self, segment):
        draft, field = self.draft, self._field
        draft.number = values.text(segment.at(2))
        draft.values["issued"] = field(segment, values.day, segment.at(6), "B3-06")
        total = field(segment, values.implied_amount, segment.at(7), "B3-07")
        draft.values["total"] = total
        self._name("shipment", segment.at(3))

    def _take_c3(self, segment):
        code = self._field(segment, values.currency, segment.at(1), "C3-01", default="")
        self.draft.values["currency"] = code

    def _take_itd(self, segment):
        due = self._field(segment, values.day, segment.at(6), "ITD-06")
        self.draft.values["due"] = due

    def _take_g62(self, segment):
        if segment.at(1) in _PICKED_UP:
            found = self._field(segment, values.day, segment.at(2), "G62-02")
            self._group.service_date = self._group.service_date or found

    def _take_n9(self, segment):
        qualifier, number = segment.at(1), values.text(segment.at(2))
        if qualifier == "CN":
            self._group.tracking = self._group.tracking or number
        elif qualifier == "18":
            self._plan = self._plan or number
        elif qualifier in _REFERENCES:
            self._name(_REFERENCES[qualifier], number)
        found = self._field(segment, values.day, segment.at(4), "N9-04")
        # The number that was scanned first says when: others come days later.
        self._group.service_date = self._group.service_date or found

    def _take_n1(self, segment):
        self._party = segment.at(1)
        if segment.at(3) == "25" and segment.at(4):
            self._accounts.setdefault(self._party, values.text(segment.at(4)))

    def _take_n4(self, segment):
        if self._party in _CONSIGNEES:
            self._group.country = values.country(segment.at(4))

    def _take_lx(self, segment):
        self._close_group()
        self._group = _Group()
        self._party = ""

    def _take_l5(self, segment):
        self._group.words = values.text(segment.at(2))

    def _take_l0(self, segment):
        found = self._field(segment, values.plain_amount, segment.at(4), "L0-04")
        if found:
            self._group.weight = found
            self._group.weight_unit = values.weight_unit(segment.at(11))

    def _take_cd3(self, segment):
        group = self._group
        found = self._field(segment, values.plain_amount, segment.at(2), "CD3-02")
        if found and segment.at(1) == "B" and not group.weight:
            group.weight = found
        group.zone = values.text(segment.at(3))
        service = values.text(segment.at(5))
        group.service = "" if service == _NO_SERVICE else service

    def _take_l4(self, segment):
        sizes = [
            self._field(segment, values.plain_amount, segment.at(place), f"L4-0{place}")
            for place in (1, 2, 3)
        ]
        # C is centimetres and N inches; feet and metres are not how parcels are billed.
        unit = values.length_unit(segment.at(4))
        if all(sizes) and unit:
            self._group.dimensions, self._group.length_unit = tuple(sizes), unit

    def _take_l1(self, segment):
        try:
            charge = values.implied_amount(segment.at(4), "L1-04")
        except FieldProblem as error:
            self.draft.problem(segment.row, error.category, error.reason)
            return
        if charge is None:
            self.draft.problem(segment.row, "missing", "L1-04: the charge is missing")
            return
        code = values.text(segment.at(8))
        words = values.text(segment.at(12)) or self._group.words
        self._group.charges.append((segment.row, charge, code, words))

    def _take_l3(self, segment):
        self._close_group()
        self._group = self._heading
        stated = self._field(segment, values.implied_amount, segment.at(5), "L3-05")
        self._stated = stated

    def _name(self, key, number):
        self._group.named.setdefault(key, []).append(number)

    def _close_group(self):
        """Make lines of the charges: what they are about may stand behind them."""
        group, heading = self._group, self._heading
        named = {
            key: [*group.named.get(key, ()), *heading.named.get(key, ())]
            for key in {**group.named, **heading.named}
        }
        for row, charge, code, words in group.charges:
            self.draft.add(
                row,
                charge,
                code=code,
                text=words,
                kind=self._kind_of(code, words),
                tracking_number=group.tracking or heading.tracking,
                references=references(**named),
                service_date=group.service_date or heading.service_date,
                weight=group.weight,
                weight_unit=group.weight_unit,
                dimensions=group.dimensions,
                length_unit=group.length_unit,
                service=group.service,
                zone=group.zone,
                country=group.country or heading.country,
            )
        group.charges = []
