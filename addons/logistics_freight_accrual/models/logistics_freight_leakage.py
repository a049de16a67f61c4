"""What was let pass above the expected: the sum for a carrier and month."""

from decimal import ROUND_DOWN, Decimal

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.logistics_events.models.ledger import insert_once, trusted

from ..limits import LEAKAGE_AMOUNT, LEAKAGE_PERCENT
from ..tolerance import Leakage
from .money import money

# Bills that were never billed, as far as the spend is concerned.
_NOT_STANDING = ("stopped", "refused")


class LogisticsFreightLeakage(models.Model):
    """On screen: Let Pass. Small excesses are let pass, and their sum is watched."""

    _name = "logistics.freight.leakage"
    _inherit = "logistics.ledger.mixin"
    _description = "Let Pass"
    _order = "month desc, carrier_id"
    _rec_name = "carrier_id"

    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    carrier_id = fields.Many2one(
        "logistics.carrier", required=True, ondelete="restrict", index=True
    )
    month = fields.Date(string="First Day", required=True)
    month_text = fields.Char(string="Month", compute="_compute_month_text")
    spend = fields.Monetary(help="What the carrier billed in the month.")
    tolerated = fields.Monetary(string="Let Pass")
    cap = fields.Monetary(string="Monthly Cap")
    flipped = fields.Boolean(
        string="Cap Reached", help="Nothing above the expected is let pass any more."
    )
    checks = fields.Integer(help="Counts the bills that were checked against it.")

    _month_uniq = models.UniqueIndex(
        "(company_id, carrier_id, month)", "This month is known already."
    )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_text(self):
        for row in self:
            row.month_text = format_date(self.env, row.month, date_format="MMMM y")

    @api.model
    def _of_bill(self, bill):
        """Return the month of a bill, locked: two bills never use the same allowance.

        :param logistics.freight.bill bill: The bill that is checked.
        :rtype: logistics.freight.leakage
        """
        day = bill.issued or bill.company_id._logistics_today()
        identity = {
            "company_id": bill.company_id.id,
            "carrier_id": bill.carrier_id.id,
            "month": day.replace(day=1),
        }
        rows = self.sudo()
        domain = [(name, "=", value) for name, value in identity.items()]
        month = rows.search(domain, limit=1)
        if not month:
            month = insert_once(
                rows,
                identity
                | {
                    "spend": 0,
                    "tolerated": 0,
                    "cap": 0,
                    "flipped": False,
                    "checks": 0,
                },
            ) or rows.search(domain, limit=1)
        # Whoever checks another bill meanwhile begins again with this one's sums.
        self.env.cr.execute(
            "UPDATE logistics_freight_leakage SET checks = checks + 1 WHERE id = %s",
            [month.id],
        )
        month.invalidate_recordset(["checks"])
        return month

    def _pure(self, bill, rate):
        """Return the month as a bill's audit takes it, in the currency of the bill.

        :param logistics.freight.bill bill: The bill; its own lines count in the spend
            and not in what was let pass.
        :param Decimal rate: How much of the bill's currency one unit of the company's.
        :rtype: tolerance.Leakage
        """
        self.ensure_one()
        spend, tolerated = self._sums(bill)
        terms = self.env["logistics.freight.terms"]._for(
            self.company_id, self.carrier_id
        )
        percent = Decimal(repr(terms.leakage_percent)) if terms else LEAKAGE_PERCENT
        amount = LEAKAGE_AMOUNT
        if terms:
            amount = money(terms.leakage_amount, self.company_id.currency_id)
        step = Decimal(1).scaleb(-bill.currency_id.decimal_places)

        def there(value):
            return (value * rate).quantize(step, rounding=ROUND_DOWN)

        return Leakage(
            there(spend), there(tolerated), self.flipped, percent, there(amount)
        )

    def _sums(self, bill):
        """Return what the carrier billed in the month, and what was let pass on other
        bills of it, in company currency.

        :rtype: tuple[Decimal, Decimal]
        """
        company = self.company_id
        month = [
            ("company_id", "=", company.id),
            ("carrier_id", "=", self.carrier_id.id),
            ("issued", ">=", self.month),
            ("issued", "<", fields.Date.add(self.month, months=1)),
            ("state", "not in", _NOT_STANDING),
        ]
        Bill = self.env["logistics.freight.bill"].sudo()
        spend, tolerated = Decimal(0), Decimal(0)
        for currency, amount in Bill._read_group(
            month, ["currency_id"], ["lines_amount:sum"]
        ):
            spend += self._in_own(amount, currency)
        others = [
            ("bill_id", "any", [*month, ("id", "!=", bill.id)]),
            ("status", "=", "in_tolerance"),
            ("delta_amount", ">", 0),
        ]
        Line = self.env["logistics.freight.bill.line"].sudo()
        for currency, amount in Line._read_group(
            others, ["bill_id.currency_id"], ["delta_amount:sum"]
        ):
            tolerated += self._in_own(amount, currency)
        return spend, tolerated

    def _in_own(self, amount, currency):
        own = self.company_id.currency_id
        if currency and currency != own:
            amount = currency._convert(amount, own, self.company_id, self.month)
        return money(amount, own)

    def _keep(self, leakage, rate):
        """Keep how far the month has come after a bill was checked.

        :param tolerance.Leakage leakage: In the currency of the bill.
        :param Decimal rate: As `_pure` had it.
        """
        self.ensure_one()
        own = self.company_id.currency_id
        reached = leakage.flipped and not self.flipped
        trusted(self.sudo()).write(
            {
                "spend": own.round(float(leakage.spend / rate)),
                "tolerated": own.round(float(leakage.tolerated / rate)),
                "cap": own.round(float(leakage.cap / rate)),
                "flipped": leakage.flipped,
            }
        )
        if reached:
            self.env["logistics.exception"]._open(
                "tolerance",
                self,
                self.env._(
                    "%(carrier)s: the cap for small excesses of %(month)s is reached. "
                    "Every line above the expected is out of tolerance from now on.",
                    carrier=self.carrier_id.name,
                    month=f"{self.month:%Y-%m}",
                ),
            )
