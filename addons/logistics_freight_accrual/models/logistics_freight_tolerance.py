"""How far a carrier's bill may differ: who proposed it, and who agreed."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.logistics_events.models.ledger import trusted

from ..charge_types import CHARGE_CLASSES
from ..limits import HEADER_LIMIT, LEAKAGE_AMOUNT, LEAKAGE_PERCENT, Limit, Matrix
from .money import money

FINANCE = "logistics_events.logistics_events_group_finance"
# Pairs of a value and the field that says whether it limits anything.
_VALUES = ("over_amount", "over_percent", "under_amount", "under_percent")
_CONTENT = frozenset(
    {
        "company_id",
        "carrier_id",
        "customer_id",
        "charge_class",
        *_VALUES,
        *(f"has_{name}" for name in _VALUES),
    }
)
# Limits on the terms of a carrier, beside the matrix.
_EASED = frozenset({"header_limit", "leakage_percent", "leakage_amount"})


class LogisticsFreightTolerance(models.Model):
    """On screen: Tolerance. One row of the matrix; see `limits.py`.

    What is in force is never edited: a change is a row of its own, and it counts once
    somebody else than its editor agreed.
    """

    _name = "logistics.freight.tolerance"
    _inherit = ["logistics.folded.mixin", "mail.thread"]
    _description = "Tolerance"
    _order = "company_id, carrier_id, customer_id, charge_class, id desc"
    _folded_fields = frozenset({"state", "edited_by_id", "agreed_by_id", "agreed_at"})
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    carrier_id = fields.Many2one(
        "logistics.carrier",
        ondelete="restrict",
        index=True,
        help="Empty: every carrier without a row of its own.",
    )
    customer_id = fields.Many2one(
        "res.partner",
        ondelete="restrict",
        help="For whom the goods go; this row then comes before the carrier's own.",
    )
    charge_class = fields.Selection(
        list(CHARGE_CLASSES.items()), required=True, default="base"
    )
    has_over_amount = fields.Boolean(string="Limit the Amount Above", default=True)
    over_amount = fields.Monetary(string="Above by at Most")
    has_over_percent = fields.Boolean(string="Limit the Share Above", default=True)
    over_percent = fields.Float(string="Above by at Most (%)")
    has_under_amount = fields.Boolean(string="Limit the Amount Below")
    under_amount = fields.Monetary(string="Below by at Most")
    has_under_percent = fields.Boolean(string="Limit the Share Below")
    under_percent = fields.Float(string="Below by at Most (%)")
    state = fields.Selection(
        [("proposed", "Proposed"), ("in_force", "In Force"), ("ended", "Ended")],
        string="Status",
        required=True,
        default="proposed",
        readonly=True,
        copy=False,
        tracking=True,
    )
    edited_by_id = fields.Many2one(
        "res.users",
        string="Last Edited By",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
    )
    agreed_by_id = fields.Many2one(
        "res.users", string="Agreed By", readonly=True, copy=False, tracking=True
    )
    agreed_at = fields.Datetime(readonly=True, copy=False)

    _in_force_uniq = models.UniqueIndex(
        "(company_id, COALESCE(carrier_id, 0), COALESCE(customer_id, 0), "
        "charge_class) WHERE state = 'in_force'",
        "Another tolerance for the same is in force.",
    )
    _values_not_negative = models.Constraint(
        "CHECK (COALESCE(over_amount, 0) >= 0 AND COALESCE(over_percent, 0) >= 0 "
        "AND COALESCE(under_amount, 0) >= 0 AND COALESCE(under_percent, 0) >= 0)",
        "A tolerance is not negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("carrier_id", "customer_id", "charge_class")
    def _compute_display_name(self):
        labels = dict(self._fields["charge_class"]._description_selection(self.env))
        for row in self:
            whose = row.carrier_id.name or self.env._("Every carrier")
            parts = (whose, row.customer_id.name, labels.get(row.charge_class))
            row.display_name = " / ".join(part for part in parts if part)

    @api.constrains("carrier_id", "customer_id")
    def _check_customer_needs_carrier(self):
        for row in self:
            if row.customer_id and not row.carrier_id:
                raise ValidationError(
                    self.env._("A tolerance for a customer needs a carrier.")
                )

    # === CRUD METHODS === #

    def _check_folded_fields(self, vals):
        """Override of `logistics_events` to say it in the words of this model."""
        try:
            super()._check_folded_fields(vals)
        except AccessError as error:
            raise AccessError(
                self.env._(
                    "Whether a tolerance is in force, and who agreed, is not typed: "
                    "use its buttons."
                )
            ) from error

    def write(self, vals):
        """Override of `base`: only what is proposed changes, and it is kept by whom."""
        edited = bool(_CONTENT & set(vals))
        if edited and any(row.state != "proposed" for row in self):
            raise UserError(
                self.env._(
                    "A tolerance that is or was in force is not edited. Press Change "
                    "to propose another one."
                )
            )
        result = super().write(vals)
        if edited:
            trusted(self.sudo()).write({"edited_by_id": self.env.uid})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_proposed_only(self):
        if any(row.state != "proposed" for row in self):
            raise UserError(
                self.env._("What is or was in force is kept: it explains old bills.")
            )

    # === ACTIONS === #

    def action_agree(self):
        """Put proposed tolerances in force; the ones they replace end.

        :raise AccessError: For who proposed it, its last editor, and people outside
            finance.
        :raise UserError: When one is not proposed.
        """
        self._check_second_person()
        for row in self:
            if row.state != "proposed":
                raise UserError(self.env._("Only what is proposed can be agreed to."))
            trusted(row._twins().sudo()).write({"state": "ended"})
            # The index holds at any moment: the old row ends first.
            self.env.flush_all()
            trusted(row.sudo()).write(
                {
                    "state": "in_force",
                    "agreed_by_id": self.env.uid,
                    "agreed_at": fields.Datetime.now(),
                }
            )
        return True

    def action_change(self):
        """Propose another tolerance in the place of this one.

        :return: The window with the proposal.
        :rtype: dict
        """
        self.ensure_one()
        proposal = self.copy()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": proposal.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_end(self):
        """End tolerances in force: what holds for everybody counts again.

        :raise AccessError: For who proposed it, its last editor, and people outside
            finance.
        :raise UserError: When one is not in force.
        """
        self._check_second_person()
        if any(row.state != "in_force" for row in self):
            raise UserError(self.env._("Only what is in force can be ended."))
        trusted(self.sudo()).write({"state": "ended"})
        return True

    def _check_second_person(self):
        self.check_access("write")
        if not self.env.user.has_group(FINANCE):
            raise AccessError(self.env._("Only finance decides on tolerances."))
        if any(self.env.user in row.create_uid | row.edited_by_id for row in self):
            raise AccessError(
                self.env._(
                    "Who proposed or edited a tolerance cannot decide on it: ask a "
                    "colleague."
                )
            )

    def _twins(self):
        """Return what is in force for the same.

        :rtype: logistics.freight.tolerance
        """
        self.ensure_one()
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("carrier_id", "=", self.carrier_id.id),
                ("customer_id", "=", self.customer_id.id),
                ("charge_class", "=", self.charge_class),
                ("state", "=", "in_force"),
            ]
        )

    # === BUSINESS METHODS === #

    @api.model
    def _matrix(self, company, carrier):
        """Return what may differ on the bills of a carrier, in company currency.

        A branch without rows of its own follows its nearest parent that has some.

        :param res.company company: Who is billed.
        :param logistics.carrier carrier: Who bills.
        :rtype: limits.Matrix
        """
        company = company.sudo()
        lineage = company.parent_ids.sorted("parent_path", reverse=True) or company
        rows = self.sudo().search(
            [
                ("company_id", "in", lineage.ids),
                ("carrier_id", "in", [carrier.id, False]),
                ("state", "=", "in_force"),
            ]
        )
        by_company = rows.grouped("company_id")
        own = next((by_company[one] for one in lineage if one in by_company), self)
        terms = self.env["logistics.freight.terms"]._for(company, carrier)
        header = (
            money(terms.header_limit, company.currency_id) if terms else HEADER_LIMIT
        )
        return Matrix(
            {
                (
                    str(row.carrier_id.id or ""),
                    str(row.customer_id.id or ""),
                    row.charge_class,
                ): row._limit()
                for row in own
            },
            header,
        )

    def _limit(self):
        """Return the row as plain values.

        :rtype: limits.Limit
        """
        self.ensure_one()
        return Limit(
            *(
                Decimal(repr(self[name])) if self[f"has_{name}"] else None
                for name in _VALUES
            )
        )


class LogisticsFreightTerms(models.Model):
    _inherit = "logistics.freight.terms"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    header_limit = fields.Monetary(
        string="Whole Bill Above by at Most",
        currency_field="company_currency_id",
        default=float(HEADER_LIMIT),
        tracking=True,
        help="Most that a bill may be above the expected in total, line tolerances "
        "notwithstanding.",
    )
    leakage_percent = fields.Float(
        string="Monthly Cap (%)",
        default=float(LEAKAGE_PERCENT),
        tracking=True,
        help="Most that may be let pass in a month, in percent of what is billed.",
    )
    leakage_amount = fields.Monetary(
        string="Monthly Cap",
        currency_field="company_currency_id",
        default=float(LEAKAGE_AMOUNT),
        tracking=True,
        help="The same as an amount; the smaller one counts. Once it is reached, "
        "nothing above the expected is let pass any more this month.",
    )

    limits_by_id = fields.Many2one(
        "res.users",
        string="Limits Changed By",
        readonly=True,
        copy=False,
        help="Who changed what a whole bill, or a month, may be above the expected. "
        "They do not post the bills alone that were here by then.",
    )
    limits_at = fields.Datetime(string="Limits Changed", readonly=True, copy=False)

    _limits_not_negative = models.Constraint(
        "CHECK (header_limit >= 0 AND leakage_percent >= 0 AND leakage_amount >= 0)",
        "Limits of a carrier are not negative.",
    )

    def write(self, vals):
        """Override of `base`: it is kept who changed the limits of a carrier."""
        changed = self.filtered(
            lambda terms: any(terms[name] != vals[name] for name in _EASED & {*vals})
        )
        if {"limits_by_id", "limits_at"} & {*vals} and not self.env.su:
            raise AccessError(self.env._("Who changed the limits is not typed."))
        result = super().write(vals)
        if changed and not self.env.su:
            changed.sudo().write(
                {"limits_by_id": self.env.uid, "limits_at": fields.Datetime.now()}
            )
        return result
