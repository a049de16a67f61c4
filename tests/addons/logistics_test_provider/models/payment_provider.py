from odoo import fields, models

CODE = "logistics_test"


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    code = fields.Selection(
        selection_add=[(CODE, "Loopback")], ondelete={CODE: "set default"}
    )

    def _compute_feature_support_fields(self):
        """Override of `payment`: parts can be refunded."""
        super()._compute_feature_support_fields()
        self.filtered(lambda one: one.code == CODE).support_refund = "partial"

    def _build_request_url(self, endpoint, **kwargs):
        """Override of `payment`: the server of the test."""
        if self.code != CODE:
            return super()._build_request_url(endpoint, **kwargs)
        host = self.env["ir.config_parameter"].sudo().get_param("logistics_test.url")
        return f"{host}{endpoint}"

    def _parse_response_content(self, response, **kwargs):
        """Override of `payment`: it speaks JSON."""
        if self.code != CODE:
            return super()._parse_response_content(response, **kwargs)
        return response.json()

    def _parse_response_error(self, response):
        """Override of `payment`: it says why in plain text."""
        if self.code != CODE:
            return super()._parse_response_error(response)
        return response.text
