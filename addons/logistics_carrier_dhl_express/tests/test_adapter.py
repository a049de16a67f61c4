from odoo.tests import tagged

from odoo.addons.logistics_carrier_base import strict_json
from odoo.addons.logistics_carrier_base.exceptions import CarrierRejected
from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import scan_at
from odoo.addons.logistics_carrier_base.tests import mapper_contract, poll_contract
from odoo.addons.logistics_carrier_dhl_express import mapper

from . import standin

PDF = b"%PDF-1.4\n% of a test\n%%EOF\n"


@tagged("post_install", "-at_install")
class TestDhlExpressPoll(poll_contract.PollContract):
    adapter = "dhl_express"
    stand_in = standin.MyDhlStandIn
    numbers = ("4400112233", "4400112244", "4400112255")
    values = {"account_ref": "950000002"}

    def test_many_numbers_are_one_call(self):
        for number in self.numbers:
            self._tell(number, "delivered")
        self._poll(self.shipments)
        last = f"shipmentTrackingNumber={self.numbers[-1]}"
        asked = {c.query_string for c in self.server.calls if last in c.query_string}
        self.assertEqual(len(asked), 1)
        for number in self.numbers:
            self.assertIn(f"shipmentTrackingNumber={number}", *asked)

    def test_signer_is_read_from_the_words_of_the_delivery(self):
        at = scan_at("delivered", poll_contract.DELIVERED).at
        self.server.tell(self.numbers[0], "delivered", at, signer="K BERG")
        self._poll()
        delivery = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        self.assertEqual(delivery.signer, "K BERG")

    def test_proof_is_fetched_with_the_account_of_the_shipper(self):
        self.server.proofs[self.numbers[0]] = PDF
        fetch = self.connection._adapter()._proof_fetcher(self.connection)
        (found,) = fetch(self.numbers[0])
        self.assertEqual(
            (found.tracking_number, found.content, found.kind, found.name),
            (self.numbers[0], PDF, "document", "proof-of-delivery.pdf"),
        )
        self.assertEqual(
            self.server.calls[-1].query,
            {"content": "epod-summary", "shipperAccountNumber": "950000002"},
        )

    def test_proof_may_be_larger_than_any_message(self):
        self.server.proofs[self.numbers[0]] = PDF + b"%" * strict_json.MAX_BYTES
        fetch = self.connection._adapter()._proof_fetcher(self.connection)
        (found,) = fetch(self.numbers[0])
        self.assertEqual(len(found.content), len(PDF) + strict_json.MAX_BYTES)

    def test_proof_that_is_not_there_yet_is_not_found(self):
        fetch = self.connection._adapter()._proof_fetcher(self.connection)
        with self.assertRaises(CarrierRejected) as caught:
            fetch(self.numbers[0])
        self.assertEqual(caught.exception.kind, "not_found")

    def test_proof_is_refused_to_wrong_credentials(self):
        self._paste({"password": "wrong-canary"})
        fetch = self.connection._adapter()._proof_fetcher(self.connection)
        with self.assertRaises(CarrierRejected) as caught:
            fetch(self.numbers[0])
        self.assertEqual(caught.exception.kind, "authentication")
        self.assertNotIn("wrong-canary", str(caught.exception))


@tagged("post_install", "-at_install")
class TestDhlExpressWords(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = standin.MyDhlStandIn
    zone = "none"
