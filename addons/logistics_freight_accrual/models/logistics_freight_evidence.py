"""What happened to the goods that a line of a carrier's bill names."""

from dataclasses import replace
from decimal import Decimal

from odoo import fields, models

from odoo.addons.logistics_events import resolve

from ..evidence import ShipmentFacts

_LEGS = ("outbound", "return")


class ResPartner(models.Model):
    _inherit = "res.partner"

    logistics_address_class = fields.Selection(
        [("business", "Business"), ("residential", "Residential")],
        string="Kind of Address",
        groups="base.group_user",
        help="Carriers charge more for a residential one. Empty: nobody checked.",
    )


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _logistics_evidence(self):
        """Return what is known of the shipments, for the audit of a carrier's bill.

        :return: By shipment and parcel (an empty one for the whole shipment).
        :rtype: dict[tuple[int, int | bool], ShipmentFacts]
        """
        shipments = self.sudo()
        back = {one: one._logistics_ways_back() for one in shipments}
        every = shipments.union(*back.values())
        facts = every._load_facts()
        heard = {
            one: [
                fact
                for versions in resolve.standing(facts.get(one.id, ())).values()
                for fact in versions
                if fact.classifier == "actual"
            ]
            for one in every
        }
        trackable = shipments._trackable()
        measured = shipments._logistics_measured()
        found = {}
        for one in shipments:
            for parcel in (False, *one.parcel_ids.ids):
                facts = one._logistics_evidence_of(
                    parcel, heard, back[one], one in trackable
                )
                found[one.id, parcel] = replace(facts, **measured[one.id, parcel])
        return found

    def _logistics_ways_back(self):
        """Return the shipments in which goods of this one come back.

        :rtype: logistics.shipment
        """
        self.ensure_one()
        return self.child_ids.filtered(
            lambda child: (
                child.direction == "return" or child.parent_kind == "return_to_sender"
            )
        )

    def _logistics_came_back(self):
        """Hook: return whether it is known by other means than tracking that goods of
        the shipment came back.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _logistics_evidence_of(self, parcel, heard, ways_back, is_trackable):
        self.ensure_one()
        legs = {leg: {} for leg in _LEGS}
        for fact in heard[self]:
            if not parcel or fact.parcel in (None, parcel):
                legs[fact.leg].setdefault(fact.event_type, []).append(fact.ref)
        for child in ways_back:
            for fact in heard[child]:
                legs["return"].setdefault(fact.event_type, []).append(fact.ref)
        if self._logistics_came_back():
            legs["return"].setdefault("return_received", []).append("")
        outbound = legs["outbound"] if self._leg() == "outbound" else legs["return"]
        voided = "shipment_cancelled" in outbound
        if not is_trackable and not voided and "dispatched" in outbound:
            # Where no carrier reports, that the goods left is all that can be known.
            outbound.setdefault("picked_up", outbound["dispatched"])
        return ShipmentFacts(
            outbound=_frozen(outbound),
            back=_frozen(legs["return"]),
            residential=_residential(self.partner_id),
            voided=voided,
        )

    def _logistics_measured(self):
        """Return what we weighed and measured, and by what the carriers bill it.

        :return: By shipment and parcel values of `ShipmentFacts`.
        :rtype: dict[tuple[int, int | bool], dict]
        """
        Terms = self.env["logistics.freight.terms"]
        terms = Terms._for_many((one.company_id, one.carrier_id) for one in self)
        units, goods, found = self._logistics_units(), self._logistics_goods(), {}
        for one in self:
            divisor, step = terms.get((one.company_id, one.carrier_id), Terms)._volume()
            for parcel in (False, *one.parcel_ids.ids):
                found[one.id, parcel] = {
                    "weight": one._logistics_weight(parcel),
                    "pieces": one._logistics_boxes(parcel, goods[one].pickings, units),
                    "divisor": divisor,
                    "step": step,
                }
        return found

    def _logistics_boxes(self, parcel, pickings, units):
        """Return the packages the goods are in; of one parcel of several only where
        its contents are known.

        :param stock.picking pickings: What travels in the shipment.
        :param Units units: What the database weighs and measures in.
        :rtype: tuple[agreement.Parcel, ...]
        """
        self.ensure_one()
        items = pickings.move_line_ids
        if parcel and len(self.parcel_ids) > 1:
            items = self.parcel_ids.browse(parcel).line_ids.move_line_id
        elif self._logistics_is_shared(pickings):
            return ()
        packed = items.filtered("result_package_id")
        return self._logistics_packed(packed, units)

    def _logistics_weight(self, parcel):
        """Return what we weighed, in kilograms; of one parcel of several only where
        its contents are known.

        :rtype: Decimal | None
        """
        self.ensure_one()
        pickings = self.picking_ids
        if not parcel or len(self.parcel_ids) == 1:
            weight = sum(one.shipping_weight or one.weight for one in pickings)
        else:
            lines = self.parcel_ids.browse(parcel).line_ids
            weight = sum(line.product_id.weight * line.quantity for line in lines)
        unit = self.env[
            "product.template"
        ]._get_weight_uom_id_from_ir_config_parameter()
        kilogram = self.env.ref("uom.product_uom_kgm")
        weight = unit._compute_quantity(weight, kilogram, round=False)
        exact = Decimal(repr(round(weight, 6)))
        return exact if exact > 0 else None


def _frozen(events):
    return {code: tuple(refs) for code, refs in events.items()}


def _residential(partner):
    said = partner.logistics_address_class
    return said == "residential" if said else None
