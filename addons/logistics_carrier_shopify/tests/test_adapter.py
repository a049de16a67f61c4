import json

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.tests import contract


def fulfillment(number, status, **more):
    """Return a fulfillment as Shopify pushes it."""
    return {
        "id": 7700100020003,
        "order_id": 6600100020003,
        "status": "success",
        "created_at": "2026-11-18T09:14:05Z",
        "updated_at": "2026-11-18T09:14:06Z",
        "tracking_company": "Bpost",
        "shipment_status": status,
        "tracking_number": number,
        "tracking_numbers": [number],
        "name": "#2041.1",
    } | more


def event(status, identifier=9900100020001, **more):
    """Return a fulfillment event as Shopify pushes it."""
    return {
        "id": identifier,
        "fulfillment_id": 7700100020003,
        "status": status,
        "message": None,
        "happened_at": "2026-11-20T10:00:00Z",
        "created_at": "2026-11-20T10:00:02Z",
    } | more


@tagged("post_install", "-at_install")
class TestShopifyWebhook(contract.WebhookContract):
    adapter = "shopify"
    signs_time = False

    def _body(self, content):
        return json.dumps(content).encode()

    def genuine(self):
        """Override of the contract."""
        return self._body(fulfillment(self.number, "delivered"))

    def unknown_code(self):
        """Override of the contract."""
        return self._body(fulfillment(self.number, "teleported"))

    def _headers(self, body, identifier):
        scheme = self._scheme(self.connection)
        return scheme.sign(body, self.secret_value, 0) | {
            "X-Shopify-Webhook-Id": identifier,
            "X-Shopify-Topic": "fulfillments/update",
        }

    def _pending(self):
        return self.env["logistics.message.unmatched"].search(
            [("connection_id", "=", self.connection.id)]
        )

    def test_delivery_is_recognised_by_what_is_signed(self):
        body = self.genuine()
        first = self._push(body, headers=self._headers(body, "d-1"))
        again = self._push(body, headers=self._headers(body, "d-1"))
        self.assertEqual((first.status_code, again.status_code), (202, 200))
        self.assertEqual(len(self._messages()), 1)
        self.assertEqual(self._messages().headers["x-shopify-webhook-id"], "d-1")

    def test_name_of_a_delivery_is_no_proof_and_takes_nobodys_place(self):
        forged = self._body(fulfillment(self.number, "failure"))
        old = self._body(fulfillment(self.number, "in_transit"))
        headers = self._headers(forged, "d-1") | {"X-Shopify-Hmac-SHA256": "AAAA"}
        self.assertEqual(self._push(forged, headers=headers).status_code, 401)
        # What was signed once, repeated under the name of what is yet to come.
        self._push(old, headers=self._headers(old, "d-1"))
        genuine = self.genuine()
        answer = self._push(genuine, headers=self._headers(genuine, "d-1"))
        self.assertEqual(answer.status_code, 202)
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")

    def test_event_finds_the_number_by_its_fulfillment(self):
        self._push(self._body(fulfillment(self.number, None)))
        self._drain()
        self._push(self._body(event("delivered")))
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")
        self.assertEqual(str(self.shipment.delivered_at), "2026-11-20 10:00:00")
        self.assertFalse(self._pending())

    def test_event_that_comes_first_waits_for_its_fulfillment(self):
        self._push(self._body(event("delivered")))
        self._drain()
        self.assertIn("7700100020003", self._pending().tracking_key)
        self.assertEqual(self.shipment.state, "dispatched")
        self._push(self._body(fulfillment(self.number, None)))
        self._drain()
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")
        self.assertFalse(self._pending())

    def test_event_goes_to_the_number_that_was_corrected(self):
        wrong = fulfillment("WRONG1", None)
        self._push(self._body(wrong))
        self._push(
            self._body(
                fulfillment(self.number, None, updated_at="2026-11-18T10:00:00Z")
            )
        )
        self._drain()
        self._push(self._body(event("delivered")))
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")

    def test_event_of_another_shop_finds_no_number_here(self):
        self._push(self._body(fulfillment(self.number, None)))
        self._drain()
        self._push(self._body(event("delivered", fulfillment_id=7700100020009)))
        self._drain()
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertIn("7700100020009", self._pending().tracking_key)
