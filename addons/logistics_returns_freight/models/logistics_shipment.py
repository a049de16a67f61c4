from odoo import models


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _logistics_return_known(self):
        """Override of `logistics_returns`: what nobody owes is not accrued any more."""
        super()._logistics_return_known()
        (self - self._logistics_owed()).filtered("logistics_charge_ids")._refold()

    def _logistics_owed(self):
        """Override of `logistics_freight_accrual`: not what the carrier itself pays."""
        return (
            super()
            ._logistics_owed()
            .filtered(lambda one: one.logistics_return_id.freight_payer != "carrier")
        )

    def _logistics_announced_weight(self):
        """Override of `logistics_freight_accrual`: what the return says that comes."""
        one = self.logistics_return_id
        return one._label_weight() if one else super()._logistics_announced_weight()

    def _logistics_carried(self):
        """Override of `logistics_freight_accrual`: what comes back is what was sold."""
        moves = super()._logistics_carried()
        return moves or self.logistics_return_id.line_ids.move_id

    def _logistics_ways_back(self):
        """Override of `logistics_freight_accrual`: the returns of its goods, too."""
        returned = self.logistics_return_ids.shipment_ids - self
        return super()._logistics_ways_back() | returned

    def _logistics_came_back(self):
        """Override of `logistics_freight_accrual`: received goods came back."""
        return self._logistics_has_come_back() or super()._logistics_came_back()
