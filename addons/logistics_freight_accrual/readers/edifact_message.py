"""One INVOIC message while it is read; `edifact_invoic` says what is read of it."""

from dataclasses import dataclass, field
from decimal import Decimal

from . import values
from .draft import Draft, references
from .values import FieldProblem

# Code list 1001: what takes charges back.
_CREDITS = frozenset({"81", "83", "261", "262", "308", "381", "396", "532"})
_TRACKING = ("CW", "CN")
_REFERENCES = {
    **dict.fromkeys(("AAM", "AWB", "HWB", "BM", "MB", "AAS"), "waybill"),
    **dict.fromkeys(("ON", "CO"), "order"),
    **dict.fromkeys(("DQ", "AAK", "PK"), "delivery"),
    **dict.fromkeys(("SRN", "SI", "UCN", "BN"), "shipment"),
    **dict.fromkeys(("CU", "CR"), "customer"),
}
_ACCOUNTS = ("ADE", "IT", "API")
_ORIGINALS = ("IV", "OI")
_DUE = ("13", "140")
_SERVED = ("11", "200", "110", "1", "35")
_CONSIGNEES = ("CN", "DP", "ST")
_ALLOWANCE_AMOUNTS = ("8", "23", "204")
_TOTALS = ("9", "77", "86", "39")
# Code list 5305: with one of these the taxable amount is not the net one.
_UNTAXED = frozenset({"AE", "E", "G", "K", "O", "Z"})


@dataclass
class _Item:
    """A `LIN`, an `ALC`, or the heading of all of them."""

    row: int
    sign: int = 1
    code: str = ""
    text: str = ""
    amount: Decimal | None = None
    tax: Decimal = Decimal(0)
    tracking: str = ""
    named: dict = field(default_factory=dict)
    dates: dict = field(default_factory=dict)
    weight: Decimal | None = None
    weight_unit: str = ""
    country: str = ""
    charges: list = field(default_factory=list)
    unread: bool = False

    @property
    def service_date(self):
        found = (self.dates.get(qualifier) for qualifier in _SERVED)
        return next((day for day in found if day), None)


class Invoice:
    """One message, from BGM to what ends it; see `edifact_invoic` for what is read.

    :param Segment segment: Its BGM.
    :param int begin: Where the message begins.
    :param str interchange: The reference of the interchange.
    :param kind_of: Code and words of a charge → a key of the charge types.
    :param str mark: The decimal mark that UNA declares, else "".
    """

    def __init__(self, segment, begin, interchange, kind_of, mark):
        number = values.text(segment.part(2))
        self.draft = Draft(number, begin, interchange=interchange)
        if not number:
            self.draft.problem(segment.row, "missing", "BGM: the bill has no number")
        self._credit = segment.part(1) in _CREDITS
        self._kind_of = kind_of
        self._mark = mark
        self._heading = self._item = _Item(segment.row)
        self._items = []
        self._charge = None
        self._party = ""
        self._summary = self._taxed = self._untaxed = False
        self._totals = {}
        self._taxes = []
        self._currency = ""

    def take(self, segment):
        """Read one segment; those that say nothing about the bill are passed over.

        :param Segment segment: The segment.
        """
        method = getattr(self, f"_take_{segment.tag.lower()}", None)
        if method:
            method(segment)

    def check_end(self, segment, header, count):
        """Compare what UNT says with what was read.

        :param Segment segment: UNT.
        :param Segment header: UNH.
        :param int count: How many segments there are, both included.
        """
        if segment.part(1).lstrip("0") != str(count):
            reason = f"UNT counts {segment.part(1)} segments, there are {count}"
            self.draft.problem(segment.row, "syntax", reason)
        if segment.part(2) != header.part(1):
            reason = f"UNT says {values.shown(segment.part(2))}, UNH "
            reason += values.shown(header.part(1))
            self.draft.problem(segment.row, "syntax", reason)

    def finish(self, row):
        """Give the bill.

        :param int row: Where it ends.
        :rtype: Bill
        """
        draft, totals = self.draft, self._totals
        if not self._summary:
            draft.problem(row, "missing", "UNS: the bill ends before its totals")
        total = next((totals[key] for key in _TOTALS if key in totals), None)
        tax = self._tax()
        sign = self._sign(total)
        self._add_lines(sign)
        taxable = totals.get("125")
        if taxable is not None and not self._untaxed and draft.net != sign * taxable:
            reason = f"Bill {draft.number}: its lines add up to {draft.net}, its "
            reason += f"taxable amount (MOA 125) is {sign * taxable}"
            draft.problem(draft.row, "total", reason)
        draft.values["currency"] = draft.values.get("currency") or self._currency
        draft.values["total"] = None if total is None else sign * total
        draft.values["tax"] = sign * tax
        if self._credit:
            draft.values["kind"] = "credit"
        return draft.finish()

    def _tax(self):
        """Return the tax of the bill: its total, else its rates, else its lines."""
        if "176" in self._totals:
            return self._totals["176"]
        if self._taxes:
            return sum(self._taxes, Decimal(0))
        taxed = [self._heading, *self._items]
        taxes = [each.tax for item in taxed for each in (item, *item.charges)]
        return sum(taxes, Decimal(0))

    def _sign(self, total):
        """Return -1 for a credit that is written with positive amounts."""
        amounts = (item.amount for item in self._items if item.amount is not None)
        weighed = sum(amounts, Decimal(0)) if total is None else total
        return -1 if self._credit and weighed > 0 else 1

    def _add_lines(self, sign):
        lines = sum((item.amount or 0 for item in self._items), Decimal(0))
        charges = sum(
            (charge.sign * (charge.amount or 0) for charge in self._line_charges()),
            Decimal(0),
        )
        stated = self._totals.get("79")
        beside = stated is not None and lines != stated and lines + charges == stated
        if stated is not None and lines != stated and not beside:
            reason = f"Bill {self.draft.number}: its lines add up to {lines}, "
            reason += f"MOA 79 says {stated}"
            self.draft.problem(self.draft.row, "total", reason)
        for charge in self._heading.charges:
            if charge.amount is None and not charge.unread:
                reason = "ALC: an allowance or charge of the whole bill has no amount"
                self.draft.problem(charge.row, "missing", reason)
            elif charge.amount is not None:
                amount = sign * charge.sign * charge.amount
                self._add(charge, self._heading, amount, sign)
        for item in self._items:
            self._add_item(item, sign, beside)

    def _line_charges(self):
        return (charge for item in self._items for charge in item.charges)

    def _add_item(self, item, sign, beside):
        charges = [charge for charge in item.charges if charge.amount is not None]
        if item.amount is None and not charges:
            # An amount that could not be read is a problem already.
            if not item.unread:
                reason = "LIN: the line has no amount (MOA 203)"
                self.draft.problem(item.row, "missing", reason)
            return
        inside = sum((each.sign * each.amount for each in charges), Decimal(0))
        rest = item.amount
        if rest is not None and not beside:
            rest -= inside
        if rest or (rest is not None and (not charges or item.tax)):
            self._add(item, item, sign * rest, sign)
        for charge in charges:
            self._add(charge, item, sign * charge.sign * charge.amount, sign)

    def _add(self, what, about, amount, sign):
        heading = self._heading
        named = {
            key: [*about.named.get(key, ()), *heading.named.get(key, ())]
            for key in {**about.named, **heading.named}
        }
        tracking = about.tracking or heading.tracking
        self.draft.add(
            what.row,
            amount,
            code=what.code,
            text=what.text,
            kind=self._kind_of(what.code, what.text),
            tax=sign * what.tax,
            tracking_number=tracking or self._waybill(about) or self._waybill(heading),
            references=references(**named),
            service_date=about.service_date or heading.service_date,
            weight=about.weight,
            weight_unit=about.weight_unit,
            country=about.country or heading.country,
        )

    @staticmethod
    def _waybill(item):
        return next(iter(item.named.get("waybill", ())), "")

    def _field(self, segment, read, *arguments, default=None):
        return self.draft.field(segment.row, read, *arguments, default=default)

    def _take_lin(self, segment):
        self._summary = False
        self._item = _Item(segment.row, code=values.text(segment.part(3)))
        self._items.append(self._item)
        self._charge, self._party = None, ""

    def _take_uns(self, segment):
        self._summary = True
        self._charge = None

    def _take_pia(self, segment):
        self._item.code = self._item.code or values.text(segment.part(2))

    def _take_imd(self, segment):
        words = segment.part(3, 4) or segment.part(3, 5) or segment.part(3)
        self._item.text = self._item.text or values.text(words)

    def _take_alc(self, segment):
        if self._summary:
            # There it only sums up what was said before.
            return
        self._charge = _Item(
            segment.row,
            sign=-1 if segment.part(1) == "A" else 1,
            code=values.text(segment.part(5)),
            text=values.text(segment.part(5, 4) or segment.part(2)),
        )
        self._item.charges.append(self._charge)

    def _take_tax(self, segment):
        self._taxed = self._summary
        if segment.part(6) in _UNTAXED:
            self._untaxed = True

    def _take_moa(self, segment):
        qualifier = segment.part(1)
        name = f"MOA {qualifier}"
        try:
            found = self._amount(segment, name)
        except FieldProblem as error:
            self.draft.problem(segment.row, error.category, error.reason)
            (self._charge or self._item).unread = True
            return
        if found is None:
            return
        if not self._currency:
            arguments = (values.currency, segment.part(1, 3), name)
            self._currency = self._field(segment, *arguments, default="")
        if self._summary:
            self._take_total(qualifier, found)
        elif qualifier == "124":
            (self._charge or self._item).tax += found
        elif self._charge and qualifier in _ALLOWANCE_AMOUNTS:
            self._charge.amount = found
        elif qualifier == "203":
            self._item.amount = found

    def _take_total(self, qualifier, found):
        if qualifier == "124":
            self._taxes.append(found)
        elif not (self._taxed and qualifier == "125"):
            # Below TAX it is the part that has this rate.
            self._totals.setdefault(qualifier, found)

    def _amount(self, segment, name):
        written = segment.part(1, 2)
        found = values.plain_amount(written, name)
        other = {".": ",", ",": "."}.get(self._mark)
        if other and len(written.partition(other)[2]) == 3:
            raise FieldProblem(
                f"{name}: {values.shown(written)} can be read in two ways: the "
                f"decimal mark is {self._mark!r}"
            )
        return found

    def _take_cux(self, segment):
        code = self._field(segment, values.currency, segment.part(1, 2), "CUX")
        self.draft.values["currency"] = code or ""

    def _take_dtm(self, segment):
        qualifier = segment.part(1)
        if qualifier not in ("137", *_DUE, *_SERVED):
            return
        # Formats 102, 203, 204 and 718 begin with the eight digits of a day.
        written = segment.part(1, 2)
        if segment.part(1, 3) in ("203", "204", "718"):
            written = written[:8]
        found = self._field(segment, values.day, written, f"DTM {qualifier}")
        if qualifier == "137":
            self.draft.values["issued"] = found
        elif qualifier in _DUE:
            self.draft.values["due"] = found
        else:
            self._item.dates.setdefault(qualifier, found)

    def _take_rff(self, segment):
        qualifier, number = segment.part(1), values.text(segment.part(1, 2))
        if self._party:
            if qualifier in _ACCOUNTS:
                self.draft.values.setdefault("account", number)
        elif qualifier in _TRACKING:
            self._item.tracking = self._item.tracking or number
        elif qualifier in _REFERENCES:
            self._item.named.setdefault(_REFERENCES[qualifier], []).append(number)
        elif qualifier in _ORIGINALS and self._item is self._heading:
            self.draft.values.setdefault("original", number)

    def _take_gin(self, segment):
        if segment.part(1) == "BJ":
            self._item.tracking = self._item.tracking or values.text(segment.part(2))

    def _take_nad(self, segment):
        self._party = segment.part(1)
        if self._party in _CONSIGNEES:
            self._item.country = values.country(segment.part(9))

    def _take_mea(self, segment):
        unit = values.weight_unit(segment.part(3))
        found = self._field(segment, values.plain_amount, segment.part(3, 2), "MEA")
        # CHW is the chargeable weight.
        if unit and found and (segment.part(1) == "CHW" or not self._item.weight):
            self._item.weight, self._item.weight_unit = found, unit
