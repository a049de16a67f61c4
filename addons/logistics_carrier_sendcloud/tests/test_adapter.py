import json

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import scan_at
from odoo.addons.logistics_carrier_base.tests import (
    contract,
    mapper_contract,
    poll_contract,
)

from .. import mapper
from .standin import SendcloudStandIn


@tagged("post_install", "-at_install")
class TestSendcloudWebhook(contract.WebhookContract):
    adapter = "sendcloud"
    stand_in = SendcloudStandIn
    signs_time = False

    def test_push_and_poll_of_one_status_are_one_event_with_the_better_trust(self):
        self._push(self.genuine())
        self._drain()
        server = self.stand_in()
        self.addCleanup(server.stop)
        body = server.document(
            self.number, [scan_at("delivered", "2026-11-20T12:00:00+01:00")]
        )
        self.env["logistics.message"]._store(self.connection, "poll", [body], 3)
        self._drain()
        delivered = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        self.assertEqual(len(delivered), 1)
        self.assertEqual(sorted(delivered.sighting_ids.mapped("trust")), [1, 3])

    def test_delivery_of_a_return_is_no_delivery(self):
        event = json.loads(self.genuine())
        event["parcel"]["is_return"] = True
        self._push(json.dumps(event).encode())
        self._drain()
        self.assertEqual(self.shipment.state, "dispatched")


@tagged("post_install", "-at_install")
class TestSendcloudPoll(poll_contract.PollContract):
    adapter = "sendcloud"
    stand_in = SendcloudStandIn

    def test_number_with_odd_characters_is_asked_for_as_it_is(self):
        number = "NB 1/2?#"
        self.server.tell(number, "delivered")
        (body,) = self.connection._adapter()._poller(self.connection)([number])
        (found,) = mapper.parse(body)
        self.assertEqual(
            (found.tracking_number, found.event_type), (number, "delivered")
        )


@tagged("post_install", "-at_install")
class TestSendcloudDocuments(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = SendcloudStandIn
