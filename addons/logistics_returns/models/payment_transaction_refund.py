"""What providers say about refunds."""

from odoo import models


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    def _logistics_keeps_refund_keys(self):
        """Return whether a refund told twice with one reference is made once.

        Providers that promise it override this; of others an interrupted refund is
        unclear, and a person looks it up.

        :rtype: bool
        """
        self.ensure_one()
        return self.code == "demo"


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _logistics_find_refund(self):
        """Ask the provider for the refund that goes by the reference.

        Providers that can be asked override this.

        :return: What it says, as `_process` takes it; False when it knows none; None
            when it cannot be asked.
        :rtype: dict | bool | None
        """
        self.ensure_one()
        return None

    def _update_state(self, allowed_states, target_state, state_message):
        """Override of `payment`: a refund stands where its transaction stands."""
        changed = super()._update_state(allowed_states, target_state, state_message)
        children = changed.filtered(lambda one: one.operation == "refund")
        if children:
            refunds = (
                self.env["logistics.refund"]
                .sudo()
                .search([("transaction_id", "in", children.ids)])
            )
            refunds._follow_transaction()
            if refunds:
                refunds._wake()
        return changed
