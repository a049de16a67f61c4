import json

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import CarrierRejected
from odoo.addons.logistics_carrier_base.opening import Account
from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import scan_at
from odoo.addons.logistics_carrier_base.tests import (
    contract,
    mapper_contract,
    poll_contract,
)

from .. import client, mapper
from .standin import AftershipStandIn

PICKED_UP = scan_at("picked_up", "2026-11-19T09:00:00+01:00")
DELIVERED = scan_at("delivered", "2026-11-20T12:00:00+01:00", signer="P. Ferrero")


@tagged("post_install", "-at_install")
class TestAftershipDocuments(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = AftershipStandIn
    zone = "none"


@tagged("post_install", "-at_install")
class TestAftershipWebhook(contract.WebhookContract):
    adapter = "aftership"
    stand_in = AftershipStandIn
    signs_time = False

    def test_identifier_of_the_push_makes_the_message_the_same(self):
        self._push(self.genuine())
        changed = json.loads(self.genuine())
        changed["ts"] += 1
        answer = self._push(json.dumps(changed).encode())
        self.assertEqual(answer.status_code, 409)

    def test_poll_confirms_what_a_push_said(self):
        self._push(self.pushed(PICKED_UP, DELIVERED))
        self._drain()
        events = self.shipment.event_ids
        listed = self.stand_in().document(self.number, [PICKED_UP, DELIVERED])
        self.env["logistics.message"]._store(self.connection, "poll", [listed], 3)
        self._drain()
        self.assertEqual(self.shipment.event_ids, events)
        delivered = events.filtered(lambda event: event.event_type == "delivered")
        self.assertEqual(sorted(delivered.sighting_ids.mapped("trust")), [1, 3])
        self.assertEqual(delivered.signer, "P. Ferrero")

    def test_time_without_a_zone_is_that_of_the_place(self):
        scan = scan_at(
            "delivered", "2026-11-20T12:00:00-08:00", city="Reno", country="US"
        )
        for state, source in (("NV", "derived"), ("", "assumed")):
            push = json.loads(self.pushed(scan))
            push["event_id"] += state
            push["msg"]["checkpoints"][0].update(state=state, message=f"At {state}")
            self._push(json.dumps(push).encode(), message_id=f"msg_{state}")
            self._drain()
            found = self.shipment.event_ids.filtered(
                lambda event, state=state: event.raw_text == f"At {state}".strip()
            )
            self.assertEqual(found.zone_source, source, state)


@tagged("post_install", "-at_install")
class TestAftershipPoll(poll_contract.PollContract):
    adapter = "aftership"
    stand_in = AftershipStandIn

    def test_number_is_followed_only_where_that_may_cost(self):
        self.assertTrue(self.connection.poll_costs)
        for environment, paid, expected in (
            ("production", False, 0),
            ("production", True, 1),
            ("test", False, 1),
        ):
            with self.subTest(environment=environment, paid=paid):
                self.connection.write({"environment": environment, "poll_paid": paid})
                # Loopback is for test connections: only the question is looked at.
                asker = self.connection._adapter()._poller(self.connection)
                self.assertEqual(asker._fetch.keywords["follow"], bool(expected))


@tagged("post_install", "-at_install")
class TestAftershipCalls(BaseCase):
    """What is asked for, without a database."""

    def setUp(self):
        super().setUp()
        self.server = AftershipStandIn().start()
        self.addCleanup(self.server.stop)
        account = Account(
            client.API,
            "test",
            dict(self.server.credentials),
            self.server.address,
            allow_loopback=True,
        )
        self.opened = account.open(sleep=lambda seconds: None)
        self.addCleanup(self.opened.close)

    def _asked(self, method):
        return [call for call in self.server.calls if call.method == method]

    def test_numbers_are_asked_for_in_one_call_with_the_key_in_its_header(self):
        self.server.tell("HP1", "delivered")
        (body,) = client.fetch(self.opened, ["HP1", "HP2"])
        (call,) = self.server.calls
        self.assertEqual(call.query["tracking_numbers"], "HP1,HP2")
        self.assertEqual(call.headers["as-api-key"], "asat-canary")
        self.assertEqual(
            [event.event_type for event in mapper.parse(body)], ["delivered"]
        )

    def test_trackings_older_than_a_month_are_asked_for_as_well(self):
        client.fetch(self.opened, ["HP1"])
        since = mapper.reading.instant(
            self.server.calls[0].query["created_at_min"], "created_at_min"
        )
        self.assertGreater((client.datetime.now(since.tzinfo) - since).days, 100)

    def test_missing_numbers_are_followed_where_asked_to(self):
        self.server.tell("hp1", "picked_up")
        bodies = client.fetch(self.opened, ["hp1", "HP2"], follow=True)
        self.assertEqual(
            [call.json() for call in self._asked("POST")], [{"tracking_number": "HP2"}]
        )
        self.assertEqual(mapper.parse(bodies[1]), [])

    def test_number_of_nobody_costs_the_others_nothing(self):
        self.server.tell("HP1", "picked_up")
        bodies = client.fetch(self.opened, ["?1", "HP1", "HP2"], follow=True)
        self.assertEqual(len(bodies), 2)

    def test_refusal_to_follow_is_told(self):
        post = self.opened.post

        def forbidden(*args, **more):
            self.server.fail_next(status=403)
            return post(*args, **more)

        self.patch(self.opened, "post", forbidden)
        with self.assertRaises(CarrierRejected) as caught:
            client.fetch(self.opened, ["HP1"], follow=True)
        self.assertEqual(caught.exception.kind, "authentication")
