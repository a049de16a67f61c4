"""Somebody sets a company up by the guided steps, without a manual."""

import logging
import time
from unittest.mock import patch
from urllib.parse import quote

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.logistics_carrier_base.sandbox.server import SandboxServer
from odoo.addons.logistics_carrier_base.tests.common import CarrierCommon

_logger = logging.getLogger(__name__)

PATIENCE = 180  # Seconds.
API_KEY = "set-up"


@tagged("post_install", "-at_install", "standard")
class TestSetupTour(CarrierCommon, HttpCase):
    @classmethod
    def _connect(cls, **more):
        """Nobody is connected yet: that is the first step."""
        return cls.env["logistics.connection"]

    def test_from_nothing_to_the_first_invoice(self):
        self.env["logistics.connection"].search([]).active = False
        self.env["logistics.team"].search([]).active = False
        self.env["logistics.policy"].search([("action", "=", "release")]).active = False
        self._set_freight_up()
        self._set_returns_up()
        delivered = self._sell(5)
        shipment = self._ship(delivered.picking_ids, "SETUP1")
        self._report(shipment, "delivered")
        login = new_test_user(
            self.env,
            login="story-setup",
            groups="logistics_events.logistics_events_group_manager,"
            "logistics_events.logistics_events_group_finance,"
            "logistics_events.logistics_events_group_integration,"
            "base.group_partner_manager",
            odoobot_state="disabled",
        ).login
        no_http = patch.object(
            # The test server answers one request at a time.
            self.registry["logistics.connection"],
            "_post_to_own_address",
            lambda connection, body, headers: (False, 0, ""),
        )
        with SandboxServer(api_key=API_KEY) as server, no_http:
            begin = time.monotonic()
            self.start_tour(
                "/odoo/logistics-overview",
                "logistics_story_setup",
                login=login,
                timeout=PATIENCE,
                cookies={"sandbox": quote(server.url, safe="")},
            )
            _logger.info("Set up in %.0f s", time.monotonic() - begin)
        connection = self.env["logistics.connection"].search([])
        self.assertRecordValues(
            connection, [{"adapter": "sandbox", "test_verdict": "works"}]
        )
        mode = self.env["logistics.action.mode"]._mode(self.company, "release")
        self.assertEqual(mode, "on")
        self.assertFalse(delivered.invoice_ids)
        self._first_invoice(connection)
        # What was listed beforehand is what was made.
        self.assertRecordValues(
            delivered.invoice_ids, [{"state": "posted", "amount_untaxed": 500.0}]
        )

    def _set_freight_up(self):
        """Do what the step of freight asks for, which has tests of its own."""
        Setup = self.env["logistics.freight.setup"].with_company(self.company)
        Setup.browse(Setup.action_open()["res_id"]).action_apply()
        self.env["logistics.freight.terms"].create(
            {
                "company_id": self.company.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.carrier.partner_id.id or self.company.partner_id.id,
            }
        )

    def _set_returns_up(self):
        """Do what the step of returns asks for, which has tests of its own."""
        Setup = self.env["logistics.return.setup"].with_company(self.company)
        setup = Setup.browse(Setup.action_open()["res_id"])
        setup.logistics_return_four_eyes = False
        setup.action_save()

    def _first_invoice(self, connection):
        """What is sold from now on is held, delivered and invoiced by the rule."""
        type(self).connection = connection
        order = self._sell(2)
        self._ship(order.picking_ids, "SETUP2")
        self.assertFalse(order.invoice_ids)
        now = fields.Datetime.now().isoformat() + "+00:00"
        scans = ({"code": code, "at": now} for code in ("PUP", "DLV"))
        self._hand_in(self._body("SETUP2", *scans))
        self._take()
        self.assertRecordValues(
            order.invoice_ids, [{"state": "posted", "amount_untaxed": 200.0}]
        )
