"""Where inspected goods go: the stock moves of each disposition, and their undo."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.logistics_events.models.ledger import as_suite, trusted


class LogisticsReturnFinding(models.Model):
    _inherit = "logistics.return.finding"

    # === PUT AWAY === #

    def _put_away(self):
        """Move the goods to where what was found says.

        Missing goods and wrong items stay where they are. What came by no transfer is
        in no stock, and nothing is moved.
        """
        here = self.filtered("location_id")
        for disposition, method in (
            ("restock", "_to_stock"),
            ("refurbish", "_to_refurbish"),
            ("scrap", "_to_scrap"),
            ("send_back", "_to_customer"),
        ):
            goods = here.filtered(
                lambda finding, kind=disposition: finding.disposition == kind
            )
            if goods:
                getattr(as_suite(goods), method)()

    def _to_stock(self):
        for warehouse, findings in self.grouped(
            lambda finding: finding._warehouse()
        ).items():
            stock, waiting = warehouse.lot_stock_id, warehouse._logistics_quarantine()
            # Without a place of their own returned goods are in stock already.
            findings.filtered(
                lambda finding, stock=stock, waiting=waiting: (
                    finding.location_id == waiting
                    or not finding.location_id._child_of(stock)
                )
            )._carry(stock, putaway=True)

    def _to_refurbish(self):
        place = self.company_id._logistics_return_place("refurbish")
        if not place:
            raise UserError(
                self.env._(
                    "Nobody chose where goods wait that are to be put in order: "
                    "Settings, Logistics, Returns."
                )
            )
        self.filtered(lambda finding: finding.location_id != place)._carry(place)

    def _carry(self, place, putaway=False):
        """Make and validate the internal transfers to a place.

        :param stock.location place: Where the goods go.
        :param bool putaway: Whether the rules of the warehouse choose the shelf.
        """
        for (warehouse, source), findings in self.grouped(
            lambda finding: (finding._warehouse(), finding.location_id)
        ).items():
            picking = findings._new_picking(warehouse.int_type_id, source, place)
            for finding in findings:
                dest = place
                if putaway:
                    dest = place._get_putaway_strategy(
                        finding.product_id, finding._in_stock()
                    )
                move = finding._new_move(source, dest, picking)
                trusted(finding).write(
                    {"dest_id": dest.id, "move_ids": [Command.link(move.id)]}
                )
            picking._action_done()

    def _to_scrap(self):
        Scrap = self.env["stock.scrap"]
        for finding in self:
            finding._check_on_hand(finding.location_id)
            vals = {
                "company_id": finding.company_id.id,
                "product_id": finding.product_id.id,
                "product_uom_id": finding.product_id.uom_id.id,
                "scrap_qty": finding._in_stock(),
                "lot_id": finding.lot_id.id,
                "package_id": finding.package_id.id,
                "owner_id": finding.owner_id.id,
                "location_id": finding.location_id.id,
                # Not the transfer: a move added to a done one posts no value.
                "origin": finding.return_id.name,
            }
            place = finding.company_id._logistics_return_place("scrap")
            if place:
                vals["scrap_location_id"] = place.id
            scrap = Scrap.create(vals)
            finding._check_scrap_value(scrap.scrap_location_id)
            if scrap.action_validate() is not True:
                raise UserError(finding._gone_text(finding.location_id))
            trusted(finding).write(
                {
                    "scrap_id": scrap.id,
                    "dest_id": scrap.scrap_location_id.id,
                    "move_ids": [Command.set(scrap.move_ids.ids)],
                }
            )

    def _check_scrap_value(self, place):
        """Refuse to scrap goods whose value would silently stay in the books.

        :raise UserError: When the scrap location has no account.
        """
        if (
            self.product_id.valuation == "real_time"
            and self.product_id.is_storable
            and not place.valuation_account_id
        ):
            raise UserError(
                self.env._(
                    "The value of %(product)s would not be posted: %(place)s has no "
                    "stock valuation account. Choose another scrap location in "
                    "Settings, Logistics, Returns, or give it one.",
                    product=self.product_id.display_name,
                    place=place.display_name,
                )
            )

    def _to_customer(self):
        """Make the transfers in which goods go back; validated, they leave.

        They are returns of their receipts, so that the order counts them as delivered
        again and nobody owes anything for them.
        """
        for (warehouse, source, customer), findings in self.grouped(
            lambda finding: (
                finding._warehouse(),
                finding.location_id,
                finding._customer_place(),
            )
        ).items():
            picking = findings._new_picking(warehouse.out_type_id, source, customer)
            for finding in findings:
                receipt = finding.line_id._receipts()[-1:]
                move = finding._new_move(
                    source,
                    customer,
                    picking,
                    origin_returned_move_id=receipt.id,
                    sale_line_id=receipt.sale_line_id.id,
                    to_refund=True,
                    partner_id=picking.partner_id.id,
                )
                trusted(finding).write(
                    {"dest_id": customer.id, "move_ids": [Command.link(move.id)]}
                )
            picking.move_ids._action_confirm(merge=False)
            # Exactly these goods, not those Odoo would choose.
            picking.move_ids._do_unreserve()
            for finding in findings:
                finding.move_ids._update_reserved_quantity(
                    finding._in_stock(),
                    source,
                    lot_id=finding.lot_id,
                    package_id=finding.package_id,
                    owner_id=finding.owner_id,
                )
            picking.move_ids._recompute_state()

    # === UNDO === #

    def _move_back(self):
        """Bring the goods back to where they waited.

        :return: The moves that did it; none where nothing was moved.
        :rtype: stock.move
        :raise UserError: When the goods are not there any more.
        """
        self.ensure_one()
        if self.disposition == "send_back":
            return self._keep_here()
        if not self.move_ids:
            return self.move_ids
        picking = self._new_picking(
            self._warehouse().int_type_id, self.dest_id, self.location_id
        )
        move = self._new_move(
            self.dest_id,
            self.location_id,
            picking,
            # Scrapped goods come back at the value they left with.
            origin_returned_move_id=self.scrap_id.move_ids[:1].id,
        )
        picking._action_done()
        return move

    def _keep_here(self):
        """Cancel what was to go back to the customer.

        :raise UserError: When it left already.
        """
        gone = self.move_ids.filtered(lambda move: move.state == "done")
        if gone:
            raise UserError(
                self.env._(
                    "They left with %s and cannot be kept any more. When they come "
                    "back, that is another return.",
                    ", ".join(gone.picking_id.mapped("name")),
                )
            )
        self.move_ids._action_cancel()
        return self.env["stock.move"]

    # === PIECES === #

    def _warehouse(self):
        """Return the warehouse in which the goods were received.

        :rtype: stock.warehouse
        """
        self.ensure_one()
        receipts = self.line_id._receipts()
        return (
            receipts.picking_type_id.warehouse_id[-1:]
            or self.location_id.warehouse_id
            or self.env["stock.warehouse"].search(
                [("company_id", "=", self.company_id.id)], limit=1
            )
        )

    def _customer_place(self):
        """Return the location of the customer from which the goods came.

        :rtype: stock.location
        """
        self.ensure_one()
        places = self.line_id._receipts().location_id.filtered(
            lambda place: place._is_outgoing()
        )
        return places[-1:] or self.return_id.partner_id.property_stock_customer

    def _in_stock(self):
        """Return how much it is in the unit of the product."""
        self.ensure_one()
        return self.line_id._stock_quantity(self.quantity)

    def _new_picking(self, operation, source, dest):
        """Return a transfer without moves; what goes back goes to whom it came from."""
        one = self.return_id[:1]
        vals = {
            "company_id": self.company_id.id,
            "picking_type_id": operation.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
            "origin": one.name,
        }
        if operation.code == "outgoing":
            partners = self.line_id.move_id.picking_id.partner_id
            vals["partner_id"] = (partners[:1] or one.partner_id).id
        return self.env["stock.picking"].create(vals)

    def _new_move(self, source, dest, picking, **more):
        """Return the move of the goods; ready to be done unless they go out.

        :param stock.location source: Where they are.
        :param stock.location dest: Where they go.
        :param stock.picking picking: The transfer it belongs to.
        :param more: More values.
        :rtype: stock.move
        :raise UserError: When they are not there.
        """
        self.ensure_one()
        if source.usage == "internal":
            self._check_on_hand(source)
        goods = {
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
        }
        vals = goods | {
            "picking_id": picking.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": self._in_stock(),
        }
        if not dest._is_outgoing():
            vals |= {
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        goods
                        | {
                            "picking_id": picking.id,
                            "product_uom_id": self.product_id.uom_id.id,
                            "quantity": self._in_stock(),
                            "lot_id": self.lot_id.id,
                            "package_id": self._package_in(source).id,
                            "owner_id": self.owner_id.id,
                        }
                    )
                ],
            }
        return self.env["stock.move"].create(vals | more)

    def _package_in(self, source):
        """Return the package the goods are in: where they wait, and nowhere else."""
        return (
            self.package_id if source == self.location_id else self.package_id.browse()
        )

    def _check_on_hand(self, source):
        """Check that the goods are where they should be.

        :raise UserError: When somebody moved them by other ways.
        """
        if not self.product_id.is_storable:
            return
        quants = self.env["stock.quant"]._gather(
            self.product_id,
            source,
            lot_id=self.lot_id,
            package_id=self._package_in(source),
            owner_id=self.owner_id,
            strict=True,
        )
        unit = self.product_id.uom_id
        if unit.compare(sum(quants.mapped("quantity")), self._in_stock()) < 0:
            raise UserError(self._gone_text(source))

    def _gone_text(self, source):
        return self.env._(
            "%(found)s: the goods are not in %(place)s any more. Somebody moved or "
            "sold them; move them back there first.",
            found=self._said(),
            place=source.display_name,
        )
