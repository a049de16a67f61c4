"""Reported quantities held against the moves and the stock they are taken from.

A plan with a problem is never applied, not even in part.
"""

from typing import Any, NamedTuple

from .dispatch import Reading, Row, folded


class Take(NamedTuple):
    """A part of a row that one move gets from one place in stock.

    :param Any quant: The `stock.quant`, None where stock is not counted.
    """

    move: Any
    quantity: float
    row: Row
    quant: Any


class Plan(Reading):
    """Which move gets what, and from where; `problems` says why it must not be done."""

    def _read(self):
        self.takes = []
        self._check_state()
        if not self.problems:
            super()._read()
        if not self.problems:
            self._spread()

    def _check_state(self):
        """A transfer that is over, or waits for another one, takes no quantities."""
        if self.picking.state == "cancel":
            self._complain(self.env._("The transfer is cancelled."))
        elif self.picking.state == "done":
            self._complain(self.env._("The transfer is done already."))
        waits_for = self.picking._logistics_waits_for_transfers()
        if waits_for:
            self._complain(
                self.env._(
                    "Validate %s first; it is then tried again by itself.",
                    ", ".join(waits_for.mapped("name")),
                )
            )

    def _spread(self):
        """Give every row to the moves of its product, in their order."""
        Quant = self.env["stock.quant"]
        self.used = {}
        self.stock = {}
        room = {move: move.product_qty for move in self.moves}
        for row in self.rows:
            left = row.quantity
            for move in self.moves.filtered(lambda m, r=row: m.product_id == r.product):
                part = min(left, room[move])
                if row.product.uom_id.compare(part, 0) <= 0:
                    continue
                room[move] -= part
                left -= part
                if move._should_bypass_reservation():
                    self.takes.append(Take(move, part, row, None))
                else:
                    self._take_from_stock(Quant, move, part, row)
            if row.product.uom_id.compare(left, 0) > 0:
                self._complain(
                    self.env._(
                        "%(product)s: %(quantity)g %(unit)s more than the transfer "
                        "still has.",
                        product=row.product.display_name,
                        quantity=left,
                        unit=row.product.uom_id.name,
                    )
                )
        self.room = room

    def _take_from_stock(self, Quant, move, quantity, row):
        """Take from what is here: what is reserved or free first, then the rest.

        The goods have left: what another transfer reserved of them is not here.
        """
        left = quantity
        quants = self._quants(Quant, move, row)
        for within_free in (True, False):
            for quant in quants:
                taken = self.used.get(quant, 0.0)
                limit = self._free(quant) if within_free else quant.quantity
                part = min(left, limit - taken)
                if row.product.uom_id.compare(part, 0) <= 0:
                    continue
                self.used[quant] = taken + part
                self.takes.append(Take(move, part, row, quant))
                left -= part
        if row.product.uom_id.compare(left, 0) > 0:
            self._complain(
                self.env._(
                    "%(product)s: %(quantity)g %(unit)s less in %(place)s than "
                    "reported.",
                    product=" / ".join(
                        filter(None, (row.product.display_name, row.lot.name))
                    ),
                    quantity=left,
                    unit=row.product.uom_id.name,
                    place=move.location_id.display_name,
                )
            )

    def _quants(self, Quant, move, row):
        place = (row.product, move.location_id, row.lot)
        if place not in self.stock:
            found = Quant._gather(row.product, move.location_id, lot_id=row.lot or None)
            if row.product.tracking != "none":
                found = found.filtered(lambda quant: quant.lot_id == row.lot)
            # A package that is named is emptied before others.
            self.stock[place] = found.sorted(
                lambda quant: folded(quant.package_id.name or "") != folded(row.package)
            )
        return self.stock[place]

    def _free(self, quant):
        own = self.moves.move_line_ids.filtered(
            lambda line: (
                line.product_id == quant.product_id
                and line.location_id == quant.location_id
                and line.lot_id == quant.lot_id
                and line.package_id == quant.package_id
                and line.owner_id == quant.owner_id
            )
        )
        return (
            quant.quantity
            - quant.reserved_quantity
            + sum(own.mapped("quantity_product_uom"))
        )

    # === DOING IT === #

    def apply(self):
        """Write the quantities on the transfer, ready to be validated.

        What the report does not name keeps its reservation and is not picked.

        :return: The moves that got a quantity.
        :rtype: stock.move
        """
        packages = self._packages()
        moves = self.env["stock.move"].union(*(take.move for take in self.takes))
        self.picking.move_ids.picked = False
        moves.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            [self._line_vals(take, packages) for take in self.takes]
        )
        moves.picked = True
        return moves

    def _line_vals(self, take, packages):
        quant, row = take.quant, take.row
        return {
            "move_id": take.move.id,
            "picking_id": self.picking.id,
            "product_id": row.product.id,
            "product_uom_id": row.product.uom_id.id,
            "quantity": take.quantity,
            "location_id": (quant.location_id if quant else take.move.location_id).id,
            "location_dest_id": take.move.location_dest_id.id,
            "lot_id": row.lot.id,
            "lot_name": row.lot_name or False,
            "package_id": quant.package_id.id if quant else False,
            "owner_id": quant.owner_id.id if quant else False,
            "result_package_id": packages[folded(row.package)].id
            if row.package
            else False,
            "picked": True,
        }

    def _packages(self):
        """Return the packages the report names, made where they are not known.

        A number that is used again is another package: one that holds goods elsewhere
        is left alone.
        """
        Package = self.env["stock.package"]
        names = {}
        for row in self.rows:
            if row.package:
                names.setdefault(folded(row.package), row.package)
        if not names:
            return {}
        inside = self.env["stock.location"].search(
            [("id", "child_of", self.moves.location_id.ids)]
        )
        found = {}
        for package in Package.search([("name", "in", list(names.values()))]):
            company = package.company_id
            if company and company != self.picking.company_id:
                continue
            if all(quant.location_id in inside for quant in package.quant_ids):
                found.setdefault(folded(package.name), package)
        missing = [key for key in names if key not in found]
        made = Package.create([{"name": names[key]} for key in missing])
        return found | dict(zip(missing, made, strict=True))

    def closed_moves(self, rest):
        """Return the moves of which nothing will follow, by the rule.

        :param str rest: `backorder`, `close`, or `sender` for what the partner says.
        :rtype: stock.move
        """
        if rest == "close":
            return self.moves
        if rest == "sender":
            return self.moves.filtered(lambda move: move.product_id in self.finals)
        return self.moves.browse()

    def rest_moves(self):
        """Return the moves that are not moved in whole.

        :rtype: stock.move
        """
        return self.moves.filtered(
            lambda move: move.product_id.uom_id.compare(self.room[move], 0) > 0
        )
