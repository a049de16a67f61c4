"""From tracking events to charges: prices that carriers report, and milestones."""

from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from odoo import fields, models

from odoo.addons.logistics_events import resolve
from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_events.release import REACHED_BY

from ..charge_types import CHARGE_TYPES
from .logistics_charge_reckon import ACCRUE

_PRICE_KINDS = {"charge_estimated": "quote", "charge_confirmed": "confirm"}
_ADJUSTED = "charge_adjusted"
REPORTS = (*_PRICE_KINDS, _ADJUSTED)
_ENDED = ("shipment_cancelled",)
# What is delivered of goods on their way back.
_BACK = REACHED_BY["return_received"] | REACHED_BY["returned_to_sender"]


class _Price(NamedTuple):
    """A price that a carrier reports; the currency is empty when it names none."""

    fact: Any
    event: Any
    currency: Any


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    logistics_charge_ids = fields.One2many(
        "logistics.charge", "shipment_id", string="Freight Charges"
    )

    def _after_fold(self, folded, facts):
        """Override of `logistics_carrier_base`: what the facts say of freight."""
        result = super()._after_fold(folded, facts)
        self.sudo()._logistics_tell_charges(folded, facts)
        return result

    def _logistics_tell_charges(self, folded, facts):
        """Keep on the charges what the events say, and reckon those that changed.

        :param dict[int, facts.Folded] folded: What is known now, by shipment id.
        :param dict[int, list[facts.Fact]] facts: All the facts, by shipment id.
        """
        concerned = self._logistics_with_freight()
        if not concerned:
            return
        reported = concerned._logistics_reported(facts)
        milestones = concerned._logistics_milestones(folded, facts)
        priced = concerned.browse(reported) | concerned.logistics_charge_ids.shipment_id
        arrived = concerned.filtered(lambda one: one.id in milestones) - priced
        arrived._logistics_quote_charges()
        self.env["logistics.charge"]._find_or_make(
            [
                one._logistics_charge_vals(charge_type, prices[0].currency)
                for one in concerned
                for charge_type, prices in reported.get(one.id, {}).items()
            ]
        )
        concerned.invalidate_recordset(["logistics_charge_ids"])
        changed = self.env["logistics.charge"]
        for shipment in concerned:
            for charge in shipment.logistics_charge_ids:
                told = shipment._logistics_told_of_charge(
                    charge,
                    reported.get(shipment.id, {}),
                    milestones.get(shipment.id),
                    folded[shipment.id],
                )
                if charge._keep_told(told):
                    changed |= charge
        changed._lock()
        changed._reckon()

    def _logistics_with_freight(self):
        """Return the shipments that a carrier of ours charges for.

        :rtype: logistics.shipment
        """
        carried = self.filtered("carrier_id")
        priced = carried.filtered("logistics_charge_ids")
        carried = priced | (carried - priced)._logistics_owed()
        agreed = self.env["logistics.freight.terms"]._for_many(
            (one.company_id, one.carrier_id) for one in carried - priced
        )
        return priced | (carried - priced).filtered(
            lambda one: agreed[one.company_id, one.carrier_id]
        )

    def _logistics_owed(self):
        """Hook: return the shipments whose freight the carrier charges us for.

        :rtype: logistics.shipment
        """
        return self

    def _logistics_charge_type(self, kind):
        """Return as what a charge of the shipment is accrued: the carriage of goods
        that come back is a return.

        :param str kind: A key of `CHARGE_TYPES`, as it was priced or reported.
        :return: A key of `CHARGE_TYPES`.
        :rtype: str
        """
        self.ensure_one()
        return "return" if kind == "base" and self.direction == "return" else kind

    def _logistics_charge_vals(self, charge_type, currency, **more):
        """Return what identifies a charge of the shipment, see `_find_or_make`.

        :param str charge_type: A key of `CHARGE_TYPES`.
        :param res.currency currency: What it is charged in; empty for that of the
            carrier's terms.
        :rtype: dict
        """
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "carrier_id": self.carrier_id.id,
            "shipment_id": self.id,
            "charge_type": charge_type,
            "currency_id": currency.id,
            "source": "carrier",
            "expense": "freight_in" if self.direction == "incoming" else "freight",
        } | more

    # === PRICES === #

    def _logistics_reported(self, facts):
        """Return the prices that carriers report.

        :param dict[int, list[facts.Fact]] facts: All the facts, by shipment id.
        :return: By shipment id, by charge type.
        :rtype: dict[int, dict[str, list[_Price]]]
        """
        standing = {
            one.id: [
                fact
                for versions in resolve.standing(facts.get(one.id, ())).values()
                for fact in versions
                if fact.event_type in REPORTS and fact.amount is not None
            ]
            for one in self
        }
        events = self.env["logistics.event"].sudo()
        events = events.browse([f.ref for rows in standing.values() for f in rows])
        by_id = {event.id: event for event in events}
        currencies = self._logistics_currencies(events)
        nothing = self.env["res.currency"]
        found = {}
        for one in self:
            prices = defaultdict(list)
            for fact in standing[one.id]:
                event = by_id[fact.ref]
                kind = self.env["logistics.connection"]._charge_type_of(event)
                if kind not in CHARGE_TYPES:
                    one._logistics_tell_unknown_charge(event)
                    kind = "unknown"
                kind = one._logistics_charge_type(kind)
                prices[kind].append(
                    _Price(fact, event, currencies.get(event.currency, nothing))
                )
            if prices:
                found[one.id] = dict(prices)
        return found

    def _logistics_currencies(self, events):
        names = [*{event.currency for event in events if event.currency}]
        found = self.env["res.currency"].with_context(active_test=False)
        return {one.name: one for one in found.search([("name", "in", names)])}

    def _logistics_tell_unknown_charge(self, event):
        """Open an exception for a charge code that nobody knows the meaning of."""
        self.env["logistics.exception"]._open(
            "unknown_code",
            self,
            self.env._(
                "%(partner)s charges for “%(code)s”, and nobody said what that is.",
                partner=event.source,
                code=event.raw_code or event.raw_text or "?",
            ),
            shipment=self,
            key=f"charge/{event.source}/{event.raw_code}",
        )

    # === MILESTONES === #

    def _logistics_milestones(self, folded, facts):
        """Return when the shipments came as far as the rule for freight asks.

        :return: By shipment id the day on the clock of the company and the event.
        :rtype: dict[int, tuple[date, int]]
        """
        rules = self.env["logistics.policy"]._match_many(ACCRUE, self)
        found = {}
        for shipment, rule in rules.items():
            level = rule._trust_level()
            known = resolve.trusted(facts.get(shipment.id, ()), level)
            if len(known) == len(facts.get(shipment.id, ())):
                leg = folded[shipment.id].leg(shipment._leg())
            else:
                leg = shipment._fold(known).leg(shipment._leg())
            codes = REACHED_BY[rule.trigger]
            if rule.trigger == "delivered" and shipment._leg() == "return":
                codes = codes | _BACK
            reached = [leg.milestones[code] for code in codes if code in leg.milestones]
            if not reached or leg.state in _ENDED:
                continue
            first = min(reached, key=_by_time)
            day = shipment._logistics_local_day(first.at)
            if day >= rule.valid_from:
                found[shipment.id] = (day, first.ref)
        return found

    def _logistics_local_day(self, moment):
        """Return the day of an instant on the clock of the company.

        :rtype: date
        """
        company = self.company_id
        if moment is None:
            return company._logistics_today()
        return fields.Date.to_date(company._logistics_moment(moment)[:10])

    # === TOLD === #

    def _logistics_told_of_charge(self, charge, reported, milestone, folded):
        """Return what the events say of one charge, as it is kept on it.

        :rtype: list[dict]
        """
        self.ensure_one()
        if not charge._is_told():
            return []
        rows = []
        said = reported.get(charge.charge_type, ())
        adjusted = sum(
            (_amount(one.fact) for one in said if one.event.event_type == _ADJUSTED),
            Decimal(0),
        )
        prices = [one for one in said if one.event.event_type in _PRICE_KINDS]
        for fact, event, _currency in sorted(prices, key=lambda one: one.event.id):
            named = event.currency or charge.currency_id.name
            rows.append(
                {
                    "kind": _PRICE_KINDS[event.event_type],
                    "ref": f"event:{event.id}",
                    "amount": str(_amount(fact) + adjusted),
                    "at": _said(event),
                    "event": event.id,
                }
                # Said in another currency, the charge is held until somebody looks.
                | ({"currency": named} if named != charge.currency_id.name else {})
            )
        if charge.source == "bill":
            return rows
        if milestone:
            day, event_id = milestone
            rows.append(
                {
                    "kind": "trigger",
                    "ref": "milestone",
                    "on": fields.Date.to_string(day),
                    "event": event_id,
                }
            )
        if folded.leg(self._leg()).state in _ENDED:
            rows.append({"kind": "void", "ref": "cancelled"})
        elif not self._logistics_owed():
            rows.append({"kind": "void", "ref": "not_owed"})
        return rows


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def _keep_told(self, told):
        """Keep what events say of the charge; the first milestone fixes whether the
        accrual is on.

        :param list[dict] told: As `_logistics_told_of_charge` returns it.
        :return: Whether it is anything new.
        :rtype: bool
        """
        self.ensure_one()
        if told == (self.told or []):
            return False
        vals = {"told": told or False}
        milestone = next((row for row in told if row["kind"] == "trigger"), None)
        if milestone and not self.mode:
            row = self.env["logistics.action.mode"]._row(self.company_id, ACCRUE)
            since = row.since and fields.Date.to_string(row.since)
            if row.mode in ("observe", "on") and milestone["on"] >= since:
                vals["mode"] = row.mode
        trusted(self).write(vals)
        if milestone:
            self._give_analytic()
        return True


def _amount(fact):
    return Decimal(repr(float(fact.amount)))


def _said(event):
    moment = event.recorded_at or event.occurred_at or event.stored_at
    return fields.Datetime.to_string(moment.replace(microsecond=0))


def _by_time(milestone):
    return (milestone.at is None, milestone.at)
