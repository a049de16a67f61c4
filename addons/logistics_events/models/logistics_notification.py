"""Who was told what, once; and who wants not to be told."""

from odoo import api, fields, models

from .ledger import trusted
from .logistics_team import CATEGORY_WORDS

KINDS = [
    ("activity", "Activity"),
    ("order", "Activity on the Order"),
    ("mail", "Mail at Once"),
    ("late", "Told That It Is Late"),
    ("summary", "Morning Summary"),
]


class LogisticsNotification(models.Model):
    """On screen: Who Was Told. One row per telling; the database refuses a second.

    A row comes with what it tells in one transaction, so that neither is lost nor
    repeated.
    """

    _name = "logistics.notification"
    _inherit = ["logistics.selection.name.mixin", "logistics.ledger.mixin"]
    _description = "Who Was Told"
    _log_access = False
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, string="How", required=True)
    user_id = fields.Many2one(
        "res.users", string="Who", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    exception_id = fields.Many2one(
        "logistics.exception", string="About", ondelete="cascade"
    )
    clock_id = fields.Many2one(
        "logistics.sla.clock", string="About the Deadline", ondelete="cascade"
    )
    opening = fields.Integer(
        default=0, help="How often the exception had been opened again by then."
    )
    told_on = fields.Date(string="Day", help="The day where the person is.")
    told_at = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    text = fields.Char(string="What")
    mail_id = fields.Many2one("mail.mail", string="Mail", ondelete="set null")

    _exception_uniq = models.UniqueIndex(
        "(exception_id, kind, user_id, opening) WHERE exception_id IS NOT NULL",
        "This was told already.",
    )
    _clock_uniq = models.UniqueIndex(
        "(clock_id, kind) WHERE clock_id IS NOT NULL", "This was told already."
    )
    _summary_uniq = models.UniqueIndex(
        "(user_id, told_on) WHERE kind = 'summary'",
        "The summary of this day was sent already.",
    )

    @api.model
    def _note(self, vals_list):
        """Write down that people are told.

        :param list[dict] vals_list: One per telling.
        :rtype: logistics.notification
        """
        return trusted(self.sudo()).create(vals_list)

    @api.model
    def _mail(self, user, company, template, values, subject):
        """Put a mail to a person of ours into Odoo's queue.

        :param res.users user: Who gets it.
        :param res.company company: From whom it comes.
        :param str template: The external id of the text.
        :param dict values: What the text needs.
        :param str subject: The subject.
        :return: Empty when the person has no address.
        :rtype: mail.mail
        """
        Mail = self.env["mail.mail"].sudo()
        partner = user.sudo().partner_id
        if not partner.email:
            return Mail
        body = (
            self.env["ir.qweb"]
            .with_context(lang=user.lang or self.env.lang)
            ._render(
                template, values | {"user": user.sudo(), "company": company.sudo()}
            )
        )
        sender = company.sudo().email_formatted or self.env.user.email_formatted
        mail = Mail.create(
            {
                "subject": subject,
                "body_html": body,
                "email_from": sender,
                "recipient_ids": [fields.Command.set(partner.ids)],
                "auto_delete": False,
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return mail


class LogisticsNotificationMute(models.Model):
    """What a person does not want to be told about; the lists still show it."""

    _name = "logistics.notification.mute"
    _inherit = "logistics.selection.name.mixin"
    _description = "Not to Be Told"
    _order = "id"
    _rec_name = "what"

    user_id = fields.Many2one(
        "res.users",
        string="Who",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
        index=True,
    )
    what = fields.Selection(
        [("summary", "Morning Summary"), *CATEGORY_WORDS],
        string="I Am Not Told About",
        required=True,
    )

    _what_uniq = models.UniqueIndex("(user_id, what)", "You are not told about it.")

    @api.model
    def _muted(self, users):
        """Return what people do not want to be told.

        :param res.users users: The people.
        :return: Pairs of user id and category or `summary`.
        :rtype: set[tuple[int, str]]
        """
        rows = self.sudo().search_fetch(
            [("user_id", "in", users.ids)], ["user_id", "what"]
        )
        return {(row.user_id.id, row.what) for row in rows}
