import json
import random
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.booking import (
    Address,
    BookingRequest,
    Parcel,
)
from odoo.addons.logistics_carrier_base.models.logistics_adapter_sandbox import _order
from odoo.addons.logistics_carrier_base.redaction import redact, redact_url
from odoo.addons.logistics_carrier_base.retry import Breaker, backoff, retry_after
from odoo.addons.logistics_carrier_base.tracing import child, trace_id

NOW = 1767225600.0
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class FixedRandom(random.Random):
    def __init__(self, value):
        super().__init__()
        self._value = value

    def random(self):
        return self._value


@tagged("post_install", "-at_install")
class TestBackoff(BaseCase):
    """How long is waited."""

    def test_waits_grow_up_to_a_limit(self):
        middle = FixedRandom(0.5)
        self.assertEqual(
            [round(backoff(attempt, middle)) for attempt in range(1, 10)],
            [5, 20, 80, 320, 1280, 5120, 20480, 36000, 36000],
        )

    def test_jitter_is_a_fifth_both_ways(self):
        self.assertEqual(backoff(2, FixedRandom(0.0)), 16.0)
        self.assertAlmostEqual(backoff(2, FixedRandom(0.999999)), 24.0, places=3)
        rng = random.Random(1)
        waits = [backoff(1, rng) for _ in range(1000)]
        self.assertTrue(all(4.0 <= wait <= 6.0 for wait in waits))
        self.assertGreater(len(set(waits)), 900)

    def test_attempt_counter_cannot_overflow(self):
        self.assertEqual(backoff(10**9, FixedRandom(0.5)), 36000.0)

    def test_retry_after_in_seconds_and_as_a_date(self):
        for value, seconds in (
            ("0", 0.0),
            ("120", 120.0),
            (" 7 ", 7.0),
            ("Thu, 01 Jan 2026 00:02:00 GMT", 120.0),
            ("Thu, 01 Jan 2026 01:02:00 +0100", 120.0),
            ("Wed, 31 Dec 2025 00:00:00 GMT", 0.0),
            ("99999999999999999999", 86400.0),
            ("Fri, 01 Jan 2100 00:00:00 GMT", 86400.0),
        ):
            with self.subTest(value):
                self.assertEqual(retry_after(value, NOW), seconds)

    def test_retry_after_that_says_nothing(self):
        for value in (None, "", "soon", "-5", "1.5", "\xb2", "2026-01-01", "Thu, 99"):
            with self.subTest(value):
                self.assertIsNone(retry_after(value, NOW))


@tagged("post_install", "-at_install")
class TestBreaker(BaseCase):
    """When a carrier is left alone, and when it is asked again."""

    def _after(self, outcomes, breaker=None, now=NOW):
        breaker = breaker or Breaker()
        for outcome in outcomes:
            breaker = breaker.record(outcome == "1", now)
        return breaker

    def test_opens_with_the_tenth_failure(self):
        nine = self._after("000000000")
        self.assertEqual((nine.state, nine.failures), ("closed", 9))
        self.assertTrue(nine.allow(NOW))
        ten = nine.record(False, NOW)
        self.assertEqual(ten.state, "open")
        self.assertFalse(ten.allow(NOW))
        self.assertEqual(ten.wait(NOW), 60.0)

    def test_opens_at_half_of_the_last_outcomes(self):
        self.assertEqual(self._after("1111110000").state, "closed")
        self.assertEqual(self._after("1111100000").state, "open")
        self.assertEqual(self._after("1" * 20 + "0" * 9).state, "closed")
        self.assertEqual(self._after("1" * 20 + "0" * 10).state, "open")

    def test_good_outcome_never_opens(self):
        breaker = self._after("000000000")
        for _ in range(30):
            breaker = breaker.record(True, NOW)
            self.assertEqual(breaker.state, "closed")

    def test_outcomes_of_another_hour_are_forgotten(self):
        breaker = self._after("000000000").record(False, NOW + 3601)
        self.assertEqual((breaker.state, breaker.outcomes), ("closed", "0"))

    def test_one_probe_gets_through_after_the_cool_down(self):
        breaker = self._after("0" * 10)
        self.assertFalse(breaker.allow(NOW + 59))
        self.assertTrue(breaker.allow(NOW + 60))
        probing = breaker.begin(NOW + 60)
        self.assertEqual(probing.state, "half_open")
        self.assertFalse(probing.allow(NOW + 61))

    def test_good_probe_closes(self):
        probing = self._after("0" * 10).begin(NOW + 60)
        closed = probing.record(True, NOW + 61)
        self.assertEqual((closed.state, closed.trips), ("closed", 0))
        self.assertTrue(closed.allow(NOW + 61))

    def test_failed_probes_double_the_cool_down_up_to_an_hour(self):
        breaker, now, waits = self._after("0" * 10), NOW, []
        for _ in range(9):
            waits.append(breaker.wait(now))
            now += waits[-1]
            breaker = breaker.begin(now).record(False, now)
        self.assertEqual(waits, [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600])

    def test_lost_probe_does_not_keep_the_carrier_out(self):
        probing = self._after("0" * 10).begin(NOW + 60)
        self.assertFalse(probing.allow(NOW + 179))
        self.assertTrue(probing.allow(NOW + 180))

    def test_late_outcomes_of_earlier_calls_decide_nothing(self):
        breaker = self._after("0" * 10)
        self.assertEqual(breaker.record(True, NOW + 1), breaker)
        self.assertEqual(breaker.record(False, NOW + 1), breaker)

    def test_clock_that_was_set_back_does_not_keep_the_carrier_out(self):
        breaker = self._after("0" * 10)
        self.assertTrue(breaker.allow(NOW - 86400))

    def test_survives_being_stored(self):
        for breaker in (
            Breaker(),
            self._after("10"),
            self._after("0" * 10),
            self._after("0" * 10).begin(NOW + 60),
        ):
            stored = json.loads(json.dumps(breaker.as_dict()))
            self.assertEqual(Breaker.from_dict(stored), breaker)

    def test_unknown_stored_values_are_a_closed_breaker(self):
        for stored in (None, {}, {"state": "ajar"}, {"state": "ajar", "trips": 3}):
            with self.subTest(stored):
                self.assertEqual(Breaker.from_dict(stored), Breaker())

    def test_stored_values_that_are_gone_are_passed_over(self):
        stored = Breaker(state="open", trips=3).as_dict() | {"colour": "red"}
        self.assertEqual(Breaker.from_dict(stored), Breaker(state="open", trips=3))


@tagged("post_install", "-at_install")
class TestRedaction(BaseCase):
    """What a log may show, and how traces go on."""

    def test_sensitive_values_are_blanked_wherever_they_stand(self):
        shown = redact(
            {
                "Authorization": "Basic QTpC",
                "X-Api-Key": "k",
                "Set-Cookie": "sid=1",
                "Accept": "*/*",
                "account": [{"clientSecret": "s", "user": "u", "access_token": "t"}],
                "X-Hmac-Signature": "h",
                "password2": "p",
                "street1": "1 Main St",
            },
            more={"Street1"},
        )
        self.assertEqual(
            shown,
            {
                "Authorization": "***",
                "X-Api-Key": "***",
                "Set-Cookie": "***",
                "Accept": "*/*",
                "account": [
                    {"clientSecret": "***", "user": "u", "access_token": "***"}
                ],
                "X-Hmac-Signature": "***",
                "password2": "***",
                "street1": "***",
            },
        )

    def test_people_and_their_addresses_are_blanked_however_they_are_spelled(self):
        body = {
            "reference": "WH/OUT/1",
            "from": {"name": "Canary Ann", "country": "DE"},
            "to": {
                "contactName": "Canary Ben",
                "addressLine1": "Canary Street 1",
                "Street-2": "Canary Yard",
                "city": "Canaryville",
                "postalCode": "CANARY1",
                "zip": "CANARY2",
                "phone": "+49 CANARY 3",
                "mobilePhone": "+49 CANARY 4",
                "eMail": "canary@example.org",
                "country": "AT",
            },
            "recipient": {"full": "Canary Cid"},
            "signedBy": "Canary Dan",
            "signedby": "Canary Fay",
            "firstname": "Canary",
            "name1": "Canary Gus",
            "receiver": "Canary Eve",
            "delivery_instructions": "Canary behind the door",
            "proof": [{"photo": "Q0FOQVJZ", "latitude": 48.1}],
            "parcels": [{"weight": "6", "number": "SBX1"}],
        }
        shown = redact(body)
        self.assertNotIn("canary", str(shown).lower())
        self.assertNotIn("48.1", str(shown))
        # What is needed to find an error stays.
        for kept in ("WH/OUT/1", "'weight': '6'", "SBX1", "'DE'", "'AT'"):
            self.assertIn(kept, str(shown))

    def test_booked_order_shows_nobody_in_the_log(self):
        order = _order(
            BookingRequest(
                "WH/OUT/1",
                Address(*(["Canary"] * 4), "DE", *(["Canary"] * 3), "", "Canary"),
                Address(*(["Canary"] * 4), "AT", *(["Canary"] * 3), "", "Canary"),
                (Parcel(Decimal("6")),),
            )
        )
        self.assertIn("Canary", str(order))
        self.assertNotIn("Canary", str(redact(order)))

    def test_url_shows_no_postcode(self):
        self.assertEqual(
            redact_url("https://a.example/track?number=1&postCode=12345"),
            "https://a.example/track?number=1&postCode=***",
        )

    def test_url_shows_neither_user_nor_keys(self):
        self.assertEqual(
            redact_url("https://u:p@a.example/track?numbers=1,2&api_key=k&x=%20"),
            "https://a.example/track?numbers=1,2&api_key=***&x=+",
        )
        self.assertEqual(redact_url("https://a.example/x"), "https://a.example/x")

    def test_trace_goes_on_under_a_new_span(self):
        header = child(PARENT)
        self.assertEqual(trace_id(header), trace_id(PARENT))
        self.assertNotEqual(header, PARENT)

    def test_malformed_trace_is_replaced_not_trusted(self):
        for value in (
            None,
            "",
            PARENT.upper(),
            PARENT + "-x",
            PARENT.replace("00-", "01-", 1),
            "00-" + "0" * 32 + "-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
            "00-0af7651916cd43dd8448eb211c80319c\r\nX-Evil: 1",
        ):
            with self.subTest(value):
                self.assertEqual(trace_id(value), "")
                self.assertEqual(len(trace_id(child(value))), 32)
