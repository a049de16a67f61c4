"""Asking partners about numbers: never while a transaction holds a lock."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.logistics_events.tracing import carried, work

from ..exceptions import CarrierRejected, CarrierUnavailable
from ..retry import Breaker

THREADS = 8
NUMBERS_PER_RUN = 400


class LogisticsConnection(models.Model):
    _inherit = "logistics.connection"

    @api.model
    def _cron_poll(self):
        """Ask every partner about the numbers that are due.

        Read, commit, ask in threads that know no database, write, commit.
        """
        parcels = self.env["logistics.parcel"]._due_for_poll(NUMBERS_PER_RUN)
        by_connection = parcels.grouped(lambda parcel: parcel._poll_connection())
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(parcels))
        for connection, due in by_connection.items():
            if not connection:
                due.next_poll_at = False
                continue
            with work(*due.shipment_id.mapped("correlation_id")):
                connection._poll(due)
            if not Cron._commit_progress(len(due)):
                break

    def _poll(self, parcels):
        """Ask one partner about some numbers and store its raw answers.

        :param logistics.parcel parcels: The parcels that are due.
        """
        self.ensure_one()
        breaker = Breaker.from_dict(self.breaker)
        if not breaker.allow(time.time()):
            parcels.next_poll_at = fields.Datetime.now() + timedelta(
                seconds=max(breaker.wait(time.time()), 60)
            )
            return
        breaker = breaker.begin(time.time())
        adapter = self._adapter()
        ask = carried(adapter._poller(self))
        size = adapter._poll_batch_size()
        numbers = parcels.mapped("tracking_number")
        batches = [numbers[i : i + size] for i in range(0, len(numbers), size)]
        self.env.flush_all()
        # What was read is by value from here on: the transaction ends before the calls.
        self.env["ir.cron"]._commit_progress()
        with ThreadPoolExecutor(min(THREADS, len(batches))) as pool:
            answers = list(pool.map(lambda batch: _ask(ask, batch), batches))
        self._take_answers(parcels, batches, answers, breaker)

    def _take_answers(self, parcels, batches, answers, breaker):
        by_number = parcels.grouped("tracking_number")
        bodies, errors = [], []
        for numbers, (found, error) in zip(batches, answers, strict=True):
            answered = not isinstance(error, CarrierUnavailable)
            breaker = breaker.record(answered, time.time())
            bodies += found
            asked = self.env["logistics.parcel"].concat(
                *(by_number[number] for number in numbers)
            )
            asked.last_polled_at = fields.Datetime.now()
            if error is None:
                asked.poll_failures = 0
                asked.next_poll_at = False
                asked._plan_poll()
            else:
                errors.append(error)
                for parcel in asked:
                    parcel.poll_failures += 1
                    parcel._postpone_poll(getattr(error, "retry_after", None))
        self.env["logistics.message"].sudo()._store(self, "poll", bodies, 3)
        self.write(
            {
                "breaker": breaker.as_dict(),
                "last_polled_at": fields.Datetime.now(),
                "last_error": str(errors[0])[:500] if errors else False,
            }
        )
        self._note_availability(errors)

    def _note_availability(self, errors):
        Exception_ = self.env["logistics.exception"].sudo()
        if not errors:
            Exception_._solve(
                "carrier_unavailable", self, self.env._("It answers again.")
            )
            return
        category = (
            "carrier_unavailable"
            if isinstance(errors[0], CarrierUnavailable)
            else "configuration"
        )
        Exception_._open(
            category,
            self,
            self.env._(
                "%(name)s does not answer as it should: %(error)s",
                name=self.name,
                error=str(errors[0])[:200],
            ),
            times=len(errors),
        )


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    def _postpone_poll(self, retry_after=None):
        """Ask again later: when the partner says, else longer with every failure."""
        self.ensure_one()
        minutes = min(2 ** min(self.poll_failures, 8), 240)
        seconds = retry_after or minutes * 60 * random.uniform(0.8, 1.2)
        self.next_poll_at = fields.Datetime.now() + timedelta(seconds=seconds)


def _ask(ask, numbers):
    """Return the answers for some numbers and the error, one of them empty."""
    try:
        return ask(numbers), None
    except (CarrierUnavailable, CarrierRejected) as error:
        return [], error
