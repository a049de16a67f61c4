"""The lines of an agreement, and what a weight costs where."""

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..agreement import Rate
from .logistics_rate_agreement import is_within_agreement, kept_value
from .money import share


class LogisticsRateAgreementLine(models.AbstractModel):
    """What rates and surcharges have in common: where and when they hold."""

    _name = "logistics.rate.agreement.line"
    _description = "Line of a Rate Agreement"

    agreement_id = fields.Many2one(
        "logistics.rate.agreement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="agreement_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    service = fields.Char(help="The carrier's code of the service. Empty: any.")
    zone = fields.Char(help="The carrier's zone. Empty: any.")
    country_id = fields.Many2one(
        "res.country",
        string="Country",
        help="Where the goods go, or come from when they come in. Empty: any.",
    )
    minimum = fields.Float(
        digits=(16, 6), min_display_digits=2, help="The least it comes to. 0: none."
    )
    valid_from = fields.Date(help="Its first day. Empty: always.")
    valid_to = fields.Date(help="Its last day, included. Empty: until further notice.")

    @api.constrains(lambda self: self._priced_fields())
    def _check_repeats(self):
        # The agreement checks for itself when all its lines are written.
        if not is_within_agreement(self.env):
            self.agreement_id._check_repeats()

    @api.constrains(lambda self: self._priced_fields())
    def _check_values(self):
        for line in self:
            try:
                line._pure()
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%(line)s” of %(agreement)s cannot be used: %(error)s",
                        line=line._in_words(),
                        agreement=line.agreement_id.name,
                        error=error,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to keep what the agreement says now."""
        lines = super().create(vals_list)
        lines.agreement_id._keep_unless_within()
        return lines

    def write(self, vals):
        """Override of `base` to keep what the agreement says now."""
        before = self.agreement_id
        result = super().write(vals)
        (self.agreement_id | before)._keep_unless_within()
        return result

    def unlink(self):
        """Override of `base` to keep what the agreement says now."""
        agreements = self.agreement_id
        result = super().unlink()
        agreements._keep_unless_within()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _priced_fields(self):
        """Return the names of the fields that say what the line is about, and for how
        much: what a version keeps.

        :rtype: list[str]
        """
        return [
            "service",
            "zone",
            "country_id",
            "minimum",
            "valid_from",
            "valid_to",
            *self._own_fields(),
        ]

    @api.model
    def _own_fields(self):
        """Hook: return the names of the fields that only this kind of line has."""
        return []

    def _pure(self):
        """Return the line as plain values.

        :rtype: agreement.Rate | agreement.Surcharge
        """
        raise NotImplementedError

    def _subject(self):
        """Return what two lines share that cannot both hold on one day.

        :rtype: tuple
        """
        raise NotImplementedError

    def _where(self):
        self.ensure_one()
        return {
            "service": self.service or "",
            "zone": self.zone or "",
            "country": self.country_id.code or "",
            "minimum": share(self.minimum),
            "valid_from": self.valid_from or None,
            "valid_to": self.valid_to or None,
        }

    def _words_of_place(self):
        """Return where and when the line holds, for a sentence.

        :rtype: list[str]
        """
        self.ensure_one()
        words = [self.service, self.zone, self.country_id.code]
        if self.valid_from:
            words.append(self.env._("from %s", format_date(self.env, self.valid_from)))
        if self.valid_to:
            words.append(self.env._("until %s", format_date(self.env, self.valid_to)))
        return [word for word in words if word]

    def _kept_lines(self):
        """Return the lines as a version keeps them, in a fixed order.

        :return: For each line what it says, as "price 6.9".
        :rtype: list[list[str]]
        """
        names = self._priced_fields()
        kept = ([(name, kept_value(line[name])) for name in names] for line in self)
        return sorted(
            [
                f"{name.removesuffix('_id')} {text}"
                for name, text in line
                if text not in ("", "0")
            ]
            for line in kept
        )

    def _first_clash(self):
        """Return the first two lines that are about the same thing on one day.

        :rtype: list[logistics.rate.agreement.line]
        """
        last = {}
        for line in self.sorted(lambda one: (one.valid_from or date.min, one.id)):
            subject = line._subject()
            before = last.get(subject)
            if before and (line.valid_from or date.min) <= (
                before.valid_to or date.max
            ):
                return [before, line]
            last[subject] = line
        return []

    @api.model
    def _fitting(self, agreements, consignments):
        """Return the lines that may be about some consignments, as plain values.

        :param logistics.rate.agreement agreements: Whose lines.
        :param list[agreement.Consignment] consignments: What is to be priced.
        :rtype: dict[logistics.rate.agreement, list]
        """
        if not agreements or not consignments:
            return {}
        days = [item.on for item in consignments]
        codes = {item.country for item in consignments}
        lines = self.search(
            [
                ("agreement_id", "in", agreements.ids),
                ("service", "in", [False, *{item.service for item in consignments}]),
                ("zone", "in", [False, *{item.zone for item in consignments}]),
                "|",
                ("country_id", "=", False),
                ("country_id.code", "in", list(codes)),
                "|",
                ("valid_from", "=", False),
                ("valid_from", "<=", max(days)),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", min(days)),
            ]
        )
        return {
            agreement: [line._pure() for line in own]
            for agreement, own in lines.grouped("agreement_id").items()
        }


class LogisticsRateAgreementRate(models.Model):
    """The price of one weight break."""

    _name = "logistics.rate.agreement.rate"
    _inherit = "logistics.rate.agreement.line"
    _description = "Rate"
    _order = "agreement_id, country_id, zone, service, weight_to, valid_from, id"

    weight_to = fields.Float(
        string="Up to (kg)",
        digits=(16, 6),
        min_display_digits=1,
        help="The heaviest it is for, included. 0: any weight.",
    )
    price = fields.Float(
        digits=(16, 6), min_display_digits=2, help="Whatever it weighs, tax excluded."
    )
    per_kg = fields.Float(
        string="Per kg",
        digits=(16, 6),
        min_display_digits=2,
        help="Added for each kilogram that is charged.",
    )

    _not_negative = models.Constraint(
        "CHECK (weight_to >= 0 AND price >= 0 AND per_kg >= 0 AND minimum >= 0)",
        "Weights and prices of a rate are not negative.",
    )
    _validity = models.Constraint(
        "CHECK (valid_to >= valid_from)", "A rate does not end before it begins."
    )

    @api.depends("weight_to", "service", "zone", "country_id")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = rate._in_words()

    @api.model
    def _own_fields(self):
        """Override: a rate has a weight and its prices."""
        return ["weight_to", "price", "per_kg"]

    def _pure(self):
        """Override: return an `agreement.Rate`."""
        self.ensure_one()
        return Rate(
            price=share(self.price),
            per_kg=share(self.per_kg),
            weight_to=share(self.weight_to) if self.weight_to else None,
            **self._where(),
        )

    def _subject(self):
        """Override: the place and the weight break."""
        self.ensure_one()
        return (
            self.service or "",
            self.zone or "",
            self.country_id.id,
            share(self.weight_to),
        )

    def _in_words(self):
        """Return what the rate is for, in words.

        :rtype: str
        """
        self.ensure_one()
        weight = (
            self.env._("up to %s kg", f"{self.weight_to:g}")
            if self.weight_to
            else self.env._("any weight")
        )
        return ", ".join([weight, *self._words_of_place()])
