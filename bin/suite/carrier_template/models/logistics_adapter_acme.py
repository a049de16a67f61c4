import json
import uuid

from odoo import fields, models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.credentials import API_KEY, Credential
from odoo.addons.logistics_carrier_base.signatures import HmacHex

from .. import client, const, mapper


class LogisticsCarrierAdapterAcme(models.AbstractModel):
    """Acme Parcel, pushed and polled."""

    _name = "logistics.carrier.adapter.acme"
    _inherit = "logistics.carrier.adapter"
    _description = "Acme Adapter"

    def _label(self):
        """Override of the contract."""
        return "Acme Parcel"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"webhook", "test_event", "poll"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _credential_fields(self):
        """Override of the contract."""
        return (Credential(API_KEY, "API Key", "In the customer portal."),)

    def _signature_scheme(self, connection):
        """Override of the contract."""
        return HmacHex(const.SIGNATURE_HEADER)

    def _parse_webhook(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _poller(self, connection):
        """Override of the contract."""
        return asking.one_by_one(connection._account(client.API), client.fetch)

    def _test_verdict(self, connection):
        """Override of the contract."""
        return self._probe(connection, client.API, client.probe)

    def _test_event(self, connection):
        """Override of the contract: a parcel under a number nobody has."""
        scan = {"code": "ANNOUNCED", "at": fields.Datetime.now().isoformat() + "Z"}
        number = f"TEST-{uuid.uuid4().hex[:10].upper()}"
        body = json.dumps({"parcels": [{"number": number, "scans": [scan]}]})
        return body.encode(), {"Content-Type": "application/json"}
