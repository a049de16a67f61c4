"""A paid bill settles its charges."""

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import trusted

PAID_STATES = ("paid", "reversed")
# So many are noted while somebody pays; a longer bill is noted by the job.
AT_ONCE = 200
BATCH_SIZE = 500
CRON = "logistics_freight_accrual.ir_cron_note_paid_bills"


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        """Override of `account`: charges are told that their bill was paid."""
        result = super()._invoice_paid_hook()
        Posting = self.env["logistics.charge.posting"].sudo()
        domain = [*Posting._unpaid_domain(), ("move_id", "in", self.ids)]
        postings = Posting.search(domain, limit=AT_ONCE + 1)
        if len(postings) <= AT_ONCE:
            postings._note_paid()
        else:
            self.env.ref(CRON).sudo()._trigger()
        return result


class LogisticsChargePosting(models.Model):
    _inherit = "logistics.charge.posting"

    is_paid = fields.Boolean(
        string="Paid", help="The charge was told that the bill was paid."
    )

    @api.model
    def _unpaid_domain(self):
        """Return which postings are on a paid bill that the charge does not know of.

        :rtype: list
        """
        return [
            ("key", "=like", "bill:%"),
            ("move_id.payment_state", "in", PAID_STATES),
            ("is_paid", "=", False),
        ]

    @api.model
    def _cron_note_paid(self):
        """Tell charges whose bill was paid, batch by batch."""
        Cron = self.env["ir.cron"]
        domain = self._unpaid_domain()
        Cron._commit_progress(remaining=self.search_count(domain))
        while postings := self.search(domain, limit=BATCH_SIZE, order="id"):
            postings._note_paid()
            if not Cron._commit_progress(len(postings)):
                break

    def _note_paid(self):
        """Say on the charges of these postings that their bill was paid."""
        told = []
        for posting in self:
            ref = posting.key.partition(":")[2]
            move = posting.move_id
            told.append(
                (
                    posting.charge_id,
                    "payment",
                    f"{ref}/{move.id}",
                    {"target": ref, "on": move.company_id._logistics_today()},
                )
            )
        if told:
            self.env["logistics.charge"].sudo()._say_many(told)
            trusted(self.sudo()).write({"is_paid": True})
