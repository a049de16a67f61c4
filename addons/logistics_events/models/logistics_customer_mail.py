"""Mails to customers: what is on, and what went out for which shipment."""

import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import public
from ..attempt import attempted
from .ledger import trusted

_logger = logging.getLogger(__name__)

MILESTONES = [
    ("dispatched", "Dispatched"),
    ("out_for_delivery", "Out for Delivery"),
    ("problem", "Problem"),
    ("delivered", "Delivered"),
]
BATCH_SIZE = 50
MAX_CONFLICTS = 5
LAYOUT = "mail.mail_notification_light"


class LogisticsCustomerMailSetting(models.Model):
    """Whether a company mails its customers when a shipment reaches something.

    Without a line it does not. What happened before a line was switched on is never
    told.
    """

    _name = "logistics.customer.mail.setting"
    _inherit = "logistics.selection.name.mixin"
    _description = "Customer Mail"
    _order = "company_id, id"
    _rec_name = "milestone"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    milestone = fields.Selection(MILESTONES, string="When It Is", required=True)
    is_on = fields.Boolean(string="On", default=True)
    since = fields.Datetime(
        string="On Since",
        readonly=True,
        copy=False,
        help="Nothing that happened before is told.",
    )
    template_id = fields.Many2one(
        "mail.template",
        compute="_compute_template_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        ondelete="restrict",
        domain="[('model', '=', template_model)]",
    )
    template_model = fields.Char(compute="_compute_template_model")

    _milestone_uniq = models.UniqueIndex(
        "(company_id, milestone)", "There is a line for this already."
    )

    @api.depends("milestone")
    def _compute_template_id(self):
        for setting in self:
            setting.template_id = setting.milestone and self.env.ref(
                f"{setting._told_by()[0]}.mail_template_{setting.milestone}",
                raise_if_not_found=False,
            )

    @api.depends("milestone")
    def _compute_template_model(self):
        for setting in self:
            setting.template_model = setting._told_by()[1]

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to note since when it is on."""
        now = fields.Datetime.now()
        return super().create([{"since": now} | vals for vals in vals_list])

    def write(self, vals):
        """Override of `base`: switched on again, it starts again."""
        if vals.get("is_on") and "since" not in vals:
            starting = self.filtered(lambda setting: not setting.is_on)
            super(LogisticsCustomerMailSetting, starting).write(
                {"since": fields.Datetime.now()}
            )
        return super().write(vals)

    def _told_by(self):
        """Return the addon that has the mail, and the model that it is about.

        :rtype: tuple[str, str]
        """
        self.ensure_one()
        return "logistics_events", "logistics.shipment"

    @api.model
    def _on(self, companies):
        """Return what is on.

        :param res.company companies: The companies.
        :return: By company id and milestone.
        :rtype: dict[tuple[int, str], logistics.customer.mail.setting]
        """
        settings = self.sudo().search(
            [("company_id", "in", companies.ids), ("is_on", "=", True)]
        )
        return {(line.company_id.id, line.milestone): line for line in settings}


class LogisticsCustomerMail(models.Model):
    """One mail about one milestone of one shipment: made at most once, ever.

    Another addon may tell of something else: it adds its field, its milestones and for
    how long they are news (`_max_age`), and says what a mail is about (`_subject`).
    That model knows `_told_partner()` and `_ensure_public_link()`.
    """

    _name = "logistics.customer.mail"
    _inherit = ["logistics.selection.name.mixin", "logistics.ledger.mixin"]
    _description = "Mail to a Customer"
    _order = "id desc"
    _rec_name = "milestone"

    shipment_id = fields.Many2one(
        "logistics.shipment", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    milestone = fields.Selection(MILESTONES, string="About", required=True)
    happened_at = fields.Datetime(required=True)
    event_id = fields.Many2one(
        "logistics.event", string="Because of", ondelete="restrict"
    )
    state = fields.Selection(
        [
            ("waiting", "About to Be Sent"),
            ("sent", "Handed to the Mail Queue"),
            ("skipped", "Not Sent"),
            ("failed", "Failed"),
        ],
        string="Status",
        required=True,
    )
    reason = fields.Selection(
        [
            ("opted_out", "The customer wants no mails"),
            ("no_address", "No mail address"),
            ("overtaken", "Newer news came with it"),
            ("late", "Told too late"),
            ("withdrawn", "The event was withdrawn"),
            ("over", "The problem was over already"),
            ("switched_off", "Switched off meanwhile"),
        ],
        string="Why Not",
    )
    error = fields.Char()
    partner_id = fields.Many2one("res.partner", string="Sent to", ondelete="set null")
    decided_at = fields.Datetime(required=True)
    sent_at = fields.Datetime()
    mail_id = fields.Many2one("mail.mail", ondelete="set null")
    mail_state = fields.Selection(
        related="mail_id.state", string="Mail Status", related_sudo=True
    )

    _once_uniq = models.UniqueIndex(
        "(shipment_id, milestone)", "This is told once and never again."
    )
    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")

    def action_retry(self):
        """Try mails that failed once more.

        :raise UserError: For a mail that did not fail.
        """
        for mail in self:
            mail._subject().check_access("write")
        if any(mail.state != "failed" for mail in self):
            raise UserError(self.env._("Only what failed is tried again."))
        trusted(self.sudo()).write({"state": "waiting", "error": False})
        self._wake()

    # === CRON === #

    @api.model
    def _ready_domain(self):
        stopped = self.env["logistics.action.mode"]._stopped()
        return [("state", "=", "waiting"), ("company_id", "not in", stopped.ids)]

    @api.model
    def _wake(self):
        """Ask for the mails to be made as soon as this transaction is done."""
        self.env.ref("logistics_events.ir_cron_make_customer_mails").sudo()._trigger()

    @api.model
    def _cron_make(self, size=BATCH_SIZE):
        """Make the mails that wait, batch by batch."""
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self.search_count(self._ready_domain()))
        conflicts = 0
        while conflicts < MAX_CONFLICTS:
            try:
                # Asked anew for each batch: a pause stops the next one.
                mails = self.search(
                    self._ready_domain(), limit=size * 20, order="id"
                ).try_lock_for_update(limit=size)
                mails = mails.filtered(lambda mail: mail.state == "waiting")
                if not mails:
                    break
                mails._make()
                self.env.flush_all()
                if not Cron._commit_progress(len(mails)):
                    break
            except TransactionRollbackError:
                self.env.cr.rollback()
                self.env.invalidate_all()
                conflicts += 1

    # === BUSINESS METHODS === #

    def _make(self):
        """Put the mails into Odoo's queue; what cannot be made says why."""
        settings = self.env["logistics.customer.mail.setting"]._on(self.company_id)
        ready = {}
        for mail in self:
            setting = settings.get((mail.company_id.id, mail.milestone))
            partner = mail._subject()._told_partner()
            if not setting:
                mail._skip("switched_off")
            elif mail._is_late():
                mail._skip("late")
            elif not partner:
                mail._skip("no_address")
            elif partner._logistics_wants_no_mails():
                mail._skip("opted_out")
            else:
                ready.setdefault(setting, self.browse())
                ready[setting] |= mail
        for setting, mails in ready.items():
            mails._make_or_park(setting)
        if ready:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _is_late(self):
        """Whether it is no news any more: the mail waited for a pause or a retry."""
        self.ensure_one()
        age = fields.Datetime.now() - self.happened_at
        return age > self._max_age()

    def _max_age(self):
        """Return for how long it is news.

        :rtype: timedelta
        """
        self.ensure_one()
        return public.MAX_AGE[self.milestone]

    def _subject(self):
        """Return the record that the mail is about.

        :rtype: odoo.models.BaseModel
        """
        self.ensure_one()
        return self.shipment_id

    def _make_or_park(self, setting):
        """Make the mails of one line together, and singly when that fails."""
        with attempted(self.env) as attempt:
            self._make_by(setting)
        error = attempt.error
        if error is None:
            return
        if len(self) > 1:
            for mail in self:
                mail._make_or_park(setting)
            return
        _logger.warning("Mail %s to a customer failed", self.id, exc_info=error)
        trusted(self.sudo()).write(
            {"state": "failed", "error": str(error) or type(error).__name__}
        )
        self.env["logistics.exception"].sudo()._open(
            "configuration",
            setting,
            self.env._("A mail to a customer cannot be made: %(error)s", error=error),
            company=setting.company_id,
        )

    def _make_by(self, setting):
        about = {mail: mail._subject().sudo() for mail in self}
        subjects = next(iter(about.values())).union(*about.values())
        subjects._ensure_public_link()
        template = setting.template_id.sudo().with_company(setting.company_id)
        made = template.send_mail_batch(subjects.ids, email_layout_xmlid=LAYOUT)
        by_subject = {mail.res_id: mail for mail in made}
        now = fields.Datetime.now()
        for mail in trusted(self.sudo()):
            mail.write(
                {
                    "state": "sent",
                    "reason": False,
                    "partner_id": about[mail]._told_partner().id,
                    "mail_id": by_subject[about[mail].id].id,
                    "sent_at": now,
                }
            )
        self.env["logistics.exception"].sudo()._solve(
            "configuration", setting, self.env._("A mail was made again.")
        )

    def _skip(self, reason):
        trusted(self.sudo()).write({"state": "skipped", "reason": reason})
