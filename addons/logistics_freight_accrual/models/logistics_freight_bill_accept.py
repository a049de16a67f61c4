"""What a person accepts or doubts of a bill, and what the audit leaves on its lines."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..evidence import FINDINGS
from .logistics_freight_bill_line import NOT_COMPARED

_ZERO = Decimal(0)


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    # === ACTIONS === #

    def action_accept_header_dialog(self):
        """Ask why a bill is accepted whose total is too high."""
        return self.env["logistics.reason"]._dialog("accept_freight_total", self)

    def action_accept_header(self, reason=None):
        """Accept a total above its tolerance; more people agree by amount.

        :param str reason: Why; kept on the bill.
        :raise AccessError: For people outside finance.
        :raise UserError: Without a reason, or when the total is no problem.
        """
        self._check_finance()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why this is accepted."))
        for bill in self:
            bill._check_may_match()
            if bill.hold_reason != "header":
                raise UserError(
                    self.env._("%s is not held by its total.", bill.display_name)
                )
        self.sudo().write(
            {
                "header_accepted_by_id": self.env.uid,
                "header_accepted_reason": reason.strip(),
            }
        )
        self._note_editor()
        self.sudo()._check()
        return True


class LogisticsFreightBillLine(models.Model):
    _inherit = "logistics.freight.bill.line"

    matched_by_id = fields.Many2one("res.users", string="Chosen By", readonly=True)
    questioned_amount = fields.Monetary(
        string="Out of Tolerance",
        readonly=True,
        help="What the audit says is not to be paid before it is cleared up.",
    )
    accepted_by_id = fields.Many2one("res.users", string="Accepted By", readonly=True)
    accepted_reason = fields.Char(readonly=True)
    accepted_amount = fields.Monetary(
        string="Accepted", compute="_compute_accepted_amount", store=True
    )
    is_compared = fields.Boolean(
        compute="_compute_is_compared",
        help="It was compared with what was expected of a charge.",
    )
    finding_text = fields.Text(
        string="Not Borne Out Because", compute="_compute_finding_text"
    )

    @api.depends("questioned_amount", "accepted_by_id")
    def _compute_accepted_amount(self):
        for line in self:
            line.accepted_amount = line.accepted_by_id and line.questioned_amount

    @api.depends("charge_id", "status", "reason", "bill_id.kind")
    def _compute_is_compared(self):
        for line in self:
            line.is_compared = (
                line.charge_id
                and line.status
                and line.reason not in NOT_COMPARED
                and line.bill_id.kind != "credit"
            )

    @api.depends("findings")
    @api.depends_context("lang")
    def _compute_finding_text(self):
        words = self._finding_words()
        for line in self:
            told = []
            for finding in line.findings or ():
                told.append(words[finding["key"]])
                if finding.get("billed"):
                    told.append(
                        self.env._(
                            "Billed: %(billed)s kg, ours: %(ours)s kg.",
                            billed=finding["billed"],
                            ours=finding["ours"],
                        )
                    )
            line.finding_text = "\n".join(told)

    @api.model
    def _finding_words(self):
        """Return in words what does not fit between a line and what happened.

        :rtype: dict[str, str]
        """
        words = {
            "label_voided": self.env._("The label was cancelled."),
            "never_picked_up": self.env._("The carrier never had the goods."),
            "not_residential": self.env._("The address is a business."),
            "address_class_unknown": self.env._(
                "Nobody checked whether the address is residential."
            ),
            "no_failed_attempt": self.env._("No delivery attempt failed."),
            "no_return": self.env._("Nothing came back."),
            "no_waiting": self.env._("The goods never waited."),
            "no_stop": self.env._("No vehicle is known to have waited."),
            "no_changed_address": self.env._("The address was never changed."),
            "no_customs": self.env._("The goods never came to customs."),
            "no_cash_ordered": self.env._("Cash on delivery was not ordered."),
            "heavier_than_ours": self.env._(
                "It is billed as heavier than what we weighed and measured."
            ),
            "not_measured": self.env._("Nobody here weighed or measured it."),
        }
        return {key: words[key] for key in FINDINGS}

    # === ACTIONS === #

    def action_accept_dialog(self):
        """Ask why lines out of tolerance are accepted."""
        return self.env["logistics.reason"]._dialog("accept_freight_line", self)

    def action_accept(self, reason=None):
        """Accept what is out of tolerance: it is paid, and more people agree by amount.

        :param str reason: Why; kept on the lines.
        :raise AccessError: For people outside finance.
        :raise UserError: Without a reason, for a line in tolerance, or one billed
            before.
        """
        self.bill_id._check_finance()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why this is accepted."))
        for line in self:
            line.bill_id._check_may_match()
            if not line.questioned_amount or line.status == "duplicate":
                raise UserError(
                    self.env._(
                        "Line %s has nothing that could be accepted.", line.display_name
                    )
                )
        self.sudo().write(
            {
                "accepted_by_id": self.env.uid,
                "accepted_reason": reason.strip(),
                "disputed_amount": 0.0,
            }
        )
        self.bill_id._note_editor()
        self.bill_id.sudo()._check()
        return True

    def action_doubt(self):
        """Undo Accept: what is out of tolerance is in dispute again.

        :raise AccessError: For people outside finance.
        """
        self.bill_id._check_finance()
        for bill in self.bill_id:
            bill._check_may_match()
        self.sudo().write({"accepted_by_id": False, "accepted_reason": False})
        self.bill_id._note_editor()
        self.bill_id.sudo()._check()
        return True

    def action_expect_more(self):
        """Say that further bills come for the charges of the lines: what is accrued
        beyond these lines stays accrued. Last Bill undoes it.

        :raise AccessError: For people outside finance.
        :raise UserError: When a bill went on already.
        """
        return self._set_final(False)

    def action_expect_none(self):
        """Undo More to Come: these are the last lines about their charges.

        :raise AccessError: For people outside finance.
        :raise UserError: When a bill went on already.
        """
        return self._set_final(True)

    # === BUSINESS METHODS === #

    def _set_final(self, is_final):
        """Say whether further bills come for the charges of the lines.

        :param bool is_final: False when further bills come.
        """
        self.bill_id._check_finance()
        for bill in self.bill_id:
            bill._check_may_match()
        self.sudo().write({"is_final": is_final})
        self.bill_id._note_editor()
        self.bill_id.sudo()._check()
        return True

    def _keep_result(self, status, reason="", **amounts):
        """Keep what the audit says of the line; what was accepted stays accepted as
        long as it is the same that is out of tolerance.

        :param str status: One of `tolerance.STATUSES`.
        :param str reason: One of `tolerance.REASONS`, or "".
        :param amounts: `delta`, `exchange`, `expected`, `questioned`, `allowed` as
            `Decimal`, and `charge_class`.
        """
        self.ensure_one()
        questioned = float(amounts.get("questioned", _ZERO))
        same = not self.currency_id.compare_amounts(questioned, self.questioned_amount)
        vals = {
            "status": status,
            "reason": reason or False,
            "expected_amount": float(amounts.get("expected", _ZERO)),
            "delta_amount": float(amounts.get("delta", _ZERO)),
            "exchange_amount": float(amounts.get("exchange", _ZERO)),
            "questioned_amount": questioned,
            "allowed_amount": float(amounts.get("allowed", _ZERO)),
            "charge_class": amounts.get("charge_class") or False,
        }
        if self.accepted_by_id and not (same and questioned):
            vals |= {"accepted_by_id": False, "accepted_reason": False}
            vals["disputed_amount"] = questioned
        elif not self.accepted_by_id:
            vals["disputed_amount"] = questioned
        self.write(vals)
