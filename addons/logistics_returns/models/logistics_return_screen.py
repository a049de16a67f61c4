"""What the screens of a return show beside its facts."""

from odoo import api, fields, models

from odoo.addons.logistics_events.windows import records_window

PENDING = ("inspected", "credited")


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    state_since = fields.Datetime(
        string="In This State Since",
        compute="_compute_state_since",
        store=True,
        copy=False,
    )
    waits_for = fields.Char(
        string="Why It Waits",
        compute="_compute_waits_for",
        help="What is missing before the money goes back to the customer.",
    )
    move_ids = fields.Many2many(
        "account.move", string="Documents", compute="_compute_move_ids"
    )
    move_count = fields.Integer(compute="_compute_move_ids", string="Document Count")
    picking_count = fields.Integer(compute="_compute_counts", string="Receipt Count")
    shipment_count = fields.Integer(compute="_compute_counts", string="Shipment Count")
    order_count = fields.Integer(compute="_compute_counts", string="Order Count")

    # === COMPUTE METHODS === #

    @api.depends("state")
    def _compute_state_since(self):
        now = fields.Datetime.now()
        for one in self:
            one.state_since = now

    @api.depends("state", "problems", "order_ids")
    @api.depends_context("lang")
    def _compute_waits_for(self):
        for one in self:
            one.waits_for = one.sudo()._pending_reason()

    @api.depends("line_ids.sale_line_id.invoice_lines.move_id")
    def _compute_move_ids(self):
        for one in self:
            moves = one.sudo().line_ids.sale_line_id.invoice_lines.move_id
            one.move_ids = moves
            one.move_count = len(moves)

    @api.depends("picking_ids", "shipment_ids", "outbound_ids", "order_ids")
    def _compute_counts(self):
        for one in self:
            one_sudo = one.sudo()
            one.picking_count = len(one_sudo.picking_ids)
            one.shipment_count = len(one_sudo.shipment_ids | one_sudo.outbound_ids)
            one.order_count = len(one_sudo.order_ids)

    # === ACTIONS === #

    def action_view_pickings(self):
        """Open the transfers in which the goods come."""
        return records_window(self.picking_ids, self.env._("Receipts"))

    def action_view_shipments(self):
        """Open the shipments back, and those the goods left with."""
        return records_window(
            self.shipment_ids | self.outbound_ids, self.env._("Shipments")
        )

    def action_view_orders(self):
        """Open the sales orders the goods were sold with."""
        return records_window(self.order_ids, self.env._("Sales Orders"))

    def action_view_moves(self):
        """Open the invoices and credit notes of the goods."""
        return records_window(self.move_ids, self.env._("Documents"))

    # === BUSINESS METHODS === #

    @api.model
    def _pending_domain(self):
        """Return which returns wait for money to go back to the customer.

        :rtype: list
        """
        return [
            ("state", "in", list(PENDING)),
            ("line_ids.credit_quantity", ">", 0),
        ]

    def _pending_reason(self):
        """Return why the money did not go back yet, in one sentence.

        :return: Empty when nothing is to go back.
        :rtype: str
        """
        self.ensure_one()
        owed = self.line_ids.filtered(lambda line: line.credit_quantity > 0)
        if self.state not in PENDING or not owed:
            return ""
        if any(kind == "conflict" for kind, _key in self.problems or ()):
            return self.env._("Two reports contradict each other.")
        if self.state == "credited":
            return self.env._("Credited, and not paid back yet.")
        return self._pending_credit_reason()

    def _pending_credit_reason(self):
        """Return why the credit note is not made, or not posted, yet."""
        self.ensure_one()
        steps = self.env["logistics.effect"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("order_id", "in", self.order_ids.ids),
                ("action", "=", "credit"),
                ("observed", "=", False),
            ]
        )
        if steps.approval_ids.filtered(lambda one: one.state == "waiting"):
            return self.env._("Waits for approval.")
        failed = steps.filtered(lambda step: step.state == "failed")[:1]
        if failed:
            return self.env._("The credit note failed: %s", failed.error or "")
        if steps.filtered(lambda step: step.state == "rejected")[:1]:
            return self.env._("The credit was refused.")
        mode = self.env["logistics.action.mode"]._mode(self.company_id, "credit")
        if mode != "on":
            return self.env._("Credit notes are not switched on.")
        return self.env._("The credit note is being made, or is a draft to post.")


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    @api.onchange("move_id")
    def _onchange_move_id(self):
        """Fill in what the delivery says of the goods."""
        if self.move_id:
            self.product_id = self.move_id.product_id
            self.sale_line_id = self.move_id.sale_line_id


class LogisticsReturnedMixin(models.AbstractModel):
    """A document whose goods came back, or are about to."""

    _name = "logistics.returned.mixin"
    _description = "Has Returns"

    logistics_return_ids = fields.Many2many(
        "logistics.return",
        string="Returns",
        compute="_compute_logistics_return_ids",
        groups="logistics_events.logistics_events_group_user,"
        "logistics_events.logistics_events_group_finance,"
        "logistics_events.logistics_events_group_auditor",
    )
    logistics_return_count = fields.Integer(
        string="Return Count",
        compute="_compute_logistics_return_ids",
        groups="logistics_events.logistics_events_group_user,"
        "logistics_events.logistics_events_group_finance,"
        "logistics_events.logistics_events_group_auditor",
    )

    def _compute_logistics_return_ids(self):
        for record in self:
            found = self.env["logistics.return"].search(
                record._logistics_returns_domain() if record.ids else [("id", "=", 0)]
            )
            record.logistics_return_ids = found
            record.logistics_return_count = len(found)

    def _logistics_returns_domain(self):
        """Return which returns are about the goods of this document.

        :rtype: list
        """
        raise NotImplementedError

    def action_view_logistics_returns(self):
        """Open the returns of the goods."""
        return records_window(self.logistics_return_ids, self.env._("Returns"))


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "logistics.returned.mixin"]

    def _logistics_returns_domain(self):
        """Implementation of `logistics.returned.mixin`."""
        return [("line_ids.sale_line_id", "in", self.order_line.ids)]


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "logistics.returned.mixin"]

    def _logistics_returns_domain(self):
        """Implementation of `logistics.returned.mixin`."""
        return [
            "|",
            ("picking_ids", "in", self.ids),
            ("line_ids.move_id", "in", self.move_ids.ids),
        ]


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "logistics.returned.mixin"]

    def _logistics_returns_domain(self):
        """Implementation of `logistics.returned.mixin`."""
        sold = self.sudo().invoice_line_ids.sale_line_ids
        return [("line_ids.sale_line_id", "in", sold.ids)]


class LogisticsShipment(models.Model):
    _name = "logistics.shipment"
    _inherit = ["logistics.shipment", "logistics.returned.mixin"]

    def _logistics_returns_domain(self):
        """Implementation of `logistics.returned.mixin`."""
        return ["|", ("shipment_ids", "in", self.ids), ("outbound_ids", "in", self.ids)]
