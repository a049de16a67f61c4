"""What a table of rates would change in the agreements of a company."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from odoo.tools import LazyTranslate

from ..agreement import Rate
from ..rate_sheet import SheetProblem

_lt = LazyTranslate(__name__)

# `rate_template.REASONS` as people read them, and what only the database can tell.
WORDS = {
    "too_large": _lt("The file has %(size)s bytes; %(limit)s are read."),
    "too_many_rows": _lt("There are more than %(limit)s rows."),
    "too_many_columns": _lt("There are more than %(limit)s columns."),
    "empty": _lt("The file is empty."),
    "encoding": _lt("The text is not UTF-8: %(detail)s."),
    "syntax": _lt("This is no CSV or XLSX file that can be read: %(detail)s."),
    "no_column": _lt("The column “%(column)s” is missing."),
    "unknown_column": _lt("There is no column “%(value)s” in the template."),
    "two_columns": _lt("The column “%(column)s” stands twice."),
    "beyond": _lt("There is a value beyond the last column."),
    "missing": _lt("%(column)s is missing."),
    "formula": _lt("A formula is not read: type its result. %(value)s"),
    "not_a_number": _lt("Not a number: %(value)s"),
    "two_numbers": _lt(
        "%(value)s may be two numbers: write more or fewer decimals, such as 1.5000."
    ),
    "not_a_day": _lt("Not a day like 2026-03-31: %(value)s"),
    "not_a_text": _lt("Not a text: %(value)s"),
    "too_long": _lt("Longer than %(limit)s characters."),
    "not_a_code": _lt("No such code: %(value)s"),
    "not_here": _lt("%(column)s does not belong into a row of %(kind)s."),
    "no_value": _lt("There is neither a price nor a percentage nor an amount."),
    "range": _lt("Out of its range: %(detail)s"),
    "differs": _lt("%(column)s is %(value)s, in row %(other)s it is %(before)s."),
    "duplicate": _lt("It says the same as row %(other)s."),
    "overlap": _lt("It is valid on the same days as row %(other)s."),
    "no_carrier": _lt("There is no carrier “%(value)s”: create it first."),
    "two_carriers": _lt("Several carriers are called “%(value)s”."),
    "other_carrier": _lt("The agreement “%(value)s” is with another carrier."),
    "archived": _lt("The agreement “%(value)s” is archived."),
    "too_precise": _lt("%(value)s has more than six decimals, or too many digits."),
}
_NUMBERS = ("price", "per_kg", "minimum", "weight_to", "percent", "amount")
_LIMIT = 10**9


@dataclass
class AgreementPlan:
    """What becomes of one agreement.

    :param Any pure: What the file says, an `agreement.Agreement`.
    :param Any carrier: The `logistics.carrier`.
    :param Any record: The agreement there is, may be empty.
    :param list added: Entries to add.
    :param list changed: Pairs of the line there is and the entry it becomes.
    :param list removed: Lines that go.
    :param list same: Lines that stay as they are.
    :param dict head: By field name what it was and what it becomes.
    """

    pure: Any
    carrier: Any
    record: Any
    added: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    removed: list = field(default_factory=list)
    same: list = field(default_factory=list)
    head: dict = field(default_factory=dict)

    @property
    def is_empty(self):
        """Return whether nothing changes.

        :rtype: bool
        """
        return not (self.added or self.changed or self.removed or self.head)


def subject_of(entry):
    """Return what two entries share that cannot both hold on one day.

    :param agreement.Rate | agreement.Surcharge entry: Of the file or of a line.
    :rtype: tuple
    """
    where = (entry.service, entry.zone, entry.country)
    if isinstance(entry, Rate):
        return (*where, "base", entry.weight_to)
    return (*where, entry.kind, entry.trait, entry.percent is None, entry.per)


def compare(plan, entries, lines, is_complete):
    """Find out what the entries of a file change in the lines there are.

    :param AgreementPlan plan: Filled in here.
    :param list entries: What the file says.
    :param dict lines: By line of the agreement its pure value.
    :param bool is_complete: Whether every row was read: only then does what is missing
        go. Otherwise it goes where it would hold on the same days as a row that was.
    """
    wanted = {(subject_of(one), one.valid_from): one for one in entries}
    by_subject = {}
    for entry in entries:
        by_subject.setdefault(subject_of(entry), []).append(entry)
    met = set()
    for line, pure in lines.items():
        key = (subject_of(pure), pure.valid_from)
        if key in wanted and key not in met:
            met.add(key)
            if wanted[key] == pure:
                plan.same.append(line)
            else:
                plan.changed.append((line, wanted[key]))
        elif is_complete or any(
            _overlap(pure, entry) for entry in by_subject.get(key[0], ())
        ):
            plan.removed.append(line)
        else:
            plan.same.append(line)
    plan.added += [entry for key, entry in wanted.items() if key not in met]


def imprecise(row):
    """Return the first number of a row that could not be kept exactly.

    :param rate_sheet.SheetRow row: A good row.
    :return: A problem, or None.
    :rtype: rate_sheet.SheetProblem | None
    """
    for name in _NUMBERS:
        value = getattr(row.entry, name, None)
        if value is not None and (round(value, 6) != value or abs(value) >= _LIMIT):
            return problem(row.row, name, "too_precise", f"{value.normalize() + 0:f}")
    return None


def problem(row, column, reason, value):
    """Return a problem of a row.

    :param str reason: A key of `WORDS`.
    :rtype: rate_sheet.SheetProblem
    """
    return SheetProblem(row, column, reason, {"value": value})


def _overlap(one, other):
    return (one.valid_from or date.min) <= (other.valid_to or date.max) and (
        other.valid_from or date.min
    ) <= (one.valid_to or date.max)
