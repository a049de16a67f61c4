"""One mail each morning about what somebody has open; none without anything."""

import logging

import pytz

from odoo import api, fields, models

from ..attempt import attempted

_logger = logging.getLogger(__name__)

# The hours of the person's day in which the summary goes out.
MORNING = (7, 12)
SHOWN = 10


class LogisticsNotification(models.Model):
    _inherit = "logistics.notification"

    @api.model
    def _cron_summaries(self):
        """Send the summary to everybody for whom it is morning."""
        Cron = self.env["ir.cron"]
        users = self._summary_users()
        Cron._commit_progress(remaining=len(users))
        for user, day in users.items():
            with attempted(self.env) as attempt:
                self._summarise(user, day)
            if attempt.error is not None:
                _logger.error("No summary for user %s", user.id, exc_info=attempt.error)
            if not Cron._commit_progress(1):
                break

    @api.model
    def _summary_users(self):
        """Return who is to be sent a summary now, with the day where they are.

        :rtype: dict[res.users, datetime.date]
        """
        groups = (
            self.env["logistics.exception"]
            .sudo()
            ._read_group(
                [("state", "=", "open"), ("user_id", "!=", False)], ["user_id"]
            )
        )
        users = self.env["res.users"].sudo().union(*(user for (user,) in groups))
        muted = self.env["logistics.notification.mute"]._muted(users)
        now = pytz.utc.localize(fields.Datetime.now())
        found = {}
        for user in users:
            local = now.astimezone(pytz.timezone(user.tz or "UTC"))
            if (
                user.active
                and MORNING[0] <= local.hour < MORNING[1]
                and (user.id, "summary") not in muted
                and not user.is_out_of_office
            ):
                found[user] = local.date()
        sent = self.sudo().search(
            [
                ("kind", "=", "summary"),
                ("user_id", "in", [user.id for user in found]),
                ("told_on", "in", list(set(found.values()))),
            ]
        )
        done = {(row.user_id.id, row.told_on) for row in sent}
        return {user: day for user, day in found.items() if (user.id, day) not in done}

    def _summarise(self, user, day):
        """Mail somebody what they have open.

        :param res.users user: The person.
        :param datetime.date day: The day where they are.
        """
        spoken = self.with_context(lang=user.lang or self.env.lang, tz=user.tz)
        exceptions = spoken._summary_exceptions(user)
        if not exceptions:
            return
        company = (exceptions.company_id & user.company_id) or exceptions.company_id[:1]
        late = exceptions.filtered(lambda one: one._is_overdue(day))
        subject = spoken.env._(
            "%(count)s open in Logistics, %(late)s overdue",
            count=len(exceptions),
            late=len(late),
        )
        mail = self._mail(
            user,
            company,
            "logistics_events.notification_summary",
            {
                "groups": exceptions._summary_groups(day),
                "held": exceptions._held_by_currency(),
                "urgent": (late | exceptions)[:SHOWN],
                "late": late,
                "count": len(exceptions),
                "more": max(len(exceptions) - SHOWN, 0),
                "url": f"{self.get_base_url()}/odoo/logistics-exceptions",
            },
            subject,
        )
        if mail:
            self._note(
                [
                    {
                        "kind": "summary",
                        "user_id": user.id,
                        "company_id": company.id,
                        "told_on": day,
                        "text": subject,
                        "mail_id": mail.id,
                    }
                ]
            )

    def _summary_exceptions(self, user):
        """Return what somebody has open and wants to be told about, the worst first.

        :rtype: logistics.exception
        """
        muted = self.env["logistics.notification.mute"]._muted(user)
        return (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("state", "=", "open"),
                    ("user_id", "=", user.id),
                    ("company_id", "in", user.company_ids.ids),
                    ("category", "not in", [what for _user, what in muted]),
                ]
            )
        )


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    def _is_overdue(self, day):
        """Whether the day by which it was to be solved is over.

        :param datetime.date day: Today, where the reader is.
        :rtype: bool
        """
        self.ensure_one()
        return self.time_state == "late" or bool(self.deadline and self.deadline < day)

    def _summary_groups(self, day):
        """Return the lines of the summary, one per category.

        :rtype: list[dict]
        """
        labels = dict(self._fields["category"]._description_selection(self.env))
        return [
            {
                "label": labels[category],
                "count": len(own),
                "late": len(own.filtered(lambda one: one._is_overdue(day))),
                "held": own._held_by_currency(),
            }
            for category, own in self.grouped("category").items()
        ]

    def _held_by_currency(self):
        """Return the value held, as text, one per currency.

        :rtype: list[str]
        """
        return [
            currency.format(sum(own.mapped("amount")))
            for currency, own in self.grouped("currency_id").items()
            if not currency.is_zero(sum(own.mapped("amount")))
        ]
