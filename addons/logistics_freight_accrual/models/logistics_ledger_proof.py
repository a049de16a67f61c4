"""Sub-ledger equals general ledger: the charges that are open, against the books.

What is posted for charges never changes, and neither do the entries that carry it. So
a proof that counted everything is where the next one starts: it adds what was posted
since, and looks again at every entry that was touched. The job of the night counts
everything anew.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import trusted

# A transaction may write what it began so long ago.
MARGIN = timedelta(hours=1)
# So many differences are kept one by one.
KEPT = 500


class LogisticsLedgerProof(models.Model):
    """On screen: Ledger Proof. What a company had accrued at the end of a day, counted
    twice: by its charges and by its books. Kept as evidence.
    """

    _name = "logistics.ledger.proof"
    _inherit = "logistics.ledger.mixin"
    _description = "Ledger Proof"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date(required=True, string="At the End of")
    account_ids = fields.Many2many("account.account", string="Accrued Freight")
    charge_amount = fields.Monetary(
        string="Open Charges", help="What all charges together still have accrued."
    )
    book_amount = fields.Monetary(
        string="Balance of the Account", help="A liability counts as positive."
    )
    difference = fields.Monetary(help="Books less charges: 0.00 proves them equal.")
    difference_count = fields.Integer(string="Entries That Differ")
    is_equal = fields.Boolean(string="Equal")
    is_full = fields.Boolean(
        string="Counted Anew",
        help="Every posting and every journal item was counted, whatever was known.",
    )
    base_id = fields.Many2one(
        "logistics.ledger.proof",
        string="Started From",
        ondelete="restrict",
        help="What was counted anew then and was not touched since was not counted "
        "again.",
    )
    is_current = fields.Boolean(help="The last one of the company.")
    counted_at = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", string="Counted By", required=True)
    settled_amount = fields.Monetary(
        help="Of the open charges, what was posted before the last hour."
    )
    settled_before = fields.Datetime()
    line_ids = fields.One2many(
        "logistics.ledger.proof.line", "proof_id", string="Differences Found"
    )

    _base_idx = models.Index("(company_id, day) WHERE is_full")
    _current_uniq = models.UniqueIndex(
        "(company_id) WHERE is_current", "Another proof of the company is the last one."
    )

    @api.depends("company_id", "day")
    def _compute_display_name(self):
        for proof in self:
            proof.display_name = self.env._(
                "%(company)s, end of %(day)s",
                company=proof.company_id.name,
                day=fields.Date.to_string(proof.day),
            )

    # === ACTIONS === #

    def action_count_anew(self):
        """Prove the same day again, counting everything, and show it."""
        self.ensure_one()
        self.check_access("read")
        return self._prove(self.company_id, self.day, full=True)._window()

    def action_view_open(self):
        """Open the charges behind the sum."""
        self.ensure_one()
        return self.env["logistics.freight.open"]._window_on(self.company_id, self.day)

    def action_view_items(self):
        """Open the journal items behind the balance."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accrued Freight"),
            "res_model": "account.move.line",
            "view_mode": "list,pivot,form",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("account_id", "in", self.account_ids.ids),
                ("parent_state", "=", "posted"),
                ("date", "<=", fields.Date.to_string(self.day)),
            ],
            "context": {"search_default_unreconciled": 1},
        }

    def _window(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ledger Proof"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _prove(self, company, day, full=False):
        """Count what a company had accrued at the end of a day, and keep the result.

        :param res.company company: Whose charges and books.
        :param date day: By the dates of the books.
        :param bool full: Whether everything is counted anew.
        :rtype: logistics.ledger.proof
        :raise UserError: When the company has no account for accrued freight.
        """
        proofs_sudo = trusted(self.sudo())
        accounts = proofs_sudo._accounts(company)
        if not accounts:
            raise UserError(
                self.env._(
                    "%s has no account for accrued freight yet: there is nothing to "
                    "prove.",
                    company.name,
                )
            )
        self.env["logistics.charge.posting"].flush_model()
        self.env["account.move.line"].flush_model()
        base = proofs_sudo.browse()
        if not full:
            base = proofs_sudo._base(company, day, accounts)
        now = self.env.cr.now()
        if base:
            found = proofs_sudo._counted_since(base, company, day, accounts)
        else:
            found = proofs_sudo._counted_anew(company, day, accounts, now - MARGIN)
            found |= {"is_full": True, "settled_before": now - MARGIN}
        differences = found.pop("differences")
        currency = company.currency_id
        proof = proofs_sudo.create(
            found
            | {
                "company_id": company.id,
                "day": day,
                "account_ids": [fields.Command.set(accounts.ids)],
                "difference": currency.round(
                    found["book_amount"] - found["charge_amount"]
                ),
                "difference_count": len(differences),
                "is_equal": not differences,
                "base_id": base.id,
                "counted_at": now,
                "user_id": self.env.uid,
                "line_ids": [fields.Command.create(row) for row in differences[:KEPT]],
            }
        )
        proof._become_current()
        return self.browse(proof.id)

    def _become_current(self):
        """Take the place of the proof that was the last one, unless it is older."""
        last = self.search(
            [("company_id", "=", self.company_id.id), ("is_current", "=", True)]
        )
        if all(other.day <= self.day for other in last):
            last.write({"is_current": False})
            last.flush_recordset(["is_current"])
            self.write({"is_current": True})

    def _accounts(self, company):
        """Return where the company books accrued freight, and where it used to.

        :rtype: account.account
        """
        current = company.sudo()._logistics_freight_books().accounts["accrued"]
        last = self.search(
            [("company_id", "=", company.id), ("is_full", "=", True)], limit=1
        )
        Line = self.env["account.move.line"]
        former = last.account_ids.filtered(
            lambda account: (
                account not in current
                and Line.search_count(
                    [
                        ("account_id", "=", account.id),
                        ("company_id", "=", company.id),
                        ("logistics_charge_id", "!=", False),
                    ],
                    limit=1,
                )
            )
        )
        return current | former

    def _base(self, company, day, accounts):
        """Return the last full proof that a proof of a day can start from."""
        found = self.search(
            [
                ("company_id", "=", company.id),
                ("is_full", "=", True),
                ("day", "<=", day),
                ("difference_count", "<=", KEPT),
            ],
            order="day desc, id desc",
            limit=1,
        )
        return found if found.account_ids == accounts else found.browse()

    # === THE JOB === #

    @api.model
    def _cron_prove(self):
        """Prove every company that books freight, counting everything anew.

        A difference is one open problem of the company until it is gone.
        """
        Company = self.env["res.company"]
        owners = Company.search([("logistics_freight_accrued_account_id", "!=", False)])
        companies = Company.search([("id", "child_of", owners.ids)]).filtered(
            lambda one: self.sudo()._accounts(one)
        )
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            proof = self.with_company(company)._prove(
                company, company._logistics_today(), full=True
            )
            proof._tell_difference()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _tell_difference(self):
        """Open the problem of the company, or close it when the proof holds."""
        self.ensure_one()
        Exception_ = self.env["logistics.exception"]
        company = self.company_id
        if self.is_equal:
            Exception_._solve(
                "configuration",
                company,
                self.env._("Charges and books are equal again."),
                key="freight_ledger",
            )
            return
        found = Exception_._open(
            "configuration",
            company,
            self.env._(
                "Accrued freight of %(company)s: the books show %(books)s, the open "
                "charges %(charges)s; %(count)s differences.",
                company=company.name,
                books=self.currency_id.format(self.book_amount),
                charges=self.currency_id.format(self.charge_amount),
                count=self.difference_count,
            ),
            company=company,
            key="freight_ledger",
            amount=abs(self.difference),
        )
        # Its button opens the proof that says more; it stays one for the company.
        found.sudo().write(
            {
                "res_model": self._name,
                "res_id": self.id,
                "amount": abs(self.difference),
            }
        )


class LogisticsLedgerProofLine(models.Model):
    """One difference: what the charges say of an entry, and what it says itself."""

    _name = "logistics.ledger.proof.line"
    _inherit = "logistics.ledger.mixin"
    _description = "Difference of a Ledger Proof"
    _order = "id"
    _rec_name = "move_name"

    proof_id = fields.Many2one(
        "logistics.ledger.proof", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="proof_id.company_id", store=True)
    currency_id = fields.Many2one(related="proof_id.currency_id")
    kind = fields.Selection(
        [
            ("stray", "Journal Item without a Charge"),
            ("gone", "Posted for the Charge, Not in the Books"),
            ("unknown", "In the Books, Not Posted for the Charge"),
            ("amount", "Another Amount in the Books"),
        ],
        string="What",
        required=True,
    )
    charge_id = fields.Many2one("logistics.charge", ondelete="restrict")
    # What should not be there may be removed; its name stays.
    move_id = fields.Many2one("account.move", string="Entry", ondelete="set null")
    move_name = fields.Char(string="Number")
    charge_amount = fields.Monetary(string="By the Charge")
    book_amount = fields.Monetary(string="By the Books")
    difference = fields.Monetary()

    def action_open_move(self):
        """Open the entry or document.

        :raise UserError: When it is gone.
        """
        self.ensure_one()
        if not self.move_id:
            raise UserError(self.env._("This entry was removed since."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
