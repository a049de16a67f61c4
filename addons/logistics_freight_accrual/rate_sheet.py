"""Agreements with carriers, read from a table that a person fills in.

XLSX or CSV with the columns of `rate_template.COLUMNS`, in any order. Each row is one
rate (`kind` is `base`) or one surcharge. What holds for a whole agreement (currency,
divisor, weight step, what a rate is for) may stand in one of its rows or in all of
them, but not differ. Bad rows are told with their reason and left out; the good ones
can be used. Nothing is written: the result is the preview.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from .agreement import BASES, PER, Agreement, Rate, Surcharge
from .rate_template import COLUMNS, DAYS, NUMBERS, REASONS, REQUIRED
from .sheet_cells import Formula, Refused, day, number, plain, proven_mark, rows

# Of the whole agreement.
_COMMON = ("carrier", "currency", "divisor", "weight_step")
_FIRST, _LAST = date.min, date.max

_RATE_ONLY = ("weight_to", "price", "per_kg")
_SURCHARGE_ONLY = ("percent", "amount", "basis", "trait")


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """What keeps a row from being used, or the whole file when the row is 0.

    :param int row: As a spreadsheet counts it, from 1.
    :param str column: One of `rate_template.COLUMNS`, "" for the whole row.
    :param str reason: A key of `rate_template.REASONS`.
    :param Mapping values: What the reason names, as texts.
    """

    row: int
    column: str
    reason: str
    values: dict[str, str]

    @property
    def text(self):
        """Return the reason as a sentence, untranslated.

        :rtype: str
        """
        return REASONS[self.reason].format(**{"column": self.column, **self.values})


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One good row.

    :param int row: As a spreadsheet counts it, from 1.
    :param str agreement: The name of the agreement.
    :param Rate | Surcharge entry: What the row says.
    """

    row: int
    agreement: str
    entry: Rate | Surcharge


@dataclass(frozen=True, slots=True)
class RateSheet:
    """What a file says: the preview of an import.

    :param tuple rows: The good rows, in their order.
    :param tuple agreements: What they make, in the order of their first rows; one of
        which no row is good is not there.
    :param tuple problems: By row.
    """

    rows: tuple[SheetRow, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    problems: tuple[SheetProblem, ...] = ()


def read(data, currencies, kinds):
    """Read agreements from a file.

    :param bytes data: An XLSX workbook, of which the first sheet is read, or CSV.
    :param Mapping[str, int] currencies: By ISO 4217 code how many decimals it has.
    :param Collection[str] kinds: The kinds of surcharges that are known.
    :rtype: RateSheet
    """
    try:
        found = rows(data)
        columns = _columns(found[0])
    except Refused as error:
        problem = SheetProblem(
            0, error.values.pop("column", ""), error.reason, error.values
        )
        return RateSheet(problems=(problem,))
    reading = _Reading(currencies, kinds, columns, found[1:])
    return reading.sheet()


class _Reading:
    """Reads the rows of one file."""

    def __init__(self, currencies, kinds, columns, found):
        self.currencies, self.kinds = currencies, kinds
        self.columns, self.found = columns, found
        self.mark = proven_mark(
            cell
            for row in found
            for name, cell in zip(columns, row.cells, strict=False)
            if name in NUMBERS
        )
        self.common = {}
        self.problems, self.good = [], []

    def sheet(self):
        """Read everything."""
        for row in self.found:
            values = self._values(row)
            if values is None:
                continue
            try:
                entry = self._entry(values)
                self._check_common(row.number, values)
            except Refused as error:
                column = error.values.pop("column", "")
                self._tell(row.number, column, error)
            except ValueError as error:
                self._tell(row.number, "", Refused("range", detail=str(error)))
            else:
                self.good.append(SheetRow(row.number, values["agreement"], entry))
        self._check_repeats()
        return RateSheet(
            tuple(self.good),
            self._agreements(),
            tuple(sorted(self.problems, key=lambda problem: problem.row)),
        )

    def _tell(self, row, column, error):
        self.problems.append(SheetProblem(row, column, error.reason, error.values))

    def _values(self, row):
        """Return what a row says by column, None when any of it cannot be read."""
        before = len(self.problems)
        if row.problem:
            self._tell(row.number, "", row.problem)
        if any(cell != "" for cell in row.cells[len(self.columns) :]):
            self._tell(row.number, "", Refused("beyond"))
        values = {}
        for name, cell in zip(self.columns, row.cells, strict=False):
            try:
                if cell != "" and not (isinstance(cell, str) and not cell.strip()):
                    values[name] = self._value(name, cell)
            except Refused as error:
                self._tell(row.number, name, error)
        told = {problem.column for problem in self.problems[before:]}
        for name in REQUIRED:
            if name not in values and name not in told and not row.problem:
                self._tell(row.number, name, Refused("missing", column=name))
        return values if len(self.problems) == before else None

    def _value(self, name, cell):
        if isinstance(cell, Formula):
            raise Refused("formula", value=cell.text)
        if name in DAYS:
            return day(cell)
        if name in NUMBERS:
            if name == "percent" and isinstance(cell, str):
                cell = cell.strip().removesuffix("%").strip()
            return number(cell, self.mark)
        text = plain(cell)
        known = {
            "currency": self.currencies,
            "kind": ("base", *self.kinds),
            "basis": BASES,
            "per": PER,
        }
        bad_country = name == "country" and not (
            len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()
        )
        if bad_country or text not in known.get(name, (text,)):
            raise Refused("not_a_code", value=text)
        return text

    def _entry(self, values):
        base = values["kind"] == "base"
        for name in _SURCHARGE_ONLY if base else _RATE_ONLY:
            if name in values and not (base and name == "per"):
                raise Refused("not_here", column=name, kind=values["kind"])
        names = {"service", "zone", "country", "minimum", *DAYS}
        names |= {"weight_to", "price", "per_kg"} if base else set()
        names |= (
            set() if base else {"kind", "percent", "amount", "basis", "per", "trait"}
        )
        given = {name: values[name] for name in names & values.keys()}
        if not given.keys() & {"price", "per_kg", "minimum", "percent", "amount"}:
            raise Refused("no_value")
        return Rate(**given) if base else Surcharge(**given)

    def _check_common(self, row, values):
        """Check that an agreement says one thing about itself."""
        said = {name: values[name] for name in _COMMON if name in values}
        if values["kind"] == "base" and "per" in values:
            said["per"] = values["per"]
        common = self.common.setdefault(values["agreement"], {})
        for name, value in said.items():
            before, other = common.get(name, (value, row))
            if before != value:
                raise Refused(
                    "differs",
                    column=name,
                    value=str(value),
                    other=str(other),
                    before=str(before),
                )
        for name, value in said.items():
            common.setdefault(name, (value, row))

    def _check_repeats(self):
        """Leave out repetitions, and both of two rows that cannot hold together."""
        groups, bad = defaultdict(list), set()
        for row in self.good:
            groups[_scope(row)].append(row)
        for group in groups.values():
            group.sort(key=lambda row: (row.entry.valid_from or _FIRST, row.row))
            last = None
            for row in group:
                if last and (row.entry.valid_from or _FIRST) <= (
                    last.entry.valid_to or _LAST
                ):
                    bad |= self._repeat(last, row)
                if last is None or _end(row) > _end(last):
                    last = row
        self.good = [row for row in self.good if row.row not in bad]

    def _repeat(self, one, other):
        """Tell of two rows; return the numbers of those that are left out."""
        one, other = sorted((one, other), key=lambda row: row.row)
        if one.entry == other.entry:
            self._tell(other.row, "", Refused("duplicate", other=str(one.row)))
            return {other.row}
        self._tell(one.row, "", Refused("overlap", other=str(other.row)))
        self._tell(other.row, "", Refused("overlap", other=str(one.row)))
        return {one.row, other.row}

    def _agreements(self):
        entries = defaultdict(list)
        for row in self.good:
            entries[row.agreement].append(row.entry)
        found = []
        for ref, parts in entries.items():
            common = {name: said[0] for name, said in self.common[ref].items()}
            try:
                found.append(
                    Agreement(
                        ref,
                        rates=tuple(p for p in parts if isinstance(p, Rate)),
                        surcharges=tuple(p for p in parts if isinstance(p, Surcharge)),
                        decimals=self.currencies[common["currency"]],
                        **common,
                    )
                )
            except ValueError as error:
                places = (said[1] for said in self.common[ref].values())
                self._tell(min(places), "", Refused("range", detail=str(error)))
        return tuple(found)


def _columns(header):
    """Return the name of every column of a file.

    :raises Refused: When one is missing, unknown or there twice.
    """
    if header.problem:
        raise header.problem
    names = []
    for cell in header.cells:
        if isinstance(cell, Formula):
            raise Refused("formula", value=cell.text)
        name = plain(cell).casefold().replace(" ", "_")
        if name not in COLUMNS:
            raise Refused("unknown_column", value=name)
        if name in names:
            raise Refused("two_columns", column=name)
        names.append(name)
    for name in REQUIRED:
        if name not in names:
            raise Refused("no_column", column=name)
    return names


def _scope(row):
    """Return what two rows share that cannot both hold on one day."""
    entry = row.entry
    where = (row.agreement, entry.service, entry.zone, entry.country)
    if isinstance(entry, Rate):
        return (*where, "base", entry.weight_to)
    return (*where, entry.kind, entry.trait, entry.percent is None, entry.per)


def _end(row):
    return row.entry.valid_to or _LAST
