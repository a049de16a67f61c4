import requests

from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    CarrierUnavailable,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import (
    Reply,
    wait_until,
)
from odoo.addons.logistics_carrier_base.signatures import Secret
from odoo.addons.logistics_carrier_base.tests.client_case import LoopbackCase
from odoo.addons.logistics_carrier_base.tests.sandbox_case import Receiver
from odoo.addons.logistics_carrier_easypost import client, const, mapper, standin

NOW = 1767225600.0
KEY = "EZTKstandin"
SECRET = "sécret"


class EasyPostCase(LoopbackCase):
    """A stand-in of EasyPost, and a client to call it."""

    def setUp(self):
        super().setUp()
        self.easypost = standin.EasyPostStandIn(clock=lambda: NOW, api_key=KEY).start()
        self.addCleanup(self.easypost.stop)

    def open_client(self, api_key=KEY, **options):
        opened = client.EasyPostClient(
            api_key,
            self.easypost.api_url,
            allow_loopback=True,
            sleep=lambda _seconds: None,
            **options,
        )
        self.addCleanup(opened.close)
        return opened


@tagged("post_install", "-at_install")
class TestEasyPostClient(EasyPostCase):
    """Calls to the tracker API."""

    def test_numbers_are_fetched_together(self):
        for number in ("A1", "A2", "A3"):
            self.easypost.advance(number, "in_transit")
        fetched = self.open_client().fetch(["A1", "a2", "A1", "B9"])
        self.assertEqual((len(fetched.bodies), fetched.missing), (1, ["B9"]))
        events = mapper.parse(fetched.bodies[0])
        self.assertEqual({event.tracking_number for event in events}, {"A1", "A2"})

    def test_many_numbers_take_few_calls(self):
        numbers = [f"N{index:03d}" for index in range(250)]
        for number in numbers[:-1]:
            self.easypost.follow(number)
        fetched = self.open_client().fetch(numbers)
        self.assertEqual((len(fetched.bodies), fetched.missing), (3, ["N249"]))

    def test_page_that_does_not_hold_everything_is_completed(self):
        # Numbers that were given again have many trackers: more than fit a page.
        for carrier in range(const.BATCH_SIZE):
            self.easypost.follow("OLD", f"Carrier{carrier}")
        self.easypost.advance("NEW", "delivered")
        for carrier in range(const.BATCH_SIZE):
            self.easypost.follow("OLD2", f"Carrier{carrier}")
        fetched = self.open_client().fetch(["NEW", "OLD", "OLD2", "NONE"])
        self.assertEqual(fetched.missing, ["NONE"])
        delivered = [
            event.tracking_number
            for body in fetched.bodies
            for event in mapper.parse(body)
        ]
        self.assertEqual(delivered, ["NEW"])

    def test_every_tracker_of_a_number_is_fetched(self):
        self.easypost.advance("A1", "delivered", carrier="UPS")
        self.easypost.advance("A1", "in_transit", carrier="FedEx")
        body = self.open_client().tracker("A1")
        self.assertEqual(
            {event.carrier for event in mapper.parse(body)}, {"UPS", "FedEx"}
        )
        body = self.open_client().tracker("A1", "UPS")
        self.assertEqual([e.event_type for e in mapper.parse(body)], ["delivered"])

    def test_number_is_followed_once(self):
        opened = self.open_client()
        first, second = opened.create("A1", "UPS"), opened.create("A1", "UPS")
        self.assertEqual(first, second)
        self.assertNotEqual(opened.create("A1", "FedEx"), first)

    def test_factory_holds_plain_values_and_opens_in_any_thread(self):
        opening = client.EasyPostClient.factory(
            KEY, self.easypost.api_url, allow_loopback=True
        )
        self.easypost.follow("A1")
        for _ in range(2):
            with opening() as opened:
                self.assertEqual(opened.fetch(["A1"]).missing, [])

    def test_refusals_keep_easyposts_code(self):
        with self.assertRaises(CarrierRejected) as caught:
            self.open_client("EZTKwrong").fetch(["A1"])
        self.assertEqual(
            (caught.exception.kind, caught.exception.code),
            ("authentication", "APIKEY.INACTIVE"),
        )
        with self.assertRaises(CarrierRejected) as caught:
            self.open_client().create("")
        self.assertEqual(
            (caught.exception.kind, caught.exception.code),
            ("bad_request", "PARAMETER.INVALID"),
        )

    def test_busy_and_broken_easypost_is_asked_again(self):
        self.easypost.follow("A1")
        for status in (429, 500, 503):
            self.easypost.fail_next(status=status)
            self.assertEqual(self.open_client().fetch(["A1"]).missing, [])
        self.easypost.fail_next(times=9, status=429, retry_after="120")
        with self.assertRaises(CarrierUnavailable) as caught:
            self.open_client().fetch(["A1"])
        self.assertEqual(caught.exception.retry_after, 120.0)

    def test_answer_that_is_no_list_of_trackers_is_a_passing_trouble(self):
        for content in ([], {}, {"trackers": {}}, b"<html>"):
            with self.subTest(content):
                self.easypost.handle = lambda _request, answer=content: Reply(
                    200, answer
                )
                with self.assertRaises(CarrierUnavailable):
                    self.open_client().fetch(["A1"])

    def test_only_easypost_is_called(self):
        for url in ("https://other.example/v2", self.easypost.api_url):
            with client.EasyPostClient(KEY, url) as opened:
                with self.assertRaises(CarrierRejected) as caught:
                    opened.fetch(["A1"])
                self.assertEqual(caught.exception.code, "refused_address")

    def test_kind_of_key_shows_at_its_beginning(self):
        self.assertEqual(client.key_mode("EZTKabc"), "test")
        self.assertEqual(client.key_mode("EZAKabc"), "production")
        for key in ("", None, "sk_live_1"):
            self.assertEqual(client.key_mode(key), "")

    def test_connection_is_tested_in_words(self):
        for key, environment, works, word in (
            (KEY, "test", True, "accepts"),
            (KEY, "production", False, "test key"),
            ("EZAKabc", "test", False, "production key"),
            ("EZTKwrong", "test", False, "APIKEY.INACTIVE"),
            ("", "test", False, "Enter"),
        ):
            with self.subTest(key, environment=environment):
                ok, text = client.test_connection(
                    key, environment, self.easypost.api_url, allow_loopback=True
                )
                self.assertEqual(ok, works)
                self.assertIn(word, text)
                self.assertNotIn(key or "?", text)

    def test_connection_that_does_not_answer_is_said_so(self):
        self.easypost.stop()
        ok, text = client.test_connection(
            KEY, "test", self.easypost.api_url, allow_loopback=True
        )
        self.assertFalse(ok)
        self.assertIn("cannot be reached", text)


@tagged("post_install", "-at_install")
class TestEasyPostStandIn(EasyPostCase):
    """The stand-in does what EasyPost does, as far as it is known."""

    def setUp(self):
        super().setUp()
        self.receiver = Receiver().start()
        self.addCleanup(self.receiver.stop)
        self.easypost.subscribe(f"{self.receiver.url}/hook", SECRET)

    def verdict(self, request, secret=SECRET):
        return standin.SCHEME.verify(
            request.body, request.headers, [Secret(secret)], NOW
        )

    def test_push_is_signed_and_says_what_happened(self):
        _tracker, delivery = self.easypost.advance(
            "A1",
            "delivered",
            wait=True,
            carrier="FedEx",
            carrier_code="DL",
            signed_by="K. Ito",
            city="Reno",
        )
        self.assertTrue(delivery.accepted)
        (request,) = self.receiver.received
        self.assertEqual(self.verdict(request).trust, "signed_untimed")
        self.assertFalse(self.verdict(request, "secret").ok)
        self.assertTrue(mapper.message_key(request.body).startswith("evt_"))
        self.assertEqual(mapper.mode(request.body), "test")
        delivered = mapper.parse(request.body)[0]
        self.assertEqual(
            (delivered.event_type, delivered.signer, delivered.location),
            ("delivered", "K. Ito", {"city": "Reno"}),
        )

    def test_push_that_fails_is_repeated_as_the_same_message(self):
        self.easypost._sender._retries = (0.01, 0.01)
        self.receiver.statuses = [500, 503]
        self.easypost.advance("A1", "in_transit")
        self.assertTrue(wait_until(lambda: len(self.receiver.received) == 3))
        self.assertEqual(len({request.body for request in self.receiver.received}), 1)

    def test_refused_push_is_not_repeated(self):
        self.receiver.statuses = [401]
        self.easypost.advance("A1", "in_transit")
        self.easypost._sender.flush()
        self.assertEqual([row.status for row in self.easypost.history], [401])

    def test_silent_progress_is_found_by_a_poll_only(self):
        self.easypost.advance("A1", "delivered", push=False)
        self.assertEqual(self.receiver.received, [])
        (body,) = self.open_client().fetch(["A1"]).bodies
        self.assertEqual([e.event_type for e in mapper.parse(body)], ["delivered"])

    def test_pushed_and_fetched_facts_are_the_same(self):
        for status in ("pre_transit", "in_transit", "out_for_delivery", "delivered"):
            self.easypost.advance("A1", status, wait=True)
        pushed = mapper.parse(self.receiver.received[-1].body)
        (body,) = self.open_client().fetch(["A1"]).bodies
        self.assertEqual(pushed, mapper.parse(body))

    def test_trying_numbers_have_the_history_easypost_gives_them(self):
        opened = self.open_client()
        last = {
            number: mapper.parse(opened.create(number))[-1].event_type
            for number in standin.TEST_CODES
        }
        self.assertEqual(
            last,
            {
                "EZ1000000001": "shipment_created",
                "EZ2000000002": "departed_facility",
                "EZ3000000003": "out_for_delivery",
                "EZ4000000004": "delivered",
                "EZ5000000005": "returning_to_sender",
                "EZ6000000006": "delivery_attempt_failed",
                "EZ7000000007": "unmapped",
            },
        )

    def test_calls_it_does_not_know_are_refused_in_easyposts_form(self):
        for method, path, data, status in (
            ("GET", "/v2/trackers/trk_0", None, 404),
            ("GET", "/v2/shipments", None, 404),
            ("POST", "/v2/trackers", b"[]", 400),
            ("POST", "/v2/trackers", b"{", 400),
            ("POST", "/v2/trackers/batch", b"{}", 422),
            ("GET", "/v2/trackers?page_size=x", None, 400),
        ):
            with self.subTest(path):
                answer = requests.request(
                    method,
                    self.easypost.url + path,
                    data=data,
                    auth=(KEY, ""),
                    timeout=10,
                )
                self.assertEqual(answer.status_code, status)
                self.assertIn("code", answer.json()["error"])

    def test_trainer_pulls_the_strings_over_http(self):
        answer = requests.post(
            f"{self.easypost.url}/control/advance",
            json={"number": "A1", "status": "delivered", "wait": True},
            auth=(KEY, ""),
            timeout=10,
        )
        self.assertEqual(answer.json()["answered"], 200)
        self.assertEqual(len(self.receiver.received), 1)
        stranger = requests.post(
            f"{self.easypost.url}/control/advance", json={}, timeout=10
        )
        self.assertEqual(stranger.status_code, 401)
