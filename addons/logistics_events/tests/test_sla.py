"""Working hours, clocks, warnings and what is told when something is late."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .. import worktime
from .team_case import NOW, TeamCase

DAY = [(datetime(2026, 11, day, 7), datetime(2026, 11, day, 15)) for day in (23, 24)]


@tagged("post_install", "-at_install")
class TestWorktime(BaseCase):
    def _after(self, hour, hours):
        return worktime.add(DAY, datetime(2026, 11, 23, hour), hours)

    def test_time_counts_in_working_hours(self):
        self.assertEqual(self._after(9, 4), datetime(2026, 11, 23, 13))

    def test_time_before_work_does_not_count(self):
        self.assertEqual(self._after(5, 1), datetime(2026, 11, 23, 8))

    def test_rest_goes_on_the_next_day(self):
        self.assertEqual(self._after(14, 3), datetime(2026, 11, 24, 9))

    def test_last_minute_of_the_day_is_still_the_day(self):
        self.assertEqual(self._after(7, 8), datetime(2026, 11, 23, 15))

    def test_more_hours_than_there_are_end_nowhere(self):
        self.assertIsNone(self._after(7, 17))


@tagged("post_install", "-at_install")
class TestExceptionTime(TeamCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(NOW))
        self._line("no_news").hours = 10
        self._line("tolerance").hours = 1

    def _watch(self, moment):
        with freeze_time(moment):
            return self._run("ir_cron_watch_time")

    def test_due_counts_working_hours_over_the_night(self):
        """Ten hours from ten: six today until four, four tomorrow from eight."""
        exception = self._open()
        self._tell()
        self.assertRecordValues(
            exception,
            [
                {
                    "warn_at": datetime(2026, 11, 24, 9),
                    "due_at": datetime(2026, 11, 24, 11),
                    "time_state": "on_time",
                }
            ],
        )
        self.assertEqual(str(exception.deadline), "2026-11-24")

    def test_weekend_and_clock_change_count_as_they_do_for_people(self):
        """Friday 14:00 in summer; Monday is winter: the hours are those on the wall."""
        with freeze_time("2026-10-23 12:00:00"):
            exception = self._open()
            self._tell()
        self.assertEqual(exception.due_at, datetime(2026, 10, 26, 15))

    def test_holiday_of_the_calendar_does_not_count(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": "2026-11-23 23:00:00",
                "date_to": "2026-11-24 22:59:59",
            }
        )
        exception = self._open()
        self._tell()
        self.assertEqual(exception.due_at, datetime(2026, 11, 25, 11))

    def test_warning_comes_at_four_fifths_and_late_at_the_end(self):
        exception = self._open()
        self._tell()
        for moment, state in (
            ("2026-11-24 08:59:59", "on_time"),
            ("2026-11-24 09:00:00", "warning"),
            ("2026-11-24 10:59:59", "warning"),
            ("2026-11-24 11:00:00", "late"),
        ):
            self._watch(moment)
            self.assertEqual(exception.time_state, state, moment)

    def test_manager_is_told_once_that_it_is_late(self):
        exception = self._open()
        self._tell()
        self.assertEqual(self._activities(exception).user_id, self.duty)
        for hour in range(11, 15):
            self._watch(f"2026-11-24 {hour}:00:00")
        late = self._activities(exception).filtered(
            lambda activity: activity.user_id == self.boss
        )
        self.assertEqual(len(late), 1)
        self.assertEqual(self.Told.search_count([("kind", "=", "late")]), 1)
        self.assertEqual(self._mails(), [], "It is no money matter")
        exception._close("There it is.")
        self.assertFalse(self._activities(exception))

    def test_deputy_is_told_where_the_manager_has_it(self):
        self._line("no_news").user_id = self.boss
        exception = self._open()
        self._tell()
        self._watch("2026-11-24 12:00:00")
        self.assertEqual(self._activities(exception).user_id, self.boss | self.deputy)

    def test_money_matter_is_mailed_when_it_is_late_and_once(self):
        self._open("tolerance", summary="The bill is too high")
        self.assertFalse(self._tell(), "It is not late yet")
        for hour in (10, 11, 12):
            self._watch(f"2026-11-23 {hour}:30:00")
        self.assertEqual(
            self._mails(),
            [("duty@example.com", "Out of Tolerance: The bill is too high")],
        )

    def test_money_matter_without_hours_is_late_after_its_last_day(self):
        self._line("tolerance").hours = 0
        exception = self._open("tolerance")
        self._tell()
        self.assertEqual(str(exception.deadline), "2026-11-26")
        self.assertEqual(exception.due_at, datetime(2026, 11, 26, 23))
        self.assertFalse(self._watch("2026-11-26 22:59:00"))
        self.assertEqual(len(self._watch("2026-11-26 23:00:00")), 1)

    def test_what_is_solved_in_time_is_late_for_nobody(self):
        exception = self._open("tolerance")
        self._tell()
        exception._close("Agreed.")
        self.assertFalse(self._watch("2026-11-30 09:00:00"))
        self.assertEqual(exception.time_state, "on_time")


@tagged("post_install", "-at_install")
class TestClocks(TeamCase, CronMixinCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Clock = cls.env["logistics.sla.clock"]

    def setUp(self):
        super().setUp()
        self.frozen = self.startPatcher(freeze_time(NOW))

    def _aim(self, kind, hours=2, **more):
        return self.env["logistics.sla"].create(
            {
                "kind": kind,
                "hours": hours,
                "team_id": self.team.id,
                "since": "2026-11-23",
            }
            | more
        )

    def _watch(self, moment):
        self.frozen.move_to(moment)
        return self._run("ir_cron_watch_time")

    def _clock(self, record):
        return self.Clock.search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )

    # === ORDER RELEASE === #

    def test_without_a_target_nothing_is_measured(self):
        self._ship(self._sell().picking_ids, "C0")
        self.assertFalse(self.Clock.search([]))

    def test_order_is_measured_until_its_first_goods_leave(self):
        self._aim("order_release", 4)
        order = self._sell()
        clock = self._clock(order)
        self.assertRecordValues(
            clock,
            [
                {
                    "state": "running",
                    "started_at": datetime(2026, 11, 23, 9),
                    "due_at": datetime(2026, 11, 23, 13),
                }
            ],
        )
        self.frozen.move_to("2026-11-23 11:00:00")
        self._ship(order.picking_ids, "C1")
        self._watch("2026-11-23 14:00:00")
        self.assertEqual(clock.state, "met", "It left at eleven")
        self.assertEqual(clock.ended_at, datetime(2026, 11, 23, 11))

    def test_order_that_leaves_late_was_late(self):
        self._aim("order_release", 1)
        order = self._sell()
        self._watch("2026-11-23 10:00:00")
        self.assertEqual(self._clock(order).state, "late")
        self.frozen.move_to("2026-11-23 12:00:00")
        self._ship(order.picking_ids, "C2")
        self._watch("2026-11-23 12:05:00")
        self.assertEqual(self._clock(order).state, "missed")

    def test_cancelled_order_is_measured_no_more(self):
        self._aim("order_release")
        order = self._sell()
        order._action_cancel()
        self.assertFalse(self._clock(order))

    def test_order_of_services_is_not_measured(self):
        self._aim("order_release")
        service = self.method.product_id
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": service.id})],
            }
        )
        order.action_confirm()
        self.assertFalse(self._clock(order))

    def test_what_began_before_the_target_is_not_measured(self):
        self._aim("order_release", since="2026-11-24")
        self.assertFalse(self._clock(self._sell()))

    # === SHIPMENT CONFIRMATION === #

    def test_shipment_is_measured_until_the_carrier_has_it(self):
        self._aim("shipment_confirmation", 2)
        shipment = self._ship(self._sell().picking_ids, "C3")
        self.assertEqual(self._clock(shipment).state, "running")
        self.assertEqual(shipment.time_state, "on_time")
        self._watch("2026-11-23 10:36:00")
        self.assertEqual(shipment.time_state, "warning")
        self.frozen.move_to("2026-11-23 10:50:00")
        self._report(shipment, "picked_up")
        self.assertEqual(self._clock(shipment).state, "met")

    def test_word_that_comes_late_about_what_was_in_time_counts_as_in_time(self):
        self._aim("shipment_confirmation", 2)
        shipment = self._ship(self._sell().picking_ids, "C4")
        self._watch("2026-11-23 12:00:00")
        self.assertEqual(shipment.time_state, "late")
        self._report(shipment, "picked_up", occurred_at="2026-11-23 10:00:00")
        self.assertEqual(self._clock(shipment).state, "met")

    def test_shipment_without_a_number_is_not_measured(self):
        self._aim("shipment_confirmation")
        order = self._sell()
        order.picking_ids.carrier_id = False
        self._ship(order.picking_ids)
        self.assertFalse(self.Clock.search([]))

    # === RETURN COMPLETION === #

    def test_return_is_measured_until_the_credit_note(self):
        target = self._aim("return_completion", 8)
        order = self._sell()
        shipment = self._ship(order.picking_ids, "C5")
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=order.picking_ids.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 5
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        returned = self.env["logistics.shipment"].create(
            {
                "direction": "return",
                "parent_id": shipment.id,
                "link_ids": [Command.create({"picking_id": back.id})],
                "parcel_ids": [Command.create({"tracking_number": "C5R"})],
            }
        )
        self._report(returned, "delivered", leg="return")
        clock = self._clock(returned)
        self.assertEqual((clock.sla_id, clock.state), (target, "running"))
        step = self.env["logistics.effect"]._desire(
            [
                {
                    "company": self.company,
                    "record": order,
                    "order": order,
                    "action": "credit",
                    "key": "returned",
                    "desired": 1,
                    "force_mode": "on",
                }
            ]
        )
        self.frozen.move_to("2026-11-23 12:00:00")
        step._mark_done()
        self._watch("2026-11-23 12:05:00")
        self.assertEqual(clock.state, "met")

    # === TOLD === #

    def test_manager_has_one_activity_per_target_however_much_is_late(self):
        target = self._aim("order_release", 1)
        orders = self._sell() | self._sell() | self._sell()
        for moment in ("10:00", "10:05", "11:00"):
            self._watch(f"2026-11-23 {moment}:00")
        activity = self._activities(target)
        self.assertRecordValues(
            activity, [{"user_id": self.boss.id, "summary": "3 late: Order Release"}]
        )
        self.assertEqual(self.Told.search_count([("kind", "=", "late")]), 3)
        self._ship(orders[:1].picking_ids, "C6")
        self._watch("2026-11-23 11:05:00")
        self.assertEqual(activity.summary, "2 late: Order Release")
        orders[1:]._action_cancel()
        self._watch("2026-11-23 11:10:00")
        self.assertFalse(activity.exists())
        self.assertEqual(self._mails(), [])

    def test_job_wakes_at_the_minute_something_changes(self):
        self._aim("order_release", 1)
        self._sell()
        self.frozen.move_to("2026-11-23 09:46:00")
        with self.capture_triggers("logistics_events.ir_cron_watch_time") as captured:
            self.Clock._come_back()
        self.assertEqual(captured.records.call_at, datetime(2026, 11, 23, 9, 48))

    # === FIGURES === #

    def test_share_in_time_is_told_per_step(self):
        self._aim("order_release", 1)
        met, missed, late, _running = (self._sell() for _number in range(4))
        self._ship(met.picking_ids, "C7")
        self.frozen.move_to("2026-11-23 11:00:00")
        self._ship(missed.picking_ids, "C8")
        self._watch("2026-11-23 11:00:00")
        last = self._sell()
        self.assertEqual(self._clock(late).state, "late")
        figures = self.env["logistics.sla"]._in_time(datetime(2026, 11, 23))
        self.assertEqual(self._clock(last).state, "running")
        self.assertEqual(
            figures,
            [
                {
                    "kind": "order_release",
                    "label": "Order Release",
                    "due": 4,
                    "in_time": 1,
                    "percent": 25.0,
                    "late": 2,
                    "soon": 0,
                    "oldest": datetime(2026, 11, 23, 10),
                }
            ],
        )

    def test_overview_counts_what_is_late_once_there_is_a_target(self):
        keys = self._tile_keys()
        self.assertNotIn("late", keys)
        self._aim("order_release", 1)
        self._sell()
        self._watch("2026-11-23 12:00:00")
        tiles = self.env["logistics.overview"].with_user(self.boss).get_tiles()["tiles"]
        tile = next(tile for tile in tiles if tile["key"] == "late")
        self.assertEqual(tile["count"], 1)

    def _tile_keys(self):
        found = self.env["logistics.overview"].with_user(self.boss).get_tiles()
        return [tile["key"] for tile in found["tiles"]]

    # === COMPANIES === #

    def test_branch_follows_the_target_of_the_company_above(self):
        target = self._aim("order_release")
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        targets = self.env["logistics.sla"]._targets()["order_release"]
        self.assertEqual(targets[branch.id], target)
        other = self.env["res.company"].create({"name": "Other"})
        self.assertNotIn(
            other.id, self.env["logistics.sla"]._targets()["order_release"]
        )

    # === COST === #

    def test_batch_of_shipments_costs_a_fixed_number_of_queries(self):
        self._aim("shipment_confirmation", 2)
        shipments = self.env["logistics.shipment"].browse()
        for number in range(12):
            shipments |= self._ship(self._sell().picking_ids, f"Q{number}")
        clocks = self.Clock.search([])
        self.assertEqual(len(clocks), 12)
        Sla = self.env["logistics.sla"].sudo()
        counts = []
        for batch in (shipments[:2], shipments):
            clocks.write({"state": "late"})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Sla._follow(batch)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
        self.assertEqual(set(clocks.mapped("state")), {"running"})

    def test_moments_lie_on_the_hours_of_the_team(self):
        calendar = self.calendar.copy({"name": "Afternoon"})
        calendar.attendance_ids.hour_from = 12
        self.team.resource_calendar_id = calendar
        self._aim("order_release", 2)
        self.assertEqual(
            self._clock(self._sell()).due_at,
            datetime(2026, 11, 23, 11) + timedelta(hours=2),
        )
