"""What monitoring is told, to whom, and in which form."""

import math
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import BaseCase, HttpCase, tagged

from odoo.addons.logistics_events.models.ledger import trusted

from ..metrics import CONTENT_TYPE, Family, Histogram, render
from .common import CarrierCommon
from .exposition import lint


@tagged("post_install", "-at_install")
class TestExposition(BaseCase):
    """The text alone."""

    def test_text_is_what_prometheus_reads(self):
        text = render(
            [
                Family("logistics_a_total", "counter", "Back\\slash\nbreak", ()),
                Family(
                    "logistics_b_seconds",
                    "histogram",
                    "Lag.",
                    (({"type": "x"}, Histogram({1: 2, 5: 1, math.inf: 1}, 12.5)),),
                ),
                Family(
                    "logistics_c",
                    "gauge",
                    "C.",
                    (({"endpoint": 'a "b" \\ \n c', "type": ""}, 3), ({}, 0.25)),
                ),
            ]
        )
        self.assertEqual(
            text,
            "# HELP logistics_a_total Back\\\\slash\\nbreak\n"
            "# TYPE logistics_a_total counter\n"
            "# HELP logistics_b_seconds Lag.\n"
            "# TYPE logistics_b_seconds histogram\n"
            'logistics_b_seconds_bucket{le="1",type="x"} 2\n'
            'logistics_b_seconds_bucket{le="5",type="x"} 3\n'
            'logistics_b_seconds_bucket{le="+Inf",type="x"} 4\n'
            'logistics_b_seconds_sum{type="x"} 12.5\n'
            'logistics_b_seconds_count{type="x"} 4\n'
            "# HELP logistics_c C.\n"
            "# TYPE logistics_c gauge\n"
            'logistics_c{endpoint="a \\"b\\" \\\\ \\n c"} 3\n'
            "logistics_c 0.25\n",
        )

    def test_what_a_scraper_would_misread_is_refused(self):
        one = (({}, 1),)
        for wrong in (
            [Family("other_total", "counter", "X", one)],
            [Family("logistics_A", "gauge", "X", one)],
            [Family("logistics__a", "gauge", "X", one)],
            [Family("logistics_a", "counter", "X", one)],
            [Family("logistics_a_total", "gauge", "X", one)],
            [Family("logistics_a_minutes", "gauge", "X", one)],
            [Family("logistics_a_count", "gauge", "X", one)],
            [Family("logistics_a", "summary", "X", one)],
            [Family("logistics_a", "gauge", "", one)],
            [Family("logistics_a", "gauge", "X", one)] * 2,
            [Family("logistics_a", "gauge", "X", one * 2)],
            [Family("logistics_a", "gauge", "X", (({"number": "1Z"}, 1),))],
            [Family("logistics_a", "gauge", "X", (({}, math.nan),))],
            [Family("logistics_a", "gauge", "X", (({}, math.inf),))],
        ):
            with self.subTest(wrong), self.assertRaises(ValueError):
                render(wrong)

    def test_lint_of_these_tests_finds_what_is_wrong(self):
        head = "# HELP logistics_a A\n# TYPE logistics_a gauge\n"
        self.assertFalse(lint(head + "logistics_a 1\n")[1])
        for wrong in (
            "logistics_a 1\n",
            head + "logistics_a 1",
            head + "logistics_a 1\nlogistics_a 2\n",
            head + "logistics_a one\n",
            head + 'logistics_a{type="a"b"} 1\n',
            head + 'logistics_a{number="1"} 1\n',
            head + head + "logistics_a 1\n",
            head + "logistics_b 1\n",
            head.replace("gauge", "counter") + "logistics_a 1\n",
        ):
            with self.subTest(wrong):
                self.assertTrue(lint(wrong)[1])


class MetricsCase(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipment = cls._ship(cls._sell().picking_ids, "NB100")
        cls.endpoint = ("endpoint", cls.connection.name)

    def _series(self):
        text = render(self.env["logistics.metrics"]._collect())
        series, faults = lint(text)
        self.assertFalse(faults)
        return series

    def _value(self, name, **labels):
        key = (name, tuple(sorted({*labels.items(), self.endpoint})))
        return self._series().get(key, 0)


@tagged("post_install", "-at_install")
class TestMetrics(MetricsCase):
    """The figures."""

    def test_message_is_received_when_it_waits_and_once_when_it_is_read(self):
        received = ("logistics_events_received_total", {"type": "accepted"})
        Message = self.env["logistics.message"]
        Message._store(self.connection, "poll", [self._body("NB100", "PUP")], 3)
        self.assertEqual(self._value(received[0], **received[1]), 1)
        self.assertEqual(self._value("logistics_messages_waiting"), 1)
        Message._drain_batch(10)
        self.assertEqual(self._value(received[0], **received[1]), 1)
        self.assertEqual(self._value("logistics_messages_waiting"), 0)
        self.assertEqual(self._value("logistics_message_lag_seconds_count"), 1)
        self.assertEqual(
            self._value("logistics_messages_processed_total", type="done"), 1
        )

    def test_unreadable_message_is_parked_by_category_and_a_retry_is_one(self):
        message = self._hand_in(b"{")
        self.assertEqual(
            self._value("logistics_messages_parked", category=message.category), 1
        )
        message.action_retry()
        self.env["logistics.message"]._drain_batch(10)
        self.assertEqual(self._value("logistics_messages_retried_total"), 1)
        self.assertEqual(
            self._value("logistics_messages_processed_total", type="dead"), 2
        )
        self.assertEqual(
            self._value("logistics_events_received_total", type="accepted"), 1
        )

    def test_message_asked_for_again_is_repeated(self):
        for _time in range(3):
            self._hand_in(self._body("NB100", "PUP"), channel="poll")
        self.assertEqual(
            self._value("logistics_events_received_total", type="repeated"), 2
        )

    def test_oldest_message_says_how_long_it_has_waited(self):
        Message = self.env["logistics.message"]
        Message._store(self.connection, "poll", [b"{}"], 3)
        trusted(Message.search([], limit=1)).received_at = fields.Datetime.subtract(
            fields.Datetime.now(), minutes=10
        )
        self.assertAlmostEqual(
            self._value("logistics_messages_oldest_seconds"), 600, delta=30
        )

    def test_counters_do_not_fall_when_messages_are_deleted(self):
        messages = self._hand_in(self._body("NB100", "PUP"), b"{")
        before = self._counters()
        self.env.cr.execute(
            "DELETE FROM logistics_sighting WHERE message_id = ANY(%s)", [messages.ids]
        )
        self.env.cr.execute(
            "DELETE FROM logistics_message WHERE id = ANY(%s)", [messages.ids]
        )
        self.assertEqual(self._counters(), before)

    def test_summing_up_changes_no_count_and_leaves_one_row_each(self):
        for number in range(5):
            self._hand_in(
                self._body(
                    "NB100", {"code": "PUP", "at": f"2026-11-2{number}T08:00:00+01:00"}
                )
            )
        before = self._counters()
        self._run_job("logistics_carrier_base.ir_cron_sum_up_metrics")
        self.assertEqual(self._counters(), before)
        self.env.cr.execute(
            "SELECT 1 FROM logistics_metric GROUP BY connection_id, name, label "
            "HAVING count(*) > 1"
        )
        self.assertFalse(self.env.cr.fetchall())

    def _counters(self):
        return {
            key: value
            for key, value in self._series().items()
            if key[0].endswith("_total") or key[0].startswith("logistics_message_lag")
        }

    def test_breaker_exceptions_and_actions_are_told(self):
        self.connection.breaker = {"state": "open"}
        self.env["logistics.exception"]._open("security", self.connection, "Forged")
        self.assertEqual(self._value("logistics_breaker_state", stage="open"), 1)
        self.assertEqual(self._value("logistics_breaker_state", stage="closed"), 0)
        company = ("company", self.company.name)
        found = self._series()[
            "logistics_exceptions_open",
            tuple(sorted([company, ("category", "security"), ("stage", "open")])),
        ]
        self.assertGreaterEqual(found, 1)

    def test_subscriptions_that_end_or_failed_are_told(self):
        now = fields.Datetime.now()
        self.env["logistics.subscription"].create(
            [
                {
                    "connection_id": self.connection.id,
                    "target": f"NB{number}",
                    "state": state,
                    "expires_at": fields.Datetime.add(now, hours=hours),
                }
                for number, (state, hours) in enumerate(
                    (("active", 23), ("active", 25), ("failed", 48), ("ended", 1))
                )
            ]
        )
        for stage in ("due", "failed"):
            found = self._value("logistics_subscriptions_due", stage=stage)
            self.assertEqual(found, 1, stage)

    def test_two_connections_of_one_name_are_two_series(self):
        twin = self._connect()
        self.assertEqual(twin.name, self.connection.name)
        self.connection.last_received_at = fields.Datetime.now()
        twin.last_received_at = fields.Datetime.now()
        endpoints = {
            dict(labels)["endpoint"]
            for name, labels in self._series()
            if name == "logistics_feed_silence_seconds"
        }
        self.assertLessEqual(
            {f"{twin.name} ({line.id})" for line in twin | self.connection}, endpoints
        )

    def test_fifty_connections_stay_below_two_thousand_series(self):
        for number in range(50):
            self._connect(name=f"Partner {number}").write(
                {"last_received_at": fields.Datetime.now()}
            )
        connections = self.env["logistics.connection"].search([])
        counts = {
            (connection.id, name, label): 1
            for connection in connections
            for name, labels in {
                "received": ("accepted", "repeated", "refused"),
                "rejected": ("signature", "stale", "secret", "size", "conflict"),
                "duplicate": ("",),
                "processed": ("done", "dead"),
                "retried": ("",),
                "lag": ("1", "inf"),
            }.items()
            for label in labels
        }
        self.env["logistics.metric"]._count(counts)
        self.assertLess(len(self._series()), 2000)

    def test_only_administrators_decide_who_reads_the_metrics(self):
        for role, person in self.people.items():
            settings = self.env["res.config.settings"].with_user(person)
            for method in ("token", "close"):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    getattr(settings, f"action_logistics_metrics_{method}")()


@tagged("post_install", "-at_install")
class TestMetricsRoute(MetricsCase, HttpCase):
    """Who is told."""

    def _ask(self, token=None, scheme="Bearer"):
        headers = {"Authorization": f"{scheme} {token}"} if token else {}
        return self.opener.get(
            self.base_url() + "/logistics/metrics", headers=headers, timeout=30
        )

    def _token(self):
        action = self.env["res.config.settings"].create({})
        return action.action_logistics_metrics_token()["context"]["default_value"]

    def test_without_a_token_there_is_nothing(self):
        self.env["logistics.metric"]._remove_token()
        for token in (None, "x", "-" * 64):
            self.assertEqual(self._ask(token).status_code, 404)

    def test_only_the_right_token_opens(self):
        token = self._token()
        answer = self._ask(token)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], CONTENT_TYPE)
        self.assertFalse(lint(answer.text)[1])
        for wrong in (None, "x", token[:-1], token.upper(), f"{token} x"):
            refused = self._ask(wrong)
            self.assertEqual(refused.status_code, 401, wrong)
            self.assertIn("Bearer", refused.headers["WWW-Authenticate"])
            self.assertNotIn("logistics_", refused.text)
        self.assertEqual(self._ask(token, "Basic").status_code, 401)
        self.assertEqual(
            self.opener.post(self.base_url() + "/logistics/metrics").status_code, 405
        )

    def test_new_token_ends_the_old_one_and_closing_ends_all(self):
        old, new = self._token(), self._token()
        self.assertEqual(self._ask(old).status_code, 401)
        self.assertEqual(self._ask(new).status_code, 200)
        self.env["res.config.settings"].create({}).action_logistics_metrics_close()
        self.assertEqual(self._ask(new).status_code, 404)

    def test_token_is_stored_as_a_hash_only(self):
        token = self._token()
        self.env.flush_all()
        self.env.cr.execute("SELECT value FROM ir_config_parameter")
        self.assertFalse([row for row in self.env.cr.fetchall() if token in row[0]])

    def test_token_is_compared_in_constant_time(self):
        self._token()
        path = "odoo.addons.logistics_carrier_base.models.logistics_metric.hmac"
        with patch(f"{path}.compare_digest", return_value=False) as compare:
            self.assertFalse(self.env["logistics.metric"]._is_token("x"))
        self.assertEqual([len(word) for word in compare.call_args.args], [64, 64])

    def test_figures_name_no_number_person_or_secret(self):
        self.shipment.partner_id.name = "Canary Hansen"
        self._push(self._body("NB100CANARY", "DLV", signer="Canary Meyer"))
        self._push(self._body("NB100", "DLV"), headers={"webhook-signature": "Canary"})
        self.env["logistics.message"]._drain_batch(10)
        text = self._ask(self._token()).text
        self.assertNotIn("anary", text)
        self.assertNotIn("NB100", text)
        self.assertNotIn(self.secret_value, text)

    def test_refused_and_repeated_pushes_are_counted_also_in_a_flood(self):
        body = self._body("NB100", "PUP")
        for _time in range(3):
            self._push(body)
        flood = "odoo.addons.logistics_carrier_base.controllers.webhook"
        with patch(f"{flood}.REFUSED_PER_HOUR", 2):
            for _time in range(5):
                self._push(body, headers={})
        self.assertEqual(self._value("logistics_webhook_duplicates_total"), 2)
        rejected = "logistics_webhook_rejected_total"
        self.assertEqual(self._value(rejected, reason="signature"), 5)
        self.connection.invalidate_recordset()
        self.assertEqual(self.connection.refused_count, 5)
        self.assertEqual(self.connection.refused_message_count, 2)
        for verdict, count in (("accepted", 1), ("repeated", 2), ("refused", 5)):
            found = self._value("logistics_events_received_total", type=verdict)
            self.assertEqual(found, count, verdict)
