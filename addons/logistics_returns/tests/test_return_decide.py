from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnDecisions(CreditCase):
    """Exceptions are dialogs with a reason, and each has its undo."""

    def _dialog(self, one, **vals):
        Dialog = self.env["logistics.return.decide"].with_user(self.clerk)
        context = Dialog._dialog(one.with_user(self.clerk))["context"]
        return Dialog.with_context(**context).create({"reason": "By phone"} | vals)

    def _announced(self, product=None, quantity=2):
        order = self._order((product or self.cheap, 5))
        self._invoice(order)
        return order, self._announce(order.picking_ids, quantity)

    def test_confirming_twice_credits_once(self):
        order, one = self._announced()
        dialog = self._dialog(one)
        dialog.line_ids.quantity = 2
        self.assertEqual(
            dialog.people_text, "One person agrees: no goods come back for it."
        )
        dialog.action_confirm()
        dialog.action_confirm()
        self.assertEqual(one.line_ids.credit_quantity, 2)
        fact = one.fact_ids.filtered(lambda fact: fact.kind == "kept")
        self.assertRecordValues(
            fact, [{"note": "By phone", "user_id": self.clerk.id, "quantity": 2}]
        )
        self._agree(order)
        self.assertEqual(self._notes(order).amount_total, 20.0)

    def test_two_people_above_the_small_amount(self):
        order, one = self._announced(self.product)
        dialog = self._dialog(one, deed="goodwill")
        dialog.line_ids.quantity = 1
        self.assertIn("Two people", dialog.people_text)
        dialog.action_confirm()
        self.assertEqual(self._open(order).approval_ids.needed, 2)

    def test_no_more_than_was_delivered(self):
        _order, one = self._announced()
        dialog = self._dialog(one)
        dialog.line_ids.quantity = 6
        with self.assertRaisesRegex(UserError, "only 5"):
            dialog.action_confirm()
        dialog.line_ids.quantity = 0
        with self.assertRaises(UserError):
            dialog.action_confirm()

    def test_decision_is_taken_back_with_a_reason(self):
        order, one = self._announced()
        one._let_go("kept", {one.line_ids: 2}, "Kind", "a")
        self.assertTrue(self._open(order))
        one.with_user(self.clerk)._take_back_let_go("They sent it after all")
        self.assertFalse(self._open(order))
        self.assertEqual(one.line_ids.credit_quantity, 0)
        with self.assertRaises(UserError):
            one._take_back_let_go("Again")
        one._let_go("kept", {one.line_ids: 1}, "Kind", "b")
        one._take_back_let_go("Again")
        self.assertEqual(one.line_ids.credit_quantity, 0)

    def test_lost_goods_are_claimed_before_anybody_agrees(self):
        order = self._sell(5)
        shipment = self._ship(order.picking_ids, "LOST1")
        self._invoice(order)
        one = self._announce(
            order.picking_ids, 2, outbound_ids=[Command.set(shipment.ids)]
        )
        one._let_go("lost", {one.line_ids: 2}, "No scan", "a")
        with self.assertRaisesRegex(UserError, "claim"):
            self._agree(order, self.finance)
        self.env["logistics.claim"].create(
            {
                "shipment_id": shipment.id,
                "kind": "lost",
                "amount": 200.0,
                "reason": "Lost",
                "deadline": "2030-01-01",
            }
        )
        self._agree(order, self.finance, self.second)
        self.assertEqual(self._notes(order).amount_total, 200.0)

    def test_photos_are_pictures_and_kept_on_the_return(self):
        _order, one = self._announced()
        File = self.env["ir.attachment"].with_user(self.clerk)
        text = File.create({"name": "a.txt", "raw": b"no picture"})
        dialog = self._dialog(one, photo_ids=[Command.set(text.ids)])
        dialog.line_ids.quantity = 1
        with self.assertRaisesRegex(UserError, "no picture"):
            dialog.action_confirm()
        photo = File.create(
            {
                "name": "a.png",
                "raw": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
                "mimetype": "image/png",
            }
        )
        dialog = self._dialog(one, photo_ids=[Command.set(photo.ids)])
        dialog.line_ids.quantity = 1
        dialog.action_confirm()
        self.assertTrue(one._has_photo())

    def test_photos_are_evidence_and_pictures_of_mails_are_none(self):
        _order, one = self._announced()
        picture = {"name": "a.png", "raw": b"\x89PNG", "mimetype": "image/png"}
        here = {"res_model": one._name, "res_id": one.id}
        File = self.env["ir.attachment"]
        logo = File.create(picture | here)
        one._message_log(body="Mail", message_type="email", attachment_ids=logo.ids)
        self.assertFalse(one._has_photo())
        photo = File.create(picture | here)
        self.assertTrue(one._has_photo())
        for change in (
            lambda: photo.sudo().unlink(),
            lambda: photo.write({"raw": b"another"}),
            lambda: photo.write({"res_id": 0}),
        ):
            with self.assertRaisesRegex(UserError, "evidence"):
                change()
        photo.name = "Crushed corner.png"

    def test_only_operations_and_finance_decide(self):
        _order, one = self._announced()
        for role in ("integration", "auditor"):
            with self.assertRaises(AccessError, msg=role):
                one.with_user(self.people[role])._let_go(
                    "kept", {one.line_ids: 1}, "No", "a"
                )
