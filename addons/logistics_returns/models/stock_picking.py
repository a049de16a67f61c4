"""Transfers in which goods come back: each belongs to a return, whoever made it."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import ledger

from .. import return_bounds


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_return_id = fields.Many2one(
        "logistics.return",
        string="Return",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
        check_company=True,
        groups="base.group_user",
    )

    def _action_done(self):
        """Override of `stock`: goods that came are received on their return."""
        result = super()._action_done()
        self.filtered(lambda one: one.state == "done")._logistics_receive_returns()
        return result

    def action_cancel(self):
        """Override of `stock`: what a return expects is worked out again."""
        result = super().action_cancel()
        self.logistics_return_id.sudo()._reckon()
        return result

    def _create_backorder(self, backorder_moves=None):
        """Override of `stock`: the rest that is still to come is of the same return."""
        backorders = super()._create_backorder(backorder_moves=backorder_moves)
        for backorder in backorders:
            backorder.logistics_return_id = backorder.backorder_id.logistics_return_id
        return backorders

    def _logistics_receive_returns(self):
        """Say what came back; a transfer without a return gets one."""
        back = self.filtered(lambda one: one._logistics_direction() == "return")
        back.filtered(lambda one: not one.logistics_return_id)._logistics_adopt_return()
        told = []
        for picking in back:
            one = picking.logistics_return_id.sudo()
            for move in picking.move_ids.filtered(lambda move: move.state == "done"):
                line = one._line_of(move)
                told.append(
                    (
                        one,
                        "received",
                        f"move/{move.id}",
                        {
                            "line": line,
                            "quantity": line._in_unit(move),
                            "at": move.date,
                        },
                    )
                )
        if told:
            self.env["logistics.return"]._say_many(told)

    def _logistics_adopt_return(self):
        """Give each transfer the return it belongs to, a new one where none waits.

        :return: The returns.
        :rtype: logistics.return
        """
        Return = self.env["logistics.return"].sudo()
        for picking in self:
            shipments = picking.sudo().logistics_link_ids.shipment_id
            picking.sudo().logistics_return_id = (
                shipments.logistics_return_id[:1]
                or Return._awaiting(picking)
                or Return.create(picking._prepare_logistics_return_vals())
            )
        return self.logistics_return_id

    def _prepare_logistics_return_vals(self):
        """Return the values of a return that begins with this transfer.

        :rtype: dict
        """
        self.ensure_one()
        origins = self.move_ids.origin_returned_move_id
        order = self.move_ids.sale_line_id.order_id[:1]
        return {
            "company_id": self.company_id.id,
            "partner_id": (order.partner_id or self.partner_id).id,
            "origin": "transfer",
            "outbound_ids": [
                fields.Command.set(origins.picking_id.sudo().logistics_shipment_ids.ids)
            ],
            "line_ids": [
                fields.Command.create(
                    {
                        "move_id": move.origin_returned_move_id.id,
                        "sale_line_id": move.sale_line_id.id,
                        "product_id": move.product_id.id,
                        "quantity": move.product_uom._compute_quantity(
                            move.product_uom_qty,
                            move.sale_line_id.product_uom_id or move.product_id.uom_id,
                        ),
                    }
                )
                for move in self.move_ids
                if move.state != "cancel"
            ],
        }


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _create_return(self):
        """Override of `stock`: no more comes back than was delivered and is not back.

        :raise UserError: With the product and what may still come back.
        """
        if self.picking_id._logistics_direction() in ("outgoing", "dropship"):
            self._logistics_check_bounds()
        picking = super()._create_return()
        if picking._logistics_direction() == "return":
            one = self.env.context.get("logistics_return_id")
            if one:
                picking.sudo().logistics_return_id = one
            else:
                picking._logistics_adopt_return()
        return picking

    def _logistics_check_bounds(self):
        for line in self.product_return_moves:
            move = line.move_id
            if not move or line.quantity <= 0:
                continue
            gone = move._logistics_gone()
            if return_bounds.refusal(ledger.quantity(line.quantity), gone):
                raise UserError(
                    self.env._(
                        "%(product)s: %(asked)s would come back, but only %(left)s "
                        "were delivered and are neither back nor on the way.",
                        product=move.product_id.display_name,
                        asked=ledger.as_text(ledger.quantity(line.quantity)),
                        left=ledger.as_text(gone.left),
                    )
                )


class StockMove(models.Model):
    _inherit = "stock.move"

    def _logistics_gone(self):
        """Return what became of delivered goods, in the unit of the move.

        :rtype: return_bounds.Gone
        """
        self.ensure_one()
        back = self.returned_move_ids.filtered(
            lambda move: (
                move.state != "cancel" and not move.location_dest_id._is_outgoing()
            )
        )
        came = back.filtered(lambda move: move.state == "done")
        return return_bounds.Gone(
            delivered=ledger.quantity(self.quantity if self.state == "done" else 0),
            returned=self._logistics_sum(came, "quantity"),
            under_way=self._logistics_sum(back - came, "product_uom_qty"),
        )

    def _logistics_sum(self, moves, name):
        return sum(
            (
                ledger.quantity(
                    move.product_uom._compute_quantity(
                        move[name], self.product_uom, rounding_method="HALF-UP"
                    )
                )
                for move in moves
            ),
            ledger.quantity(0),
        )
