from odoo import api, fields, models
from odoo.exceptions import UserError

# What can be done with a reason: model and method, each of which checks the rights.
DEEDS = {
    "ignore_exception": ("logistics.exception", "action_ignore"),
    "keep_as_is": ("logistics.effect", "_keep_as_is"),
    "refuse_approval": ("logistics.approval", "action_refuse"),
    "withdraw_proof": ("logistics.proof", "action_withdraw"),
    "withdraw_event": ("logistics.event", "action_withdraw"),
    "put_back_event": ("logistics.event", "action_put_back"),
    "undo_remedy": ("logistics.remedy", "action_undo"),
    "withdraw_claim": ("logistics.claim", "action_withdraw"),
}


class LogisticsReason(models.TransientModel):
    """A person says why, and only then something is done."""

    _name = "logistics.reason"
    _inherit = "logistics.deed.mixin"
    _description = "Reason"

    deed = fields.Selection(
        [
            ("ignore_exception", "Ignore"),
            ("keep_as_is", "Keep as Is"),
            ("refuse_approval", "Refuse"),
            ("withdraw_proof", "Withdraw the Proof"),
            ("withdraw_event", "Withdraw the Event"),
            ("put_back_event", "Put the Event Back"),
            ("undo_remedy", "Undo"),
            ("withdraw_claim", "Withdraw the Claim"),
        ],
        required=True,
        readonly=True,
        string="Action",
    )
    reason = fields.Text(required=True, string="Why")

    @api.model
    def _deeds(self):
        """Implementation of `logistics.deed.mixin`; each method takes the reason."""
        return dict(DEEDS)

    @api.model
    def _explanations(self):
        """Implementation of `logistics.deed.mixin`."""
        return {
            "ignore_exception": self.env._(
                "The exception leaves the list for good, and a repeat opens a new one. "
                "Reopen undoes it."
            ),
            "keep_as_is": self.env._(
                "What was changed by hand stays, and nothing more is made here. "
                "Follow the Events Again undoes it."
            ),
            "refuse_approval": self.env._(
                "The action is not taken until the tracking events ask for something "
                "else. Who asked for it can change what they ask for."
            ),
            "withdraw_proof": self.env._(
                "The proof and the delivery it stated no longer count; what followed "
                "from them is taken back or proposed for credit. Recording the proof "
                "again undoes it."
            ),
            "withdraw_event": self.env._(
                "The event no longer counts; what followed from it is taken back or "
                "proposed for credit. Put Back undoes it."
            ),
            "put_back_event": self.env._(
                "The event counts again, with all that follows from it. Withdraw "
                "undoes it."
            ),
            "undo_remedy": self.env._(
                "What was done is taken back, and the exception returns while its "
                "cause stands. Doing it again undoes this."
            ),
            "withdraw_claim": self.env._(
                "Nothing is claimed any more. Reopen on the claim undoes it."
            ),
        }

    @api.model
    def _deeds_with_money(self):
        """Return the deeds of which documents may follow.

        :rtype: set[str]
        """
        return {"withdraw_proof", "withdraw_event", "put_back_event"}

    @api.model
    def _dialog(self, deed, records):
        """Return the window that asks for the reason of a deed.

        :param str deed: A key of `_deeds`.
        :param records: What it is done with.
        """
        return self._window_of(
            deed,
            context={
                "default_deed": deed,
                "default_res_ids": records.ids,
                "default_impact": self._impact(deed, records),
            },
        )

    @api.model
    def _impact(self, deed, records):
        """Say how many documents and how much money would follow from a deed.

        :rtype: str
        """
        if deed not in self._deeds_with_money():
            return ""
        act = self._act_of(deed, records)
        Effect = self.env["logistics.effect"]
        return Effect._trial_text(Effect._trial(lambda: act(self.env._("Trial"))))

    def action_confirm(self):
        """Do it, with the reason; whoever must be told then is told in a next window.

        :raise UserError: Without a reason.
        """
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why."))
        window = self._do(self.reason.strip())
        if isinstance(window, dict):
            return window
        return {"type": "ir.actions.act_window_close"}
