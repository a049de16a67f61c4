from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .dispatch_case import DispatchCommon


@tagged("post_install", "-at_install")
class TestObserveReports(DispatchCommon):
    """The dry run lists transfers and credits that the rules would have made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mode.mode = "off"

    def _observe(self, action, since=None, until=None):
        """Return what is listed for some days, by default the last thirty."""
        today = self.company._logistics_today()
        dialog = self.env["logistics.observe"].create(
            {
                "company_id": self.company.id,
                "since": since or fields.Date.subtract(today, days=30),
                "until": until or today,
            }
        )
        shown = dialog.with_user(self.people["manager"]).action_observe()
        return self.env["logistics.observe.line"].search(
            [*shown["domain"], ("action", "=", action)]
        )

    def test_reported_transfer_is_listed_and_not_validated(self):
        picking = self._order((self.product, 5))
        self._tell_moved(picking, self._line(self.product, 5))
        order = picking.move_ids.sale_line_id.order_id
        lines = self._observe("dispatch").filtered(lambda row: row.order_id == order)
        self.assertRecordValues(
            lines, [{"partner_id": order.partner_id.id, "rule": self.rule.name}]
        )
        self.assertEqual(lines.event_id.event_type, "dispatched")
        self.assertNotEqual(picking.state, "done")
        self.assertEqual(self.mode.mode, "off")
        self.assertFalse(
            self.env["logistics.effect"].search([("res_id", "=", picking.id)])
        )

    def test_what_is_done_for_real_is_not_listed(self):
        self.mode.mode = "on"
        picking = self._order((self.product, 5))
        self._tell_moved(picking, self._line(self.product, 5))
        self.assertTrue(self._steps(picking))
        order = picking.move_ids.sale_line_id.order_id
        self.assertNotIn(order, self._observe("dispatch").order_id)

    def test_report_belongs_to_the_day_of_the_company(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        picking = self._order((self.product, 5))
        order = picking.move_ids.sale_line_id.order_id
        # Early on the 2nd over there.
        with freeze_time("2026-05-01 13:00:00"):
            self._tell_moved(picking, self._line(self.product, 5))
        both = self._observe("dispatch", "2026-05-01", "2026-05-02")
        self.assertIn(order, both.order_id)
        first = self._observe("dispatch", "2026-05-01", "2026-05-01")
        self.assertNotIn(order, first.order_id)

    def test_credit_that_was_wanted_on_other_days_is_not_listed(self):
        line = self._order((self.product, 5)).move_ids.sale_line_id
        self.env["logistics.credit.demand"]._want(line, "test", "1", 2)
        yesterday = fields.Date.subtract(self.company._logistics_today(), days=1)
        listed = self._observe("credit", yesterday, yesterday)
        self.assertNotIn(line.order_id, listed.order_id)

    def test_credit_that_is_wanted_is_listed_with_its_amount(self):
        picking = self._order((self.product, 5))
        line = picking.move_ids.sale_line_id
        self.env["logistics.credit.demand"]._want(line, "test", "1", 2, reason="Lost")
        rows = self._observe("credit").filtered(
            lambda row: row.order_id == line.order_id
        )
        self.assertRecordValues(rows, [{"quantity": 2, "amount": 200.0}])
