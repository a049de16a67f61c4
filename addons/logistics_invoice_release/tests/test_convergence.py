import random

from odoo.tests import tagged

from .common import ReleaseCommon

# Every fact of the story; a withdrawal names the fact it takes back, and may be told
# before it. Parcel one ends delivered, parcel two does not.
STORY = (
    ("first", "delivered", 0, ""),
    ("first withdrawn", "delivered", 0, "first"),
    ("second", "delivered", 0, ""),
    ("other", "delivered", 1, ""),
    ("other withdrawn", "delivered", 1, "other"),
    ("on its way", "in_transit", 1, ""),
)
RUNS = 8


@tagged("post_install", "-at_install")
class TestConvergence(ReleaseCommon):
    """The same facts end in the same quantities, in whichever order they are told."""

    def _settle(self, order):
        """Take everything, and let finance agree to everything."""
        for _turn in range(4):
            self._take()
            waiting = self._effects(order).search(
                [("order_id", "=", order.id), ("state", "=", "waiting")]
            )
            asked = waiting.approval_ids.filtered(lambda a: a.state == "waiting")
            asked.with_user(self.clerk).action_approve()
        self._take()

    def _tell(self, shipment, row):
        name, event_type, place, voids = row
        self._report(
            shipment,
            event_type,
            shipment.parcel_ids[place],
            key=f"{shipment.id}|{name}",
            content=name,
            occurred_at="2025-05-05 10:00:00",
            classifier="retracted" if voids else "actual",
            voids=voids,
            voids_key=f"{shipment.id}|{voids}" if voids else None,
        )

    def _play(self, seed, result):
        """Tell the story in a random order, some of it twice, acting in between."""
        chance = random.Random(seed)
        self.rule.result = result
        order = self._sell(10)
        shipment, _one, _two = self._two_parcels(order)
        rows = [*STORY, *chance.sample(STORY, 3)]
        chance.shuffle(rows)
        for row in rows:
            self._tell(shipment, row)
            if chance.random() < 0.5:
                self._take()
            if chance.random() < 0.3:
                self._settle(order)
        self._settle(order)
        return order

    def test_posted_invoices_end_with_the_same_net_quantity(self):
        for seed in range(RUNS):
            with self.subTest(seed=seed):
                order = self._play(seed, "post")
                self.assertRecordValues(
                    order.order_line,
                    [
                        {
                            "logistics_qty_released": 4,
                            "logistics_qty_held": 6,
                            "qty_invoiced": 4,
                            "qty_invoiced_posted": 4,
                        }
                    ],
                )

    def test_drafts_end_with_the_same_quantity(self):
        for seed in range(RUNS):
            with self.subTest(seed=seed):
                order = self._play(100 + seed, "draft")
                self.assertRecordValues(
                    order.order_line,
                    [{"logistics_qty_released": 4, "qty_invoiced": 4}],
                )
                self.assertFalse(
                    order.invoice_ids.filtered(lambda m: m.move_type == "out_refund")
                )

    def test_ledger_and_moves_agree(self):
        order = self._play(7, "post")
        done = self._effects(order, "release", "done")
        self.assertEqual(
            sum(done.mapped("quantity")),
            order.order_line.move_ids.logistics_released_qty,
        )
