import json
import uuid

from odoo import fields, models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.signatures import HmacHex

from .. import booking, client, const, mapper


class LogisticsCarrierAdapterSendcloud(models.AbstractModel):
    """Sendcloud, an aggregator: one account speaks for many carriers.

    Its signature covers no time, so a push moves the status at once and money only
    after the poll that confirms it.
    """

    _name = "logistics.carrier.adapter.sendcloud"
    _inherit = "logistics.carrier.adapter"
    _description = "Sendcloud Adapter"

    def _label(self):
        """Override of the contract."""
        return "Sendcloud"

    def _capabilities(self):
        """Override of the contract."""
        labels = {"book", "book_return", "rate", "cancel"}
        return frozenset({"webhook", "test_event", "poll"} | labels)

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _charge_types(self):
        """Override of the contract: the price of a label."""
        return const.CHARGE_TYPES

    def _signature_scheme(self, connection):
        """Override of the contract."""
        return HmacHex(const.SIGNATURE_HEADER)

    def _parse_webhook(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _credential_fields(self):
        """Override of the contract."""
        return client.CREDENTIALS

    def _poller(self, connection):
        """Override of the contract."""
        return asking.one_by_one(connection._account(client.API), client.fetch)

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
        """Override of the contract."""
        return self._probe(connection, client.API, client.probe)

    def _test_event(self, connection):
        """Override of the contract: a parcel with a number nobody has."""
        now = fields.Datetime.now()
        event = {
            "action": "parcel_status_changed",
            "timestamp": int(now.timestamp() * 1000),
            "parcel": {
                "id": 0,
                "tracking_number": f"TEST-{uuid.uuid4().hex[:10].upper()}",
                "status": {"id": 1000, "message": const.LABELS["1000"]},
            },
        }
        return json.dumps(event).encode(), {"Content-Type": "application/json"}
