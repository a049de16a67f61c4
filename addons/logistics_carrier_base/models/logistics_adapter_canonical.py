import json
import uuid

from odoo import fields, models

from ..mappers import canonical
from ..signatures import StandardWebhooks


class LogisticsCarrierAdapterCanonical(models.AbstractModel):
    """Partners that push our own vocabulary: 3PL, TMS, WMS, fleet, broker."""

    _name = "logistics.carrier.adapter.canonical"
    _inherit = "logistics.carrier.adapter"
    _description = "Canonical Adapter"

    def _label(self):
        """Override of the contract."""
        return self.env._("Any Partner (CloudEvents)")

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"webhook", "test_event"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _content_types(self):
        """Override of the contract: CloudEvents single and batch, and plain JSON."""
        return frozenset(
            {
                "application/json",
                "application/cloudevents+json",
                "application/cloudevents-batch+json",
            }
        )

    def _signature_scheme(self, connection):
        """Override of the contract: Standard Webhooks."""
        return StandardWebhooks()

    def _parse_webhook(self, body):
        """Override of the contract."""
        return canonical.parse(body)

    def _test_verdict(self, connection):
        """Override of the contract: nothing is called, so only the secret counts."""
        if any(secret.is_set for secret in connection.secret_ids):
            return "works", self.env._(
                "A signing secret is set. Send a test event to try the whole way."
            )
        return "refused", self.env._("Add a signing secret and give it to the partner.")

    def _test_event(self, connection):
        """Override of the contract: a delivery of a number nobody has."""
        number = f"TEST-{uuid.uuid4().hex[:10].upper()}"
        body = json.dumps(
            {
                "specversion": "1.0",
                "id": str(uuid.uuid4()),
                "source": "/test",
                "type": "logistics.event",
                "time": fields.Datetime.now().isoformat() + "Z",
                "data": {
                    "event_type": "in_transit",
                    "occurred_at": fields.Datetime.now().isoformat() + "+00:00",
                    "tracking_number": number,
                    "raw_text": "Test event",
                },
            }
        ).encode()
        return body, {"Content-Type": "application/cloudevents+json"}
