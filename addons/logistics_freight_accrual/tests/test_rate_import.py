import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.logistics_freight_accrual import rate_sheet, rate_template
from odoo.addons.logistics_freight_accrual.tests import sheets
from odoo.addons.logistics_freight_accrual.tests.expected_common import ExpectedCommon
from odoo.addons.logistics_freight_accrual.wizard.logistics_rate_import_plan import (
    WORDS,
)


@tagged("post_install", "-at_install")
class TestRateImport(ExpectedCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.people["finance"]
        # Whatever else is there, nobody else has this name.
        cls.carrier.write({"name": "Import Parcel", "scac": "IMPX"})
        common = {
            "carrier": "Import Parcel",
            "currency": cls.company.currency_id.name,
        }
        cls.rate = sheets.RATE | common
        cls.fuel = sheets.FUEL | common

    def _preview(self, data, **more):
        """Return the dialog after it read a file."""
        dialog = (
            self.env["logistics.rate.import"]
            .with_user(self.clerk)
            .create({"file": base64.b64encode(data), "filename": "rates"} | more)
        )
        dialog.action_preview()
        return dialog

    def _import(self, *rows, data=None, **more):
        """Import rows and return the agreements."""
        dialog = self._preview(data or sheets.as_csv(*rows), **more)
        dialog.action_confirm()
        return self._agreements()

    def _agreements(self):
        return self.env["logistics.rate.agreement"].search(
            [("carrier_id", "=", self.carrier.id)]
        )

    def _counts(self, dialog):
        return (
            dialog.added_count,
            dialog.changed_count,
            dialog.removed_count,
            dialog.same_count,
            dialog.problem_count,
        )

    def _reasons(self, dialog):
        return dialog.line_ids.filtered(lambda one: one.kind == "problem").mapped(
            lambda one: (one.row, one.column or "", one.after)
        )

    def test_nothing_is_written_before_it_is_confirmed(self):
        dialog = self._preview(sheets.as_csv(self.rate, self.fuel))
        self.assertEqual(self._counts(dialog), (2, 0, 0, 0, 0))
        self.assertEqual(set(dialog.line_ids.mapped("kind")), {"added"})
        self.assertFalse(self._agreements())
        dialog.action_confirm()
        agreement = self._agreements()
        self.assertEqual(agreement.name, "North 26")
        self.assertEqual(agreement.version, 1)
        self.assertEqual(agreement.version_ids.user_id, self.clerk)
        pure = rate_sheet.read(
            sheets.as_csv(self.rate, self.fuel),
            {self.company.currency_id.name: 2},
            ("fuel",),
        ).agreements[0]
        self.assertEqual(agreement._pure(), pure)

    def test_workbook_says_the_same_as_a_text(self):
        rate = self.rate | {"weight_to": 5, "price": 6.9}
        self._import(data=sheets.as_xlsx(rate))
        self.assertEqual(self._agreements().rate_ids.price, 6.9)

    def test_templates_can_be_imported_but_for_their_carrier(self):
        dialog = self.env["logistics.rate.import"].with_user(self.clerk).create({})
        self.env.ref("base.EUR").active = True
        for name in ("template_csv", "template_xlsx"):
            data = base64.b64decode(dialog[name])
            preview = self._preview(data)
            self.assertEqual(
                self._reasons(preview),
                [
                    (
                        row,
                        "carrier",
                        "There is no carrier “Example carrier”: create it first.",
                    )
                    for row in (2, 3)
                ],
            )
        self.env["logistics.carrier"].create({"name": "Example carrier"})
        self.assertEqual(self._counts(self._preview(data)), (2, 0, 0, 0, 0))
        url = dialog.action_template_xlsx()["url"]
        self.assertIn(f"/{dialog.id}/template_xlsx/rates.xlsx", url)

    def test_what_changes_is_shown_and_written(self):
        second = self.rate | {"weight_to": "10", "price": "9.90"}
        self._import(self.rate, second, self.fuel)
        agreement = self._agreements()
        third = self.rate | {"weight_to": "20", "price": "14.00"}
        dialog = self._preview(
            sheets.as_csv(self.rate | {"price": "7.10"}, third, self.fuel)
        )
        self.assertEqual(self._counts(dialog), (1, 1, 1, 1, 0))
        changed = dialog.line_ids.filtered(lambda one: one.kind == "changed")
        self.assertIn("price 6.9", changed.before)
        self.assertIn("price 7.1", changed.after)
        dialog.action_confirm()
        self.assertEqual(
            agreement.rate_ids.mapped(lambda one: (one.weight_to, one.price)),
            [(5.0, 7.1), (20.0, 14.0)],
        )
        self.assertEqual(agreement.version, 2)
        self.assertEqual(len(agreement.surcharge_ids), 1)

    def test_head_of_the_agreement_is_shown_and_written(self):
        self._import(self.rate)
        dialog = self._preview(sheets.as_csv(self.rate | {"divisor": "5000"}))
        changed = dialog.line_ids
        self.assertEqual(
            (changed.column, changed.before, changed.after),
            ("Volume Divisor", "0", "5000"),
        )
        dialog.action_confirm()
        self.assertEqual(self._agreements().divisor, 5000.0)

    def test_the_same_again_changes_nothing(self):
        self._import(self.rate, self.fuel)
        dialog = self._preview(sheets.as_csv(self.rate, self.fuel))
        self.assertEqual(self._counts(dialog), (0, 0, 0, 2, 0))
        with self.assertRaises(UserError):
            dialog.action_confirm()
        self.assertEqual(self._agreements().version, 1)

    def test_bad_rows_stop_everything_until_somebody_says_so(self):
        bad = self.rate | {"weight_to": "10", "price": "free"}
        dialog = self._preview(sheets.as_csv(self.rate, bad, self.fuel))
        self.assertEqual(self._reasons(dialog), [(3, "price", "Not a number: free")])
        with self.assertRaises(UserError):
            dialog.action_confirm()
        self.assertFalse(self._agreements())
        dialog.skip_bad = True
        dialog.action_confirm()
        self.assertEqual(self._agreements().rate_ids.mapped("weight_to"), [5.0])

    def test_rows_stay_when_a_bad_row_may_be_meant_for_them(self):
        second = self.rate | {"weight_to": "10", "price": "9.90"}
        self._import(self.rate, second)
        bad = second | {"price": "free"}
        self._import(self.rate | {"price": "7.00"}, bad, skip_bad=True)
        self.assertEqual(
            self._agreements().rate_ids.mapped(lambda one: (one.weight_to, one.price)),
            [(5.0, 7.0), (10.0, 9.9)],
        )

    def test_new_validity_replaces_what_it_overlaps_despite_bad_rows(self):
        self._import(self.rate)
        half = self.rate | {"valid_from": "2026-07-01", "price": "8.00"}
        self._import(half, self.rate | {"price": "x"}, skip_bad=True)
        self.assertEqual(self._agreements().rate_ids.mapped("price"), [8.0])

    def test_each_problem_of_the_database_is_told(self):
        self._agree(name="Theirs", carrier_id=self.carrier.create({"name": "X"}).id)
        self._agree(name="Old").active = False
        self.carrier.create([{"name": "Twin"}, {"name": "twin"}])
        rows = [
            self.rate | {"agreement": "A", "carrier": "Nobody"},
            self.rate | {"agreement": "B", "carrier": "Twin"},
            self.rate | {"agreement": "Theirs"},
            self.rate | {"agreement": "Old"},
            self.rate | {"agreement": "C", "country": "QQ"},
            self.rate | {"agreement": "D", "price": "1.1234567"},
            self.rate | {"agreement": "E", "price": "12345678901"},
        ]
        dialog = self._preview(sheets.as_csv(*rows))
        self.assertEqual(
            [reason for _row, _column, reason in self._reasons(dialog)],
            [
                "There is no carrier “Nobody”: create it first.",
                "Several carriers are called “Twin”.",
                "The agreement “Theirs” is with another carrier.",
                "The agreement “Old” is archived.",
                "No such code: QQ",
                "1.1234567 has more than six decimals, or too many digits.",
                "12345678901 has more than six decimals, or too many digits.",
            ],
        )
        self.assertEqual(dialog.added_count, 0)

    def test_carrier_is_found_by_its_scac(self):
        self._import(self.rate | {"carrier": "impx"})
        self.assertEqual(len(self._agreements()), 1)

    def test_file_that_is_none_is_told(self):
        dialog = self._preview(b"PK\x03\x04 broken")
        self.assertEqual(dialog.problem_count, 1)
        self.assertEqual(self._reasons(dialog)[0][0], 0)
        dialog.skip_bad = True
        with self.assertRaises(UserError):
            dialog.action_confirm()

    def test_formula_is_not_read(self):
        dialog = self._preview(sheets.as_csv(self.rate | {"service": "=1+1"}))
        self.assertIn("A formula is not read", self._reasons(dialog)[0][2])

    def test_what_changed_since_the_preview_is_shown_again(self):
        self._import(self.rate)
        dialog = self._preview(sheets.as_csv(self.rate | {"price": "7.00"}))
        self._agreements().rate_ids.price = 6.5
        action = dialog.action_confirm()
        self.assertTrue(dialog.is_stale)
        self.assertEqual(action["res_id"], dialog.id)
        self.assertEqual(self._agreements().rate_ids.price, 6.5)
        self.assertIn("price 6.5", dialog.line_ids.before)
        dialog.action_confirm()
        self.assertEqual(self._agreements().rate_ids.price, 7.0)

    def test_preview_may_be_left_for_another_file(self):
        dialog = self._preview(sheets.as_csv(self.rate))
        dialog.action_back()
        self.assertEqual((dialog.state, dialog.file), ("choose", False))
        with self.assertRaises(UserError):
            dialog.action_preview()

    def test_agreement_of_another_company_is_not_touched(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self._agree(name="North 26", company_id=other.id)
        self._import(self.rate)
        self.assertEqual(theirs.rate_ids.price, 6.9)
        self.assertEqual(theirs.rate_ids.weight_to, 20.0)
        self.assertEqual(len(self._agreements()), 2)

    def test_only_finance_imports(self):
        for person in ("user", "manager", "auditor", "integration"):
            with self.assertRaises(AccessError):
                self.env["logistics.rate.import"].with_user(self.people[person]).create(
                    {}
                )

    def test_a_thousand_rows(self):
        rows = [
            self.rate | {"weight_to": str(1 + number), "price": f"{number}.50"}
            for number in range(1000)
        ]
        dialog = self._preview(sheets.as_csv(*rows))
        self.assertEqual(dialog.added_count, 1000)
        self.assertEqual(len(dialog.line_ids), 300)
        dialog.action_confirm()
        self.assertEqual(len(self._agreements().rate_ids), 1000)
        self.assertEqual(self._agreements().version, 1)

    def test_every_problem_has_words_with_the_same_values(self):
        own = {
            "no_carrier",
            "two_carriers",
            "other_carrier",
            "archived",
            "too_precise",
        }
        self.assertEqual(set(WORDS), set(rate_template.REASONS) | own)
        names = (
            "size",
            "limit",
            "column",
            "value",
            "kind",
            "detail",
            "other",
            "before",
        )
        for reason, words in WORDS.items():
            plain = rate_template.REASONS.get(reason, "{value}")
            for name in names:
                self.assertEqual(
                    f"%({name})s" in str(words), f"{{{name}}}" in plain, reason
                )
