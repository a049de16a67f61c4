"""A shipment as it is priced: its parcels, where they go, and with which service."""

from decimal import Decimal
from typing import Any, NamedTuple

from odoo import models

from ..agreement import Consignment, Parcel
from ..rounding import ZERO

# What surcharges may ask for, see the field `trait` of a surcharge.
TRAITS = ("residential", "inbound", "return", "international")
_INWARD = ("incoming", "return")


class Units(NamedTuple):
    """What the database weighs and measures in.

    :param Decimal kilograms: Of one unit of weight.
    :param Decimal centimetres: Of one unit of length.
    """

    kilograms: Decimal
    centimetres: Decimal


class Goods(NamedTuple):
    """What a shipment moves, beside its consignment.

    :param Any method: The `delivery.carrier` it is sent with, may be empty.
    :param Any pickings: The `stock.picking` that travel in it now.
    """

    method: Any
    pickings: Any


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _logistics_goods(self):
        """Return what each shipment moves, and with which shipping method.

        :rtype: dict[logistics.shipment, Goods]
        """
        found = {}
        # Read together: what is filtered would be read one by one.
        every = self.sudo().link_ids.picking_id
        for shipment in self.sudo():
            pickings = every.browse(
                [
                    link.picking_id.id
                    for link in shipment.link_ids
                    if not link.replaced_by_id and link.picking_id.state != "cancel"
                ]
            ).with_prefetch(every.ids)
            methods = pickings.carrier_id
            if shipment.direction == "return" and not methods:
                # Goods come back as they went.
                methods = shipment.parent_id.picking_ids.carrier_id
            methods = methods.filtered(
                lambda one, own=shipment.carrier_id: one.logistics_carrier_id == own
            )
            found[shipment] = Goods(methods[:1], pickings)
        return found

    def _logistics_consignments(self):
        """Return the shipments as they are priced.

        The zone is the carrier's own, else the country: so charges of different
        countries are never averaged with each other. The far end counts: where the
        goods go, or come from when they come in.

        :rtype: dict[logistics.shipment, agreement.Consignment]
        """
        goods = self._logistics_goods()
        units = self._logistics_units()
        zones = self._logistics_zones()
        return {
            shipment: Consignment(
                carrier=shipment.carrier_id.name or "",
                on=shipment._logistics_service_day(goods[shipment].pickings),
                service=_service(goods[shipment].method),
                zone=zones[shipment],
                country=shipment.partner_id.country_id.code or "",
                parcels=shipment._logistics_parcels(goods[shipment].pickings, units),
                traits=shipment._logistics_traits(),
            )
            for shipment in self.sudo()
        }

    def _logistics_service_day(self, pickings):
        """Return the day the carrier serves: that of the dispatch, or the planned one.

        :rtype: date
        """
        self.ensure_one()
        moments = [
            self.dispatched_at,
            self.picked_up_at,
            *pickings.mapped("date_done"),
        ]
        known = [moment for moment in moments if moment]
        return self._logistics_local_day(min(known) if known else None)

    def _logistics_zones(self):
        """Return the carrier's zone of each shipment, else the country it goes to.

        :rtype: dict[logistics.shipment, str]
        """
        Zone, found = self.env["logistics.rate.zone"], {}
        for (company, carrier), own in (
            self.sudo().grouped(lambda one: (one.company_id, one.carrier_id)).items()
        ):
            zones = Zone._zones(company, carrier, own.partner_id)
            for shipment in own:
                found[shipment] = (
                    zones.get(shipment.partner_id)
                    or shipment.partner_id.country_id.code
                    or ""
                )
        return found

    def _logistics_traits(self):
        """Return what is special about the shipment, as surcharges ask for it.

        :rtype: frozenset[str]
        """
        self.ensure_one()
        partner, home = self.partner_id, self.company_id.country_id
        found = {
            "residential": bool(partner)
            and not partner.commercial_partner_id.is_company,
            "inbound": self.direction == "incoming",
            "return": self.direction == "return",
            "international": bool(partner.country_id and home)
            and partner.country_id != home,
        }
        return frozenset(trait for trait, holds in found.items() if holds)

    # === PARCELS === #

    def _logistics_units(self):
        """Return what the database weighs and measures in.

        :rtype: Units
        """
        Template = self.env["product.template"]
        kilogram = self.env.ref("uom.product_uom_kgm")
        centimetre = self.env.ref("uom.product_uom_cm")
        weight = Template._get_weight_uom_id_from_ir_config_parameter()
        length = Template._get_length_uom_id_from_ir_config_parameter()
        return Units(
            Decimal(repr(weight._compute_quantity(1.0, kilogram, round=False))),
            Decimal(repr(length._compute_quantity(1.0, centimetre, round=False))),
        )

    def _logistics_parcels(self, pickings, units):
        """Return the parcels of the shipment: its packages, else what its parcels are
        said to hold, else the goods spread evenly over its tracking numbers.

        :param stock.picking pickings: What travels in it.
        :param Units units: What the database weighs and measures in.
        :rtype: tuple[agreement.Parcel, ...]
        """
        self.ensure_one()
        numbers = [parcel for parcel in self.parcel_ids if not parcel.closed_at]
        shared = self._logistics_is_shared(pickings)
        packages = pickings.move_line_ids.result_package_id
        if packages and not shared:
            return self._logistics_packed(pickings.move_line_ids, units)
        if numbers and all(parcel.line_ids for parcel in numbers):
            return tuple(
                Parcel(_exactly(_contents(parcel), units.kilograms))
                for parcel in numbers
            )
        if not pickings:
            weight = self._logistics_announced_weight()
            return (Parcel(_exactly(weight, units.kilograms)),) if weight else ()
        count = max(len(numbers), 1)
        each = sum(_weight(picking) for picking in pickings) / count
        return (Parcel(_exactly(each, units.kilograms)),) * count

    def _logistics_announced_weight(self):
        """Hook: return what a shipment without a transfer weighs.

        :return: In the unit of the database; 0 when nobody knows.
        :rtype: float
        """
        self.ensure_one()
        return 0.0

    def _logistics_is_shared(self, pickings):
        """Return whether transfers travel in several shipments, nobody knows how.

        :rtype: bool
        """
        return any(_is_shared(picking) for picking in pickings)

    def _logistics_packed(self, items, units):
        """Return packages as parcels, and one of the rest.

        :param stock.move.line items: What is in them, or loose.
        :param Units units: What the database weighs and measures in.
        :rtype: tuple[agreement.Parcel, ...]
        """
        weights, loose = {}, 0.0
        for line in items:
            weight = line.quantity_product_uom * line.product_id.weight
            package = line.result_package_id
            package = package.outermost_package_id or package
            if package:
                weights[package] = weights.get(package, 0.0) + weight
            else:
                loose += weight
        found = []
        for package, weight in weights.items():
            kind = package.package_type_id
            sides = (kind.packaging_length, kind.width, kind.height)
            found.append(
                Parcel(
                    _exactly(
                        package.shipping_weight or weight + kind.base_weight,
                        units.kilograms,
                    ),
                    tuple(_exactly(side, units.centimetres) for side in sides)
                    if all(sides)
                    else (),
                )
            )
        if loose:
            found.append(Parcel(_exactly(loose, units.kilograms)))
        return tuple(found)


def weight_of(consignment):
    """Return what all parcels of a consignment weigh.

    :param agreement.Consignment consignment: What is to be priced.
    :return: In kilograms.
    :rtype: Decimal
    """
    return sum((parcel.weight for parcel in consignment.parcels), ZERO)


def _service(method):
    """Return the carrier's code of a service, or the name of the shipping method."""
    return method.logistics_service or method.with_context(lang=None).name or ""


def _is_shared(picking):
    links = picking.logistics_link_ids.filtered(lambda link: not link.replaced_by_id)
    return len(links.shipment_id) > 1


def _weight(picking):
    """Return what a transfer weighs; of several shipments, each has an equal share."""
    links = picking.logistics_link_ids.filtered(lambda link: not link.replaced_by_id)
    weight = picking.shipping_weight or picking.weight
    return weight / max(len(links.shipment_id), 1)


def _contents(parcel):
    return sum(
        line.move_id.product_uom._compute_quantity(
            line.quantity, line.product_id.uom_id, round=False
        )
        * line.product_id.weight
        for line in parcel.line_ids
    )


def _exactly(value, factor):
    return round(Decimal(repr(float(value))) * factor, 6)
