import json

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.tests import contract


def track(number, *rows, **more):
    """Return a track in Shippo's format.

    :param rows: (status, substatus, time) of each scan.
    """
    history = [
        {
            "object_id": f"{index:032x}",
            "status": status,
            "substatus": {"code": code, "text": code, "action_required": False},
            "status_date": at,
            "status_details": "Scan",
            "location": {"city": "Duluth", "state": "MN", "country": "US"},
        }
        for index, (status, code, at) in enumerate(rows)
    ]
    return {
        "carrier": "usps",
        "tracking_number": number,
        "eta": None,
        "tracking_status": history[-1] if history else None,
        "tracking_history": history,
        "messages": [],
    } | more


@tagged("post_install", "-at_install")
class TestShippoWebhook(contract.WebhookContract):
    adapter = "shippo"

    def _event(self, *rows, **more):
        message = {"event": "track_updated", "test": True}
        message["data"] = track(self.number, *rows)
        return json.dumps(message | more).encode()

    def genuine(self):
        """Override of the contract."""
        return self._event(
            ("TRANSIT", "package_accepted", "2026-11-19T08:00:00Z"),
            ("DELIVERED", "delivered", "2026-11-20T10:00:00Z"),
        )

    def unknown_code(self):
        """Override of the contract."""
        return self._event(("VANISHED", "who_knows", "2026-11-19T08:00:00Z"))

    def test_push_and_poll_of_one_scan_are_one_event(self):
        self._push(self.genuine())
        self._drain()
        before = len(self.shipment.event_ids)
        polled = json.loads(self.genuine())["data"]
        for row in polled["tracking_history"]:
            row["object_id"] = "another"
        body = json.dumps(polled).encode()
        self.env["logistics.message"]._store(self.connection, "poll", [body], 3)
        self._drain()
        self.assertEqual(len(self.shipment.event_ids), before)
        delivered = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        self.assertEqual(sorted(delivered.sighting_ids.mapped("trust")), [3, 4])
