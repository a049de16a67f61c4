from odoo import api, fields, models
from odoo.exceptions import UserError


class LogisticsFreightLineMatch(models.TransientModel):
    """A person says which charge lines of a carrier's bill are about."""

    _name = "logistics.freight.line.match"
    _description = "Choose the Charge"

    line_ids = fields.Many2many(
        "logistics.freight.bill.line",
        "logistics_freight_line_match_rel",
        string="Lines",
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one("res.company", compute="_compute_bill")
    carrier_id = fields.Many2one("logistics.carrier", compute="_compute_bill")
    proposal_text = fields.Text(string="Could Be", compute="_compute_bill")
    charge_id = fields.Many2one(
        "logistics.charge", string="Freight Charge", required=True
    )

    @api.depends("line_ids")
    def _compute_bill(self):
        for dialog in self:
            dialog.company_id = dialog.line_ids.company_id[:1]
            dialog.carrier_id = dialog.line_ids.bill_id.carrier_id[:1]
            texts = dialog.line_ids.mapped("proposal_text")
            dialog.proposal_text = "\n".join(filter(None, texts))

    def action_confirm(self):
        """Take the chosen charge.

        :raise AccessError: For people outside finance.
        :raise UserError: When the lines are of several bills, or it does not fit.
        """
        self.ensure_one()
        if len(self.line_ids.bill_id) > 1:
            raise UserError(self.env._("Choose lines of one bill."))
        self.line_ids._take_charge(self.charge_id)
        self.line_ids.bill_id.sudo()._check()
        return {"type": "ir.actions.act_window_close"}
