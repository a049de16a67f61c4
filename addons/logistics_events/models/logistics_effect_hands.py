"""Hands on the record: a person's act on a document is a decision, never undone."""

from odoo import models
from odoo.exceptions import UserError

from .. import ledger
from .logistics_effect import OPEN_STATES


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _note_hand(self, record_state):
        """Note what a person did to a document of these steps.

        Posting a draft is what the draft was made for, and opens no exception.

        :param str record_state: A value of `record_state`.
        """
        steps = self.sudo().filtered(lambda step: step.state == "done")
        for step in steps:
            if step.record_state == record_state:
                continue
            step._set_state("done", record_state=record_state)
            if record_state == "posted":
                continue
            self.env["logistics.exception"]._open(
                "changed_by_hand",
                step,
                step._hand_text(record_state),
                shipment=step.shipment_id,
                order=step.order_id,
                effect=step,
                amount=step.amount,
                key=step.id,
            )

    def _hand_text(self, record_state):
        self.ensure_one()
        document = ", ".join(self.invoice_ids.mapped("display_name")) or self.key
        return {
            "reset": self.env._("%s was reset to draft by hand.", document),
            "cancelled": self.env._("%s was cancelled by hand.", document),
            "edited": self.env._("%s was edited by hand.", document),
            "reversed": self.env._("%s was reversed by hand.", document),
            "deleted": self.env._("%s was deleted by hand.", document),
        }[record_state]

    def _make_again(self):
        """Take the step once more: the old one no longer counts, the next one does
        what the facts ask for.

        :return: The new open steps.
        :rtype: logistics.effect
        :raise UserError: When nothing was changed by hand.
        """
        self._check_may_decide()
        steps = self.sudo()
        if any(
            step.state != "done" or step.record_state in (False, "posted")
            for step in steps
        ):
            raise UserError(self.env._("Nothing of this action was changed by hand."))
        opened = self.sudo().browse()
        for step in steps:
            wish = step._same_wish()
            step._set_state("compensated")
            step._solve_hand(self.env._("Made again by %s.", self.env.user.name))
            opened |= self.sudo()._desire([wish])
        return opened

    def _keep_as_is(self, reason):
        """Leave what a person did and ask for nothing more under this key.

        :param str reason: Why; kept on the step.
        :raise UserError: Without a reason.
        """
        self._check_may_decide()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is kept as it is."))
        for step in self.sudo():
            step._set_state(step.state, pinned=True, pin_reason=reason)
            step._solve_hand(self.env._("Kept as is: %s", reason))
        return True

    def _unpin(self):
        """Undo `_keep_as_is`: the facts count again."""
        self._check_may_decide()
        for step in self.sudo().filtered("pinned"):
            step._set_state(step.state, pinned=False, pin_reason=False)
        return True

    def _solve_hand(self, solution):
        self.env["logistics.exception"].sudo()._solve(
            "changed_by_hand", self, solution, key=self.id
        )

    def _same_wish(self):
        """Return what is wished under the key of this step, to be asked for once more.

        Other steps may have followed: their part stands, only this one is missing once
        it no longer counts, and what is still open beside it.

        :rtype: dict
        """
        self.ensure_one()
        standing = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("res_model", "=", self.res_model),
                ("res_id", "=", self.res_id),
                ("action", "=", self.action),
                ("key", "=", self.key),
                ("observed", "=", False),
                ("state", "in", ("done", *OPEN_STATES)),
            ]
        )
        missing = self | standing.filtered(lambda step: step.state in OPEN_STATES)
        desired = standing._total()
        value = sum(
            step.amount if step.quantity > 0 else -step.amount for step in missing
        )
        # The next step has its share of the whole: just what is missing.
        share = missing._total() / desired if desired else 1
        return {
            "company": self.company_id,
            "record": self.env[self.res_model].browse(self.res_id),
            "action": self.action,
            "key": self.key,
            "desired": desired,
            "uom": self.uom_id,
            "amount": abs(value / float(share)) if share else 0.0,
            "currency": self.currency_id,
            "shipment": self.shipment_id,
            "order": self.order_id,
            "policy": self.policy_id,
            "event_id": self.event_id.id,
            "inputs": self.inputs,
            "approvers": max(missing.mapped("approvers_needed")),
            "force_mode": "on",
        }

    def _total(self):
        """Return what the steps add up to, exactly.

        :rtype: Decimal
        """
        return sum((step._decimal() for step in self), ledger.quantity(0))
