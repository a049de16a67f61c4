import base64
import json
import time

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.opening import Account
from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import scan_at
from odoo.addons.logistics_carrier_base.tests import (
    contract,
    mapper_contract,
    poll_contract,
)

from .. import client, const, mapper, proof
from .standin import PDF, FedexStandIn

PICKED_UP = scan_at("picked_up", "2026-11-19T09:00:00+01:00")
DELIVERED = scan_at("delivered", "2026-11-20T12:00:00+01:00", signer="T.OKAFOR")


@tagged("post_install", "-at_install")
class TestFedexDocuments(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = FedexStandIn


@tagged("post_install", "-at_install")
class TestFedexWebhook(contract.WebhookContract):
    adapter = "fedex"
    stand_in = FedexStandIn
    signs_time = False

    def _signed(self, body):
        return self._scheme(self.connection).sign(body, self.secret_value, time.time())

    def test_signature_in_hexadecimal_is_accepted_as_well(self):
        body = self.genuine()
        headers = self._signed(body)
        digest = base64.b64decode(headers[const.SIGNATURE_HEADER])
        answer = self._push(body, headers={const.SIGNATURE_HEADER: digest.hex()})
        self.assertEqual(answer.status_code, 202)
        wrong = {const.SIGNATURE_HEADER: digest[:-1].hex() + "00"}
        self.assertEqual(self._push(body + b" ", headers=wrong).status_code, 401)

    def test_push_and_poll_of_one_scan_are_one_event_with_the_better_trust(self):
        self._push(self.pushed(PICKED_UP, DELIVERED))
        self._drain()
        before = len(self.shipment.event_ids)
        body = FedexStandIn().document(self.number, [PICKED_UP, DELIVERED])
        self.env["logistics.message"]._store(self.connection, "poll", [body], 3)
        self._drain()
        self.assertEqual(len(self.shipment.event_ids), before)
        delivered = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        self.assertEqual(sorted(delivered.sighting_ids.mapped("trust")), [1, 3])
        self.assertEqual(delivered.signer, "T.OKAFOR")

    def test_older_shipment_of_the_same_number_is_not_this_one(self):
        document = json.loads(self.pushed(PICKED_UP))
        entry = document["output"]["completeTrackResults"][0]
        long_ago = scan_at("delivered", "2023-11-20T12:00:00+01:00")
        older = json.loads(self.pushed(long_ago))["output"]["completeTrackResults"][0]
        older["trackResults"][0]["trackingNumberInfo"]["trackingNumberUniqueId"] = "old"
        # The older one first: it is the date that tells, and not the place.
        entry["trackResults"] = older["trackResults"] + entry["trackResults"]
        self._push(json.dumps(document).encode())
        self._drain()
        self.assertEqual(self.shipment.state, "picked_up")

    def test_made_up_answer_on_a_production_connection_is_parked(self):
        document = json.loads(self.genuine())
        document["output"]["alerts"] = [{"code": const.VIRTUAL_ANSWER}]
        self.connection.environment = "production"
        self._push(json.dumps(document).encode())
        self._drain()
        self.assertRecordValues(
            self._messages(), [{"state": "dead", "category": "environment"}]
        )
        self.assertEqual(self.shipment.state, "dispatched")

    def test_number_that_fails_costs_the_others_of_a_push_nothing(self):
        document = json.loads(self.genuine())
        document["output"]["completeTrackResults"].append(
            {"trackingNumber": "8X", "trackResults": [{"error": {"code": "NO"}}]}
        )
        self._push(json.dumps(document).encode())
        self._drain()
        self.assertEqual(self.shipment.state, "delivered")


@tagged("post_install", "-at_install")
class TestFedexPoll(poll_contract.PollContract):
    adapter = "fedex"
    stand_in = FedexStandIn

    def test_numbers_are_asked_for_together(self):
        self._tell(self.numbers[0], "delivered")
        self._poll(self.shipments)
        # A login of an earlier test may have been refused first.
        asked = {
            len(call.json()["trackingInfo"])
            for call in self.server.calls
            if call.path.endswith("/trackingnumbers")
        }
        self.assertEqual(asked, {3})

    def test_proof_is_fetched_with_the_keys_of_the_connection(self):
        self._tell(self.numbers[0], "delivered")
        ask = self.connection._adapter()._proof_fetcher(self.connection)
        (found,) = ask(self.numbers[0])
        self.assertEqual((found.kind, found.content), ("signature", PDF))


@tagged("post_install", "-at_install")
class TestFedexCalls(BaseCase):
    """What is asked for, without a database."""

    def setUp(self):
        super().setUp()
        self.server = FedexStandIn().start()
        self.addCleanup(self.server.stop)

    def _client(self, **more):
        account = Account(
            client.API,
            "test",
            dict(FedexStandIn.credentials),
            self.server.address,
            allow_loopback=True,
            **more,
        )
        opened = account.open(sleep=lambda seconds: None)
        self.addCleanup(opened.close)
        return opened

    def test_proof_names_its_number_and_kind(self):
        self.server.tell("870000000011", "delivered")
        (found,) = proof.fetch_proofs(self._client(), "870000000011")
        self.assertEqual(
            (found.tracking_number, found.kind, found.name, found.content),
            ("870000000011", "signature", "signature_proof_of_delivery.pdf", PDF),
        )

    def test_account_number_goes_along_where_it_is_known(self):
        self.server.tell("870000000011", "delivered")
        for account_ref, expected in (("510088000", "510088000"), ("", None)):
            opened = self._client(account_ref=account_ref)
            proof.fetch_proofs(opened, "870000000011")
            asked = self.server.calls[-1].json()["trackDocumentSpecification"][0]
            self.assertEqual(asked.get("accountNumber"), expected)

    def test_no_proof_yet_is_none(self):
        self.server.tell("870000000011", "out_for_delivery")
        self.assertEqual(proof.fetch_proofs(self._client(), "870000000011"), [])

    def test_refused_question_for_a_proof_is_told(self):
        self.server.fail_next(status=403, path="/track")
        with self.assertRaises(CarrierRejected) as caught:
            proof.fetch_proofs(self._client(), "870000000011")
        self.assertEqual(caught.exception.kind, "authentication")

    def test_page_instead_of_a_proof_is_asked_for_later(self):
        self.server.tell("870000000011", "delivered")
        opened = self._client()
        opened.token()
        self.server.garble_next()
        with self.assertRaises(CarrierUnavailable):
            proof.fetch_proofs(opened, "870000000011")

    def test_address_that_is_gone_is_no_unknown_number(self):
        self.server.fail_next(status=404, path="/track")
        with self.assertRaises(CarrierRejected) as caught:
            client.fetch(self._client(), ["870000000011"])
        self.assertEqual(
            (caught.exception.kind, caught.exception.code),
            ("bad_request", "NOT.FOUND.ERROR"),
        )

    def test_credentials_go_into_the_form_and_nowhere_else(self):
        client.probe(self._client())
        login, question = self.server.calls
        self.assertEqual(login.path, "/oauth/token")
        self.assertIn(b"client_secret=s3cret-canary", login.body)
        self.assertNotIn("authorization", login.headers)
        self.assertNotIn(b"s3cret-canary", question.body)
