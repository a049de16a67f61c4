"""What was agreed with a carrier, as finance keeps it; priced by `rates.py`."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..agreement import PER, Agreement
from .money import share

PER_LABELS = [("parcel", "Parcel"), ("shipment", "Shipment")]
assert {key for key, _label in PER_LABELS} == set(PER)
# By identity: no value that arrives over RPC can be this object.
_TOKEN = object()
_KEY = "logistics_rate_agreement_token"


def within_agreement(records):
    """Return records whose changes the agreement itself keeps, as one version."""
    return records.with_context(**{_KEY: _TOKEN})


def is_within_agreement(env):
    """Return whether the agreement itself is being written.

    :rtype: bool
    """
    return env.context.get(_KEY) is _TOKEN


def kept_value(value):
    """Return a value as a version of an agreement keeps it.

    :param value: Of any field.
    :return: A text that does not depend on who reads it.
    :rtype: str
    """
    if isinstance(value, models.BaseModel):
        is_country = value._name == "res.country"
        return (value.code if is_country else value.sudo().display_name) or ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value) if value else ""
    return format(share(value).normalize() + 0, "f")


class LogisticsRateAgreement(models.Model):
    """A table of rates and surcharges; every content it ever had is kept."""

    _name = "logistics.rate.agreement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Rate Agreement"
    _order = "company_id, carrier_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, copy=False)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    carrier_id = fields.Many2one(
        "logistics.carrier",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        tracking=True,
        help="Every price in the agreement is in this currency, tax excluded.",
    )
    valid_from = fields.Date(
        tracking=True, help="Its first day. Empty: it has always been valid."
    )
    valid_to = fields.Date(
        tracking=True, help="Its last day, included. Empty: until further notice."
    )
    per = fields.Selection(
        PER_LABELS,
        string="A Rate Is for Each",
        required=True,
        default="parcel",
        tracking=True,
        help="Parcel: every parcel is priced by its own weight. Shipment: all are "
        "weighed together.",
    )
    divisor = fields.Float(
        string="Volume Divisor",
        digits=(16, 6),
        min_display_digits=1,
        tracking=True,
        help="Cubic centimetres per kilogram, such as 5000: the volume counts where it "
        "comes to more than the weight. 0: volume does not count.",
    )
    weight_step = fields.Float(
        string="Weight Step (kg)",
        digits=(16, 6),
        min_display_digits=1,
        required=True,
        default=0.001,
        tracking=True,
        help="The chargeable weight is rounded up to a multiple of it.",
    )
    rate_ids = fields.One2many(
        "logistics.rate.agreement.rate", "agreement_id", string="Rates"
    )
    surcharge_ids = fields.One2many(
        "logistics.rate.agreement.surcharge", "agreement_id", string="Surcharges"
    )
    version = fields.Integer(string="Revision", readonly=True, default=0, copy=False)
    version_ids = fields.One2many(
        "logistics.rate.agreement.version", "agreement_id", string="History"
    )
    rate_count = fields.Integer(compute="_compute_rate_count", string="Rate Count")

    _name_uniq = models.UniqueIndex(
        "(company_id, name)", "Another agreement of this company has this name."
    )
    _divisor_positive = models.Constraint(
        "CHECK (divisor >= 0)", "The volume divisor is not negative."
    )
    _weight_step_positive = models.Constraint(
        "CHECK (weight_step > 0)", "The weight step is above zero."
    )
    _validity = models.Constraint(
        "CHECK (valid_to >= valid_from)", "An agreement does not end before it begins."
    )

    # === COMPUTE METHODS === #

    @api.depends("rate_ids")
    def _compute_rate_count(self):
        counts = dict(
            self.env["logistics.rate.agreement.rate"]._read_group(
                [("agreement_id", "in", self.ids)], ["agreement_id"], ["__count"]
            )
        )
        for agreement in self:
            agreement.rate_count = counts.get(agreement, 0)

    @api.constrains("divisor", "weight_step", "per")
    def _check_values(self):
        for agreement in self:
            try:
                agreement._plain()
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%(agreement)s cannot be used: %(error)s",
                        agreement=agreement.name,
                        error=error,
                    )
                ) from error

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to keep the first version."""
        if is_within_agreement(self.env):
            return super().create(vals_list)
        within = within_agreement(self)
        agreements = super(LogisticsRateAgreement, within).create(vals_list)
        agreements = agreements.with_env(self.env)
        agreements._check_repeats()
        agreements._keep_version()
        return agreements

    def write(self, vals):
        """Override of `base` to keep every version."""
        if is_within_agreement(self.env):
            return super().write(vals)
        result = super(LogisticsRateAgreement, within_agreement(self)).write(vals)
        if {"rate_ids", "surcharge_ids"} & vals.keys():
            self._check_repeats()
        self._keep_version()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Agreements are archived, not deleted: what was expected by them "
                "stays explained."
            )
        )

    # === BUSINESS METHODS === #

    def _pure(self, rates=None, surcharges=None):
        """Return the agreement as plain values.

        :param logistics.rate.agreement.rate rates: Those that matter; all of them when
            left out.
        :param logistics.rate.agreement.surcharge surcharges: Likewise.
        :rtype: agreement.Agreement
        """
        self.ensure_one()
        rates = self.rate_ids if rates is None else rates
        surcharges = self.surcharge_ids if surcharges is None else surcharges
        return self._plain(
            tuple(rate._pure() for rate in rates),
            tuple(surcharge._pure() for surcharge in surcharges),
        )

    def _plain(self, rates=(), surcharges=()):
        self.ensure_one()
        return Agreement(
            ref=self.name,
            carrier=self.carrier_id.name,
            currency=self.currency_id.name,
            rates=rates,
            surcharges=surcharges,
            decimals=self.currency_id.decimal_places,
            divisor=share(self.divisor) if self.divisor else None,
            weight_step=share(self.weight_step),
            per=self.per,
        )

    @api.model
    def _for_consignments(self, company, carrier, consignments):
        """Return the agreements that may price some consignments, without the rest of
        their rates: a table of thousands of lines is not read for three parcels.

        :param res.company company: Whose agreements; a branch has those of its parents.
        :param logistics.carrier carrier: With whom.
        :param list[agreement.Consignment] consignments: What is to be priced.
        :return: In the order of the consignments, those that are valid on its day.
        :rtype: list[list[agreement.Agreement]]
        """
        agreements = self.sudo().search(
            [
                ("company_id", "in", company.sudo().parent_ids.ids or company.ids),
                ("carrier_id", "=", carrier.id),
            ]
        )
        entries = [
            self.env[name].sudo()._fitting(agreements, consignments)
            for name in (
                "logistics.rate.agreement.rate",
                "logistics.rate.agreement.surcharge",
            )
        ]
        made, answers = {}, []
        for consignment in consignments:
            place = (consignment.service, consignment.zone, consignment.country)
            answers.append([])
            for agreement in agreements:
                if not agreement._is_valid_on(consignment.on):
                    continue
                key = (agreement, *place)
                if key not in made:
                    made[key] = agreement._plain(
                        *(
                            tuple(
                                pure
                                for pure in found.get(agreement, ())
                                if _fits(pure, place)
                            )
                            for found in entries
                        )
                    )
                answers[-1].append(made[key])
        return answers

    def _is_valid_on(self, day):
        self.ensure_one()
        return (not self.valid_from or self.valid_from <= day) and (
            not self.valid_to or day <= self.valid_to
        )

    def _check_repeats(self):
        """Check that no two lines are about the same thing on the same day.

        :raise ValidationError: Naming the two.
        """
        for agreement in self:
            for lines in (agreement.rate_ids, agreement.surcharge_ids):
                clash = lines._first_clash()
                if clash:
                    raise ValidationError(
                        self.env._(
                            "%(agreement)s has two prices for the same on some days: "
                            "“%(one)s” and “%(other)s”. End the first before the "
                            "second begins.",
                            agreement=agreement.name,
                            one=clash[0]._in_words(),
                            other=clash[1]._in_words(),
                        )
                    )


def _fits(entry, place):
    said = (entry.service, entry.zone, entry.country)
    return all(own in ("", wanted) for own, wanted in zip(said, place, strict=True))
