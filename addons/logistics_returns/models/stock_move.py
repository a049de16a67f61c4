"""Goods that come back: what became of delivered ones, and who waits for them."""

from collections import defaultdict

from odoo import models

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import by_suite

from .. import return_bounds


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        """Override of `stock`: what comes back belongs to a return, whoever made it."""
        moves = super()._action_confirm(
            merge=merge, merge_into=merge_into, create_proc=create_proc
        )
        back = moves.filtered(
            lambda move: (
                move.origin_returned_move_id or move.location_id.usage == "customer"
            )
        )
        back.picking_id._logistics_adopt_return()
        return moves

    def _action_cancel(self):
        """Override of `stock`: what a return expects is worked out again."""
        coming = self.sudo().filtered(
            lambda move: (
                move.picking_id.logistics_return_id
                and move.state not in ("done", "cancel")
            )
        )
        result = super()._action_cancel()
        if not by_suite(self.env):
            coming.filtered(lambda move: move.state == "cancel")._logistics_give_up()
        return result

    # === BUSINESS METHODS === #

    def _logistics_give_up(self):
        """A person cancelled transfers of returns: nothing expects these goods now.

        What only a transfer had announced is not announced any more. What the suite
        itself expected a person is asked about.
        """
        returns = self.env["logistics.return"]
        for one, moves in self.grouped(
            lambda move: move.picking_id.logistics_return_id
        ).items():
            for line, own in moves.grouped(one._line_of_cancelled).items():
                if line:
                    line._transfer_cancelled(own)
            returns |= one
        returns |= self.origin_returned_move_id._logistics_waiting_returns()
        returns._lock()
        returns._reckon()

    def _logistics_waiting_returns(self):
        """Return the returns that are about delivered goods and not over.

        :rtype: logistics.return
        """
        lines = (
            self.env["logistics.return.line"]
            .sudo()
            .search(
                [
                    "|",
                    ("move_id", "in", self.ids),
                    ("sale_line_id", "in", self.sale_line_id.ids),
                    ("return_id.state", "not in", ("closed", "refused")),
                ],
                order="return_id",
            )
        )
        return lines.return_id

    def _logistics_gone(self, waiting=False, but=None):
        """Return what became of delivered goods, in the unit of the move.

        Replacements and goods that were sent back to the customer left again.

        :param bool waiting: Whether what returns wait for without a transfer counts as
            under way, as for a new announcement.
        :param logistics.return but: A return that does not count then.
        :return: By lot or serial number as well, where the product has them.
        :rtype: return_bounds.Gone
        """
        self.ensure_one()
        move = self.sudo()
        zero = ledger.quantity(0)
        back = move.returned_move_ids.filtered(
            lambda one: (
                one.state != "cancel" and not one.location_dest_id._is_outgoing()
            )
        )
        came = back.filtered(lambda one: one.state == "done")
        again = came.returned_move_ids.filtered(
            lambda one: one.state == "done" and one.location_dest_id._is_outgoing()
        )
        sums = {
            "delivered": move._logistics_lots(move) if move.state == "done" else {},
            "returned": move._logistics_lots(came),
            "again": move._logistics_lots(again),
        }

        def gone(keys):
            total = {
                name: sum((by_lot.get(key, zero) for key in keys), zero)
                for name, by_lot in sums.items()
            }
            return {
                "delivered": total["delivered"],
                "returned": max(total["returned"] - total["again"], zero),
            }

        lots = {lot for lot in sums["delivered"] if lot}
        open_ = (back - came).filtered(
            lambda one: not but or one.picking_id.logistics_return_id != but
        )
        under_way = sum((move._logistics_demand(one) for one in open_), zero)
        if waiting:
            under_way += move._logistics_announced(but)
        return return_bounds.Gone(
            **gone({lot for by_lot in sums.values() for lot in by_lot}),
            under_way=under_way,
            lots={lot: return_bounds.Gone(**gone({lot})) for lot in lots},
        )

    def _logistics_announced(self, but=None):
        """Return how much returns wait for that no transfer brings yet, in the unit of
        the move.

        :param logistics.return but: A return that does not count.
        :rtype: Decimal
        """
        self.ensure_one()
        lines = (
            self.env["logistics.return.line"]
            .sudo()
            .search([("move_id", "=", self.id), ("expected_quantity", ">", 0)])
        )
        zero = ledger.quantity(0)
        return sum(
            (
                ledger.quantity(
                    line.uom_id._compute_quantity(
                        float(
                            max(
                                ledger.quantity(line.expected_quantity)
                                - line._coming(),
                                zero,
                            )
                        ),
                        self.product_uom,
                        rounding_method="HALF-UP",
                    )
                )
                for line in lines
                if line.return_id != but and not line.return_id._is_only_reported()
            ),
            zero,
        )

    def _logistics_lots(self, moves):
        """Return how much of each lot some moves carried, in the unit of this one.

        :param stock.move moves: Done moves.
        :return: By lot; an empty one for what has none.
        :rtype: dict[stock.lot, Decimal]
        """
        self.ensure_one()
        found = defaultdict(lambda: ledger.quantity(0))
        for item in moves.move_line_ids:
            found[item.lot_id] += ledger.quantity(
                item.product_uom_id._compute_quantity(
                    item.quantity, self.product_uom, rounding_method="HALF-UP"
                )
            )
        return found

    def _logistics_demand(self, move):
        """Return how much another move is to bring, in the unit of this one.

        :rtype: Decimal
        """
        self.ensure_one()
        return ledger.quantity(
            move.product_uom._compute_quantity(
                move.product_uom_qty, self.product_uom, rounding_method="HALF-UP"
            )
        )

    def _logistics_ask_for_lots(self, wanted):
        """Say which lots come; where nobody knows, whoever receives them scans it.

        Odoo fills in some lot of the delivery, which is a guess.

        :param dict wanted: How much of each line of a return, in its unit.
        """
        self.ensure_one()
        product = self.product_id
        if product.tracking == "none":
            return
        asked = [
            (line.lot_id, line.uom_id._compute_quantity(float(part), product.uom_id))
            for line, part in wanted.items()
        ]
        whole = self.origin_returned_move_id.quantity == self.product_uom_qty
        if whole and not any(lot for lot, _quantity in asked):
            return
        self.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            [
                self._prepare_move_line_vals(quantity=0)
                | {
                    "lot_id": lot.id,
                    "quantity": part,
                    "product_uom_id": product.uom_id.id,
                }
                for lot, quantity in asked
                for part in _pieces(quantity, product)
            ]
        )


def _pieces(quantity, product):
    """Return the quantities of the rows a quantity is typed in: one for each serial."""
    return [1.0] * round(quantity) if product.tracking == "serial" else [quantity]
