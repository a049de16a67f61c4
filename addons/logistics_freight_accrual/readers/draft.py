"""A bill while it is read: what every layout does with lines, sums and problems."""

from decimal import Decimal

from ..bill import Bill, BillLine, BillProblem
from .values import FieldProblem

_NOTHING = Decimal(0)


class Draft:
    """One bill that is being read.

    :param str number: As the carrier writes it.
    :param int row: Where it begins, for problems of the whole bill.
    :param values: Further fields of `Bill`.
    """

    def __init__(self, number, row, **values):
        self.number = number
        self.row = row
        self.values = values
        self.lines = []
        self.problems = []

    def problem(self, row, category, reason):
        """Keep what is wrong.

        :param int row: Its place in the file.
        :param str category: As in `BillProblem`.
        :param str reason: For a person.
        """
        self.problems.append(BillProblem(row, category, reason))

    def field(self, row, read, *arguments, default=None):
        """Read a field without which a line is still a line.

        :param int row: Its place in the file.
        :param read: A function of `values`.
        :param arguments: What it takes.
        :param default: What stands for a value that cannot be read.
        :return: The value; it is a problem of the bill when it cannot be read.
        """
        try:
            return read(*arguments)
        except FieldProblem as error:
            self.problem(row, error.category, error.reason)
            return default

    def add(self, row, amount, **values):
        """Add a line.

        :param int row: Its place in the file.
        :param Decimal amount: Tax excluded.
        :param values: Further fields of `BillLine`.
        """
        self.lines.append(BillLine(row=row, amount=amount, **values))

    @property
    def net(self):
        """Return what the lines add up to.

        :rtype: Decimal
        """
        return sum((line.amount for line in self.lines), _NOTHING)

    def finish(self):
        """Check the sum, and give the bill.

        :rtype: Bill
        """
        values = dict(self.values)
        total, tax = values.get("total"), values.get("tax", _NOTHING)
        if total is None:
            reason = f"Bill {self.number}: it states no total, so nothing checks its"
            self.problem(self.row, "missing", f"{reason} lines")
        elif self.net + tax != total:
            self.problem(
                self.row,
                "total",
                f"Bill {self.number}: its lines add up to {self.net} and its tax to "
                f"{tax}, its total says {total}",
            )
        if not self.lines:
            self.problem(self.row, "missing", f"Bill {self.number}: it has no lines")
        due = self.net + tax if total is None else total
        kind = values.setdefault("kind", "credit" if due < 0 else "invoice")
        if kind == "credit" and due > 0:
            reason = f"Bill {self.number}: a credit whose total is not negative: {due}"
            self.problem(self.row, "value", reason)
        return Bill(
            number=self.number,
            lines=tuple(self.lines),
            problems=tuple(sorted(self.problems, key=lambda problem: problem.row)),
            **values,
        )


def several(values):
    """Join the values of one kind of reference as `BillLine.references` keeps them.

    :param values: Texts; empty and repeated ones are left out.
    :rtype: str
    """
    return "\n".join(dict.fromkeys(value for value in values if value))


def references(**named):
    """Make the references of a line from lists of texts; empty ones are left out.

    :param named: By a key of `REFERENCES` the texts.
    :rtype: dict[str, str]
    """
    joined = {key: several(texts) for key, texts in named.items()}
    return {key: value for key, value in joined.items() if value}
