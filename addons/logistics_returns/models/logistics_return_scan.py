"""The first scan nobody announced: a return begins, or the one that waits goes on."""

from odoo import api, models

from odoo.addons.logistics_events import ledger

_OUT = ("outgoing", "dropship")
_OVER = ("credited", "refunded", "closed", "refused")


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    @api.model
    def _scanned(self, shipment, way):
        """Go on with the return of goods a carrier has, or begin one.

        :param logistics.shipment shipment: A return shipment, or the outgoing one that
            comes back under its own number.
        :param return_scans.WayBack way: What shows it.
        :return: The return; empty when nobody is known who gives the goods back.
        :rtype: logistics.return
        """
        names = [f"parcel/{parcel}" for parcel in sorted(way.parcels)]
        if not set(shipment._counted_parcels().ids) - way.parcels or not names:
            names = [f"shipment/{shipment.id}"]
        one, new = self._known_scans(shipment, names)
        if way.to_sender and one.kind == "customer" and one._is_unannounced():
            # What was known first did not say why it comes back.
            one.kind = "to_sender"
        if one and not new and not (way.to_sender and one._is_given_up()):
            return one
        event = self.env["logistics.event"].browse(way.ref)
        deliveries = self._named_deliveries(event.references or {}, shipment.company_id)
        one = one or self._waiting_for(shipment, deliveries)
        if not one:
            vals = shipment._prepare_logistics_return_vals("scan")
            vals["partner_id"] = vals["partner_id"] or deliveries.partner_id[:1].id
            if not vals["partner_id"]:
                return one
            one = self.create(vals)
        if shipment.direction == "return" and not shipment.logistics_return_id:
            shipment.logistics_return_id = one
        back = shipment.direction == "return"
        one.outbound_ids |= shipment.parent_id if back else shipment
        if one._is_unannounced():
            if way.to_sender:
                one.kind = "to_sender"
            one._expect_scanned(shipment, way, deliveries)
        told = {"at": way.at or event.stored_at, "event": event}
        self._say_many([(one, "scanned", name, told) for name in new])
        return one

    @api.model
    def _known_scans(self, shipment, names):
        """Return the return that knows of a scan of a shipment, and what is new to it.

        :param logistics.shipment shipment: What was scanned.
        :param list[str] names: What the facts about it are called.
        :return: The return, over or not, empty when none knows of it; the names that
            it does not know.
        :rtype: tuple[logistics.return, list[str]]
        """
        found = shipment.logistics_return_id or self.search(
            [("outbound_ids", "in", shipment.ids)], order="id desc"
        )
        for one in found:
            scans = one.fact_ids.filtered(lambda fact: fact.kind == "scanned")
            known = set(scans.mapped("ref"))
            about = {f"shipment/{shipment.id}"}
            about |= {f"parcel/{parcel.id}" for parcel in shipment.parcel_ids}
            if known & about or one == shipment.logistics_return_id:
                return one, [name for name in names if name not in known]
        return self.browse(), names

    def _is_given_up(self):
        """Return whether nothing of it is expected since the goods arrived after all.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.state == "closed"
            and self._is_unannounced()
            and not any(self.line_ids.mapped("quantity"))
        )

    def _is_unannounced(self):
        """Return whether all that is known of the return comes from a carrier.

        :rtype: bool
        """
        self.ensure_one()
        return self.origin == "scan" and not self.announced_at

    @api.model
    def _waiting_for(self, shipment, deliveries=None):
        """Return the return that goods on their way back are of, empty when none is.

        Of several that wait the oldest without a shipment. One whose goods are on
        their way already is it only when nothing else could come back.

        :param logistics.shipment shipment: A return shipment, or an outgoing one.
        :param stock.picking deliveries: What they left with, where that is known
            without the outgoing shipment.
        :rtype: logistics.return
        """
        outbound = shipment
        if shipment.direction == "return":
            outbound = shipment.parent_id
            pickings = shipment.link_ids.picking_id
            if pickings.logistics_return_id:
                return pickings.logistics_return_id[:1]
        left_with = outbound.link_ids.picking_id or deliveries
        if not left_with:
            return self.browse()
        found = self.search(
            [
                ("company_id", "=", shipment.company_id.id),
                ("state", "not in", _OVER),
                "|",
                ("outbound_ids", "in", outbound.ids),
                ("line_ids.move_id", "in", left_with.move_ids.ids),
            ],
            order="id",
        )
        waiting = found.filtered(lambda one: not one._live_shipments())
        ours = waiting.filtered(lambda one: one.state != "received")
        if ours or not found:
            return ours[:1]
        if shipment.direction != "return" or not outbound:
            return found[-1:]
        left = any(outbound._logistics_goods_back().values())
        return found.browse() if left else found[-1:]

    def _expect_scanned(self, shipment, way, deliveries):
        """Expect the goods that a scan nobody announced is about.

        :param logistics.shipment shipment: What was scanned.
        :param return_scans.WayBack way: What shows it.
        :param stock.picking deliveries: What the event names.
        """
        self.ensure_one()
        outbound = shipment
        parcels = way.parcels
        if shipment.direction == "return":
            outbound, parcels = shipment.parent_id, ()
            if outbound and self.kind == "to_sender":
                parcels = outbound._logistics_undelivered_parcels()
        if outbound:
            goods = outbound._logistics_goods_back(parcels, self)
        else:
            one = len(deliveries) == 1
            goods = {
                move: float(move._logistics_gone(True, self).left) if one else 0.0
                for move in deliveries.move_ids.filtered(
                    lambda move: move.state == "done"
                )
            }
        known = {line.move_id: line for line in self.line_ids}
        unknown = []
        for move, quantity in goods.items():
            line = known.get(move)
            if not line and not quantity:
                unknown.append(move)
                continue
            line = line or self._add_line(move, move.product_id)
            wanted = float(line._to_own_unit(ledger.quantity(quantity), move))
            if line.quantity < wanted and not line.received_quantity:
                line.quantity = wanted
        if unknown and not self.line_ids:
            self.message_post(
                body=self.env._(
                    "Nobody knows which goods come back with %s: they are found out "
                    "when they are received.",
                    shipment.display_name,
                )
            )

    @api.model
    def _named_deliveries(self, references, companies):
        """Return the deliveries that somebody names by our own numbers.

        :param dict references: `delivery`, `shipment` or `order`.
        :param res.company companies: Whose deliveries are looked at.
        :rtype: stock.picking
        """
        pickings = self.env["stock.picking"].sudo()
        ours = [("company_id", "in", companies.ids), ("state", "!=", "cancel")]
        delivery, order = references.get("delivery"), references.get("order")
        if references.get("shipment"):
            pickings = (
                self.env["logistics.shipment"]
                .sudo()
                .search(
                    [
                        ("name", "=", references["shipment"]),
                        ("company_id", "in", companies.ids),
                    ]
                )
                .link_ids.picking_id
            )
        elif delivery:
            pickings = pickings.search([("name", "=", delivery), *ours])
        elif order:
            pickings = pickings.search(
                [*pickings._logistics_order_domain(order), *ours]
            )
        return pickings.filtered(lambda picking: picking._logistics_direction() in _OUT)
