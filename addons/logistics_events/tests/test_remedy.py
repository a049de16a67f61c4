"""What people do about a problem, and that each of it is undone."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import LogisticsCommon


@tagged("post_install", "-at_install")
class TestRemedy(LogisticsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = cls.env["res.partner"].create(
            {"name": "Northbound Desk", "email": "desk@northbound.example.com"}
        )
        cls.carrier.partner_id = cls.vendor
        cls.customer.write({"email": "hansen@example.com", "street": "Old Road 1"})
        cls.order = cls._sell()
        cls.picking = cls.order.picking_ids
        cls.shipment = cls._ship(cls.picking, "A1")
        cls._report(
            cls.shipment,
            "lost",
            occurred_at=fields.Datetime.now() + timedelta(minutes=5),
            raw_text="Cannot be found",
        )
        cls.exception = cls.env["logistics.exception"]._find_open(
            "delivery_problem", cls.shipment
        )
        cls.user = cls.people["user"]

    def _as(self, role, record=None):
        return (self.exception if record is None else record).with_user(
            self.people[role]
        )

    def _dialog(self, action, role="user"):
        return (
            self.env[action["res_model"]]
            .with_user(self.people[role])
            .browse(action["res_id"])
        )

    def _apply(self, press, role="user", **vals):
        dialog = self._dialog(getattr(self._as(role), press)(), role)
        with Form(dialog) as form:
            for name, value in vals.items():
                form[name] = value
        result = dialog.action_apply()
        self.exception.invalidate_recordset()
        return self.exception.remedy_ids[:1], result

    def _undo(self, remedy, role="user"):
        action = self._as(role, remedy).action_undo_dialog()
        dialog = Form(
            self.env["logistics.reason"]
            .with_user(self.people[role])
            .with_context(**action["context"])
        )
        dialog.reason = "Somebody else's parcel"
        window = dialog.save().action_confirm()
        self.env.invalidate_all()
        return window

    # === MAILS === #

    def _send(self, action):
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.user)
            .with_context(**action["context"])
            .create({})
        )
        composer.action_send_mail()
        return self.shipment.message_ids[:1]

    def test_mail_to_the_customer_is_filled_in_and_kept(self):
        before = self.shipment.message_ids
        action = self._as("user").action_contact_customer()
        self.assertEqual(self.shipment.message_ids, before)
        message = self._send(action)
        self.assertEqual(message.partner_ids, self.customer)
        self.assertIn("A1", message.body)
        self.assertIn("Hansen Machines", message.body)
        self.assertIn(self.order.name, message.subject)

    def test_mail_to_the_carrier_holds_the_facts(self):
        message = self._send(self._as("user").action_ask_carrier())
        self.assertEqual(message.partner_ids, self.vendor)
        for fact in ("A1", "Cannot be found", self.shipment.name, "lost"):
            self.assertIn(fact, f"{message.subject} {message.body}")

    def test_names_are_text_and_no_markup(self):
        self.customer.name = "<script>Hansen</script>"
        body = self._as("user").action_contact_customer()["context"]["default_body"]
        self.assertNotIn("<script>", body)

    def test_carrier_without_vendor_is_said_in_words(self):
        self.carrier.partner_id = False
        with self.assertRaises(UserError):
            self._as("user").action_ask_carrier()

    # === ADDRESS === #

    def test_address_is_corrected_and_put_back(self):
        backorder = self.picking.copy({"state": "draft"})
        backorder.logistics_link_ids.create(
            {"picking_id": backorder.id, "shipment_id": self.shipment.id}
        )
        remedy, result = self._apply("action_correct_address", street="New Road 2")
        self.assertEqual(self.shipment.partner_id.street, "New Road 2")
        self.assertEqual(self.shipment.partner_id.parent_id, self.customer)
        self.assertEqual(self.customer.street, "Old Road 1")
        self.assertEqual(backorder.partner_id, self.shipment.partner_id)
        self.assertEqual(result["context"]["default_partner_ids"], self.vendor.ids)
        self.assertIn("New Road 2", result["context"]["default_body"])
        self.assertEqual(
            self.shipment.event_ids.filtered(
                lambda event: event.event_type == "instruction_changed"
            ).standing,
            "counts",
        )
        mail = self._undo(remedy)["context"]
        self.assertEqual(mail["default_partner_ids"], self.vendor.ids)
        self.assertIn("Old Road 1", mail["default_body"])
        self.assertEqual(self.shipment.partner_id, self.customer)
        self.assertEqual(backorder.partner_id, self.customer)
        self.assertEqual(remedy.event_id.standing, "withdrawn")
        self.assertFalse(remedy.partner_after_id.active)

    def test_same_address_is_no_correction(self):
        dialog = self._dialog(self._as("user").action_correct_address())
        with self.assertRaises(UserError):
            dialog.action_apply()

    # === SENT AGAIN === #

    def test_lost_goods_are_sent_again_and_that_is_undone(self):
        remedy, _result = self._apply("action_reship")
        picking, made = remedy.picking_ids, remedy.made_shipment_id
        self.assertRecordValues(
            picking,
            [{"state": "assigned", "partner_id": self.customer.id}],
        )
        self.assertRecordValues(
            made,
            [
                {
                    "parent_id": self.shipment.id,
                    "parent_kind": "rebooking",
                    "direction": "outgoing",
                }
            ],
        )
        self.assertEqual(picking.move_ids.product_uom_qty, 5)
        self.assertFalse(picking.move_ids.sale_line_id)
        self.assertEqual(self.exception.state, "solved")
        self._undo(remedy)
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(made.state, "shipment_cancelled")
        self.assertEqual(self.exception.state, "open")

    def test_replacement_is_not_sold_a_second_time(self):
        remedy, _result = self._apply("action_reship")
        self._ship(remedy.picking_ids, "B2")
        self.assertEqual(self.order.order_line.qty_delivered, 5)
        self.assertEqual(remedy.made_shipment_id.state, "dispatched")

    def test_order_counts_as_delivered_when_the_replacement_is(self):
        remedy, _result = self._apply("action_reship")
        made = remedy.made_shipment_id
        self._ship(remedy.picking_ids, "B2")
        link = self.shipment.link_ids
        self.assertFalse(link.replaced_by_id)
        self._report(
            made, "delivered", occurred_at=fields.Datetime.now() + timedelta(hours=1)
        )
        self.env.invalidate_all()
        self.assertEqual(link.replaced_by_id.shipment_id, made)
        self.assertEqual(self.picking.logistics_state, "delivered")

    def test_part_of_the_goods_does_not_stand_for_all(self):
        dialog = self._dialog(self._as("user").action_reship())
        dialog.line_ids.quantity = 2
        dialog.action_apply()
        remedy = self.exception.remedy_ids
        self.assertFalse(remedy.is_whole)
        self._ship(remedy.picking_ids, "B2")
        self._report(
            remedy.made_shipment_id,
            "delivered",
            occurred_at=fields.Datetime.now() + timedelta(hours=1),
        )
        self.assertFalse(self.shipment.link_ids.replaced_by_id)

    def test_what_has_left_is_not_undone(self):
        remedy, _result = self._apply("action_reship")
        self._ship(remedy.picking_ids, "B2")
        with self.assertRaises(UserError):
            self._as("user", remedy).action_undo("Too late")

    def test_more_than_was_sent_is_refused(self):
        dialog = self._dialog(self._as("user").action_reship())
        for quantity in (6, 0, -1):
            dialog.line_ids.quantity = quantity
            with self.subTest(quantity=quantity), self.assertRaises(UserError):
                dialog.action_apply()

    def test_goods_of_another_shipment_are_refused(self):
        other = self._sell()
        self._ship(other.picking_ids, "C3")
        dialog = self._dialog(self._as("user").action_reship())
        dialog.sudo().line_ids.move_id = other.picking_ids.move_ids
        with self.assertRaises(UserError):
            dialog.action_apply()

    # === COMES BACK === #

    def test_return_is_expected_and_cancelled_again(self):
        remedy, _result = self._apply("action_expect_return")
        picking = remedy.picking_ids
        self.assertEqual(
            picking.move_ids.origin_returned_move_id, self.picking.move_ids
        )
        self.assertEqual(picking.move_ids.product_uom_qty, 5)
        self.assertRecordValues(
            remedy.made_shipment_id,
            [{"direction": "return", "parent_id": self.shipment.id}],
        )
        self._undo(remedy)
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(self.exception.state, "open")

    # === CLAIM === #

    def test_claim_is_opened_withdrawn_and_reopened(self):
        remedy, _result = self._apply("action_open_claim", reason="Parcel lost")
        claim = remedy.claim_id
        self.assertRecordValues(
            claim,
            [
                {
                    "amount": 500.0,
                    "kind": "lost",
                    "state": "open",
                    "reason": "Parcel lost",
                    "deadline": fields.Date.add(fields.Date.today(), days=14),
                }
            ],
        )
        self.assertEqual(self.exception.state, "open")
        self._undo(remedy)
        self.assertEqual(claim.state, "withdrawn")
        self._as("finance", claim).action_reopen()
        self.assertEqual(claim.state, "open")

    def test_finance_claims_and_cannot_type_the_state(self):
        remedy, _result = self._apply("action_open_claim", "finance", reason="Lost")
        claim = self._as("finance", remedy.claim_id)
        claim.amount = 450
        for vals in ({"state": "withdrawn"}, {"shipment_id": self.shipment.id}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                claim.write(vals)

    # === RIGHTS AND REST === #

    def test_others_do_nothing_about_it(self):
        for role in ("integration", "auditor", "finance"):
            for press in ("action_correct_address", "action_reship"):
                with (
                    self.subTest(role=role, press=press),
                    self.assertRaises(AccessError),
                ):
                    getattr(self._as(role), press)()

    def test_what_was_done_is_never_typed(self):
        remedy, _result = self._apply("action_reship")
        for role in ("user", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role, remedy).write({"reason": "Another"})
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role, remedy).unlink()

    def test_nothing_is_undone_twice(self):
        remedy, _result = self._apply("action_reship")
        self._undo(remedy)
        with self.assertRaises(UserError):
            self._as("user", remedy).action_undo("Again")

    def test_cured_problem_does_not_come_back_by_undo(self):
        remedy, _result = self._apply("action_reship")
        self._report(
            self.shipment,
            "delivered",
            occurred_at=fields.Datetime.now() + timedelta(hours=1),
        )
        self.env.invalidate_all()
        self.assertFalse(self.shipment.trouble)
        self._undo(remedy)
        self.assertEqual(self.exception.state, "solved")

    def test_exception_is_snoozed_until_a_day_and_reopened(self):
        day = fields.Date.add(fields.Date.today(), days=12)
        action = self._as("user").action_snooze_dialog()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.user)
            .with_context(**action["context"])
        )
        form.until = day
        form.save().action_snooze()
        self.assertRecordValues(
            self.exception, [{"state": "snoozed", "snoozed_until": day}]
        )
        self._as("user").action_reopen()
        self.assertEqual(self.exception.state, "open")

    def test_nothing_is_snoozed_until_today(self):
        with self.assertRaises(UserError):
            self._as("user").action_snooze(until=fields.Date.today())
