from odoo import fields, models


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    connection_ids = fields.Many2many(
        "logistics.connection", compute="_compute_connection_ids", string="Connections"
    )

    def _compute_connection_ids(self):
        for shipment in self:
            shipment.connection_ids = shipment.sudo()._connections()

    def _connections(self):
        """Return the connections that can report on the shipment.

        :rtype: logistics.connection
        """
        self.ensure_one()
        connections = self.env["logistics.connection"].search(
            [
                "|",
                ("company_id", "=", self.company_id.id),
                ("served_company_ids", "in", self.company_id.ids),
            ]
        )
        own = connections.filtered(
            lambda connection: self.carrier_id in connection.carrier_ids
        )
        # An aggregator speaks for any carrier; the carrier's own word comes first.
        return own + connections.filtered(lambda one: not one.carrier_ids)

    def _is_trackable(self):
        """Override of `logistics_events`: a number and a carrier that can report."""
        self.ensure_one()
        return bool(
            self.parcel_ids
            and any(one._can_hear() for one in self.sudo()._connections())
        )

    def _request_confirmation(self):
        """Override of `logistics_events` to ask the carrier about open numbers now."""
        self.sudo().parcel_ids.filtered(lambda parcel: not parcel.closed_at)._poll_now()
