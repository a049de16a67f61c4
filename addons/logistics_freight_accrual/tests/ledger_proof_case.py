"""What the tests of the ledger proof do to charges and to the books."""

from odoo.fields import Command

from .common import FreightCommon


class LedgerProofCase(FreightCommon):
    """Accruals, entries by hand, and tampering behind the back of the suite."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Proof = cls.env["logistics.ledger.proof"]
        cls.today = cls.company._logistics_today()

    def _accrue(self, number="NB1"):
        shipment = self._send(number)
        self._pick_up(shipment)
        self._take()
        return shipment.logistics_charge_ids

    def _entry(self, amount, company=None):
        """Post an entry by hand that credits accrued freight."""
        other = self.company.logistics_freight_account_id
        account = self.company.logistics_freight_accrued_account_id
        company = company or self.company
        move = self.env["account.move"].with_company(company)
        move = move.create(
            {
                "move_type": "entry",
                "company_id": company.id,
                "date": self.today,
                "journal_id": self.company.logistics_freight_journal_id.id,
                "line_ids": [
                    Command.create({"account_id": other.id, "balance": amount}),
                    Command.create({"account_id": account.id, "balance": -amount}),
                ],
            }
        )
        move.action_post()
        return move

    def _age(self, hours=3):
        """Let everything written so far be some hours old."""
        self.env.flush_all()
        for table, column in (
            ("logistics_charge_posting", "create_date"),
            ("account_move_line", "write_date"),
        ):
            self.env.cr.execute(
                f"UPDATE {table} SET {column} = {column} - %s::interval",
                [f"{hours} hours"],
            )
        self.env.invalidate_all()

    def _prove(self, day=None, full=False):
        return self.Proof._prove(self.company, day or self.today, full=full)

    def _tamper(self, charge, **values):
        """Change the accrued item of a charge behind the back of the suite."""
        self.env.flush_all()
        item = charge.line_ids.filtered(lambda i: i.logistics_charge_role == "accrued")
        for name, value in values.items():
            self.env.cr.execute(
                f"UPDATE account_move_line SET {name} = %s WHERE id = %s",
                [value, item.id],
            )
        self.env.invalidate_all()
