"""The action *Accrue Freight*: entries for charges, in batches."""

from odoo import models
from odoo.exceptions import UserError

from .logistics_charge_reckon import ACCRUE


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _lock_parents(self):
        """Override of `logistics_events`: the charges are locked before any sum."""
        result = super()._lock_parents()
        self._logistics_charges()._lock()
        return result

    def _logistics_charges(self):
        """Return the charges that the steps are about, in their order.

        :rtype: logistics.charge
        """
        own = self.filtered(lambda step: step.res_model == "logistics.charge")
        return self.env["logistics.charge"].browse(own.mapped("res_id"))

    def _run_accrue(self):
        """Post what the charges lack, one entry for each."""
        charges = self.env["logistics.charge"].sudo().browse(self.mapped("res_id"))
        charges.invalidate_recordset(["fact_ids", "posting_ids"])
        plans = charges._plans()
        rows = []
        for step, charge in zip(self, charges, strict=True):
            postings = [row for row in plans[charge].postings if row.key == "accrual"]
            if not postings:
                raise UserError(
                    self.env._(
                        "%s: nothing is to be accrued any more, or its facts "
                        "contradict each other.",
                        charge.display_name,
                    )
                )
            rows += [(charge, posting, step) for posting in postings]
        moves = charges._book(rows)
        by_step = {
            step: move
            for (_charge, _posting, step), move in zip(rows, moves, strict=True)
        }
        for step in self:
            items = by_step[step].line_ids
            step._mark_done(
                lines=items.filtered(
                    lambda item: item.logistics_charge_role == "accrued"
                )
            )
        # Of a charge that was billed already, what its bill took moves as well.
        charges._settle_rest(charges._reckon(), dict(zip(charges, self, strict=True)))

    def _set_state(self, state, **more):
        """Override of `logistics_events`: what was never accrued, and is not to be, is
        cost once it is billed.
        """
        result = super()._set_state(state, **more)
        if state == "rejected":
            own = self.filtered(lambda step: step.action == ACCRUE)
            own._logistics_charges().sudo()._stop_accruing()
        return result

    def _subject_of_key(self):
        """Override of `logistics_events` to name the charge."""
        self.ensure_one()
        if self.action == ACCRUE:
            return (self.inputs or {}).get("charge") or self.key
        return super()._subject_of_key()

    def _inputs_in_words(self):
        """Override of `logistics_events` to say which charge, and of which day."""
        inputs = self.inputs or {}
        return [
            *super()._inputs_in_words(),
            (self.env._("Charge"), inputs.get("charge")),
            (self.env._("Day of Service"), inputs.get("day")),
        ]
