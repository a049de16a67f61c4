from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import charge_codes, charge_types, evidence
from odoo.addons.logistics_freight_accrual.charge_codes import ups_code
from odoo.addons.logistics_freight_accrual.charge_types import (
    CHARGE_CLASSES,
    CHARGE_TYPES,
    CODES,
    charge_of,
    class_of,
    kind_of,
)

# Samples of the partners themselves, where they lie beside the project.
SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "fixtures"

# What the published lists of each layout call a code, and what that is for us.
MEANINGS = (
    ("x12_210", "400", "Freight", "base"),
    ("x12_210", "FUE", "Fuel Charge", "fuel"),
    ("x12_210", "FUL", "", "fuel"),
    ("x12_210", "405", "Fuel Surcharge", "fuel"),
    ("x12_210", "DSC", "Discount", "discount"),
    ("x12_210", "275", "Discount - Incentive", "discount"),
    ("x12_210", "295", "Discount - Special", "discount"),
    ("x12_210", "RES", "Residential Delivery", "residential"),
    ("x12_210", "RCL", "Redelivery", "redelivery"),
    ("x12_210", "SRG", "Storage", "storage"),
    ("x12_210", "DET", "Detention of Trailers", "detention"),
    ("x12_210", "DTU", "Detention Unloading", "detention"),
    ("x12_210", "020", "Address Correction", "address_correction"),
    ("x12_210", "240", "Customs Broker Fee", "customs_brokerage"),
    ("x12_210", "315", "Duty Charge", "duty"),
    ("x12_210", "750", "Value Added Tax", "import_tax"),
    ("x12_210", "GST", "Goods and Services Tax Charge", "tax"),
    ("x12_210", "COL", "Fee for Collecting COD Charge", "cash_on_delivery"),
    ("x12_210", "AAJ", "Adjustments", "adjustment"),
    ("x12_210", "CDF", "", "adjustment"),
    ("x12_210", "SAC", "Service Charge", "fee"),
    ("edifact_invoic", "FC", "Freight charge", "base"),
    ("edifact_invoic", "DI", "Discount", "discount"),
    ("edifact_invoic", "RE", "Re-delivery charge", "redelivery"),
    ("edifact_invoic", "AAB", "Returned goods charges", "return"),
    ("edifact_invoic", "DM", "Demurrage", "detention"),
    ("edifact_invoic", "ABW", "Customs duty charge", "duty"),
    ("edifact_invoic", "CK", "COD charge", "cash_on_delivery"),
    ("edifact_invoic", "AJ", "Adjustments", "adjustment"),
    ("ups_csv", "ISS/FRT/3", "Ground Commercial", "base"),
    ("ups_csv", "ISS/FSC/FSC", "Fuel Surcharge", "fuel"),
    ("ups_csv", "ISS/ACC/RES", "Residential Surcharge", "residential"),
    ("ups_csv", "RADJ/ACC/RES", "Residential Surcharge Adjustment", "residential"),
    ("ups_csv", "RADJ/FRT/COM", "Commercial Adjustment", "adjustment"),
    ("ups_csv", "ISS/ACC/LDR", "Delivery Area Surcharge - Extended", "extended_area"),
    ("ups_csv", "SCC/FRT/3", "Shipping Charge Correction", "dimension_correction"),
    ("ups_csv", "SCC/FSC/FSC", "Shipping Charge Correction Fuel", "fuel"),
    ("ups_csv", "ADC/FRT/1", "Address Correction Next Day Air", "address_correction"),
    ("ups_csv", "RTS/FRT/3", "Ground Undeliverable Return", "return"),
    ("ups_csv", "RTS/FSC/FSC", "Fuel Surcharge", "fuel"),
    ("ups_csv", "CADJ/MSC/", "Billing Adjustment", "adjustment"),
    ("ups_csv", "VOID/FRT/3", "", "adjustment"),
    ("ups_csv", "VOID/ACC/RES", "", "adjustment"),
    ("ups_csv", "GSR/FRT/1", "", "adjustment"),
    ("ups_csv", "SVCH/FRT/", "Service Charge", "fee"),
    ("ups_csv", "IMP/GOV/201", "Duty Amount", "duty"),
    ("ups_csv", "IMP/GOV/205", "Value Added Tax", "import_tax"),
    ("ups_csv", "IMP/BRK/405", "Disbursement Fee", "customs_brokerage"),
    ("ups_csv", "FSC", "Fuel Surcharge", "fuel"),
    ("ups_csv", "ACC/RES", "Residential Surcharge", "residential"),
    ("dhl_mybill_csv", "FF", "Fuel Surcharge", "fuel"),
    ("dhl_mybill_csv", "OO", "Remote Area Delivery", "extended_area"),
    ("dhl_mybill_csv", "TK", "Residential Delivery", "residential"),
    ("dhl_mybill_csv", "TG", "Return Undeliverable", "return"),
    ("dhl_mybill_csv", "TN", "Repeat Delivery", "redelivery"),
    ("dhl_mybill_csv", "MA", "Address Correction", "address_correction"),
    ("dhl_mybill_csv", "WK", "Bonded Storage", "storage"),
    ("dhl_mybill_csv", "XX", "Import / Export Duties", "duty"),
    ("dhl_mybill_csv", "XB", "Import Export Taxes", "import_tax"),
    ("dhl_mybill_csv", "KB", "Cash On Delivery", "cash_on_delivery"),
    ("dhl_mybill_csv", "", "Weight Charge", "base"),
    ("fedex_csv", "", "Transportation Charge", "base"),
    ("fedex_csv", "", "Fuel Surcharge", "fuel"),
    ("fedex_csv", "", "Residential Delivery", "residential"),
    ("fedex_csv", "", "DAS Extended Resi", "extended_area"),
    ("fedex_csv", "", "Address Correction", "address_correction"),
    ("fedex_csv", "", "Earned Discount", "discount"),
)


@tagged("post_install", "-at_install", "standard")
class TestChargeTypes(BaseCase):
    def test_every_type_has_a_class_a_rule_and_a_place_in_the_books(self):
        for code, kind in CHARGE_TYPES.items():
            self.assertEqual(kind.code, code)
            self.assertIn(kind.charge_class, CHARGE_CLASSES, code)
            self.assertIn(kind.booked, charge_types.BOOKED, code)
            self.assertTrue(kind.label, code)
            if kind.needs:
                self.assertIn(kind.needs, evidence.RULES, code)
            if kind.part_of:
                self.assertFalse(CHARGE_TYPES[kind.part_of].part_of, code)

    def test_rules_that_no_type_needs_do_not_exist(self):
        needed = {kind.needs for kind in CHARGE_TYPES.values()} - {""}
        self.assertEqual(needed, set(evidence.RULES))

    def test_duty_and_tax_never_are_an_expense(self):
        passed_on = {code for code, kind in CHARGE_TYPES.items() if not kind.is_expense}
        self.assertEqual(passed_on, {"duty", "import_tax", "tax"})
        for code in passed_on:
            self.assertEqual(CHARGE_TYPES[code].charge_class, "duty")

    def test_discount_is_a_part_of_the_freight(self):
        self.assertEqual(charge_of("discount"), "base")
        for code in CHARGE_TYPES.keys() - {"discount"}:
            self.assertEqual(charge_of(code), code)

    def test_accessorial_without_authority_has_a_class_of_its_own(self):
        self.assertEqual(class_of("residential"), "accessorial")
        self.assertEqual(class_of("residential", authorised=False), "unauthorised")
        for code in ("base", "fuel", "duty", "dimension_correction", "rounding"):
            self.assertEqual(class_of(code, authorised=False), class_of(code))

    def test_unknown_and_adjustment_have_no_tolerance(self):
        for code in ("unknown", "adjustment"):
            self.assertEqual(class_of(code), "unauthorised")


@tagged("post_install", "-at_install", "standard")
class TestCodes(BaseCase):
    def test_every_code_leads_to_a_type(self):
        self.assertEqual(
            set(CODES),
            {"x12_210", "edifact_invoic", "ups_csv", "fedex_csv", "dhl_mybill_csv"},
        )
        for layout, table in CODES.items():
            self.assertTrue(table, layout)
            for code, kind in table.items():
                self.assertIn(kind, CHARGE_TYPES, (layout, code))
                self.assertNotEqual(kind, "unknown", (layout, code))
                self.assertEqual(code, code.strip().upper(), (layout, code))

    def test_published_meanings(self):
        for layout, code, text, kind in MEANINGS:
            with self.subTest(layout=layout, code=code, text=text):
                self.assertEqual(kind_of(layout, code, text), kind)

    def test_how_it_is_written_does_not_matter(self):
        self.assertEqual(kind_of("x12_210", " fue "), "fuel")
        self.assertEqual(
            kind_of("fedex_csv", "", "das  extended COMM."), "extended_area"
        )
        self.assertEqual(kind_of("dhl_mybill_csv", "ff"), "fuel")
        self.assertEqual(ups_code(" iss", "acc ", "res"), "ISS/ACC/RES")
        self.assertEqual(ups_code(None, "FRT", None), "/FRT/")
        self.assertEqual(kind_of("ups_csv", "/FRT/"), "base")

    def test_what_is_listed_nowhere_is_unknown(self):
        for layout, code, text in (
            ("x12_210", "QQQ", "Freight"),
            ("x12_210", "", "Tarping"),
            ("x12_210", "010", "Add on - Destination"),
            ("x12_210", "40", ""),
            ("x12_210", "4000", ""),
            ("edifact_invoic", "400", ""),
            ("ups_csv", "ISS/ACC/NEW", "Residential Surcharge"),
            ("ups_csv", "ISS/INF/3", "Ground Commercial"),
            ("ups_csv", "ISS//", ""),
            ("ups_csv", "A/B/C/D", ""),
            ("fedex_csv", "", "Residential Delivery Plus"),
            ("dhl_mybill_csv", "ZZ", "Fuel Surcharge"),
            ("other_layout", "400", "Freight"),
            ("", "", ""),
        ):
            with self.subTest(layout=layout, code=code):
                self.assertEqual(kind_of(layout, code, text), "unknown")

    def test_words_are_only_looked_up_where_there_are_no_codes(self):
        self.assertEqual(kind_of("x12_210", "QQQ", "Fuel Surcharge"), "unknown")
        self.assertEqual(kind_of("x12_210", "", "FUE"), "fuel")

    def test_what_people_decided_counts_first(self):
        own = {("x12_210", "010"): "extended_area", ("x12_210", "400"): "fuel"}
        self.assertEqual(kind_of("x12_210", "010", own=own), "extended_area")
        self.assertEqual(kind_of("x12_210", "400", own=own), "fuel")
        self.assertEqual(kind_of("x12_210", "405", own=own), "fuel")
        self.assertEqual(kind_of("edifact_invoic", "010", own=own), "unknown")
        mine = {("carrier_x", "TOLL"): "fee"}
        self.assertEqual(kind_of("carrier_x", "", "Toll", mine), "fee")

    def test_decision_for_a_type_that_does_not_exist_is_refused(self):
        for kind in ("freight", "", "Base"):
            with self.assertRaises(ValueError):
                kind_of("x12_210", "010", own={("x12_210", "010"): kind})

    def test_one_code_cannot_mean_two_things(self):
        with self.assertRaises(ValueError):
            charge_codes._table("base 400\nfuel 400")


@tagged("post_install", "-at_install", "standard")
class TestSampleBills(BaseCase):
    def test_charges_of_a_parcel_bill(self):
        """Look up the codes of a real bill; where it is absent, the best known."""
        path = SAMPLES / "x12-210" / "ups_210_4030.edi"
        codes = {"400", "FUE", "275", "295", "CDF", "AAJ", "SAC", "690", "010"}
        if path.is_file():
            # Not all of it is ASCII: an invoice number came through damaged.
            segments = path.read_text("latin-1").split("|")
            fields = [segment.split("*") for segment in segments]
            codes |= {field[8] for field in fields if field[0].strip() == "L1"}
        kinds = {code: kind_of("x12_210", code) for code in codes}
        self.assertLessEqual(
            {"base", "fuel", "discount", "adjustment", "fee"}, set(kinds.values())
        )
        # An add-on, loading, lodging, an overrun and third party billing: the published
        # list has them, but not as something we have a type for.
        unknown = {code for code, kind in kinds.items() if kind == "unknown"}
        self.assertIn("010", unknown)
        self.assertLessEqual(unknown, {"010", "LDG", "LGD", "OAB", "TTT"})

    def test_discount_on_a_freight_bill_comes_off_the_freight(self):
        # 561.86 less 449.49 for the goods, fuel 11.80: 124.17 in all.
        sums = {}
        for code, cents in (("", 56186), ("DSC", -44949), ("FUE", 1180)):
            kind = charge_of(kind_of("x12_210", code))
            sums[kind] = sums.get(kind, 0) + cents
        self.assertEqual(sums, {"base": 11237, "fuel": 1180})
        self.assertEqual(sum(sums.values()), 12417)
