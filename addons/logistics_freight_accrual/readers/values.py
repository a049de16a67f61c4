"""Amounts, dates and units as carriers write them: every reader takes its values here.

Money is exact: what can be read in two ways is refused, NaN and infinity are no
amounts, and every reason names the field.
"""

import re
from datetime import date
from decimal import Decimal

# Longest texts and references that are kept of a bill.
TEXT_LIMIT = 200
# Digits before and behind the decimal mark.
_WHOLE, _BEHIND = 15, 9

_POINT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+", re.ASCII)
_COMMA = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?|,\d+", re.ASCII)
_SPACES = str.maketrans("", "", " \u00a0\u202f'")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?: .*)?", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_TIMES = re.compile(r"\s*[xX*\u00d7]\s*")
# UN/ECE Recommendation 20 and what carriers write.
_WEIGHT_UNITS = {
    **dict.fromkeys(("KG", "KGS", "KGM", "K"), "KG"),
    **dict.fromkeys(("LB", "LBS", "LBR", "L"), "LB"),
}
_LENGTH_UNITS = {
    **dict.fromkeys(("CM", "CMT", "C"), "CM"),
    **dict.fromkeys(("IN", "INH", "I", "N"), "IN"),
}


class FieldProblem(ValueError):
    """A value that cannot be read; the reason names the field.

    :param str reason: For a person.
    :param str category: As in `BillProblem`.
    """

    def __init__(self, reason, category="value"):
        super().__init__(reason)
        self.reason = reason
        self.category = category


def text(value, limit=TEXT_LIMIT):
    """Return a text as it can be stored: one line of words.

    :param str value: The text.
    :param int limit: Longer texts are cut.
    :rtype: str
    """
    return " ".join(value.split())[:limit]


def shown(value):
    """Return a value for a reason: quoted, and no longer than a line.

    :param str value: What stands in the file.
    :rtype: str
    """
    return repr(value if len(value) <= 40 else f"{value[:40]}…")


def decimal_mark(samples):
    """Tell which decimal mark a file uses, from the amounts that leave no doubt.

    :param samples: The texts of amounts.
    :return: "." or ","; "" when every amount that has a mark could mean either.
    :rtype: str
    """
    votes = {".": 0, ",": 0}
    for sample in samples:
        number, _sign = _unsigned(sample)
        point, comma = _POINT.fullmatch(number), _COMMA.fullmatch(number)
        if point and not comma:
            votes["."] += 1
        elif comma and not point:
            votes[","] += 1
    if votes["."] == votes[","]:
        return "." if votes["."] else ""
    return max(votes, key=votes.get)


def amount(value, field, mark):
    """Read an amount of a table, exactly.

    The sign may stand before or behind, or the amount in brackets; thousands may be
    grouped by blanks, apostrophes or the mark that is not the decimal mark.

    :param str value: The text; "" is no amount.
    :param str field: Its name, for the reason.
    :param str mark: The decimal mark of the file, see `decimal_mark`.
    :rtype: Decimal | None
    :raises FieldProblem: When it is no amount, or can be read in two ways.
    """
    number, negative = _unsigned(value)
    if not number:
        if value.strip():
            raise FieldProblem(f"{field}: {shown(value)} is not an amount")
        return None
    point, comma = _POINT.fullmatch(number), _COMMA.fullmatch(number)
    if not point and not comma:
        raise FieldProblem(f"{field}: {shown(value)} is not an amount")
    if point and comma and not mark and not number.isdigit():
        raise FieldProblem(
            f"{field}: {shown(value)} can be read in two ways, and no other amount "
            "of the file shows which mark separates decimals"
        )
    mark = mark or ("." if point else ",")
    if not (point if mark == "." else comma):
        raise FieldProblem(
            f"{field}: {shown(value)} does not fit the file's decimal mark {mark!r}"
        )
    grouping = "," if mark == "." else "."
    return _decimal(number.replace(grouping, "").replace(mark, "."), negative, field)


def plain_amount(value, field):
    """Read an amount without grouping, with a point or a comma as its decimal mark.

    :param str value: The text; "" is no amount.
    :param str field: Its name, for the reason.
    :rtype: Decimal | None
    :raises FieldProblem: When it is anything else.
    """
    number, negative = _unsigned(value)
    if not value.strip():
        return None
    if not re.fullmatch(r"\d+(?:[.,]\d*)?|[.,]\d+", number, re.ASCII):
        raise FieldProblem(f"{field}: {shown(value)} is not an amount")
    return _decimal(number.replace(",", "."), negative, field)


def implied_amount(value, field):
    """Read an amount with two implied decimals (X12 type N2): 1700 is 17.00.

    A point that is written counts, although the type has none.

    :param str value: The text; "" is no amount.
    :param str field: Its name, for the reason.
    :rtype: Decimal | None
    :raises FieldProblem: When it is anything else.
    """
    if "." in value:
        return plain_amount(value, field)
    stripped = value.strip()
    if not stripped:
        return None
    if not re.fullmatch(r"[+-]?\d+", stripped, re.ASCII):
        raise FieldProblem(f"{field}: {shown(value)} is not an amount")
    found = _decimal(stripped.lstrip("+-"), stripped.startswith("-"), field)
    return found.scaleb(-2)


def day(value, field):
    """Read a day: ISO 8601, eight digits, or day first with points, slashes or dashes.

    A time behind the day is not looked at. Two-digit years and days that are written
    month first cannot be told apart from others and are refused where they show.

    :param str value: The text; "" and eight zeros are no day.
    :param str field: Its name, for the reason.
    :rtype: date | None
    :raises FieldProblem: When it is anything else, or no such day exists.
    """
    stripped = value.strip()
    if not stripped or not stripped.strip("0"):
        return None
    if match := _ISO.fullmatch(stripped) or _COMPACT.fullmatch(stripped):
        year, month, number = match.groups()
    elif match := _DAY_FIRST.fullmatch(stripped):
        number, month, year = match.groups()
    else:
        raise FieldProblem(f"{field}: {shown(value)} is not a date")
    try:
        found = date(int(year), int(month), int(number))
    except ValueError as error:
        raise FieldProblem(f"{field}: there is no day {shown(value)}") from error
    if not 1971 <= found.year < 2200:
        raise FieldProblem(f"{field}: the year of {shown(value)} cannot be meant")
    return found


def currency(value, field):
    """Read a currency code (ISO 4217).

    :param str value: The text; "" is none.
    :param str field: Its name, for the reason.
    :rtype: str
    :raises FieldProblem: When it is not three letters.
    """
    code = value.strip().upper()
    if code and not _CURRENCY.fullmatch(code):
        raise FieldProblem(f"{field}: {shown(value)} is not a currency code")
    return code


def country(value):
    """Return a country code (ISO 3166-1 alpha-2), "" for anything else.

    :param str value: The text; some bills write the country's name.
    :rtype: str
    """
    code = value.strip().upper()
    return code if _COUNTRY.fullmatch(code) else ""


def weight_unit(value):
    """Return `KG` or `LB`, "" for a unit that is neither.

    :param str value: As the carrier writes it.
    :rtype: str
    """
    return _WEIGHT_UNITS.get(value.strip().upper(), "")


def length_unit(value):
    """Return `CM` or `IN`, "" for a unit that is neither.

    :param str value: As the carrier writes it.
    :rtype: str
    """
    return _LENGTH_UNITS.get(value.strip().upper(), "")


def dimensions(value, field, mark):
    """Read length, width and height from one text such as 30x20x10.

    :param str value: The text; "" is none.
    :param str field: Its name, for the reason.
    :param str mark: The decimal mark of the file.
    :rtype: tuple[Decimal, ...]
    :raises FieldProblem: When there are not three of them.
    """
    if not value.strip():
        return ()
    parts = [amount(part, field, mark) for part in _TIMES.split(value.strip())]
    if len(parts) != 3 or None in parts:
        raise FieldProblem(f"{field}: {shown(value)} is not length x width x height")
    return tuple(parts) if any(parts) else ()


def _unsigned(value):
    """Take the sign off: "-5", "5-" and "(5)" are negative."""
    number = value.strip().translate(_SPACES)
    if number.startswith("(") and number.endswith(")"):
        return number[1:-1], True
    if number.startswith(("-", "+")):
        return number[1:], number[0] == "-"
    if number.endswith("-"):
        return number[:-1], True
    return number, False


def _decimal(number, negative, field):
    whole, _point, behind = number.partition(".")
    if len(whole.lstrip("0")) > _WHOLE or len(behind) > _BEHIND:
        raise FieldProblem(f"{field}: {shown(number)} has too many digits")
    found = Decimal(number)
    # No negative zero: it prints as -0.00.
    return -found if negative and found else found
