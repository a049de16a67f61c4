"""What something would do with money, found out by doing it and undoing it."""

from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rehearsal import rehearsed


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _trial(self, deed):
        """Do something, look at which actions it asks for, and undo it.

        The whole way is gone inside a savepoint that is rolled back: what is listed is
        what would happen, not an estimate. Must not be called while values are typed
        into a form, since nothing that is not stored survives it.

        :param Callable[[], object] deed: What is tried.
        :return: One mapping per action that would be asked for: `action` (its code),
            `name`, `subject`, `quantity`, `amount` and `currency` (code), plus
            `company` and `observed`; None when the deed is refused.
        :rtype: list[dict] | None
        """
        cr = self.env.cr
        try:
            with rehearsed(self.env):
                cr.execute("SELECT COALESCE(max(id), 0) FROM logistics_effect")
                last = cr.fetchone()[0]
                deed()
                self._asked_since(last).filtered(
                    lambda step: (
                        step.action in self._bookkeeping_actions()
                        and step.state == "waiting"
                        and not step.observed
                        and not step.approvers_needed
                    )
                )._take()
                return [step._as_trial() for step in self._asked_since(last)]
        except UserError:
            return None

    @api.model
    def _asked_since(self, last):
        self.env.flush_all()
        return self.sudo().search(
            [("id", ">", last), ("state", "!=", "superseded")], order="id"
        )

    @api.model
    def _document_actions(self):
        """Return the actions that make documents; addons add theirs.

        :rtype: set[str]
        """
        return {"credit"}

    @api.model
    def _bookkeeping_actions(self):
        """Return the actions that make no document but ask for others that do.

        A trial takes them, since what they ask for is what people want to know.

        :rtype: set[str]
        """
        return set()

    def _as_trial(self):
        self.ensure_one()
        actions = dict(self._fields["action"]._description_selection(self.env))
        return {
            "action": self.action,
            "name": actions[self.action],
            "subject": self.order_id.name or self.key,
            "quantity": self.quantity,
            "amount": -self.amount if self.quantity < 0 else self.amount,
            "currency": (self.currency_id or self.company_id.currency_id).name,
            "company": self.company_id.id,
            "observed": self.observed,
        }

    @api.model
    def _trial_text(self, found):
        """Say in one sentence how many actions and how much money a trial found.

        :param list[dict] | None found: As `_trial` returned it.
        :return: Empty when the deed was refused.
        :rtype: str
        """
        if found is None:
            return ""
        found = [row for row in found if not row["observed"]]
        documents = [row for row in found if row["action"] in self._document_actions()]
        if not found:
            return self.env._("No document and no money is concerned.")
        shown = documents or found
        counts = Counter(row["name"] for row in shown)
        sums = Counter()
        for row in shown:
            # In which direction is said by the action; here it is how much moves.
            sums[row["currency"]] += abs(row["amount"])
        words = {
            "subjects": ", ".join(sorted({row["subject"] for row in shown})[:5]),
            "amounts": ", ".join(
                f"{amount:,.2f} {currency}" for currency, amount in sorted(sums.items())
            ),
            "actions": ", ".join(f"{count} {name}" for name, count in counts.items()),
        }
        if not documents:
            return self.env._(
                "No document follows; %(actions)s for %(subjects)s, worth %(amounts)s.",
                **words,
            )
        return self.env._(
            "Documents concerned: %(count)s, for %(subjects)s, worth %(amounts)s "
            "(%(actions)s).",
            count=len({(row["action"], row["subject"]) for row in documents}),
            **words,
        )


class LogisticsImpactMixin(models.AbstractModel):
    """A dialog that says how many documents and how much before money moves."""

    _name = "logistics.impact.mixin"
    _description = "Says What Would Follow"

    impact = fields.Text(string="What Follows", readonly=True)
    tried = fields.Boolean(readonly=True)

    def _ask_first(self, deed):
        """Show what would follow, once, when it is about documents or money.

        :param Callable[[], object] deed: What the dialog is about to do.
        :return: The dialog again, or None when there is nothing to say.
        :rtype: dict | None
        """
        self.ensure_one()
        if self.tried:
            return None
        Effect = self.env["logistics.effect"]
        found = Effect._trial(deed)
        if not any(not row["observed"] for row in found or ()):
            return None
        self.write({"tried": True, "impact": Effect._trial_text(found)})
        return {
            "type": "ir.actions.act_window",
            "name": self._description,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }
