"""Links with which a customer follows a shipment without an account."""

from odoo import api, fields, models

from ..vocabulary import FINAL_STATES


class LogisticsTrackingLink(models.Model):
    """One secret address of a shipment's page; a withdrawn one never works again."""

    _name = "logistics.tracking.link"
    _inherit = "logistics.link.mixin"
    _description = "Tracking Link"
    _order = "id desc"
    _rec_name = "shipment_id"
    _link_to = "shipment_id"
    _link_path = "/shipment/"

    shipment_id = fields.Many2one(
        "logistics.shipment", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shipment_id.company_id", store=True)

    _token_uniq = models.UniqueIndex("(token)")
    _live_uniq = models.UniqueIndex("(shipment_id) WHERE withdrawn_at IS NULL")

    @api.model
    def _ensure(self, records):
        """Override: the shipments show their links at once."""
        links = super()._ensure(records)
        records.invalidate_recordset(["tracking_link_ids"], flush=False)
        return links

    @api.model
    def _shipment_of(self, token):
        """Return the shipment that a link leads to now, with all rights.

        :param str token: What stands in the address; anything at all.
        :return: The shipment; empty for a link that is unknown, withdrawn or over.
        :rtype: logistics.shipment
        """
        shipment_sudo = self._led_to(token)
        if shipment_sudo and not shipment_sudo._is_told_to_customers():
            return shipment_sudo.browse()
        return shipment_sudo

    def _over_at(self):
        """Override: the shipment has arrived, or came back."""
        shipment_sudo = self.sudo().shipment_id
        if shipment_sudo.state not in FINAL_STATES:
            return False
        return shipment_sudo.delivered_at or shipment_sudo.last_event_at or self.made_at
