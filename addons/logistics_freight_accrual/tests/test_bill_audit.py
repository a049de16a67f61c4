"""Lines of carriers' bills are judged on the database."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual.tests.check_common import CheckCommon


@tagged("post_install", "-at_install")
class TestBillAudit(CheckCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipment = cls._accrue("NB1001")
        # Wide enough for one line; the cap is tested by itself.
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})
        cls.count = 0

    def _line(self, amount, **more):
        self.__class__.count += 1
        bill_vals = more.pop("bill", {})
        row = {"tracking_number": "NB1001", "amount": amount} | more
        return self._checked(row, number=f"A{self.count}", **bill_vals).line_ids

    def test_boundaries_of_the_defaults(self):
        # 2 % of 100 is stricter than 5.00; below, up to 10 % is accepted.
        for amount, status, reason, disputed in (
            (100.0, "matched", False, 0.0),
            (100.01, "in_tolerance", "over", 0.0),
            (102.0, "in_tolerance", "over", 0.0),
            (102.01, "variance", "over", 2.01),
            (99.99, "in_tolerance", "under", 0.0),
            (90.0, "in_tolerance", "under", 0.0),
            (89.99, "variance", "under", 0.0),
        ):
            with self.subTest(amount=amount):
                line = self._line(amount)
                self.assertRecordValues(
                    line,
                    [
                        {
                            "status": status,
                            "reason": reason,
                            "disputed_amount": disputed,
                            "delta_amount": round(amount - 100, 2),
                            "charge_class": "base",
                        }
                    ],
                )

    def test_own_row_comes_before_the_defaults_and_the_customers_before_it(self):
        values = {
            "carrier_id": self.carrier.id,
            "charge_class": "base",
            "over_amount": 8.0,
            "has_over_percent": False,
        }
        row = self.Tolerance.create(values)
        self.assertEqual(self._line(108.0).status, "variance")
        self._agree(row)
        self.assertEqual(self._line(108.0).status, "in_tolerance")
        self.assertEqual(self._line(108.01).status, "variance")
        customer = self.shipment.sale_order_ids.partner_id.commercial_partner_id
        self._agree(
            self.Tolerance.create(
                values | {"customer_id": customer.id, "over_amount": 1.0}
            )
        )
        self.assertEqual(self._line(101.0).status, "in_tolerance")
        self.assertEqual(self._line(101.01).status, "variance")

    def test_no_line_makes_up_for_another(self):
        self._accrue("NB1002")
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 110.0},
            {"tracking_number": "NB1002", "amount": 90.0},
        )
        self.assertEqual(bill.line_ids.mapped("status"), ["variance", "in_tolerance"])
        self.assertEqual(bill.doubtful_amount, 10.0)

    def test_charge_without_its_event_is_questioned(self):
        self._charge(self.shipment, "redelivery", 6)
        line = self._line(6.0, charge_type="redelivery")
        self.assertEqual((line.status, line.reason), ("variance", "evidence"))
        self.assertEqual(line.disputed_amount, 6.0)
        self.assertEqual([row["key"] for row in line.findings], ["no_failed_attempt"])
        self.assertIn("No delivery attempt failed", line.finding_text)
        self._report(self.shipment, "delivery_attempt_failed")
        self.assertEqual(self._line(6.0, charge_type="redelivery").status, "matched")

    def test_withdrawn_event_is_no_evidence(self):
        self._charge(self.shipment, "redelivery", 6)
        self._report(self.shipment, "delivery_attempt_failed")
        self.shipment._retract(
            self.shipment.event_ids.filtered(
                lambda event: event.event_type == "delivery_attempt_failed"
            ),
            "Another parcel",
        )
        self.assertEqual(self._line(6.0, charge_type="redelivery").reason, "evidence")

    def test_residential_fee_needs_a_residential_address(self):
        self._charge(self.shipment, "residential", 5)
        keys = []
        for said in (False, "business", "residential"):
            self.shipment.partner_id.logistics_address_class = said
            line = self._line(5.0, charge_type="residential")
            keys.append([row["key"] for row in line.findings or []])
        self.assertEqual(keys, [["address_class_unknown"], ["not_residential"], []])

    def test_cancelled_label_is_not_paid_for(self):
        shipment = self._ship(self._sell().picking_ids, "NB2001")
        self._charge(shipment, "base", 50)
        self._report(shipment, "shipment_cancelled")
        line = self._line(50.0, tracking_number="NB2001")
        self.assertEqual(line.disputed_amount, 50.0)
        self.assertEqual([row["key"] for row in line.findings], ["label_voided"])

    def test_parcel_that_was_never_picked_up_is_not_paid_for(self):
        order = self._sell()
        order.picking_ids.carrier_tracking_ref = "NB2002"
        shipment = order.picking_ids.logistics_shipment_ids
        if not shipment:
            shipment = self._ship(order.picking_ids, "NB2002")
        self.classPatch(
            self.registry["logistics.shipment"], "_trackable", lambda one: one
        )
        self._charge(shipment, "base", 50)
        line = self._line(50.0, tracking_number="NB2002")
        self.assertEqual([row["key"] for row in line.findings], ["never_picked_up"])
        self.assertEqual(line.status, "variance")

    def test_billed_weight_is_compared_with_ours(self):
        self._charge(self.shipment, "dimension_correction", 9)
        self.shipment.picking_ids.shipping_weight = 10.0
        unit = self.env[
            "product.template"
        ]._get_weight_uom_name_from_ir_config_parameter()
        if unit != "kg":
            self.shipment.picking_ids.shipping_weight = 22.0462
        values = {"charge_type": "dimension_correction", "weight_unit": "KG"}
        self.assertEqual(self._line(9.0, weight=11.0, **values).status, "matched")
        line = self._line(9.0, weight=11.5, **values)
        self.assertEqual([row["key"] for row in line.findings], ["heavier_than_ours"])

    def test_bill_in_parts_is_below_until_its_last_part(self):
        line = self._line(40.0, is_final=False)
        self.assertEqual(line.status, "matched")
        self.assertEqual(self._line(40.0).status, "variance")

    def test_monthly_cap_lets_nothing_pass_once_it_is_reached(self):
        self.terms.write({"leakage_percent": 100.0, "leakage_amount": 3.0})
        self.assertEqual(self._line(102.0).status, "in_tolerance")
        self.assertEqual(self._line(101.0).status, "in_tolerance")
        line = self._line(100.5)
        self.assertEqual((line.status, line.reason), ("variance", "leakage"))
        month = self.env["logistics.freight.leakage"].search(
            [("carrier_id", "=", self.carrier.id)]
        )
        self.assertTrue(month.flipped)
        self.assertEqual(month.tolerated, 3.0)
        self.assertEqual(month.spend, 303.5)
        # It stays so for the month, however little it is.
        self.assertEqual(self._line(100.01).reason, "leakage")

    def test_checking_again_uses_no_allowance_twice(self):
        self.terms.write({"leakage_percent": 100.0, "leakage_amount": 3.0})
        line = self._line(102.0)
        for _turn in range(3):
            line.bill_id._check()
        self.assertEqual(line.status, "in_tolerance")

    def test_total_above_its_tolerance_is_held_until_it_is_accepted(self):
        self.terms.header_limit = 1.0
        line = self._line(102.0)
        bill = line.bill_id
        self.assertEqual(bill.hold_reason, "header")
        self.assertEqual((bill.header_amount, bill.header_allowed), (2.0, 1.0))
        with self.assertRaises(UserError):
            bill.with_user(self.finance).action_accept_header(" ")
        bill.with_user(self.finance).action_accept_header("Agreed by phone")
        self.assertFalse(bill.hold_reason)

    def test_bill_with_much_in_doubt_is_held_as_a_whole(self):
        self.terms.hold_percent = 20.0
        self.assertEqual(self._line(120.0).bill_id.treatment, "clearing")
        bill = self._line(140.0).bill_id
        self.assertEqual((bill.treatment, bill.hold_reason), ("hold", "doubt"))

    def test_accepted_line_is_not_in_dispute(self):
        line = self._line(110.0)
        with self.assertRaises(UserError):
            line.with_user(self.finance).action_accept()
        with self.assertRaises(AccessError):
            line.with_user(self.people["auditor"]).action_accept("Fine")
        line.with_user(self.finance).action_accept("Priced anew in May")
        self.assertRecordValues(
            line,
            [
                {
                    "disputed_amount": 0.0,
                    "questioned_amount": 10.0,
                    "accepted_amount": 10.0,
                    "accepted_by_id": self.finance.id,
                    "status": "variance",
                }
            ],
        )
        line.bill_id._check()
        self.assertEqual(line.disputed_amount, 0.0)
        line.with_user(self.finance).action_doubt()
        self.assertEqual(line.disputed_amount, 10.0)

    def test_credit_memo_is_not_questioned(self):
        line = self._line(-30.0, bill={"kind": "credit"})
        self.assertEqual(line.disputed_amount, 0.0)

    def test_fuel_is_judged_by_the_freight_it_is_charged_on(self):
        self._charge(self.shipment, "fuel", 12)
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 100.0},
            {"tracking_number": "NB1001", "amount": 12.5, "charge_type": "fuel"},
        )
        self.assertEqual(bill.line_ids.mapped("status"), ["matched", "in_tolerance"])
        again = self._checked(
            {"tracking_number": "NB1001", "amount": 100.0},
            {"tracking_number": "NB1001", "amount": 12.51, "charge_type": "fuel"},
            number="4712",
        )
        self.assertEqual(again.line_ids.mapped("status"), ["matched", "variance"])


@tagged("post_install", "-at_install")
class TestTolerancePeople(CheckCommon):
    def _row(self, **more):
        values = {"carrier_id": self.carrier.id, "charge_class": "fuel"} | more
        return self.Tolerance.with_user(self.finance).create(values)

    def test_neither_editor_nor_creator_agrees(self):
        row = self._row()
        with self.assertRaises(AccessError):
            row.action_agree()
        row.with_user(self.clerk).over_amount = 9.0
        with self.assertRaises(AccessError):
            row.with_user(self.clerk).action_agree()
        # It stays the proposal of whoever made it, too.
        with self.assertRaises(AccessError):
            row.with_user(self.finance).action_agree()
        row.with_user(self.controller).action_agree()
        self.assertEqual(row.agreed_by_id, self.controller)

    def test_state_is_not_typed(self):
        row = self._row()
        for user in (self.finance, self.clerk, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                row.with_user(user).write({"state": "in_force"})
        with self.assertRaises(AccessError):
            self._row(state="in_force")
        with self.assertRaises(AccessError):
            self._row(edited_by_id=self.clerk.id)

    def test_what_is_in_force_is_replaced_not_edited(self):
        old = self._row(over_amount=1.0)
        old.with_user(self.clerk).action_agree()
        with self.assertRaises(UserError):
            old.over_amount = 2.0
        with self.assertRaises(UserError):
            old.unlink()
        window = old.action_change()
        new = self.Tolerance.browse(window["res_id"])
        self.assertEqual((new.state, new.over_amount), ("proposed", 1.0))
        new.with_user(self.finance).over_amount = 2.0
        new.with_user(self.clerk).action_agree()
        self.assertEqual((old.state, new.state), ("ended", "in_force"))

    def test_ending_needs_a_second_person_too(self):
        row = self._row()
        row.with_user(self.clerk).action_agree()
        with self.assertRaises(AccessError):
            row.action_end()
        row.with_user(self.clerk).action_end()
        self.assertEqual(row.state, "ended")

    def test_auditor_reads_and_operations_does_not(self):
        row = self._row()
        self.assertTrue(row.with_user(self.people["auditor"]).read(["over_amount"]))
        with self.assertRaises(AccessError):
            row.with_user(self.people["auditor"]).write({"over_amount": 1.0})
        with self.assertRaises(AccessError):
            row.with_user(self.people["user"]).read(["over_amount"])
