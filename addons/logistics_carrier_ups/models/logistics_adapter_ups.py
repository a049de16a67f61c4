import json
import uuid

from odoo import fields, models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.credentials import Credential
from odoo.addons.logistics_carrier_base.proof import ProofFile
from odoo.addons.logistics_carrier_base.signatures import StaticToken

from .. import client, const, mapper, proof


class LogisticsCarrierAdapterUps(models.AbstractModel):
    """UPS: the Track API is asked, Track Alert pushes what was subscribed to.

    A push is vouched for by a shared secret only, so it moves the status at once and
    money after the poll that confirms it.
    """

    _name = "logistics.carrier.adapter.ups"
    _inherit = "logistics.carrier.adapter"
    _description = "UPS Adapter"

    def _label(self):
        """Override of the contract."""
        return "UPS"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset(
            {"webhook", "test_event", "poll", "subscribe", "proof", "proof_inside"}
        )

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _credential_fields(self):
        """Override of the contract."""
        where = self.env._("On developer.ups.com, under My Apps.")
        return (
            Credential("client_id", self.env._("Client ID"), where),
            Credential("client_secret", self.env._("Client Secret"), where),
        )

    # === PUSHES === #

    def _signature_scheme(self, connection):
        """Override of the contract: the secret itself, chosen in the portal of UPS."""
        return StaticToken(const.TOKEN_HEADER)

    def _parse_webhook(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _environment_of(self, body):
        """Override of the contract: numbers that exist for testing tell themselves."""
        return "test" if const.TEST_PREFIX.encode() in body else ""

    def _test_event(self, connection):
        """Override of the contract: the label of a number nobody has."""
        now = fields.Datetime.now()
        event = {
            "trackingNumber": f"TEST-{uuid.uuid4().hex[:10].upper()}",
            "localActivityDate": f"{now:%Y%m%d}",
            "localActivityTime": f"{now:%H%M%S}",
            "gmtActivityDate": f"{now:%Y%m%d}",
            "gmtActivityTime": f"{now:%H%M%S}",
            "activityLocation": {"city": "", "stateProvince": "", "country": "US"},
            "activityStatus": {
                "type": "M",
                "code": "MP",
                "description": "Test event",
                "descriptionCode": "003",
            },
        }
        return json.dumps(event).encode(), {"Content-Type": "application/json"}

    def _subscription_kind(self):
        """Override of the contract."""
        return "number"

    def _subscriber(self, connection):
        """Override of the contract."""
        account, now = connection._account(client.API), fields.Datetime.now()

        def subscribe(numbers):
            with account.open() as opened:
                return client.subscribe(opened, numbers, now)

        return subscribe

    # === QUESTIONS === #

    def _poller(self, connection):
        """Override of the contract."""
        return asking.one_by_one(connection._account(client.API), client.fetch)

    def _test_verdict(self, connection):
        """Override of the contract."""
        return self._probe(connection, client.API, client.probe)

    def _proof_fetcher(self, connection):
        """Override of the contract: the same question, once more."""
        account = connection._account(client.API)

        def fetch(number):
            with account.open() as opened:
                return self._files(client.fetch(opened, number))

        return fetch

    def _proofs_in(self, body):
        """Override of the contract."""
        return self._files(body)

    def _files(self, body):
        return [ProofFile(**found) for found in proof.proofs_of(body)]
