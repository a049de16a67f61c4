"""How long the proof of accrued freight takes, with few and with many charges.

python -m ledger_proof_probe DATABASE SMALL LARGE ROUNDS
"""

import json
import sys
import time
from datetime import timedelta

from load.freight import Freight

from suite import database

OPEN_PRICE = 100
# One charge of so many is still open.
OPEN_OF = 10
DAYS = 720
# Proofs start from postings that are older than an hour.
_STAMPS = "now() AT TIME ZONE 'UTC' - interval '3 hours'"
_MOVES = f"""
    INSERT INTO account_move (id, name, state, move_type, journal_id, company_id,
        currency_id, date, auto_post, create_date, write_date)
    SELECT %(move)s + g, 'PAST/' || (%(move)s + g), 'posted', 'entry', %(journal)s,
           %(company)s, %(currency)s, CURRENT_DATE - 1 - (g %% %(days)s), 'no',
           {_STAMPS}, {_STAMPS}
      FROM generate_series(1, %(count)s * 2) g
"""
_CHARGES = f"""
    INSERT INTO logistics_charge (id, company_id, carrier_id, charge_type, generation,
        expense, currency_id, source, stage, reference, open_amount, open_own_amount,
        service_date, create_date, write_date)
    SELECT %(charge)s + g, %(company)s, %(carrier)s, 'base', 1, 'freight',
           %(currency)s, 'flat',
           CASE WHEN g %% %(open_of)s = 0 THEN 'provisional' ELSE 'settled' END,
           'PAST' || (%(charge)s + g),
           CASE WHEN g %% %(open_of)s = 0 THEN %(price)s ELSE 0 END,
           CASE WHEN g %% %(open_of)s = 0 THEN %(price)s ELSE 0 END,
           CURRENT_DATE - 1 - (g %% %(days)s), {_STAMPS}, {_STAMPS}
      FROM generate_series(1, %(count)s) g
"""
_POSTINGS = f"""
    INSERT INTO logistics_charge_posting (charge_id, company_id, key, generation,
        reason, day, posting_date, blocked, lines, own_lines, accrued, accrued_own,
        move_id, create_date, write_date)
    SELECT %(charge)s + g, %(company)s, %(key)s, 1, %(reason)s, m.date, m.date, 0,
           '[]', '[]', %(sign)s * %(price)s, %(sign)s * %(price)s, m.id,
           {_STAMPS}, {_STAMPS}
      FROM generate_series(1, %(count)s) g
      JOIN account_move m ON m.id = %(move)s + %(from)s + g
     WHERE %(sign)s = 1 OR g %% %(open_of)s <> 0
"""
_ITEMS = f"""
    INSERT INTO account_move_line (move_id, move_name, date, parent_state, journal_id,
        company_id, company_currency_id, currency_id, account_id, balance,
        amount_currency, debit, credit, display_type, logistics_charge_id,
        logistics_charge_role, create_date, write_date)
    SELECT m.id, m.name, m.date, 'posted', m.journal_id, m.company_id, %(currency)s,
           %(currency)s, %(account)s, %(balance)s, %(balance)s,
           GREATEST(%(balance)s, 0), GREATEST(-%(balance)s, 0), 'product',
           %(charge)s + g, %(role)s, {_STAMPS}, {_STAMPS}
      FROM generate_series(1, %(count)s) g
      JOIN account_move m ON m.id = %(move)s + %(from)s + g
     WHERE %(sign)s = 1 OR g %% %(open_of)s <> 0
"""
_TABLES = (
    "account_move",
    "account_move_line",
    "logistics_charge",
    "logistics_charge_posting",
)


def main(name, small, large, rounds):
    """Print the seconds of a full proof, and of proofs that start from one."""
    with database.odoo_environment(name) as env:
        past = Past(env)
        measured = []
        written = 0
        for count in (int(small), int(large)):
            past.write(count - written)
            written = count
            measured.append(past.prove(count, int(rounds)))
    sys.stdout.write(json.dumps(measured))


class Past:
    """Charges that were accrued, and most of them billed, over two years."""

    def __init__(self, env):
        self.env = env
        self.freight = Freight(env)
        env.cr.commit()

    def write(self, count):
        """Write charges with their entries, by the database itself.

        :param int count: How many.
        """
        cr, company = self.env.cr, self.freight.company
        values = {
            "count": count,
            "days": DAYS,
            "price": OPEN_PRICE,
            "open_of": OPEN_OF,
            "company": company.id,
            "currency": company.currency_id.id,
            "carrier": self.freight.carrier.id,
            "journal": company.logistics_freight_journal_id.id,
        }
        for key, table in (("move", "account_move"), ("charge", "logistics_charge")):
            cr.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
            values[key] = cr.fetchone()[0]
        cr.execute(_MOVES, values)
        cr.execute(_CHARGES, values)
        for sign, start, key, reason in (
            (1, 0, "accrual", "accrue"),
            (-1, count, "bill:1", "bill"),
        ):
            values |= {"sign": sign, "from": start, "key": key, "reason": reason}
            cr.execute(_POSTINGS, values)
            for role, account, balance in (
                ("accrued", company.logistics_freight_accrued_account_id, -OPEN_PRICE),
                ("freight", company.logistics_freight_account_id, OPEN_PRICE),
            ):
                items = {"role": role, "account": account.id, "balance": sign * balance}
                cr.execute(_ITEMS, values | items)
        cr.commit()
        for table in _TABLES:
            cr.execute(f"ANALYZE {table}")
        cr.commit()

    def prove(self, count, rounds):
        """Return the seconds of a full proof and of proofs that start from one.

        :param int count: How many charges there are.
        :param int rounds: How many proofs start from it.
        :rtype: dict
        :raise RuntimeError: When a proof is wrong.
        """
        Proof = self.env["logistics.ledger.proof"]
        company = self.freight.company
        today = company._logistics_today()
        seconds, _proof = self._timed(
            lambda: Proof._prove(company, today - timedelta(days=1), full=True)
        )
        # The first one warms up.
        since = []
        for _number in range(rounds + 1):
            spent, proof = self._timed(lambda: Proof._prove(company, today))
            since.append(spent)
        expected = count / OPEN_OF * OPEN_PRICE
        if not (proof.is_equal and proof.base_id and proof.charge_amount == expected):
            raise RuntimeError("Charges and books are not equal")
        return {"full": seconds, "since": since[1:]}

    def _timed(self, deed):
        self.env.invalidate_all()
        start = time.perf_counter()
        result = deed()
        self.env.cr.commit()
        return time.perf_counter() - start, result


if __name__ == "__main__":
    main(*sys.argv[1:])
