import base64
import os
import re
import signal
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import requests
from pypdf import PdfReader

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.exceptions import CarrierAnswer
from odoo.addons.logistics_carrier_base.mappers import sandbox
from odoo.addons.logistics_carrier_base.sandbox.server import SandboxServer
from odoo.addons.logistics_carrier_base.sandbox.stand_in import wait_until

from .sandbox_case import KEY, ORDER, SandboxCase

FOLDER = Path(__file__).parents[1] / "sandbox"


@tagged("post_install", "-at_install")
class TestSandboxApi(SandboxCase):
    """What an integration uses."""

    def test_booking_gives_number_label_and_price(self):
        booking = self.book()
        (parcel,) = booking["parcels"]
        self.assertEqual(booking["price"], {"amount": "6.10", "currency": "EUR"})
        self.assertRegex(parcel["number"], r"^SBX\d{13}$")
        pdf = PdfReader(BytesIO(base64.b64decode(parcel["label"])))
        self.assertEqual(len(pdf.pages), 1)
        text = pdf.pages[0].extract_text()
        for word in (parcel["number"], "S00042", "Hauptstraße 1", "06108 Halle"):
            self.assertIn(word, text)

    def test_label_can_be_fetched_again(self):
        (parcel,) = self.book()["parcels"]
        answer = self.call("GET", f"/labels/{parcel['number']}.pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(answer.content, base64.b64decode(parcel["label"]))

    def test_order_of_several_parcels_has_one_price(self):
        booking = self.book(parcels=[{"weight": 1}, {"weight": "2.25"}])
        self.assertEqual(booking["price"]["amount"], "12.40")
        numbers = [parcel["number"] for parcel in booking["parcels"]]
        self.assertEqual(len(set(numbers)), 2)
        events = self._track(*numbers)
        charges = [event for event in events if event.amount is not None]
        self.assertEqual([str(event.amount) for event in charges], ["12.40"])

    def test_booking_is_found_by_its_key_until_it_is_cancelled(self):
        path = "/shipments"
        headers = {"Idempotency-Key": "key-1"}
        order = ORDER | {"format": "zpl"}
        booked = self.call("POST", path, order, headers=dict(headers)).json()
        (parcel,) = booked["parcels"]
        self.assertTrue(base64.b64decode(parcel["label"]).startswith(b"^XA"))
        found = self.call("GET", path, params={"key": "key-1"}).json()["shipments"]
        self.assertEqual(found, [booked])
        other = self.call("GET", path, params={"key": "key-2"}).json()["shipments"]
        self.assertEqual(other, [])
        self.call("POST", f"/shipments/{parcel['number']}/void", {})
        gone = self.call("GET", path, params={"key": "key-1"}).json()["shipments"]
        self.assertEqual(gone, [])

    def test_same_key_gives_the_same_booking(self):
        headers = {"Idempotency-Key": "order-42"}
        first, second = (
            self.call("POST", "/shipments", ORDER, headers=dict(headers)).json()
            for _ in range(2)
        )
        self.assertEqual(first, second)
        self.assertNotEqual(first["shipment"], self.book()["shipment"])

    def test_rates_tell_the_price_of_a_booking(self):
        rates = self.call("POST", "/rates", ORDER).json()["rates"]
        self.assertEqual(
            {rate["service"]: rate["amount"] for rate in rates},
            {"standard": "6.10", "express": "12.15"},
        )

    def test_impossible_orders_are_refused(self):
        for changes in (
            {"service": "teleport"},
            {"parcels": [{"weight": 0.0001}, {"weight": -1}]},
            {"parcels": [{"weight": "NaN"}]},
            {"parcels": [{"weight": "heavy"}]},
            {"parcels": [{"weight": "1e400"}]},
            {"parcels": ["x"]},
            {"parcels": "many"},
            {"parcels": [{}] * 51},
        ):
            with self.subTest(changes):
                answer = self.call("POST", "/shipments", {**ORDER, **changes})
                self.assertEqual(answer.status_code, 400)
                with self.assertRaises(CarrierAnswer) as caught:
                    sandbox.parse(answer.content)
                self.assertEqual(caught.exception.kind, "bad_request")

    def _track(self, *numbers):
        answer = self.call("GET", "/track", params={"numbers": ",".join(numbers)})
        return sandbox.parse(answer.content)

    def test_numbers_are_tracked_together(self):
        first, second = (self.book()["parcels"][0]["number"] for _ in range(2))
        self.carrier.advance(first, "DLV")
        events = self._track(first, second)
        self.assertEqual(
            [(e.tracking_number, e.raw_code) for e in events if e.amount is None],
            [(first, "LBL"), (first, "DLV"), (second, "LBL")],
        )

    def test_unknown_numbers_are_said_and_hide_nothing(self):
        number = self.book()["parcels"][0]["number"]
        with self.assertRaises(CarrierAnswer) as caught:
            self._track(number, "NOBODY1")
        self.assertEqual(
            (caught.exception.kind, caught.exception.code), ("partial", "S404")
        )
        self.assertEqual(caught.exception.events[0].tracking_number, number)
        with self.assertRaises(CarrierAnswer) as caught:
            self._track("NOBODY1", "NOBODY2")
        self.assertEqual(caught.exception.kind, "not_found")

    def test_tracking_too_many_or_nothing_is_refused(self):
        for numbers in ("", ",".join(["SBX1"] * 51)):
            answer = self.call("GET", "/track", params={"numbers": numbers})
            self.assertEqual(answer.status_code, 400)

    def test_unused_label_is_voided_once_and_a_used_one_is_not(self):
        number = self.book()["parcels"][0]["number"]
        for _ in range(2):
            self.assertEqual(
                self.call("POST", f"/shipments/{number}/void").status_code, 200
            )
        codes = [
            event.raw_code for event in self._track(number) if event.amount is None
        ]
        self.assertEqual(codes, ["LBL", "VOID"])
        used = self.book()["parcels"][0]["number"]
        self.carrier.advance(used, "PUP")
        self.assertEqual(self.call("POST", f"/shipments/{used}/void").status_code, 400)

    def test_only_the_right_key_opens(self):
        for key in ("", "wrong", KEY + "x", KEY[:-1]):
            for method, path in (
                ("GET", "/track?numbers=A"),
                ("POST", "/control/faults"),
            ):
                answer = self.call(method, path, {}, key=key)
                self.assertEqual(answer.status_code, 401)
        with SandboxServer() as closed:
            url = f"{closed.url}/track?numbers=A"
            answer = requests.get(url, headers={"Authorization": "Bearer "}, timeout=10)
            self.assertEqual(answer.status_code, 401)

    def test_calls_it_does_not_know_are_refused_in_its_own_form(self):
        for method, path, status in (
            ("GET", "/nothing", 404),
            ("DELETE", "/track", 404),
            ("GET", "/labels/NOBODY1.pdf", 404),
            ("POST", "/shipments/NOBODY1/void", 404),
            ("GET", "/labels/../../x.pdf", 404),
        ):
            answer = self.call(method, path)
            self.assertEqual(answer.status_code, status)
            self.assertIn("code", answer.json()["problem"])
        self.assertEqual(
            requests.get(f"{self.carrier.url}/health", timeout=10).json(), {"up": True}
        )

    def test_bodies_are_bounded_and_must_be_json(self):
        for data, status in (
            (b"x" * (1024 * 1024 + 1), 413),
            (b"{", 400),
            (b"[]", 400),
        ):
            answer = self.call("POST", "/shipments", data=data)
            self.assertEqual(answer.status_code, status)
        answer = self.call("POST", "/shipments", data=iter([b"{}"]))
        self.assertEqual(answer.status_code, 411)


@tagged("post_install", "-at_install")
class TestSandboxFaults(SandboxCase):
    """Misbehaviour on demand, and an end on demand."""

    def test_next_calls_fail_as_told_then_work_again(self):
        self.carrier.advance("SBX0001", "PUP", wait=True)
        self.carrier.fail_next(times=2, status=429, retry_after="7")
        self.carrier.fail_next(status=503)
        answers = [self.call("GET", "/track?numbers=SBX0001") for _ in range(4)]
        self.assertEqual([a.status_code for a in answers], [429, 429, 503, 200])
        self.assertEqual(answers[0].headers["Retry-After"], "7")
        kinds = []
        for answer in answers[:3]:
            with self.assertRaises(CarrierAnswer) as caught:
                sandbox.parse(answer.content)
            kinds.append(caught.exception.kind)
        self.assertEqual(kinds, ["quota", "quota", "unavailable"])

    def test_slow_carrier_is_slow(self):
        self.call("POST", "/control/faults", {"slow": 0.2, "path": "/track"})
        started = time.monotonic()
        self.call("POST", "/rates", ORDER)
        self.assertLess(time.monotonic() - started, 0.2)
        self.call("GET", "/track?numbers=SBX0001")
        self.assertGreaterEqual(time.monotonic() - started, 0.2)

    def test_misbehaviour_can_be_called_off(self):
        self.carrier.fail_next(times=99, status=500)
        self.assertEqual(self.call("GET", "/track?numbers=A").status_code, 500)
        self.call("DELETE", "/control/faults")
        self.assertEqual(self.call("POST", "/rates", ORDER).status_code, 200)

    def test_who_waits_is_answered_before_it_is_called_off(self):
        self.carrier.fail_next(slow=60)
        handle = self.carrier.handle
        with patch.object(self.carrier, "handle", wraps=handle) as answered:
            asking = threading.Thread(target=self._ask_quietly)
            asking.start()
            self.assertTrue(wait_until(lambda: not self.carrier._faults))
            self.carrier.behave()
            answered.assert_called_once()
        asking.join(5)

    def test_stopping_wakes_and_ends_everything(self):
        self.carrier.fail_next(slow=60)
        asking = threading.Thread(target=self._ask_quietly)
        asking.start()
        self.assertTrue(wait_until(lambda: not self.carrier._faults))
        started = time.monotonic()
        self.carrier.stop()
        asking.join(5)
        self.assertFalse(asking.is_alive())
        self.assertLess(time.monotonic() - started, 5)
        with self.assertRaises(requests.ConnectionError):
            self.call("GET", "/health")

    def _ask_quietly(self):
        try:
            self.call("GET", "/track?numbers=A")
        except requests.RequestException:
            return  # The line was cut, as it should be.

    def test_answers_come_at_once(self):
        session = requests.Session()
        session.trust_env = False
        url = f"{self.carrier.url}/health"
        session.get(url, timeout=10)
        started = time.monotonic()
        for _ in range(50):
            session.get(url, timeout=10)
        # Waiting for acknowledgements alone would take two seconds.
        self.assertLess(time.monotonic() - started, 1.5)

    def test_many_callers_at_once(self):
        statuses = []

        def ask():
            statuses.append(self.call("POST", "/shipments", ORDER).status_code)

        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, [201] * 16)
        answer = self.call("POST", "/shipments", ORDER).json()
        self.assertEqual(answer["shipment"], "SBS000017")

    def test_runs_as_a_program_without_odoo(self):
        environment = {**os.environ, "SANDBOX_API_KEY": KEY, "PYTHONPATH": ""}
        program = subprocess.Popen(
            [sys.executable, str(FOLDER), "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        try:
            line = program.stdout.readline()
            url = re.search(r"http://127\.0\.0\.1:\d+", line)[0]
            answer = requests.post(
                f"{url}/rates",
                json=ORDER,
                headers={"Authorization": f"Bearer {KEY}"},
                timeout=10,
            )
            self.assertEqual(len(answer.json()["rates"]), 2)
            program.send_signal(signal.SIGTERM)
            self.assertEqual(program.wait(10), 0)
        finally:
            program.kill()
            program.wait()
            program.stdout.close()
