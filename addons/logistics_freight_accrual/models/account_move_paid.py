"""A paid bill settles its charges, for as long as it stays paid."""

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

    def _logistics_note_taken_back(self):
        """Tell the charges of bills that are not paid any more; a long bill is noted
        by the job.
        """
        Posting = self.env["logistics.charge.posting"].sudo()
        domain = [("is_paid", "=", True), ("move_id", "in", self.ids)]
        if not Posting.search_count(domain, limit=1):
            return
        domain += Posting._taken_back_domain()
        postings = Posting.search(domain, limit=AT_ONCE + 1)
        if len(postings) <= AT_ONCE:
            postings._note_taken_back()
        else:
            self.env.ref(CRON).sudo()._trigger()


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
    def _taken_back_domain(self):
        """Return which postings are on a bill that is not paid any more.

        :rtype: list
        """
        return [
            ("is_paid", "=", True),
            ("move_id.payment_state", "not in", PAID_STATES),
        ]

    @api.model
    def _cron_note_paid(self):
        """Tell charges whose bill was paid, or is not paid any more, batch by batch."""
        Cron = self.env["ir.cron"]
        work = (
            (self._unpaid_domain(), "_note_paid"),
            (self._taken_back_domain(), "_note_taken_back"),
        )
        Cron._commit_progress(
            remaining=sum(self.search_count(domain) for domain, _note in work)
        )
        for domain, note in work:
            while postings := self.search(domain, limit=BATCH_SIZE, order="id"):
                getattr(postings, note)()
                if not Cron._commit_progress(len(postings)):
                    return

    def _note_paid(self):
        """Say on the charges of these postings that their bill was paid."""
        self._note(
            True,
            [
                (one.charge_id, "payment", one._payment_ref(), one._bill_ref())
                for one in self
            ],
        )

    def _note_taken_back(self):
        """Say on the charges of these postings that their bill is not paid any more."""
        self._note(
            False,
            [
                (one.charge_id, "unpaid", one._payment_ref(), one._payment_ref())
                for one in self
            ],
        )

    def _note(self, is_paid, told):
        """Keep whether the charges know that their bill is paid, and tell them.

        :param bool is_paid: Whether it is.
        :param list[tuple] told: Charge, kind, ref and target of a fact.
        """
        if not told:
            return
        days = {one: one._logistics_today() for one in self.company_id}
        self.env["logistics.charge"].sudo()._say_many(
            [
                (charge, kind, ref, {"target": target, "on": days[charge.company_id]})
                for charge, kind, ref, target in told
            ]
        )
        trusted(self.sudo()).write({"is_paid": is_paid})

    def _bill_ref(self):
        """Return under which name the charge knows the bill.

        :rtype: str
        """
        self.ensure_one()
        return self.key.partition(":")[2]

    def _payment_ref(self):
        """Return the name of the payment that counts, or of the next one: each time
        that a payment was taken back, the following one is another.

        :rtype: str
        """
        self.ensure_one()
        first = f"{self._bill_ref()}/{self.move_id.id}"
        back = self.charge_id.sudo().fact_ids.filtered(
            lambda fact: (
                fact.kind == "unpaid"
                and (fact.target == first or fact.target.startswith(f"{first}/"))
            )
        )
        times = len(set(back.mapped("target")))
        return f"{first}/{times + 1}" if times else first


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Override of `account`: charges are told when their bill is open again."""
        moves = (self.debit_move_id | self.credit_move_id).move_id
        result = super().unlink()
        moves._logistics_note_taken_back()
        return result
