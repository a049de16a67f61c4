from odoo.tests import tagged

from .common import LogisticsCommon


@tagged("post_install", "-at_install")
class TestOddEvents(LogisticsCommon):
    """Reports that fit nowhere ask a person, until they fit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipment = cls._ship(cls._sell().picking_ids, "ODD1")

    def _odd(self, state="open"):
        return self.env["logistics.exception"].search(
            [
                ("category", "=", "sequence"),
                ("shipment_id", "=", self.shipment.id),
                ("state", "=", state),
            ]
        )

    def _withdraw(self, key):
        self._report(
            self.shipment, "in_transit", key="w", classifier="retracted", voids_key=key
        )

    def test_early_withdrawal_is_asked_about_until_its_event_is_there(self):
        self._withdraw("scan")
        self.assertIn("an event that nobody reported", self._odd().summary)
        self._report(self.shipment, "in_transit", key="scan")
        self.assertFalse(self._odd())
        self.assertTrue(self._odd("solved").solution)

    def test_question_that_was_put_aside_is_answered_too(self):
        self._withdraw("scan")
        self._odd().action_snooze()
        self.assertTrue(self._odd("snoozed"))
        self._report(self.shipment, "in_transit", key="scan")
        self.assertTrue(self._odd("solved"))

    def test_question_stays_while_other_events_come(self):
        self._withdraw("scan")
        self._report(self.shipment, "out_for_delivery")
        self.assertEqual(self._odd().count, 1)

    def test_every_kind_is_told_in_words(self):
        self._withdraw("")
        self._report(self.shipment, "return_created")
        self._report(self.shipment, "eta_updated")
        summary = self._odd().summary
        for word in (
            "a withdrawal that names no event",
            "a return told on the way out",
            "an expected date told as if it had happened",
        ):
            self.assertIn(word, summary)
        self.assertNotIn("retraction", summary)
