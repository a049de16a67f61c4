"""Shipments that bring goods back: found, made, and told to their return."""

from odoo import api, fields, models

from odoo.addons.logistics_events import vocabulary

from .. import return_scans

_OUT = ("outgoing", "dropship")
# What says that goods will come back undelivered.
_TROUBLE = frozenset({"refused", "failed", "coming_back", "address"})
_UNDELIVERED = (*return_scans.TO_SENDER, "refused", "delivery_failed", "lost")


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    logistics_return_id = fields.Many2one(
        "logistics.return",
        string="Return",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )

    def write(self, vals):
        """Override: whoever follows the shipments hears of their return."""
        result = super().write(vals)
        if vals.get("logistics_return_id"):
            self.sudo()._logistics_return_known()
        return result

    # === HOOKS === #

    def _logistics_return_known(self):
        """Hook: it is known from now on of which return the goods are."""

    def _logistics_has_come_back(self):
        """Return whether goods of the shipment were received back, however they came.

        :rtype: bool
        """
        self.ensure_one()
        own = self.logistics_return_id.line_ids
        lines = own or own.search([("move_id", "in", self.picking_ids.move_ids.ids)])
        return any(lines.mapped("received_quantity"))

    def _after_fold(self, folded, facts):
        """Override: what is on its way back is a return."""
        result = super()._after_fold(folded, facts)
        self.sudo()._logistics_note_ways_back(folded, facts)
        return result

    def _after_ingest(self, new_events):
        """Override: a new number for goods that come back is a shipment of its own."""
        result = super()._after_ingest(new_events)
        self.sudo()._logistics_split_ways_back(new_events.sudo())
        return result

    @api.model
    def _logistics_way_back(self, number, references, companies):
        """Override: what comes back under an unknown number belongs to our order."""
        found = super()._logistics_way_back(number, references, companies)
        deliveries = self.env["logistics.return"]._named_deliveries(
            references, companies
        )
        company = deliveries.company_id
        if found or len(company) != 1:
            return found
        outbound = deliveries.logistics_link_ids.filtered(
            lambda link: not link.replaced_by_id
        ).shipment_id
        one = outbound if len(outbound) == 1 else outbound.browse()
        if not number:
            return company, one, one.parcel_ids.browse()
        return one._logistics_start_way_back(number, company, deliveries.partner_id[:1])

    def _expect_return(self, quantities):
        """Override of `logistics_events`: all transfers are of one return."""
        self.ensure_one()
        one = self.env["logistics.return"].sudo()._waiting_for(self)
        vals = self._prepare_logistics_return_vals("staff")
        if not one and vals["partner_id"]:
            one = one.create(vals)
        pickings, made = super(
            LogisticsShipment, self.with_context(logistics_return_id=one.id)
        )._expect_return(quantities)
        if one and not made.logistics_return_id:
            made.sudo().logistics_return_id = one
        return pickings.with_env(self.env), made.with_env(self.env)

    # === WHAT THE FACTS SAY === #

    def _logistics_note_ways_back(self, folded, facts):
        """Begin or go on with the returns whose goods a carrier has.

        :param dict[int, facts.Folded] folded: What is known now, by shipment id.
        :param dict[int, list[facts.Fact]] facts: All the facts, by shipment id.
        """
        Return = self.env["logistics.return"]
        turned = self.browse()
        for shipment in self:
            own = facts.get(shipment.id, ())
            if shipment.direction == "return":
                way = return_scans.of_return(own)
                if way:
                    # The number may have been told before the trouble was.
                    if way.to_sender and shipment.parent_kind == "return":
                        shipment.parent_kind = "return_to_sender"
                    Return._scanned(shipment, way)
            elif shipment.direction in _OUT:
                leg = folded[shipment.id].legs.get("outbound")
                way = return_scans.of_outbound(
                    own, leg, shipment._logistics_foreign(own)
                )
                if way:
                    Return._scanned(shipment, way)
                if not (way and way.to_sender):
                    turned |= shipment
        turned._logistics_arrived_after_all()

    def _logistics_foreign(self, facts):
        """Return which facts of the way back are about another tracking number.

        :rtype: set[int]
        """
        self.ensure_one()
        refs = [fact.ref for fact in facts if fact.leg == "return"]
        keys = {"", *self.parcel_ids.mapped("tracking_key")}
        return {
            event.id
            for event in self.env["logistics.event"].browse(refs)
            if vocabulary.normalise_tracking(event.tracking_number or "") not in keys
        }

    def _logistics_split_ways_back(self, new_events):
        """Give what comes back under a number of its own a shipment of its own.

        :param logistics.event new_events: Events that were not known before.
        """
        outbound = self.filtered(lambda shipment: shipment.direction in _OUT)
        if not outbound:
            return
        for event in new_events:
            shipment = event.shipment_id
            key = vocabulary.normalise_tracking(event.tracking_number or "")
            if (
                shipment not in outbound
                or not key
                or key in shipment.parcel_ids.mapped("tracking_key")
            ):
                continue
            if event.leg == "return":
                started = shipment._logistics_start_way_back(
                    event.tracking_number, shipment.company_id, shipment.partner_id
                )
                if started:
                    reason = self.env._("Comes back under a number of its own.")
                    event._relink(*started[1:], reason)
            elif event.event_type in return_scans.TO_SENDER:
                # What comes next is told under this number.
                shipment._logistics_start_way_back(
                    event.tracking_number, shipment.company_id, shipment.partner_id
                )

    def _logistics_start_way_back(self, number, company, partner):
        """Return the shipment in which goods come back under a number, made if need be.

        :param str number: The tracking number.
        :param res.company company: Whose goods they are.
        :param res.partner partner: Who gives them back.
        :return: The company, the shipment and its parcel; None when the number is in
            use for other goods.
        :rtype: tuple[res.company, logistics.shipment, logistics.parcel] | None
        """
        parcels = self.env["logistics.parcel"].sudo()
        key = vocabulary.normalise_tracking(number)
        in_use = parcels._open_by_key(company, [key])
        known = in_use.filtered(
            lambda parcel: parcel.shipment_id.direction == "return"
        )[:1]
        if known:
            return company, known.shipment_id, known
        if in_use.filtered(lambda parcel: parcel.carrier_id == self.carrier_id):
            return None
        kind = False
        if self:
            to_sender = self._logistics_kind_back() == "to_sender"
            kind = "return_to_sender" if to_sender else "return"
        made = self.sudo().create(
            {
                "company_id": company.id,
                "direction": "return",
                "carrier_id": self.carrier_id.id,
                "partner_id": partner.id,
                "parent_id": self.id,
                "parent_kind": kind,
            }
        )
        parcel = parcels.create({"shipment_id": made.id, "tracking_number": number})
        return company, made, parcel

    def _logistics_kind_back(self):
        """Return why goods of these shipments come back, as far as it is known.

        :rtype: str
        """
        undelivered = any(
            _TROUBLE & set(shipment.trouble or {}) and shipment.state != "delivered"
            for shipment in self
        )
        return "to_sender" if undelivered else "customer"

    def _logistics_arrived_after_all(self):
        """Goods that were coming back undelivered reached the customer instead."""
        if not self:
            return
        returns = self.env["logistics.return"].search(
            [
                ("outbound_ids", "in", self.ids),
                ("kind", "=", "to_sender"),
                ("origin", "=", "scan"),
                ("state", "in", ("requested", "approved", "label_sent", "in_transit")),
                ("shipment_ids", "=", False),
            ]
        )
        lines = returns.line_ids.filtered(
            lambda line: not line.received_quantity and line.quantity
        )
        lines.write({"quantity": 0.0})

    # === WHICH GOODS === #

    def _logistics_goods_back(self, parcels=(), but=None):
        """Return which goods come back when a shipment, or parcels of it, do.

        What is back, or announced by others, is left out.

        :param Collection[int] parcels: Ids of the parcels; empty for all of them.
        :param logistics.return but: The return that asks.
        :return: How much of each move, in its unit; nothing of a move when nobody
            knows what the parcels hold.
        :rtype: dict[stock.move, float]
        """
        self.ensure_one()
        moves = self.link_ids.filtered(
            lambda link: not link.replaced_by_id
        ).picking_id.move_ids.filtered(
            lambda move: move.state != "cancel" and move.location_dest_id._is_outgoing()
        )
        counted = self._counted_parcels()
        if parcels and set(counted.ids) - set(parcels):
            found = dict.fromkeys(moves, 0.0)
            for item in counted.filtered(lambda one: one.id in parcels).line_ids:
                if item.move_id in found:
                    found[item.move_id] += item.quantity
        else:
            found = {
                move: move.quantity if move.state == "done" else move.product_uom_qty
                for move in moves
            }
        return {
            move: min(quantity, float(move._logistics_gone(True, but).left))
            if move.state == "done"
            else quantity
            for move, quantity in found.items()
        }

    def _logistics_undelivered_parcels(self):
        """Return the parcels that were not handed over, by what is known.

        :return: Ids; empty when it is not known of any.
        :rtype: frozenset[int]
        """
        self.ensure_one()
        return frozenset(
            parcel.id
            for parcel in self._counted_parcels()
            if parcel.state in _UNDELIVERED
        )

    def _prepare_logistics_return_vals(self, origin):
        """Return the values of a return of goods of this shipment, without its goods.

        :param str origin: A value of the return's `origin`.
        :rtype: dict
        """
        self.ensure_one()
        back = self.direction == "return"
        outbound = self.parent_id if back else self
        order = outbound.sale_order_ids[:1]
        return {
            "company_id": self.company_id.id,
            "partner_id": (order.partner_id or self.partner_id).id,
            "origin": origin,
            "kind": "to_sender"
            if self.parent_kind == "return_to_sender"
            else outbound._logistics_kind_back(),
            "outbound_ids": [fields.Command.set(outbound.ids)],
        }
