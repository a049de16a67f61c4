from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import ledger

from ..models.logistics_return_here import Spot
from ..models.logistics_return_inspect import Found
from ..return_bounds import ZERO
from ..return_facts import DISPOSITIONS


def _count(string):
    return fields.Float(string=string, digits="Product Unit")


class LogisticsReturnInspectionLine(models.TransientModel):
    """Goods of one kind in one place, and how many are found in which condition.

    Pieces are counted: in the unit of the product, whatever unit it was sold in.
    """

    _name = "logistics.return.inspection.line"
    _description = "Goods to Inspect"
    _rec_name = "product_id"

    inspection_id = fields.Many2one(
        "logistics.return.inspection", required=True, ondelete="cascade", index=True
    )
    return_line_id = fields.Many2one("logistics.return.line", required=True)
    product_id = fields.Many2one(related="return_line_id.product_id")
    uom_id = fields.Many2one(related="product_id.uom_id")
    lot_id = fields.Many2one("stock.lot", string="Lot or Serial")
    location_id = fields.Many2one("stock.location", string="Waits In")
    package_id = fields.Many2one("stock.package", string="Package")
    owner_id = fields.Many2one("res.partner", string="Owner")
    is_short = fields.Boolean(string="Still to Come")
    waiting = _count("To Inspect")
    restock_quantity = _count("Accept to Stock")
    refurbish_quantity = _count("Refurbish")
    scrap_quantity = _count("Scrap")
    send_back_quantity = _count("Return to Customer")
    missing_quantity = _count("Missing")
    wrong_item_quantity = _count("Wrong Item")
    left = fields.Float(string="Left", digits="Product Unit", compute="_compute_left")

    @api.depends("waiting", *(f"{name}_quantity" for name in DISPOSITIONS))
    def _compute_left(self):
        for line in self:
            left = ledger.quantity(line.waiting) - sum(
                ledger.quantity(line[line._column(name)]) for name in DISPOSITIONS
            )
            line.left = float(left)

    # === ACTIONS === #

    def action_all(self):
        """Count what is left here, as what is chosen on the screen."""
        for line in self:
            found_as = line.inspection_id.found_as
            if line.is_short and found_as != "missing":
                raise UserError(
                    self.env._("What never came can only be missing: choose Missing.")
                )
            if line.left > 0:
                line[self._column(found_as)] += line.left
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _column(self, disposition):
        """Return the name of the field that counts a disposition."""
        return f"{disposition}_quantity"

    def _clear(self):
        for line in self:
            line.update({line._column(name): 0.0 for name in DISPOSITIONS})

    def _spot(self):
        """Return where the goods of the row are.

        :rtype: Spot
        """
        self.ensure_one()
        row = self.sudo()
        return Spot(
            row.return_line_id,
            row.lot_id,
            row.location_id,
            row.package_id,
            row.owner_id,
        )

    def _found(self):
        """Return what was counted, to be recorded.

        :rtype: list[Found]
        :raise UserError: When something never came and is counted in some condition.
        """
        found = []
        for one, rows in self.grouped(
            lambda line: line.return_line_id.return_id
        ).items():
            position = one._position()
            here = one._goods_here(position)
            for line in rows:
                spot = line._spot()
                known = position.lines.get(spot.line.id)
                whole = here.get(spot, ZERO)
                if line.is_short and known:
                    whole = known.expected
                found += line._found_of(spot, whole)
        return found

    def _found_of(self, spot, whole):
        """Return what was counted of one row.

        :param Spot spot: Where the goods are.
        :param Decimal whole: How much waits there, in the unit it was sold in. All
            pieces together are all of it, however that unit is rounded.
        :rtype: list[Found]
        """
        found, counted, told = [], ZERO, ZERO
        pieces = ledger.quantity(spot.line._stock_quantity(whole))
        for name in DISPOSITIONS:
            count = ledger.quantity(self[self._column(name)])
            if not count:
                continue
            if count < 0:
                raise UserError(self.env._("Quantities are counted from one on."))
            if self.is_short and name != "missing":
                raise UserError(
                    self.env._(
                        "%s never came: it can only be missing.",
                        self.product_id.display_name,
                    )
                )
            counted += count
            # More than there is: refused by the one who records it.
            so_far = ledger.quantity(whole * counted / pieces) if pieces else counted
            found.append(Found(spot, name, so_far - told, self.is_short))
            told = so_far
        return found
