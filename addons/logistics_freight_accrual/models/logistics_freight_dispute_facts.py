"""What became of disputes: worked out from the facts of their charges."""

from odoo import fields, models

from ..position import contested, known
from ..rounding import ZERO, rounded
from .logistics_freight_dispute import OUTCOMES
from .money import money


class LogisticsFreightDispute(models.Model):
    _inherit = "logistics.freight.dispute"

    def _follow(self):
        """Store what became of the disputes, by the facts of their charges."""
        for charge, disputes in self.sudo().grouped("charge_id").items():
            kinds = known(charge._facts(), charge._terms()).kinds
            found = contested(kinds, charge._terms())
            for dispute in disputes:
                if one := found.get(dispute._fact_ref()):
                    dispute._store(one, kinds)

    def _store(self, one, kinds):
        """Store what became of the dispute.

        :param position.Contested one: The dispute as the charge knows it.
        :param dict kinds: The facts of the charge, see `position.Known`.
        """
        self.ensure_one()
        ref = self._fact_ref()
        sums, taxes = {}, ZERO
        for kind, outcome in zip(
            ("credit", "concede", "short_paid"), OUTCOMES, strict=True
        ):
            ends = [end for end in kinds[kind].values() if end.target == ref]
            sums[outcome] = sum((end.amount for end in ends), ZERO)
            taxes += sum((end.tax for end in ends), ZERO)
        left = max(one.fact.amount - sum(sums.values()), ZERO)
        is_open = bool(one.open)
        vals = {
            "credited_amount": float(sums["credited"]),
            "conceded_amount": float(sums["conceded"]),
            "short_paid_amount": float(sums["short_paid"]),
            "open_amount": float(left) if is_open else 0.0,
            "open_tax": float(max(one.fact.tax - taxes, ZERO)) if is_open else 0.0,
            "blocked_amount": float(one.blocked),
            "state": self._state_of(is_open, sums),
        }
        self.write({name: vals[name] for name in vals if self[name] != vals[name]})
        if not is_open:
            self._solve_deadline()

    def _state_of(self, is_open, sums):
        if not is_open:
            # Decided in several ways: by what most of it came to.
            return max(OUTCOMES, key=lambda outcome: sums[outcome])
        if self.is_right_lost:
            return "expired"
        return "sent" if self.sent_at else "open"

    def _share(self, amount):
        """Return the tax on a part of what is undecided.

        :param Decimal amount: The part, tax excluded.
        :rtype: Decimal
        """
        self.ensure_one()
        left = money(self.open_amount, self.currency_id)
        tax = money(self.open_tax, self.currency_id)
        if amount >= left:
            return tax
        return rounded(tax * amount / left, self.currency_id.decimal_places)


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    dispute_ids = fields.One2many(
        "logistics.freight.dispute", "charge_id", string="Disputes"
    )

    def _reckon(self):
        """Override: what became of the disputes follows from the same facts."""
        plans = super()._reckon()
        self.sudo().dispute_ids._follow()
        return plans
