"""What people see of freight: labels, dates, and no button that would be refused."""

from collections import Counter
from datetime import date
from decimal import Decimal

from lxml import etree

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.logistics_freight_accrual.tests.check_common import CheckCommon


class ScreenCase(CheckCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Nothing is held as a whole, unless the test says so.
        cls.terms.hold_percent = 100.0

    def _is_shown(self, record, button, view=None):
        """Return whether a record in a form offers a button.

        :param str button: Its name.
        :param str view: The form; that of the model when left out.
        """
        form = self.env.ref(view).id if view else None
        person = self.finance if record._name != "account.move" else self.env.user
        arch = record.with_user(person).get_view(form, "form")["arch"]
        arch = etree.fromstring(arch)
        [node] = arch.xpath(f"//header/button[@name='{button}']")
        values = {
            name: record[name].id if record._fields[name].relational else record[name]
            for name in record._fields
            if name in node.get("invisible")
        }
        return not safe_eval(node.get("invisible"), values)

    def _post(self, bill):
        bill.with_user(self.finance).action_post()
        self.env.flush_all()
        return bill.move_id


@tagged("post_install", "-at_install")
class TestLabels(ScreenCase):
    def _ours(self):
        """Return the models that are the suite's."""
        return [
            self.env[name] for name in self.registry if name.startswith("logistics.")
        ]

    def test_no_two_fields_of_a_model_are_called_the_same(self):
        twice = {
            (model._name, label)
            for model in self._ours()
            for label, times in Counter(
                field.string for field in model._fields.values()
            ).items()
            if times > 1
        }
        self.assertFalse(twice)
        labels = Counter(
            field.string for field in self.env["res.config.settings"]._fields.values()
        )
        self.assertEqual(labels["Currency"], 1)

    def test_status_is_the_word_everywhere(self):
        named = {
            (model._name, field.name)
            for model in self._ours()
            for field in model._fields.values()
            if field.type == "selection"
            and "State" in field.string.split()
            and field.name != "activity_state"  # That of `mail`.
        }
        self.assertFalse(named)


@tagged("post_install", "-at_install")
class TestDocuments(ScreenCase):
    def test_entry_has_no_invoice_date_and_shows_its_own(self):
        shipment = self._accrue("NB1001")
        posting = shipment.logistics_charge_ids.posting_ids
        day = date(2026, 3, 2)
        charge = shipment.logistics_charge_ids
        charge._say("confirm", "1", amount=Decimal(110))
        row = charge._plans()[charge].postings[0]
        nothing = self.env["logistics.effect"]
        late = charge._book([(charge, row.__class__(**_values(row, on=day)), nothing)])
        self.assertEqual(late.date, day)
        for move in posting.move_id | late:
            self.assertFalse(move.invoice_date)
            self.assertEqual(move.logistics_document_date, move.date)

    def test_bill_shows_the_date_it_states(self):
        self._accrue("NB1001")
        move = self._post(self._checked({"tracking_number": "NB1001", "amount": 100.0}))
        self.assertEqual(move.logistics_document_date, self.today)
        self.assertEqual(move.logistics_document_date, move.invoice_date)

    def test_what_freight_is_posted_with_is_not_offered_to_be_reversed(self):
        shipment = self._accrue("NB1001")
        entry = shipment.logistics_charge_ids.posting_ids.move_id
        bill = self._post(self._checked({"tracking_number": "NB1001", "amount": 100.0}))
        entry_button = self.env.ref("account.action_view_account_move_reversal").id
        view = "account.view_move_form"
        self.assertFalse(self._is_shown(bill, "action_reverse", view))
        self.assertFalse(self._is_shown(entry, str(entry_button), view))

    def test_other_documents_are_reversed_as_ever(self):
        account = self.company.logistics_freight_account_id
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Pallets", "price_unit": 9, "account_id": account.id}
                    )
                ],
            }
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": amount})
                    for amount in (5, -5)
                ],
            }
        )
        (bill | entry).action_post()
        entry_button = self.env.ref("account.action_view_account_move_reversal").id
        view = "account.view_move_form"
        self.assertTrue(self._is_shown(bill, "action_reverse", view))
        self.assertTrue(self._is_shown(entry, str(entry_button), view))


@tagged("post_install", "-at_install")
class TestBillOnScreen(ScreenCase):
    def test_line_about_nothing_expected_is_not_compared_after_posting_either(self):
        self._accrue("NB1001")
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": 100.0},
            {"tracking_number": "NB1001", "amount": 5.0, "charge_type": "residential"},
        )
        known, strange = bill.line_ids
        strange.with_user(self.finance).action_accept("Ordered by phone")
        self._post(bill)
        self.assertTrue(strange.charge_id)
        self.assertRecordValues(
            known | strange, [{"is_compared": True}, {"is_compared": False}]
        )

    def test_credit_memo_is_compared_with_nothing(self):
        self._accrue("NB1001")
        bill = self._checked(
            {"tracking_number": "NB1001", "amount": -10.0}, kind="credit"
        )
        self.assertFalse(bill.line_ids.is_compared)

    def test_held_bill_does_not_offer_to_be_taken_back(self):
        self.terms.hold_percent = 20.0
        self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 190.0})
        self._post(bill)
        self.assertEqual(bill.state, "waiting")
        self.assertFalse(bill.is_posting_asked)
        self.assertFalse(self._is_shown(bill, "action_take_back"))
        self.assertTrue(self._is_shown(bill, "action_post"))

    def test_bill_that_others_decide_about_is_taken_back_and_not_asked_for_twice(self):
        self._accrue("NB1001")
        bill = self._checked({"tracking_number": "NB1001", "amount": 600.0})
        bill.line_ids.with_user(self.finance).action_accept("Priced anew")
        self.assertFalse(self._is_shown(bill, "action_take_back"))
        self._post(bill)
        self.assertEqual(bill.state, "waiting")
        self.assertTrue(bill.is_posting_asked)
        self.assertTrue(self._is_shown(bill, "action_take_back"))
        bill.treatment = "hold"
        self.assertFalse(self._is_shown(bill, "action_post"))
        bill.with_user(self.finance).action_take_back()
        bill.invalidate_recordset(["is_posting_asked"])
        self.assertFalse(self._is_shown(bill, "action_take_back"))


def _values(posting, **more):
    names = ("key", "generation", "reason", "lines", "on", "blocked")
    return {name: getattr(posting, name) for name in names} | more
