import tempfile
import time
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base import soap_envelope, strict_xml
from odoo.addons.logistics_carrier_base.exceptions import UnreadableMessage

LAUGHS = (
    b"<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY a 'lol'>"
    + b"".join(
        b"<!ENTITY %c '%s'>" % (after, b"&%c;" % before * 10)
        for before, after in zip(b"abcdefgh", b"bcdefghi", strict=True)
    )
    + b"]><lolz>&i;</lolz>"
)
# Kind of malformation → the bytes, and the category under which they are parked.
MALFORMED = {
    # A document type, in whatever spelling or place.
    "billion laughs": (LAUGHS, "syntax"),
    "quadratic blowup": (
        b"<!DOCTYPE a [<!ENTITY x '%s'>]><a>%s</a>" % (b"A" * 50000, b"&x;" * 9000),
        "syntax",
    ),
    "external entity": (
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "syntax",
    ),
    "parameter entity": (
        b"<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x'> %x;]><a/>",
        "syntax",
    ),
    "external document type": (
        b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>",
        "syntax",
    ),
    "public document type": (
        b"<!DOCTYPE a PUBLIC '-//A//B' 'http://127.0.0.1:9/a.dtd'><a/>",
        "syntax",
    ),
    "attribute with a default": (
        b"<!DOCTYPE a [<!ATTLIST a paid CDATA 'yes'>]><a/>",
        "syntax",
    ),
    "document type after a comment": (b"<!-- x --><!DOCTYPE a><a/>", "syntax"),
    "document type after an instruction": (b"<?x y?>\n<!DOCTYPE a><a/>", "syntax"),
    "document type after the first element": (b"<a><!DOCTYPE a></a>", "syntax"),
    "html error page": (b"<!doctype html><title>502</title>", "syntax"),
    "html without a document type": (b"<html><br><p>502</html>", "syntax"),
    # Entities nobody declared.
    "unknown entity": (b"<a>&x;</a>", "syntax"),
    "entity of html": (b"<a>&nbsp;</a>", "syntax"),
    "unknown entity in an attribute": (b"<a b='&x;'/>", "syntax"),
    "NUL by number": (b"<a>&#0;</a>", "syntax"),
    "half a character by number": (b"<a>&#xD800;</a>", "syntax"),
    "beyond unicode by number": (b"<a>&#x110000;</a>", "syntax"),
    # The bytes are no text, or another one than they say.
    "utf-16": ("<a/>".encode("utf-16"), "encoding"),
    "utf-16 big endian": (b"\xfe\xff" + "<a/>".encode("utf-16-be"), "encoding"),
    "utf-16 without mark": ("<a/>".encode("utf-16-le"), "encoding"),
    "utf-32": ("<a/>".encode("utf-32"), "encoding"),
    "says utf-16 and is not": (
        b"<?xml version='1.0' encoding='utf-16'?><a/>",
        "encoding",
    ),
    "utf-7": (b"<?xml version='1.0' encoding='utf-7'?><a>+ADw-</a>", "encoding"),
    "ebcdic": (b"<?xml version='1.0' encoding='cp037'?><a/>", "encoding"),
    "invented encoding": (b"<?xml version='1.0' encoding='x-none'?><a/>", "encoding"),
    "latin-1 that does not say so": ("<a>Köln</a>".encode("latin-1"), "encoding"),
    "ascii that is not": (
        "<?xml version='1.0' encoding='us-ascii'?><a>ö</a>".encode(),
        "encoding",
    ),
    "cut utf-8 sequence": (b"<a>K\xc3</a>", "encoding"),
    "overlong utf-8": (b"<a>\xc0\xaf</a>", "encoding"),
    "surrogate as bytes": (b"<a>\xed\xa0\x80</a>", "encoding"),
    "NUL byte": (b"<a>x\x00y</a>", "encoding"),
    "compressed": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "encoding"),
    # The text is no XML document.
    "nothing": (b"", "syntax"),
    "blanks only": (b" \r\n\t", "syntax"),
    "json": (b'{"a": 1}', "syntax"),
    "plain text": (b"Service unavailable", "syntax"),
    "declaration only": (b"<?xml version='1.0'?>", "syntax"),
    "declaration cut": (b"<?xml version='1.0'", "syntax"),
    "comment cut": (b"<!-- x", "syntax"),
    "cut in an element": (b"<a><b>x</b>", "syntax"),
    "cut in a tag": (b"<a><b", "syntax"),
    "tags crossed": (b"<a><b></a></b>", "syntax"),
    "two documents": (b"<a/><a/>", "syntax"),
    "text behind": (b"<a/> ok", "syntax"),
    "attribute twice": (b"<a b='1' b='2'/>", "syntax"),
    "attribute without quotes": (b"<a b=1/>", "syntax"),
    "prefix of nobody": (b"<x:a/>", "syntax"),
    "bare ampersand": (b"<a>R & D</a>", "syntax"),
    "control character": (b"<a>\x01</a>", "syntax"),
    "no character": ("<a>\ufffe</a>".encode(), "syntax"),
    "declaration in the middle": (b"<a/><?xml version='1.0'?>", "syntax"),
    "declaration after a blank": (b" <?xml version='1.0'?><a/>", "syntax"),
    # More than is read.
    "65 levels": (b"<a>" * 65 + b"</a>" * 65, "unsupported"),
    "100000 levels": (b"<a>" * 100000 + b"</a>" * 100000, "unsupported"),
    "300000 levels that never close": (b"<a>" * 300000, "unsupported"),
    "more than a mebibyte": (b"<a>" + b"x" * 1024 * 1024 + b"</a>", "unsupported"),
}


@tagged("post_install", "-at_install")
class TestStrictXml(BaseCase):
    """What strangers send, and what is made of it."""

    def _category(self, data, **limits):
        with self.assertRaises(UnreadableMessage) as caught:
            strict_xml.loads(data, **limits)
        self.assertTrue(caught.exception.reason)
        return caught.exception.category

    def test_every_malformed_kind_has_its_category(self):
        for kind, (data, category) in MALFORMED.items():
            with self.subTest(kind):
                self.assertEqual(self._category(data), category)

    def test_no_malformed_kind_takes_long(self):
        for kind, (data, _category) in MALFORMED.items():
            with self.subTest(kind):
                started = time.perf_counter()
                self._category(data)
                self.assertLess(time.perf_counter() - started, 0.5)

    def test_wide_documents_take_linear_time(self):
        for data in (
            b"<a>" + b"<b/>" * 200000 + b"</a>",
            b"<?x?>" * 200000 + b"<a/>",
            b"<a " + b" ".join(b"a%d=''" % n for n in range(80000)) + b"/>",
            b"<a " + b" ".join(b"xmlns:a%d='u'" % n for n in range(40000)) + b"/>",
        ):
            started = time.perf_counter()
            self.assertEqual(strict_xml.name(strict_xml.loads(data)), "a")
            self.assertLess(time.perf_counter() - started, 2.0)

    def test_no_file_is_read_for_a_document(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "secret.txt"
            file.write_text("TOP SECRET")
            for data in (
                f"<!DOCTYPE a [<!ENTITY x SYSTEM '{file.as_uri()}'>]><a>&x;</a>",
                f"<!DOCTYPE a SYSTEM '{file.as_uri()}'><a/>",
            ):
                with self.assertRaises(UnreadableMessage) as caught:
                    strict_xml.loads(data.encode())
                self.assertNotIn("SECRET", caught.exception.reason)
            # What looks like an order to read a file is an element like any other.
            included = strict_xml.loads(
                f"<a xmlns:i='http://www.w3.org/2001/XInclude'>"
                f"<i:include href='{file.as_uri()}' parse='text'/></a>".encode()
            )
            self.assertEqual([strict_xml.name(part) for part in included], ["include"])
            sheet = f"<?xml-stylesheet href='{file.as_uri()}'?><a/>".encode()
            self.assertEqual(strict_xml.text(strict_xml.loads(sheet)), "")

    def test_word_doctype_in_a_text_is_a_text(self):
        root = strict_xml.loads(b"<a><![CDATA[<!DOCTYPE html>]]></a>")
        self.assertEqual(strict_xml.text(root), "<!DOCTYPE html>")

    def test_limits_are_the_callers(self):
        self.assertEqual(self._category(b"<a><b/></a>", max_depth=1), "unsupported")
        self.assertEqual(self._category(b"<a/> ", max_bytes=4), "unsupported")
        root = strict_xml.loads(b"<a>" * 64 + b"</a>" * 64)
        self.assertEqual(len(list(root.iter())), 64)

    def test_declared_encodings_are_read(self):
        for declared, codec in (
            ("UTF-8", "utf-8"),
            ("utf-8", "utf-8"),
            ("ISO-8859-1", "latin-1"),
            ("windows-1252", "cp1252"),
            ("ISO-8859-15", "iso8859-15"),
        ):
            text = f'<?xml version="1.0" encoding="{declared}"?><a>Liège</a>'
            root = strict_xml.loads(text.encode(codec))
            self.assertEqual(strict_xml.text(root), "Liège")
        marked = strict_xml.loads(b"\xef\xbb\xbf<a>Li\xc3\xa8ge</a>")
        self.assertEqual(strict_xml.text(marked), "Liège")

    def test_texts_are_one_line_of_the_element_itself(self):
        root = strict_xml.loads(
            b"<a xmlns='urn:x'><b> one\n two<!-- no -->\tthree<?p q?>, four </b>"
            b"<b>five</b><c><d>six</d>seven</c><e/></a>"
        )
        self.assertEqual(strict_xml.text(root, "b"), "one two three, four")
        self.assertEqual(strict_xml.text(root, "b", limit=3), "one")
        self.assertEqual(strict_xml.text(root, "c", "d"), "six")
        for path in (("c",), ("e",), ("none",), ("none", "deeper"), ()):
            self.assertEqual(strict_xml.text(root, *path), "")
        self.assertEqual(strict_xml.text(None, "b"), "")
        self.assertEqual(len(strict_xml.children(root, "b")), 2)
        self.assertEqual(strict_xml.text(strict_xml.first(root, "d")), "six")
        self.assertIsNone(strict_xml.first(root, "none"))
        self.assertIsNone(strict_xml.find(root, "c", "none"))

    def test_reason_says_where(self):
        with self.assertRaises(UnreadableMessage) as caught:
            strict_xml.loads(b"<a>\n<b></a>")
        self.assertIn("line 2", caught.exception.reason)


@tagged("post_install", "-at_install")
class TestSoapEnvelope(BaseCase):
    """Payloads and faults, of both versions."""

    def _envelope(self, body, version="http://schemas.xmlsoap.org/soap/envelope/"):
        return f"<s:Envelope xmlns:s='{version}'>{body}</s:Envelope>".encode()

    def test_payload_is_the_first_element_of_the_body(self):
        for version in soap_envelope.NAMESPACES:
            reply = soap_envelope.loads(
                self._envelope("<s:Header/><s:Body><?p q?><x>1</x></s:Body>", version)
            )
            self.assertEqual(strict_xml.text(reply.payload), "1")
            self.assertIsNone(reply.fault)

    def test_fault_of_either_version(self):
        old = self._envelope(
            "<s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>Down"
            "</faultstring><detail><x><code>7</code></x></detail></s:Fault></s:Body>"
        )
        new = self._envelope(
            "<s:Body><s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason>"
            "<s:Text>Down</s:Text></s:Reason><s:Detail><x><code>7</code></x></s:Detail>"
            "</s:Fault></s:Body>",
            "http://www.w3.org/2003/05/soap-envelope",
        )
        for data, code in ((old, "Server"), (new, "Receiver")):
            fault = soap_envelope.fault_of(data)
            self.assertEqual((fault.code, fault.text), (code, "Down"))
            self.assertEqual(strict_xml.text(fault.detail, "code"), "7")
            self.assertIsNone(soap_envelope.loads(data).payload)

    def test_fault_that_says_little_is_still_one(self):
        fault = soap_envelope.fault_of(self._envelope("<s:Body><s:Fault/></s:Body>"))
        self.assertEqual(fault, ("", "", None))

    def test_fault_of_another_language_is_a_payload(self):
        data = self._envelope("<s:Body><Fault xmlns='urn:x'/></s:Body>")
        self.assertIsNone(soap_envelope.fault_of(data))
        self.assertEqual(
            strict_xml.name(soap_envelope.loads(data).payload),
            "Fault",
        )

    def test_what_is_no_soap_answer_is_unreadable(self):
        for data in (
            b"<a/>",
            b"<Envelope><Body><x/></Body></Envelope>",
            self._envelope(""),
            self._envelope("<s:Header/>"),
            self._envelope("<s:Body> text </s:Body>"),
            self._envelope("<Body xmlns='urn:x'><x/></Body>"),
        ):
            with self.subTest(data), self.assertRaises(UnreadableMessage) as caught:
                soap_envelope.loads(data)
            self.assertEqual(caught.exception.category, "schema")
            self.assertIsNone(soap_envelope.fault_of(data))

    def test_what_is_no_xml_has_no_fault(self):
        for data in (b"", b"<!DOCTYPE html>", b"{}", b"<a", b"\xff"):
            self.assertIsNone(soap_envelope.fault_of(data))
