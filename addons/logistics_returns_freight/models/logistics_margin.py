from odoo import models
from odoo.tools import SQL

# What the customer pays for the way back, on credit notes that are posted.
_FEES = """
    %s UNION ALL
    SELECT s.id, fee.amount / COUNT(*) OVER (PARTITION BY s.logistics_return_id)
      FROM logistics_shipment s
      JOIN (SELECT logistics_return_id, -SUM(balance) AS amount
              FROM account_move_line
             WHERE logistics_return_id IS NOT NULL AND parent_state = 'posted'
               AND product_id = %s
             GROUP BY logistics_return_id) fee
        ON fee.logistics_return_id = s.logistics_return_id
     WHERE s.state IS DISTINCT FROM 'shipment_cancelled'
"""


class LogisticsMargin(models.Model):
    _inherit = "logistics.margin"
    _depends = {"account.move.line": ["balance", "logistics_return_id", "parent_state"]}

    def _fees(self):
        """Override of `logistics_freight_accrual`: what customers pay to send back."""
        fee = self.env.ref("logistics_returns.product_return_shipping")
        return SQL(_FEES, super()._fees(), fee.id)
