"""How many people agree to a credit, and whether it is posted then."""

from odoo import api, models

from .. import ledger
from .logistics_credit import APPROVALS
from .logistics_effect import OPEN_STATES


class LogisticsCreditDemand(models.Model):
    _inherit = "logistics.credit.demand"

    @api.model
    def _standing(self, lines, done):
        """Return the demands that are not credited yet, line by line.

        What is credited covers the demands in the order they came.

        :param dict[sale.order.line, Decimal] done: What is credited of each line.
        :rtype: dict[sale.order.line, logistics.credit.demand]
        """
        found = dict.fromkeys(lines, self.browse())
        left = dict(done)
        for demand in self.sudo().search(
            [("sale_line_id", "in", lines.ids), ("quantity", ">", 0)], order="id"
        ):
            line = lines.browse(demand.sale_line_id.id)
            covered = min(ledger.quantity(demand.quantity), max(left[line], 0))
            left[line] -= covered
            if covered < ledger.quantity(demand.quantity):
                found[line] |= demand
        return found

    @api.model
    def _people(self, standing, by_rule):
        """Return how many people agree: the most that any of the demands asks for.

        A rule that asks two people is never undercut.

        :param logistics.credit.demand standing: What is still to be credited.
        :param int by_rule: What the rule says, also of demands that say nothing.
        :rtype: int
        """
        if not standing:
            return by_rule
        numbers = {code: number for number, (code, _label) in enumerate(APPROVALS)}
        asked = [numbers.get(demand.approval, by_rule) for demand in standing]
        return max(*asked, by_rule if by_rule > 1 else 0)

    @api.model
    def _ask_anew(self, wishes):
        """Close what waits for another number of people, so that it is asked again.

        More people are asked at once; fewer only while nobody has agreed yet.

        :param list[dict] wishes: As `_wishes` returns them.
        """
        Effect = self.env["logistics.effect"].sudo()
        for wish in wishes:
            if wish["force_mode"] != "on":
                continue
            waiting = Effect.search(
                [
                    ("res_model", "=", wish["record"]._name),
                    ("res_id", "=", wish["record"].id),
                    ("action", "=", wish["action"]),
                    ("key", "=", wish["key"]),
                    ("observed", "=", False),
                    ("state", "in", OPEN_STATES),
                    ("approvers_needed", "!=", wish["approvers"]),
                ]
            )
            waiting.filtered(
                lambda step, people=wish["approvers"]: (
                    step.approvers_needed < people
                    or not step.approval_ids.decided_by_ids
                )
            )._set_state("superseded")
        Effect.flush_model(["state"])


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _leaves_draft(self):
        """Return whether the credit note is left for a person to post.

        :rtype: bool
        """
        return any(
            step.approvers_needed and step.policy_id.credit_draft for step in self
        )

    def _complete_credit(self, order, documents, sign):
        """Hook: add to the drafts of the steps before they are posted.

        :param sale.order order: The order that is credited.
        :param account.move documents: The drafts.
        :param int sign: 1 for credit notes, -1 where credits are taken back.
        """
