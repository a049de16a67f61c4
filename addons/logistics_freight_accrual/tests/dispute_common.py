"""Fixtures: a bill of the carrier that is posted with what is disputed of it."""

from contextlib import contextmanager
from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.logistics_events.models.ledger import as_suite

from .common import FreightCommon

D = Decimal
_ACCOUNTS = {
    "freight": "logistics_freight_account_id",
    "variance": "logistics_freight_variance_account_id",
    "accrued": "logistics_freight_accrued_account_id",
    "clearing": "logistics_freight_disputed_account_id",
}


class DisputeCommon(FreightCommon):
    """Charges of 100.00; bills of several charges, each billed and disputed in part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = cls.people["finance"]
        cls.clerk = new_test_user(
            cls.env,
            login="logistics-finance-2",
            groups="logistics_events.logistics_events_group_finance",
        )
        cls.third = new_test_user(
            cls.env,
            login="logistics-finance-3",
            groups="logistics_events.logistics_events_group_finance",
        )
        cls.accountant = new_test_user(
            cls.env,
            login="logistics-accountant",
            groups="account.group_account_manager,account.group_account_invoice",
        )
        cls.Dispute = cls.env["logistics.freight.dispute"]
        cls.Charge = cls.env["logistics.charge"]
        cls.purchases = cls.env["account.journal"].search(
            [("type", "=", "purchase"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )

    # === CHARGES AND BILLS === #

    def _charges(self, count=1, amount="100", charge_type="base", day="2026-03-02"):
        """Return charges that are accrued: no shipment, a reference of their own."""
        serial = self.Charge.search_count([])
        charges = self.Charge._find_or_make(
            [
                {
                    "company_id": self.company.id,
                    "carrier_id": self.carrier.id,
                    "reference": f"REF{serial + number}",
                    "charge_type": charge_type,
                    "source": "booked",
                }
                for number in range(count)
            ]
        )
        day = fields.Date.to_date(day)
        self.Charge._say_many(
            [(one, "quote", "1", {"amount": D(amount)}) for one in charges]
            + [(one, "trigger", "1", {"on": day}) for one in charges]
        )
        self._book_accruals(charges)
        return charges

    def _book_accruals(self, charges):
        nothing = self.env["logistics.effect"]
        rows = [
            (charge, posting, nothing)
            for charge, plan in charges._plans().items()
            for posting in plan.postings
            if posting.key == "accrual"
        ]
        charges._book(rows)
        charges._reckon()
        for charge in charges:
            charge.sudo().flush_recordset()

    def _bill(self, rows, number="B1", kind="invoice", **more):
        """Return a carrier's bill.

        :param list[tuple] rows: (charge, amount, disputed amount) as text, and further
            values of the line.
        """
        bill = self.env["logistics.freight.bill"].create(
            {
                "company_id": self.company.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.vendor.id,
                "number": number,
                "kind": kind,
                "currency_id": self.company.currency_id.id,
                "issued": "2026-03-20",
                "layout": "freight_csv",
                "state": "checked",
                "received_at": "2026-03-21 09:00:00",
            }
            | more
        )
        for place, (charge, amount, disputed, *rest) in enumerate(rows, 1):
            self.env["logistics.freight.bill.line"].create(
                {
                    "bill_id": bill.id,
                    "row": place,
                    "amount": float(amount),
                    "charge_type": charge.charge_type if charge else "base",
                    "charge_id": charge.id if charge else False,
                    "disputed_amount": float(disputed),
                    "reason": "over" if float(disputed) else False,
                    "tracking_number": (charge.reference or "") if charge else "",
                }
                | (rest[0] if rest else {})
            )
        return bill

    def _post_bill(self, bill, treatment=None):
        """Post a bill of charges, with its disputes, as its own button does."""
        bill = bill.sudo()
        ref = bill._freight_ref()
        lines = bill.line_ids
        on = bill.issued
        self.Charge._say_many(
            [
                row
                for line in lines
                for row in (
                    (
                        line.charge_id,
                        "bill",
                        ref,
                        {"amount": D(str(line.amount)), "on": on},
                    ),
                    (line.charge_id, "match", ref, {"target": ref}),
                )
            ]
        )
        disputes = self.Dispute._open_for(lines, treatment)
        self._post_document(bill, lines.charge_id, f"bill:{ref}", "in_invoice")
        return disputes

    def _post_credit(self, bill):
        """Post a credit memo, its lines about the disputes they settle."""
        bill = bill.sudo()
        ref = bill._freight_ref()
        told = []
        for line in bill.line_ids:
            dispute = line.dispute_id
            told.append(
                (
                    line.charge_id,
                    "credit",
                    ref,
                    {
                        "amount": -D(str(line.amount)),
                        "on": bill.issued,
                        "target": dispute._fact_ref() if dispute else "",
                    },
                )
            )
        self.Charge._say_many(told)
        return self._post_document(
            bill, bill.line_ids.charge_id, f"credit:{ref}", "in_refund"
        )

    def _post_document(self, bill, charges, key, move_type):
        rows = [
            (charge, posting)
            for charge, plan in charges._plans().items()
            for posting in plan.postings
            if posting.key == key
        ]
        sign = 1 if move_type == "in_invoice" else -1
        move = (
            as_suite(self.env["account.move"])
            .sudo()
            .create(
                {
                    "move_type": move_type,
                    "company_id": self.company.id,
                    "journal_id": self.purchases.id,
                    "partner_id": self.vendor.id,
                    "ref": bill.number,
                    "currency_id": bill.currency_id.id,
                    "invoice_date": bill.issued,
                    "date": bill.issued,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": charge.display_name,
                                "account_id": self.company[_ACCOUNTS[line.role]].id,
                                "quantity": 1,
                                "price_unit": float(line.amount) * sign,
                                "tax_ids": [Command.clear()],
                                "logistics_charge_id": charge.id,
                                "logistics_charge_role": line.role,
                            }
                        )
                        for charge, posting in rows
                        for line in posting.lines
                        if line.role != "payable"
                    ],
                }
            )
        )
        move.action_post()
        charges._note_document(rows, move)
        charges._reconcile()
        charges._reckon()
        bill.write({"move_id": move.id, "state": "posted"})
        return move

    def _disputed(self, amount="120", disputed="20", **more):
        """Return the dispute of a posted bill of one charge."""
        charge = self._charges()
        bill = self._bill([(charge, amount, disputed)], **more)
        return self._post_bill(bill)

    # === QUESTIONS === #

    @contextmanager
    def _refused(self, words, exception=UserError):
        """What is done inside is refused, with a reason, and leaves nothing behind."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertRegex(str(caught.exception), words)
        self.env.invalidate_all()

    def _approval(self, step):
        """Return the decision a step waits for."""
        return step.approval_ids.filtered(lambda one: one.state == "waiting")

    def _clearing(self):
        """Return the balance of disputed freight."""
        return self._account_balance("logistics_freight_disputed_account_id")

    def _variance(self):
        """Return the balance of the variance."""
        return self._account_balance("logistics_freight_variance_account_id")

    def _accrued(self):
        """Return the balance of accrued freight."""
        return self._account_balance("logistics_freight_accrued_account_id")
