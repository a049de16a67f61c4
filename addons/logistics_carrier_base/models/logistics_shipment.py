from odoo import fields, models


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    connection_ids = fields.Many2many(
        "logistics.connection", compute="_compute_connection_ids", string="Connections"
    )

    def _compute_connection_ids(self):
        connections = self.sudo()._connections_of_each()
        for shipment in self:
            shipment.connection_ids = connections[shipment]

    def _connections(self):
        """Return the connections that can report on the shipment.

        :rtype: logistics.connection
        """
        self.ensure_one()
        return self._connections_of_each()[self]

    def _connections_of_each(self):
        """Return the connections that can report on each of the shipments.

        :rtype: dict[logistics.shipment, logistics.connection]
        """
        found = {}
        for company, shipments in self.grouped("company_id").items():
            connections = self.env["logistics.connection"].search(
                [
                    "|",
                    ("company_id", "=", company.id),
                    ("served_company_ids", "in", company.ids),
                ]
            )
            # An aggregator speaks for any carrier; the carrier's own word comes first.
            for_any = connections.filtered(lambda one: not one.carrier_ids)
            for carrier, own in shipments.grouped("carrier_id").items():
                speaking = for_any.browse()
                if carrier:
                    speaking = connections.filtered(
                        lambda one, carrier=carrier: carrier in one.carrier_ids
                    )
                found.update(dict.fromkeys(own, speaking + for_any))
        return found

    def _trackable(self):
        """Override of `logistics_events`: a number and a carrier that can report."""
        connections = self.sudo()._connections_of_each()
        every = self.env["logistics.connection"].sudo().union(*connections.values())
        hearing = every.filtered(lambda one: one._can_hear())
        return self.filtered(
            lambda shipment: shipment.parcel_ids and connections[shipment] & hearing
        )

    def _request_confirmation(self):
        """Override of `logistics_events` to ask the carrier about open numbers now."""
        self.sudo().parcel_ids.filtered(lambda parcel: not parcel.closed_at)._poll_now()
