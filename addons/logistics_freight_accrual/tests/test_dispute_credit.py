from odoo.tests import tagged

from .dispute_common import DisputeCommon


@tagged("post_install", "-at_install")
class TestDisputeCredit(DisputeCommon):
    """A credit memo settles the dispute it is about, and nothing else."""

    def _credit(self, rows, number="C1", **more):
        return self._bill(rows, number=number, kind="credit", **more)

    def test_credit_that_names_the_dispute_settles_it(self):
        dispute = self._disputed()
        memo = self._credit([(None, "-20", "0", {"text": f"Credit {dispute.name}"})])
        self.assertEqual(self.Dispute._match_credit(memo), dispute)
        self.assertEqual(memo.line_ids.charge_id, dispute.charge_id)
        self.assertEqual(dispute.credit_bill_ids, memo)
        move = self._post_credit(memo)
        self.assertRecordValues(
            dispute,
            [
                {
                    "state": "credited",
                    "credited_amount": 20.0,
                    "open_amount": 0.0,
                    "blocked_amount": 0.0,
                }
            ],
        )
        self.assertEqual(move.amount_total, 20)
        self.assertEqual(self._clearing(), 0)
        self.assertEqual(self._variance(), 0)
        self.assertEqual(self._accrued(), 0)

    def test_credit_finds_the_parcel_of_the_named_bill(self):
        dispute = self._disputed()
        number = dispute.bill_line_ids.tracking_number
        memo = self._credit(
            [(None, "-20", "0", {"tracking_number": number})], original="b-1"
        )
        self.assertEqual(self.Dispute._match_credit(memo), dispute)

    def test_partial_credit_leaves_the_rest(self):
        dispute = self._disputed()
        number = dispute.bill_line_ids.tracking_number
        memo = self._credit([(None, "-15", "0", {"tracking_number": number})])
        self.Dispute._match_credit(memo)
        self._post_credit(memo)
        self.assertRecordValues(
            dispute,
            [{"state": "open", "credited_amount": 15.0, "open_amount": 5.0}],
        )
        self.assertEqual(self._clearing(), 5)
        self.assertEqual(dispute.move_id.logistics_blocked_amount, 5)

    def test_decided_disputes_and_other_carriers_are_not_settled(self):
        dispute = self._disputed()
        other = self.env["logistics.carrier"].create({"name": "Other"})
        memo = self._credit(
            [(None, "-20", "0", {"text": dispute.name})], carrier_id=other.id
        )
        self.assertFalse(self.Dispute._match_credit(memo))
        self.assertFalse(memo.line_ids.dispute_id)

    def test_saying_it_again_changes_nothing(self):
        dispute = self._disputed()
        memo = self._credit([(None, "-20", "0", {"text": dispute.name})])
        self.Dispute._match_credit(memo)
        self.assertEqual(self.Dispute._match_credit(memo), dispute)
        self._post_credit(memo)
        self.assertEqual(self.Dispute._match_credit(memo), dispute)
        facts = dispute.charge_id.fact_ids.filtered(lambda f: f.kind == "credit")
        self.assertEqual(len(facts), 1)

    def test_bill_is_no_credit(self):
        dispute = self._disputed()
        bill = self._bill([(None, "20", "0", {"text": dispute.name})], number="B9")
        self.assertFalse(self.Dispute._match_credit(bill))

    def test_person_links_a_memo(self):
        dispute = self._disputed()
        memo = self._credit([(None, "-12", "0"), (None, "-20", "0")])
        dispute.with_user(self.finance)._link_credit(memo.with_user(self.finance))
        self.assertEqual(memo.line_ids.dispute_id, dispute)
        self.assertEqual(memo.line_ids[1].dispute_id, dispute)
        self.assertFalse(memo.line_ids[0].dispute_id)

    def test_memo_without_a_fitting_line_is_refused(self):
        dispute = self._disputed()
        memo = self._credit([(None, "-12", "0"), (None, "-13", "0")])
        with self._refused("No line"):
            dispute._link_credit(memo)

    def test_memo_of_another_carrier_is_refused(self):
        dispute = self._disputed()
        other = self.env["logistics.carrier"].create({"name": "Other"})
        memo = self._credit([(None, "-20", "0")], carrier_id=other.id)
        with self._refused("another carrier"):
            dispute._link_credit(memo)

    def test_posted_memo_is_refused(self):
        dispute = self._disputed()
        memo = self._credit([(dispute.charge_id, "-20", "0")])
        self._post_credit(memo)
        with self._refused("posted already"):
            dispute._link_credit(memo)

    def test_check_of_a_memo_finds_its_disputes(self):
        dispute = self._disputed()
        memo = self._credit([(None, "-20", "0", {"text": dispute.name})])
        memo._check()
        self.assertEqual(memo.line_ids.dispute_id, dispute)
        self.assertEqual(memo.line_ids.charge_id, dispute.charge_id)

    def test_100_credits_settle_100_disputes(self):
        charges = self._charges(100)
        disputes = self._post_bill(
            self._bill(
                [
                    (charge, "120", str(1 + place % 20))
                    for place, charge in enumerate(charges)
                ]
            )
        )
        self.assertEqual(len(disputes), 100)
        self.assertEqual(self._clearing(), sum(disputes.mapped("amount")))
        by_name, by_number = disputes[:50], disputes[50:]
        memos = self._credit(
            [
                (None, str(-one.amount), "0", {"text": f"re {one.name}"})
                for one in by_name.sorted("amount")
            ],
            number="C1",
        ) | self._credit(
            [
                (
                    None,
                    str(-one.amount),
                    "0",
                    {"tracking_number": one.bill_line_ids.tracking_number},
                )
                for one in by_number.sorted("amount", reverse=True)
            ],
            number="C2",
            original="B1",
        )
        for memo in memos:
            self.Dispute._match_credit(memo)
            self._post_credit(memo)
        self.assertEqual(set(disputes.mapped("state")), {"credited"})
        self.assertEqual(self._clearing(), 0)
        self.assertEqual(self._accrued(), 0)
        self.assertEqual(sum(disputes.mapped("blocked_amount")), 0)
