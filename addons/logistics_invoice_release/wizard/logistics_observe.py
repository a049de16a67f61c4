"""What the release rules would have done with the events of the past."""

from odoo import models
from odoo.tools import SQL

from odoo.addons.logistics_events.wizard.logistics_observe import LIMIT


class LogisticsObserve(models.TransientModel):
    _inherit = "logistics.observe"

    def _orders(self):
        """Override of `logistics_events`: orders that are not held, of which goods
        left or events came in these days.
        """
        orders, count = super()._orders()
        begin, end = self._span()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT o.id
                  FROM sale_order o
                  JOIN sale_order_line l ON l.order_id = o.id
                  JOIN stock_move m ON m.sale_line_id = l.id
                  JOIN stock_picking p ON p.id = m.picking_id
                 WHERE o.company_id = %(company)s AND o.state = 'sale'
                   AND o.logistics_release_mode IS DISTINCT FROM 'hold'
                   AND m.state = 'done'
                   AND (p.date_done >= %(begin)s AND p.date_done < %(end)s
                        OR EXISTS (
                           SELECT FROM logistics_shipment_picking k
                             JOIN logistics_event_link el
                               ON el.shipment_id = k.shipment_id AND el.is_current
                             JOIN logistics_event e ON e.id = el.event_id
                            WHERE k.picking_id = p.id
                              AND e.occurred_at >= %(begin)s
                              AND e.occurred_at < %(end)s))
                 ORDER BY o.id
                """,
                company=self.company_id.id,
                begin=begin,
                end=end,
            )
        )
        known = set(orders.ids)
        found = [row[0] for row in rows if row[0] not in known]
        return orders | orders.browse(found[:LIMIT]), count + len(found)

    def _follow_rules(self, orders):
        """Override of `logistics_events`: the rules, as they are now, from the first
        day on.
        """
        super()._follow_rules(orders)
        orders.filtered(
            lambda order: (
                order.state == "sale" and order.logistics_release_mode != "hold"
            )
        )._logistics_observe(self.since)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _logistics_observe(self, since):
        """Watch orders from a day on, with the rules as they are now.

        :param date since: The first day whose events count.
        """
        # The list starts from nothing, whatever was watched before.
        self.env["logistics.effect"].search(
            [
                ("order_id", "in", self.ids),
                ("observed", "=", True),
                ("action", "in", ("release", "invoice")),
            ]
        )._set_state("superseded")
        watched = self.filtered("logistics_release_mode")
        watched._logistics_follow_mode("off", None)
        self.env["logistics.policy"]._candidates(
            "release", self.company_id
        ).valid_from = since
        self._logistics_follow_mode("observe", since)
