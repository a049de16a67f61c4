"""What carriers billed before, as averages and past accuracy are taken from."""

from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..charge_types import CHARGE_TYPES
from ..expected_cost import AVERAGE_DAYS, Accuracy, PastCharge
from ..rounding import ZERO, rounded

# How far back bills are compared with what was expected, in days.
ACCURACY_DAYS = 365
_WAITING = ("estimated", "provisional", "confirmed")
_BILLED = ("invoiced", "disputed", "settled")
_FREIGHT = tuple(kind.code for kind in CHARGE_TYPES.values() if kind.is_expense)


class LogisticsExpectedCost(models.Model):
    _inherit = "logistics.expected.cost"

    @api.model
    def _billed_before(self, company, carrier, currency, classes, days):
        """Return what shipments were billed that are like some others.

        :param res.company company: Who shipped.
        :param logistics.carrier carrier: Who charged.
        :param res.currency currency: Only what is charged in it counts.
        :param Collection[tuple[str, str, int]] classes: Service, zone and weight class
            of those others.
        :param list[date] days: The days of service of those others.
        :return: By service, zone and weight class.
        :rtype: dict[tuple, list[expected_cost.PastCharge]]
        """
        found = {}
        if not classes:
            return found
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(x.service, ''), COALESCE(x.zone, ''), x.weight_class,
                       x.weight::text, x.service_date, %(billed)s::text
                  FROM logistics_expected_cost x
                  JOIN logistics_charge c ON c.shipment_id = x.shipment_id
                 WHERE x.source = 'booked' AND x.company_id = %(company)s
                   AND x.carrier_id = %(carrier)s
                   AND x.service_date < %(last)s
                   AND x.service_date >= %(first)s::date - %(days)s
                   AND (COALESCE(x.service, ''), COALESCE(x.zone, ''), x.weight_class)
                       IN %(classes)s
                   AND c.charge_type IN %(freight)s
                 GROUP BY x.id
                HAVING %(complete)s
                """,
                billed=_BILLED_SUM,
                company=company.id,
                carrier=carrier.id,
                last=max(days),
                first=min(days),
                days=AVERAGE_DAYS,
                classes=tuple(classes),
                freight=_FREIGHT,
                complete=_complete(currency),
            )
        )
        for service, zone, weight_class, weight, day, billed in rows:
            found.setdefault((service, zone, weight_class), []).append(
                PastCharge(
                    on=day,
                    carrier=carrier.name,
                    service=service,
                    zone=zone,
                    weight=Decimal(weight),
                    billed=rounded(Decimal(billed), currency.decimal_places),
                    currency=currency.name,
                )
            )
        return found

    @api.model
    def _accuracies(self, company, carrier, currency, today):
        """Return how well each source did for a carrier within a year.

        As `expected_cost.accuracy` counts it, summed up where the rows are.

        :param res.company company: Who shipped.
        :param logistics.carrier carrier: Who charged.
        :param res.currency currency: Only what is charged in it counts.
        :param date today: Later days do not count.
        :rtype: dict[str, expected_cost.Accuracy]
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH compared AS (
                     SELECT x.source, x.charged_amount::numeric AS expected,
                            %(billed)s::numeric AS billed
                       FROM logistics_expected_cost x
                       JOIN logistics_charge c ON c.shipment_id = x.shipment_id
                      WHERE x.company_id = %(company)s AND x.carrier_id = %(carrier)s
                        AND x.has_price AND x.charged_currency_id = %(currency)s
                        AND x.service_date <= %(today)s
                        AND x.service_date > %(today)s::date - %(days)s
                        AND c.charge_type IN %(freight)s
                      GROUP BY x.id
                     HAVING %(complete)s
                )
                SELECT source, count(*), sum(abs(billed))::text,
                       sum(abs(billed - expected))::text, sum(billed - expected)::text
                  FROM compared
                 GROUP BY source
                """,
                billed=_BILLED_SUM,
                company=company.id,
                carrier=carrier.id,
                currency=currency.id,
                today=today,
                days=ACCURACY_DAYS,
                freight=_FREIGHT,
                complete=_complete(currency),
            )
        )
        return {
            source: _accuracy(count, *map(Decimal, sums), currency.decimal_places)
            for source, count, *sums in rows
        }


def _accuracy(count, total, wrong, above, decimals):
    return Accuracy(
        count,
        rounded(max(1 - wrong / total, ZERO), 4) if total else None,
        rounded(above / count, decimals),
    )


# What is disputed is not taken for a price.
_BILLED_SUM = SQL("sum(c.billed_amount - c.disputed_amount)")


def _complete(currency):
    """Return the condition that a shipment was billed as a whole, in a currency."""
    return SQL(
        "bool_and(c.stage NOT IN %s OR c.amount = 0) AND bool_or(c.stage IN %s) "
        "AND min(c.currency_id) = %s AND max(c.currency_id) = %s",
        _WAITING,
        _BILLED,
        currency.id,
        currency.id,
    )
