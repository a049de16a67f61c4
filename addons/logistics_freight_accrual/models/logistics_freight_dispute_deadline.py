"""The carrier's deadline: people are told in time, and told what it costs when over."""

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.logistics_events.attempt import attempted
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES
from odoo.addons.logistics_events.tracing import get_logger

from ..dispute_clock import ALERT_DAYS
from .logistics_freight_dispute import UNDECIDED
from .money import money

_logger = get_logger(__name__)

CATEGORY = "tolerance"
ACTIVITY = "mail.mail_activity_data_todo"


class LogisticsFreightDispute(models.Model):
    _inherit = "logistics.freight.dispute"

    # === CRONS === #

    @api.model
    def _cron_watch_deadlines(self):
        """Tell people about deadlines, each stage once; a lost right proposes the
        expense. What was decided meanwhile and is not posted is posted.
        """
        Cron = self.env["ir.cron"]
        # A day more: it may be tomorrow already where a company is.
        until = fields.Date.add(fields.Date.today(), days=ALERT_DAYS + 1)
        disputes = self.search(
            [("state", "in", UNDECIDED), ("deadline", "<=", until)],
            order="deadline, id",
        )
        Cron._commit_progress(remaining=len(disputes) + 1)
        for dispute in disputes:
            with attempted(self.env) as attempt:
                dispute._watch_deadline()
            if attempt.error is not None:
                _logger.error(
                    "The deadline of %s is not watched",
                    dispute.name,
                    exc_info=attempt.error,
                )
            if not Cron._commit_progress(1):
                return
        self._cron_settle()
        Cron._commit_progress(1)

    @api.model
    def _cron_settle(self):
        """Post what was decided while a bill or a period stood in its way; a charge
        that is held or still locked keeps no other one waiting.
        """
        disputes = self.search([("is_unsettled", "=", True)])
        for charge in disputes.charge_id.sudo():
            with attempted(self.env) as attempt:
                charge._settle()
            if attempt.error is not None:
                _logger.warning(
                    "What was decided about charge %s is not posted yet: %s",
                    charge.id,
                    attempt.error,
                )

    # === BUSINESS METHODS === #

    def _watch_deadline(self):
        """Tell people what the day asks for, unless they were told."""
        self.ensure_one()
        dispute = self.sudo().with_company(self.company_id)
        today = dispute.company_id._logistics_today()
        urgency = dispute._clock().urgency(today)
        if not urgency or urgency == dispute.urgency:
            return
        dispute.urgency = urgency
        text = dispute._deadline_text(today)
        self.env["logistics.exception"]._open(
            CATEGORY,
            dispute,
            text,
            company=dispute.company_id,
            shipment=dispute.shipment_id,
            amount=dispute._own(money(dispute.open_amount, dispute.currency_id)),
            key="deadline",
        )
        if urgency == "escalated":
            dispute._escalate(text)
        elif urgency == "lost":
            dispute._lose_right(text)

    def _deadline_text(self, today):
        """Return what people are told of the deadline.

        :param date today: The day at the company.
        :rtype: str
        """
        self.ensure_one()
        words = {
            "dispute": self.display_name,
            "day": format_date(self.env, self.deadline),
            "amount": self.currency_id.format(self.open_amount),
            "left": self._clock().left(today),
        }
        if words["left"] < 0:
            return self.env._(
                "%(dispute)s: the carrier took disputes until %(day)s. %(amount)s is "
                "proposed as expense.",
                **words,
            )
        if self.sent_at:
            return self.env._(
                "%(dispute)s: %(amount)s is undecided, and the carrier's deadline is "
                "%(day)s, in %(left)s days.",
                **words,
            )
        return self.env._(
            "%(dispute)s: %(amount)s was never sent to the carrier, whose deadline is "
            "%(day)s, in %(left)s days.",
            **words,
        )

    def _escalate(self, text):
        """Give the dispute to whoever is responsible, for today."""
        self.ensure_one()
        self.activity_schedule(
            ACTIVITY,
            date_deadline=self.company_id._logistics_today(),
            summary=text,
            user_id=self.user_id.id or self.env.uid,
        )
        self._message_log(body=text)

    def _lose_right(self, text):
        """Note that the right to contest is lost, and propose the expense."""
        self.ensure_one()
        self.write({"is_right_lost": True, "state": "expired"})
        self._message_log(body=text)
        self._propose_expense()

    def _propose_expense(self):
        """Ask people to concede what can no longer be contested.

        :return: The action that waits for them; empty when a decision waits already.
        :rtype: logistics.effect
        """
        self.ensure_one()
        if self._steps().filtered(lambda step: step.state in OPEN_STATES):
            return self.env["logistics.effect"]
        return self._ask(
            "concede",
            money(self.open_amount, self.currency_id),
            self.env._(
                "The right to contest was lost on %s.",
                format_date(self.env, self._clock().deadline),
            ),
        )

    def _solve_deadline(self):
        """Close what people were told of the deadline: the dispute is decided."""
        self.ensure_one()
        if self.urgency:
            self.env["logistics.exception"]._solve(
                CATEGORY, self, self.env._("The dispute is decided."), key="deadline"
            )
            self.sudo().activity_unlink([ACTIVITY])
