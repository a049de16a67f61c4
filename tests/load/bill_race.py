"""Several people post the same carrier's bill at once, on real connections.

    python -m load.bill_race DATABASE

It prints what became of it, as JSON; `tests/test_bill_race.py` judges it.
"""

import json
import logging
import sys

from load.crowd import Crowd
from load.freight import PRICE, Freight
from suite import database

PEOPLE = 4
LINES = 20


def main(name):
    """Run the race on the database of the command line."""
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    with database.odoo_environment(name) as env:
        freight = Freight(env)
        charges = freight.incurred(LINES)
        freight.steps(charges)._take()
        bill = _bill(freight, charges)
        env.cr.commit()
        refused = Crowd(env.registry).at_once(
            PEOPLE,
            lambda own, _person: own[bill._name].browse(bill.id).action_post(),
            may_refuse=True,
        )
        env.invalidate_all()
        outcome = {
            "posted": PEOPLE - len(refused),
            "refused": len(refused),
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


if __name__ == "__main__":
    main(*sys.argv[1:])
