from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .portal_case import INTERNAL, PortalCase


@tagged("post_install", "-at_install")
class TestTrackingLink(PortalCase, HttpCase):
    def _open(self, token):
        return self.url_open(f"/shipment/{token}", allow_redirects=False)

    def test_link_shows_the_shipment_without_an_account(self):
        self._happen("out_for_delivery", hours=2)
        self._happen("refused", hours=1)
        response = self._open(self._link())
        self.assertEqual(response.status_code, 200)
        self.assertIn("Out for Delivery", response.text)
        self.assertNotIn("/my/orders/", response.text)
        for word in INTERNAL:
            self.assertNotIn(word, response.text)

    def test_link_shows_no_proof(self):
        proof = self._prove()
        response = self._open(self._link())
        self.assertIn("Delivered", response.text)
        self.assertNotIn(f"/proof/{proof.id}", response.text)
        self.assertNotIn("K. Meyer", response.text)

    def test_address_is_kept_from_others(self):
        headers = self._open(self._link()).headers
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertIn("noindex", headers["X-Robots-Tag"])

    def test_withdrawn_link_shows_nothing_and_a_new_one_works(self):
        old = self._link()
        self.shipment.action_withdraw_tracking_link()
        self.assertFalse(self.shipment.public_url)
        self.assertEqual(self._open(old).status_code, 404)
        new = self._link()
        self.assertNotEqual(old, new)
        self.assertEqual(self._open(new).status_code, 200)
        self.assertEqual(self._open(old).status_code, 404)

    def test_second_press_keeps_the_link(self):
        self.assertEqual(self._link(), self._link())

    def test_link_ends_some_days_after_the_delivery(self):
        token = self._link()
        Link = self.env["logistics.tracking.link"]
        self._happen("delivered", hours=24 * 29)
        link = self.shipment.tracking_link_ids
        past = fields.Datetime.now() - timedelta(days=29)
        self.env.cr.execute(
            "UPDATE logistics_tracking_link SET made_at = %s WHERE id = %s",
            [past, link.id],
        )
        link.invalidate_recordset()
        self.assertEqual(Link._shipment_of(token), self.shipment)
        self.company.logistics_link_days = 28
        self.assertFalse(Link._shipment_of(token))
        self.assertEqual(self._open(token).status_code, 404)

    def test_link_to_what_never_arrives_ends_after_a_year(self):
        token = self._link()
        link = self.shipment.tracking_link_ids
        self.env.cr.execute(
            "UPDATE logistics_tracking_link SET made_at = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=366), link.id],
        )
        link.invalidate_recordset()
        self.assertFalse(self.env["logistics.tracking.link"]._shipment_of(token))

    def test_link_of_a_cancelled_label_shows_nothing(self):
        picking = self._sell().picking_ids
        picking.carrier_tracking_ref = "VOID1"
        token = self._link(picking.logistics_shipment_ids)
        self.assertEqual(self._open(token).status_code, 200)
        picking.carrier_tracking_ref = False
        self.assertEqual(self._open(token).status_code, 404)

    def test_user_of_another_company_withdraws_nothing(self):
        self._link()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env,
            login="elsewhere",
            groups="logistics_events.logistics_events_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self.shipment.with_user(user).action_withdraw_tracking_link()
        self.assertTrue(self.shipment.public_url)
