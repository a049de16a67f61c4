"""How long large bills take, and their matching together and line by line.

python -m bill_probe DATABASE SMALL LARGE SAMPLE
"""

import json
import sys
import time
from contextlib import contextmanager

from load.freight import Freight

from suite import database

WARM_UP = 20
# What Odoo gives a request, and a job where nobody set more: by the clock, and of the
# processor. Beyond it the worker is killed.
LIMIT_REAL, LIMIT_CPU = 120, 60


def main(name, small, large, sample):
    """Print the seconds of each."""
    small, large, sample = int(small), int(large), int(sample)
    with database.odoo_environment(name) as env:
        probe = Probe(env)
        probe.bill(WARM_UP)
        measured = {"pair": probe.pairs(small, sample)}
        measured["small"], measured["matched"] = probe.bill(small)
        probe.longest = (0.0, 0.0)
        measured["large"], _matched = probe.bill(large)
        measured["longest"] = probe.longest
    sys.stdout.write(json.dumps(measured))


class Probe:
    """Imports, checks and posts bills of charges that are accrued."""

    def __init__(self, env):
        self.env = env
        self.freight = Freight(env)
        self.bills = 0
        # Of all transactions of a bill: seconds by the clock, and of the processor.
        self.longest = (0.0, 0.0)
        env.cr.commit()

    def bill(self, count):
        """Return the seconds of a bill, and those of matching and reconciling it.

        :param int count: Its lines.
        :rtype: tuple[float, float]
        """
        charges = self.freight.accrued(count)
        with self._clock() as spent:
            start = time.perf_counter()
            with self._each_transaction():
                self._post(charges)
            seconds = time.perf_counter() - start
        if any(charges.mapped("open_amount")):
            raise RuntimeError("Something is left of what was accrued")
        return seconds, spent["_match"] + spent["_reconcile"]

    def pairs(self, count, sample):
        """Return the seconds in which Odoo reconciles a line of a bill by itself.

        :param int count: The lines of the bill.
        :param int sample: How many of them are reconciled.
        :rtype: float
        """
        charges = self.freight.accrued(count)
        with self._replaced("logistics.charge", "_reconcile", lambda _self: None):
            self._post(charges)
        items = self.env["account.move.line"].search(
            [
                ("logistics_charge_id", "in", charges[:sample].ids),
                ("logistics_charge_role", "=", "accrued"),
                ("reconciled", "=", False),
            ]
        )
        pairs = list(items.grouped("logistics_charge_id").values())
        if [len(pair) for pair in pairs] != [2] * sample:
            raise RuntimeError("Each charge has an item of its own and one of the bill")
        start = time.perf_counter()
        for pair in pairs:
            pair.reconcile()
            self.env.cr.commit()
            self.env.invalidate_all()
        return (time.perf_counter() - start) / sample

    def _post(self, charges):
        self.bills += 1
        number = f"BENCH-{self.bills}"
        self.env.cr.commit()
        self.env.invalidate_all()
        bill = self.freight.imported(
            self.freight.file(number, charges), f"{number}.csv"
        )
        self.freight.post(bill)

    @contextmanager
    def _each_transaction(self):
        """Note the longest transaction.

        :raise RuntimeError: When Odoo would have killed it.
        """
        cr = self.env.cr
        commit, begun = cr.commit, [(time.perf_counter(), time.process_time())]

        def timed():
            commit()
            now = (time.perf_counter(), time.process_time())
            spent = tuple(b - a for a, b in zip(begun[-1], now, strict=True))
            begun.append(now)
            self.longest = tuple(map(max, self.longest, spent))

        cr.commit = timed
        try:
            yield
        finally:
            del cr.commit
        real, cpu = self.longest
        if real > LIMIT_REAL or cpu > LIMIT_CPU:
            raise RuntimeError(
                f"Timed out: a transaction took {real:.0f} s, {cpu:.0f} s of processor"
            )

    @contextmanager
    def _clock(self):
        """Count the seconds that matching and reconciling take, by method."""
        spent = {}
        with (
            self._timed("logistics.freight.bill", "_match", spent),
            self._timed("logistics.charge", "_reconcile", spent),
        ):
            yield spent

    def _timed(self, model, name, spent):
        spent[name] = 0.0
        method = getattr(self.env.registry[model], name)

        def timed(records):
            self.env.flush_all()
            start = time.perf_counter()
            result = method(records)
            self.env.flush_all()
            spent[name] += time.perf_counter() - start
            return result

        return self._replaced(model, name, timed)

    @contextmanager
    def _replaced(self, model, name, method):
        """Put another method in the place of one of a model."""
        cls = self.env.registry[model]
        setattr(cls, name, method)
        try:
            yield
        finally:
            delattr(cls, name)


if __name__ == "__main__":
    main(*sys.argv[1:])
