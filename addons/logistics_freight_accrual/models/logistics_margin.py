"""What the freight of a shipment earns: charged to the customer, less what it costs."""

from odoo import fields, models
from odoo.tools import SQL


class LogisticsMargin(models.Model):
    """On screen: Freight Margin. One row for each shipment that costs or earns freight.

    All amounts are in company currency and without tax that comes back. What is still
    accrued is what no bill has come for yet, so accrued and billed never count twice.
    """

    _name = "logistics.margin"
    _description = "Freight Margin"
    _auto = False
    _order = "left_at desc, id desc"
    _rec_name = "shipment_id"
    _depends = {
        "logistics.charge": ["open_own_amount", "shipment_id", "stage"],
        "logistics.charge.posting": ["charge_id", "own_lines"],
        "logistics.shipment": [
            "carrier_id",
            "company_id",
            "delivered_at",
            "direction",
            "dispatched_at",
            "is_sandbox",
            "parent_id",
            "partner_id",
            "picked_up_at",
            "state",
        ],
        "logistics.shipment.picking": ["picking_id", "replaced_by_id", "shipment_id"],
        "sale.order": ["currency_rate", "state"],
        "sale.order.line": ["is_delivery", "order_id", "price_subtotal"],
        "stock.move": ["picking_id", "sale_line_id", "state"],
    }

    shipment_id = fields.Many2one("logistics.shipment", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    carrier_id = fields.Many2one("logistics.carrier", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Deliver To", readonly=True)
    direction = fields.Selection(
        [
            ("outgoing", "Outgoing"),
            ("incoming", "Incoming"),
            ("dropship", "Dropship"),
            ("internal", "Internal"),
            ("return", "Return"),
        ],
        readonly=True,
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        readonly=True,
        help="The one order whose goods it brings, or brings back; empty for several.",
    )
    left_at = fields.Datetime(string="Left On", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    charged_amount = fields.Monetary(
        string="Charged",
        readonly=True,
        help="The delivery lines of its orders, untaxed. Several shipments of an order "
        "share them equally.",
    )
    open_amount = fields.Monetary(
        string="Still Accrued", readonly=True, help="Expected, and not billed yet."
    )
    billed_amount = fields.Monetary(
        string="Billed",
        readonly=True,
        help="By carriers, less what they credited. Disputed amounts count until they "
        "are credited.",
    )
    margin_amount = fields.Monetary(
        string="Margin",
        readonly=True,
        help="Charged, less what is still accrued and what was billed.",
    )
    is_final = fields.Boolean(
        string="Final",
        readonly=True,
        help="Everything is billed and nothing is disputed: the margin stays as it is.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT s.id, s.id AS shipment_id, s.company_id, s.carrier_id, s.partner_id,
                   s.direction, COALESCE(own.order_id, origin.order_id) AS order_id,
                   LEAST(s.dispatched_at, s.picked_up_at, s.delivered_at) AS left_at,
                   company.currency_id,
                   COALESCE(fee.amount, 0) AS charged_amount,
                   COALESCE(cost.open, 0) AS open_amount,
                   COALESCE(cost.billed, 0) AS billed_amount,
                   COALESCE(fee.amount, 0) - COALESCE(cost.open, 0)
                       - COALESCE(cost.billed, 0) AS margin_amount,
                   COALESCE(cost.is_final, FALSE) AS is_final
              FROM logistics_shipment s
              JOIN res_company company ON company.id = s.company_id
              LEFT JOIN (%(orders)s) own ON own.shipment_id = s.id
              LEFT JOIN (%(orders)s) origin ON origin.shipment_id = s.parent_id
                        AND own.shipment_id IS NULL
              LEFT JOIN (%(fees)s) fee ON fee.shipment_id = s.id
              LEFT JOIN (%(costs)s) cost ON cost.shipment_id = s.id
             WHERE s.is_sandbox IS NOT TRUE
               AND (fee.shipment_id IS NOT NULL OR cost.shipment_id IS NOT NULL)
            """,
            orders=self._orders(),
            fees=self._fees(),
            costs=self._costs(),
        )

    def _orders(self):
        """Return the order of each shipment that carries goods of one only."""
        return SQL(
            """
            SELECT link.shipment_id,
                   CASE WHEN COUNT(DISTINCT line.order_id) = 1
                        THEN MIN(line.order_id) END AS order_id
              FROM logistics_shipment_picking link
              JOIN stock_move move ON move.picking_id = link.picking_id
              JOIN sale_order_line line ON line.id = move.sale_line_id
             WHERE link.replaced_by_id IS NULL AND move.state <> 'cancel'
             GROUP BY link.shipment_id
            """
        )

    def _fees(self):
        """Return what customers are charged, by the shipments that bring goods."""
        return SQL(
            """
            SELECT carried.shipment_id, SUM(fee.amount / carried.shipments) AS amount
              FROM (SELECT shipment_id, order_id,
                           COUNT(*) OVER (PARTITION BY order_id) AS shipments
                      FROM (SELECT DISTINCT link.shipment_id, line.order_id
                              FROM logistics_shipment_picking link
                              JOIN logistics_shipment s ON s.id = link.shipment_id
                              JOIN stock_move move ON move.picking_id = link.picking_id
                              JOIN sale_order_line line ON line.id = move.sale_line_id
                             WHERE link.replaced_by_id IS NULL
                               AND move.state <> 'cancel'
                               AND s.is_sandbox IS NOT TRUE
                               AND s.direction IN ('outgoing', 'dropship')
                               AND s.state IS DISTINCT FROM 'shipment_cancelled') pairs
                   ) carried
              JOIN (SELECT line.order_id,
                           SUM(line.price_subtotal / COALESCE(
                               NULLIF(sale.currency_rate, 0), 1)) AS amount
                      FROM sale_order_line line
                      JOIN sale_order sale ON sale.id = line.order_id
                     WHERE line.is_delivery AND sale.state = 'sale'
                     GROUP BY line.order_id) fee
                ON fee.order_id = carried.order_id
             GROUP BY carried.shipment_id
            """
        )

    def _costs(self):
        """Return what carriers cost: what is owed for it, less the tax that comes back,
        and what no bill has come for yet.
        """
        return SQL(
            """
            SELECT c.shipment_id, SUM(c.open_own_amount) AS open,
                   SUM(COALESCE(bill.amount, 0)) AS billed,
                   BOOL_AND(c.open_own_amount = 0 AND c.stage IN (
                       'invoiced', 'settled', 'written_off', 'void')) AS is_final
              FROM logistics_charge c
              LEFT JOIN (SELECT p.charge_id, -SUM((line ->> 1)::numeric) AS amount
                           FROM logistics_charge_posting p
                          CROSS JOIN jsonb_array_elements(p.own_lines) line
                          WHERE line ->> 0 IN ('payable', 'recoverable_tax')
                          GROUP BY p.charge_id) bill ON bill.charge_id = c.id
             WHERE c.shipment_id IS NOT NULL
             GROUP BY c.shipment_id
            """
        )

    def action_open_shipment(self):
        """Open the shipment of the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "logistics.shipment",
            "res_id": self.shipment_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
