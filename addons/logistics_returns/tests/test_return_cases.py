from decimal import Decimal

from odoo.tests import tagged

from .return_case import FoldCase, sold


@tagged("post_install", "-at_install")
class TestReturnCases(FoldCase):
    """The table of `return_fold.py`, row by row."""

    def test_nothing_is_known(self):
        self.assertLine(state="requested", creditable=0, expected=0, problems=())

    def test_announced_in_part(self):
        self.tell("requested", 3)("approved")
        self.assertLine(state="approved", asked=3, expected=3, creditable=0)
        self.tell("requested", 2)
        self.assertLine(expected=5)

    def test_receipt_in_parts(self):
        self.tell("requested", 3)("received", 1)
        self.assertLine(state="received", expected=2, waiting=1, creditable=0)
        self.tell("inspected", 1, "restock")
        self.assertLine(state="inspected", expected=2, waiting=0, creditable=1)
        self.assertLine(sold(credited=1), state="inspected", finished=False)
        self.tell("received", 2)("inspected", 2, "restock")
        self.assertLine(expected=0, creditable=3, problems=())
        self.assertLine(sold(credited=3), state="credited", finished=False)
        self.assertLine(sold(credited=3, paid=True), state="refunded", finished=True)

    def test_more_came_than_asked(self):
        self.tell("requested", 2)("received", 4)("inspected", 4, "restock")
        self.assertLine(creditable=4, problems=["over_received"])

    def test_more_came_than_was_delivered(self):
        self.tell("requested", 2)("received", 4)("inspected", 4, "restock")
        problems = ["over_received", "more_than_delivered"]
        self.assertLine(sold(3, 3), creditable=3, problems=problems)

    def test_unannounced_goods(self):
        self.tell("scanned")
        self.assertLine(state="in_transit", expected=0)
        self.tell("received", 2)
        self.assertLine(state="received", creditable=0, problems=["unannounced"])
        self.tell("inspected", 2, "restock")
        self.assertLine(state="inspected", creditable=2)
        self.tell("requested", 2)
        self.assertLine(creditable=2, expected=0, problems=())

    def test_goods_nobody_sold(self):
        self.tell("received", 1)("inspected", 1, "restock")
        self.assertLine(
            sold(0, 0),
            creditable=0,
            problems=["unannounced", "more_than_delivered"],
        )

    def test_wrong_product(self):
        self.tell("requested", 1)("received", 1)("inspected", 1, "wrong_item")
        self.assertLine(
            state="inspected", expected=1, creditable=0, problems=["wrong_item"]
        )
        self.tell("received", 1)("inspected", 1, "restock")
        self.assertLine(expected=0, creditable=1, problems=["wrong_item"])

    def test_double_scan(self):
        self.tell("requested", 2)("scanned", ref="s")("received", 2, ref="m")
        once = self._position()
        self.tell.facts += [*self.tell.facts, *self.tell.facts[1:]]
        self.assertEqual(self._position(), once)
        self.tell("scanned", ref="another scan")
        self.assertEqual(self._position(), once)

    def test_withdrawal_before_anything_came(self):
        self.tell("requested", 3)("approved")("withdrawn")
        self.assertLine(state="closed", asked=0, expected=0, creditable=0)
        self.tell("requested", 1)
        self.assertLine(state="approved", expected=1)

    def test_withdrawal_of_a_part(self):
        self.tell("requested", 3)("withdrawn", 1)
        self.assertLine(state="requested", expected=2)
        self.tell("withdrawn", 9)
        self.assertLine(state="closed", expected=0)

    def test_withdrawal_leaves_what_came(self):
        self.tell("requested", 3)("received", 1)("withdrawn")
        self.assertLine(state="received", asked=1, expected=0, problems=())
        self.tell("inspected", 1, "restock")
        self.assertLine(creditable=1)

    def test_withdrawn_goods_that_come_anyway(self):
        self.tell("requested", 3)("withdrawn")("received", 3)
        self.assertLine(state="received", problems=["withdrawn_received"])
        self.tell("inspected", 3, "restock")
        self.assertLine(creditable=3)

    def test_withdrawal_of_another_line_ends_nothing_here(self):
        self.tell("requested", 1)("requested", 1, line="b")("withdrawn", 1, line="b")
        found = self._position(sold(), sold(key="b"))
        self.assertEqual(found.state, "requested")
        self.assertEqual(found.lines["a"].expected, 1)

    def test_refused(self):
        self.tell("requested", 2)("refused")
        self.assertLine(state="refused", expected=0, finished=True)

    def test_refused_goods_that_come_anyway(self):
        self.tell("requested", 2)("refused")("received", 2)
        self.assertLine(state="received", problems=["refused_received"])
        self.tell("inspected", 2, "restock")
        self.assertLine(state="refused", accepted=2, creditable=0)
        self.tell("approved")
        self.assertLine(state="inspected", creditable=2, problems=())

    def test_later_decision_holds_and_no_wins_a_tie(self):
        self.tell("requested", 1)("refused")("approved")
        self.assertLine(state="approved")
        self.tell("refused", at=self.tell.facts[-1].at)
        self.assertLine(state="refused")

    def test_one_line_is_refused(self):
        self.tell("requested", 1)("requested", 2, line="b")("approved")
        self.tell("refused", line="b")
        found = self._position(sold(), sold(key="b"))
        self.assertEqual(found.state, "approved")
        self.assertEqual(
            {key: line.expected for key, line in found.lines.items()}, {"a": 1, "b": 0}
        )

    def test_closed_ends_the_wait(self):
        self.tell("requested", 2)("received", 1)("inspected", 1, "restock")
        self.assertLine(sold(credited=1), state="inspected")
        self.tell("closed")
        self.assertLine(sold(credited=1), state="closed", expected=0, finished=True)

    def test_end_hides_no_goods_and_no_credit(self):
        self.tell("requested", 1)("closed")("received", 1)
        self.assertLine(state="received", problems=["closed_received"])
        self.tell("inspected", 1, "restock")
        self.assertLine(state="inspected", creditable=1, finished=False)
        self.assertLine(sold(credited=1), state="closed")

    def test_reopened(self):
        self.tell("requested", 2)("refused")("withdrawn")("closed")("reopened")
        self.assertLine(state="requested", expected=2, problems=())
        self.tell("closed")
        self.assertLine(state="closed", expected=0)

    def test_keep_it(self):
        self.tell("requested", 2)("kept", 2)
        self.assertLine(state="inspected", expected=0, creditable=2, exempt=2)
        self.assertLine(sold(credited=2), state="credited")

    def test_part_is_kept_and_part_comes(self):
        self.tell("requested", 3)("kept", 1)("received", 2)("inspected", 2, "restock")
        self.assertLine(expected=0, creditable=3, problems=())

    def test_kept_goods_that_come_anyway_are_credited_once(self):
        self.tell("requested", 1)("kept", 1)("received", 1)("inspected", 1, "restock")
        self.assertLine(creditable=1, problems=["came_anyway"])

    def test_lost_goods_that_are_found_are_credited_once(self):
        self.tell("requested", 2)("lost", 2)
        self.assertLine(state="inspected", creditable=2)
        self.tell("received", 2)("inspected", 2, "restock")
        self.assertLine(creditable=2, problems=["came_anyway"])
        self.tell("lost", -2)
        self.assertLine(creditable=2, problems=())

    def test_lost_on_the_way_out_without_any_request(self):
        self.tell("lost", 4)
        self.assertLine(sold(4, 4), state="inspected", creditable=4, problems=())

    def test_goodwill_is_used_up_by_what_comes(self):
        self.tell("requested", 3)("scanned")("goodwill", 1)
        self.assertLine(creditable=1, expected=3)
        self.assertLine(sold(credited=1), state="in_transit", finished=False)
        self.tell("received", 2)("inspected", 2, "restock")
        self.assertLine(creditable=2, expected=1)

    def test_goodwill_comes_on_top_of_what_was_accepted_before(self):
        self.tell("requested", 3)("received", 1)("inspected", 1, "restock")
        self.tell("goodwill", 2)
        self.assertLine(creditable=3)
        self.tell("received", 2)
        self.assertLine(creditable=3)
        self.tell("inspected", 2, "restock")
        self.assertLine(creditable=3, expected=0)

    def test_goodwill_is_not_taken_back_by_an_inspection(self):
        self.tell("requested", 1)("goodwill", 1)("received", 1)
        self.tell("inspected", 1, "send_back")
        self.assertLine(creditable=1)
        self.tell("goodwill", -1)
        self.assertLine(creditable=0)

    def test_goodwill_cannot_be_withdrawn_by_the_customer(self):
        self.tell("requested", 2)("goodwill", 1)("withdrawn")
        self.assertLine(asked=1, expected=1, creditable=1)

    def test_return_to_sender_is_not_owed_in_any_condition(self):
        self.tell("requested", 4)("received", 3)
        line = sold(4, 4, undelivered=True)
        self.assertLine(line, state="received", creditable=3)
        self.tell("inspected", 1, "restock")("inspected", 2, "scrap")
        self.assertLine(line, creditable=3)
        self.tell("inspected", 1, "missing")
        self.assertLine(line, creditable=4, expected=0, problems=())

    def test_undelivered_goods_that_are_sent_out_again_are_owed(self):
        self.tell("requested", 2)("received", 2)("inspected", 2, "send_back")
        self.assertLine(sold(2, 2, undelivered=True), creditable=0)

    def test_never_invoiced(self):
        self.tell("requested", 3)("received", 3)("inspected", 3, "restock")
        line = sold(3, 0)
        self.assertLine(line, state="inspected", compensated=3, creditable=0)
        self.assertTrue(self._position(line).finished)

    def test_invoiced_in_part(self):
        self.tell("requested", 3)("received", 3)("inspected", 3, "restock")
        for invoiced, creditable in ((6, 0), (7, 0), (8, 1), (9, 2), (10, 3), (12, 3)):
            self.assertLine(sold(10, invoiced), creditable=creditable)

    def test_invoiced_later(self):
        self.tell("requested", 3)("kept", 3)
        self.assertLine(sold(10, 0), creditable=0)
        self.assertLine(sold(10, 10), creditable=3)

    def test_another_invoice_made_up_for_a_credit(self):
        self.tell("requested", 2)("received", 2)("inspected", 2, "restock")
        self.tell("inspected", -2, "restock")("inspected", 2, "send_back")
        self.assertLine(
            sold(2, 2, credited=2), creditable=0, problems=["credited_more"]
        )
        self.assertLine(
            sold(2, 4, credited=2), creditable=2, problems=["credited_more"]
        )

    def test_replacement(self):
        self.tell("requested", 3)("received", 3)("inspected", 3, "restock")
        self.assertLine(sold(replaced=3), creditable=0, compensated=3)
        self.assertLine(sold(replaced=1), creditable=2)
        self.assertTrue(self._position(sold(replaced=3)).finished)

    def test_sent_back_to_the_customer(self):
        self.tell("requested", 2)("received", 2)("inspected", 1, "send_back")
        self.tell("inspected", 1, "restock")
        self.assertLine(creditable=1, expected=0, waiting=0, problems=())

    def test_missing_of_what_came_on_paper(self):
        self.tell("requested", 3)("received", 3)("inspected", 2, "restock")
        self.assertLine(waiting=1)
        self.tell("inspected", 1, "missing")
        self.assertLine(waiting=0, expected=0, creditable=2, problems=["missing"])

    def test_missing_of_what_was_still_expected(self):
        self.tell("requested", 3)("received", 2)("inspected", 2, "restock")
        self.tell("inspected", 1, "missing")
        self.assertLine(waiting=0, expected=0, creditable=2, problems=["missing"])

    def test_missing_goods_that_come_later_are_inspected(self):
        self.tell("requested", 3)("received", 2)("inspected", 2, "restock")
        self.tell("inspected", 1, "missing")("received", 1)
        self.assertLine(state="received", waiting=1)
        self.tell("inspected", 1, "restock")
        self.assertLine(waiting=0, creditable=3)

    def test_missing_beside_what_still_waits(self):
        self.tell("requested", 3)("inspected", 1, "missing")("received", 2)
        self.tell("inspected", 1, "missing")
        self.assertLine(waiting=1, expected=0)

    def test_missing_goods_are_not_withdrawn_any_more(self):
        self.tell("requested", 3)("inspected", 1, "missing")("lost", 1)("withdrawn")
        self.assertLine(asked=2, expected=0, creditable=1)
        self.assertLine(sold(undelivered=True), creditable=2)

    def test_missing_goods_that_the_carrier_lost(self):
        self.tell("requested", 3)("received", 2)("inspected", 2, "restock")
        self.tell("inspected", 1, "missing")("lost", 1)
        self.assertLine(creditable=3, problems=())

    def test_empty_parcel(self):
        self.tell("requested", 1)("scanned")("inspected", 1, "missing")
        self.assertLine(state="inspected", creditable=0, finished=True)

    def test_refurbish_and_scrap_are_credited(self):
        self.tell("requested", 2)("received", 2)("inspected", 1, "refurbish")
        self.tell("inspected", 1, "scrap")
        self.assertLine(creditable=2, accepted=2)

    def test_more_inspected_than_came(self):
        self.tell("requested", 3)("received", 1)("inspected", 3, "restock")
        self.assertLine(creditable=1, accepted=1, problems=["inspected_more"])
        self.tell("received", 2)
        self.assertLine(creditable=3, problems=())

    def test_less_inspected_than_came(self):
        self.tell("requested", 3)("received", 3)("inspected", 1, "restock")
        self.assertLine(state="received", waiting=2, creditable=1)

    def test_nothing_is_credited_without_a_receipt(self):
        self.tell("requested", 3)("approved")("label_sent")("scanned")
        self.tell("inspected", 3, "restock")
        self.assertLine(creditable=0)

    def test_inspection_is_put_right(self):
        self.tell("requested", 2)("received", 2)("inspected", 2, "restock")
        self.tell("inspected", -1, "restock")("inspected", 1, "send_back")
        self.assertLine(creditable=1, waiting=0, problems=())
        self.assertLine(sold(credited=2), problems=["credited_more"], creditable=1)

    def test_receipt_is_put_right(self):
        self.tell("requested", 2)("received", 2)("received", -1)
        self.assertLine(received=1, waiting=1, expected=1)
        self.tell("received", -5)
        self.assertLine(received=0, expected=2, problems=["negative"])

    def test_parts_of_a_unit(self):
        self.tell("requested", "1.5")("received", "1.25")("inspected", "0.75", "scrap")
        self.assertLine(
            sold("1.5", "1.5"),
            expected=Decimal("0.25"),
            waiting=Decimal("0.5"),
            creditable=Decimal("0.75"),
        )
