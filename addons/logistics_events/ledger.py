"""How wished quantities become documents exactly once.

Pure arithmetic on the rows of one key (one object, one action). What is wished may
change as often as facts do; what is posted follows in steps, and each step carries the
whole difference to what was already done. Saying the same wish twice plans nothing.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType

# What a row's state means for the sum: done and waiting rows count, failed ones are
# tried again, and the others are history.
STATES = MappingProxyType(
    {
        "waiting": "open",
        "failed": "open",
        "done": "counted",
        "rejected": "history",
        "superseded": "history",
        "compensated": "history",
    }
)

# Finer than any unit of measure, coarser than the noise of binary floats.
_STEP = Decimal("0.000001")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One step on the way to what is wished.

    :param int generation: Its place among the steps of the key, from 1.
    :param Decimal quantity: What it adds; negative when it takes back.
    :param str state: A key of `STATES`.
    :param Decimal desired: The total that was wished when it was opened.
    :param bool pinned: Whether a person decided to leave things as they are.
    :raises ValueError: When a number is not finite or the state is unknown.
    :raises TypeError: When a quantity is not a Decimal.
    """

    generation: int
    quantity: Decimal
    state: str
    desired: Decimal
    pinned: bool = False

    def __post_init__(self):
        _check(self.quantity)
        _check(self.desired)
        if self.state not in STATES:
            raise ValueError(f"Unknown state: {self.state!r}")
        if self.generation < 1:
            raise ValueError("Generations count from 1")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do next for one key.

    :param tuple supersede: Generations to close unposted; their approvals are void.
    :param int generation: The number of the step to open, 0 for none.
    :param Decimal delta: What that step adds or takes back.
    :param int retry: The failed generation to try again as it is, 0 for none.
    :param str reason: Why nothing is opened: `even` (nothing is missing), `open` (a
        step already carries it), `rejected`, `pinned` or `held`; else "".
    """

    supersede: tuple[int, ...] = ()
    generation: int = 0
    delta: Decimal = _ZERO
    retry: int = 0
    reason: str = ""

    @property
    def opens(self):
        """Return whether a new step is to be opened.

        :rtype: bool
        """
        return bool(self.generation)


def quantity(value):
    """Return a number as the ledger counts it.

    :param Decimal | int | float value: A quantity; a float is rounded to a millionth,
        so that two ways of adding up the same goods agree.
    :rtype: Decimal
    :raises ValueError: When the number is not finite.
    :raises TypeError: When it is not a number.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
        raise TypeError(f"Not a quantity: {value!r}")
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"Not a finite quantity: {value!r}")
    if isinstance(value, float):
        number = number.quantize(_STEP, rounding=ROUND_HALF_EVEN)
    return number


def as_text(value, sign=False):
    """Return a quantity as people write it: every digit, and never a power of ten.

    :param Decimal | int | float value: A quantity.
    :param bool sign: Whether a plus is written as well.
    :rtype: str
    """
    return format(quantity(value).normalize(), "+f" if sign else "f")


def posted(rows):
    """Return what was really done under a key.

    :param Iterable[EffectRow] rows: The rows of the key.
    :rtype: Decimal
    """
    return sum((row.quantity for row in rows if row.state == "done"), _ZERO)


def plan(desired, rows, hold=False):
    """Work out the next step of one key.

    :param Decimal desired: The total that is wished now.
    :param Iterable[EffectRow] rows: All rows of the key, in any order.
    :param bool hold: Whether the facts are contested: then nothing moves either way,
        and what is open stays open but must not be taken.
    :rtype: Plan
    :raises ValueError: When the rows break the ledger's own rules.
    """
    _check(desired)
    rows = sorted(rows, key=lambda row: row.generation)
    pending = _check_rows(rows)
    if hold:
        return Plan(reason="held")
    if any(row.pinned and STATES[row.state] != "history" for row in rows):
        return Plan(supersede=_generations(pending), reason="pinned")
    missing = desired - posted(rows)
    for row in pending:
        if row.quantity == missing:
            retry = row.generation if row.state == "failed" else 0
            return Plan(retry=retry, reason="open")
    supersede = _generations(pending)
    if not missing:
        return Plan(supersede, reason="even")
    if _is_rejected(desired, missing, rows):
        return Plan(supersede, reason="rejected")
    return Plan(supersede, rows[-1].generation + 1 if rows else 1, missing)


def _check(number):
    if not isinstance(number, Decimal):
        raise TypeError(f"Not a Decimal: {number!r}")
    if not number.is_finite():
        raise ValueError(f"Not a finite quantity: {number!r}")


def _check_rows(rows):
    """Return the open rows, which can be at most one."""
    if len({row.generation for row in rows}) < len(rows):
        raise ValueError("Two rows share a generation")
    pending = [row for row in rows if STATES[row.state] == "open"]
    if len(pending) > 1:
        raise ValueError("Two rows of one key are open")
    return pending


def _generations(rows):
    return tuple(row.generation for row in rows)


def _is_rejected(desired, missing, rows):
    """Return whether a person refused just this step, and nothing happened since.

    Wishes that came and went unposted do not count as something that happened:
    otherwise it would matter in which portions facts arrive.
    """
    since = [
        row for row in rows if row.state != "superseded" and STATES[row.state] != "open"
    ]
    return bool(
        since
        and since[-1].state == "rejected"
        and since[-1].desired == desired
        and since[-1].quantity == missing
    )
