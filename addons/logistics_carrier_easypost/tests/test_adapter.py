import json

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.tests import contract

from .. import client


def tracker(number, *details, **more):
    """Return a tracker in EasyPost's format.

    :param details: (status, status_detail, carrier_code, datetime) of each scan.
    """
    return {
        "id": "trk_test",
        "object": "Tracker",
        "mode": "test",
        "tracking_code": number,
        "status": details[-1][0] if details else "unknown",
        "status_detail": details[-1][1] if details else "unknown",
        "carrier": "FedEx",
        "signed_by": None,
        "est_delivery_date": None,
        "tracking_details": [
            {
                "object": "TrackingDetail",
                "message": "Scan",
                "description": "",
                "status": status,
                "status_detail": detail,
                "datetime": at,
                "source": "FedEx",
                "carrier_code": code,
                "tracking_location": {"city": "Reno", "state": "NV", "country": "US"},
            }
            for status, detail, code, at in details
        ],
        "fees": [],
        "is_return": False,
    } | more


@tagged("post_install", "-at_install")
class TestEasypostWebhook(contract.WebhookContract):
    adapter = "easypost"
    signs_time = False

    def _event(self, *details, event_id="evt_100", **more):
        return json.dumps(
            {
                "id": event_id,
                "object": "Event",
                "mode": "test",
                "description": "tracker.updated",
                "status": "pending",
                "created_at": "2026-11-20T12:00:00Z",
                "result": tracker(self.number, *details),
            }
            | more
        ).encode()

    def genuine(self):
        """Override of the contract."""
        return self._event(
            ("in_transit", "arrived_at_facility", "PU", "2026-11-19T08:00:00Z"),
            ("delivered", "arrived_at_destination", "DL", "2026-11-20T10:00:00Z"),
        )

    def unknown_code(self):
        """Override of the contract."""
        return self._event(("vanished", "who_knows", "ZZ", "2026-11-19T08:00:00Z"))

    def test_event_identifier_makes_the_message_the_same(self):
        self._push(self.genuine())
        answer = self._push(self._event(event_id="evt_100"))
        self.assertEqual(answer.status_code, 409)

    def test_failed_integration_moves_nothing(self):
        self._push(self._event(("error", "error", "", "2026-11-20T10:00:00Z")))
        self._drain()
        self.assertEqual(self.shipment.state, "dispatched")

    def test_push_and_poll_of_one_scan_are_one_event_with_the_better_trust(self):
        self._push(self.genuine())
        self._drain()
        before = len(self.shipment.event_ids)
        body = json.dumps(json.loads(self.genuine())["result"]).encode()
        self.env["logistics.message"]._store(self.connection, "poll", [body], 3)
        self._drain()
        self.assertEqual(len(self.shipment.event_ids), before)
        delivered = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        self.assertEqual(sorted(delivered.sighting_ids.mapped("trust")), [1, 3])

    def test_number_it_does_not_follow_is_paid_for_only_where_allowed(self):
        created = []

        def create(api, number):
            created.append(number)
            return b"{}"

        self.patch(client.EasyPostClient, "create", create)
        self.patch(
            client.EasyPostClient,
            "fetch",
            lambda api, numbers: client.Fetched([], list(numbers)),
        )
        self.assertTrue(self.connection.poll_costs)
        for environment, paid, expected in (
            ("production", False, []),
            ("production", True, ["EZ1"]),
            ("test", False, ["EZ1"]),
        ):
            with self.subTest(environment=environment, paid=paid):
                self.connection.write({"environment": environment, "poll_paid": paid})
                created.clear()
                self.connection._adapter()._poller(self.connection)(["EZ1"])
                self.assertEqual(created, expected)
