"""Whose shipment an event is about: by number and date window, then by reference."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from odoo import api, models

from odoo.addons.logistics_events import vocabulary
from odoo.addons.logistics_events.models.logistics_dispatch_transfer import TRIGGERS

# A closed parcel still takes late scans for so long.
LATE = timedelta(days=30)
_READ = (
    "carrier_id",
    "closed_at",
    "company_id",
    "shipment_id",
    "tracking_key",
    "valid_from",
)


class LogisticsMatcher(models.AbstractModel):
    """Finds the parcels that a batch of events is about, in a few queries."""

    _name = "logistics.matcher"
    _description = "Event Matcher"

    @api.model
    def _for_events(self, results):
        """Prepare the matches of a batch.

        :param list[Outcome] results: The parsed messages.
        :rtype: Matcher
        """
        keys = {
            vocabulary.normalise_tracking(event.tracking_number)
            for result in results
            for event in result.events
            if event.tracking_number
        }
        parcels = (
            self.env["logistics.parcel"]
            .sudo()
            .search_fetch([("tracking_key", "in", list(keys))], _READ, order="id")
        )
        parcels.shipment_id.fetch(["correlation_id", "company_id"])
        return Matcher(self.env, parcels)


class _Known(NamedTuple):
    """What decides whether an event is about a parcel."""

    parcel: models.BaseModel
    company_id: int
    carrier_id: int | bool
    valid_from: date
    closed_at: datetime | bool
    taken_until: date | None

    @classmethod
    def of(cls, parcel):
        closed = parcel.closed_at
        return cls(
            parcel,
            parcel.company_id.id,
            parcel.carrier_id.id,
            parcel.valid_from.date(),
            closed,
            (closed + LATE).date() if closed else None,
        )


class Matcher:
    """The parcels of a batch by number; see `LogisticsMatcher`."""

    def __init__(self, env, parcels):
        self.env = env
        self.none = parcels.browse()
        # Plain values: a batch asks a few hundred times.
        self.by_key = {}
        for parcel in parcels:
            self.by_key.setdefault(parcel.tracking_key, []).append(_Known.of(parcel))
        self.by_connection = {}

    def match(self, connection, event):
        """Return where an event belongs.

        :param logistics.connection connection: Who told it.
        :param CarrierEvent event: What was told.
        :return: One (company, shipment, parcel) per served company that owns a match,
            and the reason why it is parked when a company owns none or several:
            `unknown`, `ambiguous` or None.
        :rtype: tuple[list, str | None]
        """
        key = vocabulary.normalise_tracking(event.tracking_number)
        if connection not in self.by_connection:
            self.by_connection[connection] = (
                list(connection._companies()),
                set(connection.carrier_ids.ids),
            )
        companies, carriers = self.by_connection[connection]
        targets, ambiguous = [], False
        for company in companies:
            found = self._candidates(carriers, company, key, event)
            if len({known.parcel.shipment_id for known in found}) > 1:
                found = self._chosen(connection, found)
            if found is None:
                ambiguous = True
            elif found:
                parcel = found[0].parcel
                targets.append((company, parcel.shipment_id, parcel))
        if not targets and not ambiguous:
            target = self._by_reference(connection, event)
            if target:
                targets.append(target)
        if ambiguous:
            return targets, "ambiguous"
        return targets, None if targets else "unknown"

    def _candidates(self, carriers, company, key, event):
        when = _naive_day(event)
        found = [
            known
            for known in self.by_key.get(key, ())
            if known.company_id == company.id
            and (not carriers or not known.carrier_id or known.carrier_id in carriers)
            and (not when or when >= known.valid_from)
            and (not known.closed_at or (when and when <= known.taken_until))
        ]
        return [known for known in found if not known.closed_at] or found

    def _chosen(self, connection, found):
        """Return the one a person chose among several, None while nobody did."""
        chosen = [
            known for known in found if connection in known.parcel.chosen_connection_ids
        ]
        return chosen if len(chosen) == 1 else None

    def _by_reference(self, connection, event):
        """Find the transfer by our own numbers, as a warehouse partner knows them.

        A tracking number that comes along is written on the transfer, which starts
        the shipment.
        """
        references = event.references
        name = references.get("delivery") or references.get("shipment")
        order = references.get("order")
        if not name and not order:
            return None
        companies = connection._companies()
        if references.get("shipment"):
            shipment = (
                self.env["logistics.shipment"]
                .sudo()
                .search(
                    [
                        ("name", "=", references["shipment"]),
                        ("company_id", "in", companies.ids),
                    ]
                )
            )
            if len(shipment) == 1:
                return shipment.company_id, shipment, self.none
        # The goods of a return that came are counted on its transfer, see below.
        if event.leg == "return" and (
            not event.lines or event.event_type == "return_created"
        ):
            way_back = self.none.shipment_id._logistics_way_back(
                event.tracking_number, references, companies
            )
            if way_back:
                return way_back
        if event.lines:
            return self._by_report(connection, event)
        picking = self._picking(name, order, companies)
        if not picking:
            return None
        if (
            event.tracking_number
            and event.leg != "return"
            and not picking.carrier_tracking_ref
        ):
            picking.carrier_tracking_ref = event.tracking_number
        shipment = picking.logistics_link_ids.filtered(
            lambda link: not link.replaced_by_id
        ).shipment_id[-1:]
        if not shipment:
            return None
        key = vocabulary.normalise_tracking(event.tracking_number)
        parcel = shipment.parcel_ids.filtered(lambda p: p.tracking_key == key)[:1]
        return shipment.company_id, shipment, parcel

    def _by_report(self, connection, event):
        """Find the shipment of the transfer whose goods a report counts.

        A transfer without a number gets a shipment, so that the report has a place.
        Where several transfers fit, the report is kept without one: a person chooses.
        """
        pickings = (
            self.env["stock.picking"]
            .sudo()
            ._logistics_reported_transfers(
                event.references, event.event_type, connection._companies()
            )
        )
        if len(pickings) != 1:
            if not pickings or event.event_type not in TRIGGERS.values():
                return None
            owners = pickings.company_id
            company = owners if len(owners) == 1 else connection.company_id
            if self.env["logistics.action.mode"]._mode(company, "dispatch") == "off":
                return None
            return company, self.none.shipment_id, self.none
        # What other reports booked keeps its numbers: this one is about the rest.
        if (
            event.tracking_number
            and not pickings.carrier_tracking_ref
            and pickings.state != "cancel"
            and not pickings._logistics_booked_reports()
        ):
            pickings.carrier_tracking_ref = event.tracking_number
        shipment = pickings._logistics_start_shipment()
        if not shipment:
            return None
        key = vocabulary.normalise_tracking(event.tracking_number)
        parcel = shipment.parcel_ids.filtered(lambda p: p.tracking_key == key)[:1]
        return shipment.company_id, shipment, parcel

    def _picking(self, name, order, companies):
        Picking = self.env["stock.picking"].sudo()
        if name:
            found = Picking.search(
                [("name", "=", name), ("company_id", "in", companies.ids)]
            )
        else:
            orders = (
                self.env["sale.order"]
                .sudo()
                .search([("name", "=", order), ("company_id", "in", companies.ids)])
            )
            found = orders.order_line.move_ids.picking_id.filtered(
                lambda picking: (
                    picking._logistics_direction() in ("outgoing", "dropship")
                    and picking.state != "cancel"
                )
            )
        return found if len(found) == 1 else Picking


def _naive_day(event):
    moment = event.occurred_at
    if moment is None:
        return None
    return moment.date() if hasattr(moment, "date") else moment
