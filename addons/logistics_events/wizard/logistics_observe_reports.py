"""What partners' reports and withdrawn deliveries would have led to."""

from odoo import models
from odoo.tools import SQL

from .logistics_observe import LIMIT


class LogisticsObserve(models.TransientModel):
    _inherit = "logistics.observe"

    def _orders(self):
        """Override: orders of which a partner reported quantities in these days, or of
        which something is to be credited.
        """
        orders, count = super()._orders()
        begin, end = self._span()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.order_id
                  FROM logistics_event e
                  JOIN logistics_event_link el ON el.event_id = e.id AND el.is_current
                  JOIN logistics_shipment_picking k ON k.shipment_id = el.shipment_id
                  JOIN stock_move m ON m.picking_id = k.picking_id
                  JOIN sale_order_line l ON l.id = m.sale_line_id
                 WHERE e.company_id = %(company)s AND e.lines IS NOT NULL
                   AND e.occurred_at >= %(begin)s AND e.occurred_at < %(end)s
                 UNION
                SELECT l.order_id
                  FROM logistics_credit_demand d
                  JOIN sale_order_line l ON l.id = d.sale_line_id
                 WHERE d.company_id = %(company)s AND d.quantity > 0
                   AND d.write_date >= %(begin)s AND d.write_date < %(end)s
                 ORDER BY 1
                """,
                company=self.company_id.id,
                begin=begin,
                end=end,
            )
        )
        found = self.env["sale.order"].browse([row[0] for row in rows[:LIMIT]])
        return orders | found, count + len(rows)

    def _follow_rules(self, orders):
        """Override: what is done for real already is not worked out again."""
        super()._follow_rules(orders)
        pickings = orders.order_line.move_ids.picking_id
        Mode = self.env["logistics.action.mode"]
        if Mode._mode(self.company_id, "dispatch") != "on":
            self._follow_reports(pickings)
        if Mode._mode(self.company_id, "credit") != "on":
            self._follow_credits(orders)

    def _follow_reports(self, pickings):
        """Ask for the transfers that partners report moved, to be watched only."""
        self._steps_of(pickings, "dispatch")._set_state("superseded")
        self.env["logistics.action.mode"]._switch(
            self.company_id, "dispatch", "observe", since=self.since
        )
        self.env["logistics.policy"]._candidates(
            "dispatch", self.company_id
        ).valid_from = self.since
        shipments = pickings.logistics_link_ids.shipment_id
        shipments._logistics_wish_dispatches(shipments._load_facts())

    def _follow_credits(self, orders):
        """Ask for the credit of what no longer counts, to be watched only."""
        self._steps_of(orders, "credit")._set_state("superseded")
        Demand = self.env["logistics.credit.demand"]
        begin, end = self._span()
        demands = Demand.search(
            [
                ("sale_line_id", "in", orders.order_line.ids),
                ("quantity", ">", 0),
                ("write_date", ">=", begin),
                ("write_date", "<", end),
            ]
        )
        self.env["logistics.effect"]._desire(Demand._wishes(demands._told(), "observe"))

    def _steps_of(self, records, action):
        return self.env["logistics.effect"].search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("action", "=", action),
                ("observed", "=", True),
                ("state", "=", "waiting"),
            ]
        )
