"""Lost or damaged: what carriers, customers and colleagues say, told to the ledger."""

from datetime import datetime, time

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import trusted

from .. import return_trouble
from .logistics_policy_trouble import DAMAGED, LOST

_OUT = ("outgoing", "dropship")
# Not a parcel of the carrier: a customer or a colleague says so.
TOLD = "told"
_WHOLE = "all"


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    logistics_trouble_wished = fields.Boolean(
        readonly=True,
        copy=False,
        help="Whether something was asked for because goods were lost or damaged.",
    )

    # === HOOKS === #

    def _after_fold(self, folded, facts):
        """Override: what is lost or damaged is claimed, where that is switched on."""
        result = super()._after_fold(folded, facts)
        self.sudo()._logistics_wish_troubles(folded, facts)
        return result

    def _logistics_wish_troubles(self, folded=None, facts=None):
        """Tell the ledger of actions what is lost or damaged now, parcel by parcel.

        :param dict folded: What is known now, by shipment id, when at hand.
        :param dict facts: All the facts, by shipment id, when at hand.
        """
        shipments = self
        if folded is not None:
            # Nearly all shipments arrive well: of a wide table only what is needed.
            self.fetch(["logistics_trouble_wished"])
            shipments = self.filtered(
                lambda one: (
                    one.logistics_trouble_wished
                    or any(map(return_trouble.is_about, facts.get(one.id, ())))
                )
            )
        if not shipments:
            return
        if folded is None:
            facts = shipments._load_facts()
            folded = {one.id: one._fold(facts.get(one.id, ())) for one in shipments}
        starts = {
            (company, action): self.env["logistics.action.mode"]._start(company, action)
            for company in shipments.company_id
            for action in (LOST, DAMAGED)
        }
        for action in (LOST, DAMAGED):
            self._logistics_wish_trouble(
                action,
                {
                    shipment: shipment._logistics_trouble(
                        action,
                        shipment._main_leg(folded[shipment.id]),
                        facts.get(shipment.id, ()),
                        since,
                    )
                    for shipment in shipments
                    if (since := starts[shipment.company_id, action])
                },
            )

    def _logistics_told_damaged(self):
        """Return the returns by which people say that the goods arrived damaged.

        :rtype: logistics.return
        """
        self.ensure_one()
        return (
            self.env["logistics.return"]
            .search([("outbound_ids", "in", self.ids), ("kind", "=", "damaged")])
            .filtered(lambda one: not one._is_unannounced() and one._is_wanted())
        )

    def _logistics_trouble(self, action, leg, facts, since=None):
        """Return what shows that goods of the shipment are lost, or damaged.

        :param str action: `lost` or `damaged`.
        :param facts.Leg | None leg: What the facts say of its journey.
        :param Iterable[facts.Fact] facts: All of them.
        :param datetime since: What was so before is left alone.
        :return: By parcel id, None for the shipment as a whole, or `TOLD`, the ids of
            the events.
        :rtype: dict
        """
        self.ensure_one()
        if action == LOST:
            return return_trouble.lost(facts, leg, since)
        if self.direction not in _OUT:
            return {}
        found = return_trouble.damaged(facts, leg, since)
        told = self._logistics_told_damaged()
        if since:
            told = told.filtered(lambda one: one.create_date >= since)
        return found | ({TOLD: []} if told else {})

    def _logistics_trouble_now(self, action):
        """Return `_logistics_trouble` by all that is known, since the action began.

        :rtype: dict
        """
        self.ensure_one()
        facts = self._load_facts().get(self.id, ())
        since = self.env["logistics.action.mode"]._start(self.company_id, action)
        leg = self._main_leg(self._fold(facts))
        return self._logistics_trouble(action, leg, facts, since)

    def _logistics_first_event(self, found):
        """Return the first event that shows a trouble.

        :param dict found: As `_logistics_trouble` returned it.
        :return: Empty where people say so, and no carrier.
        :rtype: logistics.event
        """
        first = [refs[0] for refs in found.values() if refs]
        return (
            self.env["logistics.event"]
            .browse(first)
            .sorted(lambda event: (event.occurred_at or event.stored_at, event.id))[:1]
        )

    @api.model
    def _logistics_wish_trouble(self, action, by_shipment):
        policies = self.env["logistics.policy"]._match_many(
            action, self.browse(one.id for one in by_shipment)
        )
        wishes = []
        for shipment, found in by_shipment.items():
            keys = dict.fromkeys(map(_key, found), 1)
            if not found and not shipment.logistics_trouble_wished:
                continue
            if shipment.logistics_trouble_wished:
                names = [TOLD, None, *shipment.parcel_ids.ids]
                keys = dict.fromkeys(map(_key, names), 0) | keys
            policy = policies.get(shipment)
            if not policy:
                # Without a rule nothing begins; what ended still ends.
                keys = {key: 0 for key, desired in keys.items() if not desired}
            elif found and not shipment.logistics_trouble_wished:
                trusted(shipment).logistics_trouble_wished = True
            wishes += [
                shipment._logistics_trouble_wish(action, key, desired, policy)
                for key, desired in keys.items()
            ]
        self.env["logistics.effect"]._desire(wishes)

    def _logistics_trouble_wish(self, action, key, desired, policy):
        return {
            "company": self.company_id,
            "record": self,
            "action": action,
            "key": f"{action}/{key}",
            "desired": desired,
            "shipment": self,
            "order": self._only_order(),
            "policy": policy,
            "approvers": 0,
            "inputs": {"shipment": self.name},
        }

    @api.model
    def _logistics_in_trouble(self, company, action):
        """Return the shipments of which something may be lost, or damaged.

        :param res.company company: Whose.
        :param str action: `lost` or `damaged`.
        :rtype: logistics.shipment
        """
        domain = [("company_id", "=", company.id)]
        if action == LOST:
            return self.search([*domain, ("is_lost", "=", True)], order="id")
        told = self.env["logistics.return"].search([*domain, ("kind", "=", "damaged")])
        flagged = self.search([*domain, ("is_damaged", "=", True)])
        return (flagged | told.outbound_ids).sorted("id")


def _key(parcel):
    return _WHOLE if parcel is None else str(parcel)


class LogisticsActionMode(models.Model):
    _inherit = "logistics.action.mode"

    @api.model
    def _start(self, company, action):
        """Return from when on an action of a company looks at what happened.

        :return: None while the action is off.
        :rtype: datetime | None
        """
        row = self._row(company, action)
        if not row or row.mode == "off":
            return None
        return datetime.combine(row.since, time.min)

    @api.model
    def _change(self, company, action, mode, since=None, restores=None):
        """Override of `logistics_events`: what is lost or damaged already counts from
        here on, as far as it is not older than the start date.
        """
        change = super()._change(company, action, mode, since, restores)
        if action in (LOST, DAMAGED) and mode != "off":
            self.env["logistics.shipment"].sudo()._logistics_in_trouble(
                company, action
            )._logistics_wish_troubles()
        return change
