"""What the CSV layouts share: rows that belong to bills, read one by one."""

from ..bill import BillProblem
from .draft import Draft
from .tables import Header
from .values import FieldProblem, amount, decimal_mark


class Bills:
    """The bills of a table, in the order in which they begin.

    :param list problems: Where the problems go that belong to no bill.
    """

    def __init__(self, problems):
        self.problems = problems
        self._drafts = {}

    def draft(self, key, row, **values):
        """Return the bill of a key; the first row that names it begins it.

        :param key: What tells bills apart, beginning with the number.
        :param int row: The row.
        :param values: Fields of `Bill` to begin with.
        :rtype: Draft
        """
        if key not in self._drafts:
            self._drafts[key] = Draft(key[0], row, **values)
        return self._drafts[key]

    def rows(self, rows, take):
        """Take the rows one by one: a bad one is told and costs only itself.

        :param rows: The rows.
        :param take: What reads one row; it may raise `FieldProblem`.
        """
        for row in rows:
            try:
                take(row)
            except FieldProblem as error:
                problem = BillProblem(row.number, error.category, error.reason)
                self.problems.append(problem)

    def drafts(self):
        """Return what is known of the bills so far.

        :rtype: list[Draft]
        """
        return list(self._drafts.values())

    def finish(self):
        """Give the bills.

        :rtype: list[Bill]
        """
        return [draft.finish() for draft in self._drafts.values()]


class Sheet:
    """A table with names over its columns, and the decimal mark of its amounts.

    :param list rows: The rows, the header first.
    :param amounts: Names of the columns with amounts, as the layout spells them.
    :param list problems: Where columns that are missing or doubled are told.
    :param needed: Names without which nothing can be read.
    :param known: All names that are read.
    """

    def __init__(self, rows, amounts, problems, *, needed, known):
        self.header = Header(rows[0])
        self.rows = [row for row in rows[1:] if not self.header.is_repeated(row)]
        self.mark = decimal_mark(
            row.cells[place]
            for name in amounts
            for place in self.header.places(name)
            for row in self.rows
            if place < len(row.cells)
        )
        self.missing = self.header.missing(needed)
        row = self.header.row
        for name in self.missing:
            reason = f"The column {name} is missing"
            problems.append(BillProblem(row, "missing", reason))
        for name in self.header.twice(known):
            reason = f"The column {name} stands twice"
            problems.append(BillProblem(row, "syntax", reason))

    def text(self, row, name):
        """Return what a row has below a name, "" when there is nothing.

        :param Row row: The row.
        :param str name: As the layout spells it.
        :rtype: str
        :raises FieldProblem: When the column stands twice with different texts.
        """
        try:
            return self.header.cell(row, name)
        except ValueError as error:
            raise FieldProblem(str(error), "syntax") from error

    def amount(self, row, name):
        """Read an amount.

        :param Row row: The row.
        :param str name: As the layout spells it.
        :rtype: Decimal | None
        :raises FieldProblem: When it cannot be read.
        """
        return amount(self.text(row, name), name, self.mark)

    def needed(self, row, name):
        """Return what a row has below a name that must have something.

        :param Row row: The row.
        :param str name: As the layout spells it.
        :rtype: str
        :raises FieldProblem: When there is nothing.
        """
        found = self.text(row, name)
        if not found:
            raise FieldProblem(f"{name} is missing", "missing")
        return found

    def check_width(self, row):
        """Refuse a row that is cut off or has cells too many.

        Cells that are empty may be missing or be too many.

        :param Row row: The row.
        :raises FieldProblem: When a cell stands below no name, or less than half of the
            columns are there.
        """
        width = len(self.header.names)
        if any(row.cells[width:]):
            raise FieldProblem(
                f"The row has {len(row.cells)} cells, the header {width}", "syntax"
            )
        if len(row.cells) * 2 < width:
            raise FieldProblem(
                f"The row has {len(row.cells)} of {width} cells", "syntax"
            )


def one_currency(draft, row, code):
    """Keep the currency of a bill; an amount in another one cannot be added.

    :param Draft draft: The bill.
    :param int row: The row.
    :param str code: The currency of the row, "" when it says none.
    :raises FieldProblem: When the bill has another currency.
    """
    known = draft.values.get("currency")
    if known and code and known != code:
        raise FieldProblem(
            f"Bill {draft.number} is in {known}, the row in {code}", "unsupported"
        )
    one_value(draft, row, "currency", code)


def one_value(draft, row, field, found):
    """Keep what every row of a bill repeats; a different value is told.

    :param Draft draft: The bill.
    :param int row: The row.
    :param str field: A field of `Bill`.
    :param found: The value; None and "" say nothing.
    """
    if found is None or found == "":
        return
    known = draft.values.get(field)
    if known is None or known == "":
        draft.values[field] = found
    elif known != found:
        category = "total" if field == "total" else "value"
        reason = f"Bill {draft.number}: {field} is {found} here and {known} before"
        draft.problem(row, category, reason)
