import logging
import os
import socket
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.client import CarrierClient, Timeouts
from odoo.addons.logistics_carrier_base.retry import Breaker
from odoo.addons.logistics_carrier_base.tracing import trace_id

from .client_case import QUICK, ClientCase, RawServer, always, http_answer, in_turn

_LOGGER = "odoo.addons.logistics_carrier_base.client"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@tagged("post_install", "-at_install")
class TestClient(ClientCase):
    """What goes out, what comes back, and how often it is tried."""

    def test_answer_has_status_headers_and_body(self):
        body = '{"n": 1.50, "city": "Köln"}'.encode()
        with RawServer(always(http_answer(201, body, ["X-Id: 7"]))) as server:
            answer = self.client(server).get("/track")
        self.assertEqual((answer.status, answer.body), (201, body))
        self.assertEqual(answer.headers["x-id"], "7")
        self.assertEqual(str(answer.json()["n"]), "1.50")

    def test_request_goes_out_as_it_was_asked(self):
        with RawServer(always(http_answer())) as server:
            client = self.client(server, base_url=f"{server.url}/v1/")
            client.get("track", {"numbers": "a,b c"}, headers={"X-Account": "1"})
            client.post("/orders", {"weight": 1}, auth=("key", ""))
        first, second = (request.decode() for request in server.requests)
        self.assertTrue(first.startswith("GET /v1/track?numbers=a%2Cb+c HTTP/1.1\r\n"))
        self.assertIn("\r\nX-Account: 1\r\n", first)
        self.assertIn("\r\nAccept-Encoding: gzip\r\n", first)
        self.assertTrue(second.startswith("POST /v1/orders HTTP/1.1\r\n"))
        self.assertIn("\r\nAuthorization: Basic a2V5Og==\r\n", second)
        self.assertIn("\r\nContent-Type: application/json\r\n", second)
        self.assertTrue(second.endswith('\r\n\r\n{"weight": 1}'))

    def test_line_is_kept_for_the_next_call(self):
        with RawServer(always(http_answer())) as server:
            client = self.client(server)
            for _ in range(5):
                client.get("/track")
        self.assertEqual((len(server.requests), server.connections), (5, 1))

    def test_every_call_carries_the_trace_it_is_made_for(self):
        with RawServer(always(http_answer())) as server:
            self.client(server, traceparent=PARENT).get("/track")
            self.client(server, traceparent="nonsense").get("/track")
        traces = [
            trace_id(line.partition(": ")[2])
            for request in server.requests
            for line in request.decode().split("\r\n")
            if line.startswith("traceparent")
        ]
        self.assertEqual(traces[0], trace_id(PARENT))
        self.assertEqual(len(traces[1]), 32)

    def test_refusals_say_their_kind_and_keep_the_body(self):
        for status, kind in (
            (400, "bad_request"),
            (401, "authentication"),
            (402, "quota"),
            (403, "authentication"),
            (404, "not_found"),
            (410, "not_found"),
            (422, "bad_request"),
        ):
            with (
                self.subTest(status),
                RawServer(always(http_answer(status, b"why"))) as server,
            ):
                error = self.assertRejected(self.client(server).get, "/x")
                self.assertEqual(
                    (error.kind, error.code, error.body), (kind, str(status), b"why")
                )
                self.assertEqual(len(server.requests), 1)

    def test_redirects_are_not_followed(self):
        with RawServer(always(http_answer())) as target:
            away = http_answer(302, b"", [f"Location: {target.url}/secret"])
            with RawServer(always(away)) as server:
                error = self.assertRejected(self.client(server).get, "/x")
        self.assertEqual((error.kind, error.code), ("bad_request", "302"))
        self.assertEqual(target.requests, [])

    def test_passing_troubles_are_tried_again(self):
        for status in (408, 425, 429, 500, 502, 503, 504, 599):
            answers = in_turn(http_answer(status), http_answer(200, b'{"n": 1}'))
            with self.subTest(status), RawServer(answers) as server:
                self.assertEqual(self.client(server).get("/x").json(), {"n": 1})
                self.assertEqual(len(server.requests), 2)

    def test_only_the_caller_knows_whether_a_post_may_be_repeated(self):
        with RawServer(always(http_answer(503))) as server:
            client = self.client(server, timeouts=Timeouts(1.0, 0.5, 60.0))
            self.assertUnavailable(client.post, "/orders", {})
            self.assertEqual(len(server.requests), 1)
            self.assertUnavailable(client.post, "/ask", {}, attempts=3)
            self.assertEqual(len(server.requests), 4)

    def test_wait_between_attempts_grows(self):
        with RawServer(always(http_answer(503))) as server:
            client = self.client(server, timeouts=Timeouts(1.0, 0.5, 60.0))
            self.assertUnavailable(client.get, "/x", attempts=4)
        first, second, third = self.slept
        self.assertTrue(0.4 <= first <= 0.6)
        self.assertTrue(1.6 <= second <= 2.4)
        self.assertTrue(6.4 <= third <= 9.6)

    def test_retry_after_is_honoured_and_handed_on(self):
        busy = http_answer(429, b"", ["Retry-After: 2"])
        with RawServer(in_turn(busy, http_answer())) as server:
            client = self.client(server, timeouts=Timeouts(1.0, 0.5, 30.0))
            client.get("/x")
        self.assertEqual(self.slept, [2.0])
        with RawServer(always(http_answer(503, b"", ["Retry-After: 90"]))) as server:
            # Longer than a job may last: not waited for here.
            error = self.assertUnavailable(self.client(server).get, "/x")
        self.assertEqual((error.retry_after, len(server.requests)), (90.0, 1))
        self.assertEqual(self.slept, [2.0])

    def test_retry_after_as_a_date(self):
        busy = http_answer(503, b"", ["Retry-After: Thu, 01 Jan 2026 00:01:30 GMT"])
        with RawServer(always(busy)) as server:
            client = self.client(server, clock=lambda: 1767225600.0)
            error = self.assertUnavailable(client.get, "/x")
        self.assertEqual(error.retry_after, 90.0)

    def test_answer_that_is_no_json_is_a_passing_trouble(self):
        with RawServer(always(http_answer(200, b"<html>maintenance"))) as server:
            answer = self.client(server).get("/x")
            self.assertUnavailable(answer.json)

    def test_breaker_opens_and_calls_stop(self):
        with RawServer(always(http_answer(503))) as server:
            client = self.client(server)
            for _ in range(10):
                self.assertUnavailable(client.get, "/x", attempts=1)
            self.assertEqual(client.breaker.state, "open")
            error = self.assertUnavailable(client.get, "/x")
        self.assertEqual(len(server.requests), 10)
        self.assertGreater(error.retry_after, 50)

    def test_stored_breaker_is_taken_up_and_a_good_probe_closes_it(self):
        tripped = Breaker(state="open", trips=1, opened_at=time.time() - 61)
        with RawServer(always(http_answer())) as server:
            client = self.client(server, breaker=tripped)
            client.get("/x")
        self.assertEqual(client.breaker.state, "closed")

    def test_refusal_is_an_answer_to_the_breaker(self):
        with RawServer(always(http_answer(404))) as server:
            client = self.client(server)
            for _ in range(12):
                self.assertRejected(client.get, "/x")
        self.assertEqual((client.breaker.state, client.breaker.failures), ("closed", 0))

    def test_undeclared_hosts_are_not_even_resolved(self):
        def resolver(*_args, **_options):
            raise AssertionError("resolved")

        client = CarrierClient({"api.carrier.example"}, resolver=resolver)
        for url in (
            "https://other.example/",
            "http://api.carrier.example/",
            "file:///x",
        ):
            error = self.assertRejected(client.get, url)
            self.assertEqual(error.code, "refused_address")

    def test_declared_name_that_leads_inside_is_not_called(self):
        # The second answer would be the inside address: there is no second question.
        asked = []

        def resolver(host, port, **_options):
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        with RawServer(always(http_answer())) as server:
            host = f"api.carrier.example:{server.port}"
            client = CarrierClient({host}, resolver=resolver)
            error = self.assertRejected(client.get, f"https://{host}/")
        self.assertEqual(
            (error.code, asked), ("refused_address", ["api.carrier.example"])
        )
        self.assertEqual(server.connections, 0)

    def test_header_that_cannot_be_sent_shows_nothing_of_itself(self):
        with RawServer(always(http_answer())) as server:
            error = self.assertRejected(
                self.client(server).get, "/x", headers={"X-Api-Key": "s3cret\r\nX-Y: 1"}
            )
        self.assertNotIn("s3cret", repr(error))
        self.assertEqual(server.requests, [])

    def test_proxies_of_the_environment_do_not_see_calls_to_this_machine(self):
        proxy = {
            "http_proxy": "http://127.0.0.1:9",
            "https_proxy": "http://127.0.0.1:9",
        }
        with (
            patch.dict(os.environ, {**proxy, "no_proxy": ""}),
            RawServer(always(http_answer())) as server,
        ):
            self.assertEqual(self.client(server).get("/x").status, 200)

    def test_calls_elsewhere_go_through_the_proxy_of_the_environment(self):
        with RawServer(always(http_answer(502))) as proxy:
            address = f"http://127.0.0.1:{proxy.port}"
            with patch.dict(os.environ, {"https_proxy": address, "no_proxy": ""}):
                client = CarrierClient({"api.carrier.example"}, timeouts=QUICK)
                error = self.assertUnavailable(
                    client.get, "https://api.carrier.example/x", attempts=1
                )
        self.assertIn("proxy", str(error))
        self.assertTrue(
            proxy.requests[0].startswith(b"CONNECT api.carrier.example:443")
        )

    def test_log_shows_the_call_and_no_secret(self):
        canary = "c4n4ry"
        with (
            RawServer(always(http_answer(401, canary.encode()))) as server,
            self.assertLogs(_LOGGER, logging.DEBUG) as logs,
        ):
            client = self.client(server, sensitive_keys={"street1"})
            error = self.assertRejected(
                client.post,
                f"/orders?api_key={canary}",
                {"client_secret": canary, "to": {"street1": canary}, "weight": 1},
                headers={"X-Api-Key": canary, "Cookie": canary},
                auth=(canary, canary),
            )
        text = "\n".join(logs.output)
        self.assertIn("POST http://localhost", text)
        self.assertIn("401", text)
        self.assertNotIn(canary, text)
        self.assertNotIn("Y2FuYXJ5", text)
        self.assertNotIn(canary, f"{error!r} {error}")

    def test_failed_connection_shows_no_secret(self):
        with RawServer(always(http_answer())) as server:
            pass
        error = self.assertUnavailable(
            self.client(server).get, "/x?token=c4n4ry", attempts=1
        )
        self.assertNotIn("c4n4ry", f"{error!r} {error}")
        # Neither does the log of a traceback: what it came from is not shown with it.
        self.assertIsNone(error.__cause__)
        self.assertTrue(error.__suppress_context__)

    def test_passwords_of_the_user_who_runs_the_server_are_not_used(self):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "netrc"
            path.write_text("machine localhost login someone password c4n4ry\n")
            with (
                patch.dict(os.environ, {"NETRC": str(path)}),
                RawServer(always(http_answer())) as server,
            ):
                self.client(server).get("/x")
        self.assertNotIn(b"Authorization", server.requests[0])
