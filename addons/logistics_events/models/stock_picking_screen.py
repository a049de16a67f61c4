"""The shipment as the screens of a transfer show it."""

from odoo import api, fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_shown_ids = fields.Many2many(
        "logistics.shipment",
        string="Shipments Shown",
        compute="_compute_logistics_shown_ids",
        compute_sudo=True,
        help="Its own shipments; those of the delivery it prepares for a pick or pack.",
        groups="base.group_user",
    )
    logistics_shown_count = fields.Integer(
        compute="_compute_logistics_shown_ids",
        compute_sudo=True,
        string="Shipment Count",
        groups="base.group_user",
    )
    logistics_parcel_ids = fields.Many2many(
        "logistics.parcel",
        string="Parcels",
        compute="_compute_logistics_parcel_ids",
        groups="base.group_user",
    )
    logistics_next_step = fields.Char(
        string="Next Step",
        compute="_compute_logistics_next_step",
        groups="base.group_user",
    )
    logistics_timeline = fields.Json(
        compute="_compute_logistics_timeline", groups="base.group_user"
    )
    logistics_belongs = fields.Boolean(
        compute="_compute_logistics_shown_ids",
        compute_sudo=True,
        groups="base.group_user",
    )

    @api.depends("logistics_link_ids.shipment_id", "move_ids.move_dest_ids")
    def _compute_logistics_shown_ids(self):
        for picking in self:
            shipments = picking.sudo()._logistics_shown_shipments().sudo(False)
            picking.logistics_shown_ids = shipments
            picking.logistics_shown_count = len(shipments)
            picking.logistics_belongs = bool(picking.logistics_link_ids)

    @api.depends("logistics_link_ids.shipment_id.parcel_ids")
    def _compute_logistics_parcel_ids(self):
        for picking in self:
            picking.logistics_parcel_ids = picking.logistics_shown_ids.parcel_ids

    @api.depends("logistics_shown_ids", "state", "carrier_tracking_ref")
    def _compute_logistics_next_step(self):
        for picking in self:
            picking.logistics_next_step = picking.sudo()._logistics_waits_for()

    @api.depends("logistics_link_ids.shipment_id.fact_version")
    def _compute_logistics_timeline(self):
        for picking in self:
            picking.logistics_timeline = picking.logistics_shown_ids[-1:].timeline or []

    # === ACTIONS === #

    def action_view_logistics_shipments(self):
        """Open the shipments of the transfer."""
        self.ensure_one()
        return self.logistics_shown_ids._logistics_action_open(
            self.env._("Shipments of %s", self.name)
        )

    def action_logistics_record_proof(self):
        """Open the dialog in which a person states the delivery."""
        self.ensure_one()
        return self.logistics_shown_ids.action_record_proof()

    # === BUSINESS METHODS === #

    def _logistics_shown_shipments(self):
        """Return the shipments a person expects to see here.

        :rtype: logistics.shipment
        """
        self.ensure_one()
        links = self.logistics_link_ids
        if links:
            current = links.filtered(lambda link: not link.replaced_by_id)
            return (links - current).shipment_id + current.shipment_id
        seen = moves = self.move_ids
        while moves := moves.move_dest_ids - seen:
            seen |= moves
        return seen.picking_id.logistics_link_ids.shipment_id

    def _logistics_waits_for(self):
        """Return what the transfer waits for, or an empty text.

        :rtype: str
        """
        self.ensure_one()
        shipment = self._logistics_shown_shipments()[-1:]
        if shipment:
            return shipment.next_step
        direction = self._logistics_direction()
        if direction == "internal" or self.state == "cancel":
            return ""
        if self.state == "done":
            return self.env._(
                "Done without a tracking number: no carrier can report on it."
            )
        return self.env._("Waits for a tracking number or its validation.")
