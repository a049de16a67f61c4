import logging
import os
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from odoo.tests import BaseCase, tagged

from . import mutants
from .strategies import Divergence, check, streams

_logger = logging.getLogger(__name__)

# The same streams on every run; another number in the environment draws others.
SEED = int(os.environ.get("LOGISTICS_SEED", "20260303"))
STREAMS = 2000
STREAMS_PER_MUTANT = 500


def run(count, census=None, phases=(Phase.generate, Phase.shrink)):
    """Check that many drawn streams.

    :param int count: How many.
    :param Counter | None census: Counts what the streams contain.
    :raises Divergence: With the smallest stream that fails.
    """

    @seed(SEED)
    @settings(
        max_examples=count,
        phases=phases,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(streams)
    def holds(stream):
        if census is not None:
            census["streams"] += 1
        check(stream, census)

    holds()


@tagged("post_install", "-at_install", "standard")
class TestFoldProperties(BaseCase):
    def test_any_order_copy_and_batch_leads_to_the_same_state_and_money(self):
        _logger.info("Seed of the streams: %s", SEED)
        census = Counter()
        run(STREAMS, census)
        _logger.info("What the streams contained: %s", dict(census))
        self.assertGreaterEqual(census["streams"], STREAMS)
        # Streams that avoid the hard cases would prove nothing.
        self.assertGreater(census["contested"], STREAMS // 10)
        # These are counted once for each of the three ways of telling a stream.
        for what in ("posted", "superseded", "taken_back"):
            self.assertGreater(census[what], 3 * STREAMS // 20, what)

    def test_every_planted_mistake_is_noticed(self):
        for name in mutants.MUTANTS:
            with (
                self.subTest(mutant=name),
                mutants.planted(name),
                self.assertRaises(Divergence),
            ):
                run(STREAMS_PER_MUTANT, phases=(Phase.generate,))

    def test_mistakes_are_gone_afterwards(self):
        for name in mutants.MUTANTS:
            with mutants.planted(name):
                pass
        run(20)
