"""What a release rule asks for, in plain values: no database and no clock."""

from datetime import date, datetime, timedelta, timezone
from types import MappingProxyType

from odoo.addons.logistics_events.zones import day_bounds, known_zone

# What must have been reached before goods are invoiced, by the trigger of the rule.
MILESTONES = MappingProxyType(
    {
        "dispatched": frozenset({"dispatched"}),
        "picked_up": frozenset({"picked_up"}),
        "delivered": frozenset({"delivered"}),
        "delivered_cleared": frozenset({"delivered", "customs_released"}),
    }
)
# The groupings that wait for the end of a calendar period.
PERIODS = frozenset({"daily", "weekly", "monthly"})


def period_label(grouping, day):
    """Return the name of the period a day belongs to, as keys of actions use it.

    :param str grouping: One of `PERIODS`.
    :param date day: The day in the company's zone.
    :rtype: str
    """
    if grouping == "monthly":
        return day.strftime("%Y-%m")
    if grouping == "weekly":
        year, week, _weekday = day.isocalendar()  # ISO 8601 weeks
        return f"{year}-W{week:02}"
    return day.isoformat()


def period_days(label):
    """Return the first day of a period and the first day after it.

    :param str label: What `period_label` returned.
    :rtype: tuple[date, date]
    """
    year, _dash, rest = label.partition("-")
    if rest.startswith("W"):
        first = date.fromisocalendar(int(year), int(rest[1:]), 1)
        return first, first + timedelta(days=7)
    if "-" in rest:
        first = date.fromisoformat(label)
        return first, first + timedelta(days=1)
    first = date(int(year), int(rest), 1)
    return first, (first + timedelta(days=31)).replace(day=1)


def start_of(day, zone):
    """Return when a day begins in a zone.

    :param date day: The local day.
    :param str | None zone: An IANA name; an unknown one is read as UTC.
    :return: Naive UTC.
    :rtype: datetime
    """
    return day_bounds(day, zone if known_zone(zone) else 0)[0]


def local_day(moment, zone):
    """Return the local day of an instant.

    :param datetime moment: Naive UTC.
    :param str | None zone: An IANA name; an unknown one is read as UTC.
    :rtype: date
    """
    tzinfo = known_zone(zone)
    if tzinfo is None:
        return moment.date()
    return moment.replace(tzinfo=timezone.utc).astimezone(tzinfo).date()


def moves_money(fact, since, zone):
    """Return whether a fact is new enough for money to follow it.

    Facts before the first day of a rule build status and history only. A fact that
    names no time is as old as the moment its source wrote it.

    :param logistics_events.facts.Fact fact: The fact.
    :param date | None since: The first day on which facts count.
    :param str | None zone: The zone of the company.
    :rtype: bool
    """
    if since is None:
        return True
    moment = fact.occurred_at or fact.recorded_at
    if moment is None:
        return True
    if isinstance(moment, datetime):
        return moment >= start_of(since, zone)
    return moment >= since


def place_day(moment, precision, offset, zone, company_zone):
    """Return the calendar day of an event at the place where it happened.

    :param datetime | date moment: Naive UTC, or the local day itself.
    :param str precision: A key of `vocabulary.PRECISIONS`.
    :param int | None offset: Minutes east of UTC, as the source gave them.
    :param str | None zone: The zone of the place, when it is known.
    :param str | None company_zone: What to use when nothing is known of the place.
    :rtype: date
    """
    if not isinstance(moment, datetime):
        return moment
    if precision == "date":
        return moment.date()
    if offset is not None:
        return (moment + timedelta(minutes=offset)).date()
    return local_day(moment, zone if known_zone(zone) else company_zone)
