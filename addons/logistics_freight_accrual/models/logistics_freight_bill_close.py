"""A bill of many lines is posted at once; the job matches it, portion by portion."""

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import as_suite

from .logistics_freight_bill_ask import AT_ONCE

# So many lines are matched by one transaction: some seconds. Each reads the whole bill,
# so that small portions would make the time of a bill grow with its square.
PORTION = 2_000
MAX_CONFLICTS = 10


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    is_closing = fields.Boolean(
        readonly=True,
        copy=False,
        help="It is posted, and the job still matches it with what was accrued.",
    )
    closed_upto = fields.Integer(
        readonly=True, copy=False, help="The last charge that was matched, by its id."
    )
    closing_progress = fields.Float(
        compute="_compute_closing_progress", string="Matched (%)"
    )

    _closing_idx = models.Index("(id) WHERE is_closing")

    @api.depends("is_closing", "closed_upto", "line_count")
    def _compute_closing_progress(self):
        for bill in self:
            done = bill.line_count
            if bill.is_closing:
                done -= bill.env["logistics.freight.bill.line"].search_count(
                    bill._to_close()
                )
            bill.closing_progress = 100.0 * done / (bill.line_count or 1)

    def _to_close(self):
        """Return which lines still wait for the job.

        :rtype: list
        """
        self.ensure_one()
        return [("bill_id", "=", self.id), ("charge_id.id", ">", self.closed_upto)]

    def _close(self, charges):
        """Match what was just posted with what was accrued; of a bill of many lines by
        the job, so that no transaction takes longer than Odoo lets it. Charges and
        books agree in between: they are counted by what is posted, not by matches.

        :param logistics.charge charges: What the bill is about, all of them.
        """
        self.ensure_one()
        if self.line_count <= AT_ONCE:
            charges._reconcile()
            return
        self.write({"is_closing": True, "closed_upto": 0})
        self.env.ref("logistics_freight_accrual.ir_cron_close_bills")._trigger()

    @api.model
    def _cron_close(self):
        """Match the lines of posted bills, portion by portion; what is cut goes on."""
        Cron = self.env["ir.cron"]
        bills = self.search([("is_closing", "=", True)], order="id")
        Cron._commit_progress(remaining=len(bills))
        for bill in bills:
            conflicts = 0
            while bill.is_closing and conflicts < MAX_CONFLICTS:
                try:
                    bill._close_portion()
                    self.env.flush_all()
                    done = 0 if bill.is_closing else 1
                    if not Cron._commit_progress(done):
                        return
                except TransactionRollbackError:
                    # Somebody else changed one of the charges: a new snapshot has it.
                    self.env.cr.rollback()
                    self.env.invalidate_all()
                    conflicts += 1

    def _close_portion(self):
        """Match the next lines; what is matched already is left as it is."""
        self.ensure_one()
        bill = as_suite(self.sudo().with_company(self.company_id))
        bill._lock_bill()
        bill.invalidate_recordset(["is_closing", "closed_upto"])
        if not bill.is_closing:
            return
        lines = bill.env["logistics.freight.bill.line"].search(
            bill._to_close(), order="charge_id.id, id", limit=PORTION
        )
        charges = lines.charge_id
        charges._lock()
        charges._reconcile()
        # A difference of two rates is posted by matching.
        charges.filtered(
            lambda charge: charge.currency_id != charge.company_id.currency_id
        )._reckon()
        bill.write(
            {
                "is_closing": len(lines) == PORTION,
                "closed_upto": max(charges.ids, default=bill.closed_upto),
            }
        )
