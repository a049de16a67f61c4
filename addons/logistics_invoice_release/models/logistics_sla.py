"""How long it may take from the proof of a delivery until it can be invoiced."""

from odoo import fields, models

STEP = [("invoice_readiness", "Invoice Readiness")]
_READY_QUERY = """
    SELECT s.id, s.company_id, NULL::integer, s.id, s.delivered_at,
           CASE WHEN bool_or(p.logistics_hold_kind = 'proof') THEN NULL
                ELSE MAX(e.done_at) END
      FROM logistics_shipment s
      JOIN logistics_shipment_picking k ON k.shipment_id = s.id
      JOIN stock_picking p ON p.id = k.picking_id
      JOIN stock_move m ON m.picking_id = p.id AND m.state = 'done'
      JOIN sale_order_line l ON l.id = m.sale_line_id
      JOIN sale_order o ON o.id = l.order_id AND o.logistics_release_mode = 'hold'
      LEFT JOIN logistics_effect e
             ON e.order_id = o.id AND e.action = 'release' AND e.state = 'done'
            AND e.observed IS NOT TRUE AND split_part(e.key, '/', 2) = m.id::text
     WHERE s.id IN %(ids)s AND s.direction IN ('outgoing', 'dropship')
       AND s.delivered_at IS NOT NULL AND s.is_sandbox IS NOT TRUE
  GROUP BY s.id
"""


class LogisticsSla(models.Model):
    _inherit = "logistics.sla"

    kind = fields.Selection(
        selection_add=STEP, ondelete={"invoice_readiness": "cascade"}
    )

    def _texts(self):
        """Override of `logistics_events` to name the step of this addon."""
        return super()._texts() | {
            "invoice_readiness": (
                self.env._("The goods are delivered"),
                self.env._("All of them may be invoiced"),
            )
        }

    def _sources(self):
        """Override of `logistics_events` to measure orders that are held."""
        return super()._sources() | {
            "invoice_readiness": ("logistics.shipment", _READY_QUERY)
        }


class LogisticsSlaClock(models.Model):
    _inherit = "logistics.sla.clock"

    kind = fields.Selection(
        selection_add=STEP, ondelete={"invoice_readiness": "cascade"}
    )
