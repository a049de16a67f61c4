"""What stands on the wrong side of the end of a period: worked out by the database.

Everything is as of the end of a day at the company: what happened by then, and what
the books show with a date up to that day. Rows found are plain values.
"""

from odoo import models
from odoo.tools import SQL

# Less than this of a unit is rounding.
_LITTLE = 0.000001


class LogisticsCutoff(models.TransientModel):
    _inherit = "logistics.cutoff"

    def _delivered_not_invoiced(self, cut):
        """Return what was delivered, by its lines, and which part no invoice is for.

        The latest deliveries of a line are those that wait.

        :param Slice cut: The end of the period.
        :return: (order line, transfer, shipment, quantity in the unit of the line,
            delivered at, goods' value of one unit by the stock).
        :rtype: list[tuple]
        """
        return self.env.execute_query(
            SQL(
                """
                WITH moved AS (%(moved)s), balance AS (%(balance)s)
                SELECT line_id, picking_id, shipment_id,
                       LEAST(quantity, missing - later) AS quantity,
                       at, unit_value
                  FROM (SELECT moved.*, balance.delivered - balance.invoiced AS missing,
                               COALESCE(SUM(moved.quantity) OVER (
                                   PARTITION BY moved.line_id
                                   ORDER BY moved.at DESC, moved.move_id DESC
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                               ), 0) AS later
                          FROM moved JOIN balance ON balance.line_id = moved.line_id
                         WHERE moved.quantity > 0 AND moved.at < %(end)s
                           AND balance.delivered - balance.invoiced > %(little)s
                       ) waiting
                 WHERE missing - later > %(little)s
                 ORDER BY at, line_id
                """,
                moved=self._moved(cut),
                balance=self._balance(cut),
                end=cut.end,
                little=_LITTLE,
            )
        )

    def _invoiced_not_delivered(self, cut):
        """Return what was invoiced and had not been delivered.

        :param Slice cut: The end of the period.
        :return: (order line, quantity in its unit, the last invoice).
        :rtype: list[tuple]
        """
        return self.env.execute_query(
            SQL(
                """
                WITH moved AS (%(moved)s), balance AS (%(balance)s)
                SELECT line_id, invoiced - delivered, invoice_id
                  FROM balance
                 WHERE invoiced - delivered > %(little)s
                 ORDER BY invoice_id, line_id
                """,
                moved=self._moved(cut),
                balance=self._balance(cut),
                little=_LITTLE,
            )
        )

    def _moved(self, cut):
        """Return the SQL of what left or came back, by order line, and when it counts.

        What travels in shipments counts when the last of them was delivered; the rest
        when the transfer was done. The parts of a kit share its quantity.
        """
        return SQL(
            """
            SELECT m.id AS move_id, m.sale_line_id AS line_id, m.picking_id,
                   track.shipment_id,
                   (CASE WHEN source.usage = 'customer' THEN -1 ELSE 1 END)
                   * (CASE WHEN m.product_id = l.product_id
                           THEN m.quantity * unit.factor / line_unit.factor
                           ELSE l.product_uom_qty / (
                               SELECT COUNT(*) FROM stock_move part
                                WHERE part.sale_line_id = l.id
                                  AND part.location_dest_id = m.location_dest_id
                                  AND part.state <> 'cancel')
                      END) AS quantity,
                   CASE WHEN source.usage = 'customer' OR track.picking_id IS NULL
                        THEN COALESCE(p.date_done, m.date) ELSE track.at END AS at,
                   m.value / NULLIF(m.quantity * unit.factor / line_unit.factor, 0)
                       AS unit_value
              FROM stock_move m
              LEFT JOIN stock_picking p ON p.id = m.picking_id
              JOIN stock_location source ON source.id = m.location_id
              JOIN stock_location place ON place.id = m.location_dest_id
              JOIN sale_order_line l ON l.id = m.sale_line_id
              JOIN sale_order o ON o.id = l.order_id
              JOIN uom_uom unit ON unit.id = m.product_uom
              JOIN uom_uom line_unit ON line_unit.id = l.product_uom_id
              LEFT JOIN (SELECT link.picking_id, MAX(s.id) AS shipment_id,
                                CASE WHEN BOOL_AND(s.delivered_at IS NOT NULL)
                                     THEN MAX(s.delivered_at) END AS at
                           FROM logistics_shipment_picking link
                           JOIN logistics_shipment s ON s.id = link.shipment_id
                          WHERE link.replaced_by_id IS NULL AND link.leg <> 'pre'
                            AND s.direction IN ('outgoing', 'dropship')
                            AND s.state IS DISTINCT FROM 'shipment_cancelled'
                          GROUP BY link.picking_id) track
                ON track.picking_id = m.picking_id
             WHERE o.company_id = %(company)s AND o.state = 'sale' AND m.state = 'done'
               AND (place.usage = 'customer'
                    OR (source.usage = 'customer' AND m.to_refund))
            """,
            company=cut.company,
        )

    def _balance(self, cut):
        """Return the SQL of what was delivered and invoiced of every line of goods."""
        return SQL(
            """
            SELECT l.id AS line_id, COALESCE(done.quantity, 0) AS delivered,
                   COALESCE(bill.quantity, 0) AS invoiced, bill.invoice_id
              FROM sale_order_line l
              JOIN sale_order o ON o.id = l.order_id
              JOIN product_product product ON product.id = l.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN (SELECT line_id, SUM(quantity) AS quantity FROM moved
                          WHERE at < %(end)s GROUP BY line_id) done
                ON done.line_id = l.id
              LEFT JOIN (SELECT rel.order_line_id,
                                MAX(item.move_id) FILTER (
                                    WHERE document.move_type = 'out_invoice'
                                ) AS invoice_id,
                                SUM((CASE document.move_type
                                     WHEN 'out_refund' THEN -1 ELSE 1 END)
                                    * item.quantity
                                    * COALESCE(unit.factor / line_unit.factor, 1)
                                ) AS quantity
                           FROM sale_order_line_invoice_rel rel
                           JOIN account_move_line item ON item.id = rel.invoice_line_id
                           JOIN account_move document ON document.id = item.move_id
                           LEFT JOIN uom_uom unit ON unit.id = item.product_uom_id
                           JOIN sale_order_line line ON line.id = rel.order_line_id
                           JOIN uom_uom line_unit ON line_unit.id = line.product_uom_id
                          WHERE document.state = 'posted' AND document.date <= %(day)s
                            AND document.company_id = %(company)s
                            AND document.move_type IN ('out_invoice', 'out_refund')
                          GROUP BY rel.order_line_id) bill
                ON bill.order_line_id = l.id
             WHERE o.company_id = %(company)s AND o.state = 'sale'
               AND template.type <> 'service' AND l.display_type IS NULL
               AND l.is_downpayment IS NOT TRUE AND l.is_delivery IS NOT TRUE
               AND (done.quantity IS NOT NULL OR bill.quantity IS NOT NULL)
            """,
            company=cut.company,
            day=cut.day,
            end=cut.end,
        )

    def _dispatched_not_accrued(self, cut):
        """Return the shipments that were under way and had no freight in the books.

        :param Slice cut: The end of the period.
        :return: (shipment, charge or None when nobody knows a price, left at).
        :rtype: list[tuple]
        """
        lineage = tuple(self.company_id.sudo().parent_ids.ids or self.company_id.ids)
        return self.env.execute_query(
            SQL(
                """
                SELECT s.id, c.id, s.left_at
                  FROM (SELECT id, company_id, carrier_id, direction, LEAST(
                                   dispatched_at, picked_up_at, delivered_at) AS left_at
                          FROM logistics_shipment
                         WHERE company_id = %(company)s AND carrier_id IS NOT NULL
                           AND is_sandbox IS NOT TRUE
                           AND state IS DISTINCT FROM 'shipment_cancelled') s
                  LEFT JOIN logistics_charge c
                    ON c.shipment_id = s.id AND c.company_id = s.company_id
                 WHERE s.left_at < %(end)s
                   AND CASE WHEN c.id IS NULL
                       THEN s.direction IN ('outgoing', 'dropship', 'return')
                            AND EXISTS (SELECT FROM logistics_freight_terms t
                                         WHERE t.active AND t.company_id IN %(lineage)s
                                           AND t.carrier_id = s.carrier_id)
                       ELSE c.stage <> 'void'
                            AND NOT EXISTS (SELECT FROM logistics_charge_posting p
                                             WHERE p.charge_id = c.id
                                               AND p.posting_date <= %(day)s)
                       END
                 ORDER BY s.left_at, s.id, c.id
                """,
                company=cut.company,
                day=cut.day,
                end=cut.end,
                lineage=lineage,
            )
        )

    def _evidence_events(self, pairs, types):
        """Return the tracking events that say what rows say.

        :param list[tuple] pairs: (shipment id, instant).
        :param tuple types: Event types that say it best.
        :return: By pair the id of the event: of one of the types if there is one,
            else the last one up to the instant.
        :rtype: dict[tuple, int]
        """
        wanted = [SQL("(%s, %s::timestamp)", *pair) for pair in dict.fromkeys(pairs)]
        if not wanted:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (w.shipment_id, w.at) w.shipment_id, w.at, e.id
                  FROM (VALUES %(wanted)s) w (shipment_id, at)
                  JOIN logistics_event_link l
                    ON l.shipment_id = w.shipment_id AND l.is_current
                  JOIN logistics_event e ON e.id = l.event_id
                 WHERE e.classifier = 'actual' AND e.occurred_at <= w.at
                 ORDER BY w.shipment_id, w.at, (e.event_type IN %(types)s) DESC,
                       e.occurred_at DESC, e.id DESC
                """,
                wanted=SQL(", ").join(wanted),
                types=types,
            )
        )
        return {(shipment_id, at): event_id for shipment_id, at, event_id in rows}
