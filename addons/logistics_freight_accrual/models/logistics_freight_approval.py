"""How many people agree before freight is given up, and who they cannot be."""

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import trusted
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

# What gives up a claim or a liability: judged together, so that nobody divides a large
# one into small ones.
GIVEN_UP = ("concede", "write_off")
ACTIONS = [
    ("dispute", "Dispute a Posted Bill"),
    ("concede", "Concede a Dispute"),
    ("short_pay", "Pay Less"),
    ("write_off", "Write Off Accrued Freight"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_freight_two_people = fields.Monetary(
        string="Freight: Two People Above",
        default=1000.0,
        groups="base.group_user",
        help="Conceding a dispute or writing off accrued freight needs one other "
        "person, and above this amount two.",
    )

    def _logistics_people_needed(self, amount):
        """Return how many other people agree before freight is given up.

        :param float amount: In the currency of the company.
        :return: 1 or 2.
        :rtype: int
        """
        self.ensure_one()
        owner = self.sudo()._logistics_freight_books().owner
        limit = owner.logistics_freight_two_people
        return 2 if self.currency_id.compare_amounts(abs(amount), limit) > 0 else 1


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _selection_action(self):
        """Override of `logistics_events`: what people ask for about freight."""
        known = dict(super()._selection_action())
        return [*known.items(), *(row for row in ACTIONS if row[0] not in known)]

    def _ask_approval(self):
        """Override of `logistics_events`: what one person gives up is judged together,
        not one by one.
        """
        super()._ask_approval()
        self.filtered(lambda step: step.action in GIVEN_UP)._judge_together()

    def _judge_together(self):
        """Ask as many people as the sum calls for that one person wants to give up."""
        for (company, person), _steps in self.grouped(
            lambda step: (step.company_id, step.asked_by)
        ).items():
            waiting = self.sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("asked_by", "=", person.id),
                    ("action", "in", GIVEN_UP),
                    ("state", "in", OPEN_STATES),
                ]
            )
            total = sum(abs(step.amount) for step in waiting)
            needed = company._logistics_people_needed(total)
            trusted(
                waiting.approval_ids.filtered(
                    lambda one, needed=needed: (
                        one.state == "waiting" and one.needed < needed
                    )
                )
            ).write({"needed": needed})

    def _take_if_ready(self):
        """Take the steps now, where nobody has to agree and nothing is paused; the
        others wait for the job.
        """
        ready = self.sudo().search([*self._ready_domain(), ("id", "in", self.ids)])
        if ready:
            ready._take()

    def _inputs_in_words(self):
        """Override of `logistics_events` to say how much of which bill."""
        inputs = self.inputs or {}
        words = super()._inputs_in_words()
        if self.action not in dict(ACTIONS):
            return words
        amount = " ".join(
            inputs[name] for name in ("amount", "currency") if inputs.get(name)
        )
        return [
            *words,
            (self.env._("Carrier Bill"), inputs.get("bill")),
            (self.env._("Amount, tax excluded"), amount),
            (self.env._("Charges"), "\n".join(self._charges_in_words(inputs))),
        ]

    @api.model
    def _charges_in_words(self, inputs):
        """Return the charges of a write-off with their amounts.

        :rtype: list[str]
        """
        return [
            f"{row['name']}: {row['amount']} {row['currency']}"
            for row in inputs.get("charges") or ()
        ]
