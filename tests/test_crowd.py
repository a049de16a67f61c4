"""Races begin all at once, and who lost goes again beside a few others."""

import contextlib
import threading

from psycopg2.extensions import TransactionRollbackError

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

WORKERS = 12
PATIENCE = 30  # Seconds; who is waited for longer is stuck.


@tagged("post_install", "-at_install", "standard")
class TestCrowd(BaseCase):
    def setUp(self):
        super().setUp()
        from load import crowd

        class Crowd(crowd.Crowd):
            """Needs no database: what is done in a transaction decides alone."""

            @contextlib.contextmanager
            def cursor(self):
                yield None

        self.most = crowd.AGAIN_TOGETHER
        self.crowd = Crowd(None)

    def test_all_meet_at_the_first_try_and_a_few_at_the_next(self):
        met = threading.Barrier(WORKERS, timeout=PATIENCE)
        several = threading.Barrier(self.most, timeout=PATIENCE)
        guard, together, tries = threading.Lock(), [], {}

        def deed(_env, worker):
            tries[worker] = tries.get(worker, 0) + 1
            if tries[worker] == 1:
                met.wait()
                raise TransactionRollbackError
            with guard:
                together.append(worker)
                count = len(together)
            self.assertLessEqual(count, self.most)
            several.wait()
            with guard:
                together.remove(worker)

        self.assertEqual(self.crowd.at_once(WORKERS, deed), [])
        self.assertEqual(set(tries.values()), {2})

    def test_transaction_within_another_shares_its_turn(self):
        several, lost = threading.Barrier(self.most, timeout=PATIENCE), {}

        def lose_once(key):
            lost[key] = lost.get(key, 0) + 1
            if lost[key] == 1:
                raise TransactionRollbackError

        def deed(_env, worker):
            lose_once((worker, "outer"))
            # All turns are taken.
            several.wait()
            self.crowd.transaction(lambda _env: lose_once((worker, "inner")))

        # Threads that wait for each other end with the process, not with the test.
        race = threading.Thread(
            target=self.crowd.at_once, args=(WORKERS, deed), daemon=True
        )
        race.start()
        race.join(PATIENCE)
        self.assertFalse(race.is_alive(), "They wait for each other")
        self.assertEqual(set(lost.values()), {2})
        self.assertEqual(len(lost), 2 * WORKERS)

    def test_refusal_is_an_error_where_none_is_expected(self):
        def deed(_env, worker):
            if worker == 2:
                raise UserError("No")

        self.assertEqual(self.crowd.at_once(4, deed, may_refuse=True), [2])
        with self.assertRaisesRegex(RuntimeError, "UserError: No"):
            self.crowd.at_once(4, deed)

    def test_who_never_gets_through_is_told(self):
        def deed(_env):
            raise TransactionRollbackError

        with self.assertRaisesRegex(RuntimeError, "never got through"):
            self.crowd.transaction(deed)
