"""Which goods of a return are here and wait for inspection, and where they lie."""

from collections import defaultdict, namedtuple

from odoo import models

from odoo.addons.logistics_events import ledger

from .. import return_fold
from ..return_bounds import ZERO

# Goods of one line that lie in one place. `lot`, `location`, `package` and `owner` may
# be empty; without a location they came by no transfer, or not at all.
Spot = namedtuple("Spot", "line lot location package owner")


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _position(self, more=()):
        """Return where the return stands, without storing it.

        :param more: Facts that are not told yet.
        :type more: Iterable[return_facts.ReturnFact]
        :rtype: return_fold.Position
        """
        self.ensure_one()
        one = self.sudo()
        return return_fold.fold(
            [line._pure() for line in one.line_ids],
            [*(fact._pure() for fact in one.fact_ids), *more],
        )

    def _goods_here(self, position=None):
        """Return what came in and waits for inspection, in the unit of each line.

        :param return_fold.Position position: Where the return stands, when known.
        :rtype: dict[Spot, Decimal]
        """
        self.ensure_one()
        one = self.sudo()
        position = position or one._position()
        here = one._goods_received()
        for finding in one.finding_ids:
            if not finding.undone_at and not finding.is_short:
                here[finding._spot()] -= ledger.quantity(finding.quantity)
        waiting = {key: line.waiting for key, line in position.lines.items()}
        found = {}
        for spot, quantity in here.items():
            part = min(quantity, waiting[spot.line.id])
            if part > 0:
                waiting[spot.line.id] -= part
                found[spot] = part
        return found

    def _goods_received(self):
        """Return what came in, inspected or not, in the unit of each line.

        :rtype: defaultdict[Spot, Decimal]
        """
        here, unused = defaultdict(lambda: ZERO), {}
        for fact in self.fact_ids.filtered(lambda fact: fact.kind == "received"):
            line, left = fact.line_id, ledger.quantity(fact.quantity)
            for item in fact._move().move_line_ids:
                if fact.lot_id and item.lot_id != fact.lot_id:
                    continue
                there = unused.setdefault(item, line._own_quantity(item))
                part = min(left, there)
                if part > 0:
                    unused[item] -= part
                    left -= part
                    here[line._spot_of(item)] += part
            if left > 0:
                here[line._spot_of(fact.lot_id)] += left
        return here


class LogisticsReturnFact(models.Model):
    _inherit = "logistics.return.fact"

    def _move(self):
        """Return the stock move a receipt is known by, empty when by none.

        :rtype: stock.move
        """
        self.ensure_one()
        kind, _slash, rest = self.ref.partition("/")
        number = rest.split("/")[0]
        known = self.kind == "received" and kind == "move" and number.isdigit()
        return self.env["stock.move"].browse(int(number) if known else []).exists()


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    def _receipts(self):
        """Return the done moves in which goods of the line came.

        :rtype: stock.move
        """
        self.ensure_one()
        facts = self.return_id.sudo().fact_ids.filtered(
            lambda fact: fact.kind == "received" and fact.line_id == self
        )
        return self.env["stock.move"].sudo().union(*(fact._move() for fact in facts))

    def _spot_of(self, item):
        """Return where goods of the line are.

        :param item: The move line they came with, or their lot (may be empty) when
            they came by none.
        :rtype: Spot
        """
        if item._name == "stock.lot":
            return Spot(
                self,
                item,
                self.env["stock.location"].sudo(),
                self.env["stock.package"].sudo(),
                self.env["res.partner"].sudo(),
            )
        return Spot(
            self,
            item.lot_id,
            item.location_dest_id,
            item.result_package_id,
            item.owner_id,
        )

    def _own_quantity(self, item):
        """Return how much a move line carried, in the unit of the line.

        :rtype: Decimal
        """
        self.ensure_one()
        unit, own = item.product_uom_id, self.uom_id
        if unit == own or not unit._has_common_reference(own):
            return ledger.quantity(item.quantity)
        return ledger.quantity(
            unit._compute_quantity(item.quantity, own, rounding_method="HALF-UP")
        )

    def _stock_quantity(self, quantity):
        """Return a quantity of the line in the unit of the product.

        :param Decimal quantity: In the unit of the line.
        :rtype: float
        """
        self.ensure_one()
        own, unit = self.uom_id, self.product_id.uom_id
        if unit == own or not own._has_common_reference(unit):
            return float(quantity)
        return own._compute_quantity(float(quantity), unit, rounding_method="HALF-UP")
