"""Releasing accruals, and proposing those that no bill came for in time."""

from odoo import api, fields, models

from ..accrual import plan


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def _release_now(self, step, amounts):
        """Release what is open of the charges, and post it.

        :param logistics.effect step: The approved action.
        :param dict amounts: By id what is released of a charge, a `Decimal`.
        :return: The journal items.
        :rtype: account.move.line
        """
        items = self.env["account.move.line"]
        if not self:
            return items
        self._say_many(
            [
                (
                    charge,
                    "write_off",
                    f"{step.key}/{step.id}",
                    {
                        "amount": amounts[charge.id],
                        "on": charge.company_id._logistics_today(),
                        "user": step.asked_by,
                    },
                )
                for charge in self
            ]
        )
        rows = []
        for charge in self:
            planned = plan(charge._facts(), charge._posted(), charge._terms())
            rows += [
                (charge, posting, step)
                for posting in planned.postings
                if posting.key == "accrual"
            ]
        moves = self._book(rows)
        items = moves.line_ids
        # What the accrual would take back by itself is taken back by this.
        steps = self.env["logistics.effect"].sudo().search(self._waiting_domain())
        for own in steps:
            charge = self.browse(own.res_id)
            own.approval_ids._void()
            own._mark_done(
                lines=items.filtered(
                    lambda item, charge=charge: (
                        item.logistics_charge_id == charge
                        and item.logistics_charge_role == "accrued"
                    )
                )
            )
        self._reckon()
        return items


class LogisticsFreightWriteOff(models.Model):
    _inherit = "logistics.freight.write.off"

    @api.model
    def _cron_propose(self):
        """Propose what no bill came for in time: one list for each company."""
        Cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([("id", "!=", False)])
        Cron._commit_progress(remaining=len(companies))
        for company in companies:
            self._propose(company)
            if not Cron._commit_progress(1):
                return

    @api.model
    def _propose(self, company):
        """Put what is overdue in a company on its proposal, and tell people once.

        :param res.company company: One company.
        :return: The proposal; empty when nothing is overdue.
        :rtype: logistics.freight.write.off
        """
        WriteOff = self.sudo().with_company(company)
        charges = WriteOff._overdue(company)
        known = WriteOff.search(
            [
                ("company_id", "=", company.id),
                ("is_proposed", "=", True),
                ("state", "=", "draft"),
            ]
        )
        if not charges:
            known.write({"state": "discarded"})
            known._solve(self.env._("Nothing is overdue any more."))
            return self.browse()
        vals = {"charge_ids": [fields.Command.set(charges.ids)]}
        if known:
            known.write(vals)
        else:
            known = WriteOff.create(
                vals
                | {
                    "company_id": company.id,
                    "is_proposed": True,
                    "reason": self.env._("No bill came within the agreed time."),
                }
            )
        summary = self.env._(
            "%(count)s freight charges are accrued, and no bill came in time: "
            "%(amount)s.",
            count=len(charges),
            amount=company.currency_id.format(known.total_amount),
        )
        self.env["logistics.exception"]._open(
            "unmatched", known, summary, company=company, amount=known.total_amount
        )
        return known

    @api.model
    def _overdue(self, company):
        """Return the charges whose bill is overdue by the terms of their carrier.

        :rtype: logistics.charge
        """
        Charge = self.env["logistics.charge"].sudo()
        today = company._logistics_today()
        charges = Charge.search(
            [
                ("company_id", "=", company.id),
                ("open_amount", "!=", 0),
                ("stage", "not in", ("disputed", "settled")),
                ("held_reason", "=", False),
                ("service_date", "<", today),
            ],
            order="service_date, id",
        )
        terms = self.env["logistics.freight.terms"]._for_many(
            [(company, carrier) for carrier in charges.carrier_id]
        )
        asked = (
            self.sudo()
            .search([("company_id", "=", company.id), ("state", "=", "waiting")])
            .charge_ids
        )
        return charges.filtered(
            lambda charge: (
                (today - charge.service_date).days
                > (terms[company, charge.carrier_id].window_days or 180)
            )
        ) - (asked | charges._with_waiting_accruals())
