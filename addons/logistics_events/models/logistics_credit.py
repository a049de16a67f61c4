"""The one credit action: whoever wants goods credited says how much in total."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import ledger
from .ledger import insert_once, trusted
from .logistics_effect import OPEN_STATES

# The place in the list is the number of people.
APPROVALS = [("none", "Nobody"), ("one", "One Person"), ("two", "Two People")]


class LogisticsCreditDemand(models.Model):
    """How much of a sold line one cause wants credited.

    A withdrawn delivery, a return and a claim know nothing of each other; the sum of
    what they want is one desired quantity, and its difference one credit note.
    """

    _name = "logistics.credit.demand"
    _inherit = "logistics.ledger.mixin"
    _description = "Credit Demand"
    _order = "id"

    company_id = fields.Many2one("res.company", required=True)
    sale_line_id = fields.Many2one(
        "sale.order.line", required=True, ondelete="restrict", index=True
    )
    cause = fields.Char(required=True, help="Who wants it: release, return, claim.")
    key = fields.Char(required=True)
    quantity = fields.Float(digits=0, required=True)
    reason = fields.Char()
    approval = fields.Selection(
        APPROVALS,
        string="Agreed to By",
        help="How many people must agree; what the rule says where nothing is said.",
    )
    event_id = fields.Many2one("logistics.event")
    shipment_id = fields.Many2one("logistics.shipment")
    asker_ids = fields.Many2many(
        "res.users", "logistics_credit_demand_asker_rel", string="On the Word Of"
    )

    _cause_uniq = models.UniqueIndex("(sale_line_id, cause, key)")

    @api.model
    def _want(self, line, cause, key, quantity, **more):
        """Say how much one cause wants credited of a sold line, in total.

        :param sale.order.line line: The sold line; the quantity is in its unit.
        :param str cause: Who wants it.
        :param str key: Tells several demands of one cause apart.
        :param quantity: The total, zero to take it back.
        :param more: `reason`, `event_id`, `shipment`, `askers` (on whose word, where
            that is not the user at work), `people` (how many must agree, 0 to 2; what
            the rule says where it is left out).
        :return: The credit steps that are newly open; none while the action is off.
        :rtype: logistics.effect
        """
        self = self.sudo()
        amount = ledger.quantity(quantity)
        if amount < 0:
            raise UserError(self.env._("A credit demand is not negative."))
        found = self.search(
            [
                ("sale_line_id", "=", line.id),
                ("cause", "=", cause),
                ("key", "=", key),
            ]
        )
        vals = {
            "quantity": float(amount),
            "reason": more.get("reason"),
            # A release on a person's word has no event.
            "event_id": more.get("event_id") or None,
            "shipment_id": more.get("shipment", self.browse()).id or None,
            "approval": _approval_of(more.get("people")),
        }
        if found:
            trusted(found).write(vals)
        elif amount:
            found = insert_once(
                self,
                vals
                | {
                    "company_id": line.company_id.id,
                    "sale_line_id": line.id,
                    "cause": cause,
                    "key": key,
                },
            )
        else:
            return self.env["logistics.effect"]
        # Nobody agrees to a part of what they asked for, so the earlier ones stay.
        askers = more.get("askers", self.env.user) | found.asker_ids
        trusted(found).write({"asker_ids": [fields.Command.set(askers.ids)]})
        wishes = self._wishes({line: more})
        self._ask_anew(wishes)
        return self.env["logistics.effect"]._desire(wishes)

    @api.model
    def _wishes(self, told, mode=None):
        """Return the wishes for the sums of all demands, line by line.

        :param dict[sale.order.line, dict] told: What was said last of each line, as
            `_want` takes it.
        :param str mode: The mode of the action; that of the company by default.
        :rtype: list[dict]
        """
        lines = self.env["sale.order.line"].union(*told)
        Mode = self.env["logistics.action.mode"]
        modes = {
            company: mode or Mode._mode(company, "credit")
            for company in lines.company_id
        }
        policies = self.env["logistics.policy"]._match_many("credit", lines.order_id)
        totals = lines._logistics_credit_demanded()
        done = lines._logistics_credit_asked(("done",))
        standing = self._standing(lines, done)
        wishes = []
        for line in lines:
            if modes[line.company_id] == "observe":
                # What is credited already would not be credited once more.
                totals[line] -= done[line]
            policy = policies.get(line.order_id, self.env["logistics.policy"])
            wish = self._wish(line, totals[line], policy, told[line])
            wish["approvers"] = self._people(standing[line], wish["approvers"])
            wishes.append(wish | {"force_mode": modes[line.company_id]})
        return wishes

    @api.model
    def _wish(self, line, total, policy, more):
        """Return the wish for a quantity of a line, see `_wishes`."""
        order = line.order_id
        unit_price = (
            line.price_total / line.product_uom_qty
            if (line.product_uom_qty)
            else line.price_unit
        )
        value = order.currency_id._convert(
            unit_price * float(abs(total)),
            order.company_id.currency_id,
            order.company_id,
            order.company_id._logistics_today(),
        )
        return {
            "company": order.company_id,
            "record": order,
            "order": order,
            "action": "credit",
            "key": f"line/{line.id}",
            "desired": total,
            "uom": line.product_uom_id,
            "amount": value,
            "currency": order.company_id.currency_id,
            "shipment": more.get("shipment"),
            "policy": policy,
            "event_id": more.get("event_id"),
            "asked_by": _person(more.get("askers", self.env.user)),
            "inputs": {"reason": more.get("reason") or ""},
            "not_before": policy._not_before(),
            # Without a person only where all who demand it say so (`_people`).
            "approvers": policy._approvers_needed(value) if policy else 1,
        }


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _ask_approval(self):
        """Override: what is credited of one order is judged together, not by line."""
        super()._ask_approval()
        self.filtered(lambda step: step.action == "credit")._need_more_approvers()

    def _need_more_approvers(self):
        """Ask as many people as the sum of what waits for a credit note calls for."""
        if not self:
            return
        waiting = self.sudo().search(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "in", self.order_id.ids),
                ("action", "=", "credit"),
                ("observed", "=", False),
                ("state", "in", OPEN_STATES),
            ]
        )
        for steps in waiting.grouped(
            lambda step: (step.order_id, step.quantity > 0)
        ).values():
            total = sum(steps.mapped("amount"))
            for approval in steps.approval_ids.filtered(
                lambda approval: approval.state == "waiting"
            ):
                policy = approval.effect_id.policy_id
                needed = policy._approvers_needed(total) if policy else 1
                if needed > approval.needed:
                    trusted(approval).write({"needed": needed})

    def _run_credit(self):
        """Make the approved credits, one credit note per order and invoice."""
        giving = self.filtered(lambda step: step.quantity > 0)
        for part, sign in ((giving, 1), (self - giving, -1)):
            if part:
                part._credit(sign)

    def _credit(self, sign):
        """Credit the lines of some orders, or take their credits back; what is posted
        is posted together.

        :param int sign: 1 to credit, -1 to take back.
        """
        due = self.env["account.move"]
        made = []
        for order, steps in self.grouped("order_id").items():
            order = order.with_company(order.company_id)
            documents = steps._draft_credit(order, sign)
            made.append((steps, documents))
            if not steps._leaves_draft():
                due |= documents
        due._logistics_post_dated()
        for steps, documents in made:
            steps._note_credit(documents)

    def _draft_credit(self, order, sign):
        """Return the drafts that credit the lines of one order, or take that back.

        :rtype: account.move
        """
        parts = []
        for step in self:
            line = step._credited_line()
            left = (
                line._logistics_creditable()
                if sign > 0
                else (line._logistics_uncreditable())
            )
            parts += line._logistics_portion(left, step._decimal() * sign)
        reference = f"{order.name} / {', '.join(map(str, self.ids))}"
        documents = order._logistics_reverse(parts, reference)
        self._complete_credit(order, documents, sign)
        return documents

    def _note_credit(self, documents):
        """Note on the steps of one order what was made, and on that what it is for."""
        for step in self:
            line = step._credited_line()
            step._mark_done(
                lines=documents.line_ids.filtered(
                    lambda item, line=line: line in item.sale_line_ids
                )
            )
        reasons = {(step.inputs or {}).get("reason") or step.key for step in self}
        for document in documents:
            document.message_post(
                body=self.env._(
                    "Made from the shipment's events: %(reason)s",
                    reason=", ".join(sorted(reasons)),
                )
            )

    def _askers(self):
        """Override: a credit is the sum of what several people may have asked for."""
        askers = super()._askers()
        if self.action == "credit":
            demands = self.env["logistics.credit.demand"].sudo()
            askers |= demands.search(
                [("sale_line_id", "in", self._credited_line().ids)]
            ).asker_ids
        return askers

    def _credited_line(self):
        """Return the sold line a credit is about; one over a whole order has none."""
        self.ensure_one()
        kind, _slash, number = self.key.partition("/")
        return self.env["sale.order.line"].browse(
            int(number) if kind == "line" else None
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_credit_demanded(self):
        """Return how much all causes want credited of each line.

        :rtype: dict[sale.order.line, Decimal]
        """
        totals = dict.fromkeys(self, ledger.quantity(0))
        demands = self.env["logistics.credit.demand"].sudo()
        for demand in demands.search([("sale_line_id", "in", self.ids)]):
            line = self.browse(demand.sale_line_id.id)
            totals[line] += ledger.quantity(demand.quantity)
        return totals

    def _logistics_credit_asked(self, states, observed=False):
        """Return how much credit steps in some states ask for, line by line.

        :param tuple[str] states: Which steps count.
        :param bool observed: Whether those count that are only watched, or the others.
        :rtype: dict[sale.order.line, Decimal]
        """
        totals = dict.fromkeys(self, ledger.quantity(0))
        for step in (
            self.env["logistics.effect"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "sale.order"),
                    ("res_id", "in", self.order_id.ids),
                    ("action", "=", "credit"),
                    ("observed", "=", observed),
                    ("state", "in", states),
                ]
            )
        ):
            line = self.browse(step._credited_line().id)
            if line in totals:
                totals[line] += step._decimal()
        return totals

    def _logistics_credit_pending(self):
        """Return how much is to be credited of a line and is not credited yet.

        While the action is not on nothing asks for it, but it is demanded all the same.

        :rtype: Decimal
        """
        self.ensure_one()
        if self.env["logistics.action.mode"]._mode(self.company_id, "credit") == "on":
            return self._logistics_credit_asked(OPEN_STATES)[self]
        done = self._logistics_credit_asked(("done",))
        return self._logistics_credit_demanded()[self] - done[self]


def _person(users):
    """Return one of the users, a person where there is one."""
    people = users.filtered(lambda user: not user._is_superuser())
    return (people or users)[:1]


def _approval_of(people):
    """Return the word for a number of people, None where nothing is said.

    :param int | None people: 0, 1 or 2.
    :rtype: str | None
    :raise IndexError: For any other number.
    """
    return None if people is None else APPROVALS[people][0]
