"""A byte that changed in the store is found, by the nightly job and by the button."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CarrierCommon


@tagged("post_install", "-at_install")
class TestMessageCheck(CarrierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipment = cls._ship(cls._sell().picking_ids, "NB700")
        bodies = [cls._body("NB700", code) for code in ("PUP", "HUB", "DEP", "DLV")]
        cls.messages = cls._hand_in(*bodies).sorted("id")
        cls.Check = cls.env["logistics.message.check"]
        # Whatever else is there is behind us.
        cls.Check._cron_check(size=10**6)
        cls.Check._cron_check(size=10**6)

    def _flip(self, message):
        self.env.cr.execute(
            "UPDATE logistics_message SET body = set_byte(body, 3, "
            "get_byte(body, 3) # 1) WHERE id = %s",
            [message.id],
        )

    def _found(self):
        return self.env["logistics.exception"]._find_open(
            "security", self.connection, "digest"
        )

    def _verify(self, message, role="auditor"):
        return message.with_user(self.people[role]).action_verify()["params"]["type"]

    def test_bytes_as_they_came_are_no_matter(self):
        self.assertFalse(self._found())
        self.assertEqual(self.Check.search([], limit=1).wrong_count, 0)
        self.assertEqual(self._verify(self.messages[0]), "success")

    def test_flipped_bytes_are_found_by_the_job_once(self):
        self._flip(self.messages[1])
        self._flip(self.messages[2])
        self.Check._cron_check(size=10**6)
        self.Check._cron_check(size=10**6)
        self.assertRecordValues(self._found(), [{"count": 1, "state": "open"}])
        for message in self.messages[1:3]:
            self.assertIn(message.message_key, self._found().summary)
        self.assertNotIn(self.messages[3].message_key, self._found().summary)
        self.assertEqual(self.Check.search([], limit=1).wrong_count, 2)

    def test_every_slice_has_its_turn(self):
        self._flip(self.messages[3])
        count = self.env["logistics.message"].search_count(
            [("state", "!=", "rejected"), ("erased_at", "=", False)]
        )
        for _night in range(-(-count // 3)):
            self.assertFalse(self._found())
            self.Check._cron_check(size=3)
        self.assertTrue(self._found())
        self.assertLessEqual(
            max(self.Check.search([], limit=2).mapped("message_count")), 3
        )

    def test_flipped_byte_is_found_by_the_button(self):
        self._flip(self.messages[0])
        self.assertEqual(self._verify(self.messages[0]), "danger")
        self.assertIn(self.messages[0].message_key, self._found().summary)
        self.assertEqual(self._verify(self.messages[1], "integration"), "success")

    def test_bytes_that_were_taken_away_are_found(self):
        self.env.cr.execute(
            "UPDATE logistics_message SET body = NULL WHERE id = %s",
            [self.messages[0].id],
        )
        self.assertEqual(self._verify(self.messages[0]), "danger")

    def test_erased_bytes_are_no_matter(self):
        self.env["logistics.erasure"]._erase_messages(self.messages.ids)
        self.env.invalidate_all()
        self.Check._cron_check(size=10**6)
        self.assertFalse(self._found())
        with self.assertRaises(UserError):
            self._verify(self.messages[0])

    def test_others_verify_nothing(self):
        for role in ("user", "manager", "finance"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._verify(self.messages[0], role)
