"""Carriers' bills as they were received."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import bill as pure
from ..duplicates import DISGUISES, number_key
from ..readers import LAYOUTS
from .money import money
from .received import refuse_typed

FINANCE = "logistics_events.logistics_events_group_finance"
# Layout of a bill that somebody typed in Odoo.
TYPED = "vendor_bill"
KIND_LABELS = [("invoice", "Bill"), ("credit", "Credit Memo")]
VERDICT_LABELS = [
    ("new", "Not Known Before"),
    ("duplicate", "Duplicate"),
    ("adjustment", "Follows an Earlier Bill"),
]
# Bills in these states were never billed, as far as duplicates are concerned.
NOT_STANDING = ("stopped", "refused")


class LogisticsFreightBill(models.Model):
    """On screen: Carrier Bill. One document of a carrier with its lines.

    What it says is written by the import only; what was found out about it by the
    suite. Whoever writes to it does so with `sudo()` after checking the rights.
    """

    _name = "logistics.freight.bill"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Carrier Bill"
    _order = "id desc"
    _rec_name = "number"
    _mail_post_access = "read"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    carrier_id = fields.Many2one(
        "logistics.carrier",
        ondelete="restrict",
        tracking=True,
        help="Found by the account number in the Carrier Terms. A bill without a "
        "carrier cannot go on.",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Vendor", readonly=True, index="btree_not_null"
    )
    number = fields.Char(required=True, readonly=True)
    number_key = fields.Char(
        compute="_compute_number_key",
        store=True,
        precompute=True,
        help="The spelling under which all disguises of a number meet.",
    )
    kind = fields.Selection(
        KIND_LABELS, required=True, default="invoice", readonly=True
    )
    account = fields.Char(string="Account Number", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    issued = fields.Date(string="Bill Date", readonly=True)
    due = fields.Date(string="Due Date", readonly=True)
    original = fields.Char(
        string="Original Bill",
        readonly=True,
        help="The bill that a credit memo or a correction says it is about.",
    )
    original_key = fields.Char(
        compute="_compute_number_key", store=True, precompute=True
    )
    interchange = fields.Char(string="Transmission", readonly=True)
    layout = fields.Selection(
        [*LAYOUTS.items(), (TYPED, "Vendor Bill in Odoo")], required=True, readonly=True
    )
    has_total = fields.Boolean(
        string="States a Total", default=True, readonly=True, copy=False
    )
    net_amount = fields.Monetary(
        string="Untaxed Amount", readonly=True, help="As the bill states it."
    )
    tax_amount = fields.Monetary(
        string="Tax", readonly=True, help="As the bill states it."
    )
    total_amount = fields.Monetary(
        string="Total", readonly=True, help="To be paid, as the bill states it."
    )
    lines_amount = fields.Monetary(
        string="Sum of the Lines", compute="_compute_lines_amount", store=True
    )
    line_count = fields.Integer(
        string="Lines", compute="_compute_lines_amount", store=True
    )
    refused_count = fields.Integer(
        string="Rows Not Read",
        readonly=True,
        help="Rows of its file that could not be read. Import the corrected file: "
        "what is missing is added.",
    )
    is_complete = fields.Boolean(
        string="Adds Up",
        compute="_compute_is_complete",
        store=True,
        help="The lines and the tax make the total.",
    )
    problem_text = fields.Text(string="What Does Not Fit", readonly=True)
    received_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    state = fields.Selection(
        [
            ("new", "New"),
            ("stopped", "Stopped"),
            ("checked", "Checked"),
            ("waiting", "Waiting for Approval"),
            ("posted", "Posted"),
            ("refused", "Refused"),
        ],
        string="Status",
        required=True,
        default="new",
        readonly=True,
        tracking=True,
        index=True,
    )
    is_reading = fields.Boolean(
        readonly=True, help="Its lines are still being read from the file."
    )
    verdict = fields.Selection(VERDICT_LABELS, readonly=True)
    verdict_reason = fields.Selection(
        [
            ("same_number", "Same Number"),
            ("same_number_disguised", "Same Number, Written Otherwise"),
            ("names_original", "Names the Earlier Bill"),
            ("other_amount", "Same Number, Another Amount"),
            ("after_credit", "Billed Anew After a Credit Memo"),
        ],
        readonly=True,
    )
    duplicate_of_id = fields.Many2one(
        "logistics.freight.bill",
        string="Earlier Bill",
        readonly=True,
        index="btree_not_null",
        help="The bill it repeats or follows.",
    )
    disguises = fields.Char(
        readonly=True, help="How the two are written otherwise, as stored names."
    )
    disguise_text = fields.Char(
        string="Written Otherwise", compute="_compute_disguise_text"
    )
    turn = fields.Integer(
        readonly=True, help="In which order the carrier's bills came in, from 1."
    )
    is_genuine = fields.Boolean(
        readonly=True, help="Two people agreed that it is no duplicate."
    )
    move_id = fields.Many2one(
        "account.move",
        string="Vendor Bill",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    line_ids = fields.One2many("logistics.freight.bill.line", "bill_id")

    _number_idx = models.Index("(carrier_id, number_key)")
    _original_idx = models.Index("(carrier_id, original_key)")
    _turn_idx = models.Index("(carrier_id, turn)")
    _move_uniq = models.UniqueIndex(
        "(move_id) WHERE move_id IS NOT NULL",
        "This vendor bill belongs to a carrier bill already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("number", "original")
    def _compute_number_key(self):
        for bill in self:
            bill.number_key = number_key(bill.number)
            bill.original_key = number_key(bill.original) or False

    @api.depends("line_ids.amount")
    def _compute_lines_amount(self):
        for bill in self:
            amounts = (Decimal(repr(line.amount)) for line in bill.line_ids)
            bill.lines_amount = float(sum(amounts, Decimal(0)))
            bill.line_count = len(bill.line_ids)

    @api.depends(
        "lines_amount", "tax_amount", "total_amount", "has_total", "refused_count"
    )
    def _compute_is_complete(self):
        for bill in self:
            if bill.has_total:
                difference = bill._exact(bill.lines_amount) + bill._exact(
                    bill.tax_amount
                )
                bill.is_complete = difference == bill._exact(bill.total_amount)
            else:
                bill.is_complete = not bill.refused_count

    @api.depends("disguises")
    @api.depends_context("lang")
    def _compute_disguise_text(self):
        words = self._disguise_words()
        for bill in self:
            named = (bill.disguises or "").split(",")
            bill.disguise_text = ", ".join(words[name] for name in named if name)

    @api.depends("number", "carrier_id")
    def _compute_display_name(self):
        for bill in self:
            carrier = bill.carrier_id.name
            bill.display_name = f"{carrier} {bill.number}" if carrier else bill.number

    @api.model
    def _disguise_words(self):
        """Return in words how two bills can be written otherwise.

        :rtype: dict[str, str]
        """
        words = {
            "case": self.env._("capital letters"),
            "blanks": self.env._("blanks"),
            "punctuation": self.env._("punctuation"),
            "zeros": self.env._("leading zeros"),
            "suffix": self.env._("a suffix"),
            "date": self.env._("another date"),
            "interchange": self.env._("another transmission"),
        }
        return {name: words[name] for name in DISGUISES}

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base`: what was received is not typed."""
        refuse_typed(self, vals)
        if "carrier_id" in vals and not self.env.su:
            self._check_carrier_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A carrier's bill is evidence and is kept: refuse it instead.")
        )

    def _check_carrier_open(self):
        """Check that a person may still say whose bills these are.

        :raise UserError: When one is stopped: it stays with those it repeats; or when
            it went on, or was typed in Odoo.
        """
        for bill in self:
            if bill.state not in ("new", "checked") or bill.layout == TYPED:
                raise UserError(
                    self.env._("%s: its carrier is settled already.", bill.number)
                )

    # === BUSINESS METHODS === #

    def _check_finance(self):
        """Check that the user may work with carriers' bills.

        :raise AccessError: When the user is not of finance, or may not see a bill.
        """
        if not (self.env.su or self.env.user.has_group(FINANCE)):
            raise AccessError(self.env._("Only finance works with carriers' bills."))
        self.check_access("read")

    def _exact(self, amount):
        """Return an amount of the bill exactly; without a currency as it is stored.

        :param float amount: As a monetary field holds it.
        :rtype: Decimal
        """
        self.ensure_one()
        if self.currency_id:
            return money(amount, self.currency_id)
        return Decimal(repr(amount or 0.0))

    def _pure(self):
        """Return the bill as the pure functions take it.

        :rtype: bill.Bill
        """
        self.ensure_one()
        return pure.Bill(
            number=self.number,
            kind=self.kind,
            account=self.account or "",
            currency=self.currency_id.name or "",
            issued=self.issued or None,
            due=self.due or None,
            total=self._exact(self.total_amount) if self.has_total else None,
            tax=self._exact(self.tax_amount),
            original=self.original or "",
            interchange=self.interchange or "",
            lines=tuple(line._pure() for line in self.line_ids),
        )
