from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestSetup(ReleaseCommon):
    """Four plain choices write the rules that orders then follow."""

    def setUp(self):
        super().setUp()
        self.manager = self.people["manager"]

    def _dialog(self, **vals):
        return (
            self.env["logistics.setup.invoicing"].with_user(self.manager).create(vals)
        )

    def _choose(self, choice, **vals):
        self._dialog(choice=choice, **vals).action_apply()
        return self._rules()

    def _rules(self):
        rules = self.env["logistics.policy"]._of_setup(self.company)
        return rules.filtered("active").sorted("sequence")

    def _step(self, company=None):
        steps = self.env["onboarding.onboarding.step"].with_user(self.manager)
        steps = steps.with_context(allowed_company_ids=(company or self.company).ids)
        return steps._logistics_steps()["action_open_logistics_when"]

    def test_each_plain_choice_writes_one_rule(self):
        for choice in ("dispatched", "picked_up", "delivered"):
            with self.subTest(choice=choice):
                rules = self._choose(choice)
                self.assertRecordValues(
                    rules,
                    [
                        {
                            "trigger": choice,
                            "company_id": self.company.id,
                            "action": "release",
                            "domain": "[]",
                        }
                    ],
                )

    def test_new_order_follows_the_choice_before_all_other_rules(self):
        rule = self._choose("picked_up", result="post")
        order = self._sell(2)
        self.assertEqual(order.logistics_release_policy_id, rule)
        shipment = self._ship(order.picking_ids, "SETUP1")
        self._take()
        self.assertFalse(order.invoice_ids)
        self._report(shipment, "picked_up")
        self._take()
        self.assertRecordValues(
            order.invoice_ids, [{"state": "posted", "amount_untaxed": 200.0}]
        )

    def test_order_paid_online_is_invoiced_when_it_leaves(self):
        paid, others = self._choose("delivered_web")
        self.assertEqual((paid.trigger, others.trigger), ("dispatched", "delivered"))
        match = self.env["logistics.policy"]._match
        order = self._sell(1)
        self.assertEqual(match("release", order), others)
        provider = self.env["payment.provider"].create({"name": "Web"})
        order.transaction_ids = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env["payment.method"].search([], limit=1).id,
                "reference": "WEB-1",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "state": "done",
            }
        )
        self.assertEqual(match("release", order), paid)

    def test_choosing_again_rewrites_the_rule_and_keeps_its_history(self):
        self._choose("delivered_web")
        rule = self._choose("picked_up")
        self.assertEqual(len(rule), 1)
        versions = len(rule.version_ids)
        self.assertGreater(versions, 1)
        self._choose("picked_up")
        self.assertEqual(len(rule.version_ids), versions)
        self.assertEqual(len(self._choose("delivered_web")), 2)
        self.assertEqual(len(self.env["logistics.policy"]._of_setup(self.company)), 2)

    def test_dialog_opens_with_what_was_chosen(self):
        self.assertFalse(self._dialog().is_chosen)
        self._choose("delivered_web", result="post_send")
        dialog = self._dialog()
        self.assertRecordValues(
            dialog,
            [{"choice": "delivered_web", "result": "post_send", "is_chosen": True}],
        )

    def test_rules_by_delivery_term_come_back(self):
        self._choose("dispatched")
        self._dialog().action_undo()
        self.assertFalse(self._rules())
        order = self._sell(1)
        self.assertEqual(order.logistics_release_policy_id, self.rule)
        self._dialog().action_undo()
        self.assertTrue(self.rule.active)

    def test_step_is_ticked_in_the_company_of_the_rule_only(self):
        other = self.env["res.company"].create({"name": "Undecided"})
        self.manager.company_ids |= other
        self.assertFalse(self._step().done)
        self._choose("delivered")
        self.assertTrue(self._step().done)
        self.assertFalse(self._step(other).done)

    def test_nobody_chooses_for_a_company_of_others(self):
        other = self.env["res.company"].create({"name": "Not Mine"})
        dialog = self._dialog(choice="delivered")
        dialog.sudo().company_id = other
        with self.assertRaises(AccessError):
            dialog.action_apply()

    def test_only_managers_choose(self):
        for role in ("user", "finance", "integration", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env["logistics.setup.invoicing"].with_user(
                    self.people[role]
                ).create({})
