from odoo.tests import BaseCase, tagged

from odoo.addons.logistics_carrier_base import vault
from odoo.addons.logistics_carrier_base.exceptions import VaultError

OLD = "b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZC0="
NEW = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldy0="


@tagged("post_install", "-at_install")
class TestVault(BaseCase):
    """Secrets at rest, and what happens when the key is missing or changed."""

    def assertFails(self, reason, function, *args):
        with self.assertRaises(VaultError) as caught:
            function(*args)
        self.assertEqual(caught.exception.reason, reason)
        return str(caught.exception)

    def test_secret_comes_back_as_it_was(self):
        for secret in ("s3cret", "Schlüssel 😀", "whsec_" + "A" * 500, " blank "):
            self.assertEqual(vault.decrypt(vault.encrypt(secret, [NEW]), [NEW]), secret)

    def test_stored_value_shows_nothing_of_the_secret(self):
        token = vault.encrypt("s3cret", [NEW])
        self.assertNotIn("s3cret", token)
        self.assertTrue(token.startswith("fernet:"))
        self.assertNotEqual(token, vault.encrypt("s3cret", [NEW]))

    def test_no_secret_stays_no_secret(self):
        self.assertEqual(vault.encrypt("", []), "")
        self.assertEqual(vault.decrypt("", []), "")
        self.assertFalse(vault.needs_rotation("", [NEW]))

    def test_every_key_decrypts_and_the_first_one_encrypts(self):
        old_token = vault.encrypt("s3cret", [OLD])
        self.assertEqual(vault.decrypt(old_token, [NEW, OLD]), "s3cret")
        new_token = vault.encrypt("s3cret", [NEW, OLD])
        self.assertEqual(vault.decrypt(new_token, [NEW]), "s3cret")
        self.assertFails("unreadable", vault.decrypt, new_token, [OLD])

    def test_rotation_moves_a_secret_to_the_newest_key(self):
        token = vault.encrypt("s3cret", [OLD])
        self.assertTrue(vault.needs_rotation(token, [NEW, OLD]))
        rotated = vault.rotate(token, [NEW, OLD])
        self.assertFalse(vault.needs_rotation(rotated, [NEW, OLD]))
        self.assertEqual(vault.decrypt(rotated, [NEW]), "s3cret")

    def test_without_a_key_nothing_is_stored_and_the_text_says_what_to_do(self):
        text = self.assertFails("no_key", vault.encrypt, "s3cret", [])
        self.assertIn("logistics_secret_key", text)
        self.assertIn("LOGISTICS_SECRET_KEY", text)
        token = vault.encrypt("s3cret", [NEW])
        self.assertFails("no_key", vault.decrypt, token, [])
        self.assertFails("no_key", vault.needs_rotation, token, [])

    def test_key_that_is_none_is_refused_without_being_shown(self):
        for key in ("short", "not base64 !", "a" * 44, "ü" * 44):
            with self.subTest(key):
                text = self.assertFails("bad_key", vault.encrypt, "s3cret", [key])
                self.assertNotIn(key, text)

    def test_lost_key_and_changed_value_are_told_apart_from_no_key(self):
        token = vault.encrypt("s3cret", [OLD])
        other = "B" if token[40] == "A" else "A"
        changed = token[:40] + other + token[41:]
        for broken in (token[:-2], changed, "s3cret", "fernet:ü"):
            with self.subTest(broken):
                text = self.assertFails("unreadable", vault.decrypt, broken, [OLD])
                self.assertNotIn("s3cret", text)
        self.assertFails("unreadable", vault.decrypt, token, [NEW])

    def test_keys_come_from_the_option_else_from_the_environment(self):
        environment = {"LOGISTICS_SECRET_KEY": OLD}
        self.assertEqual(vault.configured_keys(None, environment), [OLD])
        self.assertEqual(vault.configured_keys(NEW, environment), [NEW])
        self.assertEqual(vault.configured_keys(f" {NEW} ,{OLD},", {}), [NEW, OLD])
        self.assertEqual(vault.configured_keys(False, {}), [])

    def test_generated_key_is_a_key(self):
        key = vault.generate_key()
        self.assertEqual(vault.decrypt(vault.encrypt("s3cret", [key]), [key]), "s3cret")
        self.assertNotEqual(key, vault.generate_key())
