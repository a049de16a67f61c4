"""Switching an action: what it would change first, then the change and its undo."""

from odoo import api, models
from odoo.exceptions import UserError

from ..rehearsal import rehearsed
from .ledger import trusted

# How many orders a list works out one by one before anything is switched.
SHOWN = 200


class LogisticsActionMode(models.Model):
    _inherit = "logistics.action.mode"

    # === HOOKS OF THE ACTIONS === #

    @api.model
    def _reach(self, company, action, mode, since):
        """Hook: return the open orders that a switch would change.

        :param str mode: What the action is switched to.
        :param date since: The start date that goes with it.
        :rtype: sale.order
        """
        return self.env["sale.order"]

    @api.model
    def _bring(self, company, action, order_ids, mode, since, restore=None):
        """Hook: bring orders in line with a switch.

        :param list[int] order_ids: The orders.
        :param dict restore: By id of the order what it was before, to put it back.
        :return: By id of the order (as text) what it was before.
        :rtype: dict[str, str]
        """
        return {}

    @api.model
    def _figures(self, action, orders):
        """Hook: return what the action means for orders as they are now.

        :return: By order: `held`, `released`, `watched` (amounts in company currency)
            and `rule`, the name of the rule.
        :rtype: dict[sale.order, dict]
        """
        return {}

    @api.model
    def _is_about_orders(self, action):
        """Hook: return whether an action is about sales orders.

        :rtype: bool
        """
        return True

    @api.model
    def _foresee_sums(self, company, action, mode, since):
        """Hook: return what a switch would do that belongs to no order.

        :param str mode: What the action is switched to.
        :param date since: The start date that goes with it.
        :return: One row per currency: `what` (in words), `count`, `amount`,
            `currency` and `oldest` (a date).
        :rtype: list[dict]
        """
        return []

    # === WHAT A SWITCH WOULD CHANGE === #

    @api.model
    def _foresee(self, company, action, orders, mode, since):
        """Work out what a switch does to orders, by doing it and taking it back.

        :return: One row per order: `order`, `before` and `after` as of `_figures`.
        :rtype: list[dict]
        """
        before = self._figures(action, orders)
        with rehearsed(self.env):
            self._drop_open_steps(company, action, mode)
            self._bring(company, action, orders.ids, mode, since)
            self.env.flush_all()
            after = self._figures(action, orders)
        return [
            {"order": order, "before": before[order], "after": after[order]}
            for order in orders
            if order in before
        ]

    @api.model
    def _open_steps(self, company, action):
        """Return the steps of an action that wait in a company.

        :rtype: logistics.effect
        """
        return (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("action", "in", self._following(action)),
                    ("observed", "=", False),
                    ("state", "in", ("waiting", "failed")),
                ]
            )
        )

    @api.model
    def _following(self, action):
        """Hook: return an action and those that follow from it.

        :rtype: list[str]
        """
        return [action]

    @api.model
    def _drop_open_steps(self, company, action, mode):
        """Take nothing any more of what waits, where the action is not on."""
        if mode != "on":
            self._open_steps(company, action)._set_state("superseded")

    # === THE SWITCH === #

    @api.model
    def _change(self, company, action, mode, since=None, restores=None):
        """Switch an action and bring the open orders in line.

        :param str mode: `off`, `observe` or `on`.
        :param date since: The start date; as it is when left out.
        :param logistics.mode.change restores: The switch that this one undoes.
        :return: The decision as it is kept.
        :rtype: logistics.mode.change
        :raise AccessError: Without the right.
        :raise UserError: While an earlier switch of the company is in progress.
        """
        self._check_may_switch(company)
        row = self._row(company, action)
        since = since or row.since
        Change = trusted(self.env["logistics.mode.change"].sudo())
        if Change.search_count(
            [("company_id", "=", company.id), ("is_pending", "=", True)], limit=1
        ):
            raise UserError(
                self.env._(
                    "The orders of the last switch are still brought in line. Try "
                    "again in a minute."
                )
            )
        if restores:
            orders = [int(key) for key in restores.touched or {}]
        else:
            orders = self.sudo()._reach(company, action, mode, since).ids
        change = Change.create(
            {
                "company_id": company.id,
                "kind": "switch",
                "action": action,
                "mode_before": row.mode or "off",
                "mode_after": mode,
                "since_before": row.since,
                "since_after": since,
                "user_id": self.env.uid,
                "order_count": len(orders),
                "waiting_ids": orders,
                "is_pending": bool(orders),
                "restores_id": restores.id if restores else False,
            }
        )
        self.sudo()._switch(company, action, mode, since)
        self.sudo()._drop_open_steps(company, action, mode)
        if change.is_pending:
            change._bring_some()
        if change.is_pending:
            self.env.ref("logistics_events.ir_cron_bring_in_line").sudo()._trigger()
        else:
            self.env["logistics.effect"]._wake()
        return change
