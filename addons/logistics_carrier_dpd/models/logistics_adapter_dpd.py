from odoo import models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.credentials import Credential

from .. import client, const, mapper


class LogisticsCarrierAdapterDpd(models.AbstractModel):
    """DPD web services: a shared login, then one parcel in a call."""

    _name = "logistics.carrier.adapter.dpd"
    _inherit = "logistics.carrier.adapter"
    _description = "DPD Adapter"

    def _label(self):
        """Override of the contract."""
        return "DPD"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"poll"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _credential_fields(self):
        """Override of the contract."""
        return (
            Credential("delis_id", "Delis ID", "from DPD, with the web service access"),
            Credential("password", "Password", "of the web services, not of a website"),
        )

    def _call_rate(self):
        """Override of the contract."""
        return const.CALLS_PER_MINUTE

    def _parse_poll(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _poller(self, connection):
        """Override of the contract."""
        return asking.one_by_one(connection._account(client.API), client.fetch)

    def _test_verdict(self, connection):
        """Override of the contract: a login is all that is needed."""
        return self._probe(connection, client.API, lambda opened: opened.token())
