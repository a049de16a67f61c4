"""The golden entries of a branch, and of one bill for two companies, line by line."""

from odoo.fields import Command
from odoo.tests import tagged

from .check_common import CheckCommon


class CompanyCase(CheckCommon):
    """Reads the entries of several companies, and has a tax of 15 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms.write({"leakage_percent": 100.0, "hold_percent": 100.0})

    @classmethod
    def _tax(cls, company):
        """Return a purchase tax of a company with an account, and the account."""
        Account = cls.env["account.account"].with_company(company)
        account = Account.create(
            {
                "code": "LF1310",
                "name": "Input Tax",
                "account_type": "asset_current",
                "company_ids": [Command.set(company.ids)],
            }
        )
        tax = (
            cls.env["account.tax"]
            .with_company(company)
            .create(
                {
                    "name": "Freight 15",
                    "amount": 15.0,
                    "type_tax_use": "purchase",
                    "company_id": company.id,
                }
            )
        )
        for lines in (
            tax.invoice_repartition_line_ids,
            tax.refund_repartition_line_ids,
        ):
            lines.filtered(
                lambda line: line.repartition_type == "tax"
            ).account_id = account
        return tax, account

    def _lines(self, moves):
        """Return what entries say: account, debit, credit and partner of each line."""
        return sorted(
            (
                item.account_id.name,
                item.debit,
                item.credit,
                item.partner_id.name,
            )
            for item in moves.line_ids
        )

    def _payable(self, company):
        return self.vendor.with_company(company).property_account_payable_id.name

    def _accrued_of(self, company):
        """Return the accrued freight of a company that stands on its own entries."""
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
                ("account_id.name", "=", "Freight Accrued"),
            ]
        )
        return round(sum(items.mapped("balance")), 6)

    def _sent_by(self, company, number, amount):
        """Return a shipment of a company that was picked up for a price."""
        shipment = self.env["logistics.shipment"].create(
            {
                "company_id": company.id,
                "carrier_id": self.carrier.id,
                "parcel_ids": [Command.create({"tracking_number": number})],
            }
        )
        self._price(shipment, amount, final=False)
        self._pick_up(shipment)
        self._take()
        return shipment


@tagged("post_install", "-at_install")
class TestGoldenBranch(CompanyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )
        for user in (cls.env.user, cls.finance, cls.clerk):
            user.company_ids |= cls.branch
        cls.terms.tax_id = cls._tax(cls.company)[0]
        cls.env["logistics.action.mode"]._switch(
            cls.branch, "accrue", "on", since="2020-01-01"
        )

    def _post(self, *rows, **more):
        bill = self._checked(*rows, company_id=self.branch.id, **more)
        bill.with_user(self.finance).with_context(
            allowed_company_ids=[self.branch.id]
        ).action_post()
        self.assertEqual(bill.state, "posted")
        return bill

    def test_from_the_first_price_to_the_payment(self):
        shipment = self._sent_by(self.branch, "BR1001", 100.0)
        charge, vendor = shipment.logistics_charge_ids, self.vendor.name
        accrual = charge.posting_ids.move_id
        self.assertEqual(
            self._lines(accrual),
            [
                ("Freight Accrued", 0.0, 100.0, vendor),
                ("Freight Out", 100.0, 0.0, vendor),
            ],
        )
        bill = self._post(
            {"tracking_number": "BR1001", "amount": 101.5},
            {"tracking_number": "BR1001", "amount": 24.0, "charge_type": "residential"},
            tax=18.83,
        )
        payable = self._payable(self.branch)
        self.assertEqual(
            self._lines(bill.move_id),
            sorted(
                [
                    ("Freight Accrued", 100.0, 0.0, vendor),
                    ("Freight Disputed", 24.0, 0.0, vendor),
                    ("Freight Variance", 1.5, 0.0, vendor),
                    ("Input Tax", 18.83, 0.0, vendor),
                    (payable, 0.0, 144.33, vendor),
                ]
            ),
        )
        self.assertEqual(self._accrued_of(self.branch), 0.0)
        memo = self._post(
            {
                "tracking_number": "BR1001",
                "amount": -24.0,
                "charge_type": "residential",
            },
            tax=-3.6,
            kind="credit",
            number="C1",
            original=bill.number,
        )
        self.assertEqual(
            self._lines(memo.move_id),
            sorted(
                [
                    ("Freight Disputed", 0.0, 24.0, vendor),
                    ("Input Tax", 0.0, 3.6, vendor),
                    (payable, 27.6, 0.0, vendor),
                ]
            ),
        )
        charges = bill.line_ids.charge_id
        self.assertEqual(charges.shipment_id, shipment)
        self._pay(bill.move_id | memo.move_id)
        self.assertEqual(charge.stage, "settled")
        self.assertFalse(any(charges.mapped("open_amount")))
        self.assertFalse(any(charges.mapped("blocked_amount")))
        moves = charges.posting_ids.move_id
        self.assertEqual(len(moves), 3)
        self.assertEqual((moves | moves.line_ids.move_id).company_id, self.branch)
        self.assertFalse(
            self.env["account.move.line"].search(
                [
                    ("company_id", "=", self.company.id),
                    ("logistics_charge_id", "!=", False),
                ]
            )
        )
        self._check_proofs()

    def _pay(self, documents):
        payables = documents.line_ids.filtered(
            lambda item: item.account_type == "liability_payable"
        )
        payables.reconcile()
        self.env["account.payment.register"].with_context(
            active_model="account.move",
            active_ids=documents[0].ids,
            allowed_company_ids=[self.branch.id, self.company.id],
        ).create({}).action_create_payments()
        self.assertFalse(documents[0].amount_residual)
        self.env.flush_all()

    def _check_proofs(self):
        for company in self.company | self.branch:
            proof = self.env["logistics.ledger.proof"]._prove(
                company, self.today, full=True
            )
            self.assertEqual(
                (proof.is_equal, proof.charge_amount, proof.book_amount),
                (True, 0.0, 0.0),
            )


@tagged("post_install", "-at_install")
class TestGoldenTwoCompanies(CompanyCase):
    """The sister is billed for a parcel of its own and for one of the company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create(
            {"name": "Sister", "currency_id": cls.currency.id}
        )
        for user in (cls.env.user, cls.finance):
            user.company_ids |= cls.sister
        cls.env["account.chart.template"].try_loading(
            cls.company.chart_template or "generic_coa",
            company=cls.sister,
            install_demo=False,
        )
        cls._open_books(cls.sister)
        cls.terms.copy(
            {"company_id": cls.sister.id, "tax_id": cls._tax(cls.sister)[0].id}
        )
        cls.env["logistics.action.mode"]._switch(
            cls.sister, "accrue", "on", since="2020-01-01"
        )

    def _balance(self, name, company):
        middle = f"{name}_" if name else ""
        return self._account_balance(f"logistics_freight_{middle}account_id", company)

    def test_accrued_where_shipped_and_payable_where_billed(self):
        own = self._sent_by(self.sister, "SI1001", 100.0).logistics_charge_ids
        other = self._sent_by(self.company, "CO1001", 80.0).logistics_charge_ids
        self.assertEqual(own.company_id, self.sister)
        self.assertEqual(other.company_id, self.company)
        bill = self._checked(
            {"tracking_number": "SI1001", "amount": 101.0},
            {"tracking_number": "CO1001", "amount": 80.0},
            tax=27.15,
            company_id=self.sister.id,
        )
        bill.with_user(self.finance).with_context(
            allowed_company_ids=[self.sister.id, self.company.id]
        ).action_post()
        move, vendor = bill.move_id, self.vendor.name
        self.assertEqual(move.company_id, self.sister)
        self.assertEqual(
            self._lines(move),
            sorted(
                [
                    ("Freight Accrued", 100.0, 0.0, vendor),
                    ("Freight Out", 80.0, 0.0, vendor),
                    ("Freight Variance", 1.0, 0.0, vendor),
                    ("Input Tax", 27.15, 0.0, vendor),
                    (self._payable(self.sister), 0.0, 208.15, vendor),
                ]
            ),
        )
        self.assertEqual(own.open_amount, 0.0)
        self.assertEqual(other.open_amount, 80.0)
        self._check_recharges(bill, other)
        for company in self.company | self.sister:
            self.assertEqual(self._balance("accrued", company), 0.0)
            proof = self.env["logistics.ledger.proof"]._prove(
                company, self.today, full=True
            )
            self.assertTrue(proof.is_equal)
        # What each company shipped is its cost, and nobody else's.
        self.assertEqual(self._balance("", self.sister), 100.0)
        self.assertEqual(self._balance("", self.company), 80.0)
        self.assertEqual(self._balance("variance", self.sister), 1.0)

    def _check_recharges(self, bill, other):
        drafts = bill.recharge_move_ids
        self.assertEqual(set(drafts.mapped("state")), {"draft"})
        invoice = drafts.filtered(lambda move: move.move_type == "out_invoice")
        back = drafts - invoice
        self.assertEqual((len(invoice), len(back)), (1, 1))
        drafts.invoice_date = self.today
        back.action_post()
        invoice.action_post()
        company, sister = self.company.partner_id, self.sister.partner_id
        receivable = company.with_company(
            self.sister
        ).property_account_receivable_id.name
        payable = sister.with_company(self.company).property_account_payable_id.name
        self.assertEqual(
            self._lines(invoice),
            sorted(
                [
                    (receivable, 80.0, 0.0, company.name),
                    ("Freight Out", 0.0, 80.0, company.name),
                ]
            ),
        )
        self.assertEqual(
            self._lines(back),
            sorted(
                [
                    ("Freight Accrued", 80.0, 0.0, sister.name),
                    (payable, 0.0, 80.0, sister.name),
                ]
            ),
        )
        self.assertEqual(
            (invoice | back).mapped("company_id"), self.sister | self.company
        )
        self.assertEqual((other.open_amount, other.stage), (0.0, "invoiced"))
        accrued = other.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        self.assertTrue(all(accrued.mapped("reconciled")))
