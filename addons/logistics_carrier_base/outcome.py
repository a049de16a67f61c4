"""One message while its batch is processed, and who reads it."""

import random
from datetime import timedelta

from odoo.addons.logistics_events.tracing import get_logger

from .exceptions import CarrierAnswer, UnreadableMessage
from .facts import fact_of
from .retry import backoff

_logger = get_logger(__name__)

# So often a message is tried while the database has no room for it: 21 minutes in all.
MAX_TRIES = 5
FIRST_WAIT = 15.0  # Seconds.
# What may come with a signature or a photo.
PROVEN_BY = frozenset({"delivered", "pod_available"})


class Outcome:
    """What becomes of one message while its batch is processed."""

    __slots__ = (
        "attempts",
        "body",
        "category",
        "channel",
        "connection_id",
        "correlation_id",
        "error",
        "events",
        "id",
        "is_repeated",
        "next_try_at",
        "reader",
        "received_at",
        "trust",
    )

    def __init__(
        self,
        message_id,
        connection_id,
        channel,
        trust,
        received_at,
        body,
        correlation_id,
        attempts,
        is_repeated=False,
    ):
        self.id = message_id
        self.connection_id = connection_id
        self.channel = channel
        self.trust = trust
        self.received_at = received_at
        self.body = bytes(body or b"")
        self.correlation_id = correlation_id
        self.attempts = attempts
        self.is_repeated = is_repeated
        self.reader = None
        self.events = []
        self.category = None
        self.error = None
        self.next_try_at = None

    @property
    def state(self):
        """Return the state of the message after this.

        :rtype: str
        """
        if self.next_try_at:
            return "new"
        return "dead" if self.category else "done"

    def fail(self, category, reason):
        """Park the message with a category and a reason."""
        self.category = category
        self.error = (reason or "").replace("\0", " ")[:500]

    def postpone(self, reason, now):
        """Let the message wait and try it again, a few times; then park it.

        :param str reason: What stood in the way, for a person.
        :param datetime now: The instant from which it waits.
        """
        if self.attempts + 1 >= MAX_TRIES:
            self.fail("internal", reason)
            return
        self.fail(None, reason)
        wait = backoff(self.attempts + 1, random, first=FIRST_WAIT)
        self.next_try_at = now + timedelta(seconds=wait)

    def may_hold_proof(self):
        """Whether the message tells a delivery, by a partner that proves it there.

        :rtype: bool
        """
        return self.reader.tells_proofs and any(
            event.event_type in PROVEN_BY for event in self.events
        )

    def report(self, event, company, shipment, parcel):
        """Return what `logistics.event._ingest` records of one event."""
        return {
            "company_id": company.id,
            "shipment_id": shipment.id or None,
            "parcel_id": parcel.id or None,
            "channel": self.channel,
            "reference": f"message:{self.id}",
            "message_id": self.id,
            "received_at": self.received_at,
            "trust": self.trust,
            "fact": self.reader.fact(event, company)
            | {"correlation_id": shipment.correlation_id},
        }


class Reader:
    """One connection's adapter and code decisions, for the length of a batch."""

    def __init__(self, connection):
        self.connection = connection
        # None when its addon is gone: the messages wait until it is back.
        self.adapter = connection._adapter() if connection._able() else None
        self.version = None
        self.tells_proofs = (
            connection.fetch_proofs and "proof_inside" in connection._able()
        )
        if self.adapter is not None:
            self.version = self.adapter._version()
            self.mapping_version = self.adapter._mapping_version() * 1000
        self.zones = {}
        self.source = connection._source()
        self.meanings = connection.env["logistics.code.map"]._meanings(
            connection.adapter
        )

    def read(self, result):
        """Fill in the events of a message, or why there are none."""
        if self.adapter is None:
            result.fail("unsupported", "The addon that reads it is not installed")
            return
        self._parse(result)
        if result.events:
            result.events = self.adapter._complete_events(
                self.connection, result.events
            )

    def _parse(self, result):
        try:
            self.adapter._check_environment(result.body, self.connection.environment)
            parse = (
                self.adapter._parse_poll
                if result.channel == "poll"
                else self.adapter._parse_webhook
            )
            result.events = parse(result.body)
        except UnreadableMessage as error:
            # A batch with one bad event: the good ones count, the message stays open.
            result.events = error.events
            result.fail(error.category, error.reason)
        except CarrierAnswer as error:
            result.events = error.events
            if not result.events:
                result.fail("carrier_answer", str(error))
        except Exception as error:
            # A defect of the adapter, which may raise anything: this message waits for
            # its correction. Reading is pure work: nothing has to be taken back.
            _logger.exception(
                "Adapter %s cannot read a message", self.connection.adapter
            )
            result.fail("internal", f"{type(error).__name__}: {error}")

    def meaning(self, event):
        """Return the event type a person decided on for this code, and its revision."""
        return self.meanings.get(event.raw_code, (event.event_type, 0))

    def fact(self, event, company):
        """Return the event as the ledger stores it."""
        event_type, revision = self.meaning(event)
        if company not in self.zones:
            self.zones[company] = company.partner_id.tz or "UTC"
        fact = fact_of(event, self.source, self.zones[company])
        fact["event_type"] = event_type
        fact["mapping_version"] = self.mapping_version + revision
        fact["adapter_version"] = self.version
        return fact
