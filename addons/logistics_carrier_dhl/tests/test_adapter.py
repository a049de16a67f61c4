import json

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.tests import contract


def message(number, *scans, service="parcel-de"):
    """Return a pushed message.

    :param scans: (timestamp, statusCode, status) of each scan, oldest first.
    """
    rows = [
        {
            "timestamp": at,
            "location": {"address": {"countryCode": "DE", "addressLocality": "Ulm"}},
            "statusCode": general,
            "status": code,
            "description": "Scan",
        }
        for at, general, code in scans
    ]
    shipment = {
        "id": number,
        "service": service,
        "status": rows[-1],
        "events": rows[::-1],
    }
    return json.dumps({"scope": "subscription.push", "shipments": [shipment]}).encode()


@tagged("post_install", "-at_install")
class TestDhlWebhook(contract.WebhookContract):
    adapter = "dhl"
    signs_time = False

    def genuine(self):
        """Override of the contract."""
        return message(
            self.number,
            ("2026-11-19T08:00:00+01:00", "transit", "AE"),
            ("2026-11-20T10:00:00+01:00", "delivered", "ZU"),
        )

    def unknown_code(self):
        """Override of the contract."""
        return message(self.number, ("2026-11-19T08:00:00Z", "teleported", "T9"))

    def test_message_about_the_subscription_is_kept_and_moves_nothing(self):
        body = b'{"scope": "subscription.validate", "secret": "hush"}'
        self.assertEqual(self._push(body).status_code, 202)
        self._drain()
        self.assertRecordValues(
            self._messages(), [{"state": "done", "category": False}]
        )
        self.assertEqual(self.shipment.state, "dispatched")
