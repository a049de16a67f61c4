"""The charts of the overview: counted by the database, one query each."""

from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.tools import SQL

PERIODS = (1, 7, 30, 90)
# Exceptions that stand for a planned decision, and are nobody's failure.
PLANNED = ("approval_waiting",)


class Period(NamedTuple):
    """What a chart is over.

    :param str start: The beginning, naive UTC as the database stores it.
    :param str step: `hour` or `day`, in the zone of who looks.
    :param str zone: That zone.
    :param list[str] labels: The beginning of each step, local, ISO 8601.
    """

    start: str
    step: str
    zone: str
    labels: list

    def bucket(self, column):
        """Return the SQL of the step that an instant lies in.

        :param SQL column: A column of naive UTC instants.
        :rtype: SQL
        """
        return SQL(
            "to_char(date_trunc(%s, timezone(%s, timezone('UTC', %s))), %s)",
            self.step,
            self.zone,
            column,
            'YYYY-MM-DD"T"HH24:MI',
        )

    def spread(self, found, nothing=0):
        """Return one value for each step.

        :param dict found: Values by the beginning of their step.
        :param nothing: The value of a step without any.
        :rtype: list
        """
        return [found.get(label, nothing) for label in self.labels]


class LogisticsOverview(models.AbstractModel):
    _inherit = "logistics.overview"

    def _period(self, days):
        """Return the period of some days up to now.

        :param int days: One of 1, 7, 30, 90; anything else counts as 7.
        :rtype: Period
        """
        days = days if days in PERIODS else 7
        zone = self.env.user.tz or "UTC"
        now = fields.Datetime.context_timestamp(
            self.with_context(tz=zone), fields.Datetime.now()
        ).replace(tzinfo=None)
        if days == 1:
            step, last = "hour", now.replace(minute=0, second=0, microsecond=0)
            moments = [last - timedelta(hours=back) for back in range(23, -1, -1)]
        else:
            step = "day"
            last = now.replace(hour=0, minute=0, second=0, microsecond=0)
            moments = [last - timedelta(days=back) for back in range(days - 1, -1, -1)]
        start = moments[0].replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
        return Period(
            start=fields.Datetime.to_string(start.replace(tzinfo=None)),
            step=step,
            zone=zone,
            labels=[moment.strftime("%Y-%m-%dT%H:%M") for moment in moments],
        )

    def _grouped(self, query, keys, values):
        """Run an aggregation over what a search finds.

        :param odoo.tools.Query query: What the person may see of it.
        :param list[SQL] keys: What it is grouped by.
        :param list[SQL] values: What is worked out of each group.
        :return: One row for each group: keys, then values.
        :rtype: list[tuple]
        """
        query.order = None
        numbers = SQL(", ").join(SQL(str(place + 1)) for place in range(len(keys)))
        return self.env.execute_query(
            SQL("%s GROUP BY %s", query.select(*keys, *values), numbers)
        )

    def _prepare_chart_vals(self, period, **more):
        """Return a chart over a period, for the screen.

        :param Period period: What it is over.
        :param more: `key`, `title`, `text`, `kind` (`bar` or `line`), `unit`
            (`count`, `seconds` or `percent`) and `series`.
        :rtype: dict
        """
        return {"step": period.step, "labels": period.labels} | more

    def _overview_companies(self, field="company_id"):
        """Return the domain of the companies that are looked at."""
        return [(field, "in", self.env.companies.ids)]

    # === CHARTS === #

    def _charts(self, period):
        """Override to show how many shipments needed nobody."""
        return [self._chart_first_right(period), *super()._charts(period)]

    def _chart_first_right(self, period):
        """Return the share of shipments that needed nobody, by the day they left."""
        Shipment = self.env["logistics.shipment"]
        if not Shipment.has_access("read"):
            return None
        query = Shipment._search(
            [
                ("dispatched_at", ">=", period.start),
                ("direction", "in", ["outgoing", "dropship"]),
                *self._overview_companies(),
            ]
        )
        table = SQL.identifier(query.table)
        clean = SQL(
            "count(*) FILTER (WHERE NOT EXISTS (SELECT FROM logistics_exception x "
            "WHERE x.shipment_id = %s.id AND x.category NOT IN %s))",
            table,
            PLANNED,
        )
        rows = self._grouped(
            query,
            [period.bucket(SQL("%s.dispatched_at", table))],
            [SQL("count(*)"), clean],
        )
        shares = {step: round(100.0 * good / all_) for step, all_, good in rows}
        total = sum(row[1] for row in rows)
        good = sum(row[2] for row in rows)
        return self._prepare_chart_vals(
            period,
            key="first_right",
            title=self.env._("First-Time Right"),
            text=self.env._(
                "%(good)s of %(total)s shipments needed nobody.", good=good, total=total
            )
            if total
            else self.env._("Nothing left in this period."),
            kind="line",
            unit="percent",
            series=[
                {
                    "label": self.env._("Without exception"),
                    "tone": "success",
                    "values": period.spread(shares, None),
                }
            ]
            if total
            else [],
        )


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    _dispatched_idx = models.Index("(dispatched_at) WHERE dispatched_at IS NOT NULL")
    _delivered_idx = models.Index("(delivered_at) WHERE state = 'delivered'")
