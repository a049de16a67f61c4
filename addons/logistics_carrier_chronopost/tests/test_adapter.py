from odoo.tests import tagged

from odoo.addons.logistics_carrier_base import soap_envelope, strict_xml
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.opening import Account
from odoo.addons.logistics_carrier_base.tests import mapper_contract, poll_contract
from odoo.addons.logistics_carrier_base.tests.client_case import QUICK, LoopbackCase
from odoo.addons.logistics_carrier_chronopost import client, mapper, proof

from .standin import PDF, ChronopostStandIn, _error, _result

NUMBER = "XY900000017FR"


@tagged("post_install", "-at_install")
class TestChronopostPoll(poll_contract.PollContract):
    adapter = "chronopost"
    stand_in = ChronopostStandIn

    def test_wrong_credentials_are_told_in_words(self):
        """Override of the contract: tracking asks for none, the proof does.

        Which code a wrong password has is not published, so it is repeated in words.
        """
        self._tell(self.numbers[0], "delivered")
        for name in self.server.credentials:
            self._paste({**self.server.credentials, name: "wrong-canary"})
            verdict, text = self.connection._adapter()._test_verdict(self.connection)
            self.assertEqual(verdict, "refused")
            self.assertIn("The account is not known", text)
            self.assertNotIn("wrong-canary", text)
        self._poll()
        self.assertEqual(self.shipment.state, "delivered")

    def test_signer_comes_with_the_delivery(self):
        self.server.tell(self.numbers[0], "delivered", signer="MARTEL")
        self._poll()
        delivered = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        self.assertEqual(delivered.signer, "MARTEL")

    def test_proof_is_handed_over_as_a_file(self):
        self._tell(self.numbers[0], "delivered")
        adapter = self.connection._adapter()
        fetch = adapter._proof_fetcher(self.connection)
        (file,) = fetch(self.numbers[0])
        self.assertEqual(
            (file.tracking_number, file.kind, file.content, file.name),
            (self.numbers[0], "document", PDF, f"{self.numbers[0]}.pdf"),
        )
        self.assertEqual(fetch(self.numbers[1]), [])


@tagged("post_install", "-at_install")
class TestChronopostDocuments(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = ChronopostStandIn


@tagged("post_install", "-at_install")
class TestChronopostCalls(LoopbackCase):
    """What is made of answers, over real HTTP."""

    def setUp(self):
        super().setUp()
        self.server = ChronopostStandIn().start()
        self.addCleanup(self.server.stop)
        self.server.tell(NUMBER, "delivered")
        self.account = Account(
            client.API,
            "test",
            self.server.credentials,
            self.server.address,
            allow_loopback=True,
        )

    def _call(self, function, number=NUMBER):
        with self.account.open(timeouts=QUICK, sleep=lambda seconds: None) as opened:
            return function(opened, number)

    def _answer(self, body):
        self.server._track = self.server._search_pod = lambda payload, root: body

    def test_what_is_sent_holds_no_password_where_none_is_asked_for(self):
        self._call(client.fetch)
        (call,) = self.server.calls
        self.assertNotIn(b"canary", call.body)
        payload = soap_envelope.loads(call.body).payload
        self.assertEqual(
            [(strict_xml.name(part), part.text) for part in payload],
            [("language", "en_GB"), ("skybillNumber", NUMBER)],
        )

    def test_unknown_parcel_is_no_news(self):
        self.assertEqual(mapper.parse(self._call(client.fetch, "XY900000099FR")), [])

    def test_system_error_in_a_good_answer_is_asked_again_later(self):
        for function, operation in (
            (client.fetch, "trackSkybillV2"),
            (proof.fetch_proofs, "searchPOD"),
        ):
            self._answer(_error(operation, "1", "System Error"))
            with self.assertRaises(CarrierUnavailable) as caught:
                self._call(function)
            self.assertIn("System Error", str(caught.exception))

    def test_other_error_is_a_refusal_with_its_code(self):
        self._answer(_error("trackSkybillV2", "33", "Not for you"))
        with self.assertRaises(CarrierRejected) as caught:
            self._call(client.fetch)
        self.assertEqual(
            (caught.exception.kind, caught.exception.code), ("bad_request", "33")
        )

    def test_proof_that_is_none_is_none(self):
        for inside in (
            "<podPresente>false</podPresente><pod>aGVsbG8=</pod>",
            "<podPresente>true</podPresente>",
            "<podPresente>true</podPresente><pod>not base64!</pod>",
            "<pod/>",
        ):
            with self.subTest(inside):
                self._answer(_result("searchPOD", f"<errorCode>0</errorCode>{inside}"))
                self.assertEqual(self._call(proof.fetch_proofs), [])

    def test_large_proof_is_read_whole(self):
        content = "JVBERi0x" * 200000
        self._answer(
            _result("searchPOD", f"<errorCode>0</errorCode><pod>{content}</pod>")
        )
        (found,) = self._call(proof.fetch_proofs)
        self.assertEqual(len(found["content"]), len(content) * 3 // 4)
        self.assertEqual(found["name"], NUMBER)

    def test_proof_of_another_shape_is_refused(self):
        self._answer(_result("searchPOD", "<nothing/>"))
        with self.assertRaises(CarrierRejected) as caught:
            self._call(proof.fetch_proofs)
        self.assertEqual(caught.exception.code, "schema")
