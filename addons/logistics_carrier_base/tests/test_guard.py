import socket
import time

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base import guard
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)

HOSTS = ("api.carrier.example", "track.carrier.example:8443")

REFUSED_URLS = (
    "http://api.carrier.example/",
    "https://other.example/",
    "https://api.carrier.example.evil.example/",
    "https://evil.example/api.carrier.example",
    "https://evil.example#@api.carrier.example/",
    "https://api.carrier.example@evil.example/",
    "https://user:pass@api.carrier.example/",
    "https://api.carrier.example:8443/",
    "https://track.carrier.example/",
    "https://api.carrier.example:99999/",
    "https://api.carrier.example:abc/",
    "https://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "https://2852039166/",
    "https://0xa9fea9fe/",
    "https://127.1/",
    "https://2130706433/",
    "https://[::1]/",
    "http://localhost:8069/",
    "https://[::ffff:169.254.169.254]/",
    "https://api.carrier.example\\@evil.example/",
    "https://api.carrier.example\n.evil.example/",
    "https://api.carrier.example\t/",
    "https://api.carrier.example /",
    "https://api.carrier.ex\u0430mple/",
    "https://api%2ecarrier.example/",
    "file:///etc/passwd",
    "gopher://api.carrier.example/",
    "ftp://api.carrier.example/",
    "//api.carrier.example/",
    "api.carrier.example",
    "https:///path",
    "https://[::1/",
    "",
)
PRIVATE = (
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
)


def answering(*addresses):
    """Give a resolver that knows one answer."""

    def resolver(host, port, **_options):
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port, 0, 0) if ":" in address else (address, port),
            )
            for address in addresses
        ]

    return resolver


@tagged("post_install", "-at_install")
class TestGuard(BaseCase):
    """Where calls may go."""

    def test_declared_hosts_are_called_with_encryption_on_their_port(self):
        for url in (
            "https://api.carrier.example/v1/track?n=1",
            "https://API.Carrier.Example:443/",
            "https://track.carrier.example:8443/x",
        ):
            with self.subTest(url):
                self.assertFalse(guard.check_url(url, HOSTS))

    def test_everything_else_is_refused(self):
        for url in REFUSED_URLS:
            for loopback in (False, True):
                with self.subTest(url), self.assertRaises(CarrierRejected) as caught:
                    guard.check_url(url, HOSTS, loopback)
                self.assertEqual(caught.exception.code, "refused_address")

    def test_this_machine_is_called_only_where_that_is_allowed_and_declared(self):
        hosts = ("127.0.0.1", "localhost", "::1")
        for url in (
            "http://127.0.0.1:8090/track",
            "http://localhost:8090/",
            "http://[::1]:8090/",
            "https://localhost:8443/",
        ):
            with self.subTest(url):
                self.assertTrue(guard.check_url(url, hosts, allow_loopback=True))
                with self.assertRaises(CarrierRejected):
                    guard.check_url(url, hosts)
                with self.assertRaises(CarrierRejected):
                    guard.check_url(url, HOSTS, allow_loopback=True)

    def test_declared_port_of_this_machine_is_the_only_one(self):
        guard.check_url("http://127.0.0.1:8090/", ("127.0.0.1:8090",), True)
        with self.assertRaises(CarrierRejected):
            guard.check_url("http://127.0.0.1:8069/", ("127.0.0.1:8090",), True)

    def test_addresses_that_are_not_public(self):
        for address in PRIVATE:
            with self.subTest(address):
                self.assertFalse(guard.is_public(address))
        for address in ("8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"):
            with self.subTest(address):
                self.assertTrue(guard.is_public(address))

    def test_name_that_leads_to_a_private_address_is_refused(self):
        for address in PRIVATE:
            with self.subTest(address), self.assertRaises(CarrierRejected):
                guard.resolve("api.carrier.example", 443, 1, answering(address))

    def test_name_with_one_private_address_among_public_ones_is_refused(self):
        resolver = answering("8.8.8.8", "10.0.0.1")
        with self.assertRaises(CarrierRejected):
            guard.resolve("api.carrier.example", 443, 1, resolver)

    def test_public_addresses_are_given_in_the_order_of_the_resolver(self):
        found = guard.resolve("a.example", 443, 1, answering("8.8.8.8", "8.8.4.4"))
        self.assertEqual(found, [("8.8.8.8", 443), ("8.8.4.4", 443)])

    def test_this_machine_must_not_lead_elsewhere(self):
        self.assertEqual(
            guard.resolve("localhost", 80, 1, answering("127.0.0.1")),
            [("127.0.0.1", 80)],
        )
        for address in ("8.8.8.8", "10.0.0.1"):
            with self.assertRaises(CarrierRejected):
                guard.resolve("localhost", 80, 1, answering(address))

    def test_name_without_answer_is_unavailable(self):
        def failing(*_args, **_options):
            raise socket.gaierror("no such name")

        for resolver in (failing, answering()):
            with self.assertRaises(CarrierUnavailable):
                guard.resolve("a.example", 443, 1, resolver)

    def test_slow_resolver_does_not_hold_the_job(self):
        def slow(*_args, **_options):
            time.sleep(2)

        started = time.monotonic()
        with self.assertRaises(CarrierUnavailable):
            guard.resolve("a.example", 443, 0.1, slow)
        self.assertLess(time.monotonic() - started, 1.0)
