from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_personal_days = fields.Integer(
        related="company_id.logistics_personal_days", readonly=False
    )
    logistics_document_years = fields.Integer(
        related="company_id.logistics_document_years", readonly=False
    )
    logistics_legal_hold = fields.Boolean(
        related="company_id.logistics_legal_hold", readonly=False
    )

    # === ACTIONS === #

    def action_logistics_erasure_count(self):
        """Count what the times set here would erase, and erase nothing.

        :return: The action that shows the count; its button erases.
        :rtype: dict
        """
        Erasure = self.env["logistics.erasure"]
        Erasure.check_access("create")
        erasure_sudo = Erasure.sudo().create(
            {
                "company_id": self.company_id.id or self.env.company.id,
                "kind": "schedule",
            }
        )
        erasure_sudo.with_env(self.env).action_count()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Is Due"),
            "res_model": "logistics.erasure",
            "res_id": erasure_sudo.id,
            "view_mode": "form",
        }
