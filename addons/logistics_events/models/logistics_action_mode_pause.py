"""Pause all actions: documents stop at once, messages are received as ever."""

from odoo import api, models
from odoo.exceptions import UserError

from .ledger import trusted
from .logistics_effect import OPEN_STATES


class LogisticsActionMode(models.Model):
    _inherit = "logistics.action.mode"

    @api.model
    def _paused(self, company):
        """Return the pause that holds in a company: its own or one above it.

        :param res.company company: One company.
        :return: The decision; empty when nothing is paused.
        :rtype: logistics.mode.change
        """
        return self._pauses(company)[company]

    @api.model
    def _pauses(self, companies):
        """Return the pause that holds in each of several companies.

        :param res.company companies: The companies.
        :rtype: dict[res.company, logistics.mode.change]
        """
        above = {company: company.sudo().parent_ids for company in companies}
        pauses = (
            self.env["logistics.mode.change"]
            .sudo()
            .search(
                [
                    ("kind", "=", "pause"),
                    ("ended_at", "=", False),
                    ("company_id", "in", companies.sudo().parent_ids.ids),
                ],
                order="id",
            )
        )
        return {
            company: pauses.filtered(
                lambda pause, own=above[company]: pause.company_id in own
            )[:1]
            for company in companies
        }

    @api.model
    def _stopped(self):
        """Return the companies in which no action is taken now: paused ones with
        their branches, and those whose last switch is not through yet.

        :rtype: res.company
        """
        changes = (
            self.env["logistics.mode.change"]
            .sudo()
            .search(
                [
                    "|",
                    ("is_pending", "=", True),
                    "&",
                    ("kind", "=", "pause"),
                    ("ended_at", "=", False),
                ]
            )
        )
        if not changes:
            return self.env["res.company"]
        return (
            self.env["res.company"]
            .sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", changes.company_id.ids)])
        )

    @api.model
    def _pause(self, company, reason=None):
        """Stop all documents of a company and its branches.

        :param str reason: Why, for those who find everything stopped.
        :rtype: logistics.mode.change
        :raise AccessError: Without the right.
        :raise UserError: When it is paused already.
        """
        self._check_may_switch(company)
        if self._paused(company):
            raise UserError(
                self.env._("The actions of %s are paused already.", company.name)
            )
        pause = trusted(self.env["logistics.mode.change"].sudo()).create(
            {
                "company_id": company.id,
                "kind": "pause",
                "user_id": self.env.uid,
                "reason": (reason or "").strip() or False,
            }
        )
        self._tell_pause()
        return pause

    @api.model
    def _resume(self, company):
        """End the pause of a company; what waited is taken.

        :raise AccessError: Without the right.
        :raise UserError: When nothing is paused, or a company above paused it.
        """
        self._check_may_switch(company)
        pause = self._paused(company)
        if not pause:
            raise UserError(self.env._("Nothing is paused in %s.", company.name))
        if pause.company_id != company:
            raise UserError(
                self.env._(
                    "%(above)s paused its branches too: resume there.",
                    above=pause.company_id.name,
                )
            )
        pause.with_env(self.env)._end()
        self._tell_pause()
        self.env["logistics.effect"]._wake()
        self.env["logistics.customer.mail"]._wake()

    @api.model
    def _backlog(self, company):
        """Return what waits to be taken in a company and its branches.

        :return: One row per action and currency: `action`, `label`, `count` of steps,
            `orders`, `documents` that they make at once, `amount` and `currency`.
        :rtype: list[dict]
        """
        companies = (
            self.env["res.company"].sudo().search([("id", "child_of", company.id)])
        )
        Effect = self.env["logistics.effect"].sudo()
        labels = dict(Effect._selection_action())
        rows = Effect._read_group(
            [
                ("company_id", "in", companies.ids),
                ("observed", "=", False),
                ("state", "in", OPEN_STATES),
            ],
            ["action", "currency_id"],
            ["__count", "order_id:count_distinct", "amount:sum", "id:recordset"],
        )
        return [
            {
                "action": action,
                "label": labels.get(action, action),
                "count": count,
                "orders": orders,
                "documents": self._documents_of(action, steps),
                "amount": amount,
                "currency": currency,
            }
            for action, currency, count, orders, amount, steps in rows
        ]

    @api.model
    def _documents_of(self, action, steps):
        """Hook: return how many documents waiting steps of an action lead to.

        :rtype: int
        """
        return len(steps.order_id) if action == "credit" else 0

    # === THE BANNER === #

    @api.model
    def _pause_notice(self, companies):
        """Return the sentences of the banner, none while nothing is paused.

        :param res.company companies: Those the user looks at.
        :rtype: list[str]
        """
        pauses = self.env["logistics.mode.change"].sudo()
        for pause in self._pauses(companies).values():
            pauses |= pause
        return [pause._pause_text() for pause in pauses]

    @api.model
    def _tell_pause(self):
        """Tell the open browsers, so that the banner comes and goes at once."""
        groups = self.env["res.groups"]
        for role in ("user", "finance", "integration", "auditor"):
            groups |= self.env.ref(f"logistics_events.logistics_events_group_{role}")
        for user in groups.sudo().all_user_ids:
            # In the words and the time of who reads it.
            Mode = self.with_context(lang=user.lang, tz=user.tz)
            user._bus_send(
                "logistics_events/paused",
                {"texts": Mode._pause_notice(user.company_ids)},
            )


class LogisticsModeChange(models.Model):
    _inherit = "logistics.mode.change"

    def _pause_text(self):
        """Return who paused what, since when and why, in one sentence."""
        self.ensure_one()
        return self.env._(
            "All actions of %(company)s are paused since %(time)s by %(user)s: no "
            "document is made, events are received. %(reason)s",
            company=self.company_id.name,
            time=self.env["ir.qweb.field.datetime"].value_to_html(self.changed_at, {}),
            user=self.user_id.name,
            reason=self.reason or "",
        ).strip()


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Override of `web` to show at once that everything is paused."""
        info = super().session_info()
        user = self.env.user
        if user._is_internal():
            info["logistics_paused"] = self.env["logistics.action.mode"]._pause_notice(
                user.company_ids
            )
        return info
