import logging
import os
from collections import Counter
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, seed, settings

from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_freight_accrual import accrual, position
from odoo.addons.logistics_freight_accrual.rounding import ZERO

from .charge_streams import Divergence, check, streams

_logger = logging.getLogger(__name__)

# The same streams on every run; another number in the environment draws others.
SEED = int(os.environ.get("LOGISTICS_SEED", "20260302"))
STREAMS = 2000
STREAMS_PER_MUTANT = 400


def run(count, census=None, phases=(Phase.generate, Phase.shrink)):
    """Check that many drawn streams.

    :param int count: How many.
    :param Counter | None census: Counts what the streams contain.
    :param tuple phases: What hypothesis does with them.
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


class _InFull(accrual._Work):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.accrued = ZERO


class _Twice(accrual._Work):
    def _new_documents(self):
        return set(self.target.documents)


class _NeverSettles(accrual._Work):
    def _rest(self):
        return ()


class _Contested(position._Account):
    """Takes what is contested for accepted, and books it to clearing as well."""

    def _accepted(self, refs):
        costs = super()._accepted(refs)
        return costs + self._undecided(refs)


class _AnyVoid(position._Account):
    def _price(self):
        with patch.dict(self.kinds, {"void": {}}):
            return super()._price()


def _last_told(facts, terms, true=position.known):
    facts = list(facts)
    prices = [fact for fact in facts if fact.kind == "quote"]
    kept = [fact for fact in facts if fact.kind != "quote" or fact is prices[-1]]
    return true(kept, terms)


MUTANTS = {
    "every accrual is posted in full": (accrual, "_Work", _InFull),
    "a document is posted again": (accrual, "_Work", _Twice),
    "what changes later is forgotten": (accrual, "_Work", _NeverSettles),
    "what is contested is accepted, too": (position, "_Account", _Contested),
    "a void charge is accrued": (position, "_Account", _AnyVoid),
    "the quote that was told last counts": (accrual, "known", _last_told),
}


@tagged("post_install", "-at_install", "standard")
class TestAccrualProperties(BaseCase):
    def test_any_order_copy_and_batch_leads_to_the_same_books(self):
        _logger.info("Seed of the streams: %s", SEED)
        census = Counter()
        run(STREAMS, census)
        _logger.info("What the streams contained: %s", dict(census))
        self.assertGreaterEqual(census["streams"], STREAMS)
        # Streams that avoid the hard cases would prove nothing.
        self.assertGreater(census["compared"], STREAMS // 2)
        for what in (
            "accrued",
            "corrected",
            "billed",
            "credited",
            "settled",
            "disputed",
            "released",
        ):
            self.assertGreater(census[what], STREAMS // 20, what)

    def test_every_planted_mistake_is_noticed(self):
        for name, (module, attribute, mutant) in MUTANTS.items():
            with (
                self.subTest(mutant=name),
                patch.object(module, attribute, mutant),
                self.assertRaises(Divergence),
            ):
                run(STREAMS_PER_MUTANT, phases=(Phase.generate,))

    def test_mistakes_are_gone_afterwards(self):
        for module, attribute, mutant in MUTANTS.values():
            true = getattr(module, attribute)
            with patch.object(module, attribute, mutant):
                self.assertIs(getattr(module, attribute), mutant)
            self.assertIs(getattr(module, attribute), true)
        run(20)
