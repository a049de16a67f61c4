"""What is heard of a charge after its bill, or before it and out of turn: the books
follow, and accrued freight ends at 0.00.
"""

from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from .check_common import CheckCommon


@tagged("post_install", "-at_install")
class TestAfterBill(CheckCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})
        cls.shipment = cls._accrue("NB1001")
        cls.charge = cls.shipment.logistics_charge_ids

    def _post(self, bill, user=None):
        bill.with_user(user or self.finance).action_post()
        return bill.move_id

    def _billed(self, amount=100.0, **more):
        """Return the posted bill about the charge."""
        bill = self._checked({"tracking_number": "NB1001", "amount": amount}, **more)
        self._post(bill)
        return bill

    def _memo(self, amount, **more):
        return self._checked(
            {"tracking_number": "NB1001", "amount": -amount},
            kind="credit",
            number="C1",
            **more,
        )

    def _check_closed(self, **roles):
        """Check what the charge came to, and that nothing of it is left open.

        :param roles: What its accounts show, debits positive.
        """
        self.env.invalidate_all()
        self.assertEqual(
            self._balances(self.charge),
            {role: Decimal(amount) for role, amount in roles.items()},
        )
        self.assertEqual(self.charge.open_amount, 0.0)
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )
        items = self.charge.line_ids.filtered(
            lambda item: item.logistics_charge_role in ("accrued", "clearing")
        )
        self.assertTrue(all(items.mapped("reconciled")))
        self.assertFalse(self.charge._plans()[self.charge].postings)

    # === PRICES AND VOID CHARGES === #

    def test_charge_that_is_void_after_its_bill_leaves_nothing_accrued(self):
        self._billed(101.0)
        self.charge._say("void", "label", on=self.today)
        self._take()
        self._check_closed(variance="101")

    def test_price_that_is_raised_after_the_bill_leaves_nothing_accrued(self):
        self._billed(101.0)
        self._price(self.shipment, 120.0)
        self._take()
        self._check_closed(freight="120", variance="-19")

    def test_price_that_is_lowered_after_the_bill_leaves_nothing_accrued(self):
        self._billed(101.0)
        self._price(self.shipment, 90.0)
        self._take()
        self._check_closed(freight="90", variance="11")

    def test_what_follows_from_it_is_posted_once(self):
        self._billed(101.0)
        self._price(self.shipment, 120.0)
        self._take()
        known = self.charge.posting_ids
        self.charge._settle()
        self.charge._reckon()
        self._take()
        self.env.invalidate_all()
        self.assertEqual(self.charge.posting_ids, known)

    # === CREDIT MEMOS === #

    def test_credit_memo_above_its_bill(self):
        bill = self._billed(100.0)
        memo = self._memo(150.0, original="4711")
        move = self._post(memo)
        self.assertEqual(
            (move.move_type, move.amount_total, bill.move_id.amount_total),
            ("in_refund", 150.0, 100.0),
        )
        self.env.invalidate_all()
        balances = self._balances(self.charge)
        self.assertEqual(sum(balances.values()), Decimal(-50))
        self.assertNotIn("accrued", balances)
        self.assertEqual(self.charge.billed_amount, -50.0)

    def test_credit_memo_before_its_bill(self):
        self._post(self._memo(30.0))
        bill = self._billed(100.0)
        self.assertEqual(bill.line_ids.status, "matched")
        self.assertEqual(bill.line_ids.charge_id, self.charge)
        charges = self.shipment.logistics_charge_ids
        self.assertEqual(sum(self._balances(charges).values()), Decimal(70))
        self._check_closed(freight="100")

    # === BILLS IN PARTS === #

    def test_last_bill_dated_before_the_first(self):
        for number, amount, days in (("P1", 60.0, 0), ("P2", 30.0, 3)):
            bill = self._checked(
                {"tracking_number": "NB1001", "amount": amount, "is_final": False},
                number=number,
                issued=self.today - timedelta(days=days),
            )
            self._post(bill)
        self.assertEqual(self.charge.open_amount, 10.0)
        last = self._checked(
            {"tracking_number": "NB1001", "amount": 10.0},
            number="P3",
            issued=self.today - timedelta(days=10),
        )
        self._post(last)
        self.env.invalidate_all()
        self.assertEqual(self.charge.billed_amount, 100.0)
        self.assertEqual(self.charge.open_amount, 0.0)
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )
        self.assertFalse(self.charge._plans()[self.charge].postings)

    # === WHAT CHANGED SINCE THE CHECK === #

    def _label(self, number):
        """Return a shipment with a label and a price, that nobody picked up."""
        shipment = self._ship(self._sell().picking_ids, number)
        self._charge(shipment, "base", 50)
        return shipment

    def test_label_that_is_voided_after_the_check_is_not_paid_for(self):
        shipment = self._label("NB2001")
        bill = self._checked({"tracking_number": "NB2001", "amount": 50.0})
        self.assertEqual(bill.line_ids.status, "matched")
        self._report(shipment, "shipment_cancelled")
        bill.with_user(self.finance).action_post()
        self.assertEqual(bill.state, "checked")
        self.assertFalse(bill.move_id)
        self.assertRecordValues(
            bill.line_ids,
            [{"status": "variance", "reason": "evidence", "disputed_amount": 50.0}],
        )
        self.assertIn("changed since", bill.message_ids[:1].body)
        # Asked for once more, it is posted as it was found.
        move = self._post(bill)
        self.assertEqual(self._items(move), {"clearing": 50.0, "payment_term": -50.0})

    def test_label_that_is_voided_while_others_decide_is_not_paid_for(self):
        shipment = self._label("NB2001")
        bill = self._checked(
            {"tracking_number": "NB2001", "amount": 50.0},
            {"tracking_number": "NB1001", "amount": 300.0},
        )
        bill.line_ids[1].with_user(self.finance).action_accept("Agreed by phone")
        bill.with_user(self.finance).action_post()
        self.assertEqual(bill.state, "waiting")
        self._report(shipment, "shipment_cancelled")
        step = bill.effect_ids
        step.approval_ids.with_user(self.clerk).action_approve()
        self._take()
        self.assertEqual(step.state, "failed")
        self.assertIn("changed since", step.error)
        self.assertFalse(bill.move_id)

    def test_bill_about_which_nothing_changed_is_posted_at_once(self):
        self._label("NB2001")
        bill = self._checked({"tracking_number": "NB2001", "amount": 50.0})
        self._post(bill)
        self.assertEqual(bill.state, "posted")


@tagged("post_install", "-at_install")
class TestNeverAccrued(CheckCommon):
    """Freight of which the accrual was given up before it was posted."""

    def setUp(self):
        super().setUp()
        self.shipment = self._ship(self._sell().picking_ids, "NB3001")

    def _wish(self):
        """The goods leave; the accrual is asked for, and not taken yet."""
        self._report(self.shipment, "picked_up", self.shipment.parcel_ids)
        charge = self.shipment.logistics_charge_ids
        step = self.env["logistics.effect"].search(
            [("res_model", "=", charge._name), ("res_id", "=", charge.id)]
        )
        self.assertEqual((step.state, charge.mode), ("waiting", "on"))
        return charge, step

    def _check_cost_at_once(self, charge):
        bill = self._checked({"tracking_number": "NB3001", "amount": 100.0})
        bill.with_user(self.finance).action_post()
        self._take()
        self.assertEqual(
            self._items(bill.move_id), {"freight": 100.0, "payment_term": -100.0}
        )
        self.env.invalidate_all()
        self.assertEqual(charge.open_amount, 0.0)
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), 0.0
        )

    def test_action_that_is_switched_off_meanwhile(self):
        charge, step = self._wish()
        self.env["logistics.action.mode"]._change(self.company, "accrue", "off")
        self._take()
        self.assertEqual(step.state, "superseded")
        self._check_cost_at_once(charge)

    def test_it_is_accrued_when_it_is_switched_on_again(self):
        charge, _step = self._wish()
        Mode = self.env["logistics.action.mode"]
        Mode._change(self.company, "accrue", "off")
        Mode._change(self.company, "accrue", "on", since="2020-01-01")
        self._take()
        self.env.invalidate_all()
        self.assertEqual((charge.mode, charge.open_amount), ("on", 100.0))

    def test_what_was_accrued_before_stays_so(self):
        charge, step = self._wish()
        self._take()
        self.env["logistics.action.mode"]._change(self.company, "accrue", "off")
        self.env.invalidate_all()
        self.assertEqual((step.state, charge.mode), ("done", "on"))
        self.assertEqual(charge.open_amount, 100.0)

    def _refused(self):
        self.company.logistics_freight_materiality = 50.0
        self.company.sudo().fiscalyear_lock_date = self.today
        charge, step = self._wish()
        self.assertEqual(step.approvers_needed, 1)
        return charge, step

    def _refuse(self, step):
        step.approval_ids.with_user(self.finance).action_refuse("Not in that year")
        self.assertEqual(step.state, "rejected")
        self.company.sudo().fiscalyear_lock_date = False

    def test_accrual_of_a_closed_period_that_was_refused(self):
        charge, step = self._refused()
        self._refuse(step)
        self._check_cost_at_once(charge)

    def test_accrual_that_is_refused_after_its_bill(self):
        charge, step = self._refused()
        self.company.logistics_freight_materiality = 5000.0
        bill = self._checked({"tracking_number": "NB3001", "amount": 100.0})
        bill.with_user(self.finance).action_post()
        self._refuse(step)
        self._take()
        self.env.invalidate_all()
        self.assertEqual(self._balances(charge), {"freight": Decimal(100)})
        self.assertEqual(charge.open_amount, 0.0)
