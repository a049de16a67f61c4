"""Transfers in which goods come back: each belongs to a return, whoever made it."""

from odoo import fields, models

from odoo.addons.logistics_events import ledger

_OPEN = ("draft", "waiting", "confirmed", "assigned")


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
        back = self.filtered(lambda one: one._logistics_direction() == "return")
        back._logistics_adopt_return()
        back.sudo()._logistics_identify_goods()
        result = super()._action_done()
        done = self.filtered(lambda one: one.state == "done")
        (done & back).sudo()._logistics_receive_returns()
        (done - back).sudo()._logistics_tell_returns()
        return result

    def _create_backorder(self, backorder_moves=None):
        """Override of `stock`: the rest that is still to come is of the same return."""
        backorders = super()._create_backorder(backorder_moves=backorder_moves)
        for backorder in backorders.sudo():
            backorder.logistics_return_id = backorder.backorder_id.logistics_return_id
        return backorders

    def _logistics_join(self, shipment):
        """Override of `logistics_events`: shipment and transfer are of one return."""
        result = super()._logistics_join(shipment)
        own, shipment_sudo = self.sudo(), shipment.sudo()
        if shipment_sudo.direction == "return":
            if own.logistics_return_id and not shipment_sudo.logistics_return_id:
                shipment_sudo.logistics_return_id = own.logistics_return_id
            elif own.state in _OPEN:
                own._logistics_adopt_return()
        return result

    # === BUSINESS METHODS: WHOSE GOODS COME === #

    def _logistics_adopt_return(self):
        """Give each transfer that brings goods back its return, a new one if need be.

        Goods of nobody we know stay what they are: a transfer.

        :return: The returns.
        :rtype: logistics.return
        """
        for picking in self.sudo():
            if picking.logistics_return_id or (
                picking._logistics_direction() != "return"
            ):
                continue
            one = self.env["logistics.return"].sudo()._of_transfer(picking)
            if not one:
                continue
            picking.logistics_return_id = one
            for shipment in picking.logistics_link_ids.shipment_id:
                if shipment.direction == "return" and not shipment.logistics_return_id:
                    shipment.logistics_return_id = one
            if picking.state != "done":
                picking._logistics_to_quarantine()
            if not self.env.context.get("logistics_return_expected"):
                one._take_in(picking)
        return self.sudo().logistics_return_id

    def _logistics_to_quarantine(self):
        """Let goods that come back into a warehouse wait where its people say."""
        self.ensure_one()
        place = self.location_dest_id
        warehouse = self.picking_type_id.warehouse_id or place.warehouse_id
        if place.usage != "internal" or not warehouse:
            return
        quarantine = warehouse._logistics_quarantine()
        if quarantine and quarantine != place:
            self.location_dest_id = quarantine
            self.move_ids.location_dest_id = quarantine
            self.move_line_ids.location_dest_id = quarantine

    # === BUSINESS METHODS: GOODS THAT CAME === #

    def _logistics_identify_goods(self):
        """Find out what goods are that somebody added while they were received.

        What was delivered of them and is not back yet came back; anything else is
        goods nobody sold.
        """
        for picking in self:
            one = picking.logistics_return_id
            for move in picking.move_ids:
                if move.state in ("done", "cancel") or move.origin_returned_move_id:
                    continue
                origin = one._delivered_move(move.product_id)
                if not origin:
                    continue
                came = sum(origin._logistics_lots(move).values(), ledger.quantity(0))
                asked = max(came, origin._logistics_demand(move))
                if asked <= origin._logistics_gone().left:
                    move.write(
                        {
                            "origin_returned_move_id": origin.id,
                            "sale_line_id": origin.sale_line_id.id,
                            "to_refund": True,
                        }
                    )

    def _logistics_receive_returns(self):
        """Say what came back, once for each move."""
        told = []
        for picking in self:
            one = picking.logistics_return_id
            if not one:
                continue
            known = {
                fact.ref.split("/")[1]
                for fact in one.fact_ids
                if fact.kind == "received" and fact.ref.startswith("move/")
            }
            for move in picking.move_ids:
                if move.state == "done" and str(move.id) not in known:
                    told += [
                        (
                            one,
                            "received",
                            f"move/{move.id}/{line.id}/{lot.id or 0}",
                            {
                                "line": line,
                                "quantity": quantity,
                                "lot": lot,
                                "at": move.date,
                            },
                        )
                        for line, lot, quantity in one._received_as(move)
                    ]
        if told:
            self.env["logistics.return"]._say_many(told)
        self._logistics_note_rest()

    def _logistics_note_rest(self):
        """Ask a person about goods of the suite's own that were received in part, and
        of which nothing waits.
        """
        for move in self.move_ids:
            asked, came = ledger.quantity(move.product_uom_qty), move.quantity
            if move.state == "done" and asked > ledger.quantity(came):
                one = move.picking_id.logistics_return_id
                line = one._line_of_cancelled(move)
                if line:
                    line._transfer_cancelled(move)
                    one._reckon()

    def _logistics_tell_returns(self):
        """More is delivered: returns that wait for it may expect it now."""
        left = self.move_ids.filtered(lambda move: move.location_dest_id._is_outgoing())
        returns = left._logistics_waiting_returns()
        if returns:
            returns._lock()
            returns._reckon()
