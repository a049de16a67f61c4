from odoo import models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.credentials import Credential
from odoo.addons.logistics_carrier_base.proof import ProofFile

from .. import client, const, mapper, proof


class LogisticsCarrierAdapterChronopost(models.AbstractModel):
    """Chronopost: one parcel in a call, and the proof of its delivery."""

    _name = "logistics.carrier.adapter.chronopost"
    _inherit = "logistics.carrier.adapter"
    _description = "Chronopost Adapter"

    def _label(self):
        """Override of the contract."""
        return "Chronopost"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"poll", "proof"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _credential_fields(self):
        """Override of the contract."""
        return (
            Credential("account_number", "Account Number", "of the contract"),
            Credential("password", "Password", "of the web services"),
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

    def _proof_fetcher(self, connection):
        """Override of the contract."""
        account = connection._account(client.API)

        def ask(number):
            with account.open() as opened:
                rows = proof.fetch_proofs(opened, number)
            return [ProofFile(**row) for row in rows]

        return ask

    def _test_verdict(self, connection):
        """Override of the contract."""
        return self._probe(connection, client.API, proof.probe)
