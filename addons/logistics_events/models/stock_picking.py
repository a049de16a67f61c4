"""Odoo as a partner: what happens to a transfer is a fact like any other."""

from odoo import api, fields, models

from .. import vocabulary


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_link_ids = fields.One2many(
        "logistics.shipment.picking",
        "picking_id",
        string="Shipment Links",
        copy=False,
        groups="base.group_user",
    )
    logistics_shipment_ids = fields.Many2many(
        "logistics.shipment",
        string="Shipments",
        compute="_compute_logistics_shipment_ids",
        compute_sudo=True,
        groups="base.group_user",
    )
    logistics_state = fields.Selection(
        vocabulary.STATES,
        string="Shipment Status",
        compute="_compute_logistics_shipment_ids",
        compute_sudo=True,
        groups="base.group_user",
    )

    @api.depends("logistics_link_ids.shipment_id.state")
    def _compute_logistics_shipment_ids(self):
        for picking in self:
            links = picking.logistics_link_ids
            picking.logistics_shipment_ids = links.shipment_id
            current = links.filtered(lambda link: not link.replaced_by_id)
            picking.logistics_state = current.shipment_id[-1:].state

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `stock` to start a shipment where a number comes along."""
        pickings = super().create(vals_list)
        pickings.filtered("carrier_tracking_ref")._logistics_sync_numbers()
        return pickings

    def write(self, vals):
        """Override of `stock` to follow the tracking number of a transfer."""
        result = super().write(vals)
        if "carrier_tracking_ref" in vals:
            self._logistics_sync_numbers()
        return result

    def _action_done(self):
        """Override of `stock` to record that the goods left or came."""
        result = super()._action_done()
        self.filtered(lambda picking: picking.state == "done")._logistics_tell_done()
        return result

    def action_cancel(self):
        """Override of `stock` to record that a shipment will not go."""
        result = super().action_cancel()
        for shipment in self.logistics_shipment_ids:
            if all(p.state == "cancel" for p in shipment.picking_ids):
                shipment._tell(
                    "shipment_cancelled",
                    channel="odoo",
                    key="cancelled",
                    leg=shipment._leg(),
                )
        return result

    # === BUSINESS METHODS === #

    def _logistics_direction(self):
        """Return which way the goods of the transfer go, seen from the company.

        `internal` also for the pick and pack steps of a delivery: they show the
        shipment and never belong to it.

        :rtype: str
        """
        self.ensure_one()
        moves = self.move_ids.filtered(lambda move: move.state != "cancel")
        moves = moves or self.move_ids
        if any(
            move.location_dest_id._is_outgoing()
            and move.location_id.usage == "supplier"
            for move in moves
        ):
            return "dropship"
        if any(move.location_dest_id._is_outgoing() for move in moves):
            return "outgoing"
        if any(
            move.origin_returned_move_id and move.location_id._is_outgoing()
            for move in moves
        ) or any(move.location_id.usage == "customer" for move in moves):
            return "return"
        if any(move.location_id.usage == "supplier" for move in moves):
            return "incoming"
        return "internal"

    def _logistics_numbers(self):
        """Return the tracking numbers of the transfer; one field may hold several.

        :rtype: list[str]
        """
        self.ensure_one()
        seen = {}
        for part in (self.carrier_tracking_ref or "").split(","):
            number = part.strip()
            if number:
                seen.setdefault(vocabulary.normalise_tracking(number), number)
        return list(seen.values())

    def _logistics_sync_numbers(self):
        """Bring the shipments in line with the tracking numbers typed or booked."""
        for picking in self:
            direction = picking._logistics_direction()
            if direction == "internal":
                continue
            numbers = picking._logistics_numbers()
            picking._logistics_drop_numbers(numbers)
            if numbers:
                picking._logistics_add_numbers(numbers, direction)

    def _logistics_drop_numbers(self, numbers):
        """A number was taken away: its parcel was voided."""
        keys = {vocabulary.normalise_tracking(number) for number in numbers}
        links = self.logistics_link_ids.filtered(lambda link: not link.replaced_by_id)
        for parcel in links.shipment_id.sudo().parcel_ids:
            if parcel.closed_at or parcel.tracking_key in keys:
                continue
            if parcel.shipment_id.picking_ids - self:
                # Another transfer travels under this number: only we leave it.
                links.filtered(
                    lambda link, gone=parcel.shipment_id: link.shipment_id == gone
                ).sudo().unlink()
                continue
            parcel.shipment_id._tell(
                "shipment_cancelled",
                channel="odoo",
                key=f"void/{parcel.id}",
                leg=parcel.shipment_id._leg(),
                parcel=parcel,
            )
            parcel.closed_at = fields.Datetime.now()

    def _logistics_add_numbers(self, numbers, direction):
        """Numbers are known: find or start their shipment."""
        Parcel = self.env["logistics.parcel"].sudo()
        Shipment = self.env["logistics.shipment"].sudo()
        keys = {vocabulary.normalise_tracking(number): number for number in numbers}
        carrier = self.carrier_id.logistics_carrier_id
        known = Parcel._open_by_key(self.company_id, keys).filtered(
            lambda parcel: (
                parcel.carrier_id in (carrier, Parcel.carrier_id) or not carrier
            )
        )
        finished = known.filtered(
            lambda parcel: (
                parcel.state in vocabulary.FINAL_STATES
                and self not in parcel.shipment_id.picking_ids
            )
        )
        # The carrier gave the number again: the old parcel is over.
        finished.closed_at = fields.Datetime.now()
        finished.flush_recordset(["closed_at"])
        known -= finished
        shipment = (
            known.shipment_id[:1]
            or self.logistics_link_ids.filtered(
                lambda link: (
                    not link.replaced_by_id and link.shipment_id.state is not None
                )
            )
            .shipment_id.filtered(lambda s: s.state != "shipment_cancelled")[:1]
            .sudo()
        )
        if not shipment:
            shipment = Shipment.create(self._prepare_logistics_shipment_vals(direction))
        self._logistics_join(shipment)
        missing = [
            number
            for key, number in keys.items()
            if key not in known.mapped("tracking_key")
        ]
        parcels = Parcel.create(
            [
                {"shipment_id": shipment.id, "tracking_number": number}
                for number in missing
            ]
        )
        for parcel in parcels:
            shipment._tell(
                "shipment_created",
                channel="odoo",
                key=f"number/{parcel.id}",
                leg=shipment._leg(),
                parcel=parcel,
            )
        if self.state == "done":
            self._logistics_tell_done()

    def _logistics_join(self, shipment):
        """Put the transfer into the shipment; the link it replaces says so."""
        links = self.logistics_link_ids.sudo()
        if shipment in links.shipment_id:
            return
        link = links.create({"picking_id": self.id, "shipment_id": shipment.id})
        links.filtered(
            lambda old: (
                not old.replaced_by_id and old.shipment_id.state == "shipment_cancelled"
            )
        ).replaced_by_id = link

    def _prepare_logistics_shipment_vals(self, direction):
        """Return the values of the shipment this transfer starts."""
        self.ensure_one()
        origin = self.move_ids.origin_returned_move_id.picking_id
        parent = origin.logistics_shipment_ids[:1]
        order = self.move_ids.sale_line_id.order_id[:1]
        return {
            "company_id": self.company_id.id,
            "direction": direction,
            "carrier_id": self.carrier_id.logistics_carrier_id.id,
            "partner_id": self.partner_id.id,
            "incoterm_id": order.incoterm.id,
            "parent_id": parent.id if direction == "return" else False,
            "parent_kind": "return" if direction == "return" and parent else False,
        }

    def _logistics_needs_shipment(self):
        """Hook: whether a validated transfer without a number needs a shipment.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _logistics_tell_done(self):
        """Record that the goods left (outgoing, dropship) or came (the others)."""
        for picking in self:
            direction = picking._logistics_direction()
            if direction == "internal":
                continue
            shipments = picking.logistics_link_ids.filtered(
                lambda link: not link.replaced_by_id
            ).shipment_id
            if not shipments and picking._logistics_needs_shipment():
                shipments = (
                    self.env["logistics.shipment"]
                    .sudo()
                    .create(picking._prepare_logistics_shipment_vals(direction))
                )
                picking._logistics_join(shipments)
            if direction == "incoming":
                event_type = "delivered"
            elif direction == "return":
                event_type = "return_received"
            else:
                event_type = "dispatched"
            shipments._fill_parcels_from_packages()
            shipments._tell(
                event_type,
                channel="odoo",
                key=f"done/{picking.id}",
                leg="return" if direction == "return" else "outbound",
                occurred_at=picking.date_done or fields.Datetime.now(),
            )
