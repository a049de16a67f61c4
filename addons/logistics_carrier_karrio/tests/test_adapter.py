from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.tests import (
    contract,
    mapper_contract,
    poll_contract,
)

from .. import mapper
from .standin import KarrioStandIn


@tagged("post_install", "-at_install")
class TestKarrioWebhook(contract.WebhookContract):
    adapter = "karrio"
    stand_in = KarrioStandIn
    signs_time = False

    def test_push_and_poll_of_one_scan_are_one_event_with_the_better_trust(self):
        self._push(self.genuine())
        self._drain()
        before = len(self.shipment.event_ids)
        self.env["logistics.message"]._store(
            self.connection, "poll", [self.genuine()], 3
        )
        self._drain()
        self.assertEqual(len(self.shipment.event_ids), before)
        delivered = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        self.assertEqual(sorted(delivered.sighting_ids.mapped("trust")), [1, 3])


@tagged("post_install", "-at_install")
class TestKarrioPoll(poll_contract.PollContract):
    adapter = "karrio"
    stand_in = KarrioStandIn

    def test_server_without_an_address_is_asked_for_in_words(self):
        self.connection.base_url = False
        verdict, text = self.connection._adapter()._test_verdict(self.connection)
        self.assertEqual(verdict, "refused")
        self.assertIn("address of your server", text)
        self._tell(self.numbers[0], "delivered")
        self._poll()
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertTrue(self._open_exceptions("configuration"))
        self.assertFalse(self.server.calls)

    def test_pictures_are_fetched_once_there_are_some(self):
        ask = self.connection._adapter()._proof_fetcher(self.connection)
        self._tell(self.numbers[0], "out_for_delivery")
        self.assertEqual(ask(self.numbers[0]), [])
        self.server.tell(self.numbers[0], "delivered", signer="ODUYA")
        (found,) = ask(self.numbers[0])
        self.assertEqual(
            (found.tracking_number, found.kind, found.signer),
            (self.numbers[0], "signature", "ODUYA"),
        )
        self.assertTrue(found.content.startswith(b"\x89PNG"))


@tagged("post_install", "-at_install")
class TestKarrioDocuments(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = KarrioStandIn
