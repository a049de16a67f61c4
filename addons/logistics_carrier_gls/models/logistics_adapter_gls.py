from odoo import models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.credentials import Credential

from .. import client, const, mapper


class LogisticsCarrierAdapterGls(models.AbstractModel):
    """GLS Track And Trace V1: ten parcels in a call, five hundred calls a day."""

    _name = "logistics.carrier.adapter.gls"
    _inherit = "logistics.carrier.adapter"
    _description = "GLS Adapter"

    def _label(self):
        """Override of the contract."""
        return "GLS"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"poll"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _credential_fields(self):
        """Override of the contract."""
        return (
            Credential("client_id", "Client ID", "GLS developer portal, your app"),
            Credential("client_secret", "Client Secret", "GLS developer portal"),
        )

    def _call_rate(self):
        """Override of the contract: what counts is the day, so nobody hurries."""
        return const.CALLS_PER_MINUTE

    def _poll_batch_size(self):
        """Override of the contract."""
        return const.BATCH_SIZE

    def _parse_poll(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _poller(self, connection):
        """Override of the contract."""
        return asking.together(connection._account(client.API), client.fetch)

    def _test_verdict(self, connection):
        """Override of the contract."""
        return self._probe(connection, client.API, client.probe)
