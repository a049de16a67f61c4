"""Landed costs of freight: their entry is posted by the charge, and never outbound."""

from odoo import models
from odoo.exceptions import UserError


class StockLandedCost(models.Model):
    _inherit = "stock.landed.cost"

    def _check_incoming(self):
        """Refuse a landed cost on goods that leave.

        :raise UserError: With the transfers it concerns.
        """
        leaving = self.picking_ids.filtered(
            lambda picking: picking.picking_type_code == "outgoing"
        )
        if leaving:
            raise UserError(
                self.env._(
                    "%s: these goods leave. Freight to customers is an expense and "
                    "adds nothing to the value of the stock: enter it as a bill of the "
                    "carrier instead.",
                    ", ".join(leaving.mapped("name")),
                )
            )


class StockValuationAdjustmentLines(models.Model):
    _inherit = "stock.valuation.adjustment.lines"

    def _create_account_move_line(
        self, credit_account_id, debit_account_id, remaining_qty
    ):
        """Override of `stock_landed_costs`: a charge posted its entry itself."""
        if self.cost_id.logistics_charge_id:
            return []
        return super()._create_account_move_line(
            credit_account_id, debit_account_id, remaining_qty
        )
