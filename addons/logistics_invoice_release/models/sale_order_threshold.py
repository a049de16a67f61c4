"""What an amount above which people must agree is compared with: the whole sum."""

from collections import defaultdict

from odoo import fields, models

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from .logistics_effect_release import WAIVED


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _logistics_document_approvers(self, moves, release):
        """Return how many people must agree to release moves, by what their invoice
        comes to in all: ten lines are not ten decisions.

        :param stock.move moves: Done moves of the order.
        :param Release release: What the facts say of them.
        :rtype: dict[stock.move, int]
        """
        self.ensure_one()
        totals = defaultdict(float)
        groups = {}
        if self.logistics_release_approval_amount:
            totals.update(self._logistics_asked_by_group(but=moves))
            now = fields.Datetime.now()
            for move in moves:
                groups[move] = self._logistics_group_of(move, now)
                if move.id not in release.frozen:
                    totals[groups[move]] += move._logistics_value(
                        float(release.quantities[move.id]), with_tax=True
                    )
        return {
            move: self._logistics_release_approvers(totals[groups.get(move)])
            for move in moves
        }

    def _logistics_asked_by_group(self, but):
        """Return what is released, or about to be, for each invoice.

        :param stock.move but: Whose releases by proof are left out.
        :return: In company currency, tax included, by key of the invoice.
        :rtype: dict[str, float]
        """
        self.ensure_one()
        totals = defaultdict(float)
        keys = {f"move/{move.id}" for move in but}
        for step in self.env["logistics.effect"].search(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "=", self.id),
                ("action", "=", "release"),
                ("observed", "=", self.logistics_release_mode == "observe"),
                ("state", "in", (*OPEN_STATES, "done")),
                ("key", "not in", list(keys)),
            ]
        ):
            sign = 1 if step.quantity > 0 else -1
            totals[step._logistics_group()] += sign * step.amount
        return totals

    def _logistics_waived(self, waiver, moves, release, done):
        """Return the wishes of one waiver for the moves of its delivery."""
        zero = ledger.quantity(0)
        desired = {
            move: max(
                ledger.quantity(move.quantity) - release.quantities[move.id], zero
            )
            if not waiver.withdrawn_at
            else zero
            for move in moves
            if move.id not in release.frozen
        }
        value = sum(
            move._logistics_value(float(quantity), with_tax=True)
            for move, quantity in desired.items()
        )
        # Ten deliveries waived with one word are one decision.
        others = waiver._together() - waiver
        value = max(value, waiver.amount) + sum(others.mapped("amount"))
        wishes = []
        for move, quantity in desired.items():
            key = f"{WAIVED}{move.id}"
            wish = self._logistics_release_wish(move, key, quantity)
            if quantity > done[key]:
                wish["approvers"] = self._logistics_waiver_approvers(value)
            wishes.append(
                wish
                | {
                    "shipment": move.picking_id._logistics_counted_shipments()[-1:],
                    "inputs": {"waiver": waiver.id, "reason": waiver.reason},
                }
            )
        return wishes
