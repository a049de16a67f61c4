"""The action *Post a Carrier Bill*: once, and after whoever has to agree did."""

from odoo import api, models

from .logistics_freight_bill_ask import AT_ONCE, POST


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _selection_action(self):
        """Override of `logistics_events`: people ask for the posting of bills."""
        return [*super()._selection_action(), (POST, "Post a Carrier Bill")]

    def _run_post_freight_bill(self):
        """Post the bills, each with one document."""
        for step in self:
            step._freight_bill()._post_now(step)

    def _at_a_time(self):
        """Override of `logistics_events`: one transaction posts one bill of many lines,
        or several that have no more together.
        """
        steps = super()._at_a_time()
        lines = 0
        for place, step in enumerate(steps):
            lines += step._freight_bill().sudo().line_count
            if place and lines > AT_ONCE:
                return steps[:place]
        return steps

    def _freight_bill(self):
        """Return the bill that a step posts.

        :rtype: logistics.freight.bill
        """
        self.ensure_one()
        own = self.res_id if self.action == POST else None
        return self.env["logistics.freight.bill"].browse(own)

    def _askers(self):
        """Override: who took the bill up, matched its lines, accepted or doubted
        them cannot agree to it.
        """
        askers = super()._askers()
        if bill := self._freight_bill().sudo():
            askers |= bill.create_uid | bill.file_ids.user_id | bill.editor_ids
        return askers

    def _set_state(self, state, **more):
        """Override: a bill whose posting was refused can be changed again."""
        result = super()._set_state(state, **more)
        if state == "rejected":
            for step in self.filtered(lambda one: one.action == POST):
                bill = step._freight_bill().sudo()
                if bill.state == "waiting" and not bill._is_held():
                    bill.state = "checked"
        return result

    def _subject_of_key(self):
        """Override of `logistics_events` to name the bill."""
        self.ensure_one()
        if self.action == POST:
            return (self.inputs or {}).get("bill") or self.key
        return super()._subject_of_key()

    def _inputs_in_words(self):
        """Override of `logistics_events` to say which bill, and what was accepted."""
        words, inputs = super()._inputs_in_words(), self.inputs or {}
        if self.action != POST:
            return words
        return [
            *words,
            (self.env._("Carrier Bill"), inputs.get("bill")),
            (self.env._("Total"), inputs.get("total")),
            (self.env._("Accepted"), "\n".join(inputs.get("accepted") or ())),
        ]
