from odoo import models

from .payment_provider import CODE


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _send_refund_request(self):
        """Override of `payment`: tell the server, under the reference."""
        if self.provider_code != CODE:
            return super()._send_refund_request()
        answer = self._send_api_request(
            "POST", "/refunds", json={"key": self.reference, "amount": -self.amount}
        )
        self._process(CODE, answer)

    def _logistics_find_refund(self):
        """Override: the server knows what was made of each reference."""
        if self.provider_code != CODE:
            return super()._logistics_find_refund()
        answer = self._send_api_request(
            "GET", "/refunds", params={"key": self.reference}
        )
        return answer if answer["made"] else False

    def _extract_amount_data(self, payment_data):
        """Override of `payment`: the answer names no currency."""
        if self.provider_code != CODE:
            return super()._extract_amount_data(payment_data)
        return None

    def _apply_updates(self, payment_data):
        """Override of `payment`: what is made is done."""
        if self.provider_code != CODE:
            return super()._apply_updates(payment_data)
        self.provider_reference = payment_data["reference"]
        self._set_done()
