"""Somebody asks for the posting of a carrier's bill; others agree where it must be."""

import hashlib
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from ..rounding import rounded
from .logistics_freight_bill import TYPED

POST = "post_freight_bill"
# Above the first nobody agrees alone to what is out of tolerance; above the second two
# people agree with who asks. In company currency.
ONE_ABOVE = Decimal(100)
TWO_ABOVE = Decimal(1000)
# A bill of more lines is posted by the job, so that nobody waits before a screen.
AT_ONCE = 1000
# What began so long before an audit may have ended after it.
_OVERLAP = timedelta(minutes=2)


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    effect_ids = fields.One2many(
        "logistics.effect", compute="_compute_effect_ids", string="Actions Taken"
    )

    is_posting_asked = fields.Boolean(
        compute="_compute_is_posting_asked",
        string="Waits for Approval",
        help="Its posting was asked for, and others have to agree.",
    )

    @api.depends("state")
    def _compute_is_posting_asked(self):
        asked = set(self._open_steps().mapped("res_id"))
        for bill in self:
            bill.is_posting_asked = bill.id in asked

    @api.depends("state")
    def _compute_effect_ids(self):
        steps = self.env["logistics.effect"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)], order="id"
        )
        by_bill = steps.grouped("res_id")
        for bill in self:
            bill.effect_ids = by_bill.get(bill.id, steps.browse())

    # === ACTIONS === #

    def action_post(self):
        """Post the bills, or ask whoever has to agree first.

        :raise AccessError: For people outside finance.
        :raise UserError: When a bill cannot be posted; saying why.
        """
        self._check_finance()
        for bill in self:
            bill._ask_to_post()
        return True

    def action_take_back(self):
        """Undo asking: nobody has to agree any more, and lines may change again.

        :raise AccessError: For people outside finance.
        :raise UserError: When nothing waits.
        """
        self._check_finance()
        for bill in self.sudo():
            steps = bill._open_steps()
            if not steps:
                raise UserError(
                    self.env._("Nothing waits about %s.", bill.display_name)
                )
            steps._set_state("superseded")
            bill.state = "waiting" if bill._is_held() else "checked"
        return True

    # === ASKING === #

    def _ask_to_post(self):
        """Ask for the posting; take it at once where nobody has to agree."""
        self.ensure_one()
        bill = self.sudo()
        bill._lock_bill()
        bill._check_may_post()
        if not bill._still_new() or not bill._still_fits():
            return
        if bill._is_to_hold():
            bill._hold()
            return
        step = bill._wish_post(self.env.user)
        bill.state = "waiting"
        if step.approvers_needed or bill.line_count > AT_ONCE:
            return
        step._take()
        if step.state == "failed":
            raise UserError(step.error)

    def _lock_bill(self):
        """Post one bill one transaction after the other: the second one starts again
        and finds it posted.
        """
        self.env.cr.execute(
            "UPDATE logistics_freight_bill SET write_date = write_date "
            "WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_recordset(["state", "move_id"])

    def _check_may_post(self):
        """Check that nothing keeps the bill from being posted.

        :raise UserError: Saying what does.
        """
        self.ensure_one()
        if self.state == "posted":
            raise UserError(self.env._("%s is posted already.", self.display_name))
        if self.layout == TYPED:
            raise UserError(
                self.env._(
                    "%s was typed in Odoo: post the vendor bill.", self.display_name
                )
            )
        if self._open_steps():
            raise UserError(
                self.env._("%s waits for approval already.", self.display_name)
            )
        if self.state != "checked" and not self._is_held():
            raise UserError(
                self.env._(
                    "%s was not checked yet: press Check Again first.",
                    self.display_name,
                )
            )
        if problem := self._why_not():
            raise UserError(
                self.env._(
                    "%(bill)s: %(reason)s", bill=self.display_name, reason=problem
                )
            )
        self.company_id._logistics_freight_books_needed()

    def _why_not(self):
        """Return what keeps the bill from being posted, for a person.

        :rtype: str
        """
        if not self.is_complete:
            return self.env._(
                "its lines and its tax do not make its total. Import the corrected "
                "file."
            )
        if not self._terms():
            return self.env._(
                "there are no Carrier Terms with its carrier. Add them first."
            )
        if not self.issued:
            return self.env._(
                "it has no date. Refuse it, and ask the carrier for one with a date."
            )
        if self.hold_reason == "header":
            return self.env._("its total is too high. Accept it with a reason first.")
        if self._is_held() and self._undecided():
            return self.env._("it is held until its disputes are decided.")
        if not all(self.line_ids.mapped("status")):
            return self.env._(
                "some of its lines were not checked yet. Press Check Again first."
            )
        return ""

    def _still_new(self):
        """Return whether nothing of the bill turned out to be billed before, since it
        was checked; what did is stopped or in dispute now.

        :rtype: bool
        """
        repeated = self.line_ids.filtered("repeats_id")
        if not self._stop_repeats():
            return False
        if self.line_ids.filtered("repeats_id") != repeated:
            self._check()
            return False
        return True

    def _still_fits(self):
        """Return whether the audit still holds; where the charges or the goods changed
        since, it is done once more, and what came out otherwise is said on the bill.

        :rtype: bool
        """
        if self.state != "checked" or not self._changed_since_check():
            return True
        before = self._decision_key()
        self._check()
        if self._decision_key() == before:
            return True
        self._message_log(
            body=self.env._(
                "Its charges changed since it was checked: it was checked again, and "
                "comes out otherwise. Look at its lines, and post it then."
            )
        )
        return False

    def _audit_if_changed(self):
        """Audit the bill once more where its charges changed while others decided."""
        if self._changed_since_check():
            self._audit()

    def _changed_since_check(self):
        """Return whether what the lines are about changed since they were audited.

        :rtype: bool
        """
        if not self.checked_at:
            return True
        since = self.checked_at - _OVERLAP
        about = (self.line_ids.charge_id, self.line_ids.shipment_id)
        return any(
            records.search_count(
                [("id", "in", records.ids), ("write_date", ">=", since)], limit=1
            )
            for records in about
        )

    def _wish_post(self, user):
        """Open the step that posts the bill.

        :param res.users user: Who asks.
        :rtype: logistics.effect
        """
        company = self.company_id
        above = self._above_tolerance()
        day = self._posting_day()
        opened = (
            self.env["logistics.effect"]
            .sudo()
            ._desire(
                [
                    {
                        "company": company,
                        "record": self,
                        "action": POST,
                        "key": f"post/{self._decision_key()}",
                        "desired": 1,
                        "amount": float(above),
                        "currency": company.currency_id,
                        "approvers": max(
                            self._approvers(above, day), self._limits_eased_by(user)
                        ),
                        "force_mode": "on",
                        "asked_by": user,
                        "inputs": self._post_inputs(day),
                    }
                ]
            )
        )
        if not opened:
            raise UserError(
                self.env._(
                    "Posting %s just so was refused. Change what was wrong first.",
                    self.display_name,
                )
            )
        return opened

    def _post_inputs(self, day):
        return {
            "bill": self.display_name,
            "total": self.currency_id.format(self.lines_amount + self.tax_amount),
            "day": fields.Date.to_string(day[0]),
            "is_prior_period": day[1],
            "accepted": [
                f"{line.display_name}: {line.accepted_reason}"
                for line in self.line_ids.filtered("accepted_by_id")
            ],
            "decided": self._decision_key(),
        }

    def _above_tolerance(self):
        """Return what was accepted though it is out of tolerance, in company currency.

        :rtype: Decimal
        """
        amount = self._exact(self.accepted_amount)
        if self.header_accepted_by_id:
            amount += self._exact(self.header_amount)
        rate = self._rate_of_company()
        return rounded(amount / rate, self.company_id.currency_id.decimal_places)

    def _approvers(self, above, day):
        """Return how many people agree before the bill is posted.

        :param Decimal above: What was accepted out of tolerance, in company currency.
        :param tuple day: The posting day, and whether the bill's own is closed.
        :rtype: int
        """
        if above > TWO_ABOVE:
            return 2
        needed = 1 if above > ONE_ABOVE else 0
        owner = self.company_id._logistics_freight_books().owner
        total = Decimal(repr(abs(self.lines_amount))) / self._rate_of_company()
        is_much = total > Decimal(repr(owner.logistics_freight_materiality))
        return max(needed, 1) if day[1] and is_much else needed

    def _limits_eased_by(self, user):
        """Return how many people agree because whoever asks changed the limits of the
        carrier while the bill was here.

        :param res.users user: Who asks.
        :return: 1 or 0.
        :rtype: int
        """
        terms = self._terms()
        # The change is noted to the second, the bill's arrival more finely.
        here_since = self.create_date.replace(microsecond=0)
        return int(
            terms.limits_by_id == user and bool(user) and terms.limits_at >= here_since
        )

    def _decision_key(self):
        """Return a fingerprint of what is posted: a change asks anew.

        :rtype: str
        """
        rows = [
            (
                line.id,
                line.charge_id.id,
                line.amount,
                line.disputed_amount,
                line.is_final,
            )
            for line in self.line_ids.sorted("id")
        ]
        text = repr((self.partner_id.id, self.treatment, self.tax_amount, rows))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _open_steps(self):
        """Return the steps about the bill that wait.

        :rtype: logistics.effect
        """
        return (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("action", "=", POST),
                    ("state", "in", OPEN_STATES),
                ]
            )
        )
