from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.logistics_freight_dispute import REASON_LABELS
from ..models.money import money


class LogisticsFreightDecide(models.TransientModel):
    """A person says what becomes of a contested amount, before it is done."""

    _name = "logistics.freight.decide"
    _description = "Decide About a Dispute"

    deed = fields.Selection(
        [
            ("contest", "Dispute the Line"),
            ("concede", "Concede"),
            ("short_pay", "Pay Less"),
            ("credit", "Credit Memo Received"),
        ],
        required=True,
        readonly=True,
    )
    explanation = fields.Char(compute="_compute_explanation")
    dispute_id = fields.Many2one("logistics.freight.dispute", readonly=True)
    line_id = fields.Many2one("logistics.freight.bill.line", readonly=True)
    carrier_id = fields.Many2one("logistics.carrier", compute="_compute_about")
    company_id = fields.Many2one("res.company", compute="_compute_about")
    currency_id = fields.Many2one("res.currency", compute="_compute_about")
    amount = fields.Monetary(help="Tax excluded.")
    reason_code = fields.Selection(REASON_LABELS, string="Why", default="other")
    reason = fields.Text(string="In Our Words")
    credit_bill_id = fields.Many2one(
        "logistics.freight.bill",
        string="Credit Memo",
        domain="[('kind', '=', 'credit'), ('carrier_id', '=', carrier_id), "
        "('company_id', '=', company_id), ('state', 'in', ('new', 'checked'))]",
    )

    @api.depends("deed")
    def _compute_explanation(self):
        texts = {
            "contest": self.env._(
                "The amount leaves the cost and is not paid before the carrier "
                "answers. Concede undoes it."
            ),
            "concede": self.env._(
                "The amount becomes expense and may be paid, once somebody else "
                "agrees. It cannot be disputed again."
            ),
            "short_pay": self.env._(
                "The amount is finally not paid. Only for carriers whose terms allow "
                "it."
            ),
            "credit": self.env._(
                "The credit memo settles the dispute when it is posted."
            ),
        }
        for dialog in self:
            dialog.explanation = texts.get(dialog.deed, "")

    @api.depends("dispute_id", "line_id")
    def _compute_about(self):
        for dialog in self:
            about = dialog.dispute_id or dialog.line_id
            dialog.carrier_id = about.carrier_id
            dialog.company_id = about.company_id
            dialog.currency_id = about.currency_id

    @api.model
    def _window(self, deed, dispute=None, line=None, amount=0.0):
        """Return the window that asks for a decision.

        :param str deed: A value of `deed`.
        :param logistics.freight.dispute dispute: What is decided about.
        :param logistics.freight.bill.line line: What is contested.
        :param float amount: The amount it begins with.
        :rtype: dict
        """
        labels = dict(self._fields["deed"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": labels[deed],
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_deed": deed,
                "default_dispute_id": dispute.id if dispute else False,
                "default_line_id": line.id if line else False,
                "default_amount": amount,
            },
        }

    def action_confirm(self):
        """Do it; the methods behind it check the rights.

        :raise UserError: When it cannot be done.
        """
        self.ensure_one()
        window = getattr(self, f"_do_{self.deed}")()
        return window or {"type": "ir.actions.act_window_close"}

    def _amount(self):
        return money(self.amount, self.currency_id)

    def _do_contest(self):
        dispute = self.env["logistics.freight.dispute"]._contest(
            self.line_id, self._amount(), self.reason_code, (self.reason or "").strip()
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": dispute._name,
            "res_id": dispute.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _do_concede(self):
        self.dispute_id._concede(self._amount(), self.reason)

    def _do_short_pay(self):
        self.dispute_id._short_pay(self._amount(), self.reason)

    def _do_credit(self):
        if not self.credit_bill_id:
            raise UserError(self.env._("Choose the credit memo."))
        self.dispute_id._link_credit(self.credit_bill_id)
