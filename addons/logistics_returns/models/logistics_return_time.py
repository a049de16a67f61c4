"""Goods that do not come: a reminder, and some days later the end, by itself."""

import logging
from datetime import timedelta, timezone

from odoo import api, fields, models

from odoo.addons.logistics_events.attempt import attempted, in_batches
from odoo.addons.logistics_events.models.ledger import insert_all_once, trusted
from odoo.addons.logistics_events.zones import known_zone

from .logistics_policy_trouble import LAPSE, REMIND
from .logistics_return_portal import UNDELIVERED

_logger = logging.getLogger(__name__)

ACTIVITY = "logistics_returns.mail_activity_type_overdue"
MILESTONE = "return_overdue"
BATCH_SIZE = 100
# From one of these on the goods have their days to come.
_STARTS = ("approved", "label_sent", "reopened")
# The customer, or a carrier, still has goods of these.
_WAITED_FOR = ("approved", "label_sent", "in_transit", "received", "inspected")
# What a carrier has is lost or comes; time alone does not end it.
_MAY_LAPSE = ("approved", "label_sent", "inspected")


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    deadline_from = fields.Datetime(
        readonly=True, copy=False, help="Since when the days of the deadline count."
    )
    deadline_worked = fields.Date(
        readonly=True, copy=False, help="The deadline as the days gave it."
    )
    reminded_at = fields.Datetime(string="Reminded", readonly=True, copy=False)
    reminded_for = fields.Date(
        readonly=True, copy=False, help="The deadline that was reminded of."
    )

    # === THE DEADLINE === #

    def _follow(self, positions):
        """Override: from a yes on the goods have their days; what came is no to-do."""
        result = super()._follow(positions)
        for one in positions:
            one._fill_deadline()
            if one.reminded_at and not one._is_waited_for():
                one._settle_reminder()
        return result

    def _fill_deadline(self):
        """Work out by when the goods are to come, once for each yes.

        A day that a person typed stays, unless it is over when the return is reopened.
        """
        self.ensure_one()
        days = self.company_id.sudo().logistics_return_wait_days
        if not days or self.state not in _WAITED_FOR:
            return
        told = self.fact_ids.filtered(lambda fact: fact.kind in _STARTS)
        last = max(told, key=lambda fact: (fact.at, fact.id), default=None)
        if last is None or last.at == self.deadline_from:
            return
        today = self.company_id._logistics_today()
        typed = self.deadline and self.deadline != self.deadline_worked
        if typed and not (last.kind == "reopened" and self.deadline < today):
            return
        day = self._day_of(last.at) + timedelta(days=days)
        if day < today:
            # What was approved before there were days gets all of them.
            day = today + timedelta(days=days)
        trusted(self).write(
            {"deadline": day, "deadline_worked": day, "deadline_from": last.at}
        )

    def _day_of(self, moment):
        """Return the day of an instant at the company of the return.

        :rtype: date
        """
        return self._day_in(self.company_id, moment)

    @api.model
    def _day_in(self, company, moment):
        """Return the day of an instant at a company.

        :param res.company company: Where.
        :param datetime moment: Naive UTC.
        :rtype: date
        """
        zone = known_zone(company.partner_id.tz) or timezone.utc
        return moment.replace(tzinfo=timezone.utc).astimezone(zone).date()

    def _is_waited_for(self):
        """Return whether goods are still to come.

        :rtype: bool
        """
        self.ensure_one()
        return self.state in _WAITED_FOR and any(
            line.expected_quantity > 0 for line in self.line_ids
        )

    def _is_overdue(self):
        """Return whether goods did not come by their day.

        :rtype: bool
        """
        self.ensure_one()
        today = self.company_id._logistics_today()
        return bool(self.deadline and self.deadline < today and self._is_waited_for())

    def _lapses(self):
        """Return whether the return is to end by itself now.

        Never where goods or credits wait, or what was credited ahead did not come.

        :rtype: bool
        """
        self.ensure_one()
        days = self.company_id.sudo().logistics_return_lapse_days
        if (
            not days
            or self.state not in _MAY_LAPSE
            or not self.reminded_at
            or self.reminded_for != self.deadline
            or not self._is_overdue()
        ):
            return False
        end = self._day_of(self.reminded_at) + timedelta(days=days)
        if end > self.company_id._logistics_today():
            return False
        position = self._position()
        return (
            not position.held
            and not self._still_let_go("goodwill") > 0
            and not any(
                line.waiting or line.creditable != line.credited
                for line in position.lines.values()
            )
        )

    # === WHAT THE CLOCK SAYS === #

    @api.model
    def _cron_watch_deadlines(self):
        """Remind of goods that did not come, and close what nobody sends any more."""
        due = self._find_due()
        in_batches(due, BATCH_SIZE, lambda batch: batch._watch_deadlines())

    @api.model
    def _find_due(self):
        """Return the returns whose days may be over, or are not worked out yet.

        :rtype: logistics.return
        """
        companies = (
            self.env["res.company"]
            .sudo()
            .search([("logistics_return_wait_days", ">", 0)])
        )
        # No company is a whole day ahead of the clock.
        tomorrow = fields.Date.today() + timedelta(days=1)
        return self.sudo().search(
            [
                ("company_id", "in", companies.ids),
                ("state", "in", _WAITED_FOR),
                ("line_ids.expected_quantity", ">", 0),
                "|",
                ("deadline", "=", False),
                ("deadline", "<", tomorrow),
            ],
            order="id",
        )

    def _watch_deadlines(self):
        """Tell the ledger of actions what is due, all together or else singly."""
        with attempted(self.env) as together:
            self._wish_by_time()
        if together.error is None:
            return
        for one in self:
            with attempted(self.env) as alone:
                one._wish_by_time()
            if alone.error is not None:
                _logger.error(
                    "The deadline of return %s failed", one.id, exc_info=alone.error
                )

    def _wish_by_time(self):
        self._lock()
        self.invalidate_recordset()
        for one in self:
            one._fill_deadline()
        due = {
            REMIND: self.filtered(
                lambda one: one._is_overdue() and one.reminded_for != one.deadline
            ),
            LAPSE: self.filtered(lambda one: one._lapses()),
        }
        wishes = []
        for action, returns in due.items():
            policies = self.env["logistics.policy"]._match_many(action, returns)
            wishes += [
                one._wish_of_time(action, policy) for one, policy in policies.items()
            ]
        self.env["logistics.effect"]._desire(wishes)

    def _wish_of_time(self, action, policy):
        self.ensure_one()
        return {
            "company": self.company_id,
            "record": self,
            "action": action,
            # Another deadline is another reminder, and another end.
            "key": f"deadline/{fields.Date.to_string(self.deadline)}",
            "desired": 1,
            "shipment": self.shipment_ids[:1],
            "order": self.order_ids[:1],
            "policy": policy,
            "approvers": 0,
            "inputs": {"return": self.name},
        }

    # === REMINDER AND END === #

    def _remind(self):
        """Remind the responsible and, where that mail is on, the customer; once for
        each deadline.

        :return: Whether there was something to remind of.
        :rtype: bool
        """
        self.ensure_one()
        if not self._is_overdue() or self.reminded_for == self.deadline:
            return False
        text = self.env._(
            "%(return)s: the goods did not come by %(day)s.",
            day=self._day_text(self.deadline),
            **{"return": self.name},
        )
        user = self._responsible()
        if user:
            self.activity_schedule(ACTIVITY, summary=text, user_id=user.id)
        else:
            self.env["logistics.exception"]._open(
                "no_news", self, text, order=self._only_order(), key="overdue"
            )
        trusted(self).write(
            {"reminded_at": fields.Datetime.now(), "reminded_for": self.deadline}
        )
        self.env["logistics.customer.mail"].sudo()._plan_reminder(self)
        return True

    def _only_order(self):
        """Return the sales order of the goods, none when there are several."""
        return self.order_ids if len(self.order_ids) == 1 else self.order_ids.browse()

    def _responsible(self):
        """Return who looks after the return, empty when nobody does.

        :rtype: res.users
        """
        self.ensure_one()
        approved = self.fact_ids.filtered(lambda fact: fact.kind == "approved")
        candidates = self.user_id | self.order_ids.user_id | approved.user_id
        return candidates.filtered(
            lambda user: (
                user.active
                and not user.share
                and not user._is_superuser()
                and self.company_id in user.company_ids
            )
        )[:1]

    def _settle_reminder(self):
        """Tick the reminder off: nothing is to come any more."""
        self.ensure_one()
        self.activity_feedback([ACTIVITY])
        self.env["logistics.exception"]._solve(
            "no_news", self, self.env._("Nothing is to come any more."), key="overdue"
        )
        trusted(self).write({"reminded_at": False})

    def _lapse(self):
        """End the return by itself; Reopen undoes it and gives a new deadline.

        :return: Whether it ended.
        :rtype: bool
        """
        self.ensure_one()
        if not self._lapses():
            return False
        note = self.env._(
            "Nothing came by %(day)s and after the reminder: closed by itself. No "
            "money moves.",
            day=self._day_text(self.deadline),
        )
        ref = f"time/{fields.Date.to_string(self.deadline)}"
        self._say("closed", ref, at=self._answer_time(), note=note)
        self._message_log(body=note)
        return True


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _returns_by_time(self):
        """Return the returns of the steps, locked, as they stand now."""
        returns = self.env["logistics.return"].sudo().browse(self.mapped("res_id"))
        returns._lock()
        returns.invalidate_recordset()
        return returns

    def _run_remind(self):
        """Remind of goods that did not come; what came meanwhile needs no reminder."""
        for step, one in zip(self, self._returns_by_time(), strict=True):
            step._note_by_time(step.quantity < 0 or one._remind())

    def _run_lapse(self):
        """Close returns that nothing came of; what came meanwhile stays open."""
        for step, one in zip(self, self._returns_by_time(), strict=True):
            step._note_by_time(step.quantity < 0 or one._lapse())

    def _note_by_time(self, done):
        """Note that a step was taken, or that it is no longer called for."""
        if done:
            self._mark_done()
        else:
            self._set_state("superseded")


class LogisticsCustomerMail(models.Model):
    _inherit = "logistics.customer.mail"

    @api.model
    def _plan_reminder(self, one):
        """Note the mail that asks a customer for the goods, once for each return.

        :param logistics.return one: Whose goods did not come.
        """
        on = self.env["logistics.customer.mail.setting"]._on(one.company_id)
        # What a carrier has, or could not hand over, the customer cannot send.
        if (
            (one.company_id.id, MILESTONE) not in on
            or one.state == "in_transit"
            or one.kind in UNDELIVERED
        ):
            return
        now = fields.Datetime.now()
        insert_all_once(
            self,
            [
                {
                    "logistics_return_id": one.id,
                    "company_id": one.company_id.id,
                    "milestone": MILESTONE,
                    "happened_at": now,
                    "state": "waiting",
                    "decided_at": now,
                }
            ],
        )
        one.invalidate_recordset(["customer_mail_ids"], flush=False)
        self._wake()
