from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.logistics_events.models.ledger import trusted

from .common import LogisticsCommon


@tagged("post_install", "-at_install")
class TestLedgerRows(LogisticsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "A1")
        cls.event = cls.shipment.event_ids[:1]

    def _wish(self, desired, key="move/1", **more):
        return self.env["logistics.effect"]._desire(
            [
                {
                    "company": self.company,
                    "record": self.order,
                    "order": self.order,
                    "action": "credit",
                    "key": key,
                    "desired": desired,
                    "force_mode": "on",
                }
                | more
            ]
        )

    def test_admin_cannot_write_an_event(self):
        admin = self.env.ref("base.user_admin")
        with self.assertRaises(AccessError):
            self.event.with_user(admin).write({"event_type": "delivered"})
        with self.assertRaises(AccessError):
            self.event.sudo().write({"event_type": "delivered"})

    def test_admin_cannot_delete_or_copy_an_event(self):
        for act in ("unlink", "copy"):
            with self.assertRaises(AccessError):
                getattr(self.event.sudo(), act)()

    def test_admin_cannot_create_an_event(self):
        with self.assertRaises(AccessError):
            self.env["logistics.event"].sudo().create(
                {
                    "company_id": self.company.id,
                    "event_key": "x",
                    "content_hash": "x",
                    "source": "x",
                    "event_type": "delivered",
                }
            )

    def test_no_value_in_the_context_opens_the_ledger(self):
        for value in (True, 1, "object", {}):
            forged = self.event.sudo().with_context(logistics_ledger_token=value)
            with self.assertRaises(AccessError):
                forged.write({"event_type": "delivered"})

    def test_effect_keys_and_amounts_cannot_be_written(self):
        effect = self._wish(5)
        for name, value in (
            ("key", "move/2"),
            ("quantity", 99),
            ("state", "done"),
            ("res_id", 1),
            ("move_ids", [(5,)]),
        ):
            with self.assertRaises(AccessError):
                effect.sudo().write({name: value})

    def test_same_wish_twice_is_one_effect(self):
        first = self._wish(5)
        second = self._wish(5)
        self.assertEqual((len(first), len(second)), (1, 0))

    def test_changed_wish_replaces_the_open_effect(self):
        first = self._wish(5)
        second = self._wish(3)
        self.assertEqual(first.state, "superseded")
        self.assertRecordValues(
            second, [{"generation": 2, "quantity": 3.0, "state": "waiting"}]
        )

    def test_done_effect_is_followed_by_the_difference_only(self):
        self._wish(5)._mark_done()
        later = self._wish(8)
        self.assertRecordValues(later, [{"generation": 2, "quantity": 3.0}])

    def test_database_refuses_a_second_open_effect(self):
        effect = self._wish(5)
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            trusted(effect).copy({"generation": 9})

    def test_database_refuses_the_same_generation_twice(self):
        effect = self._wish(5)
        effect._mark_done()
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            trusted(effect).copy({"state": "superseded"})

    def test_action_that_is_off_makes_no_effect(self):
        self.assertFalse(self._wish(5, force_mode="off"))

    def test_observed_action_is_recorded_and_never_taken(self):
        effect = self._wish(5, force_mode="observe")
        self.assertTrue(effect.observed)
        ready = self.env["logistics.effect"].search(
            self.env["logistics.effect"]._ready_domain()
        )
        self.assertNotIn(effect, ready)

    def test_unique_indexes_are_in_the_database(self):
        self.env.cr.execute("SELECT indexname FROM pg_indexes")
        names = {row[0] for row in self.env.cr.fetchall()}
        self.assertLessEqual(
            {
                "logistics_event_fact_uniq",
                "logistics_event_link_event_current_uniq",
                "logistics_sighting_reference_uniq",
                "logistics_effect_generation_uniq",
                "logistics_effect_open_uniq",
                "logistics_parcel_open_number_uniq",
                "logistics_exception_open_uniq",
            },
            names,
        )
