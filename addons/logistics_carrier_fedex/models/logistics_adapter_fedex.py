import json
import uuid

from odoo import fields, models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.credentials import Credential
from odoo.addons.logistics_carrier_base.signatures import HmacBase64

from .. import client, const, mapper, proof


class LogisticsCarrierAdapterFedex(models.AbstractModel):
    """FedEx: the Track API, and its pushes in the same shape.

    A signature covers no time, so a push moves the status at once and money only after
    the poll that confirms it.
    """

    _name = "logistics.carrier.adapter.fedex"
    _inherit = "logistics.carrier.adapter"
    _description = "FedEx Adapter"

    def _label(self):
        """Override of the contract."""
        return "FedEx"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"webhook", "test_event", "poll", "proof"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _credential_fields(self):
        """Override of the contract: the keys of a project in the developer portal."""
        return (
            Credential("client_id", "API Key", "Of the project, for its environment."),
            Credential("client_secret", "Secret Key", "Shown beside the API key."),
        )

    def _signature_scheme(self, connection):
        """Override of the contract."""
        return HmacBase64(const.SIGNATURE_HEADER, also_hex=True)

    def _parse_webhook(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _environment_of(self, body):
        """Override of the contract: FedEx marks what its test environment made up."""
        return mapper.mode(body)

    def _poll_batch_size(self):
        """Override of the contract."""
        return const.BATCH_SIZE

    def _poller(self, connection):
        """Override of the contract."""
        return asking.together(connection._account(client.API), client.fetch)

    def _proof_fetcher(self, connection):
        """Override of the contract."""
        account = connection._account(client.API)

        def ask(number):
            with account.open() as opened:
                return proof.fetch_proofs(opened, number)

        return ask

    def _test_verdict(self, connection):
        """Override of the contract."""
        return self._probe(connection, client.API, client.probe)

    def _test_event(self, connection):
        """Override of the contract: the label of a number nobody has."""
        number = f"TEST-{uuid.uuid4().hex[:10].upper()}"
        scan = {
            "date": fields.Datetime.now().isoformat() + "+00:00",
            "eventType": "OC",
            "eventDescription": "Test event",
        }
        result = {
            "trackingNumberInfo": {
                "trackingNumber": number,
                "trackingNumberUniqueId": f"0~{number}~FX",
            },
            "scanEvents": [scan],
        }
        entry = {"trackingNumber": number, "trackResults": [result]}
        push = {"outputMetaData": [], "output": {"completeTrackResults": [entry]}}
        return json.dumps(push).encode(), {"Content-Type": "application/json"}
