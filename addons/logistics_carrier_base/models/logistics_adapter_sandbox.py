import base64
import json
import uuid
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from odoo import fields, models

from ..booking import Booking, Rate
from ..client import CarrierClient
from ..exceptions import CarrierRejected, CarrierUnavailable
from ..mappers import sandbox
from ..signatures import StandardWebhooks
from ..subscription import Subscribed
from ..verdicts import verdict_of
from .logistics_connection_secret import decrypt


class LogisticsCarrierAdapterSandbox(models.AbstractModel):
    """A carrier that lives in the suite, for training, tests and the demo."""

    _name = "logistics.carrier.adapter.sandbox"
    _inherit = "logistics.carrier.adapter"
    _description = "Sandbox Adapter"

    def _label(self):
        """Override of the contract."""
        return self.env._("Sandbox Carrier")

    def _capabilities(self):
        """Override of the contract."""
        return frozenset(
            {
                "webhook",
                "test_event",
                "poll",
                "subscribe",
                "book",
                "book_return",
                "rate",
                "cancel",
                "proof",
                "proof_inside",
            }
        )

    def _version(self):
        """Override of the contract."""
        return "1.0"

    def _test_only(self):
        """Override of the contract: never a production connection."""
        return True

    def _charge_types(self):
        """Override of the contract."""
        return {"FREIGHT": "base"}

    def _signature_scheme(self, connection):
        """Override of the contract: Standard Webhooks."""
        return StandardWebhooks()

    def _parse_webhook(self, body):
        """Override of the contract."""
        return sandbox.parse(body)

    def _poll_batch_size(self):
        """Override of the contract."""
        return 20

    def _poller(self, connection):
        """Override of the contract."""
        call = _Caller(connection)

        def ask(numbers):
            with call() as client:
                answer = client.get(
                    "/track", {"numbers": ",".join(numbers)}, headers=call.headers
                )
                return [answer.body]

        return ask

    def _subscription_kind(self):
        """Override of the contract."""
        return "account"

    def _subscriber(self, connection):
        """Override of the contract."""
        call = _Caller(connection)
        secrets = connection._live_secrets()
        wish = {
            "url": connection.webhook_url,
            "secret": decrypt(secrets[0].token) if secrets else "",
        }

        def subscribe(targets):
            numbers = [target for target in targets if target]
            with call() as client:
                answer = client.post(
                    "/subscriptions", wish | {"numbers": numbers}, headers=call.headers
                ).json()
            return [
                Subscribed(
                    row["target"],
                    row["id"],
                    datetime.fromisoformat(row["expires_at"]).replace(tzinfo=None),
                )
                for row in answer["subscriptions"]
            ]

        return subscribe

    def _unsubscriber(self, connection):
        """Override of the contract."""
        call = _Caller(connection)

        def end(references):
            with call() as client:
                client.post(
                    "/subscriptions/end", {"ids": references}, headers=call.headers
                )

        return end

    def _booker(self, connection):
        """Override of the contract."""
        call = _Caller(connection)

        def book(request, key):
            with call() as client:
                answer = client.post(
                    "/shipments",
                    _order(request),
                    headers=call.headers | {"Idempotency-Key": key},
                    attempts=2,
                ).json()
            return _booked(answer)

        return book

    def _finder(self, connection):
        """Override of the contract: the carrier knows its orders by our key."""
        call = _Caller(connection)

        def find(lost):
            wish = {"key": lost.key}
            with call() as client:
                answer = client.get("/shipments", wish, headers=call.headers)
            found = answer.json()["shipments"]
            return _booked(found[0]) if found else None

        return find

    def _rater(self, connection):
        """Override of the contract."""
        call = _Caller(connection)

        def rate(request):
            with call() as client:
                answer = client.post("/rates", _order(request), headers=call.headers)
            return [
                Rate(
                    row["service"],
                    Decimal(row["amount"]),
                    row["currency"],
                    row["days"],
                    name=row["name"],
                )
                for row in answer.json()["rates"]
            ]

        return rate

    def _canceller(self, connection):
        """Override of the contract."""
        call = _Caller(connection)

        def cancel(number, _reference):
            with call() as client:
                client.post(f"/shipments/{number}/void", {}, headers=call.headers)

        return cancel

    def _proof_fetcher(self, connection):
        """Override of the contract."""
        call = _Caller(connection)

        def fetch(number):
            with call() as client:
                answer = client.get(f"/proofs/{number}", headers=call.headers)
                return sandbox.proofs(answer.json(), number)

        return fetch

    def _proofs_in(self, body):
        """Override of the contract."""
        return sandbox.proofs_in(body)

    def _test_verdict(self, connection):
        """Override of the contract: asks about a number nobody has."""
        if not connection.has_credential:
            return "wrong_key", self.env._("Paste the API key first.")
        if (connection._plain_credential() or "").startswith("live_"):
            return "wrong_environment", self.env._(
                "This is a production key, and the sandbox only knows test keys."
            )
        try:
            self._poller(connection)(["NOBODY-0"])
        except CarrierRejected as error:
            verdict = verdict_of(error)
            if verdict == "works":
                return verdict, self.env._("The key is right.")
            if verdict == "wrong_key":
                return verdict, self.env._("The sandbox does not know this key.")
            return verdict, error.text
        except CarrierUnavailable as error:
            return verdict_of(error), self.env._(
                "The sandbox does not answer: %s", error
            )
        return "works", self.env._("The key is right.")

    def _test_event(self, connection):
        """Override of the contract: a label scan of a number nobody has."""
        scan = {
            "row": 1,
            "code": "LBL",
            "at": fields.Datetime.now().isoformat() + "+00:00",
        }
        number = f"TEST-{uuid.uuid4().hex[:10].upper()}"
        body = json.dumps({"parcels": [{"number": number, "scans": [scan]}]}).encode()
        return body, {"Content-Type": "application/json"}


class _Caller:
    """Makes clients from plain values, so that threads need no database."""

    def __init__(self, connection):
        self.base_url = connection.base_url or "http://127.0.0.1:8090"
        self.headers = {
            "Authorization": f"Bearer {connection._plain_credential() or ''}"
        }

    def __call__(self):
        return CarrierClient(
            {"127.0.0.1", "localhost"}, self.base_url, allow_loopback=True
        )


def _order(request):
    """Return a transport order in the sandbox carrier's own words."""
    return {
        "reference": request.reference,
        "service": request.service or None,
        "return": request.is_return,
        "from": _place(request.sender),
        "to": _place(request.receiver),
        "parcels": [{"weight": str(weight)} for weight in request.weights],
        "format": request.label_format,
    }


def _place(address):
    return asdict(address) | {"zip": address.postcode}


def _booked(answer):
    """Return a booking from the carrier's own words."""
    kind = answer.get("format") or "pdf"
    return Booking(
        numbers=tuple(parcel["number"] for parcel in answer["parcels"]),
        labels=tuple(
            (f"{parcel['number']}.{kind}", base64.b64decode(parcel["label"]))
            for parcel in answer["parcels"]
        ),
        price=Decimal(answer["price"]["amount"]),
        currency=answer["price"]["currency"],
        references=(answer["shipment"],),
        service=answer["service"],
    )
