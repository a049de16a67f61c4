"""Goods that are sent again or come back, and addresses put right."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .. import physical


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    # === QUANTITIES === #

    def _goods_in_trouble(self):
        """Return which goods are lost or damaged, all of them when it is not known.

        :return: Done stock moves and how much of each, in the unit of the move.
        :rtype: dict[stock.move, float]
        """
        self.ensure_one()
        moves = self._done_moves()
        parcels = physical.parcels_of(self.trouble, ("lost", "damaged"))
        lines = self.parcel_ids.filtered(lambda parcel: parcel.id in parcels).line_ids
        found = {}
        for line in lines:
            if line.move_id in moves:
                found[line.move_id] = found.get(line.move_id, 0.0) + line.quantity
        return found or {move: move.quantity for move in moves}

    def _done_moves(self):
        """Return the moves that left, or would have to come back."""
        return self.picking_ids.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id._is_outgoing()
        )

    def _check_quantities(self, quantities):
        """Check what is sent again or expected back.

        :param dict quantities: How much of each move.
        :raise UserError: For nothing at all, or more than was there.
        """
        if not any(quantity > 0 for quantity in quantities.values()):
            raise UserError(self.env._("Say how much of the goods it is about."))
        for move, quantity in quantities.items():
            if quantity < 0 or move.product_uom.compare(quantity, move.quantity) > 0:
                raise UserError(
                    self.env._(
                        "%(product)s: %(most)g %(unit)s were sent.",
                        product=move.product_id.display_name,
                        most=move.quantity,
                        unit=move.product_uom.name,
                    )
                )

    # === SENT AGAIN === #

    def _reship(self, quantities):
        """Make a transfer that sends goods again, on a shipment of its own.

        It is not sold a second time: its moves belong to no order line. When all
        goods are sent again, the order's own transfer counts as delivered as soon as
        the replacement is (`_take_over_deliveries`).

        :param dict quantities: How much of each done move.
        :return: The transfer, the shipment, and whether it is all of the goods.
        :rtype: tuple[stock.picking, logistics.shipment, bool]
        :raise UserError: When the goods never were in our stock.
        """
        self.ensure_one()
        self._check_quantities(quantities)
        if self.direction != "outgoing":
            raise UserError(
                self.env._("Only what left our own stock is sent from there again.")
            )
        origin = next(iter(quantities)).picking_id
        warehouse = origin.picking_type_id.warehouse_id
        source = warehouse.lot_stock_id or origin.location_id
        picking = (
            self.env["stock.picking"]
            .with_company(self.company_id)
            .create(
                {
                    "company_id": self.company_id.id,
                    "picking_type_id": origin.picking_type_id.id,
                    "partner_id": (self.partner_id or origin.partner_id).id,
                    "carrier_id": origin.carrier_id.id,
                    "location_id": source.id,
                    "location_dest_id": origin.location_dest_id.id,
                    "origin": f"{origin.origin or origin.name} / {self.name}",
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": move.product_id.id,
                                "product_uom_qty": quantity,
                                "product_uom": move.product_uom.id,
                                "company_id": self.company_id.id,
                                "location_id": source.id,
                                "location_dest_id": move.location_dest_id.id,
                                "procure_method": "make_to_stock",
                            }
                        )
                        for move, quantity in quantities.items()
                        if quantity > 0
                    ],
                }
            )
        )
        picking.action_confirm()
        picking.action_assign()
        made = self._follow_up(picking, "outgoing", "rebooking")
        whole = all(
            not move.product_uom.compare(quantities.get(move, 0.0), move.quantity)
            for move in self._done_moves()
        )
        return picking, made, whole

    def _follow_up(self, picking, direction, kind):
        """Start the shipment of a transfer that replaces or brings back this one.

        :param str direction: `outgoing` or `return`.
        :param str kind: A value of `parent_kind`.
        :rtype: logistics.shipment
        """
        made = self.create(
            picking._prepare_logistics_shipment_vals(direction)
            | {
                "parent_id": self.id,
                "parent_kind": kind,
                "carrier_id": self.carrier_id.id,
            }
        )
        picking._logistics_join(made)
        return made

    def _take_over_deliveries(self):
        """Override: what was sent again arrived, so the order's transfer did, too."""
        super()._take_over_deliveries()
        arrived = self.filtered(
            lambda shipment: (
                shipment.parent_kind == "rebooking" and shipment.state == "delivered"
            )
        )
        if not arrived:
            return
        remedies = self.env["logistics.remedy"].search(
            [
                ("made_shipment_id", "in", arrived.ids),
                ("kind", "=", "reship"),
                ("is_whole", "=", True),
                ("undone_at", "=", False),
            ]
        )
        for remedy in remedies:
            made = remedy.made_shipment_id
            for link in remedy.shipment_id.link_ids:
                if made in link.picking_id.logistics_link_ids.shipment_id:
                    continue
                link.replaced_by_id = link.create(
                    {"picking_id": link.picking_id.id, "shipment_id": made.id}
                )

    # === COMES BACK === #

    def _expect_return(self, quantities):
        """Make the transfers in which goods come back, on a shipment of their own.

        :param dict quantities: How much of each done move.
        :return: The transfers and the shipment.
        :rtype: tuple[stock.picking, logistics.shipment]
        :raise UserError: When nothing is expected, or it came back already.
        """
        self.ensure_one()
        self._check_quantities(quantities)
        pickings = self.env["stock.picking"]
        by_picking = {}
        for move, quantity in quantities.items():
            if quantity > 0:
                by_picking.setdefault(move.picking_id, {})[move] = quantity
        for picking, wanted in by_picking.items():
            dialog = self.env["stock.return.picking"].create({"picking_id": picking.id})
            for line in dialog.product_return_moves:
                line.quantity = wanted.get(line.move_id, 0.0)
            pickings |= dialog._create_return()
        kind = (
            "return_to_sender"
            if set(self.trouble or {}) & {"refused", "failed", "coming_back", "address"}
            else "return"
        )
        made = self._follow_up(pickings[:1], "return", kind)
        for picking in pickings[1:]:
            picking._logistics_join(made)
        return pickings, made

    # === GOES ELSEWHERE === #

    def _redirect(self, address):
        """Send the shipment, and what still waits here for it, to another address.

        The customer's own address stays as it is: the corrected one is a delivery
        address of the customer.

        :param dict address: Columns of `res.partner`.
        :return: The address, and the transfers that go there now.
        :rtype: tuple[res.partner, stock.picking]
        """
        self.ensure_one()
        before = self.partner_id
        customer = before.commercial_partner_id
        after = before.create(
            {
                "name": before.name or customer.name,
                "type": "delivery",
                "parent_id": customer.id,
                "lang": before.lang,
                "email": before.email,
                "company_id": customer.company_id.id,
            }
            | address
        )
        waiting = self.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel") and picking.partner_id == before
            )
        )
        waiting.partner_id = after
        self.partner_id = after
        return after, waiting

    def _tell_carrier_address(self, address):
        """Hook: tell the carrier where the shipment goes instead.

        :param res.partner address: The corrected address.
        :return: Whether the carrier is told without a mail.
        :rtype: bool
        """
        self.ensure_one()
        return False

    def _goods_value(self, quantities):
        """Return what goods were sold for, tax excluded, in company currency.

        :param dict quantities: How much of each move.
        :rtype: float
        """
        self.ensure_one()
        total = 0.0
        for move, quantity in quantities.items():
            line = move.sale_line_id
            if not line.product_uom_qty:
                continue
            sold = move.product_uom._compute_quantity(quantity, line.product_uom_id)
            total += line.currency_id._convert(
                line.price_subtotal / line.product_uom_qty * sold,
                self.company_id.currency_id,
                self.company_id,
                fields.Date.context_today(self),
            )
        return self.company_id.currency_id.round(total)
