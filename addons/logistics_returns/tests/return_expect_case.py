from .common import ReturnCommon


class ReturnExpectCase(ReturnCommon):
    """Approved returns, transfers Odoo makes by itself, and what is asked."""

    def _approved(self, picking, quantity, **more):
        one = self._announce(picking, quantity, **more)
        one._say("approved", "by hand")
        self._take()
        return one

    def _native(self, picking, quantity):
        dialog = self.env["stock.return.picking"].create({"picking_id": picking.id})
        dialog.product_return_moves.quantity = quantity
        return dialog._create_return()

    def _asked(self, one):
        """Return what open transfers of a return are to bring."""
        moves = one.picking_ids.move_ids
        open_ = moves.filtered(lambda move: move.state not in ("done", "cancel"))
        return sum(open_.mapped("product_uom_qty"))

    def _problems(self, one):
        found = self.env["logistics.exception"].search(
            [
                ("res_model", "=", one._name),
                ("res_id", "=", one.id),
                ("state", "=", "open"),
            ]
        )
        return sorted(key.split(",")[-1] for key in found.mapped("subject_key"))
