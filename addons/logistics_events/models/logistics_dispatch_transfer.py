"""Transfers that a partner reports on: which one is meant, and what hands do to it."""

from odoo import api, models

from .ledger import by_suite
from .logistics_effect import OPEN_STATES

# Which report says that the goods of a transfer have moved.
TRIGGERS = {
    "outgoing": "dispatched",
    "dropship": "dispatched",
    "incoming": "delivered",
    "return": "return_received",
}


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        """Override of `stock`: what a person validates is decided."""
        result = super()._action_done()
        done = self.filtered(lambda picking: picking.state == "done")
        if done:
            if not by_suite(self.env):
                done._logistics_close_reports()
            done._logistics_solve_unvalidated()
            done._logistics_wake_next()
        return result

    # === BUSINESS METHODS: WHICH TRANSFER IS MEANT === #

    @api.model
    def _logistics_reported_transfers(self, references, event_type, companies):
        """Return the transfers that a report names by our own numbers.

        Of a transfer and its backorders only the first is meant: what was booked of it
        is known, and the rest is found from there.

        :param dict references: `delivery` or `order`, as the partner wrote them.
        :param str event_type: What is reported.
        :param res.company companies: Whose transfers are looked at.
        :rtype: stock.picking
        """
        name = references.get("delivery") or references.get("shipment")
        order = references.get("order")
        if not name and not order:
            return self.browse()
        names = [("name", "=", name)] if name else self._logistics_order_domain(order)
        found = self.search([*names, ("company_id", "in", companies.ids)])
        if name:
            return found
        found = found.filtered(
            lambda picking: (
                picking.state != "cancel"
                and TRIGGERS.get(picking._logistics_direction()) == event_type
            )
        )
        return found.filtered(lambda picking: picking.backorder_id not in found)

    @api.model
    def _logistics_order_domain(self, order):
        return [
            "|",
            ("origin", "=", order),
            ("move_ids.sale_line_id.order_id.name", "=", order),
        ]

    def _logistics_start_shipment(self):
        """Return the shipment of a transfer, made when there is none yet.

        :rtype: logistics.shipment
        """
        self.ensure_one()
        links = self.logistics_link_ids.filtered(lambda link: not link.replaced_by_id)
        shipment = links.shipment_id[-1:].sudo()
        direction = self._logistics_direction()
        if shipment or direction == "internal":
            return shipment
        shipment = shipment.create(self._prepare_logistics_shipment_vals(direction))
        self._logistics_join(shipment)
        return shipment

    def _logistics_waits_for_transfers(self):
        """Return the transfers that must bring the goods here first.

        :rtype: stock.picking
        """
        self.ensure_one()
        return self.move_ids.filtered(
            lambda move: move.state == "waiting"
        ).move_orig_ids.picking_id.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )

    def _logistics_report_items(self, items):
        """Hook: put the parts in the place of what is sold as a kit.

        :param list[dispatch.Item] items: The lines of a report.
        :rtype: list[dispatch.Item]
        """
        self.ensure_one()
        return items

    # === BUSINESS METHODS: HANDS ON THE TRANSFER === #

    def _logistics_open_reports(self):
        """Return the reports that wait to be booked on the transfers.

        Those as well that name the transfer of which these are the rest.

        :rtype: logistics.effect
        """
        if not self:
            return self.env["logistics.effect"].sudo()
        named, last = self, self
        while last := last.backorder_id - named:
            named |= last
        steps = (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("res_model", "=", self._name),
                    ("res_id", "in", named.ids),
                    ("action", "=", "dispatch"),
                    ("observed", "=", False),
                    ("state", "in", OPEN_STATES),
                ],
                order="id",
            )
        )
        return steps.filtered(
            lambda step: step.res_id in self.ids or step._dispatch_transfer() in self
        )

    def _logistics_reported(self):
        """Return which of the transfers have a report that waits to be booked.

        :rtype: stock.picking
        """
        steps = self._logistics_open_reports()
        targets = (step._dispatch_transfer() for step in steps)
        return self & steps._dispatch_pickings().union(*targets)

    def _logistics_close_reports(self):
        """A person validated the transfers: what was reported of them is not booked."""
        for step in self._logistics_open_reports():
            meant = step._dispatch_transfer() & self
            step._dispatch_done_by_hand(meant or self.browse(step.res_id))

    def _logistics_solve_unvalidated(self):
        exceptions = (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("category", "=", "moved_not_validated"),
                    (
                        "subject_key",
                        "in",
                        [f"{self._name},{picking.id}" for picking in self],
                    ),
                    ("state", "in", ["open", "snoozed"]),
                ]
            )
        )
        exceptions._close(self.env._("The transfer was validated."))

    def _logistics_wake_next(self):
        """What waited for these transfers is tried again."""
        following = self.sudo().move_ids.move_dest_ids.picking_id
        waiting = following._logistics_open_reports().filtered(
            lambda step: step.state == "failed" and not step.for_person
        )
        waiting._dispatch_try_again()
