import csv
import io
import zipfile

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import evidence_pack
from odoo.addons.logistics_freight_accrual.evidence_pack import (
    Document,
    pack,
    safe_path,
    table,
)


def opened(data):
    """Return what is in an archive, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@tagged("post_install", "-at_install", "standard")
class TestEvidencePack(BaseCase):
    def test_documents_come_out_as_they_went_in(self):
        data, left_out = pack(
            [Document("a.csv", b"1"), Document("proofs/b.jpg", b"\x00\xff")]
        )
        self.assertEqual(opened(data), {"a.csv": b"1", "proofs/b.jpg": b"\x00\xff"})
        self.assertEqual(left_out, ())

    def test_same_evidence_is_the_same_file(self):
        documents = [Document("a.csv", b"1"), Document("b.csv", b"2")]
        self.assertEqual(pack(documents), pack(documents))

    def test_what_is_too_large_is_left_out_and_named(self):
        large = b"0" * (evidence_pack.MAX_DOCUMENT + 1)
        data, left_out = pack([Document("film.mp4", large), Document("a.csv", b"1")])
        self.assertEqual(opened(data), {"a.csv": b"1"})
        self.assertEqual(left_out, ("film.mp4",))

    def test_all_together_stay_within_the_bound(self):
        half = b"0" * evidence_pack.MAX_DOCUMENT
        names = [f"{number}.bin" for number in range(5)]
        data, left_out = pack([Document(name, half) for name in names])
        self.assertEqual(list(opened(data)), names[:3])
        self.assertEqual(left_out, tuple(names[3:]))
        many = [Document(f"{n}", b"") for n in range(evidence_pack.MAX_DOCUMENTS + 2)]
        self.assertEqual(len(pack(many)[1]), 2)

    def test_two_of_one_name_get_a_number(self):
        data, _left = pack([Document("p/a.jpg", b"1"), Document("p/a.jpg", b"2")])
        self.assertEqual(opened(data), {"p/a.jpg": b"1", "p/a-2.jpg": b"2"})

    def test_names_stay_inside_the_archive(self):
        for name, kept in (
            ("../../etc/passwd", "etc/passwd"),
            ("/srv/x", "srv/x"),
            ("..\\..\\evil.bat", "evil.bat"),
            ("a\x00b\n.jpg", "a_b_.jpg"),
            ("", "document"),
            ("...", "document"),
            ("Übergabe 1.jpg", "Übergabe 1.jpg"),
            ("x" * 300, "x" * 80),
        ):
            self.assertEqual(safe_path(name), kept, name)

    def test_no_cell_is_a_formula(self):
        cells = ("=1+1", "+1", "-1", "@x", "\tx", "\rx", "fine", "")
        data = table(("text",), [(cell,) for cell in cells])
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        self.assertEqual(
            [row[0] if row else "" for row in rows[1:]],
            ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "fine", ""],
        )

    def test_numbers_stay_numbers(self):
        data = table(("amount", "none"), [(-1.5, None), (2, False)])
        self.assertEqual(data.decode("utf-8-sig"), "amount,none\r\n-1.5,\r\n2,\r\n")
