"""What is to be thought of each line of a carrier's bill, and of it as a whole."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from odoo import api, fields, models

from ..charge_types import charge_of
from ..evidence import chargeable_weight, check
from ..tolerance import Comparison, audit
from .logistics_freight_bill_line import NOT_COMPARED
from .logistics_freight_terms import TREATMENT_LABELS

_ZERO = Decimal(0)
# Tax that stands among the lines is the document's, and nothing that was ordered.
TAX = "tax"
# What is still expected of charges: the price without what other bills took of it.
_EXPECTED_QUERY = """
    SELECT c.id, c.amount::text, c.stage,
           COALESCE((SELECT sum(f.amount::numeric) FROM logistics_charge_fact f
                      WHERE f.charge_id = c.id AND f.kind = 'bill'
                        AND f.ref <> %s
                        AND NOT EXISTS (
                            SELECT 1 FROM logistics_charge_fact w
                             WHERE w.charge_id = c.id AND w.kind = 'withdraw'
                               AND w.target = f.ref)), 0)::text
      FROM logistics_charge c
     WHERE c.id = ANY(%s)
"""


@dataclass
class _Group:
    """The lines of a bill that make one price: those of a charge, or one alone."""

    lines: list = field(default_factory=list)
    charge: object = None
    pure: dict = field(default_factory=dict)
    exchange: Decimal = _ZERO

    @property
    def billed(self):
        return sum((said.amount for said in self.pure.values()), _ZERO)

    @property
    def main(self):
        """Return the line that carries the difference: the largest one."""
        return max(self.lines, key=lambda line: (self.pure[line].amount, -line.row))


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    checked_at = fields.Datetime(string="Checked", readonly=True)
    treatment = fields.Selection(
        TREATMENT_LABELS,
        string="Out of Tolerance",
        readonly=True,
        help="What becomes of the lines in dispute, by the Carrier Terms.",
    )
    hold_reason = fields.Selection(
        [
            ("doubt", "Too Much of It Is in Doubt"),
            ("header", "Its Total Is Too High"),
        ],
        string="Held Because",
        readonly=True,
    )
    header_amount = fields.Monetary(
        string="Total Above the Expected",
        readonly=True,
        help="Of the lines that are let pass, and what the bill does not add up by.",
    )
    header_allowed = fields.Monetary(string="Total Tolerance", readonly=True)
    header_accepted_by_id = fields.Many2one(
        "res.users", string="Total Accepted By", readonly=True
    )
    header_accepted_reason = fields.Char(readonly=True)
    doubtful_amount = fields.Monetary(
        string="In Doubt",
        compute="_compute_decided",
        store=True,
        help="What is not to be paid before it is cleared up.",
    )
    accepted_amount = fields.Monetary(
        string="Accepted Above Tolerance", compute="_compute_decided", store=True
    )

    @api.depends("line_ids.disputed_amount", "line_ids.accepted_amount")
    def _compute_decided(self):
        for bill in self:
            bill.doubtful_amount = sum(bill.line_ids.mapped("disputed_amount"))
            bill.accepted_amount = sum(bill.line_ids.mapped("accepted_amount"))

    # === BUSINESS METHODS === #

    def _audit(self):
        """Judge every line by what was expected and by what happened, then the whole.

        A credit memo is not judged: what a carrier gives back is never too much.
        """
        self.ensure_one()
        groups = self._groups()
        for line in self.line_ids.filtered(lambda one: one.charge_type == TAX):
            line._keep_result("matched", expected=self._exact(line.amount))
        if self.kind == "credit":
            for group in groups:
                for line in group.lines:
                    line._keep_result("matched" if line.charge_id else "unmatched")
            self.write({"treatment": self._terms_treatment(), "hold_reason": False})
            return
        rate = self._rate_of_company()
        decimals = self.currency_id.decimal_places
        matrix = self.env["logistics.freight.tolerance"]._matrix(
            self.company_id, self.carrier_id
        )
        if rate != 1:
            matrix = matrix.in_currency(rate, decimals)
        month = self.env["logistics.freight.leakage"]._of_bill(self)
        result = audit(
            self._comparisons(groups),
            matrix,
            str(self.carrier_id.id),
            decimals,
            month._pure(self, rate),
            self._stated(),
        )
        for group, judged in zip(groups, result.lines, strict=True):
            self._keep_judgement(group, judged)
        month._keep(result.leakage, rate)
        self._keep_whole(result)

    def _groups(self):
        """Return the lines by the price they make: one charge, several lines.

        :rtype: list[_Group]
        """
        groups = {}
        for line in self.line_ids.filtered(lambda one: one.charge_type != TAX):
            alone = line.repeats_id or not line.charge_id
            key = ("line", line.id) if alone else ("charge", line.charge_id.id)
            group = groups.setdefault(key, _Group(charge=line.charge_id))
            group.lines.append(line)
            group.pure[line] = line._pure()
        return list(groups.values())

    def _comparisons(self, groups):
        """Return the groups as they are compared.

        :param list groups: Of `_groups`.
        :rtype: list[tolerance.Comparison]
        """
        expected, converted = self._expected_here(groups)
        evidence = self.line_ids.shipment_id._logistics_evidence()
        parcels = {
            (parcel.shipment_id.id, parcel.tracking_key): parcel.id
            for parcel in self.line_ids.shipment_id.parcel_ids
        }
        customers = self._customers()
        alone = {
            shipment.id
            for shipment, lines in self.line_ids.grouped("shipment_id").items()
            if len({*lines.mapped("tracking_key")}) == 1
        }
        bases = {
            (group.charge.shipment_id, group.charge.parcel_id): expected[
                group.charge.id
            ]
            for group in groups
            if group.charge and group.charge.charge_type == "base"
        }
        found = []
        for place, group in enumerate(groups):
            line, charge = group.main, group.charge
            findings = self._findings(group, evidence, parcels, alone)
            fits = not charge or converted[charge.id] is not None
            due = expected.get(charge.id) if charge and not line.repeats_id else None
            if (
                due is not None
                and fits
                and not all(one.is_final for one in group.lines)
            ):
                # A bill in parts is below the price until its last part.
                due = min(due, max(group.billed, _ZERO))
            kind = charge_of(group.pure[line].kind)
            found.append(
                Comparison(
                    str(place),
                    charge.charge_type if charge else kind,
                    group.billed,
                    due,
                    bases.get((charge.shipment_id, charge.parcel_id))
                    if kind == "fuel" and charge
                    else None,
                    findings=findings,
                    converted=bool(charge) and bool(converted[charge.id]),
                    currency_fits=fits,
                    duplicate_of=line.repeats_id.id or None,
                    ours=line.is_ours,
                    customer=customers.get(line.shipment_id, ""),
                )
            )
        return found

    def _findings(self, group, evidence, parcels, alone):
        """Return what does not fit between the lines and what happened, and keep it.

        :param dict evidence: By shipment and parcel what is known of them.
        :param dict parcels: By shipment and number the parcel.
        :param set alone: The shipments of which the bill names one number only.
        :rtype: tuple[evidence.Finding, ...]
        """
        findings = []
        for line in group.lines:
            shipment = line.shipment_id.id
            parcel = parcels.get((shipment, line.tracking_key), False)
            facts = evidence.get((shipment, parcel))
            if facts and shipment in alone and charge_of(line.charge_type) == "base":
                # One number stands for all parcels, and so does its weight.
                whole = evidence[shipment, False]
                facts = replace(facts, weight=whole.weight, pieces=whole.pieces)
            said = check(group.pure[line], facts) if facts else ()
            ours = chargeable_weight(facts) if facts and line.weight else None
            line.write(
                {
                    "findings": [_kept(finding) for finding in said] or False,
                    "our_weight": float(ours or 0),
                    "is_heavier": any(row.billed is not None for row in said),
                }
            )
            findings += [finding for finding in said if finding.holds]
        return tuple(findings)

    def _expected(self):
        """Return by charge what is still expected of it, None where nobody knows.

        :rtype: dict[int, Decimal | None]
        """
        self.env.flush_all()
        self.env.cr.execute(
            _EXPECTED_QUERY, [str(self.id), self.line_ids.charge_id.ids]
        )
        found = {}
        for charge, amount, stage, taken in self.env.cr.fetchall():
            price = Decimal(amount or 0)
            if stage == "void":
                found[charge] = _ZERO
            elif price:
                found[charge] = max(price - Decimal(taken), _ZERO)
            else:
                found[charge] = None
        return found

    def _customers(self):
        """Return by shipment for whom its goods go, where that is one customer.

        :rtype: dict[logistics.shipment, str]
        """
        found = {}
        for shipment in self.line_ids.shipment_id:
            customer = shipment.sale_order_ids.partner_id.commercial_partner_id
            if len(customer) == 1:
                found[shipment] = str(customer.id)
        return found

    def _stated(self):
        """Return what the bill says its lines add up to, None when it does not say.

        :rtype: Decimal | None
        """
        if not self.has_total:
            return None
        return self._exact(self.total_amount) - self._exact(self.tax_amount)

    def _rate_of_company(self):
        """Return how much of the bill's currency one unit of the company's is.

        :rtype: Decimal
        """
        own = self.company_id.currency_id
        if own == self.currency_id:
            return Decimal(1)
        day = self.issued or self.company_id._logistics_today()
        rate = self.env["res.currency"]._get_conversion_rate(
            own, self.currency_id, self.company_id, day
        )
        return Decimal(repr(rate))

    def _keep_judgement(self, group, judged):
        """Keep the result of a price on its lines: the largest carries the difference.

        :param _Group group: The lines.
        :param tolerance.LineResult judged: What is to be done with them.
        """
        main, disputed = group.main, judged.disputed
        is_compared = judged.reason not in NOT_COMPARED
        order = sorted(
            group.lines, key=lambda line: (line != main, -group.pure[line].amount)
        )
        for line in order:
            amount = group.pure[line].amount
            questioned = min(disputed, max(amount, _ZERO))
            disputed -= questioned
            is_main = line == main
            line._keep_result(
                judged.status,
                judged.reason,
                delta=judged.delta if is_main else _ZERO,
                exchange=group.exchange if is_main else _ZERO,
                expected=_expected(amount, judged, is_main) if is_compared else _ZERO,
                questioned=questioned,
                allowed=judged.allowed if is_main else _ZERO,
                charge_class=judged.charge_class,
            )

    def _keep_whole(self, result):
        """Keep what holds for the bill as a whole, and what becomes of its disputes.

        :param tolerance.Audit result: The audit.
        """
        terms = self._terms()
        net = sum((abs(self._exact(line.amount)) for line in self.line_ids), _ZERO)
        disputed = self._exact(self.doubtful_amount)
        limit = Decimal(repr(terms.hold_percent)) if terms else Decimal(20)
        doubtful = bool(disputed) and disputed * 100 > net * limit
        treatment = self._terms_treatment()
        hold = "header" if result.held and not self.header_accepted_by_id else False
        if doubtful:
            treatment = "hold"
        self.write(
            {
                "treatment": treatment,
                "hold_reason": hold or ("doubt" if doubtful else False),
                "header_amount": float(result.header),
                "header_allowed": float(result.header_allowed),
            }
        )
        self._tell_out_of_tolerance()

    def _tell_out_of_tolerance(self):
        """Open an exception while lines are out of tolerance, and close it after."""
        Exception_ = self.env["logistics.exception"]
        if not self.doubtful_amount and self.hold_reason != "header":
            Exception_._solve("tolerance", self, self.env._("Nothing is in doubt."))
            return
        own = self.company_id.currency_id
        Exception_._open(
            "tolerance",
            self,
            self.env._(
                "%(bill)s: %(amount)s of it is out of tolerance.",
                bill=self.display_name,
                amount=self.currency_id.format(self.doubtful_amount),
            ),
            amount=self.currency_id._convert(
                self.doubtful_amount,
                own,
                self.company_id,
                self.issued or self.company_id._logistics_today(),
            ),
        )

    def _terms(self):
        """Return the Carrier Terms the bill is under.

        :rtype: logistics.freight.terms
        """
        self.ensure_one()
        return self.env["logistics.freight.terms"]._for(
            self.company_id, self.carrier_id
        )

    def _terms_treatment(self):
        return self._terms().treatment or "clearing"


def _kept(finding):
    """Return a finding as it is stored, weights in kilograms as text."""
    kept = {"key": finding.key, "events": list(finding.refs)}
    if finding.billed is not None:
        kept |= {"billed": _kilograms(finding.billed), "ours": _kilograms(finding.ours)}
    return kept


def _kilograms(weight):
    return f"{weight:.3f}".rstrip("0").rstrip(".")


def _expected(amount, judged, is_main):
    return amount - judged.delta if is_main else amount
