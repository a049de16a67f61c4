from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..readers import LAYOUTS


class LogisticsFreightBillImport(models.TransientModel):
    """Finance hands in the files of carriers' bills."""

    _name = "logistics.freight.bill.import"
    _description = "Import Carrier Bills"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Whose bills they are where the account number does not say it.",
    )
    carrier_id = fields.Many2one(
        "logistics.carrier",
        help="Whose bills they are where the account number does not say it.",
    )
    layout = fields.Selection(
        list(LAYOUTS.items()), help="Leave it empty: the layout is found out."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")

    def action_import(self):
        """Take up the bills of the files and show what came of each.

        :raise UserError: Without a file.
        :raise AccessError: For a company the user does not work in.
        """
        self.ensure_one()
        Bill = self.env["logistics.freight.bill"]
        Bill._check_finance()
        if not self.attachment_ids:
            raise UserError(self.env._("Choose at least one file."))
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._("You do not work in %s.", self.company_id.sudo().name)
            )
        files = self.env["logistics.freight.bill.file"]
        for attachment in self.attachment_ids:
            files |= Bill._import(
                attachment.raw or b"",
                company=self.company_id,
                filename=attachment.name,
                layout=self.layout or None,
                carrier=self.carrier_id,
            )
        # What is kept belongs to the file that was received.
        self.attachment_ids.filtered(lambda one: one.res_model == self._name).unlink()
        return files.with_env(self.env)._result_window()
