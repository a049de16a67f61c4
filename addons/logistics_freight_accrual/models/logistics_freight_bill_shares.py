"""What a carrier's bill says about each charge: its lines added up, with their tax."""

from dataclasses import dataclass, field
from decimal import Decimal

from odoo import models

from ..rounding import rounded
from .logistics_freight_bill_audit import TAX

_ZERO = Decimal(0)


@dataclass
class Share:
    """What a bill says about one charge: the lines of it, added up.

    :param logistics.charge charge: The charge.
    :param str kind: `bill` or `credit`.
    :param str ref: Its name among the facts.
    :param str target: Of a credit the dispute or the bill it is about, or "".
    """

    charge: object
    kind: str
    ref: str
    target: str = ""
    lines: list = field(default_factory=list)
    amount: Decimal = _ZERO
    tax: Decimal = _ZERO

    @property
    def key(self):
        """Return the key of its posting."""
        return f"{self.kind}:{self.ref}"

    @property
    def is_final(self):
        """Return whether no further bill is expected for the charge."""
        return all(line.is_final for line in self.lines)


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    def _shares(self):
        """Return what the bill says about each charge; every line ends on one.

        :rtype: list[Share]
        """
        lines = self.line_ids.filtered(lambda line: line.charge_type != TAX)
        lines._give_charges()
        return self._shares_of(lines, self._line_taxes())

    def _shares_of(self, lines, taxes):
        """Return what some lines say about each charge.

        :param logistics.freight.bill.line lines: Lines with charges.
        :param dict taxes: By line the tax on it.
        :rtype: list[Share]
        """
        own = self._freight_ref()
        shares = {}
        for line in lines:
            dispute = line.dispute_id if self.kind == "credit" else None
            key = (line.charge_id, dispute)
            if key not in shares:
                shares[key] = Share(line.charge_id, "bill", own)
            share = shares[key]
            share.lines.append(line)
            share.amount += self._exact(line.amount)
            share.tax += taxes[line]
        if self.kind == "credit":
            self._name_credits(shares)
        return list(shares.values())

    def _name_credits(self, shares):
        """Say which shares of a credit memo take something back, and of what.

        :param dict shares: By charge and dispute.
        """
        used = {}
        for (charge, dispute), share in shares.items():
            if share.amount > 0:
                continue
            count = used[charge] = used.get(charge, 0) + 1
            share.kind = "credit"
            share.amount, share.tax = -share.amount, -share.tax
            if count > 1:
                # One memo can settle several disputes of one charge.
                share.ref = f"{share.ref}/{count}"
            share.target = dispute._fact_ref() if dispute else self._credited(charge)

    def _credited(self, charge):
        """Return the bill of a charge that the memo names as its original, or "".

        :rtype: str
        """
        if not self.original_key:
            return ""
        told = charge.fact_ids.filtered(lambda fact: fact.kind == "bill")
        refs = [int(fact.ref) for fact in told if fact.ref.isdigit()]
        originals = (
            self.browse(refs)
            .exists()
            .filtered(lambda bill: bill.number_key == self.original_key)
        )
        return originals[:1]._freight_ref() if originals else ""

    def _line_taxes(self):
        """Return the tax on each line: its own, or its share of the document's.

        :return: By line, tax among the lines left out; they add up to all the tax.
        :rtype: dict[logistics.freight.bill.line, Decimal]
        """
        lines = self.line_ids.filtered(lambda line: line.charge_type != TAX)
        amounts = {line: self._exact(line.amount) for line in lines}
        total = self._exact(self.tax_amount) + sum(
            (self._exact(line.amount) for line in self.line_ids - lines), _ZERO
        )
        taxes = {line: self._exact(line.tax) for line in lines}
        if any(taxes.values()):
            largest = max(lines, key=lambda line: abs(taxes[line]))
            taxes[largest] += total - sum(taxes.values(), _ZERO)
            return taxes
        # What the authorities get is not taxed once more.
        bearing = lines.filtered(lambda line: line.charge_class != "duty") or lines
        return taxes | _spread(
            total,
            {line: amounts[line] for line in bearing},
            self.currency_id.decimal_places,
        )


def _spread(total, amounts, decimals):
    """Spread a total over amounts by their size, to the cent."""
    whole = sum(amounts.values(), _ZERO)
    if not total or not whole:
        first = next(iter(amounts), None)
        return {key: total if key == first else _ZERO for key in amounts}
    found, seen, given = {}, _ZERO, _ZERO
    for key, amount in amounts.items():
        seen += amount
        upto = rounded(total * seen / whole, decimals)
        found[key], given = upto - given, upto
    return found
