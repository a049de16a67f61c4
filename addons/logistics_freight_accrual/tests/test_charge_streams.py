"""The streams of the pure part on the database: the ledger is the sub-ledger."""

import random
from collections import Counter, defaultdict
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, seed, settings

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_events.models.ledger import as_suite, trusted
from odoo.addons.logistics_freight_accrual.conversion import converted
from odoo.addons.logistics_freight_accrual.tests.charge_streams import streams
from odoo.addons.logistics_freight_accrual.tests.common import FreightCommon

SEED = 20260415
STREAMS = 300
ROUNDS = 3


@tagged("post_install", "-at_install")
class TestChargeStreams(FreightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Currency = cls.env["res.currency"].with_context(active_test=False)
        cls.currencies = {}
        for name, rate in (("EUR", 0.8), ("JPY", 150.0), ("KWD", 0.31)):
            currency = Currency.search([("name", "=", name)])
            currency.active = True
            if currency != cls.company.currency_id:
                currency.rate_ids = [
                    Command.clear(),
                    Command.create({"name": "2020-01-01", "rate": rate}),
                    Command.create({"name": "2026-03-04", "rate": rate * 1.07}),
                ]
            cls.currencies[name] = currency
        cls.terms.tax_id = cls.env["account.tax"].search(
            [
                ("type_tax_use", "=", "purchase"),
                ("company_id", "=", cls.company.id),
                ("amount_type", "=", "percent"),
                ("invoice_repartition_line_ids.account_id", "!=", False),
            ],
            limit=1,
        )

    def _drawn(self):
        """Return streams, always the same ones."""
        found = []

        @seed(SEED)
        @settings(
            max_examples=STREAMS,
            phases=(Phase.generate,),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(streams)
        def draw(stream):
            found.append(stream)

        draw()
        return found[:STREAMS]

    def _charges(self, drawn):
        """Return a charge for each stream."""
        charges = self.env["logistics.charge"]._find_or_make(
            [
                {
                    "company_id": self.company.id,
                    "carrier_id": self.carrier.id,
                    "reference": f"stream {place}",
                    "charge_type": "base",
                    "currency_id": self.currencies[stream.terms.currency].id,
                    "source": "flat",
                    "mode": "on",
                    "expense": stream.terms.expense,
                }
                for place, stream in enumerate(drawn)
            ]
        )
        for charge, stream in zip(charges, drawn, strict=True):
            trusted(charge).write(
                {
                    "tax_rate": float(stream.terms.tax_rate),
                    "tax_share": float(stream.terms.recoverable),
                }
            )
            self.assertEqual(charge._terms(), stream.terms)
        return charges

    def _tell(self, told):
        """Say facts, several times some of them, and post all that follows."""
        charges = self.env["logistics.charge"]
        charges._say_many(
            [
                (
                    charge,
                    fact.kind,
                    fact.ref,
                    {
                        name: getattr(fact, name)
                        for name in (
                            "amount",
                            "tax",
                            "on",
                            "at",
                            "target",
                            "final",
                            "treatment",
                        )
                    },
                )
                for charge, fact in told
            ]
        )
        self._take()
        concerned = charges.browse({charge.id for charge, _fact in told})
        self._post_documents(concerned)
        plans = concerned._plans()
        concerned.filtered(lambda charge: not plans[charge].held)._settle()
        self._take()

    def _post_documents(self, charges):
        """Post what stands on bills and credit memos, as those would."""
        Move = as_suite(self.env["account.move"])
        books = self.company._logistics_freight_books()
        for charge, planned in charges._plans().items():
            for posting in planned.postings:
                if posting.key.partition(":")[0] not in ("bill", "credit"):
                    continue
                own = converted(posting, charge._rate(posting.on), 2)
                lines = []
                for line in posting.lines:
                    vals = charge._line_vals(books, line.role)
                    lines.append(
                        Command.create(
                            vals
                            | {
                                "amount_currency": float(line.amount),
                                "balance": float(own.balance(line.role) if own else 0),
                            }
                        )
                    )
                move = Move.create(
                    {
                        "move_type": "entry",
                        "journal_id": books.journal.id,
                        "date": posting.on,
                        "line_ids": lines,
                    }
                )
                move._post(soft=False)
                charge._note_document([(charge, posting)], move)
        charges._reconcile()
        charges._reckon()

    def test_ledger_is_sub_ledger(self):
        draw = random.Random(SEED)
        drawn = self._drawn()
        charges = self._charges(drawn)
        rounds = defaultdict(list)
        for charge, stream in zip(charges, drawn, strict=True):
            facts = [*stream.facts]
            facts += draw.choices(facts, k=2)
            draw.shuffle(facts)
            for fact in facts:
                rounds[draw.randrange(ROUNDS)].append((charge, fact))
        for number in range(ROUNDS):
            self._tell(rounds[number])
            self._analyze()
        self.env.flush_all()
        self.env.invalidate_all()
        census = Counter()
        for charge, planned in charges._plans().items():
            with self.subTest(charge=charge.reference):
                census[charge.stage if not planned.held else "held"] += 1
                self._check(charge, planned)
        # Streams that avoid the hard cases would prove nothing.
        for stage in ("provisional", "invoiced", "disputed", "void", "confirmed"):
            self.assertGreater(census[stage], 2, (stage, census))

    def _check(self, charge, planned):
        keys = [(row.key, row.generation) for row in charge.posting_ids]
        self.assertEqual(len(keys), len(set(keys)))
        for move in charge.posting_ids.move_id:
            self.assertEqual(move.state, "posted")
            self.assertFalse(
                self.company.currency_id.round(sum(move.line_ids.mapped("balance")))
            )
        items = charge.line_ids.filtered(
            lambda item: item.logistics_charge_role == "accrued"
        )
        currency, own = charge.currency_id, self.company.currency_id
        self.assertFalse(
            currency.compare_amounts(
                -sum(items.mapped("amount_currency")), charge.open_amount
            )
        )
        self.assertFalse(
            own.compare_amounts(
                -sum(items.mapped("balance")),
                sum(charge.posting_ids.mapped("accrued_own")),
            )
        )
        if planned.held:
            return
        self.assertFalse(planned.postings)
        self.assertEqual(Decimal(repr(charge.open_amount)), planned.position.open)
        if not planned.position.open:
            self.assertFalse(
                own.round(sum(items.mapped("balance"))), "open at no price"
            )
            self.assertTrue(all(items.mapped("reconciled")))
