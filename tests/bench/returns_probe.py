"""How long it takes to receive and credit returns, together and one by one.

python -m returns_probe DATABASE RETURNS ROUNDS
"""

import contextlib
import json
import sys
import time
from unittest.mock import patch

from load.returns import BACK, Returns

from suite import database

WARM_UP = 3
# What makes transfers and documents of Odoo those of a return.
ALONE = {
    "stock.picking": (
        "_logistics_adopt_return",
        "_logistics_identify_goods",
        "_logistics_receive_returns",
        "_logistics_tell_returns",
    ),
    "account.move": ("_logistics_tell_returns", "_logistics_want_refund"),
}


def main(name, count, rounds):
    """Print the seconds of each round."""
    with database.odoo_environment(name) as env:
        probe = Probe(env)
        probe.round(WARM_UP)
        measured = [probe.round(int(count)) for _number in range(int(rounds))]
    sys.stdout.write(json.dumps(measured))


class Probe:
    """Receives, inspects and credits returns; Odoo alone does the same."""

    def __init__(self, env):
        self.env = env
        self.returns = Returns(env)
        env.cr.commit()

    def round(self, count):
        """Return the seconds of each way.

        :rtype: dict[str, float]
        """
        returns = self.returns
        together, singly = returns.sold(count), returns.sold(count)
        natively = returns.sold(count)
        seconds = {}
        receipts = returns.coming(together)
        seconds["received"] = self._timed(lambda: returns.receive(receipts))
        seconds["inspected"] = self._timed(lambda: returns.inspect(receipts))
        seconds["credited"] = self._timed(lambda: returns.credit(together))
        receipts = returns.coming(singly)
        seconds["received_singly"] = self._timed(
            lambda: self._one_by_one(receipts, returns.receive)
        )
        returns.inspect(receipts)
        self.env.cr.commit()
        seconds["credited_singly"] = self._timed(
            lambda: self._one_by_one(singly, returns.credit)
        )
        returns.check(together | singly)
        with self._without_returns():
            receipts = returns.coming(natively)
            seconds["received_by_odoo"] = self._timed(
                lambda: self._one_by_one(receipts, returns.receive)
            )
            seconds["credited_by_odoo"] = self._timed(
                lambda: self._one_by_one(natively, self._credit_natively)
            )
        return seconds

    @contextlib.contextmanager
    def _without_returns(self):
        """Let transfers and credit notes be nobody's return: the floor."""
        with contextlib.ExitStack() as stack:
            for model, names in ALONE.items():
                for name in names:
                    stack.enter_context(
                        patch.object(self.env.registry[model], name, _nothing)
                    )
            yield

    def _credit_natively(self, order):
        """Credit with Odoo's own dialog what came back of an order."""
        invoice = order.invoice_ids
        dialog = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        note = self.env["account.move"].browse(dialog.refund_moves()["res_id"])
        note.invoice_line_ids.quantity = BACK
        note.action_post()

    def _one_by_one(self, records, deed):
        for record in records:
            deed(record)
            self.env.cr.commit()
            self.env.invalidate_all()

    def _timed(self, deed):
        self.env.invalidate_all()
        start = time.perf_counter()
        deed()
        self.env.cr.commit()
        return time.perf_counter() - start


def _nothing(_records):
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
