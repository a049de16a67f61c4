"""Billed weights are compared with ours: by the scale, and by the volume."""

import io
import zipfile

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.logistics_freight_accrual.tests.check_common import CheckCommon


@tagged("post_install", "-at_install")
class TestBillWeight(CheckCommon):
    """A box of 50 by 40 by 30 cm that weighs 9.8 kg: 12 kg by its volume."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})
        cls.env["ir.config_parameter"].set_param("product.weight_in_lbs", "0")
        cls.terms.weighs_in = "KG"
        cls.kind = cls.env["stock.package.type"].create(
            {
                "name": "Box",
                "packaging_length": 500.0,
                "width": 400.0,
                "height": 300.0,
            }
        )
        cls.count = 0

    @classmethod
    def _boxed(cls, *numbers):
        """Return a shipment that was picked up, in one box."""
        picking = cls._sell().picking_ids
        box = cls.env["stock.package"].create(
            {"package_type_id": cls.kind.id, "shipping_weight": 9.8}
        )
        picking.move_line_ids.result_package_id = box
        shipment = cls._ship(picking, *numbers)
        for parcel in shipment.parcel_ids:
            cls._report(shipment, "picked_up", parcel)
        cls._take()
        return shipment

    def _line(self, amount, weight, charge_type="base", **more):
        self.__class__.count += 1
        row = {
            "tracking_number": "NB1001",
            "amount": amount,
            "weight": weight,
            "weight_unit": "KG",
            "charge_type": charge_type,
        }
        return self._checked(row | more, number=f"W{self.count}").line_ids

    def _correction(self, weight, **more):
        return self._line(9.0, weight, "dimension_correction", **more)

    def test_volume_counts_by_the_divisor_of_the_terms(self):
        shipment = self._boxed("NB1001")
        self._charge(shipment, "dimension_correction", 9)
        line = self._correction(13.0)
        self.assertEqual((line.status, line.our_weight), ("matched", 12.0))
        self.assertFalse(line.is_heavier)
        # By 6000 cubic centimetres it is as heavy as its scale says, and rounded up.
        self.terms.volume_divisor = 6000.0
        line = self._correction(13.0)
        self.assertEqual((line.reason, line.our_weight), ("evidence", 10.0))
        self.assertTrue(line.is_heavier)
        self.assertIn("Billed: 13 kg, ours: 10 kg.", line.finding_text)
        self.terms.volume_divisor = 0.0
        self.assertEqual(self._correction(13.0).our_weight, 10.0)

    def test_weight_step_is_of_the_terms(self):
        self._charge(self._boxed("NB1001"), "dimension_correction", 9)
        self.terms.write({"volume_divisor": 0.0, "weight_step": 0.1})
        for weight, fits in ((10.8, True), (10.9, False)):
            self.assertEqual(self._correction(weight).is_heavier, not fits, weight)
        self.terms.weight_step = 2.0
        self.assertFalse(self._correction(11.0).is_heavier)

    def test_pounds_and_inches(self):
        self._charge(self._boxed("NB1001"), "dimension_correction", 9)
        self.terms.weighs_in = "LB"
        self.assertEqual(self.terms.volume_divisor, 139.0)
        self.assertEqual(self.terms.weight_step, 1.0)
        # 3,661.4 cubic inches by 139 are 26.34 lb, billed as 27 lb: 12.247 kg.
        line = self._correction(29.2, weight_unit="LB")
        self.assertEqual(line.our_weight, 12.247)
        self.assertFalse(line.is_heavier)
        self.assertTrue(self._correction(29.3, weight_unit="LB").is_heavier)

    def test_heavier_carriage_is_told_and_disputed_by_its_price_only(self):
        self._boxed("NB1001")
        line = self._line(100.0, 15.0)
        self.assertEqual((line.status, line.disputed_amount), ("matched", 0.0))
        self.assertTrue(line.is_heavier)
        self.assertIn("Billed: 15 kg, ours: 12 kg.", line.finding_text)
        line = self._line(120.0, 15.0)
        self.assertEqual(
            (line.status, line.reason, line.disputed_amount), ("variance", "over", 20.0)
        )
        self.assertFalse(self._line(120.0, 12.5).is_heavier)

    def test_one_number_for_all_parcels_has_their_weight(self):
        shipment = self._boxed("NB1001", "NB1002")
        self.assertEqual(len(shipment.parcel_ids), 2)
        self.assertEqual(self._line(100.0, 12.5).our_weight, 12.0)

    def test_our_measures_are_in_the_evidence(self):
        self._boxed("NB1001")
        line = self._line(120.0, 15.0)
        bill = line.bill_id
        bill.with_user(self.finance).action_post()
        dispute = bill.dispute_ids
        self.assertEqual(dispute.reason, "heavier_than_ours")
        data, _left_out = dispute._evidence()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            summary = archive.read("summary.html").decode()
        self.assertIn("15 KG", summary)
        self.assertIn("50 x 40 x 30 cm", summary)
        self.assertIn("12 kg", summary)

    def test_divisor_and_step_are_measures(self):
        for vals in ({"volume_divisor": -1.0}, {"weight_step": 0.0}):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.terms.write(vals)
                self.terms.flush_recordset()
