from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from . import files
from .common import LogisticsCommon


@tagged("post_install", "-at_install")
class TestProof(LogisticsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipment = cls._ship(cls._sell().picking_ids, "A1")

    def _record(self, **more):
        wizard = self.env["logistics.proof.record"].with_user(self.people["user"])
        wizard.create(
            {"shipment_ids": [(6, 0, self.shipment.ids)], "signer": "P. Hansen"} | more
        ).action_record()
        return self.shipment.proof_ids

    def test_recorded_proof_delivers(self):
        proof = self._record(document=files.encoded(files.pdf()))
        self.assertEqual(self.shipment.state, "delivered")
        self.assertEqual(proof.event_id.sighting_ids.user_id, self.people["user"])
        self.assertEqual(len(proof.digest), 64)

    def test_withdrawn_proof_takes_the_delivery_back_and_keeps_the_reason(self):
        proof = self._record()
        proof.with_user(self.people["user"]).action_withdraw("Wrong customer")
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertEqual(proof.withdrawn_reason, "Wrong customer")
        self.assertEqual(proof.withdrawn_by_id, self.people["user"])

    def test_signature_goes_with_the_delivery_that_is_withdrawn(self):
        proof = self._record()
        self.assertTrue(self.shipment.is_signed)
        proof.action_withdraw("Wrong customer")
        self.assertFalse(self.shipment.is_signed)
        self._report(self.shipment, "delivered")
        self.assertEqual(self.shipment.state, "delivered")
        self.assertFalse(self.shipment.is_signed)

    def test_withdrawal_needs_a_reason(self):
        proof = self._record()
        with self.assertRaises(UserError):
            proof.action_withdraw(" ")

    def test_proof_without_signer_or_paper_is_none(self):
        with self.assertRaises(UserError):
            self._record(signer=False)

    def test_delivery_in_the_future_is_no_proof(self):
        with self.assertRaises(UserError):
            self._record(proof_at=fields.Datetime.now() + timedelta(hours=1))

    def test_proof_is_not_edited(self):
        proof = self._record()
        with self.assertRaises(UserError):
            proof.with_user(self.people["user"]).write({"signer": "Somebody"})


@tagged("post_install", "-at_install")
class TestContested(LogisticsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipment = cls._ship(cls._sell().picking_ids, "A1")

    def _open(self, category):
        return self.env["logistics.exception"].search(
            [
                ("category", "=", category),
                ("shipment_id", "=", self.shipment.id),
                ("state", "=", "open"),
            ]
        )

    def test_refusal_after_delivery_holds_money_until_a_person_decides(self):
        now = fields.Datetime.now()
        self._report(self.shipment, "delivered", occurred_at=now - timedelta(hours=2))
        self._report(self.shipment, "refused", occurred_at=now)
        self.assertTrue(self.shipment.money_hold)
        self.assertEqual(len(self._open("contradiction")), 1)
        refused = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "refused"
        )
        self.shipment._retract(refused, "Another parcel")
        self.assertFalse(self.shipment.money_hold)
        self.assertFalse(self._open("contradiction"))

    def test_contested_shipments_cost_no_query_each_when_nothing_is_new(self):
        now = fields.Datetime.now()
        shipments = self.shipment | self._ship(self._sell().picking_ids, "NB-MORE")
        for shipment in shipments:
            self._report(shipment, "delivered", occurred_at=now - timedelta(hours=2))
            self._report(shipment, "refused", occurred_at=now)
        self.assertTrue(all(shipments.mapped("has_contradiction")))
        counts = []
        for some in (self.shipment, shipments):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._refold()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_two_versions_without_order_are_a_conflict(self):
        now = fields.Datetime.now()
        for content, hours in (("a", 1), ("b", 5)):
            self._report(
                self.shipment,
                "delivered",
                key="same",
                content=content,
                occurred_at=now - timedelta(hours=hours),
            )
        self.assertTrue(self.shipment.has_conflict)
        self.assertEqual(len(self._open("conflict")), 1)

    def test_repeated_trouble_is_one_exception_with_a_count(self):
        Exception_ = self.env["logistics.exception"]
        for number in range(3):
            Exception_._open(
                "no_news", self.shipment, f"Silent for {number} days", times=1
            )
        rows = Exception_.search(
            [("category", "=", "no_news"), ("res_id", "=", self.shipment.id)]
        )
        self.assertRecordValues(rows, [{"count": 3}])

    def test_ignored_exception_comes_back_when_reopened(self):
        row = self.env["logistics.exception"]._open("no_news", self.shipment, "Silent")
        user = self.people["user"]
        with self.assertRaises(UserError):
            row.with_user(user).action_ignore("")
        row.with_user(user).action_ignore("Collected at the counter")
        self.assertEqual(row.state, "ignored")
        row.with_user(user).action_reopen()
        self.assertEqual(row.state, "open")

    def test_moved_event_recomputes_both_shipments(self):
        other = self._ship(self._sell().picking_ids, "B1")
        self._report(self.shipment, "delivered")
        event = self.shipment.event_ids.filtered(
            lambda event: event.event_type == "delivered"
        )
        event._relink(other, other.parcel_ids, "Label mixed up")
        self.assertEqual(self.shipment.state, "dispatched")
        self.assertEqual(other.state, "delivered")
        self.assertEqual(len(event.link_ids), 2)
