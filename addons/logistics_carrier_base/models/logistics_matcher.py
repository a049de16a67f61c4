"""Whose shipment an event is about: by number and date window, then by reference."""

from datetime import timedelta

from odoo import api, models

from odoo.addons.logistics_events import vocabulary

# A closed parcel still takes late scans for so long.
LATE = timedelta(days=30)


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
            .search([("tracking_key", "in", list(keys))])
        )
        parcels.shipment_id.fetch(["correlation_id", "carrier_id", "company_id"])
        return Matcher(self.env, parcels)


class Matcher:
    """The parcels of a batch by number; see `LogisticsMatcher`."""

    def __init__(self, env, parcels):
        self.env = env
        self.by_key = parcels.grouped("tracking_key")
        self.none = parcels.browse()

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
        targets, ambiguous = [], False
        for company in connection._companies():
            found = self._candidates(connection, company, key, event)
            if len(found.shipment_id) > 1:
                ambiguous = True
            elif found:
                targets.append((company, found.shipment_id, found[:1]))
        if not targets and not ambiguous:
            target = self._by_reference(connection, event)
            if target:
                targets.append(target)
        if ambiguous:
            return targets, "ambiguous"
        return targets, None if targets else "unknown"

    def _candidates(self, connection, company, key, event):
        carriers = connection.carrier_ids
        when = _naive_day(event)
        found = self.by_key.get(key, self.none).filtered(
            lambda parcel: (
                parcel.company_id == company
                and (
                    not carriers
                    or not parcel.carrier_id
                    or parcel.carrier_id in carriers
                )
                and (not when or when >= parcel.valid_from.date())
                and (
                    not parcel.closed_at
                    or (when and when <= (parcel.closed_at + LATE).date())
                )
            )
        )
        open_ones = found.filtered(lambda parcel: not parcel.closed_at)
        return open_ones or found

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
        picking = self._picking(name, order, companies)
        if not picking:
            return None
        if event.tracking_number and not picking.carrier_tracking_ref:
            picking.carrier_tracking_ref = event.tracking_number
        shipment = picking.logistics_link_ids.filtered(
            lambda link: not link.replaced_by_id
        ).shipment_id[-1:]
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
