import json
import uuid

from odoo import fields, models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.signatures import StaticToken

from .. import booking, client, const, mapper


class LogisticsCarrierAdapterKarrio(models.AbstractModel):
    """Karrio, a server that customers run themselves: it speaks for many carriers.

    A push carries the secret itself and no proof of its content, so it moves the status
    at once and money only after the poll that confirms it.
    """

    _name = "logistics.carrier.adapter.karrio"
    _inherit = "logistics.carrier.adapter"
    _description = "Karrio Adapter"

    def _label(self):
        """Override of the contract."""
        return "Karrio"

    def _capabilities(self):
        """Override of the contract."""
        labels = {"book", "book_return", "rate", "cancel"}
        return frozenset({"webhook", "test_event", "poll", "proof", *labels})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _charge_types(self):
        """Override of the contract: the rate that was chosen."""
        return const.CHARGE_TYPES

    def _signature_scheme(self, connection):
        """Override of the contract: the header is called an identifier and is none."""
        return StaticToken(const.SECRET_HEADER)

    def _parse_webhook(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _environment_of(self, body):
        """Override of the contract: Karrio marks what is of carriers' test servers."""
        return mapper.mode(body)

    def _poller(self, connection):
        """Override of the contract."""
        return asking.one_by_one(connection._account(client.API), client.fetch)

    def _proof_fetcher(self, connection):
        """Override of the contract: pictures that Karrio has of the carrier."""
        return asking.calling(connection._account(client.API), client.proofs)

    def _booking_needs(self, connection):
        """Override of the contract."""
        return booking.NEEDS

    def _booker(self, connection):
        """Override of the contract."""
        return asking.calling(connection._account(client.API), client.book)

    def _finder(self, connection):
        """Override of the contract."""
        return asking.calling(connection._account(client.API), client.find)

    def _rater(self, connection):
        """Override of the contract."""
        return asking.calling(connection._account(client.API), client.rates)

    def _canceller(self, connection):
        """Override of the contract."""
        return asking.calling(connection._account(client.API), client.cancel)

    def _test_verdict(self, connection):
        """Override of the contract: a server has an address of its own."""
        if not connection.base_url:
            return "refused", self.env._("Enter the address of your server first.")
        return self._probe(connection, client.API, client.probe)

    def _test_event(self, connection):
        """Override of the contract: a tracker of a number nobody has."""
        now = fields.Datetime.now().isoformat() + "Z"
        tracker = {
            "id": f"trk_{uuid.uuid4().hex}",
            "object_type": "tracker",
            "test_mode": connection.environment == "test",
            "carrier_name": "generic",
            "tracking_number": f"TEST-{uuid.uuid4().hex[:10].upper()}",
            "status": "pending",
            "events": [{"timestamp": now, "status": "pending", "code": "test"}],
        }
        event = {"event": "tracker_created", "data": tracker}
        return json.dumps(event).encode(), {"Content-Type": "application/json"}
