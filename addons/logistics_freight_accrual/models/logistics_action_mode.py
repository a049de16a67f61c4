"""Switching the accrual: what reached its milestone since the start date follows."""

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import trusted

from .logistics_charge_reckon import ACCRUE

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
        if action == ACCRUE and mode != "off":
            row = self._row(company, action)
            self.env["logistics.charge"].sudo()._take_up(company, mode, row.since)
        return change


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    @api.model
    def _take_up(self, company, mode, since):
        """Let charges follow the action that was just switched.

        :param res.company company: Where.
        :param str mode: `observe` or `on`.
        :param date since: What reached its milestone before stays as it is.
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
            trusted(new).write({"mode": mode})
            reached._lock()
            reached._reckon()
