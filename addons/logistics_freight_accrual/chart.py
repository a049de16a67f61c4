"""Which accounts freight is booked to, found in or added to a chart of any kind.

Pure: accounts go in as plain values, and a proposal comes out. An account that fits by
its type and its words is taken; where there is none, a free code of the same length as
the others is proposed, beside the accounts it belongs to.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType

# So many digits in front say where in the chart a code belongs.
_GROUP = 2
_LAST_DIGITS = re.compile(r"[0-9]+$")


@dataclass(frozen=True, slots=True)
class Known:
    """One account of the chart.

    :param str code: As it is written.
    :param str kind: Odoo's `account_type`.
    :param tuple names: What it is called, in any languages.
    :param bool reconcile: Whether its items can be reconciled.
    :param bool is_used: Whether it has items that are not of freight.
    """

    code: str
    kind: str
    names: tuple[str, ...] = ()
    reconcile: bool = False
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """What an account is for.

    :param str name: What it is called when it is made.
    :param tuple kinds: Which account types fit, the best first: it is made with that.
    :param tuple phrases: An account whose name has one of these is taken, the best
        first.
    :param tuple beside: Words of accounts that a new one is put beside, the best first.
    :param tuple without: An account whose name has one of these words is another one.
    :param bool is_own: Whether nothing else may be on it, because its balance is proven
        charge by charge. Its items are reconciled.
    """

    name: str
    kinds: tuple[str, ...]
    phrases: tuple[str, ...]
    beside: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    is_own: bool = False


_EXPENSES = ("expense", "expense_direct_cost")
_LIABILITIES = ("liability_current",)
_INWARDS = (
    "freight in",
    "inbound freight",
    "carriage inwards",
    "freight inwards",
    "bezugsnebenkosten",
    "eingangsfrachten",
    "transports sur achats",
    "transportes de compras",
)
_NOT_OUT = ("income", "revenue", "inwards", "inbound", "purchase", "purchases", "raw")
_OTHERS = ("variance", "accrued", "accruals", "disputed", "disputes", "clearing")
# By the role of `charge.ROLES`; the order is the order of the screen.
ROLES = MappingProxyType(
    {
        "freight": Role(
            "Freight Out",
            _EXPENSES,
            (
                "freight out",
                "outbound freight",
                "carriage outwards",
                "ausgangsfrachten",
                "transports sur ventes",
                "freight",
                "shipping",
                "ausgangsfracht",
                "versandkosten",
                "fracht",
                "vracht",
                "transportes de ventas",
            ),
            ("selling", "sales expenses", "distribution", "transport"),
            (*_INWARDS, *_OTHERS, *_NOT_OUT),
        ),
        "freight_in": Role(
            "Freight In",
            tuple(reversed(_EXPENSES)),
            _INWARDS,
            ("cost of goods", "purchases", "wareneinsatz"),
            _OTHERS,
        ),
        "variance": Role(
            "Freight Variance",
            _EXPENSES,
            ("freight variance", "freight variances", "freight price difference"),
        ),
        "accrued": Role(
            "Freight Accrued",
            _LIABILITIES,
            ("freight accrued", "accrued freight", "freight accruals"),
            ("bills to receive", "not invoiced", "goods received", "accrued"),
            is_own=True,
        ),
        "clearing": Role(
            "Disputed Freight",
            _LIABILITIES,
            ("disputed freight", "freight disputes", "freight in dispute"),
            ("freight accrued", "bills to receive", "accrued"),
            is_own=True,
        ),
    }
)
# A new account is put beside that of this role, where it was made or found.
_NEXT_TO = {"variance": "freight", "clearing": "accrued"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The account of a role.

    :param str role: A key of `ROLES`.
    :param str code: Of the account that is there, or of the one to make.
    :param bool is_new: Whether it is to be made.
    :param str kind: The account type.
    """

    role: str
    code: str
    is_new: bool
    kind: str


def propose(chart, taken=None):
    """Return an account for each role.

    :param Iterable[Known] chart: All accounts of the company.
    :param Mapping[str, str] taken: By role the code of the account that a person chose
        already; nothing is proposed for it, but others are put beside it.
    :return: By role; empty when the chart is.
    :rtype: dict[str, Proposal]
    """
    chart = sorted(chart, key=lambda account: account.code)
    if not chart:
        return {}
    used = {account.code for account in chart}
    chosen = dict(taken or {})
    found = {}
    for role, wanted in ROLES.items():
        if role in chosen:
            continue
        account = _fitting(chart, wanted, set(chosen.values()))
        if account:
            found[role] = Proposal(role, account.code, False, account.kind)
        else:
            start = chosen.get(_NEXT_TO.get(role))
            beside = [start] if start else []
            code = _after(beside, used) or free_code(_neighbours(chart, wanted), used)
            found[role] = Proposal(role, code, True, wanted.kinds[0])
            used.add(code)
        chosen[role] = found[role].code
    return found


def free_code(neighbours, used):
    """Return a code that is free, right after one of the accounts it belongs to.

    :param Sequence[str] neighbours: The codes to stay close to, the best first; at
        least one.
    :param Collection[str] used: All codes of the company.
    :return: As long as most codes are, where the neighbours have such a one.
    :rtype: str
    """
    length = usual_length(used)
    usual = [code for code in neighbours if len(code) == length]
    found = _after((*usual, *neighbours), used)
    if found:
        return found
    longer = (f"{neighbours[0]}.{count}" for count in range(1, len(used) + 2))
    return next(code for code in longer if code not in used)


def _after(codes, used):
    """Return the first code that is free after any of some; None when none is."""
    following = (new for code in codes for new in _following(code))
    return next((new for new in following if new not in used), None)


def _following(code):
    """Yield the codes that come after one and are as long, in the same group."""
    digits = _LAST_DIGITS.search(code)
    if not digits:
        return
    front, number = code[: digits.start()], digits.group()
    # Of a code that is all digits the first ones name the group; else what is in front.
    kept = 0 if front else min(_GROUP, len(number) - 1)
    for following in range(int(number) + 1, 10 ** len(number)):
        new = str(following).zfill(len(number))
        if new[:kept] != number[:kept]:
            return
        yield front + new


def usual_length(codes):
    """Return how long most codes are, the longer one of two that are as frequent.

    :param Iterable[str] codes: At least one.
    :rtype: int
    """
    counts = Counter(len(code) for code in codes if code.isdigit())
    counts = counts or Counter(len(code) for code in codes)
    return max(counts, key=lambda length: (counts[length], length))


def _fitting(chart, role, chosen):
    """Return the account that is for this already, None when there is none."""
    candidates = [
        account
        for account in chart
        if account.kind in role.kinds
        and account.code not in chosen
        and not (role.is_own and (account.is_used or not account.reconcile))
        and not any(_has(account, word) for word in role.without)
    ]
    for phrase in role.phrases:
        fitting = [account for account in candidates if _has(account, phrase)]
        if fitting:
            return min(fitting, key=lambda account: role.kinds.index(account.kind))
    return None


def _neighbours(chart, role):
    """Return codes of accounts that a new one belongs to, the best first."""
    kinds = [*role.kinds, *_RELATED.get(role.kinds[0], ())]
    same = [account for account in chart if account.kind in kinds]
    same.sort(key=lambda account: kinds.index(account.kind))
    beside = [
        account
        for word in role.beside
        for account in same
        if account.kind in role.kinds and _has(account, word)
    ]
    # The last one of a type: what comes after it is free more often than not.
    last = sorted(same, key=lambda account: account.code, reverse=True)
    last.sort(key=lambda account: kinds.index(account.kind))
    codes = [account.code for account in (*beside, *last)]
    return codes or [chart[-1].code]


_RELATED = {
    "expense": ("expense_other", "expense_depreciation"),
    "expense_direct_cost": ("expense_other",),
    "liability_current": (
        "liability_payable",
        "liability_credit_card",
        "liability_non_current",
    ),
}


def _has(account, phrase):
    return any(f" {phrase} " in f" {_words(name)} " for name in account.names)


def _words(name):
    text = unicodedata.normalize("NFKD", name or "").casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in text).split())
