"""What other records say of returned goods: how much left, and what a part stands for.

The parts of a kit come back one by one, so they are counted in their own unit; what is
invoiced and credited of the kit counts for each part as often as the kit has it.
"""

from odoo import api, fields, models

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import trusted

_ZERO = ledger.quantity(0)


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    compensated_quantity = fields.Float(
        digits=0,
        readonly=True,
        copy=False,
        help="What the customer no longer owes for, invoiced or not.",
    )

    @api.depends("sale_line_id.product_id")
    def _compute_uom_id(self):
        """Override: what is not the sold product itself is counted in its own unit."""
        super()._compute_uom_id()
        for line in self.filtered("sale_line_id"):
            if line.sale_line_id.product_id != line.product_id:
                line.uom_id = line.product_id.uom_id

    def _store(self, known):
        """Override: what is compensated counts for the returns that came later."""
        super()._store(known)
        compensated = float(known.compensated)
        if self.compensated_quantity != compensated:
            trusted(self).write({"compensated_quantity": compensated})

    def _delivered(self):
        """Override: all that left of the sold line, less what is not ours to ask for.

        That is what earlier returns compensated, and goods of other shipments whose
        delivery was withdrawn.
        """
        self.ensure_one()
        line = self.sale_line_id
        total = self._left_for_customer()
        twins = self.search(
            [
                ("id", "<", self.id),
                ("product_id", "=", self.product_id.id),
                ("sale_line_id", "=", line.id)
                if line
                else ("move_id", "=", self.move_id.id or -1),
            ]
        )
        total -= sum(
            (ledger.quantity(twin.compensated_quantity) for twin in twins), _ZERO
        )
        total -= self._withdrawn_elsewhere()
        return float(max(total, _ZERO))

    def _left_for_customer(self):
        """Return how much was sent to the customer, without what was sent again.

        :rtype: Decimal
        """
        line = self.sale_line_id
        if not line:
            if self.move_id.state != "done":
                return _ZERO
            return self._to_own_unit(
                ledger.quantity(self.move_id.quantity), self.move_id
            )
        moves = line.move_ids.filtered(
            lambda move: move.product_id == self.product_id and move.state == "done"
        )
        back = moves.filtered(
            lambda move: (
                move.location_id._is_outgoing() and move.origin_returned_move_id
            )
        )
        sent = moves.filtered(
            lambda move: (
                move.location_dest_id._is_outgoing()
                and not move.location_id._is_outgoing()
                and not move.origin_returned_move_id
            )
        )
        first = min(back.ids, default=None)
        later = sent.filtered(lambda move: first is not None and move.id > first)
        total, exchanged = (
            sum(
                (
                    self._to_own_unit(ledger.quantity(move.quantity), move)
                    for move in some
                ),
                _ZERO,
            )
            for some in (sent, later)
        )
        ordered = ledger.quantity(line.product_uom_qty) * self._sold_share()
        return total - min(exchanged, max(total - ordered, _ZERO))

    def _withdrawn_elsewhere(self):
        """Return how much other causes credit because other goods never arrived.

        :rtype: Decimal
        """
        line = self.sale_line_id
        if not line:
            return _ZERO
        demands = (
            self.env["logistics.credit.demand"]
            .sudo()
            .search([("sale_line_id", "=", line.id), ("cause", "!=", "return")])
        )
        others = demands.filtered(
            lambda demand: (
                demand.shipment_id
                and self.move_id.picking_id not in demand.shipment_id.picking_ids
            )
        )
        total = sum((ledger.quantity(demand.quantity) for demand in others), _ZERO)
        return total * self._sold_share()

    def _sold_share(self):
        """Return how much of these goods one unit of the sold line has: 1, or what a
        kit has of this part.

        :rtype: Decimal
        """
        self.ensure_one()
        line = self.sale_line_id
        if not line or line.product_id == self.product_id:
            return ledger.quantity(1)
        sent = line.move_ids.filtered(
            lambda move: (
                move.product_id == self.product_id
                and move.state != "cancel"
                and move.location_dest_id._is_outgoing()
                and not move.origin_returned_move_id
            )
        )
        total = sum((self._demand_of(move) for move in sent), _ZERO)
        if not total or not line.product_uom_qty:
            return ledger.quantity(1)
        return ledger.quantity(float(total) / line.product_uom_qty)

    def _to_sold_unit(self, quantity):
        """Return a quantity of these goods in the unit of the sold line.

        Of a kit this is a share of it: whole kits are the least of all its parts.

        :param Decimal quantity: In the unit of this line.
        :rtype: Decimal
        """
        self.ensure_one()
        return ledger.quantity(float(quantity / self._sold_share()))


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _reckon(self):
        """Override: returns that came later depend on what earlier ones compensate."""
        before = self._compensated()
        found = super()._reckon()
        after = self._compensated()
        changed = [line for line in after if after[line] != before.get(line, 0.0)]
        lines = self.env["logistics.return.line"].sudo().union(*changed)
        later = (
            lines.search(
                [
                    ("sale_line_id", "in", lines.sale_line_id.ids),
                    ("id", ">", min(lines.ids)),
                    ("return_id", "not in", self.ids),
                ]
            ).return_id
            if lines.sale_line_id
            else self.browse()
        )
        if later:
            later._lock()
            later._reckon()
        twins = self.sudo().line_ids.filtered(
            lambda line: line.sale_line_id in lines.sale_line_id
        )
        if len(twins) > len(twins.sale_line_id):
            # Two lines of one return share a sold line: the later one sees the first.
            found |= super()._reckon()
        return found

    def _compensated(self):
        return {line: line.compensated_quantity for line in self.sudo().line_ids}
