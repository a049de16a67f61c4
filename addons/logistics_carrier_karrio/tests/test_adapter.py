import json

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.tests import contract


def tracker(number, *scans, **more):
    """Return a tracker in Karrio's format.

    :param scans: (status, code, timestamp) of each scan, oldest first.
    """
    return {
        "id": "trk_0100",
        "object_type": "tracker",
        "test_mode": True,
        "carrier_name": "gls",
        "carrier_id": "gls_main",
        "tracking_number": number,
        "status": scans[-1][0] if scans else "pending",
        "info": {"signed_by": None},
        "events": [
            {"status": status, "code": code, "timestamp": at, "description": "Scan"}
            for status, code, at in reversed(scans)
        ],
    } | more


@tagged("post_install", "-at_install")
class TestKarrioWebhook(contract.WebhookContract):
    adapter = "karrio"
    signs_time = False

    def _event(self, *scans):
        return json.dumps(
            {"event": "tracker_updated", "data": tracker(self.number, *scans)}
        ).encode()

    def genuine(self):
        """Override of the contract."""
        return self._event(
            ("picked_up", "1", "2026-11-19T08:00:00Z"),
            ("delivered", "3", "2026-11-20T10:00:00Z"),
        )

    def unknown_code(self):
        """Override of the contract."""
        return self._event(("vanished", "99", "2026-11-19T08:00:00Z"))

    def test_test_parcel_on_a_production_connection_is_parked(self):
        self.connection.environment = "production"
        self._push(self.genuine())
        self._drain()
        self.assertRecordValues(
            self._messages(), [{"state": "dead", "category": "environment"}]
        )
        self.assertEqual(self.shipment.state, "dispatched")
