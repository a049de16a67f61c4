from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..hooks import _COLUMNS, pre_init_hook, uninstall_hook
from .common import ReleaseCommon

OWN = "logistics_invoice_release"


@tagged("post_install", "-at_install")
class TestInstall(ReleaseCommon):
    """Coming computes nothing over the history; going leaves nothing held."""

    def test_every_stored_field_of_a_large_table_gets_its_column_beforehand(self):
        for model in (
            "sale.order",
            "sale.order.line",
            "stock.move",
            "stock.picking",
            "product.template",
            "logistics.effect",
        ):
            own = {
                name
                for name, field in self.env[model]._fields.items()
                if field._modules == (OWN,) and field.store and field.column_type
            }
            self.assertEqual(own, set(_COLUMNS[self.env[model]._table]), model)

    def test_columns_are_not_added_twice(self):
        order = self._sell(3)
        pre_init_hook(self.env)
        order.invalidate_recordset()
        self.assertEqual(order.logistics_release_mode, "hold")

    def test_history_holds_nothing(self):
        self.mode.mode = "off"
        order = self._sell(3)
        self._ship(order.picking_ids, "H1")
        self.assertRecordValues(
            order.order_line, [{"logistics_qty_held": 0, "qty_to_invoice": 3}]
        )

    def test_uninstalling_lifts_the_holds(self):
        held = self._sell(3)
        self._ship(held.picking_ids, "U1")
        free = self._sell(2)
        self._deliver(self._ship(free.picking_ids, "U2"))
        self._take()
        uninstall_hook(self.env)
        self.env.invalidate_all()
        self.assertRecordValues(
            held.order_line | free.order_line,
            [
                {"qty_to_invoice": 3, "invoice_status": "to invoice"},
                {"qty_to_invoice": 2, "invoice_status": "to invoice"},
            ],
        )
        self.assertEqual(held.invoice_status, "to invoice")
        self.assertFalse(held.logistics_release_policy_id)

    def test_action_is_off_after_installation(self):
        company = self.env["res.company"].create({"name": "Fresh"})
        self.assertEqual(
            self.env["logistics.action.mode"]._mode(company, "release"), "off"
        )

    def test_invoice_has_no_mode_of_its_own(self):
        actions = dict(self.env["logistics.action.mode"]._selection_action())
        self.assertIn("release", actions)
        self.assertNotIn("invoice", actions)


@tagged("post_install", "-at_install")
class TestRoles(ReleaseCommon):
    """Who sees what is held; what each may press is tested with the buttons."""

    FIELDS = [
        "logistics_held_amount",
        "logistics_hold_since",
        "logistics_hold_latest",
        "logistics_hold_days",
        "logistics_hold_reason",
        "logistics_order_names",
        "logistics_state",
    ]

    def _pending(self, user):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "logistics_invoice_release.stock_picking_action_pending"
        )
        self.assertEqual(action["res_model"], "stock.picking")
        return (
            self.env["stock.picking"]
            .with_user(user)
            .search_read([("logistics_hold_since", "!=", False)], self.FIELDS)
        )

    def test_pending_list_is_open_to_those_who_have_it_in_their_menu(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "R1")
        for role in ("user", "finance", "auditor", "manager"):
            rows = {row["id"] for row in self._pending(self.people[role])}
            self.assertIn(order.picking_ids.id, rows, role)

    def test_seller_sees_why_the_order_waits(self):
        order = self._sell(3, user_id=self.seller.id)
        self._ship(order.picking_ids, "R1")
        seen = order.with_user(self.seller)
        self.assertIn(order.picking_ids.name, seen.logistics_hold_reason)
        self.assertTrue(seen._logistics_waits_for())

    def test_other_company_sees_nothing(self):
        order = self._sell(3)
        self._ship(order.picking_ids, "R1")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.people["finance"].copy(
            {
                "login": "logistics-stranger",
                "company_id": other.id,
                "company_ids": [(6, 0, other.ids)],
            }
        )
        self.assertFalse(self._pending(stranger))
        with self.assertRaises(AccessError):
            order.with_user(stranger).action_logistics_decide_again()
        self.env["logistics.release.waiver"]._waive(order, order.picking_ids, "Why")
        self.assertFalse(
            self.env["logistics.release.waiver"].with_user(stranger).search([])
        )

    def test_views_open_for_every_role(self):
        for role, models in (
            ("finance", ("sale.order", "stock.picking", "logistics.release.dialog")),
            ("user", ("stock.picking",)),
            ("manager", ("logistics.policy",)),
        ):
            for model in models:
                view = (
                    self.env[model]
                    .with_user(self.people[role])
                    .get_view(view_type="form")
                )
                self.assertTrue(view["arch"], f"{role} {model}")
