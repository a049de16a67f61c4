"""Switching the expectation of goods: returns that wait follow."""

from odoo import api, fields, models

from .logistics_return_expect import EXPECT


class LogisticsActionMode(models.Model):
    _inherit = "logistics.action.mode"

    @api.model
    def _change(self, company, action, mode, since=None, restores=None):
        """Override of `logistics_events`: goods that are to come are expected, or
        observed, from here on.
        """
        change = super()._change(company, action, mode, since, restores)
        if action == EXPECT and mode != "off":
            since = self._row(company, action).since
            returns = (
                self.env["logistics.return"].sudo()._with_goods_to_come(company, since)
            )
            returns._lock()
            returns._wish_expected()
        return change

    @api.model
    def _is_about_orders(self, action):
        """Override of `logistics_events`: goods are expected of returns."""
        return action != EXPECT and super()._is_about_orders(action)

    @api.model
    def _foresee_sums(self, company, action, mode, since):
        """Override of `logistics_events`: the returns whose goods would be expected,
        or observed, at once.
        """
        rows = super()._foresee_sums(company, action, mode, since)
        if action != EXPECT or mode == "off":
            return rows
        returns = (
            self.env["logistics.return"].sudo()._with_goods_to_come(company, since)
        )
        policies = self.env["logistics.policy"]._match_many(EXPECT, returns)
        meant = returns.filtered(
            lambda one: (
                one in policies
                and one._may_come(policies[one])
                and any(
                    line._gap(settle=False) for line in one.line_ids if line.move_id
                )
            )
        )
        if not meant:
            return rows
        return [
            *rows,
            {
                "what": self.env._("Returns whose goods are expected"),
                "count": len(meant),
                "amount": 0.0,
                "currency": company.currency_id,
                "oldest": min(meant.mapped("create_date")).date(),
            },
        ]


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    @api.model
    def _with_goods_to_come(self, company, since):
        """Return the returns begun since a day that still wait for goods.

        :param res.company company: Whose.
        :param date since: What began before stays as it is.
        :rtype: logistics.return
        """
        return self.search(
            [
                ("company_id", "=", company.id),
                ("create_date", ">=", fields.Datetime.to_datetime(since)),
                ("line_ids.expected_quantity", ">", 0),
            ],
            order="id",
        )
