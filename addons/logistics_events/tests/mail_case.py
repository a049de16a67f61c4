"""Fixtures for the tests of mails to customers."""

from datetime import timedelta

from odoo import fields

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .portal_case import PortalCase


class MailCase(PortalCase, CronMixinCase):
    """Nothing is on; `_switch_on` does that, as of two days ago."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "shop@example.com"
        cls.Mail = cls.env["logistics.customer.mail"]
        cls.Setting = cls.env["logistics.customer.mail.setting"]

    @classmethod
    def _switch_on(cls, *milestones, hours=48):
        return cls.Setting.create(
            [
                {
                    "company_id": cls.company.id,
                    "milestone": milestone,
                    "since": fields.Datetime.now() - timedelta(hours=hours),
                }
                for milestone in milestones
            ]
        )

    def _new(self, number="M100", **more):
        """Return a shipment whose number is known, and that has not left yet."""
        picking = self._sell(**more).picking_ids
        picking.carrier_tracking_ref = number
        return picking.logistics_shipment_ids

    def _mails(self, shipment=None):
        domain = [("shipment_id", "=", shipment.id)] if shipment else []
        return self.Mail.search(domain, order="id")

    def _send(self):
        """Make the mails that wait, and return those in Odoo's queue."""
        before = self.env["mail.mail"].search([])
        self._run_job("logistics_events.ir_cron_make_customer_mails")
        return self.env["mail.mail"].search([]) - before
