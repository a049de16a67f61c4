"""Signatures that do not fit, again and again: a changed key, or somebody else.

The door refuses and counts; this job looks at the counts.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

KEY = "signatures"
FLOOD = 20  # More than so many in:
FLOOD_TIME = timedelta(minutes=5)
# Nothing else for so long, and at least so many:
ONLY_TIME = timedelta(minutes=15)
ONLY_LEAST = 3


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    refusal_watch = fields.Json(
        readonly=True,
        copy=False,
        help="How many signatures did not fit at the last look (total, at), and how "
        "many since a genuine message (count, since).",
    )

    @api.model
    def _cron_watch_signatures(self):
        """Tell of connections whose signatures fail repeatedly, and of its end."""
        connections = self.search([("active", "=", True)])
        totals = connections._refused_signatures()
        for connection in connections:
            connection._watch_signatures(totals.get(connection.id, 0))

    def _refused_signatures(self):
        """Return how many signatures did not fit in all, by connection.

        :rtype: dict[int, int]
        """
        self.env["logistics.metric"].flush_model()
        self.env.cr.execute(
            "SELECT connection_id, sum(value) FROM logistics_metric WHERE "
            "name = 'rejected' AND label = 'signature' AND connection_id = ANY(%s) "
            "GROUP BY 1",
            [self.ids],
        )
        return {row[0]: int(row[1]) for row in self.env.cr.fetchall()}

    def _watch_signatures(self, total):
        """Compare with the last look; open, count or close the one exception.

        :param int total: How many signatures did not fit so far.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        last = self.refusal_watch
        if not last:
            # What was before the first look is not new.
            self.refusal_watch = _look(total, now)
            return
        new = max(total - last["total"], 0)
        looked_at = fields.Datetime.to_datetime(last["at"])
        is_genuine = bool(self.last_pushed_at and self.last_pushed_at > looked_at)
        count = new + (0 if is_genuine else last["count"])
        since = None if is_genuine else fields.Datetime.to_datetime(last["since"])
        if new:
            since = since or now
        periods = max((now - looked_at) / FLOOD_TIME, 1.0)
        is_flood = new > FLOOD * periods
        is_only = count >= ONLY_LEAST and now - since >= ONLY_TIME
        if new and (is_flood or is_only):
            self._tell_of_signatures(new if is_flood else count, new)
        elif is_genuine:
            self._signatures_fit_again()
        if new or is_genuine or now - looked_at >= FLOOD_TIME:
            self.refusal_watch = _look(total, now, count, since)

    def _tell_of_signatures(self, number, new):
        Exception_ = self.env["logistics.exception"]
        known = Exception_._find_open("security", self, KEY)
        Exception_._open(
            "security",
            self,
            self.env._(
                "The signatures of %(name)s do not fit: %(number)s messages were "
                "refused. Its secret was changed, or somebody else calls its address.",
                name=self.name,
                number=known.count + new if known else number,
            ),
            key=KEY,
            times=new if known else number,
        )

    def _signatures_fit_again(self):
        return self.env["logistics.exception"]._solve(
            "security", self, self.env._("Genuine messages arrive again."), KEY
        )


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    about_signatures = fields.Boolean(compute="_compute_about_signatures")

    @api.depends("category", "subject_key")
    def _compute_about_signatures(self):
        for exception in self:
            exception.about_signatures = exception.category == "security" and (
                exception.subject_key or ""
            ).endswith(f",{KEY}")

    def action_check_signatures(self):
        """Close the exception if a genuine message came since; reopening undoes it.

        :raise UserError: While none came, or when it is about no signatures.
        """
        self._check_integration()
        if not self.about_signatures:
            raise UserError(self.env._("No signatures belong to this exception."))
        connection = self.env["logistics.connection"].browse(self.res_id)
        pushed = connection.last_pushed_at
        if not pushed or pushed <= self.last_at:
            raise UserError(
                self.env._(
                    "No genuine message came since %s. Compare the signing secrets on "
                    "both sides, and send a test event.",
                    self.last_at,
                )
            )
        connection.sudo()._signatures_fit_again()
        return True


def _look(total, now, count=0, since=None):
    return {
        "total": total,
        "at": fields.Datetime.to_string(now),
        "count": count,
        "since": fields.Datetime.to_string(since) if since else False,
    }
