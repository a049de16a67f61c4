import copy

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base.carrier_event import CarrierEvent
from odoo.addons.logistics_carrier_base.exceptions import CarrierAnswer

from . import expected

DELIVERED = {
    "event_type": "delivered",
    "classifier": "actual",
    "occurred_at": "2026-03-03T10:42:00+01:00",
    "precision": "instant",
    "tracking_number": "NB 1",
    "leg": "outbound",
    "location": {"city": "Halle"},
    "reason": None,
    "delivery_mode": None,
    "signer": "Weber",
    "raw_code": "DLV/26",
}
LINE = {"file": "x.json", "adapter": "x", "error": None, "events": [DELIVERED]}


@tagged("post_install", "-at_install")
class TestExpected(BaseCase):
    """The comparison itself: it must find what it is there to find."""

    def setUp(self):
        super().setUp()
        self.line = copy.deepcopy(LINE)
        self.result = {
            **CarrierEvent("delivered").as_dict(),
            **copy.deepcopy(DELIVERED),
            "amount": None,
            "currency": None,
        }

    def failures(self, *results, answer=None):
        return expected.compare(self.line, list(results), answer)[0]

    def test_equal_results_pass(self):
        self.assertEqual(expected.compare(self.line, [self.result]), ([], []))

    def test_missing_and_surplus_events_fail(self):
        self.assertEqual(len(self.failures()), 1)
        self.line["events"] = []
        self.assertEqual(len(self.failures(self.result)), 1)

    def test_other_type_time_number_or_code_fails(self):
        for name, value in (
            ("event_type", "refused"),
            ("occurred_at", "2026-03-03T10:43:00+01:00"),
            ("occurred_at", "2026-03-03T10:42:00+02:00"),
            ("occurred_at", "2026-03-03T10:42:00"),
            ("occurred_at", "2026-03-03"),
            ("occurred_at", None),
            ("tracking_number", "NB2"),
            ("raw_code", "DLV"),
            ("raw_code", None),
        ):
            with self.subTest(name, value=value):
                self.assertEqual(len(self.failures({**self.result, name: value})), 2)

    def test_same_moment_number_and_code_are_written_in_many_ways(self):
        for name, value in (
            ("occurred_at", "2026-03-03T09:42:00+00:00"),
            ("tracking_number", "nb1"),
            ("raw_code", "x 26 dlv"),
        ):
            self.assertEqual(self.failures({**self.result, name: value}), [])

    def test_time_without_offset_is_a_wall_clock(self):
        self.line["events"][0]["occurred_at"] = "2026-03-03T10:42:00"
        for value, wrong in (
            ("2026-03-03T10:42:00+09:00", 0),
            ("2026-03-03T10:42:00", 0),
            ("2026-03-03T11:42:00", 2),
        ):
            result = {**self.result, "occurred_at": value}
            self.assertEqual(len(self.failures(result)), wrong)

    def test_day_is_compared_as_a_day(self):
        self.line["events"][0].update(occurred_at="2026-03-03", precision="date")
        self.assertEqual(
            self.failures({**self.result, "occurred_at": "2026-03-03"}), []
        )
        wrong = {**self.result, "occurred_at": "2026-03-04"}
        self.assertEqual(len(self.failures(wrong)), 2)

    def test_what_is_not_expected_is_not_compared(self):
        self.line["events"][0].update(
            occurred_at=None, tracking_number=None, raw_code=None, signer=None
        )
        changed = {"occurred_at": None, "tracking_number": None, "raw_code": None}
        self.assertEqual(self.failures({**self.result, **changed, "signer": "X"}), [])

    def test_further_accepted_values(self):
        self.line["events"][0]["also"] = {"event_type": ["refused"], "raw_code": ["7"]}
        result = {**self.result, "event_type": "refused", "raw_code": "7"}
        self.assertEqual(self.failures(result), [])

    def test_optional_events_may_come_with_any_time(self):
        self.line["optional_events"] = [{**DELIVERED, "event_type": "eta_updated"}]
        eta = {**self.result, "event_type": "eta_updated", "occurred_at": "2027-01-01"}
        eta["classifier"] = "estimated"
        self.assertEqual(self.failures(self.result, eta), [])
        self.assertEqual(self.failures(self.result), [])

    def test_actual_estimate_and_wrong_signer_always_fail(self):
        self.line["optional_events"] = [{**DELIVERED, "event_type": "eta_updated"}]
        eta = {**self.result, "event_type": "eta_updated"}
        self.assertEqual(len(self.failures(self.result, eta)), 1)
        for signer in (None, "Schmidt"):
            self.assertEqual(len(self.failures({**self.result, "signer": signer})), 1)

    def test_lesser_fields_are_remarked(self):
        changed = {"leg": "return", "location": {}, "classifier": "planned"}
        failures, remarks = expected.compare(self.line, [{**self.result, **changed}])
        self.assertEqual((failures, len(remarks)), ([], 3))

    def test_error_answers(self):
        line = {**LINE, "events": [], "error": {"class": "not_found", "code": 404}}
        for answer, wrong in (
            (CarrierAnswer("not_found", "404", ""), 0),
            (CarrierAnswer("not_found", "405", ""), 1),
            (CarrierAnswer("bad_request", "405", ""), 2),
            (None, 1),
        ):
            self.assertEqual(len(expected.compare(line, [], answer)[0]), wrong)
        line["error"] = {"class": "x", "code": None, "also": {"class": ["quota"]}}
        quota = CarrierAnswer("quota", "any", "")
        self.assertEqual(expected.compare(line, [], quota)[0], [])
        self.assertEqual(len(self.failures(self.result, answer=quota)), 1)

    def test_two_facts_under_one_key_are_found(self):
        def careless(body):
            return [CarrierEvent("delivered"), CarrierEvent("damaged")]

        with self.assertRaises(AssertionError):
            expected.run(careless, b"")
