from odoo.exceptions import AccessError
from odoo.tests import tagged

from .bill_case import BillCommon

MYSTERY = ("NB1001", "ZZ9", "4.00")
BASE = ("NB1001", "base", "12.50")


@tagged("post_install", "-at_install")
class TestFreightCode(BillCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Code = cls.env["logistics.freight.code"]
        cls.finance = cls.people["finance"]

    def _held(self, *rows, **more):
        bill = self._import(self._csv(*(rows or (BASE, MYSTERY)), **more)).bill_ids
        return bill, self.Code.search([("code", "=", "ZZ9")])

    def test_unknown_code_is_held_and_asked_about_once(self):
        bill, code = self._held(BASE, MYSTERY, MYSTERY)
        self.assertRecordValues(
            code, [{"layout": "freight_csv", "charge_type": False, "line_count": 2}]
        )
        self.assertEqual(
            bill.line_ids.mapped("charge_type"), ["base", *["unknown"] * 2]
        )
        exception = self._exceptions(code, "unknown_code")
        self.assertEqual(exception.count, 2)
        self.assertIn("ZZ9", exception.summary)
        self._import(self._csv(MYSTERY, number="NB-2"))
        self.assertEqual(self._exceptions(code, "unknown_code"), exception)
        self.assertEqual((exception.count, code.line_count), (3, 3))

    def test_decision_reads_the_lines_again(self):
        bill, code = self._held()
        posted, _code = self._held(MYSTERY, number="NB-2")
        posted.state = "posted"
        code.with_user(self.finance).charge_type = "handling"
        self.assertEqual(bill.line_ids.mapped("charge_type"), ["base", "handling"])
        self.assertEqual(posted.line_ids.charge_type, "unknown")
        self.assertFalse(self._exceptions(code, "unknown_code"))
        later, _code = self._held(MYSTERY, number="NB-3")
        self.assertEqual(later.line_ids.charge_type, "handling")
        self.assertFalse(later.line_ids.code_id)

    def test_every_meaning_is_kept_with_who_decided(self):
        bill, code = self._held()
        code.with_user(self.finance).charge_type = "handling"
        code.with_user(self.clerk).charge_type = "storage"
        code.with_user(self.clerk).charge_type = "storage"
        self.assertRecordValues(
            code.version_ids.sorted("revision"),
            [
                {"revision": 1, "charge_type": "handling", "user_id": self.finance.id},
                {"revision": 2, "charge_type": "storage", "user_id": self.clerk.id},
            ],
        )
        self.assertEqual(bill.line_ids[1].charge_type, "storage")
        with self.assertRaises(AccessError):
            code.version_ids[0].with_user(self.finance).write({"charge_type": "base"})

    def test_meaning_taken_back_is_asked_about_again(self):
        bill, code = self._held()
        code.with_user(self.finance).charge_type = "handling"
        code.with_user(self.finance).charge_type = False
        self.assertEqual(bill.line_ids[1].charge_type, "unknown")
        self.assertTrue(self._exceptions(code, "unknown_code"))

    def test_decision_ahead_is_stored_as_it_is_looked_up(self):
        code = self.Code.with_user(self.finance).create(
            {"layout": "freight_csv", "code": " zz9. ", "charge_type": "peak"}
        )
        self.assertEqual(code.code, "ZZ9")
        bill, _code = self._held()
        self.assertEqual(bill.line_ids[1].charge_type, "peak")

    def test_words_count_where_there_is_no_code(self):
        row = {
            "tracking_number": "NB1",
            "charge_text": "Gate fee",
            "charge_amount": "2",
        }
        bill = self._import(self._csv(row)).bill_ids
        self.assertEqual(bill.line_ids.code_id.code, "GATE FEE")

    def test_codes_of_ups_are_three_joined(self):
        kind_of = self.Code._kind_of()
        self.assertEqual(kind_of("ups_csv", "ISS/ACC/XYZ", "Odd"), "unknown")
        self.Code.create(
            {"layout": "ups_csv", "code": "ISS/ACC/XYZ", "charge_type": "option"}
        )
        self.assertEqual(self.Code._kind_of()("ups_csv", "ISS/ACC/XYZ", ""), "option")
        self.assertEqual(kind_of("ups_csv", "ISS/FSC/1", ""), "fuel")

    def test_our_own_file_names_our_types(self):
        kind_of = self.Code._kind_of()
        self.assertEqual(kind_of("freight_csv", "Fuel", ""), "fuel")
        self.assertEqual(kind_of("edifact_invoic", "fuel", ""), "unknown")

    def test_only_finance_decides(self):
        _bill, code = self._held()
        for role in ("user", "manager", "integration", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                code.with_user(self.people[role]).charge_type = "base"
