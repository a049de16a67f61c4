"""A bill to one company with lines of another's shipments: billed on between the two.

The freight was accrued where the goods were shipped, and is paid where it is billed. So
drafts are made on both sides: the company that is billed invoices the other one, whose
vendor bill closes the accrual. What a carrier's credit memo gives back goes the same
way back, as a credit note on both sides. People complete and post them.
"""

from odoo import fields, models

from odoo.addons.logistics_events.models.ledger import as_suite


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    recharge_move_ids = fields.Many2many(
        "account.move",
        "logistics_freight_bill_recharge_rel",
        "bill_id",
        "move_id",
        string="Recharges",
        readonly=True,
        copy=False,
        help="Drafts on both sides for what another company shipped.",
    )

    def action_open_recharges(self):
        """Open the drafts with which the companies settle it between them."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recharges"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.sudo().recharge_move_ids.ids)],
        }

    def _draft_recharges(self):
        """Draft invoice and vendor bill for what other companies shipped, or the credit
        notes for what came back of it, without what is or was in dispute with the
        carrier: that was not billed on.

        :return: The drafts.
        :rtype: account.move
        """
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: (
                line.about_charge_id
                and line.about_charge_id.company_id != self.company_id
                and not (self.kind == "credit" and line.dispute_id)
                and not self.currency_id.is_zero(line.amount - line.disputed_amount)
            )
        )
        drafts = self.env["account.move"]
        for company, own in lines.grouped(
            lambda line: line.about_charge_id.company_id
        ).items():
            books = company._logistics_freight_books()
            if books.missing:
                self._tell_no_recharge(company, books.missing)
                continue
            drafts |= self._draft_invoice(company, own)
            drafts |= self._draft_bill(company, own, books)
        self.recharge_move_ids |= drafts
        return drafts

    def _tell_no_recharge(self, company, missing):
        self.env["logistics.exception"]._open(
            "configuration",
            self,
            self.env._(
                "%(bill)s has lines of %(company)s. Bill them on by hand: its freight "
                "set-up lacks %(missing)s.",
                bill=self.display_name,
                company=company.name,
                missing=", ".join(missing),
            ),
            key=company.id,
        )

    def _draft_invoice(self, company, lines):
        """Draft the invoice, or credit note, of the company that is billed to the one
        that shipped.

        :param res.company company: Who shipped.
        :param logistics.freight.bill.line lines: Its lines.
        :rtype: account.move
        """
        account = self.company_id._logistics_freight_books_needed().accounts["freight"]
        return self._draft_recharge(
            self.company_id,
            "out",
            company.partner_id,
            [
                {"account_id": account.id, "line": line, "charge": line.charge_id}
                for line in lines
            ],
        )

    def _draft_bill(self, company, lines, books):
        """Draft the vendor bill that closes the accruals of the company that shipped,
        or the vendor's credit note about them.

        :param res.company company: Who shipped.
        :param logistics.freight.bill.line lines: Its lines.
        :param Books books: Of the company.
        :rtype: account.move
        """
        return self._draft_recharge(
            company,
            "in",
            self.company_id.partner_id,
            [
                {
                    "account_id": books.accounts["accrued"].id,
                    "line": line,
                    "charge": line.about_charge_id,
                    "logistics_charge_id": line.about_charge_id.id,
                    "logistics_charge_role": "accrued",
                }
                for line in lines
            ],
        )

    def _draft_recharge(self, company, way, partner, rows):
        items = []
        total = sum(row["line"].amount - row["line"].disputed_amount for row in rows)
        sign = -1 if self.currency_id.compare_amounts(total, 0.0) < 0 else 1
        move_type = f"{way}_refund" if sign < 0 else f"{way}_invoice"
        for row in rows:
            line, charge = row.pop("line"), row.pop("charge")
            items.append(
                fields.Command.create(
                    row
                    | {
                        "name": f"{charge.display_name} ({self.number})",
                        "quantity": 1.0,
                        "price_unit": sign * (line.amount - line.disputed_amount),
                        "tax_ids": [fields.Command.clear()],
                    }
                )
            )
        moves = as_suite(self.env["account.move"].sudo().with_company(company))
        move = moves.create(
            {
                "move_type": move_type,
                "company_id": company.id,
                "partner_id": partner.id,
                "currency_id": self.currency_id.id,
                "invoice_date": self.issued,
                "ref": f"{self.number} ({self.company_id.name})",
                "invoice_line_ids": items,
            }
        )
        move._message_log(
            body=self.env._(
                "Freight of %(bill)s, billed to %(billed)s and shipped by %(shipped)s.",
                bill=self.display_name,
                billed=self.company_id.name,
                shipped=company.name if way == "in" else partner.name,
            )
        )
        return move
