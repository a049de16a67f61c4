"""Where a charge stands, and the accrual that is missing for it."""

from datetime import date
from decimal import Decimal

from odoo import fields, models

from odoo.addons.logistics_events.models.ledger import trusted

from ..accrual import plan
from ..charge import ChargeFact
from ..withdrawn import standing
from .logistics_charge import AMOUNTS

ACCRUE = "accrue"


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def _facts(self):
        """Return all that is known of the charge: by events, by documents, by people;
        of bills that were taken back nothing.

        :rtype: list[charge.ChargeFact]
        """
        self.ensure_one()
        rows = [row._pure() for row in self.sudo().fact_ids]
        return standing([*self._told_facts(), *rows])

    def _told_facts(self):
        """Return what the tracking events say; see `_tell`.

        :rtype: list[charge.ChargeFact]
        """
        self.ensure_one()
        return [
            _told_fact(row)
            for row in self.told or ()
            if row["kind"] != "trigger" or self.mode == "on"
        ]

    def _milestone(self):
        """Return what the events say of the milestone of the rule, None without it.

        :rtype: dict | None
        """
        self.ensure_one()
        return next((row for row in self.told or () if row["kind"] == "trigger"), None)

    def _milestone_day(self):
        """Return the day of the milestone on the clock of the company, if reached.

        :rtype: date | None
        """
        told = self._milestone()
        return date.fromisoformat(told["on"]) if told else None

    def _plans(self):
        """Work out what should be posted for the charges; nothing is stored.

        :rtype: dict[logistics.charge, accrual.Plan]
        """
        return {
            charge: plan(charge._facts(), charge._posted(), charge._terms())
            for charge in self
        }

    def _reckon(self):
        """Store where the charges stand, and ask for the accruals that are missing.

        :rtype: dict[logistics.charge, accrual.Plan]
        """
        self = self.sudo()
        self.invalidate_recordset(["fact_ids", "posting_ids"])
        plans = self._plans()
        for charge, planned in plans.items():
            charge._store(planned)
        self._wish_accruals(plans)
        return plans

    def _store(self, planned):
        """Store where the charge stands; held, it stays where it was."""
        self.ensure_one()
        vals = {
            "held_reason": planned.held or False,
            "problems": [list(problem) for problem in planned.problems] or False,
            "open_amount": float(self._open_in_books()),
        }
        known = self._facts()
        position = planned.position
        if position is not None:
            billed = sum(
                (1 if fact.kind == "bill" else -1) * fact.amount
                for fact in known
                if fact.kind in ("bill", "credit")
            )
            price = _price(known)
            vals |= {
                "stage": position.stage,
                "amount": float(price),
                "accrued_amount": float(position.accrued),
                "billed_amount": float(billed),
                "variance_amount": float(position.balances.get("variance", 0)),
                "disputed_amount": float(position.disputed),
                "blocked_amount": float(position.blocked),
                "released_amount": float(position.released),
            }
        days = [fact.on for fact in known if fact.kind == "trigger"]
        day = self._milestone_day() or min(days, default=None)
        if day:
            vals["service_date"] = day
        changed = {
            name: value
            for name, value in vals.items()
            if name not in AMOUNTS or self[name] != value
        }
        trusted(self).write(changed)

    def _open_in_books(self):
        """Return what is still accrued by what is posted; what waits is not yet.

        :rtype: Decimal
        """
        self.ensure_one()
        return sum((Decimal(repr(row.accrued)) for row in self.posting_ids), Decimal(0))

    # === ACCRUALS === #

    def _wish_accruals(self, plans):
        """Say what should be accrued for each charge; the ledger knows what is missing.

        :param dict plans: By charge its `accrual.Plan`.
        """
        Policy = self.env["logistics.policy"]
        wishes = []
        wanted = self._followed().filtered(lambda charge: not plans[charge].held)
        policies = Policy._match_many(ACCRUE, wanted.shipment_id)
        for charge in wanted:
            planned = plans[charge]
            target = planned.position.accrued
            if charge.mode == "observe":
                target = charge._watched()
            policy = policies.get(charge.shipment_id, Policy)
            wishes.append(charge._accrual_wish(target, policy))
        self.env["logistics.effect"]._desire(wishes)

    def _followed(self):
        """Return the charges whose accruals are taken, or observed, today.

        :rtype: logistics.charge
        """
        Mode = self.env["logistics.action.mode"]
        now = {one: Mode._mode(one, ACCRUE) for one in self.company_id}
        return self.filtered(
            lambda charge: charge.mode and now[charge.company_id] in ("on", charge.mode)
        )

    def _accrual_wish(self, target, policy):
        self.ensure_one()
        company = self.company_id
        day = self.service_date or company._logistics_today()
        amount = self.currency_id._convert(
            float(target), company.currency_id, company, day
        )
        return {
            "company": company,
            "record": self,
            "action": ACCRUE,
            "key": ACCRUE,
            "desired": target,
            "amount": amount,
            "currency": company.currency_id,
            "shipment": self.shipment_id,
            "policy": policy,
            "event_id": self._because_of(),
            "force_mode": self.mode,
            "approvers": self._approvers(policy, amount, day),
            "not_before": policy._not_before() if policy else None,
            "inputs": {
                "charge": self.display_name,
                "day": fields.Date.to_string(day),
                "currency": self.currency_id.name,
            },
        }

    def _watched(self):
        """Return what would be accrued, were the action on.

        :rtype: Decimal
        """
        known = self._facts()
        if self._milestone() is None or any(fact.kind == "void" for fact in known):
            return Decimal(0)
        return self._terms().expected(_price(known))

    def _approvers(self, policy, amount, day):
        """Return how many people agree: as the rule says, and somebody where much is
        posted for a period that is closed.

        :rtype: int
        """
        self.ensure_one()
        needed = policy._approvers_needed(amount) if policy else 0
        company = self.company_id
        books = company._logistics_freight_books()
        if not books.journal:
            return needed
        _open, is_late = company._logistics_open_day(day, books.journal)
        is_much = abs(amount) > books.owner.logistics_freight_materiality
        return max(needed, 1) if is_late and is_much else needed

    def _because_of(self):
        """Return the id of the event that made the milestone, if one did."""
        return (self._milestone() or {}).get("event")


def _told_fact(row):
    return ChargeFact(
        row["kind"],
        row["ref"],
        Decimal(row.get("amount", "0")),
        on=date.fromisoformat(row["on"]) if row.get("on") else None,
        at=fields.Datetime.to_datetime(row["at"]) if row.get("at") else None,
        currency=row.get("currency", ""),
    )


def _price(known):
    """Return the price that counts: confirmed over expected, of several the last."""
    for kind in ("confirm", "quote"):
        said = [fact for fact in known if fact.kind == kind]
        if said:
            return max(said, key=_said).amount
    return Decimal(0)


def _said(fact):
    return (fact.at or fields.Datetime.to_datetime("0001-01-01"), fact.ref)
