"""Freight of a shipment whose goods come with several receipts, one after the other.

What was landed when the first of them came is carried by those goods alone. With each
further receipt it is shared again by all that came by then: what the first ones carry
too much leaves them, as far as they are in stock, and the others carry their part.
"""

from decimal import Decimal

from odoo import models

from ..landing import again
from ..rounding import ZERO
from .logistics_freight_landed_late import LAND


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def _wish_landing(self):
        """Override to share again what was shared before further goods came."""
        wishes = [
            charge._sharing_wish() for charge in self.sudo().filtered("shipment_id")
        ]
        self.env["logistics.effect"].sudo()._desire([one for one in wishes if one])
        return super()._wish_landing()

    def _land_rest(self):
        """Override to share again before what was not shared yet is."""
        moves = self.env["account.move"]
        for charge in self.sudo():
            for role, landing in charge._sharings().items():
                moves |= charge._post_landing(role, ZERO, landing)
        return moves | super()._land_rest()

    def _come_since(self):
        """Return the receipts that came after the freight was shared.

        :rtype: stock.picking
        """
        self.ensure_one()
        received, found = self._received().picking_id, self.env["stock.picking"]
        for cost in self.landed_cost_ids.sorted("id"):
            if cost.logistics_amount:
                found |= received - cost.picking_ids
            else:
                found -= cost.picking_ids
        return found

    def _sharings(self):
        """Return what changes for each of the goods when all share again.

        :return: By role of the charge; empty when no goods came since, or nothing
            changes in stock.
        :rtype: dict[str, Landing]
        """
        self.ensure_one()
        if not self._come_since():
            return {}
        decimals = self.company_id.currency_id.decimal_places
        goods, method = self._goods(), self._split_method()
        found = {}
        for role, costs in self.landed_cost_ids.grouped("logistics_role").items():
            carried = {}
            for line in costs.valuation_adjustment_lines:
                amount = Decimal(repr(line.additional_landed_cost))
                carried[line.move_id.id] = carried.get(line.move_id.id, ZERO) + amount
            total = sum((Decimal(repr(cost.logistics_amount)) for cost in costs), ZERO)
            landing = again(total, goods, method, decimals, carried)
            if any(row.stock for row in landing.rows):
                found[role] = landing
        return found

    def _sharing_wish(self):
        """Return the wish that the goods share again, None when nothing changes.

        :rtype: dict | None
        """
        self.ensure_one()
        sharings = self._sharings()
        if not sharings:
            return None
        moved = sum(
            max(row.stock, ZERO) for one in sharings.values() for row in one.rows
        ) or max(-one.stock for one in sharings.values())
        receipts = "-".join(str(one) for one in sorted(self._come_since().ids))
        return self._landing_wish(moved) | {"key": f"{LAND}/{receipts}"}
