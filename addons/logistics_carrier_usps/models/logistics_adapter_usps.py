import json
import uuid

from odoo import fields, models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.credentials import Credential
from odoo.addons.logistics_carrier_base.signatures import HmacBase64, JsonField

from .. import client, const, mapper


class LogisticsCarrierAdapterUsps(models.AbstractModel):
    """USPS: Tracking 3 is asked, Subscriptions Tracking 3 pushes.

    The time a push was made is signed, and how old it may be is not published: it moves
    the status at once and money after the poll that confirms it.
    """

    _name = "logistics.carrier.adapter.usps"
    _inherit = "logistics.carrier.adapter"
    _description = "USPS Adapter"

    def _label(self):
        """Override of the contract."""
        return "USPS"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"webhook", "test_event", "poll"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _credential_fields(self):
        """Override of the contract."""
        where = self.env._("On developers.usps.com, under Apps.")
        return (
            Credential("client_id", self.env._("Consumer Key"), where),
            Credential("client_secret", self.env._("Consumer Secret"), where),
        )

    def _signature_scheme(self, connection):
        """Override of the contract: two texts of the envelope, one behind the other."""
        return HmacBase64(
            const.SIGNATURE_HEADER,
            signed=(JsonField("timestamp"), JsonField("payload")),
            tolerance=None,
        )

    def _message_key(self, body, signed_key):
        """Override of the contract: what is in the envelope must be a document, too."""
        mapper.opened(body)
        return signed_key

    def _parse_webhook(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _poller(self, connection):
        """Override of the contract."""
        return asking.one_by_one(connection._account(client.API), client.fetch)

    def _test_verdict(self, connection):
        """Override of the contract."""
        return self._probe(connection, client.API, client.probe)

    def _test_event(self, connection):
        """Override of the contract: the label of a number nobody has."""
        now = fields.Datetime.now().isoformat() + "Z"
        piece = {
            "trackingNumber": f"TEST-{uuid.uuid4().hex[:10].upper()}",
            "statusCategory": "Pre-Shipment",
            "trackingEvents": [
                {"eventType": "Test event", "eventCode": "GX", "GMTTimestamp": now}
            ],
        }
        envelope = {
            "subscriptionId": str(uuid.uuid4()),
            "subscriptionType": "TRACKING",
            "timestamp": now,
            "payload": json.dumps(piece),
        }
        return json.dumps(envelope).encode(), {"Content-Type": "application/json"}
