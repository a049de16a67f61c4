"""Three hundred stories of sold goods on the database: stock, order and books agree."""

import logging
import os
from collections import Counter

from odoo.tests import tagged

from .return_stream import OFTEN
from .stream_case import SEND_BACK, StreamCase

_logger = logging.getLogger(__name__)

# The same stories on every run; another number in the environment draws others.
SEED = int(os.environ.get("LOGISTICS_SEED", "20260305"))
STREAMS = int(os.environ.get("LOGISTICS_STREAMS", "300"))
ROUNDS = 8


@tagged("post_install", "-at_install")
class TestReturnStreams(StreamCase):
    # === MONEY === #

    def _do_run(self, streams):
        """Let the jobs take what is due of some orders."""
        orders = self._orders(streams)
        Effect = self.env["logistics.effect"]
        domain = [*Effect._ready_domain(), ("order_id", "in", orders.ids)]
        for _turn in range(4):
            steps = Effect.search(domain, order="id")
            if not steps:
                break
            steps._take()
            self.env.flush_all()

    def _do_agree(self, streams):
        """Let two people agree to what waits, each of whom presses twice."""
        steps = self.env["logistics.effect"].search(
            [
                ("order_id", "in", self._orders(streams).ids),
                ("action", "=", "credit"),
                ("observed", "=", False),
                ("state", "in", ("waiting", "failed")),
            ]
        )
        for user in (self.finance, self.second):
            steps.approval_ids.filtered(lambda one: one.state == "waiting").with_user(
                user
            ).action_approve()

    def _do_credit_by_hand(self, streams):
        """Somebody credits with Odoo's own dialog what is to be credited anyway."""
        for stream in streams:
            invoiced, credited = self._books(stream)
            if invoiced - credited <= stream.kept() or self._by_hand(stream):
                continue
            invoice = stream.order.invoice_ids.filtered(
                lambda move: move.move_type == "out_invoice" and move.state == "posted"
            )[:1]
            if sum(invoice.invoice_line_ids.mapped("quantity")) <= credited:
                continue
            note = self._reverse(invoice)
            note.invoice_line_ids.quantity = 1
            note.action_post()

    def _do_cancel_credit(self, streams):
        """Somebody resets and cancels a credit note of the suite."""
        for stream in streams:
            notes = self._notes(stream.order).filtered(
                lambda move: move.state == "posted"
            )
            note = (notes - self._by_hand(stream))[-1:]
            if note:
                note.button_draft()
                note.button_cancel()

    def _by_hand(self, stream):
        return stream.line._logistics_notes_by_hand()

    def _orders(self, streams):
        return self.env["sale.order"].union(*(stream.order for stream in streams))

    # === THE STORIES === #

    def test_stock_order_and_books_agree(self):
        _logger.info("Seed of the streams: %s", SEED)
        streams = self._begun(STREAMS, SEED)
        self._analyze()
        census = Counter()
        for round_ in range(ROUNDS):
            self._round(streams, round_, census)
            self._check_all(streams)
        self._settle(streams)
        self._check_all(streams)
        for stream in streams:
            with self.subTest(stream=stream.number):
                self._check_end(stream, census)
        _logger.info("What the streams contained: %s", dict(census))
        self.assertFalse(self.env["logistics.credit.counter"]._differences())
        # Streams that avoid the hard cases would prove nothing.
        self.assertEqual(census["streams"], STREAMS)
        self.assertGreater(census["credited"], STREAMS // 4)
        for name in OFTEN:
            self.assertGreater(census[name], STREAMS // 150, (name, census))

    def _round(self, streams, round_, census):
        """Let one thing happen to each stream; whatever is the same is one batch."""
        deeds = {name: [] for name in OFTEN}
        for stream in streams:
            name = stream.chosen(round_)
            stream.story.append(name)
            deeds[name].append(stream)
        for name, chosen in deeds.items():
            census[name] += len(chosen)
            if chosen:
                getattr(self, f"_do_{name}")(chosen)
                self.env.flush_all()
        self._analyze()
        self.env.invalidate_all()

    def _settle(self, streams):
        """Do what is left to do: send back, inspect, agree, make again, invoice."""
        for _turn in range(3):
            for stream in streams:
                stream.story.append("settle")
            back = self._orders(streams).picking_ids.filtered(
                lambda one: (
                    one.state == "assigned"
                    and one.picking_type_code == "outgoing"
                    and one.move_ids.origin_returned_move_id
                )
            )
            back.move_ids.picked = True
            back.button_validate()
            self._do_come(streams)
            self._do_inspect(streams, ("restock",), whole=True)
            self._make_again(streams)
            for _time in range(2):
                self._do_run(streams)
                self._do_agree(streams)
            self._do_run(streams)
            self._do_invoice(streams)
            self._analyze()
            self.env.invalidate_all()

    def _make_again(self, streams):
        """Have what was cancelled by hand made once more."""
        problems = self.env["logistics.exception"].search(
            [
                ("category", "=", "changed_by_hand"),
                ("state", "=", "open"),
                ("effect_id.action", "=", "credit"),
                ("effect_id.order_id", "in", self._orders(streams).ids),
            ]
        )
        for problem in problems:
            problem.with_user(self.finance).action_make_again()

    # === WHAT MUST HOLD === #

    def _books(self, stream):
        """Return what posted documents invoice and credit, counted from them alone."""
        items = stream.line.invoice_lines.filtered(
            lambda item: item.parent_state == "posted"
        )
        notes = items.filtered(lambda item: item.move_id.move_type == "out_refund")
        return sum((items - notes).mapped("quantity")), sum(notes.mapped("quantity"))

    def _check_all(self, streams):
        """Check what holds at any time."""
        for stream in streams:
            with self.subTest(stream=stream.number):
                self._check_now(stream)

    def _check_now(self, stream):
        line, told = stream.line, stream.told()
        invoiced, credited = self._books(stream)
        self.assertGreaterEqual(credited, 0, told)
        self.assertLessEqual(credited, invoiced, told)
        self.assertEqual(line.qty_invoiced, invoiced - credited, told)
        self.assertGreaterEqual(line.qty_delivered, 0, told)
        self.assertLessEqual(line.qty_delivered, len(stream.pieces), told)
        for back in line.logistics_return_line_ids:
            for name in ("quantity", "expected_quantity", "credit_quantity"):
                self.assertGreaterEqual(back[name], 0, told)
            self.assertLessEqual(back.accepted_quantity, back.received_quantity)

    def _check_end(self, stream, census):
        """Check that all that is known is done, in stock, on the order and in books."""
        told, line = stream.told(), stream.line
        invoiced, credited = self._books(stream)
        census["streams"] += 1
        census["credited"] += credited > 0
        census["given up"] += stream.given_up() > 0
        still = invoiced - credited
        self.assertFalse(line.invoice_lines.filtered(lambda i: _is_draft(i)), told)
        if still != stream.kept():
            # What came in and was not accepted Odoo takes for not delivered.
            census["never invoiced"] += 1
            missing = stream.kept() - still
            self.assertGreater(missing, 0, told)
            self.assertLessEqual(missing, stream.unaccepted(), told)
        came = sum(one.quantity for one in self._moves(line, "incoming"))
        self.assertEqual(
            came,
            stream.strange
            + stream.count_at(
                "here", "restock", "refurbish", "scrap", "missing", SEND_BACK
            ),
            told,
        )
        sent_back = stream.count_at(SEND_BACK)
        self.assertEqual(
            line.qty_delivered, len(stream.pieces) - came + sent_back, told
        )
        for place, count in (
            (self.stock, stream.house + stream.count_at("restock")),
            (self.workshop, stream.count_at("refurbish")),
            (self.bin, stream.count_at("scrap")),
            (self.waiting, stream.strange + stream.count_at("missing", "here")),
        ):
            self.assertEqual(self._there(line.product_id, place), count, told)
        self.assertFalse(self._open(stream.order), told)
        for one in stream.returns:
            self.assertNotEqual(one.record.state, "received", told)

    def _moves(self, line, code):
        return line.move_ids.filtered(
            lambda move: (
                move.state == "done" and move.picking_id.picking_type_code == code
            )
        )

    def _there(self, product, place):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "child_of", place.id)]
        )
        return sum(quants.mapped("quantity"))


def _is_draft(item):
    return item.parent_state == "draft"
