from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .ledger import insert_once

# Category: label, severity, days until it is overdue.
CATEGORIES = {
    "delivery_problem": ("Delivery Problem", "warning", 1),
    "no_news": ("No News", "warning", 2),
    "proof_missing": ("Proof Missing", "warning", 2),
    "booking_failed": ("Booking Failed", "warning", 1),
    "moved_not_validated": ("Moved but Not Validated", "warning", 1),
    "report_differs": ("Other Than Reported", "warning", 2),
    "unknown_code": ("Unknown Code", "warning", 1),
    "unmatched": ("Not Ours or Unmatched", "info", 3),
    "conflict": ("Conflict", "danger", 1),
    "contradiction": ("Contradiction", "danger", 1),
    "sequence": ("Out of Place", "info", 3),
    "unreadable": ("Unreadable Message", "warning", 1),
    "master_data": ("Master Data", "warning", 2),
    "duplicate_document": ("Duplicate Document", "danger", 1),
    "tolerance": ("Out of Tolerance", "warning", 3),
    "period_locked": ("Period Locked", "danger", 1),
    "changed_by_hand": ("Changed by Hand", "warning", 2),
    "approval_waiting": ("Approval Waiting", "warning", 2),
    "action_failed": ("Action Failed", "danger", 1),
    "carrier_unavailable": ("Carrier Unavailable", "warning", 1),
    "silent_feed": ("Silent Feed", "warning", 1),
    "configuration": ("Configuration", "warning", 2),
    "security": ("Security", "danger", 1),
}
SEVERITY_RANKS = {"info": 0, "warning": 1, "danger": 2}


class LogisticsException(models.Model):
    """Something that cannot go on by itself, with the buttons that solve it.

    One cause is one open row with a count; repeats only raise the count.
    """

    _name = "logistics.exception"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Exception"
    _order = "severity_rank desc, deadline, id desc"
    _rec_name = "summary"

    category = fields.Selection(
        [(code, label) for code, (label, _severity, _days) in CATEGORIES.items()],
        required=True,
        readonly=True,
    )
    severity = fields.Selection(
        [("info", "Information"), ("warning", "Warning"), ("danger", "Urgent")],
        compute="_compute_severity",
        store=True,
    )
    severity_rank = fields.Integer(compute="_compute_severity", store=True)
    state = fields.Selection(
        [
            ("open", "Open"),
            ("snoozed", "Snoozed"),
            ("solved", "Solved"),
            ("ignored", "Ignored"),
        ],
        string="Status",
        required=True,
        default="open",
        readonly=True,
        tracking=True,
    )
    summary = fields.Char(required=True, readonly=True)
    count = fields.Integer(string="Times", default=1, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    subject_key = fields.Char(required=True, readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    shipment_id = fields.Many2one(
        "logistics.shipment", readonly=True, index="btree_not_null"
    )
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null")
    effect_id = fields.Many2one(
        "logistics.effect",
        string="Action Taken",
        readonly=True,
        index="btree_not_null",
    )
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    first_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    last_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    deadline = fields.Date(readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", tracking=True)
    snoozed_until = fields.Date(readonly=True)
    ignore_reason = fields.Char(readonly=True)
    solved_at = fields.Datetime(readonly=True)
    solution = fields.Char(readonly=True)

    _open_uniq = models.UniqueIndex(
        # The subject first: it is looked for without a company as well.
        "(subject_key, category, company_id) WHERE state IN ('open', 'snoozed')",
        "This exception is open already.",
    )

    @api.depends("category")
    def _compute_severity(self):
        for exception in self:
            severity = CATEGORIES[exception.category][1]
            exception.severity = severity
            exception.severity_rank = SEVERITY_RANKS[severity]

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base`: what happened is not typed; the buttons settle it."""
        typed = [name for name in vals if self._fields[name].readonly]
        if typed and not self.env.su:
            raise AccessError(
                self.env._(
                    "What an exception says is not typed: use its buttons (%s).",
                    ", ".join(sorted(typed)),
                )
            )
        return super().write(vals)

    # === ACTIONS === #

    def action_open_subject(self):
        """Open the record the exception is about."""
        self.ensure_one()
        if not self.res_model or not self.res_id:
            raise UserError(self.env._("This exception is about no single record."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_ignore(self, reason=None):
        """Put the exception aside for good.

        :raise UserError: Without a reason.
        """
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why this is ignored."))
        self.sudo().write({"state": "ignored", "ignore_reason": reason})

    def action_reopen(self):
        """Undo `action_ignore`, `action_snooze` or a solution."""
        self.check_access("write")
        for exception in self.sudo():
            if twin := exception._twin():
                raise UserError(
                    self.env._("The same exception is open already: %s", twin.summary)
                )
            exception.write(
                {
                    "state": "open",
                    "snoozed_until": False,
                    "solved_at": False,
                    "solution": False,
                    "ignore_reason": False,
                }
            )

    def action_snooze(self, days=1, until=None):
        """Hide the exception for some days. `action_reopen` undoes it.

        :param int days: How many days.
        :param date until: The day on which it comes back, instead of the days.
        :raise UserError: For a day that is over, or an exception that is closed.
        """
        self.check_access("write")
        today = fields.Date.context_today(self)
        day = fields.Date.to_date(until) or fields.Date.add(today, days=days)
        if day <= today:
            raise UserError(self.env._("Choose a day after today."))
        if any(exception.state not in ("open", "snoozed") for exception in self):
            raise UserError(self.env._("Only what is open can be put aside."))
        self.sudo().write({"state": "snoozed", "snoozed_until": day})

    def action_make_again(self):
        """Make the document again that somebody changed by hand."""
        self.check_access("write")
        return self._effect_needed()._make_again()

    def action_make_again_dialog(self):
        """Say how much is made again, and make it when a person goes on."""
        self.check_access("write")
        return self._effect_needed().action_make_again_dialog()

    def action_keep_as_is(self, reason=None):
        """Leave what a person did; the suite asks for nothing else."""
        self.check_access("write")
        return self._effect_needed()._keep_as_is(reason)

    def action_retry(self):
        """Try the action behind the exception once more."""
        self.check_access("write")
        return self._effect_needed().action_retry()

    def _effect_needed(self):
        self.ensure_one()
        if not self.effect_id:
            raise UserError(self.env._("No action belongs to this exception."))
        return self.effect_id

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, category, subject, summary, **more):
        """Open an exception, or count it once more when it is open already.

        :param str category: A key of `CATEGORIES`.
        :param subject: The record it is about.
        :param str summary: One sentence for a person.
        :param more: `shipment`, `order`, `effect`: records; `company`: when the
            subject has none; `key`: tells several of one subject apart; `amount`;
            `times`: how often it happened (once for another summary, else not again).
        :rtype: logistics.exception
        """
        company = more.get("company") or subject.company_id or self.env.company
        key = f"{subject._name},{subject.id}"
        if more.get("key"):
            key += f",{more['key']}"
        found = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("category", "=", category),
                ("subject_key", "=", key),
                ("state", "in", ["open", "snoozed"]),
            ],
            limit=1,
        )
        now = fields.Datetime.now()
        if found:
            times = more.get("times", int(found.summary != summary))
            if times:
                found.write(
                    {
                        "count": found.count + times,
                        "last_at": now,
                        "summary": summary,
                    }
                )
            return found
        _label, severity, days = CATEGORIES[category]
        self._tell_soon()
        return insert_once(
            self.sudo(),
            {
                "category": category,
                "severity": severity,
                "severity_rank": SEVERITY_RANKS[severity],
                "state": "open",
                "summary": summary,
                "count": max(more.get("times", 1), 1),
                "company_id": company.id,
                "subject_key": key,
                "res_model": subject._name,
                "res_id": subject.id,
                "shipment_id": more.get("shipment", self.browse()).id or None,
                "order_id": more.get("order", self.browse()).id or None,
                "effect_id": more.get("effect", self.browse()).id or None,
                "amount": more.get("amount", 0.0),
                "first_at": now,
                "last_at": now,
                "deadline": fields.Date.add(fields.Date.today(), days=days),
            },
        )

    def _twin(self):
        """Return the open exception about the same, if it is another one.

        :rtype: logistics.exception
        """
        self.ensure_one()
        return self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("category", "=", self.category),
                ("subject_key", "=", self.subject_key),
                ("state", "in", ["open", "snoozed"]),
                ("id", "!=", self.id),
            ],
            limit=1,
        )

    @api.model
    def _find_open(self, category, subject, key=None):
        """Return the exception of a category about a record that is still open.

        :param str key: Tells several of one subject apart.
        :rtype: logistics.exception
        """
        subject_key = f"{subject._name},{subject.id}" + (f",{key}" if key else "")
        return self.sudo().search(
            [
                ("category", "=", category),
                ("subject_key", "=", subject_key),
                ("state", "in", ["open", "snoozed"]),
            ]
        )

    @api.model
    def _solve(self, category, subject, solution, key=None):
        """Close the exceptions of a category about a record, if any are open."""
        found = self._find_open(category, subject, key)
        found._close(solution)
        return found

    def _close(self, solution):
        if self:
            self.write(
                {
                    "state": "solved",
                    "solved_at": fields.Datetime.now(),
                    "solution": solution,
                }
            )

    @api.model
    def _cron_wake_snoozed(self):
        """Bring back what was put aside until today."""
        self.search(
            [
                ("state", "=", "snoozed"),
                ("snoozed_until", "<=", fields.Date.today()),
            ]
        ).write({"state": "open", "snoozed_until": False})
