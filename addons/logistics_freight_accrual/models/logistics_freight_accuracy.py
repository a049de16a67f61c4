"""How near what was expected came to what was billed, charge by charge."""

from odoo import fields, models
from odoo.tools import SQL

from ..charge_types import CHARGE_TYPES
from .logistics_charge import SOURCE_LABELS

_BILLED = ("invoiced", "disputed", "settled")


class LogisticsFreightAccuracy(models.Model):
    """One row per charge that was billed; amounts in the currency of the company."""

    _name = "logistics.freight.accuracy"
    _description = "Accuracy of Expected Costs"
    _auto = False
    _order = "service_date desc, id desc"
    _rec_name = "charge_id"

    charge_id = fields.Many2one("logistics.charge", readonly=True)
    shipment_id = fields.Many2one("logistics.shipment", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    carrier_id = fields.Many2one("logistics.carrier", readonly=True)
    charge_type = fields.Selection(
        [(code, kind.label) for code, kind in CHARGE_TYPES.items()],
        string="Charge Type",
        readonly=True,
    )
    source = fields.Selection(SOURCE_LABELS, readonly=True)
    service = fields.Char(readonly=True)
    zone = fields.Char(readonly=True)
    service_date = fields.Date(readonly=True)
    currency_id = fields.Many2one(
        "res.currency", string="Company Currency", readonly=True
    )
    expected = fields.Monetary(readonly=True, aggregator="sum")
    billed = fields.Monetary(
        readonly=True, aggregator="sum", help="Tax excluded, less what is disputed."
    )
    deviation = fields.Monetary(
        string="Billed above Expected", readonly=True, aggregator="sum"
    )
    absolute = fields.Monetary(
        string="Deviation",
        readonly=True,
        aggregator="sum",
        help="Whether more or less was billed: deviations do not cancel out.",
    )
    percent = fields.Float(
        string="Deviation (%)", readonly=True, digits=(16, 2), aggregator="avg"
    )
    is_unexpected = fields.Boolean(
        string="Not Expected", readonly=True, help="First seen on a bill."
    )

    @property
    def _table_query(self):
        # The rate of the day of service, as the accrual has it: what rates make of the
        # difference later is no fault of the source.
        return SQL(
            """
            SELECT c.id, c.id AS charge_id, c.shipment_id, c.company_id, c.carrier_id,
                   c.charge_type, c.source, x.service, x.zone, c.service_date,
                   own.currency_id, amounts.expected, amounts.billed,
                   amounts.billed - amounts.expected AS deviation,
                   abs(amounts.billed - amounts.expected) AS absolute,
                   CASE WHEN amounts.billed <> 0
                        THEN 100.0 * abs(amounts.billed - amounts.expected)
                             / abs(amounts.billed) END AS percent,
                   c.source = 'bill' AS is_unexpected
              FROM logistics_charge c
              JOIN res_company own ON own.id = c.company_id
              JOIN res_currency ours ON ours.id = own.currency_id
              LEFT JOIN logistics_expected_cost x
                     ON x.shipment_id = c.shipment_id AND x.source = 'booked'
             CROSS JOIN LATERAL (
                       SELECT CASE WHEN c.currency_id = ours.id THEN 1
                              ELSE %s / %s END AS factor
                   ) rate
             CROSS JOIN LATERAL (
                       SELECT round(rate.factor * CASE WHEN c.source = 'bill' THEN 0
                                    ELSE c.amount END, ours.decimal_places) AS expected,
                              round(rate.factor * (c.billed_amount - c.disputed_amount),
                                    ours.decimal_places) AS billed
                   ) amounts
             WHERE c.stage IN %s
            """,
            _rate(SQL("ours.id")),
            _rate(SQL("c.currency_id")),
            _BILLED,
        )


def _rate(currency):
    """Return the rate of a currency on the day of service, as Odoo finds it: the last
    one before, else the first one after; the company's own before a shared one."""
    day = SQL("COALESCE(c.service_date, CURRENT_DATE)")
    return SQL(
        """
        COALESCE((SELECT r.rate FROM res_currency_rate r
                   WHERE r.currency_id = %s
                     AND (r.company_id IS NULL OR r.company_id =
                          split_part(own.parent_path, '/', 1)::int)
                   ORDER BY r.name <= %s DESC, r.company_id NULLS LAST,
                            CASE WHEN r.name <= %s THEN r.name END DESC NULLS LAST,
                            r.name
                   LIMIT 1), 1)
        """,
        currency,
        day,
        day,
    )
