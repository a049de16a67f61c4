"""Inbound freight raises the value of the goods it brought, as far as they are left."""

from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.logistics_events.models.ledger import plain, trusted

from .. import allocation
from ..accrual import landed
from ..charge import Line
from ..landing import Goods, land
from ..rounding import ZERO

METHOD_LABELS = [
    ("by_current_cost_price", "By Current Cost"),
    ("by_quantity", "By Quantity"),
    ("by_weight", "By Weight"),
    ("by_volume", "By Volume"),
    ("equal", "Equally"),
]
# What valuation counts as the cost of goods that came in.
_RAISED = ("fifo", "average")


class ResCompany(models.Model):
    _inherit = "res.company"

    logistics_freight_split_method = fields.Selection(
        METHOD_LABELS,
        string="Share Inbound Freight",
        required=True,
        default="by_current_cost_price",
        groups="base.group_user",
        help="By what inbound freight is shared among the goods it brought.",
    )


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    landed_cost_ids = fields.One2many(
        "stock.landed.cost", "logistics_charge_id", string="Landed Costs"
    )

    # === GOODS === #

    def _received(self):
        """Return the moves that brought the goods the freight was for.

        :rtype: stock.move
        """
        self.ensure_one()
        if self.expense != "freight_in":
            return self.env["stock.move"]
        moves = self.sudo().shipment_id.picking_ids.move_ids
        return moves.filtered(
            lambda move: move.state == "done" and move.is_in and move._get_valued_qty()
        ).with_company(self.company_id)

    def _goods(self):
        """Return what was received, as plain values; the key is the id of the move.

        :rtype: list[Goods]
        """
        self.ensure_one()
        return [self._goods_of(move) for move in self._received()]

    def _goods_of(self, move):
        product = move.product_id
        quantity = _exact(move._get_valued_qty())
        # What freight added before is no measure for what it adds next.
        before = sum(
            line.additional_landed_cost
            for line in move._get_landed_cost().get(move, ())
            if line.cost_id.logistics_charge_id
        )
        share = allocation.Share(
            quantity,
            max(_exact(move.value - before), ZERO),
            max(_exact(product.weight) * quantity, ZERO),
            max(_exact(product.volume) * quantity, ZERO),
        )
        account = None
        if product.valuation == "real_time" and product.cost_method in _RAISED:
            accounts = product.product_tmpl_id.get_product_accounts()
            account = accounts["stock_valuation"].id or None
        return Goods(move.id, share, _exact(move.remaining_qty), account)

    def _split_method(self):
        return self.company_id.sudo().logistics_freight_split_method

    def _landing(self, total, currency):
        """Return how an amount is shared by the goods that were received by now.

        :param Decimal total: Signed.
        :param res.currency currency: Its currency.
        :rtype: landing.Landing
        """
        self.ensure_one()
        return land(total, self._goods(), self._split_method(), currency.decimal_places)

    # === WITH THE ENTRY === #

    def _landed(self, posting):
        """Divide the freight-in of a posting between the stock and what was sold.

        :param charge.Posting posting: Any posting of the charge.
        :return: With a line for each account of stock; as it was when there is nothing
            to land, as for outbound freight and before the goods came.
        :rtype: charge.Posting
        """
        self.ensure_one()
        total = posting.balance("freight_in")
        if self.expense != "freight_in" or not total or posting.balance("stock"):
            return posting
        landing = self._landing(total, self.currency_id)
        if not landing.stock:
            return posting
        divided = landed(posting, landing.stock)
        stock = [Line("stock", amount) for amount in landing.by_account().values()]
        others = [line for line in divided.lines if line.role != "stock"]
        return replace(divided, lines=(*stock, *others))

    @api.model
    def _book(self, rows):
        """Override to land inbound freight with the entry that posts it."""
        rows = [
            (charge, charge._landed(posting), effect)
            for charge, posting, effect in rows
        ]
        moves = super()._book(rows)
        for (charge, posting, _effect), move in zip(rows, moves, strict=True):
            if posting.balance("stock"):
                own = charge._own_balance(move, ("stock", "freight_in"))
                charge._make_landed_cost(own, move, is_late=False)
        return moves

    def _prepare(self, books, charge, posting, effect):
        """Override to debit the accounts where the value of the stock is."""
        vals, own = super()._prepare(books, charge, posting, effect)
        if posting.balance("stock"):
            total = posting.balance("stock") + posting.balance("freight_in")
            landing = charge._landing(total, charge.currency_id)
            accounts = iter(landing.by_account())
            for line, command in zip(posting.lines, vals["line_ids"], strict=True):
                if line.role == "stock":
                    command[2]["account_id"] = next(accounts)
        return vals, own

    def _line_vals(self, books, role):
        """Override: which account of stock it is depends on the goods."""
        if role != "stock":
            return super()._line_vals(books, role)
        vals = super()._line_vals(books, "freight_in")
        vals.pop("analytic_distribution", None)
        return vals | {"logistics_charge_role": "stock"}

    def _own_balance(self, move, roles):
        """Return what a document has for the charge, in company currency.

        :rtype: Decimal
        """
        currency = self.company_id.currency_id
        items = move.line_ids.filtered(
            lambda item: (
                item.logistics_charge_id == self and item.logistics_charge_role in roles
            )
        )
        return _exact(currency.round(sum(items.mapped("balance"))))

    def _make_landed_cost(self, total, move, is_late, role="freight_in", landing=None):
        """Record a landed cost whose entry is posted already.

        :param Decimal total: What is shared by the goods, in company currency.
        :param account.move move: The posted entry.
        :param bool is_late: Whether the goods, or the bill, came after the entry that
            posted the freight.
        :param str role: Which role of the charge it comes from.
        :param landing.Landing landing: How it is shared, where that is not as the goods
            share the total.
        :rtype: stock.landed.cost
        """
        self.ensure_one()
        company = self.company_id
        landing = landing or self._landing(total, company.currency_id)
        rows = [row for row in landing.rows if row.stock]
        product = self.env.ref("logistics_freight_accrual.product_freight_in")
        Cost = self.env["stock.landed.cost"].sudo().with_company(company)
        cost = trusted(Cost).create(
            {
                "company_id": company.id,
                "date": move.date,
                "account_journal_id": move.journal_id.id,
                "account_move_id": move.id,
                "picking_ids": [fields.Command.set(self._received().picking_id.ids)],
                "logistics_charge_id": self.id,
                "logistics_amount": float(total),
                "logistics_role": role,
                "logistics_is_late": is_late,
                "cost_lines": [
                    fields.Command.create(
                        {
                            "name": move.ref,
                            "product_id": product.id,
                            "price_unit": float(sum(row.part for row in rows)),
                            "split_method": self._split_method(),
                            "account_id": company._logistics_freight_books()
                            .accounts["accrued"]
                            .id,
                        }
                    )
                ],
            }
        )
        cost = plain(cost)
        cost.valuation_adjustment_lines.create(
            [cost._adjustment_vals(row) for row in rows]
        )
        cost.button_validate()
        return cost


def _exact(value):
    return Decimal(repr(value or 0.0))
