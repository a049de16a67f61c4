"""Many workers at the same charges, bills and disputes at once.

A program of its own, on a database of `load.world` and in the manner of `load.race`:

    python -m load.freight_race DATABASE

It prints what became of each race, as JSON; `tests/test_concurrency.py` judges it.
"""

import csv
import io
import json
import logging
import random
import sys
from decimal import Decimal

from odoo import sql_db
from odoo.exceptions import UserError

from suite import database

from .freight import PRICE, Freight, outcome, steps_about
from .race import WORKERS, Races

CHARGES = 8
# Told in any order, and by everybody; every second charge never left, after all.
STORY = (
    ("quote", "flat", "100.00"),
    ("quote", "rate", "104.00"),
    ("trigger", "milestone", "0"),
    ("confirm", "carrier", "108.00"),
    ("void", "cancelled", "0"),
)
OVERCHARGED = Decimal("50.00")
# How the numbers of charges and bills begin.
RACE, STORIES = "FRACE", "FSTORY"
COLUMNS = (
    "document_number",
    "document_date",
    "document_total",
    "account_number",
    "currency",
    "charge_code",
    "charge_amount",
    "tracking_number",
    "document_type",
    "original_document",
)


def main(arguments):
    """Run the races on the database of the command line."""
    with database.odoo_environment(arguments[0]) as env:
        races = FreightRaces(env.registry, [])
        races.prepare(env)
    # Every worker has a connection, and needs a second one to wake the cron.
    sql_db._Pool._maxconn = 4 * WORKERS
    # Meeting another worker is what this is about, not worth a line each time.
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    results = {
        "same_charges": races.same_charges(),
        "same_accruals": races.same_accruals(),
        "same_file": races.same_file(),
        "same_bill": races.same_bill(),
        "same_question": races.same_question(),
        "same_decision": races.same_decision(),
        "same_concession": races.same_concession(),
        "any_order": races.any_order(),
    }
    sys.stdout.write(json.dumps(results | {"proof": races.proof()}))


class FreightRaces(Races):
    """The races; each one goes on where the one before it ended."""

    def prepare(self, env):
        """Let freight be accrued, and have somebody who agrees."""
        freight = Freight(env)
        freight.terms.write(
            {"hold_percent": 100.0, "leakage_percent": 100.0, "treatment": "clearing"}
        )
        self.company_id = freight.company.id
        self.carrier_id = freight.carrier.id
        self.currency = freight.company.currency_id.name
        self.today = str(freight.company._logistics_today())
        finance = env.ref("logistics_events.logistics_events_group_finance")
        self.people = (
            env["res.users"]
            .create(
                [
                    {
                        "name": name,
                        "login": f"freight-race-{name.lower()}",
                        "company_id": self.company_id,
                        "company_ids": [(6, 0, [self.company_id])],
                        "group_ids": [(4, finance.id)],
                    }
                    for name in ("Asker", "Approver")
                ]
            )
            .ids
        )

    # === RACES === #

    def same_charges(self):
        """8 workers tell the same prices and milestones of the same charges."""
        self.at_once(WORKERS, lambda env, _worker: self._incur(env))
        return self._outcome()

    def same_accruals(self):
        """8 workers take the same accruals, with and without a lock of their own."""
        self.at_once(
            WORKERS,
            lambda env, worker: self._take(env) if worker % 2 else self._take_all(env),
        )
        return self._outcome()

    def same_file(self):
        """8 workers import the same bill."""
        self.at_once(WORKERS, lambda env, _worker: self._import(env))
        return self._outcome()

    def same_bill(self):
        """8 people post the same bill, of which one line is overcharged."""
        return self._people_at_once(0, lambda env: self._bill(env).action_post())

    def same_question(self):
        """8 people concede the same dispute, each as a whole."""
        return self._people_at_once(
            0,
            lambda env: self._dispute(env)._concede(OVERCHARGED, "They are right"),
        )

    def same_decision(self):
        """The same colleague agrees 8 times at once."""
        return self._people_at_once(
            1,
            lambda env: (
                steps_about(self._dispute(env))
                .approval_ids.with_user(env.user)
                .action_approve()
            ),
        )

    def same_concession(self):
        """8 workers take the same concession."""
        self.at_once(WORKERS, lambda env, _worker: self._take_all(env))
        return self._outcome()

    def any_order(self):
        """8 workers tell the stories of charges, each in its own order, and take what
        follows; on the way each tries to post a bill about them and its credit memo.
        """
        self.transaction(self._make_story)
        self.at_once(WORKERS, self._tell_story)
        # What could not be posted before something else was.
        for _turn in range(2):
            self.transaction(self._post_story)
            self.transaction(self._take_all)
        return self._outcome(STORIES)

    def proof(self):
        """Return whether the ledger is the sub-ledger."""
        with self.cursor() as env:
            company = env["res.company"].browse(self.company_id)
            proof = env["logistics.ledger.proof"]._prove(
                company, company._logistics_today(), full=True
            )
            return {
                "is_equal": proof.is_equal,
                "charges": proof.charge_amount,
                "books": proof.book_amount,
            }

    # === DEEDS === #

    def _people_at_once(self, person, deed):
        """Let a person do the same in several sessions, and count the refusals."""
        refused = []

        def work(env, _worker):
            env = env(user=self.people[person], su=False)
            try:
                deed(env)
                env.flush_all()
            except UserError as error:
                # As in a request: what was begun is taken back.
                env.cr.rollback()
                refused.append(str(error))

        self.at_once(WORKERS, work)
        return self._outcome() | {"refused": len(refused)}

    def _made(self, env, series):
        """Return the charges of a series; whoever comes first makes them."""
        return env["logistics.charge"]._find_or_make(
            [
                {
                    "company_id": self.company_id,
                    "carrier_id": self.carrier_id,
                    "reference": f"{series}{place:06}",
                    "charge_type": "base",
                    "source": "flat",
                    "mode": "on",
                }
                for place in range(CHARGES)
            ]
        )

    def _incur(self, env):
        charges = self._made(env, RACE)
        day = env["res.company"].browse(self.company_id)._logistics_today()
        charges._say_many(
            [
                told
                for charge in charges
                for told in (
                    (charge, "quote", "flat", {"amount": PRICE}),
                    (charge, "trigger", "milestone", {"on": day}),
                )
            ]
        )
        env.flush_all()

    def _take_all(self, env):
        """Take what may be taken now, whoever else is at it."""
        Effect = env["logistics.effect"]
        Effect.search(Effect._ready_domain(), order="id")._take()
        env.flush_all()

    def _import(self, env):
        amounts = [PRICE] * (CHARGES - 1) + [PRICE + OVERCHARGED]
        numbers = [f"{RACE}{place:06}" for place in range(CHARGES)]
        rows = zip(numbers, amounts, strict=True)
        self._import_bill(env, f"B-{RACE}-1", list(rows))

    def _import_bill(self, env, number, rows, **more):
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, restval="")
        writer.writeheader()
        for tracking, amount in rows:
            writer.writerow(
                {
                    "document_number": number,
                    "document_date": self.today,
                    "document_total": sum(amount for _tracking, amount in rows),
                    "account_number": "NB-1",
                    "currency": self.currency,
                    "charge_code": "base",
                    "charge_amount": amount,
                    "tracking_number": tracking,
                }
                | more
            )
        env["logistics.freight.bill"]._import(
            out.getvalue().encode(),
            company=env["res.company"].browse(self.company_id),
            filename=f"{number}.csv",
        )
        env.flush_all()

    def _tell_story(self, env, worker):
        """Tell everything in an order of one's own, a part of it twice.

        Each part is a transaction of its own, and so is what follows from it.
        """
        draw = random.Random(worker)
        parts = [*STORY, draw.choice(STORY)]
        draw.shuffle(parts)
        for place, part in enumerate(parts):
            self.transaction(lambda env, part=part: self._tell_part(env, *part))
            if place % 2:
                self.transaction(self._take_all)
        self.transaction(self._post_story)

    def _tell_part(self, env, kind, ref, amount):
        charges = self._charges(env, STORIES)
        if kind == "void":
            charges = charges[::2]
        day = env["res.company"].browse(self.company_id)._logistics_today()
        attrs = {"amount": Decimal(amount), "on": day}
        charges._say_many([(charge, kind, ref, attrs) for charge in charges])
        env.flush_all()

    def _post_story(self, env):
        """Post the bill and, once that is posted, its credit memo."""
        for bill in self._bills(env, STORIES).sorted("id"):
            if bill.state != "checked":
                continue
            bill._check()
            try:
                with env.cr.savepoint():
                    bill.action_post()
                    env.flush_all()
            except UserError:
                # Somebody else was first.
                env.invalidate_all()
                break

    def _make_story(self, env):
        """Make the charges of the stories, a bill about them, and its credit memo."""
        charges = self._made(env, STORIES)
        charges._say("quote", "flat", amount=PRICE)
        rows = [(charge.reference, PRICE) for charge in charges[1::2]]
        self._import_bill(env, f"B-{STORIES}-1", rows)
        self._import_bill(
            env,
            f"B-{STORIES}-2",
            [(charges[1].reference, -OVERCHARGED)],
            document_type="credit",
            original_document=f"B-{STORIES}-1",
        )

    def _charges(self, env, series):
        return env["logistics.charge"].search(
            [
                ("carrier_id", "=", self.carrier_id),
                ("reference", "=like", f"{series}%"),
                ("source", "=", "flat"),
            ],
            order="id",
        )

    def _bills(self, env, series):
        return env["logistics.freight.bill"].search(
            [("carrier_id", "=", self.carrier_id), ("number", "=like", f"B-{series}%")]
        )

    def _bill(self, env):
        return self._bills(env, RACE)

    def _dispute(self, env):
        return self._bill(env).dispute_ids

    # === WHAT BECAME OF IT === #

    def _outcome(self, series=RACE):
        with self.cursor() as env:
            bills = self._bills(env, series)
            charges = self._charges(env, series) | bills.line_ids.charge_id
            files = env["logistics.freight.bill.file"].search_count(
                [("name", "=like", f"B-{series}%")]
            )
            return outcome(charges, bills) | {"files": files}


if __name__ == "__main__":
    main(sys.argv[1:])
