"""Dates in the books: worked out by us, kept by Odoo, or nothing is posted."""

from collections import Counter
from datetime import date, timezone

from odoo import fields, models
from odoo.tools import format_date

from ..exceptions import PeriodLocked
from ..zones import day_bounds, known_zone


class ResCompany(models.Model):
    _inherit = "res.company"

    def _logistics_today(self):
        """Return the day it is at the company, whoever does the work.

        :rtype: date
        """
        self.ensure_one()
        zone = known_zone(self.partner_id.tz) or timezone.utc
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        return now.astimezone(zone).date()

    def _logistics_day(self, day):
        """Return when a day begins and ends on the clock of the company.

        :param date day: As people there write it.
        :return: Both in naive UTC; the second one no longer belongs to the day.
        :rtype: tuple[datetime, datetime]
        """
        self.ensure_one()
        zone = self.partner_id.tz
        return day_bounds(day, zone if known_zone(zone) else 0)

    def _logistics_moment(self, moment):
        """Return an instant as people at the company read it from their clock.

        For sentences that are kept: nobody knows where their reader will be.

        :param datetime moment: In naive UTC.
        :return: Such as "2026-11-21 16:05 (Europe/Berlin)".
        :rtype: str
        """
        self.ensure_one()
        zone = known_zone(self.partner_id.tz) or timezone.utc
        local = moment.replace(tzinfo=timezone.utc).astimezone(zone)
        return f"{local:%Y-%m-%d %H:%M} ({zone})"

    def _logistics_locked_until(self, journal, has_tax):
        """Return the last day that is closed; an exception granted to somebody, or to
        the user of the jobs, opens nothing.

        :param account.journal journal: Where it would be posted.
        :param bool has_tax: Whether the tax return is concerned.
        :rtype: date
        """
        self.ensure_one()
        names = ["fiscalyear_lock_date"]
        if journal.type in ("sale", "purchase"):
            names.append(f"{journal.type}_lock_date")
        if has_tax:
            names.append("tax_lock_date")
        company = self.sudo()
        days = [
            company._get_user_lock_date(name, ignore_exceptions=True) for name in names
        ]
        hard = company.parent_ids.mapped("hard_lock_date")
        return max([date.min, *days, *filter(None, hard)])


class AccountMove(models.Model):
    _inherit = "account.move"

    def _logistics_in_turns(self):
        """Return the documents in parts in which no two reverse the same document.

        Odoo sets reversals that are posted together off by their position: of two with
        one origin the second would be left open, and later ones meet another's origin.

        :rtype: list[account.move]
        """
        turns, count = [], Counter()
        for move in self:
            origin = move.reversed_entry_id
            turn = count[origin] if origin else 0
            count[origin] += 1
            if turn == len(turns):
                turns.append(self.browse())
            turns[turn] |= move
        return turns

    def _logistics_post_dated(self):
        """Post the documents on the dates they carry, or none of them.

        An invoice, bill or credit note without a date carries the day it is at the
        company; an entry has its accounting date.

        :raise PeriodLocked: When a date is closed, or Odoo would move one.
        """
        for move in self:
            if not move.invoice_date and move.is_invoice(include_receipts=True):
                move.invoice_date = move.company_id._logistics_today()
        days = {move: move.date for move in self}
        for move, day in days.items():
            locked_until = move.company_id._logistics_locked_until(
                move.journal_id, move._affect_tax_report()
            )
            if day <= locked_until:
                raise PeriodLocked(
                    self.env._(
                        "It would be dated %(day)s, but the books are locked until "
                        "%(locked)s: move the lock date and try again.",
                        day=format_date(self.env, day),
                        locked=format_date(self.env, locked_until),
                    )
                )
        for turn in self._logistics_in_turns():
            turn._post(soft=False)
        for move, day in days.items():
            if move.date != day:
                raise PeriodLocked(
                    self.env._(
                        "It is dated %(day)s, but would be posted on %(moved)s.",
                        day=format_date(self.env, day),
                        moved=format_date(self.env, move.date),
                    )
                )
