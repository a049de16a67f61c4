"""What payments can carry back, and what providers say about refunds."""

from odoo import models
from odoo.tools import SQL

from odoo.addons.logistics_events import ledger

from .. import refund_plan
from .logistics_refund import LIVE_STATES


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
            (children - refunds.transaction_id)._logistics_count_refunds()
        return changed

    def _logistics_touch(self):
        """Lock the payments before what is left of them is read.

        The touch makes a second worker with an older snapshot fail and start again.
        """
        if self:
            self.env.execute_query(
                SQL(
                    "UPDATE payment_transaction SET write_date = write_date "
                    "WHERE id IN (SELECT id FROM payment_transaction "
                    "WHERE id = ANY(%s) ORDER BY id FOR UPDATE) RETURNING id",
                    list(self.ids),
                )
            )
            self.invalidate_recordset()

    def _logistics_source(self):
        """Return what can be paid back of a payment; None where its provider cannot.

        :rtype: refund_plan.Source | None
        """
        self.ensure_one()
        method = self.payment_method_id
        method = method.primary_payment_method_id or method
        able = {self.provider_id.support_refund, method.support_refund}
        if "none" in able or False in able:
            return None
        own = (
            self.env["logistics.refund"]
            .sudo()
            .search([("source_id", "=", self.id), ("state", "in", LIVE_STATES)])
        )
        others = self.child_transaction_ids.filtered(
            lambda child: child.state not in ("cancel", "error")
        )
        if any(child.operation != "refund" for child in others):
            # Captured in parts: each part is a payment of its own.
            return None
        others = others.filtered(lambda child: child not in own.transaction_id)
        refunded = sum(
            (ledger.quantity(one.amount) for one in own), refund_plan.ZERO
        ) - sum((ledger.quantity(child.amount) for child in others), refund_plan.ZERO)
        captured = ledger.quantity(self.amount)
        if self.payment_id:
            left = ledger.quantity(self.payment_id.amount_available_for_refund)
            refunded = max(refunded, captured - left)
        return refund_plan.Source(
            self.id, captured, refunded, partial="full_only" not in able
        )
