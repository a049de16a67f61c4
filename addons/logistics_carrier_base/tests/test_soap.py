import tempfile
import threading
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base import soap, soap_envelope, strict_xml
from odoo.addons.logistics_carrier_base.api import PartnerApi
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierAnswer,
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.opening import Account
from odoo.addons.logistics_carrier_base.sandbox.soap_stand_in import (
    SoapStandIn,
    element,
    envelope,
    fault,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Refused, Reply

from .client_case import QUICK, LoopbackCase

WSDL = """<?xml version="1.0"?>{}
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:acme"
  xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" targetNamespace="urn:acme"
  xmlns:x="http://www.w3.org/2001/XMLSchema">
 {}
 <w:types><x:schema targetNamespace="urn:acme">
  <x:element name="where"><x:complexType><x:sequence>
   <x:element name="number" type="x:string"/>
   <x:element name="times" type="x:int" minOccurs="0"/>
  </x:sequence></x:complexType></x:element>
 </x:schema></w:types>
 <w:message name="where"><w:part name="p" element="t:where"/></w:message>
 <w:portType name="P"><w:operation name="where">
  <w:input message="t:where"/></w:operation></w:portType>
 <w:binding name="B" type="t:P">
  <s:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
  <w:operation name="where"><s:operation soapAction="urn:acme/where"/>
   <w:input><s:body use="literal"/></w:input></w:operation>
 </w:binding>
 <w:service name="S"><w:port name="P" binding="t:B">
  <s:address location="http://192.0.2.1/elsewhere"/></w:port></w:service>
</w:definitions>
"""
KINDS = {"C1": "not_found", "C2": "authentication", "C3": "unavailable", "C4": "quota"}


def _answer_of(body):
    said = soap_envelope.fault_of(body)
    if said is None or said.detail is None:
        return None
    code = strict_xml.text(said.detail)
    return CarrierAnswer(KINDS.get(code, "bad_request"), code, said.text)


class Acme(SoapStandIn):
    """A carrier that answers with the number, or with the fault it is told."""

    api = PartnerApi(
        name="Acme",
        bases={"production": "https://soap.acme.example"},
        answer_of=_answer_of,
        faults=True,
    )
    words = {"delivered": "D"}
    routes = (("POST", "/where", "_post_call"),)
    operations = {"where": "_where"}
    code = ""

    def _where(self, payload, root):
        if self.code:
            raise Refused(400, "As told")
        return envelope(element("here", strict_xml.text(payload, "number")))

    def detail(self, status, text):
        """Override to give the code that was told."""
        return element("code", self.code) if self.code else ""


@tagged("post_install", "-at_install")
class TestSoapFiles(BaseCase):
    """What zeep may do: read one file, and write."""

    def _service(self, doctype="", more=""):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "acme.wsdl"
        path.write_text(WSDL.format(doctype, more))
        return soap.Service(path)

    def test_call_is_written_as_the_file_says(self):
        message = self._service().write("where", number="R & D <1>", times=2)
        payload = soap_envelope.loads(message.body).payload
        self.assertEqual(payload.tag, "{urn:acme}where")
        self.assertEqual(
            [(part.tag, part.text) for part in payload],
            [("number", "R & D <1>"), ("times", "2")],
        )
        self.assertEqual(message.headers["SOAPAction"], '"urn:acme/where"')

    def test_what_the_file_does_not_allow_is_not_sent_and_not_repeated(self):
        service = self._service()
        for values in (
            {},
            {"number": None},
            {"number": "1", "password": "canary"},
            {"number": "canary\0"},
            {"number": "canary\ud800"},
        ):
            with self.subTest(values), self.assertRaises(CarrierRejected) as caught:
                service.write("where", **values)
            self.assertEqual(caught.exception.kind, "bad_request")
            self.assertNotIn("canary", str(caught.exception))
            self.assertIsNone(caught.exception.__cause__)
        with self.assertRaises(ValueError):
            service.write("who")

    def test_other_files_and_addresses_are_not_read(self):
        for more in (
            '<w:import namespace="urn:b" location="http://192.0.2.1/b.wsdl"/>',
            '<w:import namespace="urn:b" location="other.wsdl"/>',
            '<w:types><x:schema><x:import namespace="urn:c"'
            ' schemaLocation="file:///etc/passwd"/></x:schema></w:types>',
        ):
            with self.subTest(more), self.assertRaisesRegex(ValueError, "another file"):
                self._service(more=more).write("where", number="1")

    def test_file_with_a_document_type_is_not_read(self):
        entity = '<!DOCTYPE a [<!ENTITY x "y">]>'
        with self.assertRaises(Exception) as caught:
            self._service(doctype=entity).write("where", number="1")
        self.assertIn("Forbidden", type(caught.exception).__name__)

    def test_many_threads_write_one_call_each(self):
        service, bodies = self._service(), {}

        def write(number):
            bodies[number] = service.write("where", number=str(number)).body

        threads = [threading.Thread(target=write, args=(one,)) for one in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = {
            strict_xml.text(soap_envelope.loads(body).payload, "number")
            for body in bodies.values()
        }
        self.assertEqual(found, {str(number) for number in range(24)})


@tagged("post_install", "-at_install")
class TestSoapCalls(LoopbackCase):
    """Calls over real HTTP, and the faults that come back."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "acme.wsdl"
        path.write_text(WSDL.format("", ""))
        self.service = soap.Service(path)
        self.server = Acme().start()
        self.addCleanup(self.server.stop)
        self.account = Account(
            Acme.api, "test", base_url=self.server.address, allow_loopback=True
        )

    def _call(self, opened=None, **more):
        if opened:
            return self.service.call(opened, "where", "where", number="1", **more)
        with self.account.open(timeouts=QUICK, sleep=lambda seconds: None) as client:
            return self._call(client, **more)

    def test_answer_comes_back_byte_for_byte(self):
        self.assertEqual(self._call(), envelope("<here>1</here>"))
        (call,) = self.server.calls
        # Where the file says it is plays no part.
        self.assertEqual((call.method, call.path), ("POST", "/where"))
        self.assertEqual(call.headers["content-type"], soap.CONTENT_TYPE)
        self.assertEqual(call.headers["soapaction"], '"urn:acme/where"')

    def test_fault_is_what_its_detail_says(self):
        for code, error, kind in (
            ("C1", CarrierRejected, "not_found"),
            ("C2", CarrierRejected, "authentication"),
            ("C9", CarrierRejected, "bad_request"),
            ("C3", CarrierUnavailable, "unavailable"),
        ):
            self.server.code = code
            with self.subTest(code), self.assertRaises(error) as caught:
                self._call()
            self.assertEqual(caught.exception.kind, kind)
        self.server.code = "C1"
        with self.assertRaises(CarrierRejected) as caught:
            self._call()
        self.assertEqual(caught.exception.code, "C1")
        self.assertIn(b"As told", caught.exception.body)

    def test_fault_with_a_good_status_is_one_too(self):
        handle = self.server.handle
        self.server.handle = lambda request: Reply(200, handle(request).body)
        for code, error, kind in (
            ("C1", CarrierRejected, "not_found"),
            ("C3", CarrierUnavailable, "unavailable"),
            ("C4", CarrierUnavailable, "quota"),
        ):
            self.server.code = code
            with self.subTest(code), self.assertRaises(error) as caught:
                self._call()
            self.assertEqual(caught.exception.kind, kind)

    def test_fault_nobody_can_read_more_of(self):
        with self.assertRaises(CarrierRejected) as caught:
            soap.accepted(fault("Client", "No"), lambda body: None)
        self.assertEqual(
            (caught.exception.kind, caught.exception.code), ("bad_request", "Client")
        )

    def test_refusals_do_not_pause_the_calls(self):
        self.server.code = "C1"
        with self.account.open(timeouts=QUICK, sleep=lambda seconds: None) as client:
            for _number in range(30):
                with self.assertRaises(CarrierRejected):
                    self._call(client)
            self.server.code = ""
            self.assertTrue(self._call(client))

    def test_broken_server_is_asked_again(self):
        self.server.fail_next(times=1, status=500)
        self.assertTrue(self._call(attempts=2))
        self.server.fail_next(times=1, status=500)
        with self.assertRaises(CarrierUnavailable):
            self._call()

    def test_page_of_something_in_between_is_no_answer(self):
        self.server.garble_next(1)
        with self.assertRaisesRegex(CarrierUnavailable, "no SOAP envelope"):
            self._call()

    def test_answers_that_attack_the_parser_are_no_answers(self):
        for body in (
            b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
            b"<a>" * 100000,
            b"",
            b"\xff\xfe<\x00",
        ):
            self.server.handle = lambda request, body=body: Reply(200, body)
            with self.subTest(body[:40]), self.assertRaises(CarrierUnavailable):
                self._call()

    def test_partner_without_faults_takes_them_as_a_broken_server(self):
        self.server.code = "C1"
        plain = PartnerApi(name="Acme", bases=Acme.api.bases, answer_of=_answer_of)
        account = Account(
            plain, "test", base_url=self.server.address, allow_loopback=True
        )
        with (
            account.open(timeouts=QUICK) as client,
            self.assertRaises(CarrierUnavailable),
        ):
            self._call(client)
