from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

CLAIMANT_GROUPS = (
    "logistics_events.logistics_events_group_user",
    "logistics_events.logistics_events_group_finance",
)


class LogisticsClaim(models.Model):
    """What we want from a carrier for goods that were lost or damaged.

    Only the demand and its deadline; the addon that knows the carrier's bills says
    what became of it.
    """

    _name = "logistics.claim"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Claim"
    _order = "deadline, id desc"
    _check_company_auto = True

    shipment_id = fields.Many2one(
        "logistics.shipment",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", related="shipment_id.company_id", store=True, readonly=True
    )
    carrier_id = fields.Many2one(
        related="shipment_id.carrier_id", store=True, string="Carrier"
    )
    kind = fields.Selection(
        [
            ("lost", "Lost"),
            ("damaged", "Damaged"),
            ("late", "Late"),
            ("other", "Other"),
        ],
        required=True,
        readonly=True,
        default="lost",
    )
    currency_id = fields.Many2one(
        "res.currency", related="company_id.currency_id", string="Currency"
    )
    amount = fields.Monetary(required=True, tracking=True)
    reason = fields.Char(required=True, tracking=True)
    deadline = fields.Date(
        required=True,
        tracking=True,
        help="Until when the carrier takes the claim.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
    )
    state = fields.Selection(
        [("open", "Open"), ("withdrawn", "Withdrawn")],
        string="Status",
        required=True,
        readonly=True,
        default="open",
        tracking=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A claim is about more than nothing."
    )
    _deadline_idx = models.Index("(deadline) WHERE state = 'open'")

    @api.depends("kind", "shipment_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for claim in self:
            claim.display_name = self.env._(
                "%(kind)s: %(shipment)s",
                kind=kinds.get(claim.kind, ""),
                shipment=claim.shipment_id.display_name or "",
            )

    def write(self, vals):
        """Override of `base`: what a claim is about, and its state, is not typed."""
        typed = [name for name in vals if self._fields[name].readonly]
        if typed and not self.env.su:
            raise AccessError(
                self.env._(
                    "What a claim is about is not typed: withdraw it instead (%s).",
                    ", ".join(sorted(typed)),
                )
            )
        return super().write(vals)

    # === ACTIONS === #

    def action_withdraw(self, reason):
        """Withdraw the claim; `action_reopen` undoes it.

        :param str reason: Why; kept in the history.
        :raise UserError: Without a reason, or when it is not open.
        """
        self._check_may_claim()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the claim is withdrawn."))
        self._move_on("open", "withdrawn", reason)

    def action_reopen(self):
        """Undo `action_withdraw`.

        :raise UserError: When it is not withdrawn.
        """
        self._check_may_claim()
        self._move_on("withdrawn", "open", self.env._("Open again."))

    def action_withdraw_dialog(self):
        """Ask why the claim is withdrawn."""
        return self.env["logistics.reason"]._dialog("withdraw_claim", self)

    # === BUSINESS METHODS === #

    def _move_on(self, before, after, reason):
        self.check_access("write")
        if any(claim.state != before for claim in self):
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(self.env._("The claim is not “%s”.", states[before]))
        for claim in self.sudo():
            claim.state = after
            claim._message_log(body=reason)

    @api.model
    def _check_may_claim(self):
        """Check who makes demands on carriers.

        :raise AccessError: For anybody but operations and finance.
        """
        if not self.env.su and not any(
            self.env.user.has_group(group) for group in CLAIMANT_GROUPS
        ):
            raise AccessError(
                self.env._("Only logistics users and finance make claims.")
            )
