"""How long accruals take, together and one by one, and how long to take them back.

python -m freight_probe DATABASE CHARGES ROUNDS
"""

import json
import sys
import time

from load.freight import Freight

from suite import database

WARM_UP = 5


def main(name, charges, rounds):
    """Print the seconds of each round."""
    with database.odoo_environment(name) as env:
        probe = Probe(env)
        probe.round(WARM_UP)
        measured = [probe.round(int(charges)) for _number in range(int(rounds))]
        probe.check()
    sys.stdout.write(json.dumps(measured))


class Probe:
    """Accrues charges, then takes them back."""

    def __init__(self, env):
        self.env = env
        self.freight = Freight(env)
        env.cr.commit()

    def round(self, count):
        """Return the seconds of each way.

        :rtype: dict[str, float]
        """
        together = self.freight.incurred(count)
        singly = self.freight.incurred(count)
        self.env.cr.commit()
        seconds = {
            "accrued": self._timed(lambda: self._take(self.freight.steps(together))),
            "accrued_singly": self._timed(lambda: self._one_by_one(singly)),
        }
        together._say("void", "cancelled", on=self.freight.company._logistics_today())
        self.env.cr.commit()
        seconds["voided"] = self._timed(
            lambda: self._take(self.freight.steps(together))
        )
        moves = self._plain_entries(singly)
        seconds["reversed"] = self._timed(lambda: self._reverse(moves))
        return seconds

    def _plain_entries(self, charges):
        """Return posted entries like those of the charges, made by Odoo alone."""
        lines = (
            "account_id",
            "partner_id",
            "currency_id",
            "amount_currency",
            "balance",
        )
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "entry",
                    "journal_id": move.journal_id.id,
                    "date": move.date,
                    "line_ids": [
                        (
                            0,
                            0,
                            {k: i._fields[k].convert_to_write(i[k], i) for k in lines},
                        )
                        for i in move.line_ids
                    ],
                }
                for move in charges.posting_ids.move_id
            ]
        )
        moves._post()
        self.env.cr.commit()
        return moves

    def check(self):
        """Raise unless every charge that was taken back is even."""
        self.env.invalidate_all()
        voided = self.env["logistics.charge"].search([("stage", "=", "void")])
        if not voided or any(charge.open_amount for charge in voided):
            raise RuntimeError("Not taken back as it should be")

    def _take(self, steps):
        steps._take()
        self.env.cr.commit()

    def _one_by_one(self, charges):
        for step in self.freight.steps(charges):
            step._take()
            self.env.cr.commit()
            self.env.invalidate_all()

    def _reverse(self, moves):
        for move in moves:
            move._reverse_moves([{"date": move.date}], cancel=True)
            self.env.cr.commit()
            self.env.invalidate_all()

    def _timed(self, deed):
        self.env.invalidate_all()
        start = time.perf_counter()
        deed()
        return time.perf_counter() - start


if __name__ == "__main__":
    main(*sys.argv[1:])
