import base64
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import tagged

from odoo.addons.logistics_events.exceptions import PeriodLocked
from odoo.addons.logistics_freight_accrual import opening_sheet

from .opening_case import OpeningCase
from .sheets import as_xlsx


@tagged("post_install", "-at_install")
class TestFreightOpening(OpeningCase):
    """Open accruals of before come in, and the proof starts at 0.00."""

    def test_preview_posts_nothing(self):
        opening = self._opening(*self._two())
        self.assertRecordValues(
            opening,
            [
                {
                    "new_count": 2,
                    "problem_count": 0,
                    "total": 150.0,
                    "old_balance": 150.0,
                    "rest": 0.0,
                    "state": "draft",
                }
            ],
        )
        self.assertFalse(self._charges())

    def test_posting_empties_the_old_account_and_opens_the_charges(self):
        opening = self._opening(*self._two())
        opening.action_post()
        self.assertEqual(self._account(self.old), 0.0)
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), -150.0
        )
        self.assertRecordValues(
            self._charges().sorted("reference"),
            [
                {
                    "reference": "NB1",
                    "open_amount": 100.0,
                    "accrued_amount": 100.0,
                    "stage": "provisional",
                    "service_date": date(2026, 1, 15),
                    "partner_id": self.vendor.id,
                },
                {
                    "reference": "NB2",
                    "open_amount": 50.0,
                    "accrued_amount": 50.0,
                    "stage": "provisional",
                    "service_date": date(2026, 1, 15),
                    "partner_id": self.vendor.id,
                },
            ],
        )
        # The expense was booked before; nothing of it is booked again.
        self.assertEqual(self._account(self.expense), 150.0)
        move = opening.move_id
        self.assertRecordValues(
            move,
            [
                {
                    "state": "posted",
                    "date": date(2026, 2, 28),
                    "journal_id": self.company.logistics_freight_journal_id.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(opening.state, "posted")
        self.assertIn("2 open accruals", opening.message_ids[:1].body)

    def test_nothing_is_left_to_post_for_an_opened_charge(self):
        self._opening(*self._two()).action_post()
        for plan in self._charges()._plans().values():
            self.assertFalse(plan.postings)
            self.assertFalse(plan.held)
            self.assertFalse(plan.problems)
        self._charges()._reckon()
        self._take()
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), -150.0
        )

    def test_bill_takes_an_opened_charge_back(self):
        self._opening(*self._two()).action_post()
        charge = self._charges().filtered(lambda one: one.reference == "NB1")
        day = date(2026, 3, 1)
        plan = charge._say("bill", "B1", amount=Decimal(104), on=day)
        plan = charge._say("match", "B1", target="B1")[charge]
        (posting,) = plan.postings
        self.assertEqual(posting.balance("accrued"), 100)
        self.assertEqual(posting.balance("variance"), 4)

    def test_importing_again_posts_nothing_twice(self):
        self._opening(*self._two()).action_post()
        again = self._opening(*self._two())
        self.assertEqual(again.line_ids.mapped("state"), ["known", "known"])
        with self.assertRaisesRegex(UserError, "posted already"):
            again.action_post()
        self._owe(30.0, "2026-02-01")
        more = self._opening(*self._two(), self._row("NB3", "30.00"))
        more.action_post()
        self.assertEqual(self._account(self.old), 0.0)
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), -180.0
        )
        self.assertEqual(len(self._charges()), 3)

    def test_posted_twice_at_the_same_moment_is_refused(self):
        one, two = self._opening(*self._two()), self._opening(*self._two())
        one.action_post()
        self._owe(150.0)
        with self.assertRaisesRegex(UserError, "a moment ago"):
            two.action_post()

    def test_known_reference_with_another_amount_is_told(self):
        self._opening(*self._two()).action_post()
        again = self._opening(self._row(amount="99.00"))
        self.assertEqual(again.line_ids.state, "problem")
        self.assertIn("before", again.line_ids.problem)

    def test_difference_is_shown_and_refused_without_a_reason(self):
        opening = self._opening(self._row(amount="140.00"))
        self.assertEqual(opening.rest, 10.0)
        with self.assertRaisesRegex(UserError, "would be left"):
            opening.action_post()
        self.assertFalse(self._charges())

    def test_rest_goes_to_variance_with_a_reason(self):
        for amount, variance in (("140.00", -10.0), ("165.00", 15.0)):
            with self.subTest(amount=amount), self.env.cr.savepoint() as savepoint:
                opening = self._opening(
                    self._row(amount=amount), rest_reason="Bills of 2024 lost"
                )
                opening.action_post()
                self.assertEqual(self._account(self.old), 0.0)
                self.assertEqual(
                    self._account_balance("logistics_freight_variance_account_id"),
                    variance,
                )
                self.assertEqual(
                    self._account_balance("logistics_freight_accrued_account_id"),
                    -float(amount),
                )
                self.assertIn("Bills of 2024 lost", opening.message_ids[:1].body)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_row_that_is_not_clear_stops_the_posting(self):
        opening = self._opening(
            *self._two(), self._row("NB3", "1", carrier="Nobody Knows")
        )
        self.assertEqual((opening.new_count, opening.problem_count), (2, 1))
        self.assertRecordValues(
            opening.line_ids.filtered("problem"),
            [{"row": 4, "problem": "carrier: no such code: Nobody Knows"}],
        )
        with self.assertRaisesRegex(UserError, "1 rows are not clear"):
            opening.action_post()

    def test_file_that_is_no_table_is_told(self):
        opening = self._opening(data=b"PK\x03\x04 nonsense")
        self.assertIn("no such file", opening.problem_text)
        with self.assertRaises(UserError):
            opening.action_post()

    def test_workbook_reads_like_text(self):
        rows = [
            row | {"amount": float(row["amount"]), "service_date": date(2026, 1, 15)}
            for row in self._two()
        ]
        opening = self._opening(data=as_xlsx(*rows))
        self.assertEqual((opening.new_count, opening.total), (2, 150.0))

    def test_table_and_account_come_before_reading(self):
        Opening = self.env["logistics.freight.opening"].with_user(self.finance)
        for vals in ({}, {"account_id": self.old.id}, {"file": b"QQ=="}):
            opening = Opening.create(vals)
            self.assertTrue(opening.action_template_csv()["url"])
            for action in (opening.action_read, opening.action_post):
                with self.assertRaisesRegex(UserError, "Choose the table"):
                    action()

    def test_templates_are_downloaded_as_they_are_read(self):
        opening = self._opening(*self._two())
        for kind in ("csv", "xlsx"):
            with self.subTest(kind=kind):
                action = getattr(opening, f"action_template_{kind}")()
                self.assertIn(f"/{opening.id}/template_{kind}?", action["url"])
                data = base64.b64decode(opening[f"template_{kind}"])
                sheet = opening_sheet.read(
                    data, {"example carrier"}, {"EUR": 2}, {"base"}
                )
                self.assertEqual((len(sheet.rows), sheet.problems), (1, ()))

    def test_scac_names_the_carrier_too(self):
        opening = self._opening(self._row(carrier="nbpx"))
        self.assertEqual(opening.line_ids.carrier_id, self.carrier)

    def test_foreign_currency_is_opened_at_the_rate_of_its_day(self):
        foreign = self.env["res.currency"].create(
            {"name": "XFR", "symbol": "X", "rounding": 0.01}
        )
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": foreign.id,
                    "name": day,
                    "rate": rate,
                    "company_id": self.company.id,
                }
                for day, rate in (("2026-01-01", 0.5), ("2026-02-01", 0.8))
            ]
        )
        opening = self._opening(self._row(amount="75.00", currency="XFR"))
        self.assertEqual((opening.total, opening.rest), (150.0, 0.0))
        opening.action_post()
        self.assertRecordValues(
            self._charges(), [{"open_amount": 75.0, "currency_id": foreign.id}]
        )
        item = opening.move_id.line_ids.filtered("logistics_charge_id")
        self.assertRecordValues(
            item,
            [
                {
                    "balance": -150.0,
                    "amount_currency": -75.0,
                    "currency_id": foreign.id,
                    "logistics_charge_role": "accrued",
                    "amount_residual": -150.0,
                }
            ],
        )

    def test_tax_that_does_not_come_back_is_in_the_amount_already(self):
        self.terms.write(
            {
                "tax_share": 0.5,
                "tax_id": self.env["account.tax"]
                .create({"name": "F", "amount": 20.0, "type_tax_use": "purchase"})
                .id,
            }
        )
        self._opening(*self._two()).action_post()
        self.assertEqual(sum(self._charges().mapped("open_amount")), 150.0)
        self.assertFalse(any(p.postings for p in self._charges()._plans().values()))

    def test_known_number_is_opened_at_its_shipment(self):
        shipment = self._send("NB1")
        opening = self._opening(*self._two())
        opening.action_post()
        charge = shipment.logistics_charge_ids
        self.assertRecordValues(
            charge, [{"open_amount": 100.0, "source": "opening", "is_all_in": True}]
        )
        # Later news of the carrier is about the same charge, and nothing is doubled.
        self._pick_up(shipment)
        self._take()
        self.assertEqual(shipment.logistics_charge_ids, charge)
        self.assertEqual(charge.open_amount, 100.0)
        self.assertFalse(
            self.env["logistics.effect"].search(
                [("res_id", "=", charge.id), ("action", "=", "accrue")]
            )
        )
        self._price(shipment, 103.0)
        self._take()
        self.assertEqual(charge.open_amount, 103.0)
        self.assertEqual(
            self._account_balance("logistics_freight_accrued_account_id"), -153.0
        )

    def test_what_was_accrued_here_is_not_opened(self):
        shipment = self._send("NB1")
        self._price(shipment, 80.0)
        self._pick_up(shipment)
        self._take()
        opening = self._opening(self._row())
        self.assertEqual(opening.line_ids.problem, "It was accrued here already.")

    def test_account_of_the_charges_is_not_the_old_one(self):
        opening = self._opening(
            *self._two(),
            account_id=self.company.logistics_freight_accrued_account_id.id,
        )
        with self.assertRaisesRegex(UserError, "accrued on from now"):
            opening.action_post()

    def test_accounts_of_debts_and_money_are_not_the_old_one(self):
        Account = self.env["account.account"]
        kinds = ("asset_cash", "asset_receivable", "liability_payable")
        for place, kind in enumerate(kinds):
            account = Account.create(
                {
                    "code": f"LFX{place}",
                    "name": kind,
                    "account_type": kind,
                    "reconcile": kind != "asset_cash",
                }
            )
            opening = self._opening(
                *self._two(), account_id=account.id, rest_reason="All of it"
            )
            with self.assertRaisesRegex(UserError, "no accrued freight was kept"):
                opening.action_post()

    def test_closed_day_is_refused(self):
        opening = self._opening(*self._two())
        self.company.sudo().fiscalyear_lock_date = Date.to_date("2026-02-28")
        with self.assertRaises(PeriodLocked):
            opening.action_post()

    def test_posted_opening_stays_as_it_is(self):
        opening = self._opening(*self._two())
        opening.action_post()
        with self.assertRaises(UserError):
            opening.day = "2026-03-01"
        for action in (
            opening.action_read,
            opening.action_post,
            opening.action_discard,
        ):
            with self.assertRaises(UserError):
                action()
        with self.assertRaises(AccessError):
            opening.state = "draft"
        with self.assertRaises(AccessError):
            opening.sudo().line_ids.amount = 1.0
        with self.assertRaises(UserError):
            opening.move_id.sudo().button_draft()
