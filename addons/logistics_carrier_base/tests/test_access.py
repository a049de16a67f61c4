"""What a right means in detail; who has which is in `tests/roles` of the suite."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import CarrierCommon

ROLES = ("user", "manager", "finance", "integration", "auditor")


@tagged("post_install", "-at_install")
class TestAccess(CarrierCommon):
    def test_bytes_of_a_message_are_changed_by_nobody(self):
        message = self._hand_in(self._body("NB1", "PUP"))
        for values in ({"digest": "x"}, {"state": "new"}, {"message_key": "x"}):
            with self.assertRaises(AccessError):
                message.sudo().write(values)
        with self.assertRaises(AccessError):
            message.sudo().unlink()

    def test_credentials_are_read_by_nobody_over_rpc(self):
        self.connection.credential = "canary-key"
        for role in ROLES:
            connection = self.connection.with_user(self.people[role])
            with self.subTest(role=role):
                self.assertNotIn("canary-key", str(connection.read()))
                for name in ("credential_token", "webhook_token_hash"):
                    with self.assertRaises(AccessError):
                        connection.read([name])

    def test_sandbox_is_refused_on_a_production_connection(self):
        with self.assertRaises(ValidationError):
            self.connection.environment = "production"

    def test_neutralized_copy_knows_no_secret_and_no_address(self):
        self.connection.credential = "canary-key"
        self.connection.keep_subscribed = True
        subscription = self.env["logistics.subscription"].create(
            {"connection_id": self.connection.id, "reference": "sub-1"}
        )
        self.env.flush_all()
        with file_open("logistics_carrier_base/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.connection.secret_ids)
        self.assertFalse(self.connection.sudo().credential_token)
        self.assertFalse(self.connection.sudo().webhook_token_hash)
        self.assertFalse(self.connection.active)
        self.assertFalse(self.connection.keep_subscribed)
        self.assertEqual(subscription.state, "ended")
