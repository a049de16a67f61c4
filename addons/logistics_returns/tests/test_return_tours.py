from odoo.tests import HttpCase, new_test_user, tagged

from .credit_case import CreditCase
from .inspect_case import InspectCommon

PATIENCE = 120  # Seconds.


@tagged("post_install", "-at_install")
class TestInspectionTour(InspectCommon, HttpCase):
    """The warehouse takes goods back in a browser."""

    def test_from_the_receipt_to_what_was_found(self):
        goods = self._goods("Gauge")
        delivery = self._sold(goods, 3)
        dialog = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        dialog.product_return_moves.quantity = 3
        receipt = dialog._create_return()
        one = receipt.logistics_return_id
        before = self._on_hand(self.stock, goods)
        login = new_test_user(
            self.env,
            login="return-tour-warehouse",
            # Odoo gives the second to everybody it invites.
            groups="logistics_events.logistics_events_group_user,"
            "base.group_partner_manager",
            odoobot_state="disabled",
        ).login
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{receipt.id}",
            "return_inspection",
            login=login,
            timeout=PATIENCE,
        )
        self.env.invalidate_all()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self._inspected(one), {"restock": 2, "scrap": 1})
        self.assertEqual(one.finding_ids.user_id.login, login)
        self.assertEqual(set(one.finding_ids.mapped("note")), {"One has a crack"})
        self.assertEqual(one.state, "inspected")
        self.assertEqual(self._on_hand(self.stock, goods), before + 2)
        self.assertEqual(self._on_hand(self.bin, goods), 1)
        self.assertEqual(self._on_hand(self.waiting, goods), 0)


@tagged("post_install", "-at_install")
class TestApprovalTour(CreditCase, HttpCase):
    """Two of finance agree to a large credit in a browser, one after the other."""

    def _agree_on_screen(self, tour, user):
        user.odoobot_state = "disabled"
        user.group_ids |= self.env.ref("base.group_partner_manager")
        self.start_tour(
            "/odoo/logistics-approvals",
            tour,
            login=user.login,
            timeout=PATIENCE,
        )
        self.env.invalidate_all()
        self._take()

    def test_one_is_not_enough_and_the_second_is(self):
        order = self._order((self._product("Boiler", 300.0), 2))
        self._invoice(order)
        one = self._bring(order.picking_ids, 2)
        approval = self._open(order).approval_ids
        self.assertEqual(approval.needed, 2)
        for user in (self.finance, self.second):
            user.password = user.login
        self._agree_on_screen("return_approval_first", self.finance)
        self.assertRecordValues(
            approval, [{"state": "waiting", "decided_by_ids": self.finance.ids}]
        )
        self.assertFalse(self._notes(order))
        self._agree_on_screen("return_approval_second", self.second)
        self.assertRecordValues(
            approval,
            [
                {
                    "state": "approved",
                    "decided_by_ids": (self.finance | self.second).ids,
                }
            ],
        )
        self.assertRecordValues(
            self._notes(order), [{"state": "posted", "amount_total": 600.0}]
        )
        self.assertIn(one.state, ("credited", "refunded"))
