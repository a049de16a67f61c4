"""Links with which a customer follows a shipment without an account."""

import re
import secrets
from datetime import timedelta

from odoo import api, fields, models

from ..vocabulary import FINAL_STATES
from .ledger import insert_once, trusted

_TOKEN_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
# A link to goods that never arrive does not live for ever.
LONGEST = timedelta(days=365)


class LogisticsTrackingLink(models.Model):
    """One secret address of a shipment's page; a withdrawn one never works again."""

    _name = "logistics.tracking.link"
    _inherit = "logistics.ledger.mixin"
    _description = "Tracking Link"
    _order = "id desc"
    _rec_name = "shipment_id"

    shipment_id = fields.Many2one(
        "logistics.shipment", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shipment_id.company_id", store=True)
    token = fields.Char(required=True, groups="base.group_system", copy=False)
    made_at = fields.Datetime(required=True)
    withdrawn_at = fields.Datetime()
    withdrawn_by_id = fields.Many2one("res.users", string="Withdrawn By")

    _token_uniq = models.UniqueIndex("(token)")
    _live_uniq = models.UniqueIndex("(shipment_id) WHERE withdrawn_at IS NULL")

    @api.model
    def _ensure(self, shipments):
        """Return the live links of shipments; those without one get one.

        :param logistics.shipment shipments: The shipments.
        :return: The links by shipment id.
        :rtype: dict[int, logistics.tracking.link]
        """
        links = self._live(shipments)
        now = fields.Datetime.now()
        for shipment in shipments:
            if shipment.id not in links:
                links[shipment.id] = insert_once(
                    trusted(self.sudo()),
                    {
                        "shipment_id": shipment.id,
                        "company_id": shipment.sudo().company_id.id,
                        "token": secrets.token_urlsafe(32),
                        "made_at": now,
                    },
                )
        shipments.invalidate_recordset(["tracking_link_ids"], flush=False)
        return links

    @api.model
    def _live(self, shipments):
        """Return the links that are not withdrawn, by shipment id."""
        links = self.sudo().search(
            [("shipment_id", "in", shipments.ids), ("withdrawn_at", "=", False)]
        )
        return {link.shipment_id.id: link for link in links}

    @api.model
    def _shipment_of(self, token):
        """Return the shipment that a link leads to now, with all rights.

        :param str token: What stands in the address; anything at all.
        :return: The shipment; empty for a link that is unknown, withdrawn or over.
        :rtype: logistics.shipment
        """
        nothing = self.env["logistics.shipment"].sudo()
        if not _TOKEN_SHAPE.fullmatch(token or ""):
            return nothing
        link_sudo = self.sudo().search(
            [("token", "=", token), ("withdrawn_at", "=", False)], limit=1
        )
        shipment_sudo = link_sudo.shipment_id
        if not shipment_sudo or not shipment_sudo._is_told_to_customers():
            return nothing
        return (
            shipment_sudo if link_sudo._ends_at() > fields.Datetime.now() else nothing
        )

    def _ends_at(self):
        """Return when the link stops working, in naive UTC.

        :rtype: datetime
        """
        self.ensure_one()
        shipment_sudo = self.sudo().shipment_id
        last = self.made_at + LONGEST
        if shipment_sudo.state not in FINAL_STATES:
            return last
        over = shipment_sudo.delivered_at or shipment_sudo.last_event_at or self.made_at
        days = shipment_sudo.company_id.logistics_link_days
        # Who asked for a link after the delivery got it for the same time.
        return min(last, max(over, self.made_at) + timedelta(days=days))

    def _withdraw(self):
        """Make the links useless, for good."""
        trusted(self.sudo()).write(
            {"withdrawn_at": fields.Datetime.now(), "withdrawn_by_id": self.env.uid}
        )

    def _url(self):
        """Return the address that a customer opens.

        :rtype: str
        """
        self.ensure_one()
        return f"{self.get_base_url()}/shipment/{self.sudo().token}"
