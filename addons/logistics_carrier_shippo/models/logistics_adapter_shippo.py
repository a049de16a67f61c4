import json
import uuid

from odoo import fields, models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.signatures import TimestampedHmac

from .. import client, const, mapper


class LogisticsCarrierAdapterShippo(models.AbstractModel):
    """Shippo, an aggregator: one account speaks for many carriers."""

    _name = "logistics.carrier.adapter.shippo"
    _inherit = "logistics.carrier.adapter"
    _description = "Shippo Adapter"

    def _label(self):
        """Override of the contract."""
        return "Shippo"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"webhook", "test_event", "poll"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _credential_fields(self):
        """Override of the contract."""
        return const.CREDENTIALS

    def _charge_types(self):
        """Override of the contract: the price of a label."""
        return const.CHARGE_TYPES

    def _signature_scheme(self, connection):
        """Override of the contract: time and content are signed."""
        return TimestampedHmac(const.SIGNATURE_HEADER)

    def _parse_webhook(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _environment_of(self, body):
        """Override of the contract: Shippo marks test messages."""
        return mapper.mode(body)

    def _poller(self, connection):
        """Override of the contract."""
        return asking.one_by_one(connection._account(client.API), client.fetch)

    def _test_verdict(self, connection):
        """Override of the contract: also whether the token is of this environment."""
        place = client.environment_of(connection._plain_credential() or "")
        if place and place != connection.environment:
            return "wrong_environment", self.env._(
                "This token works in the other environment: %s.", place
            )
        if not client.carrier_of(connection.account_ref or "", connection.environment):
            return "refused", self.env._(
                "A number is asked for together with its carrier: write the carrier's "
                "Shippo token, such as usps, into Account."
            )
        return self._probe(connection, client.API, client.probe)

    def _test_event(self, connection):
        """Override of the contract: a track of a number nobody has."""
        now = fields.Datetime.now().isoformat() + "Z"
        row = {
            "object_id": uuid.uuid4().hex,
            "status": "PRE_TRANSIT",
            "status_date": now,
            "status_details": "Test event",
            "location": None,
        }
        track = {
            "carrier": "usps",
            "tracking_number": f"TEST-{uuid.uuid4().hex[:10].upper()}",
            "tracking_status": row,
            "tracking_history": [row],
        }
        message = {
            "event": "track_updated",
            "test": connection.environment == "test",
            "data": track,
        }
        return json.dumps(message).encode(), {"Content-Type": "application/json"}
