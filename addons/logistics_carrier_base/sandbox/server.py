"""The sandbox carrier as a server: its API, its webhooks, and the strings to pull.

The API is what an integration uses (book, void, rate, track, label). Below `/control/`
the trainer moves parcels and makes the carrier misbehave. See `main()` for starting it
without Odoo.
"""

import argparse
import base64
import hmac
import json
import os
import queue
import time

from ..signatures import StandardWebhooks
from .carrier import MAX_SCANS, Problem, SandboxCarrier
from .label import label_pdf, label_zpl
from .sender import WebhookSender
from .signature import proof_pdf, signature_png
from .stand_in import Reply, StandIn
from .subscriptions import Subscriptions

WAYS = ("again", "reordered", "malformed", "forged", "stale", "unsigned")

_NUMBER = r"([A-Z0-9]{6,40})"
_STATUS = {"S400": 400, "S401": 401, "S404": 404, "S429": 429, "S503": 503}
_STALE_SECONDS = 900


class SandboxServer(StandIn):
    """The sandbox carrier on this machine; starts in a thread, stops with `stop()`.

    :param int port: The port; 0 takes a free one.
    :param str api_key: What callers send as a bearer token; empty refuses everybody.
    :param str webhook_url: Where scans are reported; empty reports nothing.
    :param str webhook_secret: What reports are signed with.
    :param Scheme scheme: How they are signed.
    :param clock: Unix time, in the form of `time.time`.
    :param int | None first_number: Where tracking numbers begin.
    :param tuple retries: Seconds before each repetition of a refused report.
    :param float subscription_days: How long it reports what a caller subscribed to.
    """

    routes = (
        ("POST", "/rates", "_post_rates"),
        ("POST", "/shipments", "_post_shipments"),
        ("GET", "/shipments", "_get_shipments"),
        ("POST", f"/shipments/{_NUMBER}/void", "_post_void"),
        ("GET", "/track", "_get_track"),
        ("POST", "/subscriptions", "_post_subscriptions"),
        ("POST", "/subscriptions/end", "_post_end_subscriptions"),
        ("GET", rf"/labels/{_NUMBER}\.pdf", "_get_label"),
        ("GET", f"/proofs/{_NUMBER}", "_get_proofs"),
        ("POST", "/control/subscribe", "_post_subscribe"),
        ("POST", "/control/advance", "_post_advance"),
        ("POST", "/control/misreport", "_post_misreport"),
        ("GET", "/control/deliveries", "_get_deliveries"),
    )

    def __init__(
        self,
        port=0,
        api_key="",
        webhook_url="",
        webhook_secret="",
        scheme=None,
        clock=time.time,
        first_number=None,
        retries=(0.5, 2.0),
        currency="EUR",
        subscription_days=14.0,
    ):
        super().__init__(port)
        self._subscriptions = Subscriptions(clock, subscription_days * 86400)
        self.carrier = SandboxCarrier(clock, first_number, currency)
        self._api_key = api_key
        self._clock = clock
        self._scheme = scheme or StandardWebhooks()
        self._retries = retries
        self._sender = None
        self._message_prefix = f"msg_{int(clock() * 1000):x}"
        self._messages = 0
        self._last = {}
        self._orders = {}
        if webhook_url:
            self.subscribe(webhook_url, webhook_secret)

    @property
    def history(self):
        """Return how the reports sent so far went.

        :rtype: list[Delivery]
        """
        return list(self._sender.history) if self._sender else []

    def stop(self):
        """Override to stop reporting as well."""
        if self._sender:
            self._sender.stop()
        return super().stop()

    # === REPORTS === #

    def subscribe(self, url, secret):
        """Report scans to an address on this machine from now on.

        :param str url: The address.
        :param str secret: What to sign with.
        :raises ValueError: When one of them cannot be right.
        """
        self._subscriptions.forget()
        previous = self._sender
        self._sender = WebhookSender(
            url, secret, self._scheme, self._clock, self._retries
        )
        if previous:
            previous.stop()

    def report(self, number, scans=None, wait=False):
        """Report scans of a parcel.

        :param str number: The tracking number.
        :param list[dict] | None scans: The scans; by default everything known.
        :param bool wait: Send now and return how it went, instead of from the thread.
        :rtype: Delivery | None
        """
        if not self._subscriptions.cover(number):
            return None
        body = self._message(number, scans)
        with self._lock:
            message_id = self._next_message_id()
            self._messages += 1
            self._last[number] = (body, message_id)
        return self._send(body, message_id, wait)

    def advance(self, number, code, details=None, wait=False):
        """Scan a parcel and report it.

        :param str number: The tracking number.
        :param str code: The code.
        :param dict | None details: See `SandboxCarrier.advance()`.
        :param bool wait: Send the report now and return how it went.
        :return: The scan, and how the report went.
        :rtype: tuple[dict, Delivery | None]
        """
        scan = self.carrier.advance(number, code, details)
        return scan, self.report(number, [scan], wait)

    def withdraw(self, number, code="DLV", wait=False):
        """Take back the last scan with a code and report it.

        :param str number: The tracking number.
        :param str code: The code to take back.
        :param bool wait: Send the report now and return how it went.
        :return: The scan, and how the report went.
        :rtype: tuple[dict, Delivery | None]
        """
        scan = self.carrier.withdraw(number, code)
        return scan, self.report(number, [scan], wait)

    def misreport(self, number, how, wait=False):
        """Send what no partner should send.

        :param str number: The tracking number.
        :param str how: `again`: the last message once more. `reordered`: every scan as
            a message of its own, the latest first. `malformed`: well signed, broken
            JSON. `forged`: a delivery signed with another secret, under the identifier
            of the next genuine message. `stale`: the last message with a signature that
            is 15 minutes old. `unsigned`: the last message without a signature.
        :param bool wait: Send now and return how it went.
        :rtype: list[Delivery | None]
        """
        if how not in WAYS:
            raise Problem("S400", f"Misreport how? One of {', '.join(WAYS)}")
        if how == "reordered":
            scans = self.carrier.parcel(number)["scans"]
            return [self.report(number, [scan], wait) for scan in reversed(scans)]
        if how == "forged":
            return [self._forge(number, wait)]
        body, message_id = self._last.get(number) or (
            self._message(number),
            self._next_message_id(),
        )
        if how == "malformed":
            body, message_id = body[:-2], f"{message_id}-cut"
        return [
            self._send(
                body,
                message_id,
                wait,
                age=_STALE_SECONDS if how == "stale" else 0.0,
                signed={} if how == "unsigned" else None,
                label=f"{how} {message_id}",
            )
        ]

    def _forge(self, number, wait):
        scan = {"row": MAX_SCANS + 1, "code": "DLV", "at": self.carrier.now_text()}
        body, message_id = self._message(number, [scan]), self._next_message_id()
        signed = self._scheme.sign(
            body, self._scheme.new_secret(), self._clock(), message_id
        )
        label = f"forged {message_id}"
        return self._send(body, message_id, wait, signed=signed, label=label)

    def _message(self, number, scans=None):
        document = {"parcels": [self.carrier.parcel(number, scans)]}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def _next_message_id(self):
        return f"{self._message_prefix}_{self._messages + 1:06d}"

    def _send(self, body, message_id, wait, **options):
        if not self._sender:
            return None
        try:
            return self._sender.send(body, message_id, wait, **options)
        except queue.Full as error:
            raise Problem("S503", "Too many reports wait") from error

    # === API === #

    def handle(self, request):
        """Override to refuse in the words of the carrier."""
        try:
            return super().handle(request)
        except Problem as problem:
            content = {"problem": {"code": problem.code, "text": problem.text}}
            return Reply(_STATUS[problem.code], content)

    def refusal(self, status, text):
        """Override to refuse in the form of the carrier."""
        codes = {status: code for code, status in _STATUS.items()}
        code = codes.get(status, "S503" if status >= 500 else "S400")
        return {"problem": {"code": code, "text": text}}

    def is_authorised(self, request):
        """Override to ask for the API key as a bearer token."""
        header = request.headers.get("authorization", "")
        return bool(self._api_key) and hmac.compare_digest(
            header.encode(), f"Bearer {self._api_key}".encode()
        )

    def _post_rates(self, request):
        return Reply(200, {"rates": self.carrier.rates(request.json())})

    def _post_shipments(self, request):
        order = request.json()
        key = request.headers.get("idempotency-key", "")[:200]
        return Reply(201, self._with_labels(self.carrier.book(order, key), order))

    def _get_shipments(self, request):
        found = self.carrier.find(request.query.get("key", ""))
        return Reply(200, {"shipments": [self._with_labels(one) for one in found]})

    def _with_labels(self, booking, order=None):
        parcels, kind = [], "pdf"
        for parcel in booking["parcels"]:
            number = parcel["number"]
            if order is not None:
                self._orders[number] = (order, parcel["weight"])
            kind = self._orders[number][0].get("format") or "pdf"
            make = self._label if kind == "pdf" else self._label_zpl
            parcels.append({**parcel, "label": base64.b64encode(make(number)).decode()})
        return {**booking, "parcels": parcels, "format": kind}

    def _post_void(self, request, number):
        scan = self.carrier.void(number)
        self.report(number, [scan])
        return Reply(200, {"parcels": [self.carrier.parcel(number)]})

    def _get_track(self, request):
        numbers = [part for part in request.query.get("numbers", "").split(",") if part]
        return Reply(200, self.carrier.track(numbers))

    def _post_subscriptions(self, request):
        wish = request.json()
        numbers = wish.get("numbers")
        if not isinstance(numbers, list) or not all(
            isinstance(number, str) for number in numbers
        ):
            raise Problem("S400", "Which numbers? An empty list is all")
        try:
            self.subscribe(str(wish.get("url")), str(wish.get("secret") or ""))
        except ValueError as error:
            raise Problem("S400", str(error)) from error
        return Reply(200, {"subscriptions": self._subscriptions.add(numbers)})

    def _post_end_subscriptions(self, request):
        ids = request.json().get("ids")
        self._subscriptions.end(ids if isinstance(ids, list) else [])
        return Reply(200, {})

    def _get_label(self, request, number):
        return Reply(200, self._label(number), "application/pdf")

    def _get_proofs(self, request, number):
        handed = self.carrier.handed_over(number)
        signer = str(handed.get("signer") or "")
        files = [("document", "pdf", proof_pdf(number, signer, handed["at"]))]
        if signer:
            files.append(("signature", "png", signature_png(signer)))
        return Reply(
            200,
            {
                "proofs": [
                    {
                        "kind": kind,
                        "name": f"{kind}-{number}.{extension}",
                        "signer": signer,
                        "content": base64.b64encode(content).decode(),
                    }
                    for kind, extension, content in files
                ]
            },
        )

    def _label(self, number):
        parcel = self.carrier.parcel(number)
        order, weight = self._orders.get(number, ({}, ""))
        return label_pdf(
            number,
            parcel["reference"],
            order.get("from"),
            order.get("to"),
            f"{weight} kg" if weight else "",
        )

    def _label_zpl(self, number):
        return label_zpl(number, self.carrier.parcel(number)["reference"])

    # === CONTROL === #

    def _post_subscribe(self, request):
        wish = request.json()
        self.subscribe(str(wish.get("url")), str(wish.get("secret") or ""))
        return Reply(200, {})

    def _post_advance(self, request):
        wish = request.json()
        number, wait = str(wish.get("number") or ""), wish.get("wait") is True
        if wish.get("withdraw"):
            scan, delivery = self.withdraw(number, str(wish["withdraw"]), wait)
        elif wish.get("silent") is True:
            code = str(wish.get("code") or "")
            scan, delivery = self.carrier.advance(number, code, wish), None
        else:
            code = str(wish.get("code") or "")
            scan, delivery = self.advance(number, code, wish, wait)
        status = delivery.status if delivery else None
        return Reply(200, {"scan": scan, "answered": status})

    def _post_misreport(self, request):
        wish = request.json()
        deliveries = self.misreport(
            str(wish.get("number") or ""),
            str(wish.get("how") or ""),
            wish.get("wait") is True,
        )
        answered = [delivery.status for delivery in deliveries if delivery]
        return Reply(200, {"answered": answered})

    def _get_deliveries(self, request):
        rows = [
            {"label": row.label, "status": row.status, "attempt": row.attempt}
            for row in self.history
        ]
        return Reply(200, {"deliveries": rows})


def main(arguments=None):
    """Run the sandbox carrier until it is stopped.

    The key and the secret are taken from the environment, where no process list shows
    them: SANDBOX_API_KEY, SANDBOX_WEBHOOK_SECRET.

    :param list[str] | None arguments: The command line.
    """
    parser = argparse.ArgumentParser(description="The sandbox carrier")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one")
    parser.add_argument("--webhook-url", default="", help="where scans are reported")
    options = parser.parse_args(arguments)
    server = SandboxServer(
        port=options.port,
        api_key=os.environ.get("SANDBOX_API_KEY", ""),
        webhook_url=options.webhook_url,
        webhook_secret=os.environ.get("SANDBOX_WEBHOOK_SECRET", ""),
    )
    server.run()
