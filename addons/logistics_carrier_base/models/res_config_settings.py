from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    logistics_metrics_url = fields.Char(
        string="Metrics Address", compute="_compute_logistics_metrics"
    )
    logistics_has_metrics = fields.Boolean(compute="_compute_logistics_metrics")

    def _compute_logistics_metrics(self):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        is_open = self.env["logistics.metric"]._has_token()
        for settings in self:
            settings.logistics_metrics_url = f"{base}/logistics/metrics"
            settings.logistics_has_metrics = is_open

    # === ACTIONS === #

    def action_logistics_metrics_token(self):
        """Make a token for the metrics and show it this once; an older one stops.

        :raise AccessError: For anybody but administrators.
        """
        # By way of the context: the dialog is never saved, so the text is nowhere kept.
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Metrics Token"),
            "res_model": "logistics.metrics.token.show",
            "view_mode": "form",
            "target": "new",
            "context": {"default_value": self.env["logistics.metric"]._new_token()},
        }

    def action_logistics_metrics_close(self):
        """Close the metrics to everybody; a new token opens them again.

        :raise AccessError: For anybody but administrators.
        """
        self.env["logistics.metric"]._remove_token()
        return {"type": "ir.actions.client", "tag": "reload"}
