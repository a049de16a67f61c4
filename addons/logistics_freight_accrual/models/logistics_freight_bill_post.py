"""A carrier's bill is posted once: asked for, agreed to, told to its charges."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_events.models.ledger import as_suite

from ..rounding import rounded
from .logistics_charge import PROBLEM_LABELS


class LogisticsFreightBill(models.Model):
    _inherit = "logistics.freight.bill"

    # === HOLDING === #

    def _is_to_hold(self):
        """Return whether the bill is to be held as a whole until it is cleared up.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.treatment == "hold"
            and bool(self.doubtful_amount)
            and not self._is_held()
        )

    def _is_held(self):
        """Return whether the bill was told to its charges, and waits for disputes.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.state == "waiting" and self.treatment == "hold" and not self.move_id
        ) and bool(self.dispute_ids)

    def _undecided(self):
        """Return the disputes that keep the bill from being posted.

        :rtype: logistics.freight.dispute
        """
        return self.dispute_ids.filtered(lambda one: one.open_amount)

    def _hold(self):
        """Tell the charges that they are billed and contested; post nothing."""
        shares = self._shares()
        self._tell(shares, may_post=False)._reckon()
        self._dispute()
        self.state = "waiting"

    # === POSTING === #

    def _post_now(self, step):
        """Post the bill: facts first, then the document that follows from them.

        :param logistics.effect step: Because of which.
        :raise UserError: When it is posted already, or changed since it was asked for.
        """
        self.ensure_one()
        bill = as_suite(self.sudo().with_company(self.company_id))
        bill._lock_bill()
        if bill.state == "posted":
            raise UserError(self.env._("%s is posted already.", self.display_name))
        if step.approvers_needed and not bill.dispute_ids:
            bill._audit_if_changed()
        if (step.inputs or {}).get("decided") != bill._decision_key():
            raise UserError(
                self.env._(
                    "%s changed since its posting was asked for: ask again.",
                    self.display_name,
                )
            )
        shares = bill._shares()
        bill._tell(shares, may_post=True)
        bill._dispute()
        rows = bill._rows(shares)
        move = bill._make_document(rows)
        bill.write({"move_id": move.id, "state": "posted"})
        bill._keep_postings(rows, move, step)
        bill._note_other_day(move)
        charges = self.env["logistics.charge"].union(*(one.charge for one in shares))
        bill._close(charges)
        charges._settle_rest(charges._reckon(), dict.fromkeys(charges, step))
        payable = move.line_ids.filtered(
            lambda item: item.display_type == "payment_term"
        )
        step._mark_done(lines=payable)
        self.env["logistics.exception"]._solve(
            "tolerance", bill, self.env._("The bill was posted.")
        )
        bill._draft_recharges()
        return move

    def _note_other_day(self, move):
        """Say on the bill and its document that its own period is closed."""
        if move.date == self.issued:
            return
        text = self.env._(
            "The books are closed on %(issued)s, the date of the bill: it stands on "
            "%(day)s, the first open day.",
            issued=fields.Date.to_string(self.issued),
            day=fields.Date.to_string(move.date),
        )
        for record in (self, move):
            record._message_log(body=text)

    def _tell(self, shares, may_post):
        """Say on the charges what the bill says of them.

        :param list[Share] shares: What it says.
        :param bool may_post: Whether it may be posted now.
        :return: The charges, which are still to be reckoned.
        :rtype: logistics.charge
        """
        told = []
        for share in shares:
            attrs = {
                "amount": share.amount,
                "tax": share.tax,
                "on": self.issued,
                "target": share.target,
                "final": share.is_final,
                "currency": self.currency_id.name,
            }
            told.append((share.charge, share.kind, share.ref, attrs))
            if share.kind == "bill" and may_post:
                told.append((share.charge, "match", share.ref, {"target": share.ref}))
        try:
            return self.env["logistics.charge"]._keep_facts(told)
        except ValueError as error:
            raise UserError(
                self.env._("%(bill)s: %(reason)s", bill=self.display_name, reason=error)
            ) from error

    def _dispute(self):
        """Open the disputes about what is in doubt."""
        doubtful = self.line_ids.filtered(lambda line: line.disputed_amount > 0)
        if self.kind == "credit" or not doubtful:
            return
        taxes = self._line_taxes()
        decimals = self.currency_id.decimal_places
        parts = {}
        for line in doubtful:
            amount, part = self._exact(line.amount), self._exact(line.disputed_amount)
            parts[line] = rounded(taxes[line] * part / amount, decimals)
        self.env["logistics.freight.dispute"]._open_for(
            doubtful, treatment=self.treatment, taxes=parts
        )

    def _rows(self, shares):
        """Return what is to be posted of each share.

        :param list[Share] shares: What the bill says.
        :return: Share and `charge.Posting`; a share of nothing has none.
        :rtype: list[tuple]
        :raise UserError: When the facts of a charge contradict each other, or its part
            may not be posted yet.
        """
        charges = self.env["logistics.charge"].union(*(one.charge for one in shares))
        charges.invalidate_recordset(["fact_ids", "posting_ids"])
        plans = charges._plans()
        rows = []
        for share in shares:
            planned = plans[share.charge]
            if planned.held:
                raise UserError(
                    self.env._(
                        "%(bill)s: %(charge)s is held: %(reason)s.",
                        bill=self.display_name,
                        charge=share.charge.display_name,
                        reason=dict(PROBLEM_LABELS)[planned.held],
                    )
                )
            own = [row for row in planned.postings if row.key == share.key]
            if own:
                rows.append((share, own[0]))
            elif share.amount or share.tax:
                raise UserError(
                    self.env._(
                        "%(bill)s: the part about %(charge)s may not be posted yet: "
                        "what it is about is not posted.",
                        bill=self.display_name,
                        charge=share.charge.display_name,
                    )
                )
        return rows
