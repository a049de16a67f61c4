"""Odoo's own dialog of returns: no more comes back than was delivered."""

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import ledger

from .. import return_bounds


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _create_return(self):
        """Override of `stock`: no more comes back than was delivered and is not back.

        :raise UserError: With the product and what may still come back.
        """
        if self.picking_id._logistics_direction() in ("outgoing", "dropship"):
            self._logistics_check_bounds()
        picking = super()._create_return()
        picking._logistics_adopt_return()
        return picking

    def _logistics_check_bounds(self):
        # Two people who return the same goods at once meet here.
        self.picking_id.sudo().move_ids.sale_line_id.order_id._logistics_touch()
        for move, rows in self.product_return_moves.grouped("move_id").items():
            asked = ledger.quantity(sum(rows.mapped("quantity")))
            if not move or asked <= 0:
                continue
            gone = move._logistics_gone()
            refusal = return_bounds.refusal(asked, gone)
            if refusal:
                raise UserError(self._logistics_refused(refusal, move, asked, gone))

    def _logistics_refused(self, refusal, move, asked, gone):
        """Return why goods cannot come back, in plain words."""
        words = {
            "product": move.product_id.display_name,
            "asked": ledger.as_text(asked),
            "left": ledger.as_text(gone.left),
            "unit": move.product_uom.name,
        }
        if refusal == "not_delivered":
            return self.env._(
                "%(product)s was not delivered yet: nothing of it can come back.",
                **words,
            )
        if refusal == "under_way":
            return self.env._(
                "%(product)s: %(asked)s %(unit)s would come back, but only %(left)s "
                "were delivered and are neither back nor on the way.",
                **words,
            )
        return self.env._(
            "%(product)s: %(asked)s %(unit)s would come back, but only %(left)s were "
            "delivered and are not back yet.",
            **words,
        )
