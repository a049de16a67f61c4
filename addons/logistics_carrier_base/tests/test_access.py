from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import CarrierCommon

ROLES = ("user", "manager", "finance", "integration", "auditor")
# Model: who reads, creates, writes and deletes.
RIGHTS = {
    "logistics.connection": (" ".join(ROLES), "integration", "integration", ""),
    "logistics.connection.secret": ("integration",) * 4,
    "logistics.message": (" ".join(ROLES), "", "", ""),
    "logistics.message.unmatched": (" ".join(ROLES), "", "", ""),
    "logistics.booking": (" ".join(ROLES), "", "user manager", ""),
    "logistics.code.map": (" ".join(ROLES), "integration", "manager integration", ""),
}


@tagged("post_install", "-at_install")
class TestAccess(CarrierCommon):
    def test_every_role_has_the_rights_of_the_table_and_no_others(self):
        operations = ("read", "create", "write", "unlink")
        for model, rights in RIGHTS.items():
            for operation, allowed in zip(operations, rights, strict=True):
                for role in ROLES:
                    records = self.env[model].with_user(self.people[role])
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(
                            records.has_access(operation), role in allowed.split()
                        )

    def test_every_table_of_the_addon_is_in_the_rights_table(self):
        own = {
            name
            for name in self.env.registry
            if name.startswith("logistics.")
            and self.env[name]._original_module == "logistics_carrier_base"
            and not self.env[name]._abstract
            and not self.env[name]._transient
        }
        self.assertEqual(own - set(RIGHTS), set())

    def test_bytes_of_a_message_are_changed_by_nobody(self):
        message = self._hand_in(self._body("NB1", "PUP"))
        for values in ({"digest": "x"}, {"state": "new"}, {"message_key": "x"}):
            with self.assertRaises(AccessError):
                message.sudo().write(values)
        with self.assertRaises(AccessError):
            message.sudo().unlink()

    def test_only_the_integration_administrator_replays(self):
        message = self._hand_in(self._body("NB1", "PUP"))
        for role in ROLES:
            press = message.with_user(self.people[role]).action_replay
            with self.subTest(role=role):
                if role == "integration":
                    self.assertEqual(press()["res_model"], "logistics.message.replay")
                else:
                    with self.assertRaises(UserError):
                        press()

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
        self.env.flush_all()
        with file_open("logistics_carrier_base/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.connection.secret_ids)
        self.assertFalse(self.connection.sudo().credential_token)
        self.assertFalse(self.connection.sudo().webhook_token_hash)
        self.assertFalse(self.connection.active)
