"""How a connection asks, and when its numbers are planned anew."""

from datetime import timedelta

from odoo import api, fields, models

PLAN_BATCH = 2000
# What decides which numbers a connection asks about, and how often.
_DECISIVE = frozenset(
    {
        "active",
        "adapter",
        "carrier_ids",
        "company_id",
        "poll_days",
        "poll_minutes",
        "poll_when",
        "served_company_ids",
    }
)
_NUMBERS = """
    SELECT id FROM logistics_parcel
     WHERE id > %(cursor)s AND closed_at IS NULL
       AND (company_id = ANY(%(companies)s) OR poll_connection_id = %(connection)s)
     ORDER BY id LIMIT %(limit)s
"""


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    poll_when = fields.Selection(
        [("always", "Always"), ("silent", "Only While Nothing Is Pushed")],
        string="Ask",
        required=True,
        default="always",
        help="Only While Nothing Is Pushed: the numbers are asked about as soon as the "
        "pushed messages stop, until they come again.",
    )
    poll_days = fields.Integer(
        string="Stop Asking after Days",
        default=45,
        help="A number without any news for so long is not asked about any more, and "
        "somebody is told. 0: never stop.",
    )
    poll_paid = fields.Boolean(
        string="Pay for First Questions",
        help="The first question about a number costs a fee there. Without this, only "
        "numbers the partner follows already are asked about. Test accounts are free.",
    )
    poll_costs = fields.Boolean(compute="_compute_poll_costs")
    last_answered_at = fields.Datetime(
        string="Last Answered", readonly=True, copy=False
    )
    call_budget = fields.Json(
        readonly=True, copy=False, help="Calls left, and since when (Unix time)."
    )
    plan_needed = fields.Boolean(readonly=True, copy=False)
    plan_cursor = fields.Integer(readonly=True, copy=False)

    _poll_days_positive = models.Constraint(
        "CHECK (poll_days >= 0)", "Days are not negative."
    )

    @api.depends("adapter")
    def _compute_poll_costs(self):
        for connection in self:
            connection.poll_costs = bool(
                connection._able() and connection._adapter()._poll_costs()
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override to plan the numbers a new connection can be asked about."""
        connections = super().create(vals_list)
        connections.filtered("poll_minutes")._ask_for_plan()
        return connections

    def write(self, vals):
        """Override to plan the numbers anew when something decisive changes."""
        changed = self.filtered(
            lambda connection: any(
                connection._fields[name].convert_to_write(connection[name], connection)
                != vals[name]
                for name in _DECISIVE & vals.keys()
            )
        )
        result = super().write(vals)
        changed._ask_for_plan()
        return result

    # === BUSINESS METHODS === #

    def _poll_every(self):
        """Return how often numbers are asked about by themselves, None for never.

        :rtype: timedelta | None
        """
        self.ensure_one()
        if not self.poll_minutes or not self.active:
            return None
        if self.poll_when == "silent" and not self.silent_since:
            return None
        return timedelta(minutes=self.poll_minutes)

    def _pays_for_polls(self):
        """Return whether a question that costs a fee may be asked.

        :rtype: bool
        """
        self.ensure_one()
        return self.environment == "test" or self.poll_paid

    def _ask_for_plan(self):
        """Plan all open numbers of the connections anew, in the background."""
        if self:
            self.sudo().write({"plan_needed": True, "plan_cursor": 0})
            self._wake_poller()

    @api.model
    def _plan_changed(self):
        """Plan the numbers of changed connections batch by batch.

        What is done stays done: after an interruption it goes on where it was.
        """
        Cron = self.env["ir.cron"]
        changed = self.with_context(active_test=False).search(
            [("plan_needed", "=", True)]
        )
        for connection in changed:
            while parcels := connection._numbers_to_plan(PLAN_BATCH):
                parcels._plan_poll(spread=True)
                connection.plan_cursor = parcels[-1].id
                if not Cron._commit_progress(0):
                    self._wake_poller()
                    return
                # One batch at a time in memory.
                self.env.invalidate_all()
            connection.plan_needed = False
        Cron._commit_progress(0)

    def _numbers_to_plan(self, size):
        """Return the next open numbers the connection has to do with.

        :rtype: logistics.parcel
        """
        self.env["logistics.parcel"].flush_model()
        self.env.cr.execute(
            _NUMBERS,
            {
                "cursor": self.plan_cursor,
                "companies": self._companies().ids,
                "connection": self.id,
                "limit": size,
            },
        )
        return self.env["logistics.parcel"].browse(
            [row[0] for row in self.env.cr.fetchall()]
        )
