"""What the screens of a return show beside its facts."""

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.windows import records_window


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    state_since = fields.Datetime(
        string="In This State Since",
        compute="_compute_state_since",
        store=True,
        copy=False,
    )
    problems_text = fields.Text(
        string="To Be Looked at", compute="_compute_problems_text"
    )
    let_go = fields.Boolean(
        compute="_compute_let_go",
        help="Whether goods are credited ahead of, or without, having come.",
    )
    goods_expected = fields.Boolean(
        compute="_compute_goods_expected", help="Whether more is still to come."
    )
    image_ids = fields.Many2many(
        "ir.attachment", string="Photos", compute="_compute_image_ids"
    )
    image_count = fields.Integer(compute="_compute_image_ids", string="Photo Count")
    move_ids = fields.Many2many(
        "account.move", string="Documents", compute="_compute_move_ids"
    )
    move_count = fields.Integer(compute="_compute_move_ids", string="Document Count")
    picking_count = fields.Integer(compute="_compute_counts", string="Receipt Count")
    shipment_count = fields.Integer(compute="_compute_counts", string="Shipment Count")
    order_count = fields.Integer(compute="_compute_counts", string="Order Count")
    finding_count = fields.Integer(
        compute="_compute_counts", string="Inspected Goods Count"
    )
    effect_count = fields.Integer(
        compute="_compute_effect_count", string="Actions Taken"
    )
    open_exception_count = fields.Integer(
        compute="_compute_open_exception_count", string="Open Exceptions"
    )

    # === COMPUTE METHODS === #

    @api.depends("state")
    def _compute_state_since(self):
        now = fields.Datetime.now()
        for one in self:
            one.state_since = now

    @api.depends("problems", "line_ids")
    @api.depends_context("lang")
    def _compute_problems_text(self):
        for one in self:
            one.problems_text = "\n".join(one.sudo()._problem_sentences())

    @api.depends("fact_ids")
    def _compute_let_go(self):
        for one in self:
            one.let_go = bool(one._let_go_left())

    @api.depends("line_ids.expected_quantity")
    def _compute_goods_expected(self):
        for one in self:
            one.goods_expected = any(one.line_ids.mapped("expected_quantity"))

    def _compute_image_ids(self):
        images = self.env["ir.attachment"].search(
            Domain("res_model", "=", self._name)
            & Domain("res_id", "in", self.ids)
            & Domain("mimetype", "=like", "image/%"),
            order="id",
        )
        by_return = images.grouped("res_id")
        for one in self:
            one.image_ids = by_return.get(one.id, images.browse())
            one.image_count = len(one.image_ids)

    @api.depends("line_ids.sale_line_id.invoice_lines.move_id", "grant_ids")
    def _compute_move_ids(self):
        for one in self:
            one_sudo = one.sudo()
            moves = one_sudo.line_ids.sale_line_id.invoice_lines.move_id
            one.move_ids = moves | one_sudo.grant_ids._documents()
            one.move_count = len(one.move_ids)

    @api.depends(
        "picking_ids", "shipment_ids", "outbound_ids", "order_ids", "finding_ids"
    )
    def _compute_counts(self):
        for one in self:
            one_sudo = one.sudo()
            one.picking_count = len(one_sudo.picking_ids)
            one.shipment_count = len(one_sudo.shipment_ids | one_sudo.outbound_ids)
            one.order_count = len(one_sudo.order_ids)
            one.finding_count = len(one_sudo.finding_ids)

    def _compute_effect_count(self):
        for one in self:
            one.effect_count = len(one._effects()) if one.ids else 0

    def _compute_open_exception_count(self):
        counts = dict(
            self.env["logistics.exception"]
            .sudo()
            ._read_group(
                Domain("res_model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & Domain("state", "=", "open"),
                ["res_id"],
                ["__count"],
            )
        )
        for one in self:
            one.open_exception_count = counts.get(one.id, 0)

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

    def action_view_effects(self):
        """Open what was done because of the return."""
        self.ensure_one()
        self.check_access("read")
        return records_window(
            self._effects().sudo(False), self.env._("Actions Taken"), True
        )

    def action_view_exceptions(self):
        """Open the exceptions about the return, solved ones too."""
        self.ensure_one()
        found = self.env["logistics.exception"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        return records_window(found, self.env._("Exceptions"), True)

    # === BUSINESS METHODS === #

    def _effects(self):
        """Return the steps that were taken, or wait, because of the return.

        :rtype: logistics.effect
        """
        self.ensure_one()
        one = self.sudo()
        notes = one._credit_notes() | one.grant_ids._documents()
        own = Domain.OR(
            Domain("res_model", "=", records._name)
            & Domain("res_id", "in", records.ids)
            for records in (one, one.line_ids, notes)
        )
        orders = one.order_ids | one.grant_ids.order_id
        credits_ = Domain("res_model", "=", orders._name)
        credits_ &= Domain("res_id", "in", orders.ids)
        credits_ &= Domain("key", "in", one._credit_step_keys())
        found = one.env["logistics.effect"].search(own | credits_)
        return found.filtered(
            lambda step: (
                step.action != "credit"
                or step.key.startswith("grant/")
                or one in step._returns_behind()
            )
        )

    def _credit_step_keys(self):
        """Return under which keys of its orders the return is credited.

        :rtype: list[str]
        """
        self.ensure_one()
        return [f"line/{line.id}" for line in self.line_ids.sale_line_id] + [
            grant._key() for grant in self.grant_ids
        ]


class LogisticsReturnFact(models.Model):
    _inherit = "logistics.return.fact"

    product_id = fields.Many2one(related="line_id.product_id")
    quantity_text = fields.Char(string="How Much", compute="_compute_quantity_text")

    @api.depends("quantity")
    def _compute_quantity_text(self):
        for fact in self:
            fact.quantity_text = (
                ledger.as_text(ledger.quantity(fact.quantity)) if fact.quantity else ""
            )


class LogisticsReturnLine(models.Model):
    _inherit = "logistics.return.line"

    @api.onchange("move_id")
    def _onchange_move_id(self):
        """Fill in what the delivery says of the goods."""
        if self.move_id:
            self.product_id = self.move_id.product_id
            self.sale_line_id = self.move_id.sale_line_id


class LogisticsReturnGrant(models.Model):
    _inherit = "logistics.return.grant"

    def action_withdraw_dialog(self):
        """Ask why the goodwill is taken back."""
        return self.env["logistics.reason"]._dialog("take_back_grant", self)
