"""What holds with a carrier in a company: who bills, in what, and how far we argue."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..charge import Terms
from ..evidence import CENTIMETRES, KILOGRAMS
from .money import share

TREATMENT_LABELS = [
    ("clearing", "Post in Full, Block the Doubtful Lines"),
    ("hold", "Hold the Whole Bill"),
    ("short_pay", "Pay Less"),
    ("expense", "Post in Full as Expense, Block the Doubtful Lines"),
]


# What carriers publish for their parcel services: cubic centimetres of a kilogram and
# cubic inches of a pound, and to what they round weights up.
_PUBLISHED = {
    "KG": (Decimal(5000), Decimal("0.5")),
    "LB": (Decimal(139), Decimal(1)),
}


class LogisticsFreightTerms(models.Model):
    """On screen: Carrier Terms."""

    _name = "logistics.freight.terms"
    _inherit = ["mail.thread"]
    _description = "Carrier Terms"
    _order = "company_id, carrier_id"
    _rec_name = "carrier_id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    carrier_id = fields.Many2one(
        "logistics.carrier", required=True, ondelete="restrict", tracking=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Vendor",
        required=True,
        check_company=True,
        index=True,
        tracking=True,
        help="Who sends the bills of the carrier.",
    )
    account_numbers = fields.Char(
        tracking=True,
        help="Our numbers with the carrier, separated by commas: they tell whose a "
        "bill is.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="What the carrier charges in.",
    )
    tax_id = fields.Many2one(
        "account.tax",
        string="Purchase Tax",
        domain=[("type_tax_use", "=", "purchase")],
        check_company=True,
        help="The tax on the carrier's bills. Accruals are net of what comes back of "
        "it.",
    )
    tax_share = fields.Float(
        string="Recoverable Share",
        digits=(7, 6),
        default=1.0,
        tracking=True,
        help="How much of the tax comes back, 0 to 1. The rest is cost.",
    )
    flat_amount = fields.Monetary(
        help="What a shipment is expected to cost when nothing else is known."
    )
    treatment = fields.Selection(
        TREATMENT_LABELS,
        string="Out of Tolerance",
        required=True,
        default="clearing",
        tracking=True,
    )
    hold_percent = fields.Float(
        string="Hold the Bill Above (%)",
        default=20.0,
        tracking=True,
        help="A bill of which more than this share is in doubt is held as a whole.",
    )
    contest_days = fields.Integer(
        string="Days to Contest",
        default=180,
        help="How long after the receipt of a bill the carrier accepts a dispute.",
    )
    window_days = fields.Integer(
        string="Bill Expected Within (days)",
        default=180,
        help="What no bill came for after so many days may be written off.",
    )
    weighs_in = fields.Selection(
        [("KG", "Kilograms and Centimetres"), ("LB", "Pounds and Inches")],
        required=True,
        default=lambda self: self._default_weighs_in(),
        tracking=True,
        help="What the volume divisor and the weight step are in.",
    )
    volume_divisor = fields.Float(
        digits=(16, 6),
        min_display_digits=1,
        compute="_compute_volume_divisor",
        store=True,
        readonly=False,
        tracking=True,
        help="The volume by this counts where it comes to more than the weight: 5000 "
        "cubic centimetres for a kilogram or 139 cubic inches for a pound, as carriers "
        "publish. 0: volume does not count.",
    )
    weight_step = fields.Float(
        digits=(16, 6),
        min_display_digits=1,
        compute="_compute_volume_divisor",
        store=True,
        readonly=False,
        tracking=True,
        help="Billed weights are rounded up to a multiple of it.",
    )

    _carrier_uniq = models.UniqueIndex(
        "(company_id, carrier_id)", "This carrier has terms in this company already."
    )
    _share_range = models.Constraint(
        "CHECK (tax_share >= 0 AND tax_share <= 1)",
        "The recoverable share is between 0 and 1.",
    )
    _days_positive = models.Constraint(
        "CHECK (contest_days > 0 AND window_days > 0)",
        "Days to contest and for the bill are at least one.",
    )
    _percent_range = models.Constraint(
        "CHECK (hold_percent >= 0 AND hold_percent <= 100)",
        "The share in doubt is between 0 and 100 %.",
    )

    _volume_positive = models.Constraint(
        "CHECK (volume_divisor >= 0 AND weight_step > 0)",
        "The volume divisor is not negative, and the weight step is above zero.",
    )

    @api.model
    def _default_weighs_in(self):
        unit = self.env[
            "product.template"
        ]._get_weight_uom_id_from_ir_config_parameter()
        return "LB" if unit == self.env.ref("uom.product_uom_lb") else "KG"

    @api.depends("weighs_in")
    def _compute_volume_divisor(self):
        for terms in self:
            divisor, step = _PUBLISHED[terms.weighs_in or "KG"]
            terms.volume_divisor, terms.weight_step = float(divisor), float(step)

    @api.constrains("tax_id", "tax_share")
    def _check_tax(self):
        for terms in self:
            tax = terms.tax_id
            if tax and (tax.price_include or tax.amount_type not in ("percent",)):
                raise ValidationError(
                    self.env._(
                        "%(tax)s: choose a tax that is a percentage on top of the "
                        "price.",
                        tax=tax.display_name,
                    )
                )

    @api.onchange("carrier_id")
    def _onchange_carrier_id(self):
        if self.carrier_id.partner_id and not self.partner_id:
            self.partner_id = self.carrier_id.partner_id

    # === BUSINESS METHODS === #

    @api.model
    def _for(self, company, carrier):
        """Return the terms of a carrier in a company, or in its nearest parent.

        :rtype: logistics.freight.terms
        """
        found = self._for_many([(company, carrier)])
        return found[company, carrier]

    @api.model
    def _for_many(self, pairs):
        """Return the terms of many companies and carriers.

        :param Iterable[tuple[res.company, logistics.carrier]] pairs: Those asked for.
        :rtype: dict[tuple[res.company, logistics.carrier], logistics.freight.terms]
        """
        pairs = [pair for pair in dict.fromkeys(pairs) if pair[1]]
        lineages = {
            company: company.sudo().parent_ids.sorted("parent_path", reverse=True)
            or company
            for company, _carrier in pairs
        }
        rows = self.sudo().search(
            [
                (
                    "company_id",
                    "in",
                    [c.id for line in lineages.values() for c in line],
                ),
                ("carrier_id", "in", [carrier.id for _company, carrier in pairs]),
            ]
        )
        known = {(row.company_id, row.carrier_id): row for row in rows}
        return {
            (company, carrier): next(
                (
                    known[one, carrier]
                    for one in lineages[company]
                    if (one, carrier) in known
                ),
                self.browse(),
            )
            for company, carrier in pairs
        }

    @api.model
    def _for_vendor(self, company, partner):
        """Return the terms under which a vendor bills a company, if any.

        :rtype: logistics.freight.terms
        """
        vendor = partner.commercial_partner_id
        lineage = company.sudo().parent_ids | company
        return self.sudo().search(
            [
                ("company_id", "in", lineage.ids),
                ("partner_id.commercial_partner_id", "=", vendor.id),
            ],
            order="id",
            limit=1,
        )

    def _tax_rate(self):
        """Return the tax that is expected on top, 0.19 for 19 %.

        Tax that the company owes itself (reverse charge) is on no bill.

        :rtype: Decimal
        """
        self.ensure_one()
        tax = self.tax_id
        if not tax:
            return share(0)
        factors = tax.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        ).mapped("factor")
        return share(tax.amount / 100.0 * sum(factors))

    def _volume(self):
        """Return by what the carrier weighs: as it publishes, where nothing was agreed.

        :return: Cubic centimetres per kilogram, None where volume does not count, and
            of how many kilograms weights are a multiple.
        :rtype: tuple[Decimal | None, Decimal]
        """
        unit, (divisor, step) = "KG", _PUBLISHED["KG"]
        if self:
            unit = self.weighs_in
            divisor, step = share(self.volume_divisor), share(self.weight_step)
        length = CENTIMETRES["IN" if unit == "LB" else "CM"]
        kilograms = KILOGRAMS[unit]
        return divisor * length**3 / kilograms or None, step * kilograms

    def _pure(self, currency, expense="freight"):
        """Return what holds for a charge, as plain values.

        :param res.currency currency: That of the charge.
        :param str expense: `freight` or `freight_in`.
        :rtype: charge.Terms
        """
        return Terms(
            currency.name,
            currency.decimal_places,
            self._tax_rate() if self else share(0),
            share(self.tax_share) if self else share(1),
            expense,
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _logistics_is_freight_carrier(self, company):
        """Return whether the bills of the partner are carriers' bills in a company.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.env["logistics.freight.terms"]._for_vendor(company, self))
