"""Received goods become a to-do of the warehouse, where a rule says so."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .logistics_return_inspect import OPERATIONS_GROUP

INSPECT = "inspect"
ACTIVITY = "logistics_returns.mail_activity_type_inspect"


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _follow(self, positions):
        """Override: what waits for inspection is somebody's to-do."""
        result = super()._follow(positions)
        self._wish_inspected(positions)
        return result

    @api.model
    def _to_inspect_since(self, company, since):
        """Return the returns begun since a day whose goods wait for inspection.

        :param res.company company: Whose.
        :param date since: What began before stays as it is.
        :rtype: logistics.return
        """
        return self.search(
            [
                ("company_id", "=", company.id),
                ("create_date", ">=", fields.Datetime.to_datetime(since)),
                ("state", "=", "received"),
            ],
            order="id",
        )

    @api.model
    def _wish_inspected(self, positions):
        """Tell the ledger of actions which goods are to be inspected.

        :param dict positions: By return its `return_fold.Position`.
        """
        self.env["logistics.effect"]._desire(
            [
                one._inspection_wish(position)
                for one, position in positions.items()
                if one.line_ids
            ]
        )

    def _inspection_wish(self, position):
        """Return what the ledger of actions is told of goods that wait.

        :param return_fold.Position position: Where the return stands.
        :rtype: dict
        """
        self.ensure_one()
        waits = any(line.waiting for line in position.lines.values())
        Policy = self.env["logistics.policy"]
        policy = Policy._match(INSPECT, self) if waits else Policy
        return {
            "company": self.company_id,
            "record": self,
            "action": INSPECT,
            "key": INSPECT,
            "desired": int(bool(policy)),
            "order": self.order_ids[:1],
            "policy": policy,
            "approvers": 0,
            "inputs": {"return": self.name},
        }

    def _inspector(self):
        """Return who is given the goods to inspect, empty when nobody may.

        Whom the company chose, the responsible of the last receipt, who received.

        :rtype: res.users
        """
        self.ensure_one()
        company = self.company_id
        receipts = self.picking_ids.filtered(lambda one: one.state == "done")
        facts = self.fact_ids.filtered(lambda fact: fact.kind == "received")
        candidates = [
            *(
                top.logistics_return_inspector_id
                for top in reversed(company.parent_ids)
            ),
            receipts.sorted("id").user_id[-1:],
            facts.user_id[-1:],
        ]
        for user in candidates:
            if (
                user.active
                and company in user.company_ids
                and user.has_group(OPERATIONS_GROUP)
            ):
                return user
        return self.env["res.users"]


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _run_inspect(self):
        """Give the inspection to somebody, or tick it off."""
        for step in self:
            one = self.env["logistics.return"].browse(step.res_id)
            if step.quantity > 0:
                one.activity_schedule(
                    ACTIVITY,
                    summary=self.env._("Inspect the goods of %s", one.name),
                    user_id=one._inspector().id,
                )
            else:
                one.activity_feedback([ACTIVITY])
            step._mark_done()


class LogisticsPolicy(models.Model):
    _inherit = "logistics.policy"

    action = fields.Selection(
        selection_add=[(INSPECT, "Inspect Returned Goods")],
        ondelete={INSPECT: "cascade"},
    )
    trigger = fields.Selection(
        selection_add=[("return_received", "Returned Goods Received")],
        ondelete={"return_received": "cascade"},
    )

    @api.constrains("action", "trigger")
    def _check_inspect_trigger(self):
        for policy in self:
            if policy.trigger == "return_received" and policy.action != INSPECT:
                raise ValidationError(
                    self.env._(
                        "Rule %(rule)s: only an inspection follows from goods that "
                        "were received.",
                        rule=policy.name,
                    )
                )

    @api.onchange("action")
    def _onchange_action_inspect(self):
        if self.action == INSPECT:
            self.trigger = "return_received"
            self.domain = "[]"
        elif self.trigger == "return_received":
            self.trigger = "delivered"

    def _unused_values(self):
        """Override: an inspection follows from a receipt and has no amount."""
        if self.action == INSPECT:
            return {
                "trigger": "return_received",
                "trust": "person",
                "proof_without_tracking": "validated",
                "approval": "none",
                "approval_amount": 0.0,
                "delay_minutes": 0,
            }
        return super()._unused_values()

    def _subject_model(self):
        """Override: what is inspected is a return."""
        if self.action == INSPECT:
            return "logistics.return"
        return super()._subject_model()

    def _sentences(self):
        """Override to say that it is about returns whose goods came."""
        sentences = super()._sentences()
        if self.action == INSPECT:
            sentences[0] = self.env._("When: %s.", self._label("trigger"))
            sentences[1] = self.env._(
                "Then: %(action)s, for %(scope)s of %(company)s.",
                action=self._label("action"),
                scope=self.env._("every return")
                if self.scope == "all"
                else self.env._("the returns chosen below"),
                company=self.company_id.name or self.env._("every company"),
            )
        return sentences


class LogisticsActionMode(models.Model):
    _inherit = "logistics.action.mode"

    @api.model
    def _change(self, company, action, mode, since=None, restores=None):
        """Override of `logistics_events`: what waits already is a to-do from then."""
        change = super()._change(company, action, mode, since, restores)
        if action == INSPECT and mode != "off":
            Return = self.env["logistics.return"].sudo()
            since = self._row(company, action).since
            returns = Return._to_inspect_since(company, since)
            returns._lock()
            Return._wish_inspected({one: one._position() for one in returns})
        return change

    @api.model
    def _foresee_sums(self, company, action, mode, since):
        """Override of `logistics_events`: the returns that would be a to-do at once."""
        rows = super()._foresee_sums(company, action, mode, since)
        if action != INSPECT or mode == "off":
            return rows
        waiting = self.env["logistics.return"].sudo()._to_inspect_since(company, since)
        meant = [*self.env["logistics.policy"]._match_many(INSPECT, waiting)]
        if not meant:
            return rows
        return [
            *rows,
            {
                "what": self.env._("Returns whose goods are to be inspected"),
                "count": len(meant),
                "amount": 0.0,
                "currency": company.currency_id,
                "oldest": min(one.create_date for one in meant).date(),
            },
        ]

    @api.model
    def _is_about_orders(self, action):
        """Override: an inspection changes no order."""
        return action != INSPECT and super()._is_about_orders(action)
