import json

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import scan_at
from odoo.addons.logistics_carrier_base.tests import (
    contract,
    mapper_contract,
    poll_contract,
)

from .. import mapper
from .standin import ShopifyStandIn

DELIVERED = scan_at("delivered", "2026-11-20T10:00:00+00:00")


@tagged("post_install", "-at_install")
class TestShopifyContract(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = ShopifyStandIn


@tagged("post_install", "-at_install")
class TestShopifyPoll(poll_contract.PollContract):
    """A number is asked for by the fulfillment that was pushed with it."""

    adapter = "shopify"
    stand_in = ShopifyStandIn
    values = {"account_ref": "mug-works"}

    def setUp(self):
        super().setUp()
        Message = self.env["logistics.message"]
        bodies = [self.server.fulfillment(number) for number in self.numbers]
        # By no channel of its own: the contract counts what came by which.
        Message._store(self.connection, "poll", bodies, 1)
        Message._drain_batch(200)
        self.env.invalidate_all()

    def test_number_without_a_fulfillment_asks_nobody(self):
        stranger = self._ship(self._sell().picking_ids, "NB999")
        self.server.tell("NB999", "delivered")
        self.server.calls.clear()
        self._poll(stranger)
        self.assertEqual(self.server.calls, [])
        self.assertEqual(stranger.state, "dispatched")
        self.assertEqual(stranger.parcel_ids.poll_failures, 0)

    def test_throttled_call_comes_with_a_good_status(self):
        self._tell(self.numbers[0], "delivered")
        body = {"errors": [{"message": "Wait", "extensions": {"code": "THROTTLED"}}]}
        answer = json.dumps(body).encode()
        self.patch(ShopifyStandIn, "document", lambda *_args: answer)
        self._poll()
        told = self._open_exceptions("carrier_unavailable")
        self.assertIn("allows no more calls", told.summary)
        self.assertEqual(self.shipment.state, "dispatched")

    def test_token_of_an_older_app_needs_no_login(self):
        self._paste({"api_key": "shpat_canary"})
        self.server._tokens.add("shpat_canary")
        self._tell(self.numbers[0], "delivered")
        self._poll()
        self.assertEqual(self.shipment.state, "delivered")
        self.assertEqual(self.server.logins, 0)

    def test_token_of_an_older_app_that_was_withdrawn_is_told(self):
        self._paste({"api_key": "shpat_canary"})
        verdict, text = self.connection._adapter()._test_verdict(self.connection)
        self.assertEqual(verdict, "wrong_key")
        self.assertNotIn("shpat_canary", text)

    def test_shop_that_nobody_named_is_asked_for_in_words(self):
        for name in (False, "evil.example.com/", "a b", "-x"):
            with self.subTest(name):
                self.connection.write({"base_url": False, "account_ref": name})
                adapter = self.connection._adapter()
                verdict, text = adapter._test_verdict(self.connection)
                self.assertEqual(verdict, "refused")
                self.assertIn("name of the shop", text)

    def test_pushed_and_asked_event_are_one_event(self):
        scan = scan_at("out_for_delivery", "2026-11-20T08:00:00+01:00")
        Message = self.env["logistics.message"]
        pushed = self.server.event(self.numbers[0], scan)
        Message._store(self.connection, "webhook", [pushed], 1)
        Message._drain_batch(200)
        self.server.tell(self.numbers[0], scan.word, scan.at)
        self._poll()
        found = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "out_for_delivery"
        )
        self.assertEqual(sorted(found.sighting_ids.mapped("trust")), [1, 3])


@tagged("post_install", "-at_install")
class TestShopifyWebhook(contract.WebhookContract):
    adapter = "shopify"
    stand_in = ShopifyStandIn
    signs_time = False

    def setUp(self):
        super().setUp()
        self.shop = ShopifyStandIn()
        self.addCleanup(self.shop.stop)

    def _headers(self, body, identifier):
        scheme = self._scheme(self.connection)
        return scheme.sign(body, self.secret_value, 0) | {
            "X-Shopify-Webhook-Id": identifier,
            "X-Shopify-Topic": "fulfillments/update",
        }

    def _waiting(self):
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
        forged = self.shop.fulfillment(self.number, "failure")
        headers = self._headers(forged, "d-1") | {"X-Shopify-Hmac-SHA256": "AAAA"}
        self.assertEqual(self._push(forged, headers=headers).status_code, 401)
        # What was signed once, repeated under the name of what is yet to come.
        old = self.shop.fulfillment(self.number, "in_transit")
        self._push(old, headers=self._headers(old, "d-1"))
        genuine = self.genuine()
        answer = self._push(genuine, headers=self._headers(genuine, "d-1"))
        self.assertEqual(answer.status_code, 202)
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")

    def test_event_finds_the_number_by_its_fulfillment(self):
        self._push(self.shop.fulfillment(self.number))
        self._drain()
        self._push(self.shop.event(self.number, DELIVERED))
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")
        self.assertEqual(str(self.shipment.delivered_at), "2026-11-20 10:00:00")
        self.assertFalse(self._waiting())

    def test_event_that_comes_first_waits_for_its_fulfillment(self):
        self._push(self.shop.event(self.number, DELIVERED))
        self._drain()
        name = f"FULFILLMENT/{self.shop.identifier(self.number)}"
        self.assertEqual(self._waiting().tracking_key, name)
        self.assertEqual(self.shipment.state, "dispatched")
        self._push(self.shop.fulfillment(self.number))
        self._drain()
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")
        self.assertFalse(self._waiting())

    def test_event_goes_to_the_number_that_was_corrected(self):
        wrong = json.loads(self.shop.fulfillment(self.number))
        wrong["tracking_numbers"] = ["WRONG1"]
        self._push(json.dumps(wrong).encode())
        later = {"updated_at": "2026-11-18T10:00:00Z"}
        self._push(self.shop.fulfillment(self.number, **later))
        self._drain()
        self._push(self.shop.event(self.number, DELIVERED))
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")

    def test_event_of_another_fulfillment_finds_no_number_here(self):
        self._push(self.shop.fulfillment(self.number))
        self._drain()
        self._push(self.shop.event("NB101", DELIVERED))
        self._drain()
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertTrue(self._waiting())
