import json
import uuid

from odoo import fields, models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.signatures import StaticToken

from .. import const, mapper


class LogisticsCarrierAdapterDhl(models.AbstractModel):
    """DHL Unified tracking: one interface for the parcels of all divisions.

    A push carries a token and no signature, so it moves the status at once and money
    only after the poll that confirms it.
    """

    _name = "logistics.carrier.adapter.dhl"
    _inherit = "logistics.carrier.adapter"
    _description = "DHL Adapter"

    def _label(self):
        """Override of the contract."""
        return "DHL"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"webhook", "test_event", "poll"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _call_rate(self):
        """Override of the contract: what a new app is allowed."""
        return const.CALLS_PER_MINUTE

    def _signature_scheme(self, connection):
        """Override of the contract: the token that the subscription names."""
        return StaticToken(const.PUSH_HEADER)

    def _parse_webhook(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _poller(self, connection):
        """Override of the contract."""
        return asking.one_by_one(connection._account(const.API), _fetch)

    def _test_verdict(self, connection):
        """Override of the contract: asks about DHL's own example."""
        return self._probe(
            connection, const.API, lambda client: _fetch(client, const.PROBE_NUMBER)
        )

    def _test_event(self, connection):
        """Override of the contract: a parcel nobody has, announced."""
        status = {
            "timestamp": fields.Datetime.now().isoformat() + "Z",
            "statusCode": "pre-transit",
            "status": "VA",
            "description": "Test event",
        }
        shipment = {
            "id": f"TEST-{uuid.uuid4().hex[:10].upper()}",
            "service": "parcel-de",
            "status": status,
        }
        message = {"scope": "subscription.push", "shipments": [shipment]}
        return json.dumps(message).encode(), {"Content-Type": "application/json"}


def _fetch(client, number):
    # English, or the words change with the country of the asking server.
    params = {"trackingNumber": number, "language": "en"}
    return client.get(const.TRACK_PATH, params=params).body
