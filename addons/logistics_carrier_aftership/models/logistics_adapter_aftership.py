import functools
import json
import uuid

from odoo import fields, models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.signatures import HmacBase64

from .. import client, const, mapper


class LogisticsCarrierAdapterAftership(models.AbstractModel):
    """AfterShip, an aggregator: one account speaks for many carriers.

    Its signature covers no time, so a push moves the status at once and money only
    after the poll that confirms it.
    """

    _name = "logistics.carrier.adapter.aftership"
    _inherit = "logistics.carrier.adapter"
    _description = "AfterShip Adapter"

    def _label(self):
        """Override of the contract."""
        return "AfterShip"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"webhook", "test_event", "poll"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _call_rate(self):
        """Override of the contract."""
        return const.CALL_RATE

    def _signature_scheme(self, connection):
        """Override of the contract."""
        return HmacBase64(const.SIGNATURE_HEADER)

    def _message_key(self, body, signed_key):
        """Override of the contract: the identifier of the push."""
        return mapper.message_key(body) or None

    def _parse_webhook(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _poll_batch_size(self):
        """Override of the contract."""
        return const.BATCH_SIZE

    def _poll_costs(self):
        """Override of the contract: each number it begins to follow is counted."""
        return True

    def _poller(self, connection):
        """Override of the contract."""
        fetch = functools.partial(client.fetch, follow=connection._pays_for_polls())
        return asking.together(connection._account(client.API), fetch)

    def _test_verdict(self, connection):
        """Override of the contract."""
        return self._probe(connection, client.API, client.probe)

    def _test_event(self, connection):
        """Override of the contract: a label of a number nobody has."""
        now = fields.Datetime.now()
        push = {
            "event": "tracking_update",
            "event_id": str(uuid.uuid4()),
            "is_tracking_first_tag": True,
            "msg": {
                "tracking_number": f"TEST-{uuid.uuid4().hex[:10].upper()}",
                "tag": "InfoReceived",
                "subtag": "InfoReceived_001",
                "checkpoints": [
                    {
                        "checkpoint_time": f"{now.isoformat()}Z",
                        "message": "Test event",
                        "tag": "InfoReceived",
                        "subtag": "InfoReceived_001",
                    }
                ],
            },
            "ts": int(now.timestamp()),
        }
        return json.dumps(push).encode(), {"Content-Type": "application/json"}
