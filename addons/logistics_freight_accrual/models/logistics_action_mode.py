"""Switching the accrual: what reached its milestone since the start date follows."""

from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import trusted

from .logistics_charge_reckon import ACCRUE
from .money import money

# Charges that are looked at together.
_PORTION = 500


class LogisticsActionMode(models.Model):
    _inherit = "logistics.action.mode"

    @api.model
    def _change(self, company, action, mode, since=None, restores=None):
        """Override of `logistics_events`: freight incurred since the start date is
        accrued, or observed, from here on.
        """
        change = super()._change(company, action, mode, since, restores)
        if action == ACCRUE:
            charges = self.env["logistics.charge"].sudo()
            if mode != "on":
                charges._let_go(company)
            if mode != "off":
                row = self._row(company, action)
                charges._take_up(company, mode, row.since)
        return change

    @api.model
    def _is_about_orders(self, action):
        """Override of `logistics_events`: freight is about shipments."""
        return action != ACCRUE and super()._is_about_orders(action)

    @api.model
    def _foresee_sums(self, company, action, mode, since):
        """Override of `logistics_events`: the charges that would be accrued at once,
        or observed, and the first day of service among them.
        """
        rows = super()._foresee_sums(company, action, mode, since)
        if action != ACCRUE or mode == "off":
            return rows
        what = {
            "on": self.env._("Freight charges accrued"),
            "observe": self.env._("Freight charges observed"),
        }[mode]
        sums = self.env["logistics.charge"].sudo()._foreseen(company, mode, since)
        return rows + [{"what": what, **row} for row in sums]


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    @api.model
    def _foreseen(self, company, mode, since):
        """Work out what a switch of the accrual does; nothing is changed.

        :param res.company company: Where.
        :param str mode: `observe` or `on`.
        :param date since: What reached its milestone before stays as it is.
        :return: By currency `count`, `amount`, `currency` and `oldest`.
        :rtype: list[dict]
        """
        found = {}
        for reached, new in self._portions(company, mode, since):
            for charge in reached if mode == "on" else new:
                amount = charge._target_once_on() - charge._open_in_books()
                if charge.held_reason or not amount:
                    continue
                row = found.setdefault(
                    charge.currency_id, {"count": 0, "amount": Decimal(0), "days": []}
                )
                row["count"] += 1
                row["amount"] += amount
                row["days"].append(charge._milestone_day())
        return [
            {
                "count": row["count"],
                "amount": row["amount"],
                "currency": currency,
                "oldest": min(row["days"]),
            }
            for currency, row in sorted(found.items(), key=lambda one: one[0].name)
        ]

    def _target_once_on(self):
        """Return what is to be accrued of the charge while the action is on.

        :rtype: Decimal
        """
        self.ensure_one()
        if self.mode == "on":
            return money(self.accrued_amount, self.currency_id)
        return self._watched()

    def _let_go(self, company):
        """Stop following the charges that would have been accrued, and were not yet.

        :param res.company company: Where the action was switched.
        """
        first = 0
        while charges := self.search(
            [
                ("company_id", "=", company.id),
                ("mode", "=", "on"),
                ("posting_ids", "not any", [("key", "=", "accrual")]),
                ("id", ">", first),
            ],
            limit=_PORTION,
            order="id",
        ):
            first = charges[-1].id
            charges._stop_accruing()

    def _stop_accruing(self):
        """Take it that the charges are not accrued: no accrual of theirs was posted,
        and none will be. What is billed for them is cost at once.
        """
        never = self.filtered(
            lambda charge: (
                charge.mode == "on"
                and "accrual" not in charge.posting_ids.mapped("key")
            )
        )
        never._lock()
        trusted(never).write({"mode": "observe"})
        never._settle_rest(never._reckon())

    @api.model
    def _take_up(self, company, mode, since):
        """Let charges follow the action that was just switched.

        :param res.company company: Where.
        :param str mode: `observe` or `on`.
        :param date since: What reached its milestone before stays as it is.
        """
        for reached, new in self._portions(company, mode, since):
            trusted(new).write({"mode": mode})
            reached._lock()
            reached._reckon()

    @api.model
    def _portions(self, company, mode, since):
        """Return the charges that a switch of the accrual concerns, some at a time.

        :param res.company company: Where.
        :param str mode: `observe` or `on`.
        :param date since: What reached its milestone before is left out.
        :return: All of a portion, and those among them that change their mode.
        :rtype: Iterator[tuple[logistics.charge, logistics.charge]]
        """
        first = 0
        while charges := self.search(
            [
                ("company_id", "=", company.id),
                ("shipment_id", "!=", False),
                ("stage", "in", ("estimated", "provisional", "confirmed", "void")),
                ("id", ">", first),
            ],
            limit=_PORTION,
            order="id",
        ):
            first = charges[-1].id
            reached = charges.filtered(
                lambda charge: (
                    (charge._milestone_day() or fields.Date.to_date("0001-01-01"))
                    >= since
                )
            )
            new = reached.filtered(
                lambda charge: (
                    not charge.mode or (charge.mode, mode) == ("observe", "on")
                )
            )
            yield reached, new
