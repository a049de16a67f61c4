import json

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.exceptions import CarrierRejected
from odoo.addons.logistics_carrier_base.tests import (
    contract,
    mapper_contract,
    poll_contract,
)

from .. import client, mapper
from .standin import ShippoStandIn


@tagged("post_install", "-at_install")
class TestShippoContract(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = ShippoStandIn


@tagged("post_install", "-at_install")
class TestShippoPoll(poll_contract.PollContract):
    adapter = "shippo"
    stand_in = ShippoStandIn
    values = {"account_ref": "usps"}

    def test_number_is_asked_for_together_with_its_carrier(self):
        self._tell(self.numbers[0], "delivered")
        self._poll()
        self.assertEqual(self.server.calls[-1].path, f"/tracks/usps/{self.numbers[0]}")

    def test_test_connection_without_a_carrier_asks_for_made_up_parcels(self):
        self.connection.account_ref = False
        self._poll()
        self.assertTrue(self.server.calls[-1].path.startswith("/tracks/shippo/"))

    def test_real_connection_without_a_carrier_asks_nobody_and_says_why(self):
        self.connection.write({"account_ref": False, "environment": "production"})
        with (
            self.connection._account(client.API).open() as opened,
            self.assertRaises(CarrierRejected) as caught,
        ):
            client.fetch(opened, "NB100")
        self.assertEqual(caught.exception.code, "no_carrier")
        verdict, text = self.connection._adapter()._test_verdict(
            self._with_key("shippo_live_x")
        )
        self.assertEqual(verdict, "refused")
        self.assertIn("Account", text)
        self.assertFalse(self.server.calls)

    def test_carrier_that_shippo_does_not_know_is_told_in_words(self):
        self.connection.account_ref = "no_such"
        self._tell(self.numbers[0], "delivered")
        self._poll()
        told = self._open_exceptions("configuration")
        self.assertIn("Invalid value specified for provider", told.summary)

    def test_token_of_the_other_environment_is_told_without_asking(self):
        verdict, text = self.connection._adapter()._test_verdict(
            self._with_key("shippo_live_x")
        )
        self.assertEqual(verdict, "wrong_environment")
        self.assertNotIn("shippo_live_x", text)
        self.assertFalse(self.server.calls)

    def _with_key(self, key):
        self._paste({"api_key": key})
        return self.connection


@tagged("post_install", "-at_install")
class TestShippoWebhook(contract.WebhookContract):
    adapter = "shippo"

    stand_in = ShippoStandIn

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
