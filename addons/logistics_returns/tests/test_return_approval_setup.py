from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestReturnSetup(CreditCase):
    """The approval table says what it would have meant."""

    def _setup(self):
        action = (
            self.env["logistics.return.setup"].with_user(self.finance).action_open()
        )
        return (
            self.env["logistics.return.setup"]
            .with_user(self.finance)
            .browse(action["res_id"])
        )

    def test_it_counts_the_credit_notes_of_the_last_90_days(self):
        order = self._order((self.product, 20), (self.cheap, 20))
        invoice = self._invoice(order)
        for count in (1, 3, 7):
            note = self._reverse(invoice)
            note.invoice_line_ids[1:].unlink()
            note.invoice_line_ids.quantity = count
            note.action_post()
        setup = self._setup()
        setup.logistics_return_automatic = 100.0
        self.assertEqual(
            setup.tally_text,
            "Of 3 credit notes 1 would have needed nobody, 1 one person and "
            "1 two people.",
        )
        setup.logistics_return_one_person = 1000.0
        self.assertIn("1 would have needed nobody, 2 one person", setup.tally_text)
        setup.action_save()
        self.assertEqual(self.company.logistics_return_one_person, 1000.0)
        self.assertTrue(self.company.logistics_return_table_at)

    def test_amounts_that_contradict_each_other_are_refused(self):
        setup = self._setup()
        setup.logistics_return_automatic = 5000.0
        self.assertIn("do not fit together", setup.tally_text)
        with self.assertRaises(UserError):
            setup.action_save()

    def test_lighter_table_is_not_for_what_waits_already(self):
        order = self._order((self.product, 10))
        self._invoice(order)
        delivery = order.picking_ids
        one = self._bring(delivery, 6)
        self.assertEqual(self._open(order).approvers_needed, 2)
        setup = self._setup()
        setup.logistics_return_automatic = setup.logistics_return_one_person = 5000.0
        setup.action_save()
        one._reckon_again()
        self.assertEqual(self._open(order).approvers_needed, 2)
        self.company.logistics_return_four_eyes = False
        one._reckon_again()
        self.assertEqual(self._open(order).approvers_needed, 2)
        later = self._order((self.product, 10))
        self._invoice(later)
        self._bring(later.picking_ids, 6)
        self.assertEqual(self._open(later).approvers_needed, 0)

    def test_stricter_table_is_for_what_waits_as_well(self):
        order = self._order((self.cheap, 5))
        self._invoice(order)
        one = self._bring(order.picking_ids, 4)
        self.assertEqual(self._open(order).approvers_needed, 0)
        setup = self._setup()
        setup.logistics_return_automatic = 30.0
        setup.action_save()
        one._reckon_again()
        self.assertEqual(self._open(order).approvers_needed, 1)

    def test_only_finance_sets_it_up(self):
        for role in ("user", "manager", "integration", "auditor"):
            with self.assertRaises(AccessError, msg=role):
                self.env["logistics.return.setup"].with_user(
                    self.people[role]
                ).action_open()

    def test_step_of_the_guided_set_up(self):
        steps = self.env["onboarding.onboarding.step"].with_user(self.finance)
        self.assertFalse(steps._logistics_steps()["action_open_logistics_returns"].done)
        self._setup().action_save()
        self.assertTrue(steps._logistics_steps()["action_open_logistics_returns"].done)
