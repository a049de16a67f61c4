from odoo import models

from odoo.addons.logistics_carrier_base import asking

from .. import client, const, mapper, proof


class LogisticsCarrierAdapterDhlExpress(models.AbstractModel):
    """DHL Express by MyDHL API: many numbers in one call, and proofs of delivery."""

    _name = "logistics.carrier.adapter.dhl_express"
    _inherit = "logistics.carrier.adapter"
    _description = "DHL Express Adapter"

    def _label(self):
        """Override of the contract."""
        return "DHL Express"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"poll", "proof"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _credential_fields(self):
        """Override of the contract: user and password of Basic authentication."""
        return const.CREDENTIALS

    def _parse_webhook(self, body):
        """Override of the contract; MyDHL API pushes nothing, answers look the same."""
        return mapper.parse(body)

    def _poll_batch_size(self):
        """Override of the contract."""
        return const.BATCH_SIZE

    def _poller(self, connection):
        """Override of the contract."""
        return asking.together(connection._account(const.API), client.fetch)

    def _proof_fetcher(self, connection):
        """Override of the contract."""
        account = connection._account(const.API)

        def fetch(number):
            with account.open() as opened:
                return proof.fetch_proofs(opened, number)

        return fetch

    def _test_verdict(self, connection):
        """Override of the contract: asks about a waybill of DHL's documentation."""
        return self._probe(
            connection,
            const.API,
            lambda opened: client.fetch(opened, [const.PROBE_NUMBER]),
        )
