"""How inbound freight is shared by the goods it brought, and what of it is in stock.

Pure: goods go in as plain values. Each carries its share of the freight; of goods that
raise the value of the stock the part that is still there is landed, the rest of the
freight stays an expense. Nothing is lost on the way: stock and expense add up to it.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal

from .allocation import Share, by_stock, difference, split
from .rounding import ZERO, exact


@dataclass(frozen=True, slots=True)
class Goods:
    """What was received with one line of a receipt.

    :param Hashable key: What tells it from the others.
    :param Share share: What it is measured by; its quantity is what was received.
    :param Decimal remaining: How much of it is still in stock.
    :param Hashable account: Where the value of its stock is, None when freight never
        raises that: periodic valuation, standard cost.
    """

    key: Hashable
    share: Share
    remaining: Decimal = ZERO
    account: Hashable = None


@dataclass(frozen=True, slots=True)
class Landed:
    """What one of the goods carries.

    :param Goods goods: Those.
    :param Decimal part: Its share of the freight.
    :param Decimal stock: What of it is still in stock.
    """

    goods: Goods
    part: Decimal
    stock: Decimal


@dataclass(frozen=True, slots=True)
class Landing:
    """An amount of inbound freight, shared.

    :param Decimal total: All of it.
    :param tuple rows: A `Landed` for each of the goods, in their order; their parts add
        up to the total. Empty when there are no goods.
    """

    total: Decimal
    rows: tuple[Landed, ...] = ()

    @property
    def stock(self):
        """Return what is in stock; the rest stays an expense.

        :rtype: Decimal
        """
        return sum((row.stock for row in self.rows), ZERO)

    def by_account(self):
        """Return what is in stock by the account of its value.

        :rtype: dict[Hashable, Decimal]
        """
        found = {}
        for (account, _is_more), part in self.by_side().items():
            found[account] = found.get(account, ZERO) + part
        return found

    def by_side(self):
        """Return what is in stock by account, what goods carry more and less apart.

        :return: By account, and whether it is more.
        :rtype: dict[tuple[Hashable, bool], Decimal]
        """
        found = {}
        for row in self.rows:
            if row.stock:
                side = (row.goods.account, row.stock > 0)
                found[side] = found.get(side, ZERO) + row.stock
        return found


def land(total, goods, method, decimals):
    """Share inbound freight by the goods it brought.

    :param Decimal total: Signed; a later difference is shared like the first amount.
    :param Iterable[Goods] goods: What was received, more than zero of each.
    :param str method: One of `allocation.METHODS`.
    :param int decimals: How many decimals the currency has.
    :rtype: Landing
    :raises TypeError: When an amount is not a `Decimal`.
    :raises ValueError: When the currency cannot express the total, the method is
        unknown, or nothing was received of some goods.
    """
    goods = list(goods)
    exact(total, decimals, "total")
    if not goods:
        return Landing(total)
    parts = split(total, [one.share for one in goods], method, decimals).parts
    return Landing(total, _rows(goods, parts, decimals))


def again(total, goods, method, decimals, carried):
    """Share again what some of the goods carry already, as more of them came.

    :param Decimal total: All that was shared before.
    :param Iterable[Goods] goods: All that was received by now.
    :param str method: One of `allocation.METHODS`.
    :param int decimals: How many decimals the currency has.
    :param Mapping carried: By the key of goods what they carry.
    :return: With the differences only; what goods that were sold carry too much, or
        too little, stays an expense.
    :rtype: Landing
    :raises TypeError: As `land`.
    :raises ValueError: As `land`.
    """
    goods = list(goods)
    if not goods:
        return Landing(ZERO)
    posted = [carried.get(one.key, ZERO) for one in goods]
    shares = [one.share for one in goods]
    parts = difference(total, shares, method, decimals, posted).parts
    return Landing(ZERO, _rows(goods, parts, decimals))


def _rows(goods, parts, decimals):
    rows = []
    for one, part in zip(goods, parts, strict=True):
        stock, _sold = by_stock(part, one.remaining, one.share.quantity, decimals)
        rows.append(Landed(one, part, ZERO if one.account is None else stock))
    return tuple(rows)
