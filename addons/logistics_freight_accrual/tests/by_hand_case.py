"""What people with the accounting groups do by hand to what freight is posted with."""

from odoo.fields import Command

from .roles_case import RolesCase


class ByHandCase(RolesCase):
    def _post(self, bill):
        bill.with_user(self.finance).action_post()
        return bill.move_id

    def _typed(self, ref="T-1", amount=60.0, user=None):
        """Return a vendor bill of the carrier that somebody typed."""
        return (
            self.env["account.move"]
            .with_user(user or self.both)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.vendor.id,
                    "invoice_date": self.today,
                    "ref": ref,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Freight",
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )

    def _payable(self, move):
        return move.line_ids.filtered(
            lambda item: item.account_type == "liability_payable"
        )
