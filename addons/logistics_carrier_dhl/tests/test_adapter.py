from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import scan_at
from odoo.addons.logistics_carrier_base.tests import (
    contract,
    mapper_contract,
    poll_contract,
)
from odoo.addons.logistics_carrier_dhl import mapper

from . import standin


class LocalDhlStandIn(standin.DhlStandIn):
    """A division that writes the clock of the place, without a zone."""

    writes_zone = False


@tagged("post_install", "-at_install")
class TestDhlWebhook(contract.WebhookContract):
    adapter = "dhl"
    signs_time = False
    stand_in = standin.DhlStandIn

    def test_message_about_the_subscription_is_kept_and_moves_nothing(self):
        body = b'{"scope": "subscription.validate", "secret": "hush"}'
        self.assertEqual(self._push(body).status_code, 202)
        self._drain()
        self.assertRecordValues(
            self._messages(), [{"state": "done", "category": False}]
        )
        self.assertEqual(self.shipment.state, "dispatched")


@tagged("post_install", "-at_install")
class TestDhlPoll(poll_contract.PollContract):
    adapter = "dhl"
    stand_in = standin.DhlStandIn
    numbers = ("00340434277000118842", "00340434277000118859", "00340434277000118866")

    def test_new_app_is_allowed_a_call_in_five_seconds(self):
        self.assertEqual(self.connection.rate_per_minute, 12)

    def test_key_goes_in_its_header_and_the_words_come_in_english(self):
        self._tell(self.numbers[0], "delivered")
        self._poll()
        call = self.server.calls[-1]
        self.assertEqual(call.headers["dhl-api-key"], "canary-dhl-key")
        self.assertEqual(
            call.query, {"trackingNumber": self.numbers[0], "language": "en"}
        )

    def test_answer_without_zone_moves_the_shipment_too(self):
        self._tell(self.numbers[0], "picked_up", "delivered")
        with_zone = type(self.server).writes_zone
        self.addCleanup(setattr, self.server, "writes_zone", with_zone)
        self.server.writes_zone = False
        self._poll()
        self.assertEqual(self.shipment.state, "delivered")

    def test_signer_is_kept_with_the_proof(self):
        at = scan_at("delivered", poll_contract.DELIVERED).at
        self.server.tell(self.numbers[0], "delivered", at, signer="K Berg")
        self._poll()
        proof = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "pod_available"
        )
        self.assertEqual(proof.signer, "K Berg")


@tagged("post_install", "-at_install")
class TestDhlWords(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = standin.DhlStandIn


@tagged("post_install", "-at_install")
class TestDhlLocalWords(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = LocalDhlStandIn
    zone = "none"
