"""The sandbox carrier in a thread, and somebody it reports to."""

import requests

from odoo.addons.logistics_carrier_base.sandbox.server import SandboxServer
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply, StandIn
from odoo.addons.logistics_carrier_base.signatures import Secret, StandardWebhooks

from .client_case import LoopbackCase

NOW = 1767225600.0
KEY = "training-key"
SECRET = StandardWebhooks().new_secret()
ORDER = {
    "reference": "S00042",
    "service": "standard",
    "to": {
        "name": "Café Łódź",
        "street": "Hauptstraße 1",
        "zip": "06108",
        "city": "Halle",
        "country": "DE",
    },
    "parcels": [{"weight": "1.5"}],
}


class Receiver(StandIn):
    """Takes reports and answers as told."""

    def __init__(self):
        super().__init__()
        self.received = []
        self.statuses = []

    def handle(self, request):
        self.received.append(request)
        return Reply(self.statuses.pop(0) if self.statuses else 200, {})

    def refusal(self, status, text):
        return {}


class SandboxCase(LoopbackCase):
    """The sandbox carrier, and somebody it reports to."""

    def setUp(self):
        super().setUp()
        self.receiver = Receiver().start()
        self.addCleanup(self.receiver.stop)
        self.carrier = SandboxServer(
            api_key=KEY,
            webhook_url=f"{self.receiver.url}/hook",
            webhook_secret=SECRET,
            clock=lambda: NOW,
            first_number=42,
            retries=(0.01, 0.01),
        ).start()
        self.addCleanup(self.carrier.stop)

    def call(self, method, path, document=None, key=KEY, **options):
        options.setdefault("headers", {})["Authorization"] = f"Bearer {key}"
        return requests.request(
            method, self.carrier.url + path, json=document, timeout=10, **options
        )

    def book(self, **changes):
        answer = self.call("POST", "/shipments", {**ORDER, **changes})
        self.assertEqual(answer.status_code, 201)
        return answer.json()

    def verdict(self, request, now=NOW):
        return StandardWebhooks().verify(
            request.body, request.headers, [Secret(SECRET)], now
        )
