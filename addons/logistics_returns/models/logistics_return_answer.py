"""What a person answers to a return: yes, no, the label, the end, and again."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ANSWER_GROUPS = (
    "logistics_events.logistics_events_group_user",
    "logistics_events.logistics_events_group_finance",
)
# In which states each answer makes sense.
_STATES = {
    "approved": ("requested", "refused"),
    "refused": ("requested", "approved", "label_sent", "in_transit"),
    "label_sent": ("approved",),
    "label_again": ("approved", "label_sent"),
    "closed": (
        "requested",
        "approved",
        "label_sent",
        "in_transit",
        "inspected",
        "credited",
        "refunded",
    ),
    "reopened": ("closed", "refused"),
}


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    # === ACTIONS === #

    def action_approve(self):
        """Say that the goods may come back; Refuse undoes it.

        :raise UserError: When that is no question of the return any more.
        """
        self._answer("approved")

    def action_refuse(self, reason):
        """Say that the goods are not taken back; Approve or Reopen undoes it.

        :param str reason: Why; kept, and not shown to the customer.
        :raise UserError: Without a reason, or when it is no question any more.
        """
        self._answer("refused", self._said(reason))

    def action_send_label(self):
        """Book the way back where the carrier can, else say that the label is sent.

        What is booked counts as sent when the label is there; asked again, another
        label takes its place. Close ends what is expected of it, and cancels it.

        :return: A notification where a label is being made.
        :rtype: dict | None
        :raise UserError: When the return is not approved.
        """
        self._check_answer("label_again")
        booked = self.filtered(lambda one: one._logistics_book_return())
        if rest := self - booked:
            rest._answer("label_sent")
        if not booked:
            return None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The label is booked, and attached to the return in a moment."
                ),
            },
        }

    def action_close(self, reason):
        """Expect nothing more; Reopen undoes it.

        :param str reason: Why; kept.
        :raise UserError: Without a reason, or while goods wait to be inspected.
        """
        self._answer("closed", self._said(reason))

    def action_reopen(self):
        """Undo a refusal or the end; Close or Refuse undoes it.

        :raise UserError: When the return is neither refused nor closed.
        """
        self._answer("reopened")

    def action_refuse_dialog(self):
        """Ask why the goods are not taken back."""
        return self.env["logistics.reason"]._dialog("refuse_return", self)

    def action_close_dialog(self):
        """Ask why nothing more is expected."""
        return self.env["logistics.reason"]._dialog("close_return", self)

    # === BUSINESS METHODS === #

    @api.model
    def _said(self, reason):
        """Return a reason without blanks around it.

        :raise UserError: When there is none.
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why."))
        return reason

    @api.model
    def _check_may_answer(self):
        """Check who answers returns.

        :raise AccessError: For anybody but operations and finance.
        """
        if not self.env.su and not any(
            self.env.user.has_group(group) for group in ANSWER_GROUPS
        ):
            raise AccessError(
                self.env._("Only logistics users and finance answer returns.")
            )

    def _check_answer(self, kind):
        """Check that a person may say this of the returns, as they stand now.

        :param str kind: One of the answers, a kind of fact.
        :raise AccessError: For people without the right.
        :raise UserError: When one of the returns stands elsewhere.
        """
        self._check_may_answer()
        self.check_access("write")
        self.sudo()._lock()
        states = dict(self._fields["state"]._description_selection(self.env))
        for one in self:
            if one.state not in _STATES[kind]:
                raise UserError(
                    self.env._(
                        "%(name)s is “%(state)s”: that cannot be answered now.",
                        name=one.name,
                        state=states[one.state],
                    )
                )

    def _answer(self, kind, reason=None):
        """Say something of whole returns, later than all that was answered before.

        :param str kind: One of the answers, a kind of fact.
        :param str reason: Why, if it was asked.
        """
        self._check_answer(kind)
        self._say_many(
            [
                (
                    one,
                    kind,
                    f"person/{len(one.sudo().fact_ids)}",
                    {"at": one._answer_time(), "note": reason, "user": self.env.user},
                )
                for one in self
            ]
        )
        if reason:
            for one in self.sudo():
                one._message_log(body=reason)

    def _answer_time(self):
        """Return now, or just after the last answer of the same second.

        :return: Naive UTC.
        :rtype: datetime
        """
        self.ensure_one()
        answers = self.sudo().fact_ids.filtered(lambda fact: fact.kind in _STATES)
        now = fields.Datetime.now()
        return max([now, *(at + timedelta(seconds=1) for at in answers.mapped("at"))])
