"""What a return costs the customer: lines of their own on the credit note."""

from odoo import fields, models
from odoo.fields import Command

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.models.logistics_effect import OPEN_STATES

from .. import return_bounds
from .logistics_return_share import CAUSE, ZERO
from .res_company_credit import FEES

RESTOCKING = "logistics_returns.product_restocking_fee"
SHIPPING = "logistics_returns.product_return_shipping"


class LogisticsReturnReason(models.Model):
    _inherit = "logistics.return.reason"

    restocking = fields.Selection(
        [("company", "As the Company Says"), *FEES],
        string="Restocking Fee",
        required=True,
        default="company",
    )
    restocking_percent = fields.Float(string="Restocking Fee (%)")
    restocking_amount = fields.Float(
        string="Restocking Fee of a Return",
        digits=0,
        help="In the currency of the company, tax included, once for a return.",
    )

    _restocking_range = models.Constraint(
        "CHECK (COALESCE(restocking_percent, 0) BETWEEN 0 AND 100 "
        "AND COALESCE(restocking_amount, 0) >= 0)",
        "A fee is not negative, and a percentage is at most 100.",
    )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    logistics_return_id = fields.Many2one(
        "logistics.return",
        string="Return",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
        groups="base.group_user",
        help="The return a fee, or goodwill, is about.",
    )
    logistics_order_id = fields.Many2one(
        "sale.order",
        string="Order of the Return",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
        groups="base.group_user",
        help="The order a fee, or goodwill, is about.",
    )


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _fees(self, order, counted):
        """Return the fees that are due in all for what is credited of an order.

        :param sale.order order: The order.
        :param sale.order.line counted: The lines whose credits are made, or being made.
        :return: By product the amount, in the currency of the order, tax included.
        :rtype: dict[product.product, Decimal]
        """
        self.ensure_one()
        one = self.sudo()
        value, came, first = ZERO, False, None
        for sold, lines in one._lines_by_sold().items():
            wanted = one._wanted_of(sold)
            if wanted > 0:
                first = min(first or sold.order_id, sold.order_id, key=lambda o: o.id)
            if sold.order_id != order or sold not in counted:
                continue
            accepted = sum(
                (
                    ledger.quantity(line.accepted_quantity) / line._per_sold()
                    for line in lines
                ),
                ZERO,
            )
            value += min(accepted, wanted) * sold._logistics_unit_total()
            came = came or (wanted > 0 and any(lines.mapped("received_quantity")))
        if one.kind != "customer":
            return {}
        # What is charged once for the return is on the credit of its first order.
        once = first == order
        fees = {}
        if value > 0:
            fees[self.env.ref(RESTOCKING)] = one._restocking_fee(order, value, once)
        if came and once and one.freight_payer == "customer":
            fees[self.env.ref(SHIPPING)] = one._in_order_currency(
                order, one.company_id.logistics_return_shipping
            )
        return fees

    def _fee_terms(self):
        """Return by which terms fees are charged: whoever agrees does so to these.

        :return: Empty when none are.
        :rtype: list
        """
        self.ensure_one()
        one, company = self.sudo(), self.sudo().company_id
        if one.kind != "customer":
            return []
        terms = []
        kind, source, prefix = one._restocking_terms()
        if kind != "none":
            name = "percent" if kind == "percent" else "amount"
            terms.append([kind, source[f"{prefix}restocking_{name}"]])
        if one.freight_payer == "customer" and company.logistics_return_shipping:
            terms.append(["shipping", company.logistics_return_shipping])
        return terms

    def _restocking_terms(self):
        """Return the kind of the restocking fee, and the record that says how much."""
        reason, company = self.reason_id, self.company_id
        kind = reason.restocking or "company"
        if kind != "company":
            return kind, reason, ""
        return company.logistics_restocking, company, "logistics_"

    def _restocking_fee(self, order, value, once):
        """Return the restocking fee for goods of a value.

        :param Decimal value: In the currency of the order.
        :param bool once: Whether an amount for the whole return is on this order.
        :rtype: Decimal
        """
        kind, source, prefix = self._restocking_terms()
        if kind == "percent":
            percent = ledger.quantity(source[f"{prefix}restocking_percent"])
            return ledger.quantity(
                order.currency_id.round(float(value * percent / 100))
            )
        if kind == "fixed" and once:
            return self._in_order_currency(order, source[f"{prefix}restocking_amount"])
        return ZERO

    def _in_order_currency(self, order, amount):
        return ledger.quantity(
            self.company_id.currency_id._convert(
                amount or 0.0,
                order.currency_id,
                self.company_id,
                self.company_id._logistics_today(),
            )
        )

    def _wanted_of(self, sold):
        """Return what the return wants credited of a sold line, by hand included.

        :rtype: Decimal
        """
        self.ensure_one()
        demand = (
            self.env["logistics.credit.demand"]
            .sudo()
            .search(
                [
                    ("sale_line_id", "=", sold.id),
                    ("cause", "=", CAUSE),
                    ("key", "=", self._credit_key()),
                ]
            )
        )
        return ledger.quantity(demand.quantity or 0.0)

    def _charged(self, order):
        """Return the fees that are charged already, drafts included.

        :return: By product the amount, tax included, in the currency of the order.
        :rtype: dict[product.product, Decimal]
        """
        self.ensure_one()
        found = {}
        fees = self.env["product.product"].union(
            self.env.ref(RESTOCKING), self.env.ref(SHIPPING)
        )
        items = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("logistics_return_id", "=", self.id),
                    ("logistics_order_id", "=", order.id),
                    ("product_id", "in", fees.ids),
                    ("parent_state", "!=", "cancel"),
                ]
            )
        )
        for item in items:
            sign = -1 if item.move_id.move_type == "out_refund" else 1
            amount = ledger.quantity(item.price_total) * sign
            found[item.product_id] = found.get(item.product_id, ZERO) + amount
        return found

    def _charge(self, order, documents, sign, counted):
        """Put what is due of the fees on drafts, never more than these come to.

        :param int sign: 1 on credit notes, -1 on invoices that take credits back.
        """
        self.ensure_one()
        wanted, charged = self._fees(order, counted), self._charged(order)
        due = {
            product: (wanted.get(product, ZERO) - charged.get(product, ZERO)) * sign
            for product in {**wanted, **charged}
        }
        # What the rounding of taxes left over is not charged on its own.
        crumb = ledger.quantity(order.currency_id.rounding)
        due = {
            product: amount
            for product, amount in due.items()
            if amount > (crumb if charged.get(product) else 0)
        }
        for document in documents:
            credit = max(ledger.quantity(document.amount_total), ZERO)
            parts = return_bounds.fees(credit, due.values())
            commands = []
            for product, part in zip(list(due), parts, strict=True):
                due[product] -= part
                if part:
                    commands.append(
                        Command.create(self._fee_line(document, order, product, part))
                    )
            if commands:
                document.write({"invoice_line_ids": commands})
                document._logistics_not_below_zero()

    def _fee_line(self, document, order, product, amount):
        """Return the values of a line that takes an amount, tax included, off a draft.

        :rtype: dict
        """
        vals = document._logistics_line_for(product, amount, order)
        return vals | {
            "price_unit": -vals["price_unit"],
            "logistics_return_id": self.id,
        }


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_unit_total(self):
        """Return what one unit was sold for, tax included, in the order's currency.

        :rtype: Decimal
        """
        self.ensure_one()
        if not self.product_uom_qty:
            return ledger.quantity(self.price_unit)
        return ledger.quantity(self.price_total / self.product_uom_qty)

    def _logistics_open_credit(self):
        """Return whether a credit of the line waits to be made.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self._logistics_credit_asked(OPEN_STATES)[self])


class LogisticsEffect(models.Model):
    _inherit = "logistics.effect"

    def _complete_credit(self, order, documents, sign):
        """Override: fees are charged on the credit note, and given back with it."""
        super()._complete_credit(order, documents, sign)
        lines = self.env["sale.order.line"].union(
            *(step._credited_line() for step in self)
        )
        demands = self.env["logistics.credit.demand"].sudo()
        keys = demands.search(
            [
                ("sale_line_id", "in", lines.ids),
                ("cause", "=", CAUSE),
                ("key", "=like", "return/%"),
            ],
            order="id",
        ).mapped("key")
        ids = dict.fromkeys(int(key.partition("/")[2]) for key in keys)
        returns = self.env["logistics.return"].sudo().browse(ids).exists()
        counted = lines | order.order_line.filtered(
            lambda line: not line._logistics_open_credit()
        )
        for one in returns:
            one._charge(order, documents, sign, counted)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _logistics_line_for(self, product, amount, order, taxes=None):
        """Return the values of a line that comes to an amount, tax included.

        :param Decimal amount: In the currency of the document.
        :param account.tax taxes: Those of the product by default.
        :rtype: dict
        """
        self.ensure_one()
        if taxes is None:
            taxes = self.fiscal_position_id.map_tax(
                product.taxes_id._filter_taxes_by_company(self.company_id)
            )
        price = float(amount)
        if taxes:
            details = taxes._get_tax_details(
                price,
                1.0,
                precision_rounding=self.currency_id.rounding,
                special_mode="total_included",
                product=product,
            )
            price = details["total_excluded"] + sum(
                data["tax_amount"]
                for data in details["taxes_data"]
                if data["tax"].price_include
            )
        return {
            "product_id": product.id,
            "name": product.with_context(
                lang=self.partner_id.lang or self.env.lang
            ).name,
            "quantity": 1.0,
            "price_unit": price,
            "discount": 0.0,
            "tax_ids": [Command.set(taxes.ids)],
            "logistics_order_id": order.id,
        }

    def _logistics_not_below_zero(self):
        """Take off the fees what the rounding of their taxes is beyond the credit."""
        self.ensure_one()
        fees = self.invoice_line_ids.filtered("logistics_return_id")
        while self.currency_id.compare_amounts(self.amount_total, 0) < 0 and fees:
            fees[-1:].price_unit += self.currency_id.rounding
