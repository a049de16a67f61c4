"""The clocks of the time targets, and what is told when something is late."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .team_case import NOW, TeamCase


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

    def test_first_day_begins_on_the_clock_of_the_company(self):
        self.company.partner_id.tz = "Asia/Tokyo"
        self._aim("order_release", since="2026-11-24")
        self.frozen.move_to("2026-11-23 14:59:00")
        self.assertFalse(self._clock(self._sell()))
        self.frozen.move_to("2026-11-23 15:00:00")
        self.assertTrue(self._clock(self._sell()))

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
        told = self.Told.search([("kind", "=", "late")])
        self.assertEqual(len(told), 3)
        self.assertEqual(
            set(told.mapped("text")),
            {f"Order Release: {order.name}" for order in orders},
        )
        self.assertEqual(set(told.mapped("display_name")), {"Told That It Is Late"})
        self.assertEqual(activity.res_name, "Order Release")
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
