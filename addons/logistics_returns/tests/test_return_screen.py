"""The screens of returns: what people see, press, and take back."""

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_events.tests.screens import ScreenCase

from .common import ReturnCommon

OWN_MENUS = ("logistics_return_menu", "logistics_return_pending_menu")


@tagged("post_install", "-at_install")
class TestReturnScreen(ScreenCase, ReturnCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order, cls.delivery = cls._delivered(5, number="SCR1")
        cls.one = cls._announce(
            cls.delivery,
            2,
            reason_id=cls.env.ref(
                "logistics_returns.logistics_return_reason_does_not_fit"
            ).id,
            outbound_ids=[(6, 0, cls.delivery.logistics_shipment_ids.ids)],
        )

    def _as(self, role, records=None):
        records = self.one if records is None else records
        return records.with_user(self.people[role])

    def _because(self, action, reason):
        """Give a reason in the dialog an action opens."""
        dialog = (
            self.env["logistics.reason"]
            .with_user(self.people["user"])
            .with_context(**action["context"])
            .create({"reason": reason})
        )
        dialog.action_confirm()

    # === ANSWERS === #

    def test_approval_and_refusal_undo_each_other_within_one_second(self):
        for role in ("user", "finance"):
            self._as(role).action_approve()
            self.assertEqual(self.one.state, "approved")
            self._because(self._as("user").action_refuse_dialog(), "Too old")
            self.assertEqual(self.one.state, "refused")
        self._as("user").action_approve()
        self.assertEqual(self.one.state, "approved")
        self.assertEqual(self.one.line_ids.expected_quantity, 2)
        refusals = self.one.fact_ids.filtered(lambda fact: fact.kind == "refused")
        self.assertEqual(refusals.mapped("note"), ["Too old", "Too old"])
        self.assertEqual(refusals.user_id, self.people["user"])

    def test_what_is_refused_or_closed_is_opened_again(self):
        self._as("user").action_approve()
        for name, state in (("close", "closed"), ("refuse", "refused")):
            dialog = getattr(self._as("user"), f"action_{name}_dialog")()
            self._because(dialog, "Kept after all")
            self.assertEqual(self.one.state, state)
            self.assertEqual(self.one.line_ids.expected_quantity, 0)
            self._as("user").action_reopen()
            self.assertEqual(self.one.line_ids.expected_quantity, 2)
            self.assertNotEqual(self.one.state, state)

    def test_label_is_sent_once_approved(self):
        with self.assertRaises(UserError):
            self._as("user").action_send_label()
        self._as("user").action_approve()
        self._as("user").action_send_label()
        self.assertEqual(self.one.state, "label_sent")
        with self.assertRaises(UserError):
            self._as("user").action_send_label()

    def test_no_reason_no_refusal_and_no_end(self):
        for name in ("action_refuse", "action_close"):
            with self.assertRaises(UserError):
                getattr(self._as("user"), name)("  ")
        self.assertEqual(self.one.state, "requested")

    def test_only_operations_and_finance_answer(self):
        calls = {
            "action_approve": (),
            "action_refuse": ("No",),
            "action_send_label": (),
            "action_close": ("No",),
            "action_reopen": (),
        }
        for role in ("auditor", "integration", "stock", "sale", "bookkeeper"):
            for name, args in calls.items():
                with self.subTest(role=role, name=name), self.assertRaises(AccessError):
                    getattr(self._as(role), name)(*args)
        self.assertEqual(self.one.state, "requested")

    def test_other_company_cannot_answer(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.people["user"].write(
            {"company_ids": [(6, 0, other.ids)], "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            self._as("user").action_approve()

    def test_goods_that_wait_for_inspection_are_not_closed(self):
        self._as("user").action_approve()
        self.one._say("received", "r1", line=self.one.line_ids, quantity=2)
        with self.assertRaises(UserError):
            self._as("user").action_close("Enough")

    # === SCREENS === #

    def test_every_menu_opens_with_every_filter_for_every_role(self):
        self._assert_menus_open(OWN_MENUS, ("user", "manager", "finance", "auditor"))
        self._assert_menus_open(
            ("logistics_return_reason_menu",), ("manager", "auditor")
        )

    def test_every_role_opens_the_return_and_its_documents(self):
        self.order._create_invoices().action_post()
        records = (
            self.one,
            self.order,
            self.delivery,
            self.delivery.logistics_shipment_ids,
            self.order.invoice_ids,
        )
        for role in ("user", "manager", "finance", "auditor"):
            for view_type in ("list", "kanban", "form"):
                with self.subTest(role=role, view=view_type):
                    self._open(role, self.one, view_type)
        for record in records[1:]:
            record_sudo = record.sudo()
            self.assertEqual(record_sudo.logistics_return_ids, self.one, record)
            action = record_sudo.action_view_logistics_returns()
            self.assertEqual(action["res_id"], self.one.id)
        self._open("stock", self.delivery)
        self._open("sale", self.order)
        self._open("bookkeeper", self.order.invoice_ids)

    def test_unrelated_documents_have_no_returns(self):
        order, delivery = self._delivered(1)
        self.assertFalse(order.logistics_return_ids | delivery.logistics_return_ids)
        self.assertEqual(order.logistics_return_count, 0)

    def test_colleague_announces_a_return_of_a_delivery(self):
        self.people["user"].group_ids += self.env.ref("stock.group_stock_user")
        self.people["user"].group_ids += self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        with Form(self._as("user", self.env["logistics.return"])) as form:
            form.partner_id = self.customer
            with form.line_ids.new() as line:
                line.move_id = self.delivery.move_ids
                line.quantity = 3
        one = form.record
        self.assertEqual(one.line_ids.sale_line_id, self.order.order_line)
        self.assertEqual((one.state, one.origin), ("requested", "staff"))
        one.action_approve()
        self.assertEqual(one.line_ids.expected_quantity, 3)

    def test_photos_and_problems_are_on_the_form_in_plain_words(self):
        self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": b"x",
                    "mimetype": mimetype,
                    "res_model": "logistics.return",
                    "res_id": self.one.id,
                }
                for name, mimetype in (("a.jpg", "image/jpeg"), ("b.txt", "text/plain"))
            ]
        )
        self.one._say("received", "r1", line=self.one.line_ids, quantity=4)
        self.one.invalidate_recordset()
        for role in ("user", "finance", "auditor"):
            one = self._as(role)
            self.assertEqual(one.image_ids.mapped("name"), ["a.jpg"])
            self.assertEqual(one.image_count, 1)
            self.assertIn("Pump: more came than was announced.", one.problems_text)
            self.assertNotIn(one.name, one.problems_text)
            self.assertEqual(one.open_exception_count, 1)
            found = self.env["logistics.exception"].search(
                one.action_view_exceptions()["domain"]
            )
            self.assertEqual((found.res_model, found.res_id), (one._name, one.id))

    def test_buttons_show_only_where_they_do_something(self):
        arch = self._as("user").get_view(
            self.env.ref("logistics_returns.logistics_return_view_form").id
        )["arch"]
        header = etree.fromstring(arch).find("header")
        shown = [
            (button.get("name"), "btn-primary" in (button.get("class") or ""))
            for button in header.iter("button")
        ]
        self.assertIn(("action_inspect", True), shown)
        for button in header.iter("button"):
            with self.subTest(button=button.get("name")):
                self.assertTrue(button.get("title"))
                self.assertTrue(button.get("invisible"))
        for state in dict(self.one._fields["state"]._description_selection(self.env)):
            known = {
                "id": 1,
                "state": state,
                "can_send_label": state in ("approved", "label_sent"),
                "pending_since": state in ("inspected", "credited"),
                "let_go": False,
                "goods_expected": True,
                "order_count": 1,
            }
            primary = [
                button.get("name")
                for button in header.iter("button")
                if "btn-primary" in (button.get("class") or "")
                and not safe_eval(button.get("invisible"), known)
            ]
            self.assertLessEqual(len(primary), 1, state)

    def test_take_back_is_offered_once_something_was_decided(self):
        self._as("user").action_approve()
        self.assertFalse(self.one.let_go)
        self.one._let_go("kept", {self.one.line_ids: 1}, "Worthless", "t")
        self.assertTrue(self.one.let_go)
        self._because(self._as("user").action_take_back_dialog(), "After all not")
        self.assertFalse(self.one.let_go)

    def test_no_word_of_our_own_machinery_is_on_a_screen(self):
        found = [
            (where, text)
            for where, text in self._words_of_module("logistics_returns")
            if self._forbidden(text)
        ]
        self.assertFalse(found)

    # === WHAT WAITS === #

    def _inspected(self):
        self.order._create_invoices().action_post()
        line = self.one.line_ids
        self.one._say("approved", "a1")
        self.one._say("received", "r1", line=line, quantity=2)
        self.one._say("inspected", "i1", line=line, quantity=2, disposition="restock")

    def _tile(self, role, key):
        overview = self.env["logistics.overview"].with_user(self.people[role])
        overview = overview.with_context(allowed_company_ids=self.company.ids)
        tiles = {tile["key"]: tile for tile in overview.get_tiles()["tiles"]}
        if key not in tiles:
            return None, None
        return tiles[key]["count"], overview.get_list(key)

    def test_return_waits_with_a_reason_until_the_money_is_back(self):
        self.assertFalse(self.one.waits_for)
        before, _window = self._tile("finance", "returns_pending")
        self._inspected()
        self.assertEqual(self.one.state, "inspected")
        self.assertTrue(self.one.waits_for)
        count, window = self._tile("finance", "returns_pending")
        self.assertEqual(count, before + 1)
        self.assertIn(self.one, self.env["logistics.return"].search(window["domain"]))
        pending = self._open(
            "finance",
            self.one,
            "list",
            "logistics_returns.logistics_return_view_list_pending",
        )
        self.assertTrue(pending[0]["waits_for"])
        self.assertTrue(pending[0]["pending_since"])

    def test_switched_off_credit_is_the_reason(self):
        self._switch("credit", "off")
        self._inspected()
        self.assertEqual(
            self.one.waits_for,
            "Credit notes are not switched on: make it on the invoice, or switch them "
            "on.",
        )

    def test_refused_return_waits_for_no_money(self):
        self._as("user").action_refuse("No")
        self.assertFalse(self.one.waits_for)

    def test_requests_are_counted_for_those_who_may_read_them(self):
        count, window = self._tile("user", "returns_requested")
        found = self.env["logistics.return"].search(window["domain"])
        self.assertEqual(count, len(found))
        self.assertIn(self.one, found)
        self.assertEqual(self._tile("integration", "returns_requested"), (None, None))

    def test_state_says_since_when(self):
        with self.assertRaises(AccessError):
            self._as("user").state_since = fields.Datetime.now()
        trusted(self.one).state_since = fields.Datetime.subtract(
            fields.Datetime.now(), days=3
        )
        self._as("user").action_approve()
        age = fields.Datetime.now() - self.one.state_since
        self.assertLess(age.total_seconds(), 60)

    # === REASONS === #

    def test_reasons_come_with_the_addon_and_are_kept_by_managers(self):
        Reason = self.env["logistics.return.reason"]
        codes = {
            "changed_mind",
            "does_not_fit",
            "defective",
            "damaged",
            "wrong_item",
            "late",
            "refused",
            "undeliverable",
            "other",
        }
        self.assertLessEqual(codes, set(Reason.search([]).mapped("code")))
        self._as("manager", self.one.reason_id).active = False
        self.assertEqual(self.one.reason_id.code, "does_not_fit")
        with self.assertRaises(AccessError):
            self._as("user", self.one.reason_id).active = True
