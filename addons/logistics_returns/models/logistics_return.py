"""Goods that come back, from the first word or scan to the refund."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .logistics_return_states import KINDS, ORIGINS, STATES

# Worked out from the facts; nobody types them.
RECKONED = frozenset(
    {
        "state",
        "state_since",
        "reckoned",
        "problems",
        "edited_by_id",
        "credit_terms",
        "deadline_from",
        "deadline_worked",
        "reminded_at",
        "reminded_for",
        "pending_since",
    }
)


class LogisticsReturn(models.Model):
    """On screen: Return. What one customer gives back, or a carrier brings back.

    Its state follows from the facts (`logistics_return_fact.py`) and is never typed.
    """

    _name = "logistics.return"
    _inherit = [
        "logistics.folded.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Return"
    _order = "id desc"
    _check_company_auto = True
    _folded_fields = RECKONED

    name = fields.Char(required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    kind = fields.Selection(KINDS, required=True, default="customer", readonly=True)
    origin = fields.Selection(
        ORIGINS, required=True, default="staff", readonly=True, string="Came From"
    )
    reason_id = fields.Many2one(
        "logistics.return.reason", string="Reason", tracking=True, ondelete="restrict"
    )
    note = fields.Text(string="In the Customer's Words")
    replacement = fields.Selection(
        [("credit", "Credit Note"), ("replace", "Replacement")],
        required=True,
        default="credit",
        string="The Customer Wants",
        tracking=True,
    )
    freight_payer = fields.Selection(
        [
            ("company", "Our Company"),
            ("customer", "The Customer"),
            ("carrier", "The Carrier"),
        ],
        required=True,
        default="company",
        string="Who Pays the Way Back",
        tracking=True,
    )
    deadline = fields.Date(
        string="Expected by",
        tracking=True,
        help="Without the goods by this day the customer is reminded, later it closes.",
    )
    user_id = fields.Many2one("res.users", string="Responsible", tracking=True)

    line_ids = fields.One2many("logistics.return.line", "return_id", string="Goods")
    fact_ids = fields.One2many(
        "logistics.return.fact", "return_id", string="Known", readonly=True
    )
    order_ids = fields.Many2many(
        "sale.order",
        string="Sales Orders",
        compute="_compute_order_ids",
        store=True,
        readonly=True,
    )
    outbound_ids = fields.Many2many(
        "logistics.shipment",
        "logistics_return_outbound_rel",
        string="Shipped With",
        readonly=True,
        help="The shipments the goods left with.",
    )
    shipment_ids = fields.One2many(
        "logistics.shipment",
        "logistics_return_id",
        string="Return Shipments",
        readonly=True,
    )
    picking_ids = fields.One2many(
        "stock.picking", "logistics_return_id", string="Receipts", readonly=True
    )

    state = fields.Selection(
        STATES,
        string="Status",
        group_expand="_group_expand_state",
        default="requested",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    problems = fields.Json(readonly=True, copy=False)
    reckoned = fields.Integer(
        readonly=True, copy=False, default=0, help="Counts every change of the facts."
    )

    _name_uniq = models.UniqueIndex("(company_id, name)")
    _open_idx = models.Index(
        "(company_id, deadline) WHERE state NOT IN ('closed', 'refused', 'refunded')"
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids.sale_line_id.order_id")
    def _compute_order_ids(self):
        for one in self:
            one.order_ids = one.line_ids.sale_line_id.order_id

    @api.model
    def _group_expand_state(self, states, domain):
        """Return the states that occur, in the order in which they are reached."""
        return [key for key, _label in STATES if key in states]

    def _compute_access_url(self):
        """Override of `portal`: the page of the return."""
        super()._compute_access_url()
        for one in self:
            one.access_url = f"/my/returns/{one.id}"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to number the returns."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                company_id = vals.get("company_id") or self.env.company.id
                vals["name"] = (
                    self.env["ir.sequence"]
                    .with_company(company_id)
                    .next_by_code("logistics.return")
                )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_known(self):
        if self.sudo().fact_ids:
            raise UserError(
                self.env._(
                    "A return that something is known of is closed, not deleted."
                )
            )

    # === BUSINESS METHODS === #

    def _expects_goods(self):
        """Return the returns whose goods are still to come, or may come.

        :rtype: logistics.return
        """
        return self.filtered(
            lambda one: one.state in ("approved", "label_sent", "in_transit")
        )
