import gzip
import json
import os
import socket
import struct
import time
import tracemalloc
from datetime import datetime, timedelta, timezone
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from tempfile import TemporaryDirectory
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.client import Timeouts
from odoo.addons.logistics_carrier_base.exceptions import CarrierUnavailable

from .client_case import PATIENCE, ClientCase, RawServer, always, http_answer


@tagged("post_install", "-at_install")
class TestClientUnderToxics(ClientCase):
    """Everything a line or a server can do to a caller ends in time, with a word."""

    def _play(self, play, **options):
        with RawServer(play) as server:
            client = self.client(server, **options)
            return self.assertUnavailable(client.get, "/x", attempts=1)

    def test_nobody_listens(self):
        with RawServer(always(http_answer())) as server:
            pass
        self.assertUnavailable(self.client(server).get, "/x")

    def test_server_says_nothing(self):
        error = self._play(lambda *_args: time.sleep(PATIENCE))
        self.assertEqual(str(error), "The carrier did not answer in time")

    def test_server_hangs_up_without_a_word(self):
        self._play(lambda *_args: None)

    def test_server_resets_the_line(self):
        def reset(connection, _number):
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

        self._play(reset)

    def _trickle(self, head, drop):
        """Send the head of an answer, then a drop at a time until nobody listens."""

        def trickle(connection, _number):
            connection.sendall(head)
            while True:
                connection.sendall(drop)
                time.sleep(0.05)

        error = self._play(trickle, timeouts=Timeouts(1.0, 0.5, 1.0))
        self.assertEqual(str(error), "The carrier took too long in all")

    def test_answer_trickles_byte_by_byte(self):
        self._trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x")

    def test_headers_trickle_byte_by_byte(self):
        self._trickle(b"HTTP/1.1 200 OK\r\n", b"X")

    def test_chunks_never_end(self):
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        self._trickle(head, b"1\r\nx\r\n")

    def test_answer_stops_in_the_middle(self):
        def stop(connection, _number):
            connection.sendall(http_answer(200, b'{"half": ', length=100))
            time.sleep(PATIENCE)

        self._play(stop)

    def test_answer_is_cut_off(self):
        for length in (100, 12):

            def cut(connection, _number, length=length):
                connection.sendall(http_answer(200, b'{"half": 1}', length=length))

            with self.subTest(length):
                self._play(cut)

    def test_chunked_answer_is_cut_off(self):
        def cut(connection, _number):
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
            )

        self._play(cut)

    def test_answer_in_small_slices_is_read(self):
        def slices(connection, _number):
            answer = http_answer(200, json.dumps({"n": "x" * 200}).encode())
            for start in range(0, len(answer), 7):
                connection.sendall(answer[start : start + 7])
                time.sleep(0.001)
            return True

        with RawServer(slices) as server:
            self.assertEqual(len(self.client(server).get("/x").json()["n"]), 200)

    def test_answer_is_no_http(self):
        for answer in (
            b"SSH-2.0-OpenSSH\r\n",
            b"\x15\x03\x01\x00\x02\x02",
            b"HTTP/1.1\r\n\r\n",
            b"HTTP/1.1 abc OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ):
            with self.subTest(answer[:20]):
                self._play(
                    lambda connection, _n, answer=answer: connection.send(answer)
                )

    def test_announced_size_that_is_no_number_is_not_believed(self):
        for announced in ("\xb2", "-5", "1e3", "", "9" * 400):
            text = f"HTTP/1.1 200 OK\r\nContent-Length: {announced}\r\n\r\n{{}}"
            answer = text.encode("latin-1")

            def play(connection, _number, answer=answer):
                connection.sendall(answer)

            with self.subTest(announced), RawServer(play) as server:
                try:
                    self.assertEqual(self.client(server).get("/x").body, b"{}")
                except CarrierUnavailable:
                    continue  # Just as good: some libraries refuse it themselves.

    def test_announced_size_over_the_limit_is_not_read(self):
        with RawServer(always(http_answer(length=10**12))) as server:
            client = self.client(server, max_bytes=1000)
            self.assertEqual(self.assertRejected(client.get, "/x").code, "too_large")

    def test_size_over_the_limit_is_not_read_to_the_end(self):
        def flood(connection, _number):
            connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            for _ in range(10000):
                connection.sendall(b"x" * 65536)

        with RawServer(flood) as server:
            client = self.client(server, max_bytes=100_000)
            self.assertEqual(self.assertRejected(client.get, "/x").code, "too_large")

    def test_packed_answer_is_unpacked(self):
        packed = gzip.compress(b'{"n": 1}')
        answer = http_answer(200, packed, ["Content-Encoding: gzip"])
        with RawServer(always(answer)) as server:
            self.assertEqual(self.client(server).get("/x").json(), {"n": 1})

    def test_packed_answer_counts_unpacked(self):
        packed = gzip.compress(b"0" * 50_000_000)
        answer = http_answer(200, packed, ["Content-Encoding: gzip"])
        with RawServer(always(answer)) as server:
            client = self.client(server, max_bytes=100_000)
            tracemalloc.start()
            self.addCleanup(tracemalloc.stop)
            self.assertEqual(self.assertRejected(client.get, "/x").code, "too_large")
        self.assertLess(tracemalloc.get_traced_memory()[1], 5_000_000)

    def test_broken_packing_is_a_passing_trouble(self):
        packed = gzip.compress(b'{"n": 1}')
        for body, encoding in (
            (b"no gzip", "gzip"),
            (packed[:-6], "gzip"),
            (packed, "br"),
            (packed, "gzip, gzip"),
        ):
            answer = http_answer(200, body, [f"Content-Encoding: {encoding}"])
            with self.subTest(encoding):
                self._play(always(answer))


@tagged("post_install", "-at_install")
class TestClientEncryption(ClientCase):
    """Certificates are checked against the name that was called, not the address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.certificates = {
            name: cls._certificate(Path(folder.name), name)
            for name in ("localhost", "other.example")
        }

    @staticmethod
    def _certificate(folder, name):
        """Make a certificate that vouches for itself; return its file and context."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.now(timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
            .sign(key, hashes.SHA256())
        )
        path = folder / f"{name}.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = SSLContext(PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return path, context

    def _call(self, served, trusted):
        context = self.certificates[served][1]
        bundle = str(self.certificates[trusted][0])
        with (
            RawServer(always(http_answer()), context) as server,
            patch.dict(os.environ, {"REQUESTS_CA_BUNDLE": bundle}),
        ):
            return self.client(server).get("/x", attempts=1).status

    def test_right_certificate_is_accepted(self):
        self.assertEqual(self._call("localhost", "localhost"), 200)

    def test_certificate_for_another_name_is_refused(self):
        error = self.assertUnavailable(self._call, "other.example", "other.example")
        self.assertIn("certificate", str(error))

    def test_certificate_nobody_vouches_for_is_refused(self):
        error = self.assertUnavailable(self._call, "localhost", "other.example")
        self.assertIn("certificate", str(error))

    def test_trickling_answer_over_an_encrypted_line_ends_in_time(self):
        def trickle(connection, _number):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(1000):
                connection.sendall(b"x")
                time.sleep(0.05)

        path, context = self.certificates["localhost"]
        with (
            RawServer(trickle, context) as server,
            patch.dict(os.environ, {"REQUESTS_CA_BUNDLE": str(path)}),
        ):
            client = self.client(server, timeouts=Timeouts(1.0, 0.5, 1.0))
            error = self.assertUnavailable(client.get, "/x", attempts=1)
        self.assertEqual(str(error), "The carrier took too long in all")
