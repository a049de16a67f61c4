import json
import time
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base import strict_json
from odoo.addons.logistics_carrier_base.exceptions import UnreadableMessage

# Kind of malformation → the bytes, and the category under which they are parked.
MALFORMED = {
    # The bytes are no text.
    "utf-8 byte order mark": (b'\xef\xbb\xbf{"a": 1}', "encoding"),
    "utf-16 little endian": ('{"a": 1}'.encode("utf-16"), "encoding"),
    "utf-16 big endian": (b"\xfe\xff" + '{"a": 1}'.encode("utf-16-be"), "encoding"),
    "utf-16 without mark": ('{"a": 1}'.encode("utf-16-le"), "encoding"),
    "utf-32 without mark": ('{"a": 1}'.encode("utf-32-le"), "encoding"),
    "latin-1 letter": ('{"a": "Köln"}'.encode("latin-1"), "encoding"),
    "cut utf-8 sequence": (b'{"a": "K\xc3"}', "encoding"),
    "overlong utf-8": (b'{"a": "\xc0\xaf"}', "encoding"),
    "surrogate as bytes": (b'{"a": "\xed\xa0\x80"}', "encoding"),
    "beyond unicode": (b'{"a": "\xf4\x90\x80\x80"}', "encoding"),
    "continuation byte alone": (b"\x80", "encoding"),
    "NUL byte in a string": (b'{"a": "x\x00y"}', "encoding"),
    "NUL byte at the end": (b'{"a": 1}\x00', "encoding"),
    "NUL escape in a value": (rb'{"a": "x\u0000"}', "encoding"),
    "NUL escape in a key": (rb'{"\u0000": 1}', "encoding"),
    "NUL escape deep inside": (rb'[[[{"a": ["\u0000"]}]]]', "encoding"),
    "high half of a pair": (rb'{"a": "\ud83d"}', "encoding"),
    "low half of a pair": (rb'{"a": "\ude00"}', "encoding"),
    "halves in the wrong order": (rb'{"a": "\ude00\ud83d"}', "encoding"),
    "half of a pair as key": (rb'{"\uD800": 1}', "encoding"),
    "compressed": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "encoding"),
    "png": (b"\x89PNG\r\n\x1a\n", "encoding"),
    # The text is no JSON document.
    "nothing": (b"", "syntax"),
    "blanks only": (b" \r\n\t", "syntax"),
    "xml": (b"<event/>", "syntax"),
    "html error page": (b"<!doctype html><title>502</title>", "syntax"),
    "form encoding": (b"id=1&status=delivered", "syntax"),
    "edifact": (b"UNA:+.? 'UNB+UNOC:3+A+B+260101:1200+1'", "syntax"),
    "bare word": (b"delivered", "syntax"),
    "cut in an object": (b'{"a": 1', "syntax"),
    "cut in a string": (b'{"a": "de', "syntax"),
    "cut after an escape": (b'{"a": "\\', "syntax"),
    "cut in a list": (b"[1, 2", "syntax"),
    "cut after a colon": (b'{"a":', "syntax"),
    "two documents": (b'{"a": 1}{"a": 2}', "syntax"),
    "lines of documents": (b'{"a": 1}\n{"a": 2}', "syntax"),
    "text behind": (b'{"a": 1} ok', "syntax"),
    "comma at the end of an object": (b'{"a": 1,}', "syntax"),
    "comma at the end of a list": (b"[1,]", "syntax"),
    "comma missing": (b'{"a": 1 "b": 2}', "syntax"),
    "colon missing": (b'{"a" 1}', "syntax"),
    "single quotes": (b"{'a': 1}", "syntax"),
    "key without quotes": (b"{a: 1}", "syntax"),
    "number as key": (b"{1: 1}", "syntax"),
    "comment": (b'{"a": 1} // why', "syntax"),
    "python words": (b'{"a": None}', "syntax"),
    "leading zero": (b"[012]", "syntax"),
    "leading plus": (b"[+1]", "syntax"),
    "hexadecimal number": (b"[0x1f]", "syntax"),
    "point without digits": (b"[1.]", "syntax"),
    "point at the start": (b"[.5]", "syntax"),
    "raw control character": (b'{"a": "x\x01"}', "syntax"),
    "raw line feed in a string": (b'{"a": "x\ny"}', "syntax"),
    "unknown escape": (rb'{"a": "\x41"}', "syntax"),
    "short escape": (rb'{"a": "\u12"}', "syntax"),
    "no-break space as blank": ('{"a":\u00a01}'.encode(), "syntax"),
    "closed twice": (b"[1]]", "syntax"),
    "brackets crossed": (b'{"a": [1}]', "syntax"),
    # The document has another shape.
    "key twice": (b'{"amount": 1, "amount": 2}', "schema"),
    "key twice deep inside": (b'[{"a": {"b": 1, "c": 2, "b": 1}}]', "schema"),
    "key twice, once escaped": (rb'{"a": 1, "\u0061": 2}', "schema"),
    # A value that cannot be.
    "NaN": (b'{"amount": NaN}', "value"),
    "infinity": (b"[Infinity]", "value"),
    "minus infinity": (b"[-Infinity]", "value"),
    "float overflow": (b"[1e999]", "value"),
    "float underflow": (b"[1e-999]", "value"),
    "exponent beyond decimals": (b"[1e99999999999999999999]", "value"),
    "zero with an exponent": (b"[0e99999]", "value"),
    "5000 digits": (b"[" + b"9" * 5000 + b"]", "value"),
    "5000 decimals": (b"[0." + b"9" * 5000 + b"]", "value"),
    "41 digits": (b"9" * 41, "value"),
    # More than is read.
    "65 levels": (b"[" * 65 + b"]" * 65, "unsupported"),
    "200000 levels": (b"[" * 200000, "unsupported"),
    "100000 objects in each other": (b'{"a":' * 100000, "unsupported"),
    "more than a mebibyte": (b'"' + b"x" * 1024 * 1024 + b'"', "unsupported"),
}


@tagged("post_install", "-at_install")
class TestStrictJson(BaseCase):
    """What strangers send, and what is made of it."""

    def _category(self, data, **limits):
        with self.assertRaises(UnreadableMessage) as caught:
            strict_json.loads(data, **limits)
        self.assertTrue(caught.exception.reason)
        return caught.exception.category

    def test_there_are_sixty_kinds_and_more(self):
        self.assertGreaterEqual(len(MALFORMED), 60)

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

    def test_quotes_and_escapes_without_end_take_linear_time(self):
        for data in (b'"' * 900000, b'"' + b'\\"' * 450000, b"[" + b'"[",' * 200000):
            started = time.perf_counter()
            self._category(data)
            self.assertLess(time.perf_counter() - started, 1.0)

    def test_brackets_in_strings_are_no_levels(self):
        for text in (
            "[{" * 1000,
            '\\"' + "[{" * 1000,
            "[" * 100 + '\\\\\\"' + "{" * 100,
        ):
            data = ('{"a": "' + text + '"}').encode()
            with self.subTest(text[:9]):
                self.assertEqual(strict_json.loads(data), json.loads(data))

    def test_many_lists_beside_each_other_are_not_deep(self):
        data = b"[" + b"[],{}," * 5000 + b"[]]"
        self.assertEqual(len(strict_json.loads(data)), 10001)

    def test_64_levels_are_read(self):
        document = strict_json.loads(b"[" * 64 + b"]" * 64)
        levels = 0
        while document:
            document, levels = document[0], levels + 1
        self.assertEqual(levels, 63)

    def test_limits_are_the_callers(self):
        self.assertEqual(strict_json.loads(b"[[1]]", max_depth=2), [[1]])
        self.assertEqual(self._category(b"[[[1]]]", max_depth=2), "unsupported")
        self.assertEqual(strict_json.loads(b"[1]", max_bytes=3), [1])
        self.assertEqual(self._category(b"[1] ", max_bytes=3), "unsupported")

    def test_fractions_are_exact(self):
        document = strict_json.loads(b'{"a": 0.1, "b": 8.20, "c": 1e2, "d": 3}')
        self.assertEqual(
            document, {"a": Decimal("0.1"), "b": Decimal("8.20"), "c": 100, "d": 3}
        )
        self.assertEqual(str(document["b"]), "8.20")
        self.assertIsInstance(document["d"], int)

    def test_forty_digits_are_read(self):
        self.assertEqual(strict_json.loads(b"9" * 40), int("9" * 40))

    def test_clean_documents_are_read_as_by_everybody(self):
        text = '{"a": [true, false, null, "Köln \\ud83d\\ude00 \\n"], "b": {}}'
        self.assertEqual(
            strict_json.loads(text.encode()),
            {"a": [True, False, None, "Köln 😀 \n"], "b": {}},
        )

    def test_reason_says_where(self):
        with self.assertRaises(UnreadableMessage) as caught:
            strict_json.loads(b'{"a": tru}')
        self.assertIn("character 7", caught.exception.reason)
