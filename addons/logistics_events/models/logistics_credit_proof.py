"""The counters against the documents they count, and what comes of a difference."""

from odoo import api, models

from .. import ledger
from .logistics_credit_counter import ALLOWED_COLUMNS, TALLY_COLUMNS

# So many counters are compared at once.
_BATCH = 500


class LogisticsCreditCounter(models.Model):
    _inherit = "logistics.credit.counter"

    @api.model
    def _differences(self, company=None):
        """Compare the counters with the posted documents and with what was allowed.

        :param res.company company: Whose counters; those of every company by default.
        :return: One row for each number that is not right: `counter`, `field`, `kept`
            and `found` (what the documents say), the last two as Decimal.
        :rtype: list[dict]
        """
        domain = [("company_id", "=", company.id)] if company else []
        counters = self.sudo().search(domain, order="id")
        differences = []
        for start in range(0, len(counters), _BATCH):
            differences += counters[start : start + _BATCH]._compare()
        return differences

    def _compare(self):
        """Return what is not right of these counters, see `_differences`."""
        lines = self.sale_line_id
        totals = lines._logistics_posted_tallies()
        allowed = self.env["logistics.credit.override"]._allowed(lines)
        differences = []
        for counter in self:
            count, _unit = totals[counter.sale_line_id]
            found = dict(zip(TALLY_COLUMNS, count.values(), strict=True))
            found |= zip(ALLOWED_COLUMNS, allowed[counter.sale_line_id], strict=True)
            differences += [
                {
                    "counter": counter,
                    "field": name,
                    "kept": ledger.quantity(counter[name]),
                    "found": ledger.quantity(value),
                }
                for name, value in found.items()
                if ledger.quantity(counter[name]) != ledger.quantity(value)
            ]
        return differences

    @api.model
    def _cron_prove(self):
        """Compare the counters of every company.

        A difference is one open problem of the company until it is gone.
        """
        companies = self.env["res.company"].browse(
            company.id for (company,) in self.sudo()._read_group([], ["company_id"])
        )
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self.with_company(company)._tell_differences(company)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _tell_differences(self, company):
        """Open the problem of a company, or close it when its counters are right."""
        Exception_ = self.env["logistics.exception"]
        differences = self._differences(company)
        if not differences:
            Exception_._solve(
                "configuration",
                company,
                self.env._("The counters are equal to the documents again."),
                key="credit_counter",
            )
            return
        first = differences[0]["counter"]
        found = Exception_._open(
            "configuration",
            company,
            self.env._(
                "Invoiced and credited quantities of %(company)s: %(count)s numbers "
                "are not those of the documents. The first one is of %(line)s.",
                company=company.name,
                count=len(differences),
                line=first.sale_line_id.display_name,
            ),
            company=company,
            key="credit_counter",
        )
        # Its button opens the first of them; it stays one for the company.
        found.sudo().write({"res_model": self._name, "res_id": first.id})
