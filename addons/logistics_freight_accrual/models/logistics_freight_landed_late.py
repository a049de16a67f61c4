"""Freight that is known before its goods, or ends otherwise than it was accrued."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.logistics_events.models.ledger import as_suite, by_suite

from ..rounding import ZERO

LAND = "land"
# What of a charge raises the value of its goods; variance once the bill is final.
_LANDED = ("freight_in", "variance")


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def _reckon(self):
        """Override: what was accrued before the goods came, or ends otherwise than it
        was accrued, is carried by the goods.
        """
        plans = super()._reckon()
        self._wish_landing()
        return plans

    def _to_land(self):
        """Return what is posted and was not shared by goods yet, in company currency.

        :return: By role; nothing for outbound freight.
        :rtype: dict[str, Decimal]
        """
        self.ensure_one()
        if self.expense != "freight_in":
            return {}
        charge = self.sudo()
        posted = dict.fromkeys(_LANDED, ZERO)
        for row in charge.posting_ids:
            for role, text in row.own_lines:
                role = "freight_in" if role == "stock" else role
                if role in posted:
                    posted[role] += Decimal(text)
        if not charge._is_final():
            del posted["variance"]
        for cost in charge.landed_cost_ids:
            if cost.logistics_role in posted:
                posted[cost.logistics_role] -= Decimal(repr(cost.logistics_amount))
        return {role: amount for role, amount in posted.items() if amount}

    def _is_final(self):
        """Return whether the last bill is posted and nothing of it is contested.

        :rtype: bool
        """
        self.ensure_one()
        posted = {*self.posting_ids.mapped("key")}
        plan = self._plans()[self]
        return (
            plan.position is not None
            and not plan.position.disputed
            and any(
                fact.kind == "bill" and fact.final and f"bill:{fact.ref}" in posted
                for fact in self._facts()
            )
        )

    def _wish_landing(self):
        """Ask for what goods do not carry yet, where there are goods that can."""
        wishes = []
        for charge in self.sudo().filtered("shipment_id"):
            if not charge._received():
                continue
            rest = charge._to_land()
            currency = charge.company_id.currency_id
            if not any(
                charge._landing(amount, currency).stock for amount in rest.values()
            ):
                continue
            late = charge.landed_cost_ids.filtered("logistics_is_late")
            before = sum(Decimal(repr(cost.logistics_amount)) for cost in late)
            wishes.append(charge._landing_wish(before + sum(rest.values(), ZERO)))
        self.env["logistics.effect"].sudo()._desire(wishes)

    def _landing_wish(self, desired):
        self.ensure_one()
        company = self.company_id
        return {
            "company": company,
            "record": self,
            "action": LAND,
            "key": LAND,
            "desired": desired,
            "amount": float(desired),
            "currency": company.currency_id,
            "shipment": self.shipment_id,
            # What is posted is posted; whoever switched it on decided that.
            "force_mode": "on",
            "inputs": {
                "charge": self.display_name,
                "currency": company.currency_id.name,
            },
        }

    def _land_rest(self):
        """Post what goods do not carry yet from the expense to the stock.

        :return: The entries.
        :rtype: account.move
        """
        moves = self.env["account.move"]
        for charge in self.sudo():
            for role, amount in charge._to_land().items():
                moves |= charge._land_late(role, amount)
        return moves

    def _land_late(self, role, amount):
        """Post an amount from the account of a role to the stock, and record why."""
        self.ensure_one()
        landing = self._landing(amount, self.company_id.currency_id)
        if not landing.stock:
            return self.env["account.move"]
        return self._post_landing(role, amount, landing)

    def _post_landing(self, role, amount, landing):
        """Post what goods carry from the account of a role, and record why.

        :param str role: From where.
        :param Decimal amount: What is shared that was not before.
        :param landing.Landing landing: What the goods carry of it.
        :rtype: account.move
        """
        self.ensure_one()
        company = self.company_id
        books = company._logistics_freight_books_needed()
        day, _late = company._logistics_open_day(
            company._logistics_today(), books.journal
        )
        label = self.env._("%s: carried by the goods", self.display_name)
        common = {
            "name": label,
            "partner_id": self.partner_id.id,
            "currency_id": company.currency_id.id,
            "logistics_charge_id": self.id,
        }
        sides = [
            ("stock", account, part, False)
            for (account, _is_more), part in landing.by_side().items()
        ]
        if landing.stock:
            account = books.accounts[role].id
            sides.append((role, account, -landing.stock, self.analytic_distribution))
        lines = [
            common
            | {
                "account_id": account,
                "balance": float(part),
                "amount_currency": float(part),
                "logistics_charge_role": which,
                "analytic_distribution": analytic,
            }
            for which, account, part, analytic in sides
        ]
        move = (
            as_suite(self.env["account.move"].sudo())
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "company_id": company.id,
                    "journal_id": books.journal.id,
                    "date": day,
                    "ref": label,
                    "line_ids": [Command.create(vals) for vals in lines],
                }
            )
        )
        move._logistics_post_dated()
        self._make_landed_cost(amount, move, is_late=True, role=role, landing=landing)
        return move


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    @api.model
    def _selection_action(self):
        """Override of `logistics_events`: what follows from an accrual or a bill."""
        return [
            *super()._selection_action(),
            (LAND, self.env._("Add Inbound Freight to the Stock")),
        ]

    def _run_land(self):
        """Post what the goods of the charges do not carry yet."""
        for step in self:
            charge = self.env["logistics.charge"].sudo().browse(step.res_id)
            charge.invalidate_recordset(["posting_ids", "landed_cost_ids"])
            moves = charge._land_rest()
            step._mark_done(
                lines=moves.line_ids.filtered(
                    lambda item: item.logistics_charge_role == "stock"
                )
            )

    def _subject_of_key(self):
        """Override of `logistics_events` to name the charge."""
        self.ensure_one()
        if self.action == LAND:
            return (self.inputs or {}).get("charge") or self.key
        return super()._subject_of_key()


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Override of `stock`: freight that was posted before the goods came."""
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        pickings = moves.filtered("is_in").picking_id
        if pickings:
            shipments = pickings.sudo().logistics_shipment_ids
            shipments.logistics_charge_ids._wish_landing()
        return moves


class AccountMove(models.Model):
    _inherit = "account.move"

    def _logistics_refuse_if_booked(self, instead):
        """Override: what a landed cost of freight stands on stays as well."""
        super()._logistics_refuse_if_booked(instead)
        if by_suite(self.env):
            return
        costs = (
            self.env["stock.landed.cost"]
            .sudo()
            .search(
                [
                    ("account_move_id", "in", self.ids),
                    ("logistics_charge_id", "!=", False),
                ]
            )
        )
        if costs:
            raise UserError(
                self.env._(
                    "%(documents)s: the goods carry freight by it, and it stays "
                    "posted. %(instead)s",
                    documents=", ".join(costs.account_move_id.mapped("name")),
                    instead=instead,
                )
            )


class StockLandedCost(models.Model):
    """Which charge a landed cost is of is written by the suite, and typed by nobody."""

    _name = "stock.landed.cost"
    _inherit = ["stock.landed.cost", "logistics.folded.mixin"]
    _folded_fields = frozenset(
        {
            "logistics_charge_id",
            "logistics_amount",
            "logistics_role",
            "logistics_is_late",
        }
    )

    logistics_charge_id = fields.Many2one(
        "logistics.charge",
        string="Freight Charge",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    logistics_amount = fields.Monetary(
        string="Freight",
        readonly=True,
        copy=False,
        help="What was shared; what was sold already stays an expense.",
    )
    logistics_role = fields.Char(readonly=True, copy=False)
    logistics_is_late = fields.Boolean(readonly=True, copy=False)

    def _check_can_validate(self):
        """Override of `stock_landed_costs` to refuse freight to customers.

        Odoo would validate it and change nothing.

        :raise UserError: For transfers that go out.
        """
        super()._check_can_validate()
        self._check_incoming()

    def _adjustment_vals(self, row):
        """Return the values of the line of one of the goods.

        :param landing.Landed row: What it carries.
        :rtype: dict
        """
        self.ensure_one()
        move = self.env["stock.move"].browse(row.goods.key)
        share = row.goods.share
        return {
            "cost_id": self.id,
            "cost_line_id": self.cost_lines.id,
            "move_id": move.id,
            "product_id": move.product_id.id,
            "quantity": float(share.quantity),
            "former_cost": move.value,
            "weight": float(share.weight),
            "volume": float(share.volume),
            "additional_landed_cost": float(row.part),
        }
