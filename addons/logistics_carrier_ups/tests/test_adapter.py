import json
from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import CarrierRejected
from odoo.addons.logistics_carrier_base.tests import contract, poll_contract
from odoo.addons.logistics_carrier_base.tests.client_case import LoopbackCase
from odoo.addons.logistics_carrier_base.tests.common import CarrierCommon
from odoo.addons.logistics_carrier_ups import client, const

from .standin import UpsStandIn

NUMBERS = ("1ZH0R1Z00300000017", "1ZH0R1Z00300000026", "1ZH0R1Z00300000035")


@tagged("post_install", "-at_install")
class TestUpsPoll(poll_contract.PollContract):
    adapter = "ups"
    stand_in = UpsStandIn
    numbers = NUMBERS

    def test_signature_comes_with_the_delivery(self):
        self.server.tell(self.numbers[0], "delivered", signer="H. ADLER")
        self._poll()
        events = self.shipment.event_ids
        for event_type in ("delivered", "pod_available"):
            event = events.filtered(
                lambda event, event_type=event_type: event.event_type == event_type
            )
            self.assertEqual(event.signer, "H. ADLER")
        fetch = self.connection._adapter()._proof_fetcher(self.connection)
        (found,) = fetch(self.numbers[0])
        self.assertEqual(
            (found.tracking_number, found.kind, found.signer),
            (self.numbers[0], "signature", "H. ADLER"),
        )
        with self.assertRaises(CarrierRejected) as caught:
            fetch(self.numbers[1])
        self.assertEqual(caught.exception.kind, "not_found")
        body = self.server.document(self.numbers[0], self.server.scans(self.numbers[0]))
        self.assertEqual(self.connection._adapter()._proofs_in(body), [found])

    def test_every_call_has_a_name_of_its_own(self):
        for number in self.numbers:
            self.server.tell(number, "picked_up")
        self._poll(self.shipments)
        # By address: a call that had to log in first is made twice.
        names = {
            call.path: call.headers["transid"]
            for call in self.server.calls
            if call.method == "GET"
        }
        self.assertEqual((len(names), len(set(names.values()))), (3, 3))

    def test_number_that_cannot_be_one_is_no_fault_of_the_credentials(self):
        def fetch(_client, _number):
            raise CarrierRejected("bad_request", const.INVALID_NUMBER, "Invalid")

        self.patch(client, "fetch", fetch)
        verdict, text = self.connection._adapter()._test_verdict(self.connection)
        self.assertEqual(verdict, "works", text)


@tagged("post_install", "-at_install")
class TestUpsWebhook(contract.WebhookContract):
    adapter = "ups"
    stand_in = UpsStandIn
    signs_time = False
    number = NUMBERS[0]

    def test_numbers_for_testing_are_kept_from_production(self):
        body = json.loads(self.genuine()) | {"trackingNumber": "1ZCIETST0111111114"}
        for environment, state in (("production", "dead"), ("test", "done")):
            with self.subTest(environment):
                self.connection.environment = environment
                # Another message, not the same one again.
                body["environment"] = environment
                self._push(json.dumps(body).encode())
                self._drain()
                self.assertEqual(self._messages()[:1].state, state)

    def test_push_and_poll_of_one_scan_are_one_event_with_the_better_trust(self):
        self._push(self.genuine())
        self._drain()
        before = len(self.shipment.event_ids)
        server = self.stand_in()
        self.addCleanup(server.stop)
        scan = contract.scan_at("delivered", "2026-11-20T12:00:00+01:00")
        body = server.document(self.number, [scan])
        self.env["logistics.message"]._store(self.connection, "poll", [body], 3)
        self._drain()
        self.assertEqual(len(self.shipment.event_ids), before)
        delivered = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        self.assertEqual(sorted(delivered.sighting_ids.mapped("trust")), [1, 3])


@tagged("post_install", "-at_install")
class TestUpsSubscription(CarrierCommon, LoopbackCase, TransactionCase):
    """UPS pushes what it was asked to push, for two weeks."""

    adapter = "ups"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = UpsStandIn().start()
        cls.addClassCleanup(cls.server.stop)
        cls.connection.base_url = cls.server.address
        for name, value in cls.server.credentials.items():
            rows = cls.connection.credential_ids
            rows.filtered(lambda row, name=name: row.name == name).value = value

    def setUp(self):
        super().setUp()
        self.server.behave()
        self.server.calls.clear()

    def _subscribe(self, numbers):
        return self.connection._adapter()._subscriber(self.connection)(numbers)

    def _asked(self):
        return [
            call.json()["trackingNumberList"]
            for call in self.server.calls
            if "subscription" in call.path
        ]

    def test_numbers_are_subscribed_for_two_weeks(self):
        now = fields.Datetime.now()
        made = self._subscribe(list(NUMBERS[:2]))
        self.assertEqual([one.target for one in made], list(NUMBERS[:2]))
        for one in made:
            self.assertAlmostEqual(
                one.expires_at, now + timedelta(days=14), delta=timedelta(minutes=1)
            )

    def test_hundred_numbers_go_in_one_call(self):
        numbers = [f"1ZH0R1Z0{index:010}" for index in range(250)]
        made = self._subscribe(numbers)
        self.assertEqual([one.target for one in made], numbers)
        self.assertEqual([len(asked) for asked in self._asked()], [100, 100, 50])

    def test_numbers_that_ups_does_not_push_for_are_not_confirmed(self):
        returned = "1RH0R1Z00300000017"
        made = self._subscribe([NUMBERS[0], "NB100", returned])
        self.assertEqual([one.target for one in made], [NUMBERS[0]])
        self.assertEqual(self._asked(), [[NUMBERS[0], returned]])
        self.assertEqual(self._subscribe([returned]), [])
        self.assertEqual(self._subscribe(["NB100"]), [])
        self.assertEqual(len(self._asked()), 2)

    def test_refusal_of_the_call_is_one(self):
        self.server.fail_next(times=9, status=400)
        with self.assertRaises(CarrierRejected):
            self._subscribe(list(NUMBERS))

    def test_subscription_follows_the_parcel(self):
        shipment = self._ship(self._sell().picking_ids, NUMBERS[0])
        self.connection.action_subscribe()
        self._run_job("logistics_carrier_base.ir_cron_renew_subscriptions")
        row = self.connection.subscription_ids
        self.assertEqual((row.target, row.state), (NUMBERS[0], "active"))
        self.assertLess(row.renew_at, row.expires_at)
        row.renew_at = fields.Datetime.now() - timedelta(minutes=1)
        self._run_job("logistics_carrier_base.ir_cron_renew_subscriptions")
        self.assertEqual(self._asked(), [[NUMBERS[0]]] * 2)
        # Nobody is told that it ends: it ends by itself.
        self.connection.action_unsubscribe()
        self._run_job("logistics_carrier_base.ir_cron_renew_subscriptions")
        self.assertEqual(row.state, "ended")
        self.assertEqual(len(self._asked()), 2)
        self.assertEqual(shipment.state, "dispatched")
