"""What we do not pay a carrier before it is cleared up."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..charge_types import CHARGE_TYPES
from ..dispute_clock import Clock
from ..evidence import FINDINGS
from ..rounding import ZERO
from .logistics_freight_terms import TREATMENT_LABELS
from .money import money

FINANCE = "logistics_events.logistics_events_group_finance"
# A dispute in one of these is not decided yet.
UNDECIDED = ("open", "sent", "expired")
OUTCOMES = ("credited", "conceded", "short_paid")
# Reasons of an audit (`tolerance.REASONS`), what events say (`evidence.FINDINGS`), and
# what only a person sees.
REASON_LABELS = [
    ("over", "Above the Agreed Price"),
    ("under", "Below the Expected"),
    ("leakage", "Monthly Tolerance Used Up"),
    ("evidence", "Not Borne Out by Events"),
    ("currency", "Billed in Another Currency"),
    ("no_charge", "Nothing Was Ordered"),
    ("repeats", "Billed Before"),
    ("unknown_number", "Not Our Shipment"),
    ("label_voided", "The Label Was Cancelled"),
    ("never_picked_up", "Never Picked Up"),
    ("not_residential", "Not a Residential Address"),
    ("address_class_unknown", "Residential Address Not Shown"),
    ("no_failed_attempt", "No Failed Delivery Attempt"),
    ("no_return", "Nothing Was Returned"),
    ("no_waiting", "The Goods Did Not Wait"),
    ("no_stop", "The Vehicle Did Not Wait"),
    ("no_changed_address", "The Address Was Not Changed"),
    ("no_customs", "No Customs Clearance"),
    ("no_cash_ordered", "No Cash on Delivery Was Ordered"),
    ("heavier_than_ours", "Heavier Than We Measured"),
    ("not_measured", "The Carrier's Measure Is Not Shown"),
    ("other", "Another Reason"),
]
_REASONS = frozenset(code for code, _label in REASON_LABELS)


class LogisticsFreightDispute(models.Model):
    """On screen: Dispute. One charge of one bill, contested as a whole or in part.

    What is decided about it is a fact of the charge, and so are the amounts: they are
    worked out from those facts and typed by nobody.
    """

    _name = "logistics.freight.dispute"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Dispute"
    _order = "deadline, id desc"
    _mail_post_access = "read"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    bill_id = fields.Many2one(
        "logistics.freight.bill",
        string="Carrier Bill",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    bill_line_ids = fields.One2many(
        "logistics.freight.bill.line",
        "dispute_id",
        string="Lines",
        domain=[("bill_id.kind", "=", "invoice")],
        readonly=True,
    )
    charge_id = fields.Many2one(
        "logistics.charge",
        string="Freight Charge",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    shipment_id = fields.Many2one(related="charge_id.shipment_id")
    carrier_id = fields.Many2one(
        "logistics.carrier", required=True, readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="bill_id.partner_id", string="Vendor")
    move_id = fields.Many2one(related="bill_id.move_id", string="Vendor Bill")
    charge_type = fields.Selection(
        [(code, kind.label) for code, kind in CHARGE_TYPES.items()],
        required=True,
        readonly=True,
    )
    reason = fields.Selection(REASON_LABELS, required=True, readonly=True)
    note = fields.Text(
        string="What We Say",
        tracking=True,
        help="In our words, for the mail to the carrier.",
    )
    findings = fields.Json(readonly=True)
    treatment = fields.Selection(
        TREATMENT_LABELS, string="Meanwhile", required=True, readonly=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(
        string="Disputed", required=True, readonly=True, help="Tax excluded."
    )
    tax = fields.Monetary(required=True, readonly=True)
    opened_on = fields.Date(required=True, readonly=True)
    received_on = fields.Date(
        string="Bill Received",
        required=True,
        tracking=True,
        help="The carrier's deadline counts from here.",
    )
    contest_days = fields.Integer(
        string="Days to Contest", required=True, tracking=True, default=180
    )
    deadline = fields.Date(compute="_compute_deadline", store=True)
    age_days = fields.Integer(string="Age (days)", compute="_compute_age")
    days_left = fields.Integer(string="Days Left", compute="_compute_age")
    allowance_amount = fields.Monetary(
        string="Proposed Allowance",
        compute="_compute_age",
        help="What should be provided for when the books are closed: more, the less "
        "time is left.",
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("sent", "Sent to the Carrier"),
            ("credited", "Credited"),
            ("conceded", "Conceded"),
            ("short_paid", "Not Paid"),
            ("expired", "Right Lost"),
            ("withdrawn", "Bill Taken Back"),
        ],
        string="Status",
        required=True,
        default="open",
        readonly=True,
        tracking=True,
    )
    urgency = fields.Selection(
        [("alert", "Soon Due"), ("escalated", "Due"), ("lost", "Right Lost")],
        readonly=True,
        tracking=True,
        help="What people were told about the deadline last.",
    )
    is_right_lost = fields.Boolean(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    carrier_reference = fields.Char(
        string="Carrier's Reference", tracking=True, help="The carrier's case number."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
    )
    credited_amount = fields.Monetary(string="Credited", readonly=True)
    conceded_amount = fields.Monetary(string="Conceded", readonly=True)
    short_paid_amount = fields.Monetary(string="Not Paid", readonly=True)
    open_amount = fields.Monetary(
        string="Undecided", readonly=True, help="Tax excluded."
    )
    open_tax = fields.Monetary(string="Tax on the Undecided", readonly=True)
    blocked_amount = fields.Monetary(
        string="Payment Blocked", readonly=True, help="Tax included."
    )
    may_short_pay = fields.Boolean(compute="_compute_may_short_pay")
    is_unsettled = fields.Boolean(
        readonly=True, help="Decided, and what it changes in the books is to be posted."
    )
    credit_bill_ids = fields.Many2many(
        "logistics.freight.bill",
        "logistics_freight_dispute_credit_rel",
        "dispute_id",
        "bill_id",
        string="Credit Memos",
        readonly=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A dispute is about more than nothing."
    )
    _days_positive = models.Constraint(
        "CHECK (contest_days > 0)", "The time to contest is at least one day."
    )
    _name_uniq = models.UniqueIndex("(name)", "Two disputes have the same name.")
    _deadline_idx = models.Index(
        "(deadline) WHERE state IN ('open', 'sent', 'expired')"
    )

    # === COMPUTE METHODS === #

    @api.depends("treatment", "carrier_id", "company_id", "bill_id.move_id")
    def _compute_may_short_pay(self):
        for dispute in self.sudo():
            dispute.may_short_pay = (
                bool(dispute.move_id) and dispute._allows_short_pay()
            )

    @api.depends("received_on", "contest_days")
    def _compute_deadline(self):
        for dispute in self:
            has_time = dispute.received_on and dispute.contest_days > 0
            dispute.deadline = dispute._clock().deadline if has_time else False

    @api.depends("deadline", "open_amount", "state")
    def _compute_age(self):
        for dispute in self:
            if not dispute.deadline:
                dispute.age_days = dispute.days_left = 0
                dispute.allowance_amount = 0.0
                continue
            row = dispute._as_of(dispute.company_id._logistics_today())
            dispute.age_days = row["age"]
            dispute.days_left = row["left"]
            dispute.allowance_amount = float(row["allowance"])

    @api.depends("name", "bill_id", "charge_type")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["charge_type"]._description_selection(self.env))
        for dispute in self:
            dispute.display_name = (
                f"{dispute.name}: {dispute.bill_id.number}, "
                f"{labels.get(dispute.charge_type, '')}"
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to name the disputes; people open them on a bill."""
        if not self.env.su:
            raise AccessError(
                self.env._("A dispute is opened on the line of a carrier's bill.")
            )
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(self._name)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base`: what a dispute is about and came to is not typed."""
        typed = [name for name in vals if self._fields[name].readonly]
        if typed and not self.env.su:
            names = (
                self._fields[name].get_description(self.env)["string"] for name in typed
            )
            raise AccessError(
                self.env._(
                    "What a dispute is about, and what became of it, is not typed "
                    "(%s): use its buttons.",
                    ", ".join(sorted(names)),
                )
            )
        result = super().write(vals)
        if {"received_on", "contest_days"} & set(vals):
            # Another deadline: people are told of it anew.
            told = self.sudo().filtered("urgency")
            told.write({"urgency": False, "is_right_lost": False})
            told._follow()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A dispute is part of the books and is kept: concede it.")
        )

    # === BUSINESS METHODS === #

    def _allows_short_pay(self):
        """Return whether the carrier accepts to be paid less, by its terms.

        :rtype: bool
        """
        self.ensure_one()
        Terms = self.env["logistics.freight.terms"].sudo()
        terms = Terms._for(self.company_id, self.carrier_id)
        return "short_pay" in (terms.treatment, self.treatment)

    def _clock(self):
        """Return the time the dispute has.

        :rtype: dispute_clock.Clock
        """
        self.ensure_one()
        return Clock(self.received_on, self.contest_days)

    def _as_of(self, day):
        """Return how the dispute stands in time on a day, for a closing.

        The amounts are those of now: which facts were known on the day is asked of the
        charge.

        :param date day: The day the books are closed for.
        :return: `age` and `left` in days, `deadline`, and the proposed `allowance`.
        :rtype: dict
        """
        self.ensure_one()
        clock = self._clock()
        is_open = self.state in UNDECIDED
        amount = money(self.open_amount, self.currency_id) if is_open else ZERO
        decimals = self.currency_id.decimal_places
        return {
            "age": clock.age(day),
            "left": clock.left(day),
            "deadline": clock.deadline,
            "allowance": clock.allowance(amount, day, decimals),
        }

    def _fact_ref(self):
        """Return under which name the facts of the charge know the dispute.

        :rtype: str
        """
        self.ensure_one()
        return self.name

    def _check_finance(self):
        """Check that the user may decide about disputes.

        :raise AccessError: When the user is not of finance, or may not see one.
        """
        if not (self.env.su or self.env.user.has_group(FINANCE)):
            raise AccessError(self.env._("Only finance works with disputes."))
        self.check_access("read")

    @api.model
    def _reason_of(self, line):
        """Return why a line is disputed: what events say, where they say anything.

        :param logistics.freight.bill.line line: After its audit.
        :rtype: str
        """
        keys = [finding_key(row) for row in line.findings or ()]
        found = next((key for key in keys if key in FINDINGS), "")
        if found and (line.reason == "evidence" or line.is_heavier):
            return found
        return line.reason if line.reason in _REASONS else found or "other"


class LogisticsFreightBillLine(models.Model):
    _inherit = "logistics.freight.bill.line"

    dispute_id = fields.Many2one(
        "logistics.freight.dispute",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The dispute the line opened or, on a credit memo, the one it settles.",
    )


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    dispute_ids = fields.One2many(
        "logistics.freight.dispute", "bill_id", string="Disputes", readonly=True
    )
    disputed_amount = fields.Monetary(
        string="In Dispute", compute="_compute_disputed_amount"
    )
    dispute_count = fields.Integer(compute="_compute_dispute_count")

    @api.depends("dispute_ids", "line_ids.dispute_id")
    def _compute_dispute_count(self):
        for bill in self:
            bill.dispute_count = len(bill.dispute_ids | bill.line_ids.dispute_id)

    @api.depends("dispute_ids.open_amount")
    def _compute_disputed_amount(self):
        for bill in self:
            bill.disputed_amount = sum(bill.dispute_ids.mapped("open_amount"))


def finding_key(row):
    """Return which finding a stored one is.

    :param row: A key, a pair that begins with it, or a mapping.
    :rtype: str
    """
    if isinstance(row, dict):
        return row.get("key", "")
    return row if isinstance(row, str) else str(row[0]) if row else ""
