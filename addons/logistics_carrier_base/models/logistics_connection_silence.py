"""Partners that should speak and do not, and what is done meanwhile."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.logistics_events import vocabulary

_EXPECTED = """
    SELECT EXISTS (
        SELECT FROM logistics_parcel
         WHERE closed_at IS NULL AND company_id = ANY(%(companies)s)
           AND (%(any)s OR carrier_id = ANY(%(carriers)s))
           AND COALESCE(state, '') <> ALL(%(final)s) AND create_date <= %(since)s
    )
"""


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    silent_hours = fields.Integer(
        string="Silent after Hours",
        default=24,
        help="A partner that says nothing for so long, although numbers are under way, "
        "is a problem somebody is told of. 0: never.",
    )
    silent_since = fields.Datetime(readonly=True, copy=False)
    last_pushed_at = fields.Datetime(
        string="Last Pushed Message", readonly=True, copy=False
    )

    _silent_hours_positive = models.Constraint(
        "CHECK (silent_hours >= 0)", "Hours are not negative."
    )

    @api.model
    def _cron_watch_silence(self):
        """Tell of partners that should speak and do not; their numbers are asked about.

        What is only asked while nothing is pushed goes back when they speak again.
        """
        for connection in self.search([("active", "=", True)]):
            connection._watch_silence()

    def _can_hear(self):
        """Return whether news can come in: pushed and signed, or asked with a key.

        :rtype: bool
        """
        self.ensure_one()
        able = self._able()
        if not self.active:
            return False
        return ("webhook" in able and self.has_live_secret) or bool(
            "poll" in able and self.poll_minutes and self.has_credential
        )

    def _hears_since(self):
        """Return since when news can come in, False while it cannot.

        A connection that is set up in steps hears nothing before it has its secret.

        :rtype: datetime | bool
        """
        self.ensure_one()
        if not self._can_hear():
            return False
        begun = self._live_secrets().mapped("create_date")
        return max(self.create_date, min(begun, default=self.create_date))

    def _watch_silence(self):
        self.ensure_one()
        Exception_ = self.env["logistics.exception"]
        heard = self._last_heard_at()
        # Whoever never spoke is waited for since it can be heard.
        since = self._silent_since(heard or self._hears_since())
        if bool(since) != bool(self.silent_since):
            self.silent_since = since
            if self.poll_when == "silent":
                self._ask_for_plan()
        if since:
            Exception_._open(
                "silent_feed",
                self,
                self._silence_text(heard),
            )
        else:
            solution = (
                self.env._("It speaks again.")
                if heard
                else self.env._("Nothing is waited for any more.")
            )
            Exception_._solve("silent_feed", self, solution)

    def _silence_text(self, heard):
        at = self.company_id._logistics_moment
        if heard:
            return self.env._(
                "%(name)s has been silent since %(since)s.",
                name=self.name,
                since=at(heard),
            )
        return self.env._(
            "%(name)s has said nothing since it was connected at %(since)s.",
            name=self.name,
            since=at(self._hears_since()),
        )

    def _last_heard_at(self):
        """Return when the partner last spoke: by itself if it ever did, else asked.

        Where it is asked only while nothing is pushed, an answer is no push.

        :rtype: datetime | bool
        """
        self.ensure_one()
        if self.last_pushed_at or self.poll_when == "silent":
            return self.last_pushed_at
        spoken = [at for at in (self.last_received_at, self.last_answered_at) if at]
        return max(spoken, default=False)

    def _silent_since(self, heard):
        """Return since when the partner is silent, False while it is not.

        Nothing is expected of a partner as long as nothing is under way with it; who
        was silent and has nothing under way any more stays so until it speaks.

        :param datetime | bool heard: When it last spoke, or was connected.
        :rtype: datetime | bool
        """
        if not heard or not self.silent_hours:
            return False
        limit = fields.Datetime.now() - timedelta(hours=self.silent_hours)
        if heard >= limit:
            return False
        return self.silent_since or (self._expects_news(limit) and heard)

    def _expects_news(self, since):
        """Return whether numbers are under way that were known before an instant.

        :rtype: bool
        """
        self.env["logistics.parcel"].flush_model()
        self.env.cr.execute(
            _EXPECTED,
            {
                "companies": self._companies().ids,
                "any": not self.carrier_ids,
                "carriers": self.carrier_ids.ids,
                "final": sorted(vocabulary.FINAL_STATES),
                "since": since,
            },
        )
        return self.env.cr.fetchone()[0]
