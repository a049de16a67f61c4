import json
import uuid

from odoo import fields, models

from odoo.addons.logistics_carrier_base.booking import PLACE, Needs
from odoo.addons.logistics_carrier_base.signatures import HmacHex

from .. import client, const, labels, mapper


class LogisticsCarrierAdapterEasypost(models.AbstractModel):
    """EasyPost, an aggregator: one account speaks for many carriers.

    Its signature covers no time, so a push moves the status at once and money only
    after the poll that confirms it.
    """

    _name = "logistics.carrier.adapter.easypost"
    _inherit = "logistics.carrier.adapter"
    _description = "EasyPost Adapter"

    def _label(self):
        """Override of the contract."""
        return "EasyPost"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset(
            {
                "webhook",
                "test_event",
                "poll",
                "book",
                "book_return",
                "rate",
                "cancel",
            }
        )

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _charge_types(self):
        """Override of the contract: the types of its fees, and the rate chosen."""
        return const.CHARGE_TYPES

    def _signature_scheme(self, connection):
        """Override of the contract."""
        return HmacHex(
            const.SIGNATURE_HEADER, prefix=const.SIGNATURE_PREFIX, key="nfkd"
        )

    def _message_key(self, body, signed_key):
        """Override of the contract: the identifier of the pushed event."""
        return mapper.message_key(body) or None

    def _parse_webhook(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _environment_of(self, body):
        """Override of the contract: EasyPost marks test parcels."""
        return mapper.mode(body)

    def _poll_batch_size(self):
        """Override of the contract."""
        return const.BATCH_SIZE

    def _poll_costs(self):
        """Override of the contract: a tracker of a number not bought there costs."""
        return True

    def _poller(self, connection):
        """Override of the contract."""
        api = _opener(connection)
        pays = connection._pays_for_polls()

        def ask(numbers):
            with api() as opened:
                fetched = opened.fetch(numbers)
                if not pays:
                    return fetched.bodies
                # EasyPost follows a number, and pushes it, once it has a tracker.
                return fetched.bodies + [
                    opened.create(number) for number in fetched.missing
                ]

        return ask

    def _booking_needs(self, connection):
        """Override of the contract: where there are states, carriers ask for them."""
        place = PLACE | {"state"}
        return Needs(sender=place, receiver=place)

    def _rater(self, connection):
        """Override of the contract."""
        return _calls(connection, labels.rates)

    def _booker(self, connection):
        """Override of the contract."""
        return _calls(connection, labels.book)

    def _finder(self, connection):
        """Override of the contract: the key is the reference of EasyPost's object."""
        return _calls(connection, labels.find)

    def _canceller(self, connection):
        """Override of the contract: a label that is not used is paid back."""
        return _calls(connection, labels.cancel)

    def _test_verdict(self, connection):
        """Override of the contract."""
        return client.test_verdict(
            connection._plain_credential() or "",
            connection.environment,
            connection.base_url or const.API_BASE,
            allow_loopback=connection.environment == "test",
        )

    def _test_event(self, connection):
        """Override of the contract: a tracker of a number nobody has."""
        now = fields.Datetime.now().isoformat() + "Z"
        scan = {
            "object": "TrackingDetail",
            "status": "pre_transit",
            "status_detail": "label_created",
            "message": "Test event",
            "datetime": now,
        }
        tracker = {
            "object": "Tracker",
            "mode": connection.environment,
            "tracking_code": f"TEST-{uuid.uuid4().hex[:10].upper()}",
            "status": scan["status"],
            "tracking_details": [scan],
        }
        event = {
            "id": f"evt_{uuid.uuid4().hex}",
            "object": "Event",
            "mode": connection.environment,
            "description": "tracker.updated",
            "created_at": now,
            "result": tracker,
        }
        return json.dumps(event).encode(), {"Content-Type": "application/json"}


def _opener(connection):
    return client.EasyPostClient.factory(
        connection._plain_credential() or "",
        connection.base_url or const.API_BASE,
        allow_loopback=connection.environment == "test",
    )


def _calls(connection, function):
    """Return a function of `labels` that opens its client, without a database."""
    api = _opener(connection)

    def call(*args):
        with api() as opened:
            return function(opened, *args)

    return call
