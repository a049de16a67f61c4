"""How many people agree to what a return asks for: the table and the records."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.logistics_events import ledger

from .. import return_approval
from .logistics_return_share import CAUSE, ZERO


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    def _credit_decision(self, position, more=ZERO):
        """Return how many people agree to what is credited of the return, and why.

        :param return_fold.Position position: Where it stands.
        :param Decimal more: What is asked for beside, in company currency.
        :rtype: return_approval.Decision
        """
        self.ensure_one()
        one = self.sudo()
        amount = one._credit_value(position) + one._beside_value() + more
        return one._decide(one._credit_cases(position), amount)

    def _decide(self, cases, amount):
        """Return how many people agree to an amount, and why.

        :param Iterable[str] cases: Keys of `return_approval.CASES`.
        :param Decimal amount: In company currency.
        :rtype: return_approval.Decision
        """
        self.ensure_one()
        company = self.company_id
        found = [self._decide_by(company._logistics_return_table(), cases, amount)]
        if asked_by := (self.credit_terms or {}).get("table"):
            # Nobody makes the table lighter for what waits for them already.
            found.append(self._decide_by(asked_by, cases, amount))
        return return_approval.strictest(found)

    def _decide_by(self, table, cases, amount):
        """Return how many people agree by one approval table.

        :param dict table: As `res.company._logistics_return_table` returns it.
        :rtype: return_approval.Decision
        """
        limits = return_approval.from_table(table)
        known = {
            "amount": max(amount, ZERO),
            "order": self._orders_value(),
            "earlier": self._earlier_refunds(limits),
            "private": not self.partner_id.commercial_partner_id.is_company,
            "photo": self._has_photo(),
            "claimed": self._is_claimed(),
        }
        decision = return_approval.strictest(
            return_approval.decide(return_approval.Request(case=case, **known), limits)
            for case in sorted(cases)
        )
        return return_approval.as_wanted(decision, table["four_eyes"])

    def _credit_cases(self, position):
        """Return which rows of the table apply.

        :param return_fold.Position position: Where the return stands.
        :rtype: set[str]
        """
        self.ensure_one()
        let_go = {
            fact.kind
            for fact in self.fact_ids
            if fact.kind in ("kept", "lost", "goodwill")
            and self._still_let_go(fact.kind) > 0
        }
        came = any(line.accepted for line in position.lines.values())
        cases = {self._case_of(kind) for kind in let_go}
        if self.kind in ("damaged", "lost", "to_sender") and (came or not let_go):
            cases |= {self.kind}
        elif came or not let_go:
            cases |= {"inspected"}
        return cases

    def _case_of(self, deed):
        """Return which row of the table a decision belongs to.

        Damaged goods that the customer keeps are shown by photos, or by nothing.

        :param str deed: `kept`, `lost` or `goodwill`.
        :rtype: str
        """
        self.ensure_one()
        return "damaged" if self.kind == "damaged" and deed == "kept" else deed

    def _still_let_go(self, kind):
        return sum(
            self.fact_ids.filtered(lambda fact: fact.kind == kind).mapped("quantity")
        )

    def _credit_value(self, position):
        """Return what all that is credited of the return is worth.

        :return: In company currency, tax included.
        :rtype: Decimal
        """
        self.ensure_one()
        return sum(
            (
                sold._logistics_value(lines._creditable(position))
                for sold, lines in self._lines_by_sold().items()
            ),
            ZERO,
        )

    def _beside_value(self):
        """Return what else waits to be credited of the same orders.

        Several small credits of one order are one large one.

        :return: In company currency, tax included.
        :rtype: Decimal
        """
        self.ensure_one()
        own = (CAUSE, self._credit_key())
        total = ZERO
        lines = self.order_ids.order_line
        made = lines._logistics_credit_asked(("done",))
        demands = self.env["logistics.credit.demand"].sudo()
        for line, wanted in (
            demands.search([("sale_line_id", "in", lines.ids), ("quantity", ">", 0)])
            .grouped("sale_line_id")
            .items()
        ):
            others = sum(
                (
                    ledger.quantity(demand.quantity)
                    for demand in wanted
                    if (demand.cause, demand.key) != own
                ),
                ZERO,
            )
            done = made[line]
            done -= line._logistics_credit_shares(done).get(own, ZERO)
            total += line._logistics_value(max(others - done, ZERO))
        return total

    def _orders_value(self):
        total = ZERO
        for order in self.order_ids:
            value = order.currency_id._convert(
                order.amount_total,
                self.company_id.currency_id,
                self.company_id,
                self.company_id._logistics_today(),
            )
            total += ledger.quantity(value)
        return max(total, ZERO)

    def _earlier_refunds(self, limits):
        """Return how many refunds the customer had in the days that count.

        :param return_approval.Thresholds limits: What the company allows.
        :rtype: int
        """
        self.ensure_one()
        today = self.company_id._logistics_today()
        notes = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("invoice_date", ">=", today - timedelta(days=limits.days)),
                (
                    "commercial_partner_id",
                    "=",
                    self.partner_id.commercial_partner_id.id,
                ),
            ]
        )
        days = (notes - self._credit_notes()).mapped("invoice_date")
        return return_approval.recent(days, today, limits)

    def _has_photo(self):
        """Return whether there is a photo of the goods, or of what is wrong with them.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self._evidence_photos())

    def _check_claimed(self):
        """Refuse to agree to goods that the carrier lost before they are claimed.

        :raise UserError: While a claim is missing.
        """
        for one in self:
            if "claim" in (one.credit_terms or {}).get("first", ()) and (
                not one._is_claimed()
            ):
                raise UserError(
                    self.env._(
                        "%s: open a claim against the carrier first, then agree.",
                        one.name,
                    )
                )

    def _is_claimed(self):
        """Return whether the carrier was asked to pay, or there is none to be asked.

        :rtype: bool
        """
        self.ensure_one()
        shipments = (self.shipment_ids | self.outbound_ids).filtered("carrier_id")
        if not shipments:
            return True
        claims = self.env["logistics.claim"].sudo()
        return bool(
            claims.search_count(
                [
                    ("shipment_id", "in", shipments.ids),
                    ("state", "!=", "withdrawn"),
                    ("kind", "in", ("lost", "damaged")),
                ],
                limit=1,
            )
        )


class LogisticsApproval(models.Model):
    _inherit = "logistics.approval"

    def _check_decidable(self):
        """Override: what the carrier lost is claimed before it is agreed to.

        :raise UserError: While no claim is open.
        """
        super()._check_decidable()
        self.effect_id._returns_behind()._check_claimed()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_value(self, quantity):
        """Return what a quantity was sold for.

        :param Decimal quantity: In the unit of the line.
        :return: In company currency, tax included.
        :rtype: Decimal
        """
        self.ensure_one()
        if not quantity:
            return ZERO
        company = self.company_id
        price = (
            self.price_total / self.product_uom_qty
            if self.product_uom_qty
            else self.price_unit
        )
        value = self.currency_id._convert(
            price * float(quantity),
            company.currency_id,
            company,
            company._logistics_today(),
        )
        return max(ledger.quantity(value), ZERO)
