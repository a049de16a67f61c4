import json
import uuid
from dataclasses import replace

from odoo import fields, models

from odoo.addons.logistics_carrier_base import asking
from odoo.addons.logistics_carrier_base.models.logistics_poller import (
    NUMBERS_PER_TURN,
)
from odoo.addons.logistics_carrier_base.signatures import HmacBase64
from odoo.addons.logistics_events.vocabulary import normalise_tracking

from .. import client, const, mapper


class LogisticsCarrierAdapterShopify(models.AbstractModel):
    """Shopify, a shop: it passes on what the carriers of its orders say.

    Its signature covers no time, so a push moves the status at once and money only
    after the poll that confirms it.
    """

    _name = "logistics.carrier.adapter.shopify"
    _inherit = "logistics.carrier.adapter"
    _description = "Shopify Adapter"

    def _label(self):
        """Override of the contract."""
        return "Shopify"

    def _capabilities(self):
        """Override of the contract."""
        return frozenset({"webhook", "test_event", "poll"})

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _credential_fields(self):
        """Override of the contract."""
        return const.CREDENTIALS

    def _signature_scheme(self, connection):
        """Override of the contract."""
        return HmacBase64(const.SIGNATURE_HEADER)

    def _kept_headers(self):
        """Override of the contract: how Shopify names a delivery."""
        return const.KEPT_HEADERS

    def _parse_webhook(self, body):
        """Override of the contract."""
        return mapper.parse(body)

    def _complete_events(self, connection, events):
        """Override of the contract: the number comes with the fulfillment only.

        What cannot be told yet is parked under the name of its fulfillment, and read
        once more when that comes.
        """
        waiting = {_name(event) for event in events if not event.tracking_number}
        known = {_name(event) for event in events} - waiting
        if known:
            self.env["logistics.message.unmatched"]._release(
                {normalise_tracking(name) for name in known}
            )
        if not waiting:
            return events
        numbers = self._numbers_of(connection, waiting)
        return [
            event
            if event.tracking_number
            else replace(event, tracking_number=numbers.get(_name(event), _name(event)))
            for event in events
        ]

    def _numbers_of(self, connection, names):
        """Return the latest number of each fulfillment, as far as it was told."""
        source = connection._source()
        facts = (
            self.env["logistics.event"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "in", connection._companies().ids),
                    ("event_key", "in", [f"{source}|{name}" for name in names]),
                ],
                ["source_event_id", "tracking_number"],
                order="recorded_at, id",
            )
        )
        return {fact.source_event_id: fact.tracking_number for fact in facts}

    def _poller(self, connection):
        """Override of the contract: a number is asked for by its fulfillment."""
        return asking.one_by_one(
            connection._account(client.api(connection.account_ref or "")),
            client.fetcher(self._identifiers_of(connection)),
        )

    def _identifiers_of(self, connection):
        """Return the fulfillment of each number that is asked for now, where known.

        :rtype: dict[str, str]
        """
        # Those whose turn it is were marked last.
        parcels = (
            self.env["logistics.parcel"]
            .sudo()
            .search_fetch(
                [("poll_connection_id", "=", connection.id), ("closed_at", "=", False)],
                ["tracking_key"],
                order="last_polled_at desc nulls last, id",
                limit=NUMBERS_PER_TURN,
            )
        )
        facts = (
            self.env["logistics.event"]
            .sudo()
            .search_fetch(
                [
                    ("tracking_number", "in", parcels.mapped("tracking_key")),
                    ("source", "=", connection._source()),
                    ("source_event_id", "=like", "fulfillment/%"),
                ],
                ["source_event_id", "tracking_number"],
                order="recorded_at, id",
            )
        )
        return {
            fact.tracking_number: fact.source_event_id.split("/")[1] for fact in facts
        }

    def _test_verdict(self, connection):
        """Override of the contract."""
        shop_api = client.api(connection.account_ref or "")
        if not shop_api.bases and not connection.base_url:
            return "refused", self.env._(
                "Write the name of the shop into Account: what stands before "
                ".myshopify.com."
            )
        given = connection._plain_credentials()
        if not given.get("api_key") and not (
            given.get("client_id") and given.get("client_secret")
        ):
            return "wrong_key", self.env._(
                "Paste client ID and client secret of the app, or the token of one "
                "that was made in the shop itself."
            )
        return self._probe(connection, shop_api, client.probe)

    def _test_event(self, connection):
        """Override of the contract: a fulfillment under a number nobody has."""
        now = fields.Datetime.now().isoformat() + "Z"
        number = f"TEST-{uuid.uuid4().hex[:10].upper()}"
        fulfillment = {
            "id": uuid.uuid4().int >> 70,
            "status": "success",
            "created_at": now,
            "updated_at": now,
            "tracking_company": "Test",
            "tracking_number": number,
            "tracking_numbers": [number],
            "shipment_status": "label_printed",
        }
        return json.dumps(fulfillment).encode(), {"Content-Type": "application/json"}


def _name(event):
    return event.references.get("master", "")
