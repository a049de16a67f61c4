"""What goes wrong outside opens once and is cured by facts."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from unittest.mock import patch

from psycopg2.extensions import TransactionRollbackError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged

from .. import physical
from ..facts import Fact
from ..fold import fold
from ..models import logistics_shipment_trouble
from .common import LogisticsCommon

START = datetime(2026, 11, 2, 8)
DAY = timedelta(days=1)
PATIENCE = physical.Patience(silent=4 * DAY, pickup=3 * DAY, late=DAY)


def _fact(event_type, hours=0, parcel=7, **more):
    return Fact(
        key=f"{event_type}/{hours}/{parcel}",
        event_type=event_type,
        occurred_at=START + timedelta(hours=hours),
        precision="instant",
        parcel=parcel,
        ref=f"{event_type}/{hours}",
        **more,
    )


@tagged("post_install", "-at_install")
class TestProblems(BaseCase):
    def _kinds(self, *facts):
        return list(physical.problems(fold(facts).leg(), facts))

    def test_every_problem_has_its_kind(self):
        for event_type, kind in (
            ("delivery_attempt_failed", "failed"),
            ("delivery_failed", "failed"),
            ("refused", "refused"),
            ("lost", "lost"),
            ("damaged", "damaged"),
            ("customs_hold", "customs"),
            ("exception", "reported"),
            ("returning_to_sender", "coming_back"),
        ):
            with self.subTest(event_type=event_type):
                self.assertIn(
                    kind, self._kinds(_fact("picked_up"), _fact(event_type, 1))
                )

    def test_clean_way_has_no_problem(self):
        way = ("dispatched", "picked_up", "in_transit", "out_for_delivery", "delivered")
        for length in range(1, len(way) + 1):
            facts = [_fact(code, hours) for hours, code in enumerate(way[:length])]
            with self.subTest(last=way[length - 1]):
                self.assertEqual(self._kinds(*facts), [])

    def test_reason_says_more_than_a_failed_attempt(self):
        for event_type in ("delivery_attempt_failed", "exception", "on_hold"):
            with self.subTest(event_type=event_type):
                self.assertEqual(
                    self._kinds(
                        _fact("picked_up"), _fact(event_type, 1, reason="address")
                    ),
                    ["address"],
                )

    def test_hold_and_delay_alone_are_no_problem(self):
        self.assertEqual(
            self._kinds(_fact("picked_up"), _fact("on_hold", 1), _fact("delayed", 2)),
            [],
        )

    def test_same_thing_told_again_has_the_same_mark(self):
        facts = [_fact("picked_up"), _fact("lost", 1)]
        first = physical.problems(fold(facts).leg(), facts)
        again = [*facts, _fact("lost", 1, mapping_version=2)]
        self.assertEqual(physical.problems(fold(again).leg(), again), first)

    def test_parcels_in_trouble_are_known(self):
        facts = [
            _fact("picked_up", parcel=7),
            _fact("picked_up", parcel=8),
            _fact("damaged", 1, parcel=8),
        ]
        found = physical.problems(fold(facts).leg(), facts)
        self.assertEqual(physical.parcels_of(found, ("damaged",)), {8})
        self.assertEqual(physical.parcels_of(found, ("lost",)), set())
        self.assertEqual(physical.parcels_of(False, ("lost",)), set())

    def test_nobody_waits_longer_than_the_patience(self):
        base = {"dispatched_at": START, "last_event_at": START, "eta": None}
        for state, after, more, kind in (
            ("dispatched", 3 * DAY, {}, "not_picked_up"),
            ("dispatched", 3 * DAY - timedelta(seconds=1), {}, None),
            ("in_transit", 4 * DAY, {}, "silent"),
            ("in_transit", 4 * DAY - timedelta(seconds=1), {}, None),
            ("out_for_delivery", 2 * DAY, {"eta": START + DAY}, "late"),
            ("out_for_delivery", DAY, {"eta": START + DAY}, None),
            ("delivered", 90 * DAY, {"eta": START}, None),
            ("shipment_cancelled", 90 * DAY, {}, None),
            ("shipment_created", 90 * DAY, {}, None),
            ("lost", 90 * DAY, {}, None),
            (False, 90 * DAY, {}, None),
        ):
            with self.subTest(state=state, after=after):
                shipment = SimpleNamespace(state=state, **(base | more))
                self.assertEqual(
                    physical.quiet(shipment, START + after, PATIENCE), kind
                )

    def test_no_limit_is_for_ever(self):
        shipment = SimpleNamespace(
            state="in_transit", dispatched_at=START, last_event_at=START, eta=START
        )
        never = physical.Patience(None, None, None)
        self.assertIsNone(physical.quiet(shipment, START + 900 * DAY, never))


@tagged("post_install", "-at_install")
class TestTrouble(LogisticsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "A1")
        cls.now = fields.Datetime.now()

    def _tell(self, event_type, minutes, **more):
        self._report(
            self.shipment,
            event_type,
            occurred_at=self.now + timedelta(minutes=minutes),
            key=more.pop("key", f"{event_type}/{minutes}"),
            **more,
        )
        self.shipment.invalidate_recordset()

    def _open(self, category="delivery_problem", shipment=None):
        return self.env["logistics.exception"].search(
            [
                ("category", "=", category),
                ("shipment_id", "=", (shipment or self.shipment).id),
                ("state", "in", ["open", "snoozed"]),
            ]
        )

    def test_problem_opens_one_exception_with_its_order(self):
        self._tell("lost", 5)
        found = self._open()
        self.assertRecordValues(
            found, [{"count": 1, "order_id": self.order.id, "severity": "warning"}]
        )
        self.assertIn("lost", found.summary)
        self.assertEqual(self.shipment.trouble_text, "lost")

    def test_repeats_of_a_problem_change_nothing(self):
        self._tell("lost", 5)
        for reference in ("second", "third"):
            self._tell("lost", 5, reference=reference)
        self.assertEqual(self._open().count, 1)

    def test_second_failed_attempt_is_counted(self):
        self._tell("delivery_attempt_failed", 5)
        self._tell("delivery_attempt_failed", 9)
        self.assertEqual(self._open().count, 2)

    def test_second_problem_joins_the_first(self):
        self._tell("damaged", 5)
        self._tell("delivery_failed", 9)
        found = self._open()
        self.assertEqual(found.count, 2)
        self.assertIn("damaged", found.summary)
        self.assertIn("not delivered", found.summary)

    def test_delivery_solves_a_failed_attempt(self):
        self._tell("delivery_attempt_failed", 5)
        found = self._open()
        self._tell("delivered", 9)
        self.assertEqual(found.state, "solved")
        self.assertFalse(self.shipment.trouble)

    def test_withdrawn_problem_is_solved_and_put_back_reopens_one(self):
        self._tell("lost", 5)
        first = self._open()
        event = self.shipment.event_ids.filtered(lambda e: e.event_type == "lost")
        event.action_withdraw("Wrong parcel")
        self.assertEqual(first.state, "solved")
        event.action_put_back("It is lost after all")
        self.assertEqual(len(self._open()), 1)

    def test_ignored_problem_stays_ignored_until_another_one(self):
        self._tell("lost", 5)
        self._open().action_ignore("We know")
        self._tell("document_available", 6)
        self.assertFalse(self._open())
        self._tell("damaged", 9)
        self.assertEqual(len(self._open()), 1)

    # === NO NEWS === #

    def _watch(self, after=None, trackable=True):
        """Look for quiet shipments, some time from now."""
        with (
            patch.object(
                type(self.env["logistics.shipment"]),
                "_trackable",
                lambda shipments: shipments if trackable else shipments.browse(),
            ),
            patch.object(
                fields.Datetime, "now", lambda: self.now + (after or timedelta())
            ),
        ):
            found = self.env["logistics.shipment"].browse(
                self.env["logistics.shipment"]._find_quiet()
            )
            found._note_quiet()
        self.shipment.invalidate_recordset()
        return found

    def test_goods_nobody_collected_are_asked_about_once(self):
        self.assertNotIn(self.shipment, self._watch(2 * DAY))
        self.assertIn(self.shipment, self._watch(4 * DAY))
        found = self._open("no_news")
        self.assertEqual(found.count, 1)
        self.assertNotIn(self.shipment, self._watch(5 * DAY))
        self.assertEqual(self._open("no_news"), found)

    def test_news_that_come_while_the_job_asks_stop_no_other_question(self):
        other = self._ship(self._sell().picking_ids, "P2")
        Shipment = type(other)
        note = Shipment._note_quiet
        busy = [self.shipment.id]

        def noted(shipments):
            if shipments.ids == busy:
                busy.clear()
                raise TransactionRollbackError("could not serialize access")
            return note(shipments)

        with (
            patch.object(Shipment, "_note_quiet", noted),
            patch.object(Shipment, "_trackable", lambda shipments: shipments),
            patch.object(fields.Datetime, "now", lambda: self.now + 9 * DAY),
            patch.object(logistics_shipment_trouble, "BATCH_SIZE", 1),
        ):
            for _turn in range(2):
                self._run_job("logistics_events.ir_cron_watch_quiet_shipments")
                self.assertTrue(self._open("no_news", other))
        self.assertFalse(busy)
        self.assertTrue(self._open("no_news"))

    def test_news_solves_it(self):
        self._watch(4 * DAY)
        found = self._open("no_news")
        self._tell("picked_up", 60)
        self.assertEqual(found.state, "solved")
        self.assertFalse(self.shipment.quiet_kind)

    def test_silence_and_a_passed_date_are_asked_about(self):
        self._tell("in_transit", 5)
        self.assertNotIn(self.shipment, self._watch(3 * DAY))
        self.assertIn(self.shipment, self._watch(5 * DAY))
        self.assertEqual(self.shipment.quiet_kind, "silent")

    def test_lane_takes_longer(self):
        self._tell("in_transit", 5)
        country = self.env.ref("base.nz")
        self.shipment.partner_id.country_id = country
        self.env["logistics.carrier.lane"].create(
            {
                "carrier_id": self.carrier.id,
                "country_id": country.id,
                "silent_days": 10,
            }
        )
        self.assertNotIn(self.shipment, self._watch(9 * DAY))
        self.assertIn(self.shipment, self._watch(11 * DAY))

    def test_never_means_never(self):
        self.carrier.write({"silent_days": 0, "pickup_days": 0, "late_days": 0})
        self.assertNotIn(self.shipment, self._watch(400 * DAY))

    def test_nobody_is_asked_where_no_carrier_reports(self):
        self.assertNotIn(self.shipment, self._watch(40 * DAY, trackable=False))
        self.assertFalse(self._open("no_news"))

    def test_delivered_shipments_are_left_alone(self):
        self._tell("delivered", 5)
        self.assertNotIn(self.shipment, self._watch(400 * DAY))

    def test_what_is_wrong_is_not_typed(self):
        user = self.people["manager"]
        for name, value in (("trouble", {"lost": []}), ("quiet_kind", "late")):
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.shipment.with_user(user).write({name: value})
