"""Crediting more than was invoiced: by whom, why, how much, and who else agreed."""

from odoo import api, fields, models
from odoo.tools import SQL

from .. import ledger
from .logistics_effect import OPEN_STATES

EXCEED = "exceed"
EXCEED_GROUP = "logistics_events.logistics_events_group_credit_override"


class LogisticsCreditOverride(models.Model):
    """On screen: Credit Beyond the Invoiced. A person with the right said why more of a
    sold line may be credited than was invoiced, and by how much.
    """

    _name = "logistics.credit.override"
    _inherit = "logistics.ledger.mixin"
    _description = "Credit Beyond the Invoiced"
    _log_access = False
    _order = "id desc"
    _rec_name = "sale_line_id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    order_id = fields.Many2one(
        "sale.order", string="Sales Order", required=True, ondelete="restrict"
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Sold Line",
        required=True,
        ondelete="restrict",
        index=True,
    )
    # A draft may be deleted; its name stays.
    move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        ondelete="set null",
        index="btree_not_null",
    )
    move_name = fields.Char(string="Credit Note Number")
    currency_id = fields.Many2one("res.currency", required=True)
    quantity = fields.Float(digits=0, required=True, help="In the unit it was sold in.")
    amount = fields.Monetary(required=True, help="With tax.")
    value = fields.Float(
        digits=0, required=True, help="What it is worth in the company's currency."
    )
    reason = fields.Text(required=True, string="Why")
    user_id = fields.Many2one("res.users", string="Said By", required=True)
    asked_at = fields.Datetime(required=True, string="When")
    effect_id = fields.Many2one(
        "logistics.effect", string="Action Taken", ondelete="restrict", index=True
    )
    state = fields.Selection(related="effect_id.state")

    _order_idx = models.Index("(order_id)")

    @api.model
    def _allowed(self, lines):
        """Return what was allowed of each line in total.

        :return: Quantity and money.
        :rtype: dict[sale.order.line, tuple[Decimal, Decimal]]
        """
        found = {
            line: (ledger.quantity(quantity), ledger.quantity(amount))
            for line, quantity, amount in self.sudo()._read_group(
                [("sale_line_id", "in", lines.ids), ("effect_id.state", "=", "done")],
                ["sale_line_id"],
                ["quantity:sum", "amount:sum"],
            )
        }
        nothing = (ledger.quantity(0), ledger.quantity(0))
        return {line: found.get(line, nothing) for line in lines}

    def _wish(self):
        """Return the wish that the database lets this much pass.

        The person with the right is one of those who decide: where the rule about
        credit notes asks for two, somebody else from finance agrees.

        :rtype: dict
        """
        self.ensure_one()
        order = self.order_id
        given = self.search(
            [
                ("order_id", "=", order.id),
                ("effect_id.state", "in", ("done", *OPEN_STATES)),
            ]
        )
        # Nobody divides a large one into small ones.
        worth = sum((given | self._beside()).mapped("value"))
        policy = self.env["logistics.policy"]._match("credit", order)
        people = policy._approvers_needed(worth) if policy else 1
        return {
            "company": self.company_id,
            "record": self,
            "order": order,
            "action": EXCEED,
            "key": f"line/{self.sale_line_id.id}",
            "desired": 1,
            "amount": self.value,
            "currency": self.company_id.currency_id,
            "policy": policy,
            "asked_by": self.user_id,
            "inputs": {
                "reason": self.reason,
                "line": self.sale_line_id.display_name,
                "document": self.move_name,
                "beyond": self.sale_line_id._logistics_beyond_text(
                    self.quantity, self.amount
                ),
            },
            "approvers": max(people - 1, 0),
            "force_mode": "on",
        }

    def _beside(self):
        """Return all that is asked for with the same credit note and not decided."""
        return self.search(
            [("move_id", "=", self.move_id.id), ("effect_id", "=", False)]
        )


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _selection_action(self):
        """Override: what a person with the right asks for."""
        name = self.env._("Credit Beyond the Invoiced")
        return [*super()._selection_action(), (EXCEED, name)]

    def _run_exceed(self):
        """Raise what the database lets pass; a credit note that is gone needs none."""
        overrides = self.env["logistics.credit.override"].sudo()
        for step in self:
            override = overrides.browse(step.res_id)
            if override.move_id.state == "draft":
                self.env["logistics.credit.counter"]._allow(override)
                step._mark_done()
                override.move_id.message_post(
                    body=self.env._(
                        "%(line)s: %(beyond)s may be credited beyond the invoiced. "
                        "%(user)s: %(reason)s",
                        line=override.sale_line_id.display_name,
                        beyond=(step.inputs or {}).get("beyond"),
                        user=override.user_id.name,
                        reason=override.reason,
                    )
                )
            else:
                step._set_state("superseded")

    def _subject_of_key(self):
        """Override to name the sold line."""
        self.ensure_one()
        if self.action == EXCEED:
            return (self.inputs or {}).get("line") or self.key
        return super()._subject_of_key()

    def _inputs_in_words(self):
        """Override to say what would be credited beyond the invoiced."""
        inputs = self.inputs or {}
        return [
            *super()._inputs_in_words(),
            (self.env._("Sold Line"), inputs.get("line")),
            (self.env._("Beyond the Invoiced"), inputs.get("beyond")),
            (self.env._("Credit Note"), inputs.get("document")),
        ]


class LogisticsCreditCounter(models.Model):
    _inherit = "logistics.credit.counter"

    @api.model
    def _allow(self, override):
        """Raise what may be credited of a line by exactly what was decided."""
        line = override.sale_line_id
        if not self._known(line):
            self._begin(line)
        self.env.execute_query(
            SQL(
                "UPDATE logistics_credit_counter SET "
                "allowed_quantity = allowed_quantity + %s, "
                "allowed_amount = allowed_amount + %s WHERE sale_line_id = %s "
                "RETURNING id",
                ledger.quantity(override.quantity),
                ledger.quantity(override.amount),
                line.id,
            )
        )
        self.invalidate_model(flush=False)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_beyond_text(self, quantity, amount):
        """Say how much of the line would be credited beyond the invoiced.

        :param quantity: In the unit of the line.
        :param amount: With tax, in the currency of the order.
        :rtype: str
        """
        self.ensure_one()
        parts = []
        if quantity:
            parts.append(f"{ledger.as_text(quantity)} {self.product_uom_id.name}")
        if amount:
            parts.append(self.currency_id.format(float(amount)))
        return ", ".join(parts)
