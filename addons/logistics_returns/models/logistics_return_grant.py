"""Goodwill: an amount that is credited without any goods."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.ledger import as_suite, trusted

from .logistics_return_share import ZERO

GRANTING_GROUPS = (
    "logistics_events.logistics_events_group_user",
    "logistics_events.logistics_events_group_finance",
)


class LogisticsReturnGrant(models.Model):
    """On screen: Goodwill. What a person wants credited on top of any goods, and why.

    It is credited by the one credit action, with the order as its object: nothing of
    the order's quantities changes.
    """

    _name = "logistics.return.grant"
    _inherit = "logistics.ledger.mixin"
    _description = "Goodwill"
    _order = "id desc"
    _rec_name = "reason"

    return_id = fields.Many2one(
        "logistics.return", required=True, ondelete="restrict", index=True
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        required=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(required=True, help="Tax included.")
    reason = fields.Char(required=True, string="Why")
    user_id = fields.Many2one("res.users", required=True, string="Said By")
    at = fields.Datetime(required=True, string="When")
    withdrawn_at = fields.Datetime(string="Taken Back")
    withdrawn_by_id = fields.Many2one("res.users", string="Taken Back By")
    withdrawn_reason = fields.Char(string="Why Taken Back")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "Goodwill is more than nothing."
    )

    # === ACTIONS === #

    def action_withdraw(self, reason):
        """Take goodwill back: what is credited is invoiced again, once agreed to.

        :param str reason: Why; kept.
        :raise UserError: Without a reason, or when it is taken back already.
        """
        self.return_id._check_may_grant()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the goodwill is taken back."))
        if any(one.withdrawn_at for one in self):
            raise UserError(self.env._("It is taken back already."))
        trusted(self.sudo()).write(
            {
                "withdrawn_at": fields.Datetime.now(),
                "withdrawn_by_id": self.env.uid,
                "withdrawn_reason": reason.strip(),
            }
        )
        self.sudo()._want()
        self.sudo().return_id._reckon_again()
        return True

    # === BUSINESS METHODS === #

    def _want(self):
        """Tell the credit action what is granted.

        :return: The steps that are newly open.
        :rtype: logistics.effect
        """
        return self.env["logistics.effect"]._desire([one._wish() for one in self])

    def _key(self):
        """Return the key of the credit action.

        :rtype: str
        """
        self.ensure_one()
        return f"grant/{self.id}"

    def _wish(self):
        self.ensure_one()
        order = self.order_id
        policy = self.env["logistics.policy"]._match("credit", order)
        value = self._value()
        amount = ZERO if self.withdrawn_at else ledger.quantity(self.amount)
        people = self.return_id._grant_decision(self).people
        by_rule = policy._approvers_needed(float(value)) if policy else 1
        return {
            "company": self.company_id,
            "record": order,
            "order": order,
            "action": "credit",
            "key": self._key(),
            "desired": amount,
            "amount": float(value),
            "currency": self.company_id.currency_id,
            "policy": policy,
            "shipment": self.return_id.shipment_ids[:1],
            "asked_by": self.withdrawn_by_id or self.user_id,
            "inputs": {"reason": f"{self.return_id.name}: {self.reason}"},
            "not_before": policy._not_before(),
            "approvers": max(people, by_rule if by_rule > 1 else 1),
        }

    def _documents(self):
        """Return the documents that credit the goodwill, or take it back.

        :rtype: account.move
        """
        steps = self.env["logistics.effect"].search(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "in", self.order_id.ids),
                ("action", "=", "credit"),
                ("key", "in", [one._key() for one in self]),
            ]
        )
        return steps.line_ids.move_id

    def _value(self):
        """Return what it is worth.

        :return: In company currency.
        :rtype: Decimal
        """
        self.ensure_one()
        return ledger.quantity(
            self.currency_id._convert(
                self.amount,
                self.company_id.currency_id,
                self.company_id,
                self.company_id._logistics_today(),
            )
        )


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    grant_ids = fields.One2many(
        "logistics.return.grant", "return_id", string="Goodwill", readonly=True
    )

    def _check_may_grant(self):
        """Check who decides on exceptions for customers.

        :raise AccessError: For anybody but operations and finance.
        """
        self.check_access("write")
        if not self.env.su and not any(
            self.env.user.has_group(group) for group in GRANTING_GROUPS
        ):
            raise AccessError(
                self.env._("Only logistics users and finance decide on returns.")
            )

    def _grant(self, order, amount, reason):
        """Credit an amount as goodwill, once it is agreed to.

        :param sale.order order: What it is credited on.
        :param float amount: In the currency of the order, tax included.
        :param str reason: Why; kept.
        :rtype: logistics.return.grant
        :raise UserError: Without a reason, for nothing, or beyond what is invoiced.
        """
        self.ensure_one()
        self._check_may_grant()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why."))
        if order.company_id != self.company_id:
            raise UserError(self.env._("The order is of another company."))
        customer = self.partner_id.commercial_partner_id
        if order.partner_id.commercial_partner_id != customer:
            raise UserError(self.env._("The order is of another customer."))
        order._logistics_touch()
        amount = order.currency_id.round(amount)
        if order.currency_id.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Goodwill is more than nothing."))
        waiting = sum(
            (step._decimal() for step in order._logistics_open_grants()), ZERO
        )
        order.sudo()._logistics_check_money(ledger.quantity(amount) + waiting)
        grant = trusted(self.env["logistics.return.grant"].sudo()).create(
            {
                "return_id": self.id,
                "order_id": order.id,
                "company_id": order.company_id.id,
                "currency_id": order.currency_id.id,
                "amount": amount,
                "reason": reason.strip(),
                "user_id": self.env.uid,
                "at": fields.Datetime.now(),
            }
        )
        grant._want()
        self.sudo()._reckon_again()
        return self.env["logistics.return.grant"].browse(grant.id)

    def _grant_decision(self, grant):
        """Return how many people agree to goodwill, with all else of the return.

        :rtype: return_approval.Decision
        """
        self.ensure_one()
        one = self.sudo()
        amount = one._beside_value()
        for sold, _lines in one._lines_by_sold().items():
            amount += sold._logistics_value(one._wanted_of(sold))
        if grant not in one.grant_ids.filtered(lambda other: not other.withdrawn_at):
            amount += grant._value()
        return one._decide({"goodwill"}, amount)

    def _beside_value(self):
        """Override: goodwill counts, that of the return also once it is credited."""
        own = self.sudo().grant_ids.filtered(lambda grant: not grant.withdrawn_at)
        total = super()._beside_value() + sum((one._value() for one in own), ZERO)
        keys = {one._key() for one in own}
        return total + sum(
            (
                ledger.quantity(step.amount)
                for step in (self.order_ids | own.order_id)._logistics_open_grants()
                if step.key not in keys
            ),
            ZERO,
        )

    def _people_behind(self):
        """Override: whoever granted goodwill is behind it."""
        found = super()._people_behind()
        people = self.sudo().grant_ids.user_id
        if people and all(user._is_superuser() for user in found):
            return people
        return found | people


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _run_credit(self):
        """Override: goodwill has credit notes of its own."""
        grants = self.filtered(lambda step: step.key.startswith("grant/"))
        super(LogisticsEffect, self - grants)._run_credit()
        for step in grants:
            step._credit_goodwill()

    def _complete_credit(self, order, documents, sign):
        """Override: goods and goodwill together are never more than was invoiced."""
        super()._complete_credit(order, documents, sign)
        if sign > 0:
            order._logistics_check_money_after()

    def _granted(self):
        """Return the goodwill a step is about.

        :rtype: logistics.return.grant
        """
        self.ensure_one()
        number = int(self.key.partition("/")[2])
        return self.env["logistics.return.grant"].sudo().browse(number)

    def _credit_goodwill(self):
        """Make the credit note of goodwill, or take it back."""
        self.ensure_one()
        grant = self._granted()
        order = self.order_id.with_company(self.company_id)
        if self.quantity > 0:
            order._logistics_check_money(self._decimal())
            documents = grant._make_note(order, self._decimal())
        else:
            documents = self._reverse_goodwill(grant)
        if not self._leaves_draft():
            documents.filtered(
                lambda move: move.state == "draft"
            )._logistics_post_dated()
        self._mark_done(
            lines=documents.line_ids.filtered(
                lambda item: item.logistics_return_id == grant.return_id
            )
        )
        for document in documents:
            document.message_post(
                body=self.env._(
                    "Made as goodwill: %(reason)s", reason=self.inputs["reason"]
                )
            )

    def _reverse_goodwill(self, grant):
        """Return the documents that take the credit notes of goodwill back.

        :rtype: account.move
        """
        made = self.search(
            [
                ("res_model", "=", self.res_model),
                ("res_id", "=", self.res_id),
                ("action", "=", "credit"),
                ("key", "=", self.key),
                ("state", "=", "done"),
                ("quantity", ">", 0),
            ]
        )
        documents = self.env["account.move"]
        for note in made.line_ids.move_id.sorted("id"):
            if note.state == "draft":
                as_suite(note).button_cancel()
                documents |= note
            elif note.state == "posted" and not note.reversal_move_ids.filtered(
                lambda move: move.state == "posted"
            ):
                today = self.company_id._logistics_today()
                back = as_suite(note)._reverse_moves(
                    [{"ref": self._said(), "invoice_date": today, "date": today}]
                )
                back.invoice_line_ids.write(
                    {
                        "logistics_return_id": grant.return_id.id,
                        "logistics_order_id": self.order_id.id,
                    }
                )
                documents |= back
        return documents

    def _returns_behind(self):
        """Override: goodwill is granted on a return."""
        grants = self.env["logistics.return.grant"].union(
            *(
                step._granted()
                for step in self.sudo()
                if step.action == "credit" and step.key.startswith("grant/")
            )
        )
        return super()._returns_behind() | grants.sudo().return_id

    def _askers(self):
        """Override: goodwill is the word of whoever granted it."""
        askers = super()._askers()
        if self.action == "credit" and self.key.startswith("grant/"):
            grant = self._granted()
            askers |= grant.user_id | grant.withdrawn_by_id
        return askers
