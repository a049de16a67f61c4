"""What partners were asked to push, and for how long they will."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import vocabulary

from .. import subscription
from ..exceptions import CallsPaused, CarrierRejected, CarrierUnavailable

_logger = logging.getLogger(__name__)

TARGETS_PER_RUN = 400
_FINAL = sorted(vocabulary.FINAL_STATES)
_NEW_NUMBERS = """
    SELECT DISTINCT p.tracking_key FROM logistics_parcel p
     WHERE p.closed_at IS NULL AND p.company_id = ANY(%(companies)s)
       AND (%(any)s OR p.carrier_id = ANY(%(carriers)s))
       AND COALESCE(p.state, '') <> ALL(%(final)s)
       AND NOT EXISTS (SELECT FROM logistics_subscription s
                        WHERE s.connection_id = %(connection)s
                          AND s.target = p.tracking_key AND s.state <> 'ended')
     LIMIT %(limit)s
"""
_END_NUMBERS = """
    UPDATE logistics_subscription s SET state = 'ended', renew_at = NULL
     WHERE s.connection_id = %(connection)s AND s.state <> 'ended' AND s.target <> ''
       AND NOT EXISTS (SELECT FROM logistics_parcel p
                        WHERE p.tracking_key = s.target AND p.closed_at IS NULL
                          AND p.company_id = ANY(%(companies)s)
                          AND COALESCE(p.state, '') <> ALL(%(final)s))
"""


class LogisticsSubscription(models.Model):
    """One thing a partner pushes because it was asked to: an account or a number."""

    _name = "logistics.subscription"
    _description = "Subscription"
    _order = "expires_at, id"
    _rec_name = "target"

    connection_id = fields.Many2one(
        "logistics.connection", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    target = fields.Char(
        string="Number",
        default="",
        help="Empty for everything the account reports.",
    )
    reference = fields.Char(string="Partner's Reference")
    state = fields.Selection(
        [("active", "Active"), ("failed", "Failed"), ("ended", "Ended")],
        string="Status",
        required=True,
        default="active",
    )
    made_at = fields.Datetime(string="Last Renewed")
    expires_at = fields.Datetime(string="Valid Until")
    renew_at = fields.Datetime(string="Renewed Next")
    failures = fields.Integer()
    error = fields.Char()

    _target_uniq = models.UniqueIndex(
        "(connection_id, target)", "This is subscribed to already."
    )
    _renew_idx = models.Index("(connection_id, renew_at) WHERE state <> 'ended'")

    @api.model
    def _cron_renew(self):
        """Subscribe to what is new, renew what ends soon, end what nobody wants."""
        Cron = self.env["ir.cron"]
        connections = (
            self.env["logistics.connection"]
            .with_context(active_test=False)
            .search(
                [
                    "|",
                    ("keep_subscribed", "=", True),
                    ("subscription_ids.state", "!=", "ended"),
                ]
            )
            .filtered("can_subscribe")
        )
        Cron._commit_progress(remaining=len(connections))
        for connection in connections:
            connection._renew_subscriptions()
            if not Cron._commit_progress(1):
                break

    def _note_made(self, made, now):
        """Store what a partner agreed to.

        :param dict[str, Subscribed] made: By target.
        """
        for row in self:
            agreed = made.get(row.target or "")
            if agreed is None:
                row._note_failure(self.env._("The partner did not confirm it."), now)
                continue
            row.write(
                {
                    "reference": agreed.reference,
                    "state": "active",
                    "made_at": now,
                    "expires_at": agreed.expires_at,
                    "renew_at": subscription.renew_at(now, agreed.expires_at),
                    "failures": 0,
                    "error": False,
                }
            )

    def _wait(self, error, now):
        """Ask when calls go on; nobody was asked, so nothing failed."""
        self.write({"renew_at": now + timedelta(seconds=error.retry_after)})

    def _note_failure(self, reason, now):
        for row in self:
            minutes = min(2 ** min(row.failures, 8), 240)
            row.write(
                {
                    "state": "failed",
                    "failures": row.failures + 1,
                    "error": reason[:500],
                    "renew_at": now + timedelta(minutes=minutes),
                }
            )


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    keep_subscribed = fields.Boolean(
        copy=False,
        readonly=True,
        help="The partner is asked to push, and asked again before it stops.",
    )
    subscription_ids = fields.One2many("logistics.subscription", "connection_id")
    can_subscribe = fields.Boolean(compute="_compute_can_subscribe")

    @api.depends("adapter")
    def _compute_can_subscribe(self):
        for connection in self:
            connection.can_subscribe = "subscribe" in connection._able()

    def _make_webhook_token(self):
        """Extend to tell the partner the new address."""
        result = super()._make_webhook_token()
        kept = self.sudo().filtered("keep_subscribed")
        if kept:
            kept.subscription_ids.filtered(lambda row: row.state != "ended").write(
                {"renew_at": fields.Datetime.now()}
            )
            kept._wake_renewal()
        return result

    # === ACTIONS === #

    def action_subscribe(self):
        """Let the partner push, and renew it in time; `action_unsubscribe` undoes it.

        :raise UserError: When the partner cannot, or has no address to push to.
        """
        self.ensure_one()
        self.check_access("write")
        if not self.can_subscribe:
            raise UserError(self.env._("This partner takes no subscriptions."))
        if not self._webhook_token():
            raise UserError(
                self.env._("There is no webhook address to give to the partner.")
            )
        self.sudo().keep_subscribed = True
        self._renew_now()
        return True

    def action_unsubscribe(self):
        """Let the partner stop pushing. `action_subscribe` undoes it."""
        self.ensure_one()
        self.check_access("write")
        self.sudo().keep_subscribed = False
        self._wake_renewal()
        return True

    # === BUSINESS METHODS === #

    def _go_on_after(self, rows):
        """Wake the job once more after a full turn, for there may be more.

        Only after an answer: a partner that gives none is asked the next hour.
        """
        if len(rows) >= TARGETS_PER_RUN:
            self._wake_renewal()

    def _wake_renewal(self):
        self.env.ref(
            "logistics_carrier_base.ir_cron_renew_subscriptions"
        ).sudo()._trigger()

    def _renew_now(self):
        """Renew all subscriptions of the connection as soon as a worker is free."""
        self.sudo().subscription_ids.filtered(lambda row: row.state != "ended").write(
            {"renew_at": fields.Datetime.now()}
        )
        self._wake_renewal()

    def _renew_subscriptions(self):
        """Ask for what is due, outside of any transaction, and note the answer."""
        self.ensure_one()
        if not self.keep_subscribed or not self.active:
            self._end_subscriptions()
            self._watch_subscriptions()
            return
        rows = self._due_subscriptions()
        targets = [row.target or "" for row in rows]
        if rows:
            subscribe = self._adapter()._subscriber(self)
            self.env.flush_all()
            self.env["ir.cron"]._commit_progress()
            now = fields.Datetime.now()
            try:
                answer = self._call_partner(subscribe, targets)
                made = {one.target: one for one in answer}
            except CallsPaused as error:
                rows.exists()._wait(error, now)
            except (CarrierUnavailable, CarrierRejected) as error:
                _logger.info("Connection %s cannot subscribe: %s", self.id, error)
                rows.exists()._note_failure(str(error), now)
            else:
                rows.exists()._note_made(made, now)
                self._go_on_after(rows)
        self._watch_subscriptions()

    def _due_subscriptions(self):
        """Return what is to be subscribed to now; what is new gets its row.

        :rtype: logistics.subscription
        """
        Subscription = self.env["logistics.subscription"]
        values = {
            "connection": self.id,
            "companies": self._companies().ids,
            "any": not self.carrier_ids,
            "carriers": self.carrier_ids.ids,
            "final": _FINAL,
            "limit": TARGETS_PER_RUN,
        }
        wanted = [""]
        if self._adapter()._subscription_kind() == "number":
            self.env.flush_all()
            self.env.cr.execute(_END_NUMBERS, values)
            Subscription.invalidate_model()
            self.env.cr.execute(_NEW_NUMBERS, values)
            wanted = [row[0] for row in self.env.cr.fetchall()]
        now = fields.Datetime.now()
        self._begin_subscriptions(wanted, now)
        return Subscription.search(
            [
                ("connection_id", "=", self.id),
                ("state", "!=", "ended"),
                ("renew_at", "<=", now),
            ],
            order="renew_at, id",
            limit=TARGETS_PER_RUN,
        )

    def _begin_subscriptions(self, targets, now):
        """Give targets their row; what was ended before begins again."""
        Subscription = self.env["logistics.subscription"]
        known = Subscription.search(
            [("connection_id", "=", self.id), ("target", "in", targets)]
        )
        known.filtered(lambda row: row.state == "ended").write(
            {"state": "active", "renew_at": now, "failures": 0, "error": False}
        )
        there = {row.target or "" for row in known}
        Subscription.create(
            [
                {"connection_id": self.id, "target": target, "renew_at": now}
                for target in targets
                if target not in there
            ]
        )

    def _end_subscriptions(self):
        """Tell the partner to stop what it still pushes for us.

        A partner that does not answer is told the next time, unless it stopped by
        itself meanwhile.
        """
        now = fields.Datetime.now()
        rows = self.subscription_ids.filtered(lambda row: row.state != "ended")
        told = rows.filtered(
            lambda row: row.reference and not (row.expires_at and row.expires_at <= now)
        )
        (rows - told).write({"state": "ended", "renew_at": False})
        told = told[:TARGETS_PER_RUN]
        if not told:
            return
        references = told.mapped("reference")
        end = self._adapter()._unsubscriber(self)
        self.env.flush_all()
        self.env["ir.cron"]._commit_progress()
        try:
            self._call_partner(end, references)
        except CallsPaused as error:
            told.exists()._wait(error, now)
            return
        except CarrierUnavailable as error:
            _logger.info("Connection %s cannot unsubscribe: %s", self.id, error)
            told.exists()._note_failure(str(error), now)
            return
        except CarrierRejected as error:
            # Asking again would be refused again.
            _logger.info("Connection %s may not unsubscribe: %s", self.id, error)
        told.exists().write({"state": "ended", "renew_at": False})
        self._go_on_after(told)

    def _watch_subscriptions(self):
        """Tell of subscriptions that end within a day, or could not be made."""
        now = fields.Datetime.now()
        wanted = self.subscription_ids.filtered(
            lambda row: self.keep_subscribed and row.state != "ended"
        )
        ending = wanted.filtered(
            lambda row: (
                row.expires_at
                and now >= subscription.alert_at(row.made_at, row.expires_at)
            )
        )
        unmade = wanted.filtered(lambda row: row.state == "failed" and not row.made_at)
        text = False
        if ending:
            text = self.env._(
                "%(name)s stops pushing at %(end)s: the subscription could not be "
                "renewed.",
                name=self.name,
                end=self.company_id._logistics_moment(min(ending.mapped("expires_at"))),
            )
        elif unmade:
            text = self.env._(
                "%(name)s does not take the subscription: %(error)s",
                name=self.name,
                error=unmade[:1].error,
            )
        self._note(
            self,
            "subscription",
            text,
            self.env._("The subscription is in order."),
        )


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    about_subscription = fields.Boolean(compute="_compute_about_subscription")

    @api.depends("subject_key")
    def _compute_about_subscription(self):
        for exception in self:
            exception.about_subscription = (
                exception.category == "configuration"
                and exception.res_model == "logistics.connection"
                and (exception.subject_key or "").endswith(",subscription")
            )

    def action_renew_subscription(self):
        """Ask the partner once more to push.

        :raise UserError: When the exception is about no subscription.
        """
        self._check_integration()
        if not self.about_subscription:
            raise UserError(self.env._("No subscription belongs to this exception."))
        connection = self.env["logistics.connection"].browse(self.res_id)
        connection.check_access("write")
        connection._renew_now()
        return self._said(self.env._("The partner is asked in a moment."))
