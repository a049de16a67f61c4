from odoo.tests import tagged

from .return_portal_case import ReturnPageCase


@tagged("post_install", "-at_install")
class TestReturnPortalTour(ReturnPageCase):
    def test_customer_sends_goods_back_and_withdraws(self):
        self.start_tour(
            f"/my/orders/{self.order.id}", "return_portal", login="portal-hansen"
        )
        one = self._one()
        self.assertEqual(one.origin, "portal")
        self.assertEqual(one.replacement, "replace")
        self.assertEqual(one.note, "One size too large")
        self.assertEqual(one.state, "closed")
