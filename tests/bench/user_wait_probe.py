"""How long a person waits for a vendor bill and an entry, alone and beside a batch.

python -m user_wait_probe DATABASE CHARGES POSTS ROUNDS

The batch is a process of its own, as it is the job of another worker:

python -m user_wait_probe DATABASE batch
"""

import json
import subprocess
import sys
import time

from load.freight import Freight

from odoo.service.model import retrying

from suite import database

WARM_UP = 3
READY = "ready"


def main(name, charges, *numbers):
    """Print the seconds of each wait, alone and beside, by round."""
    with database.odoo_environment(name) as env:
        if charges == "batch":
            _take(env)
            return
        posts, rounds = map(int, numbers)
        person = Person(env)
        person.post(WARM_UP)
        measured = []
        for _number in range(rounds):
            person.freight.incurred(int(charges))
            env.cr.commit()
            measured.append((person.post(posts), person.beside(name, posts)))
    sys.stdout.write(json.dumps(measured))


def _take(env):
    """Take the accruals that wait, as the job does."""
    Effect = env["logistics.effect"]
    Effect._ready_domain()
    sys.stdout.write(READY + "\n")
    sys.stdout.flush()
    Effect._cron_run()
    env.cr.commit()


class Person:
    """Posts a vendor bill and an entry, again and again."""

    def __init__(self, env):
        self.env = env
        self.freight = Freight(env)
        company = self.freight.company
        self.vendor = env["res.partner"].create({"name": "Office Supplies"})
        self.cost = env["account.account"].create(
            {
                "code": "LF6999",
                "name": "Supplies",
                "account_type": "expense",
                "company_ids": [company.id],
            }
        )
        env.cr.commit()

    def beside(self, name, posts):
        """Return the seconds of each wait while accruals are taken.

        :param str name: The database.
        :param int posts: How often the person posts.
        :rtype: list[float]
        """
        command = [sys.executable, "-m", "user_wait_probe", name, "batch"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as batch:
            if batch.stdout.readline().strip() != READY:
                raise RuntimeError("The batch did not start")
            waits = []
            while len(waits) < 2 * posts and batch.poll() is None:
                waits += self.post(1)
            batch.stdout.read()
        if batch.returncode or len(waits) < posts:
            raise RuntimeError(f"Not beside a batch: {len(waits)} posts")
        return waits

    def post(self, count):
        """Return the seconds of each wait.

        :param int count: How often a bill and an entry are posted.
        :rtype: list[float]
        """
        waits = []
        for _number in range(count):
            for deed in (self._bill, self._entry):
                self.env.invalidate_all()
                start = time.perf_counter()
                # As Odoo does for whatever a person asks for.
                retrying(deed, self.env)
                waits.append(time.perf_counter() - start)
        return waits

    def _bill(self):
        self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": self.freight.company._logistics_today(),
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Paper",
                            "account_id": self.cost.id,
                            "price_unit": 12.5,
                            "tax_ids": [],
                        },
                    )
                ],
            }
        ).action_post()

    def _entry(self):
        company = self.freight.company
        self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": company.logistics_freight_journal_id.id,
                "line_ids": [
                    (0, 0, {"account_id": account.id, "balance": balance})
                    for account, balance in (
                        (self.cost, 12.5),
                        (company.logistics_freight_account_id, -12.5),
                    )
                ],
            }
        ).action_post()


if __name__ == "__main__":
    main(*sys.argv[1:])
