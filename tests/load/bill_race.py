"""Several people post the same carrier's bill at once, on real connections.

    python -m load.bill_race DATABASE

It prints what became of it, as JSON; `tests/test_bill_race.py` judges it.
"""

import json
import logging
import sys
import threading

from psycopg2.extensions import TransactionRollbackError

from odoo import api
from odoo.exceptions import UserError

from load.freight import PRICE, Freight
from suite import database

PEOPLE = 4
LINES = 20
PATIENCE = 100


def main(name):
    """Run the race on the database of the command line."""
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    with database.odoo_environment(name) as env:
        freight = Freight(env)
        charges = freight.incurred(LINES)
        freight.steps(charges)._take()
        bill = _bill(freight, charges)
        env.cr.commit()
        race = Race(env.registry, bill.id)
        race.run()
        env.invalidate_all()
        outcome = race.outcome | {
            "state": bill.state,
            "documents": env["account.move"].search_count([("ref", "=", bill.number)]),
            "steps": bill.effect_ids.mapped("state"),
            "postings": env["logistics.charge.posting"].search_count(
                [("key", "=", f"bill:{bill.id}")]
            ),
            "open": sum(charges.mapped("open_amount")),
        }
    sys.stdout.write(json.dumps(outcome))


def _bill(freight, charges):
    env, total = freight.env, float(PRICE) * len(charges)
    bill = env["logistics.freight.bill"].create(
        {
            "company_id": freight.company.id,
            "carrier_id": freight.carrier.id,
            "partner_id": freight.vendor.id,
            "currency_id": freight.company.currency_id.id,
            "number": "RACE-1",
            "issued": freight.company._logistics_today(),
            "layout": "freight_csv",
            "net_amount": total,
            "total_amount": total,
            "line_ids": [
                (
                    0,
                    0,
                    {
                        "row": row,
                        "charge_type": "base",
                        "tracking_number": charge.reference,
                        "amount": float(PRICE),
                    },
                )
                for row, charge in enumerate(charges, 2)
            ],
        }
    )
    bill._check()
    return bill


class Race:
    """People who press the same button."""

    def __init__(self, registry, bill_id):
        self.registry, self.bill_id = registry, bill_id
        self.start = threading.Barrier(PEOPLE)
        self.outcome = {"posted": 0, "refused": 0, "gave_up": 0}
        self.lock = threading.Lock()

    def run(self):
        """Let everybody press at once, and wait for all of them."""
        people = [threading.Thread(target=self._person) for _one in range(PEOPLE)]
        for person in people:
            person.start()
        for person in people:
            person.join()

    def _person(self):
        self.start.wait()
        result = "gave_up"
        for _try in range(PATIENCE):
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, api.SUPERUSER_ID, {})
                    env["logistics.freight.bill"].browse(self.bill_id).action_post()
                result = "posted"
                break
            except TransactionRollbackError:
                continue
            except UserError:
                result = "refused"
                break
        with self.lock:
            self.outcome[result] += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
