"""Opening disputes: by the audit of a bill, or by a person who found more."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..charge_types import charge_of
from ..rounding import ZERO, rounded
from .logistics_freight_dispute import FINANCE
from .money import money


class LogisticsFreightDispute(models.Model):
    _inherit = "logistics.freight.dispute"

    @api.model
    def _open_for(self, lines, treatment=None, taxes=None):
        """Open a dispute for each charge of a bill of which something is contested, and
        say so on the charges.

        Lines without a contested amount or a charge, and those whose dispute is open
        already, are left out: saying it again opens nothing. The facts are said under
        `dispute._fact_ref()`, about the bill's own name among the facts.

        :param logistics.freight.bill.line lines: After their audit and their match.
        :param str treatment: What becomes of the contested part, one of
            `charge.TREATMENTS`; that of the Carrier Terms by default.
        :param dict taxes: By line the tax on its contested part, a `Decimal`; worked
            out from the bill when left out.
        :return: The new disputes.
        :rtype: logistics.freight.dispute
        """
        lines = lines.sudo().filtered(
            lambda line: (
                line.charge_id and not line.dispute_id and line.disputed_amount > 0
            )
        )
        amounts = {line: line.bill_id._exact(line.disputed_amount) for line in lines}
        taxes = {**self._taxes_of(amounts), **(taxes or {})}
        groups = lines.grouped(lambda line: (line.bill_id, line.charge_id))
        vals_list = [
            self._opening_vals(bill, charge, own, amounts, taxes)
            | ({"treatment": treatment} if treatment else {})
            for (bill, charge), own in groups.items()
        ]
        disputes = self.sudo().create(vals_list)
        for dispute, own in zip(disputes, groups.values(), strict=True):
            own.dispute_id = dispute
        disputes._say_opened()
        return disputes

    @api.model
    def _taxes_of(self, amounts):
        """Return the tax on a part of lines: their share of their own tax, or of the
        bill's where it taxes the total only.

        :param dict amounts: By line the part, a `Decimal`, tax excluded.
        :rtype: dict[logistics.freight.bill.line, Decimal]
        """
        found = {}
        lines = self.env["logistics.freight.bill.line"].sudo().union(*amounts)
        for bill, own in lines.grouped("bill_id").items():
            by_line = any(bill.line_ids.mapped("tax"))
            total = bill._exact(bill.lines_amount)
            decimals = bill.currency_id.decimal_places
            for line in own:
                whole = bill._exact(line.amount) if by_line else total
                tax = bill._exact(line.tax if by_line else bill.tax_amount)
                part = tax * amounts[line] / whole if whole else ZERO
                found[line] = rounded(part, decimals)
        return found

    @api.model
    def _opening_vals(self, bill, charge, lines, amounts, taxes):
        """Return the values of the dispute about one charge of a bill.

        :param dict amounts: By line what of it is contested.
        :param dict taxes: By line the tax on that.
        """
        terms = self.env["logistics.freight.terms"]._for(
            bill.company_id, bill.carrier_id
        )
        largest = max(lines, key=lambda line: amounts[line])
        amount = sum((amounts[line] for line in lines), ZERO)
        tax = sum((taxes[line] for line in lines), ZERO)
        today = bill.company_id._logistics_today()
        return {
            "company_id": bill.company_id.id,
            "bill_id": bill.id,
            "charge_id": charge.id,
            "carrier_id": (bill.carrier_id or charge.carrier_id).id,
            "charge_type": largest.charge_type,
            "reason": self._reason_of(largest),
            "findings": [
                [finding, line.row] for line in lines for finding in line.findings or ()
            ],
            "treatment": terms.treatment or "clearing",
            "currency_id": bill.currency_id.id,
            "amount": float(amount),
            "tax": float(tax),
            "open_amount": float(amount),
            "open_tax": float(tax),
            "blocked_amount": float(amount + tax),
            "opened_on": today,
            "received_on": _day(bill.received_at, bill.company_id) or today,
            "contest_days": terms.contest_days or 180,
        }

    def _say_opened(self):
        """Say on the charges what is contested."""
        self.env["logistics.charge"].sudo()._say_many(
            [
                (
                    dispute.charge_id,
                    "dispute",
                    dispute._fact_ref(),
                    {
                        "amount": money(dispute.amount, dispute.currency_id),
                        "tax": money(dispute.tax, dispute.currency_id),
                        "target": dispute.bill_id._freight_ref(),
                        "treatment": dispute.treatment,
                        "on": dispute.opened_on,
                        "currency": dispute.currency_id.name,
                    },
                )
                for dispute in self
            ]
        )

    @api.model
    def _contest(self, line, amount, reason, note=""):
        """Contest a line of a posted bill, or more of it than before.

        What is contested leaves the cost for the clearing account, and its payment is
        blocked from now on.

        :param logistics.freight.bill.line line: Of a posted bill.
        :param Decimal amount: What is contested, tax excluded.
        :param str reason: A value of `reason`.
        :param str note: In our words.
        :rtype: logistics.freight.dispute
        :raise AccessError: For anybody but finance.
        :raise UserError: When the line cannot be contested so far.
        """
        self._check_finance()
        line.check_access("read")
        line = line.sudo()
        bill = line.bill_id
        if bill.state != "posted" or not line.charge_id:
            raise UserError(
                self.env._("Only the lines of a posted bill are disputed by hand.")
            )
        open_amount = bill._exact(line.amount) - self._contested_of(line)
        if not ZERO < amount <= open_amount:
            raise UserError(
                self.env._(
                    "%(asked)s cannot be disputed: %(left)s of the line is not "
                    "disputed yet.",
                    asked=bill.currency_id.format(float(amount)),
                    left=bill.currency_id.format(float(max(open_amount, ZERO))),
                )
            )
        amounts = {line: amount}
        vals = self._opening_vals(
            bill, line.charge_id, line, amounts, self._taxes_of(amounts)
        )
        vals |= {
            "reason": reason,
            "note": note,
            "treatment": self._late_treatment(bill),
        }
        dispute = self.sudo().create(vals)
        line.write(
            {
                "dispute_id": line.dispute_id.id or dispute.id,
                "disputed_amount": float(self._contested_of(line)),
            }
        )
        dispute._ask("dispute", amount, note or dispute.name)
        return dispute

    @api.model
    def _late_treatment(self, bill):
        """Return what becomes of a part that is contested after the bill was posted:
        such a bill cannot be held any more.

        :rtype: str
        """
        Terms = self.env["logistics.freight.terms"]
        treatment = Terms._for(bill.company_id, bill.carrier_id).treatment
        return treatment if treatment in ("expense", "short_pay") else "clearing"

    @api.model
    def _contested_of(self, line):
        """Return how much of a line's charge on the bill is contested already.

        :rtype: Decimal
        """
        disputes = self.sudo().search(
            [
                ("bill_id", "=", line.bill_id.id),
                ("charge_id", "=", line.charge_id.id),
                ("charge_type", "=", line.charge_type),
            ]
        )
        exact = line.bill_id._exact
        return sum((exact(one.amount) for one in disputes), Decimal(0))


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    def _freight_ref(self):
        """Return under which name the facts of charges know the bill.

        :rtype: str
        """
        self.ensure_one()
        return str(self.id)

    def action_open_disputes(self):
        """Open the disputes about the bill, or those a credit memo settles."""
        self.ensure_one()
        self.check_access("read")
        disputes = self.dispute_ids | self.line_ids.dispute_id
        window = {
            "type": "ir.actions.act_window",
            "name": self.env._("Disputes"),
            "res_model": disputes._name,
        }
        if len(disputes) == 1:
            return window | {"view_mode": "form", "res_id": disputes.id}
        return window | {
            "view_mode": "list,form",
            "domain": [("id", "in", disputes.ids)],
        }


class LogisticsFreightBillLine(models.Model):
    _inherit = "logistics.freight.bill.line"

    may_contest = fields.Boolean(compute="_compute_may_contest")

    @api.depends("bill_state", "charge_id", "amount", "disputed_amount", "bill_id.kind")
    @api.depends_context("uid")
    def _compute_may_contest(self):
        is_finance = self.env.user.has_group(FINANCE)
        for line in self:
            line.may_contest = bool(
                is_finance
                and line.bill_state == "posted"
                and line.bill_id.kind == "invoice"
                and line.charge_id
                and line.currency_id.compare_amounts(line.amount, line.disputed_amount)
                > 0
            )

    def action_contest_dialog(self):
        """Ask what of the line is contested, and why."""
        self.ensure_one()
        self.env["logistics.freight.dispute"]._check_finance()
        return self.env["logistics.freight.decide"]._window(
            "contest", line=self, amount=self.amount - self.disputed_amount
        )

    def _is_about(self, dispute):
        """Return whether the line is about what a dispute is about: one parcel and the
        price of one thing.

        :param logistics.freight.dispute dispute: Any dispute.
        :rtype: bool
        """
        self.ensure_one()
        theirs = dispute.bill_line_ids
        return charge_of(self.charge_type) == charge_of(dispute.charge_type) and (
            self.tracking_key or ""
        ) in {line.tracking_key or "" for line in theirs}


def _day(moment, company):
    """Return the day of a moment on the clock of a company, None without one."""
    if not moment:
        return None
    zone = company.partner_id.tz or "UTC"
    record = company.with_context(tz=zone)
    return fields.Datetime.context_timestamp(record, moment).date()
