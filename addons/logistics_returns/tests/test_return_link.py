from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.logistics_events.controllers.throttle import Misses
from odoo.addons.logistics_returns.controllers import portal

from .return_portal_case import ReturnPageCase
from .test_return_photo import picture


@tagged("post_install", "-at_install")
class TestReturnLink(ReturnPageCase):
    """Links with which a customer follows a return without an account."""

    def setUp(self):
        super().setUp()
        self.logout()
        self.startPatcher(patch.object(portal, "misses", Misses()))
        self.one = self._ask("2", photos=[picture()])

    def _link(self):
        self.one.action_make_link()
        return self.one.public_url.partition("/return/")[2]

    def _open(self, token):
        return self._get(f"/return/{token}")

    def test_link_shows_where_the_return_stands_and_changes_nothing(self):
        self.one._say("approved", "by hand")
        label = self._label(self.one)
        response = self._open(self._link())
        self.assertEqual(response.status_code, 200)
        text = self._text(response)
        self.assertIn("Return Accepted", text)
        self.assertIn("Pump", text)
        for part in (
            "o_logistics_withdraw",
            "o_logistics_photos",
            f"/label/{label.id}",
            f"/photo/{self.one.photo_ids.id}",
        ):
            self.assertNotIn(part, response.text)
        self._assert_silent(response)

    def test_link_works_while_returns_on_the_portal_are_off(self):
        token = self._link()
        self.company.logistics_return_portal_days = 0
        self.assertEqual(self._open(token).status_code, 200)

    def test_address_is_kept_from_others(self):
        headers = self._open(self._link()).headers
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertIn("noindex", headers["X-Robots-Tag"])

    def test_withdrawn_link_shows_nothing_and_a_new_one_works(self):
        old = self._link()
        self.assertEqual(self._link(), old)
        self.one.action_withdraw_link()
        self.assertFalse(self.one.public_url)
        self.assertEqual(self._open(old).status_code, 404)
        new = self._link()
        self.assertNotEqual(old, new)
        self.assertEqual(self._open(new).status_code, 200)

    def test_link_ends_some_days_after_the_return_ended(self):
        token = self._link()
        self.one._say("withdrawn", "long ago", at=fields.Datetime.now())
        link = self.one.link_ids
        self.assertEqual(self._open(token).status_code, 200)
        past = fields.Datetime.now() - timedelta(days=31)
        self.env.cr.execute(
            "UPDATE logistics_return_link SET made_at = %s WHERE id = %s",
            [past, link.id],
        )
        self.env.cr.execute(
            "UPDATE logistics_return_fact SET at = %s WHERE return_id = %s",
            [past, self.one.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._open(token).status_code, 404)

    def test_link_of_a_return_that_never_ends_ends_after_a_year(self):
        token = self._link()
        self.env.cr.execute(
            "UPDATE logistics_return_link SET made_at = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=366), self.one.link_ids.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._open(token).status_code, 404)

    def test_wrong_links_have_one_answer_and_are_slowed_down(self):
        token = self._link()
        wrong = [token[:-1] + "~", token[:-1], token + "A", str(self.one.id), "x" * 43]
        texts = {self._text(self._open(one)) for one in wrong}
        self.assertEqual(len(texts), 1)
        codes = {self._open("y" * 43).status_code for _turn in range(31)}
        self.assertEqual(codes, {404, 429})
        self.assertEqual(self._open(token).status_code, 200)

    def test_link_of_a_shipment_opens_no_return(self):
        shipment = self.picking.logistics_shipment_ids
        shipment.action_make_tracking_link()
        token = shipment.public_url.partition("/shipment/")[2]
        self.assertEqual(self._open(token).status_code, 404)

    def test_links_are_written_by_nobody_and_read_by_administrators(self):
        self._link()
        for user in (self.people["manager"], self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                self.one.link_ids.with_user(user).write({"withdrawn_at": False})
        with self.assertRaises(AccessError):
            self.one.link_ids.with_user(self.people["manager"]).read(["token"])
