"""A stand-in of EasyPost's tracker API, for tests and for the demonstration.

It keeps trackers, moves them when told to, and pushes signed events as EasyPost does.
"""

import argparse
import base64
import binascii
import hmac
import json
import os
import time
import uuid
from datetime import datetime, timezone

from odoo.addons.logistics_carrier_base.sandbox.sender import WebhookSender
from odoo.addons.logistics_carrier_base.sandbox.stand_in import (
    Refused,
    Reply,
    StandIn,
)
from odoo.addons.logistics_carrier_base.signatures import HmacHex

from . import const
from .standin_labels import LabelRoutes

SCHEME = HmacHex(const.SIGNATURE_HEADER, prefix=const.SIGNATURE_PREFIX, key="nfkd")
MAX_TRACKERS = 10000

# EasyPost's numbers for trying out, with the status each of them has.
TEST_CODES = {
    "EZ1000000001": "pre_transit",
    "EZ2000000002": "in_transit",
    "EZ3000000003": "out_for_delivery",
    "EZ4000000004": "delivered",
    "EZ5000000005": "return_to_sender",
    "EZ6000000006": "failure",
    "EZ7000000007": "unknown",
}
_WAY = ("pre_transit", "in_transit", "out_for_delivery")
_DETAILS = {
    "pre_transit": "label_created",
    "in_transit": "departed_facility",
    "out_for_delivery": "out_for_delivery",
    "delivered": "arrived_at_destination",
    "return_to_sender": "return",
    "failure": "delivery_exception",
}
_ERROR_CODES = {
    400: "BAD_REQUEST",
    401: "APIKEY.INACTIVE",
    404: "NOT_FOUND",
    422: "PARAMETER.INVALID",
    429: "RATE_LIMITED",
    500: "INTERNAL_SERVER_ERROR",
    503: "SERVICE_UNAVAILABLE",
}


class EasyPostStandIn(LabelRoutes, StandIn):
    """EasyPost on this machine; starts in a thread, stops with `stop()`.

    :param int port: The port; 0 takes a free one.
    :param str api_key: The key that is accepted; its beginning tells test from
        production, as with EasyPost.
    :param str webhook_url: Where events are pushed; empty pushes nothing.
    :param str webhook_secret: What they are signed with.
    :param clock: Unix time, in the form of `time.time`.
    """

    routes = (
        ("POST", "/v2/trackers", "_post_trackers"),
        ("POST", "/v2/trackers/batch", "_post_batch"),
        ("GET", "/v2/trackers", "_get_trackers"),
        ("GET", r"/v2/trackers/(trk_\w+)", "_get_tracker"),
        ("POST", "/control/advance", "_post_advance"),
        *LabelRoutes.label_routes,
    )

    def __init__(
        self,
        port=0,
        api_key="EZTKstandin",
        webhook_url="",
        webhook_secret="",
        clock=time.time,
        retries=(0.5, 2.0),
    ):
        super().__init__(port)
        self._api_key = api_key
        self._clock = clock
        self._retries = retries
        self._trackers = {}
        self._sender = None
        self.mode = "production" if api_key.startswith("EZAK") else "test"
        if webhook_url:
            self.subscribe(webhook_url, webhook_secret)

    @property
    def api_url(self):
        """Return the base URL of its API."""
        return f"{self.url}/v2"

    @property
    def history(self):
        """Return how the pushes sent so far went.

        :rtype: list[Delivery]
        """
        return list(self._sender.history) if self._sender else []

    def stop(self):
        """Override to stop pushing as well."""
        if self._sender:
            self._sender.stop()
        return super().stop()

    def subscribe(self, url, secret):
        """Push events to an address on this machine from now on.

        :param str url: The address.
        :param str secret: What to sign with.
        """
        previous = self._sender
        self._sender = WebhookSender(url, secret, SCHEME, self._clock, self._retries)
        if previous:
            previous.stop()

    def follow(self, number, carrier="USPS"):
        """Follow a number; one that is followed already stays as it is.

        :param str number: The tracking number.
        :param str carrier: EasyPost's name of the carrier.
        :return: The tracker.
        :rtype: dict
        """
        with self._lock:
            key = (number.upper(), carrier.upper())
            if key in self._trackers:
                return self._trackers[key]
            if len(self._trackers) >= MAX_TRACKERS:
                raise Refused(503, "No room for more trackers")
            tracker = self._trackers[key] = self._new_tracker(number, carrier)
            self._prepare(tracker)
            return tracker

    def advance(self, number, status, wait=False, push=True, **details):
        """Let something happen to a parcel, and push it.

        :param str number: The tracking number.
        :param str status: The new status, EasyPost's or any other word.
        :param bool wait: Push now and return how it went.
        :param bool push: Whether to push at all; a poll finds it either way.
        :param details: carrier, status_detail, carrier_code, message, signed_by, city,
            state, country, zip, datetime, est_delivery_date.
        :return: The tracker, and how the push went.
        :rtype: tuple[dict, Delivery | None]
        """
        with self._lock:
            tracker = self.follow(number, details.get("carrier") or "USPS")
            previous = {"status": tracker["status"]}
            for name in ("signed_by", "est_delivery_date"):
                if details.get(name):
                    previous[name] = tracker[name]
                    tracker[name] = details[name]
            self._add_detail(tracker, status, details)
            body = _encode(self._event(tracker, previous))
        if not push or not self._sender:
            return tracker, None
        return tracker, self._sender.send(body, wait=wait, label=f"{number} {status}")

    def event_body(self, number, carrier="USPS"):
        """Return the push about a parcel as it stands, for tests that send it.

        :param str number: The tracking number.
        :param str carrier: EasyPost's name of the carrier.
        :rtype: bytes
        """
        with self._lock:
            tracker = self.follow(number, carrier)
            return _encode(self._event(tracker, {"status": tracker["status"]}))

    def is_authorised(self, request):
        """Override to ask for the key as the user of Basic authentication."""
        if request.path.startswith("/files/"):
            return True
        scheme, _sep, text = request.headers.get("authorization", "").partition(" ")
        try:
            user = base64.b64decode(text, validate=True).partition(b":")[0]
        except (binascii.Error, ValueError):
            return False
        return scheme == "Basic" and hmac.compare_digest(user, self._api_key.encode())

    def refusal(self, status, text):
        """Override to refuse in EasyPost's form."""
        code = _ERROR_CODES.get(status, _ERROR_CODES[500])
        return {"error": {"code": code, "message": text, "errors": []}}

    def _post_trackers(self, request):
        wish = request.json().get("tracker") or {}
        number = str(wish.get("tracking_code") or "").strip()
        if not number:
            raise Refused(422, "tracking_code is missing")
        return Reply(201, self.follow(number, str(wish.get("carrier") or "USPS")))

    def _post_batch(self, request):
        codes = request.json().get("tracking_codes")
        if not isinstance(codes, list) or not 0 < len(codes) <= const.BATCH_SIZE:
            raise Refused(422, f"Between 1 and {const.BATCH_SIZE} tracking codes")
        wanted = {str(code).upper() for code in codes}
        return self._list(lambda tracker: tracker["tracking_code"].upper() in wanted)

    def _get_trackers(self, request):
        code = request.query.get("tracking_code", "").upper()
        carrier = request.query.get("carrier", "").upper()
        return self._list(
            lambda tracker: (
                code in ("", tracker["tracking_code"].upper())
                and carrier in ("", tracker["carrier"].upper())
            ),
            int(request.query.get("page_size", "20")),
        )

    def _get_tracker(self, request, identifier):
        for tracker in list(self._trackers.values()):
            if tracker["id"] == identifier:
                return Reply(200, tracker)
        raise Refused(404, "There is no such tracker")

    def _post_advance(self, request):
        wish = request.json()
        number, status = str(wish.pop("number")), str(wish.pop("status"))
        tracker, delivery = self.advance(number, status, **wish)
        answered = delivery.status if delivery else None
        return Reply(200, {"tracker": tracker, "answered": answered})

    def _list(self, matches, size=const.BATCH_SIZE):
        with self._lock:
            found = [tracker for tracker in self._trackers.values() if matches(tracker)]
            found.reverse()  # Newest first.
            page = {"trackers": found[:size], "has_more": len(found) > size}
            return Reply(200, _encode(page))

    def _new_tracker(self, number, carrier):
        now = self._now_text()
        identifier = f"trk_{uuid.uuid4().hex}"
        return {
            "id": identifier,
            "object": "Tracker",
            "mode": self.mode,
            "tracking_code": number,
            "status": "unknown",
            "status_detail": "unknown",
            "created_at": now,
            "updated_at": now,
            "signed_by": None,
            "weight": None,
            "est_delivery_date": None,
            "shipment_id": None,
            "carrier": carrier,
            "tracking_details": [],
            "fees": [],
            "carrier_detail": None,
            "finalized": False,
            "is_return": False,
            "public_url": f"{self.url}/{identifier}",
        }

    def _prepare(self, tracker):
        """Give one of EasyPost's test numbers the history that goes with it."""
        goal = TEST_CODES.get(tracker["tracking_code"])
        if not goal or self.mode != "test":
            return
        way = _WAY[: _WAY.index(goal)] if goal in _WAY else _WAY
        for status in (() if goal == "unknown" else way) + (goal,):
            self._add_detail(tracker, status, {"city": "Houston", "state": "TX"})
        if goal == "delivered":
            tracker["signed_by"] = "John Tester"

    def _add_detail(self, tracker, status, details):
        now = self._now_text()
        detail = details.get("status_detail") or _DETAILS.get(status, "status_update")
        tracker["tracking_details"].append(
            {
                "object": "TrackingDetail",
                "message": details.get("message") or status.replace("_", " ").title(),
                "description": "",
                "status": status,
                "status_detail": detail,
                "datetime": details.get("datetime") or now,
                "source": tracker["carrier"],
                "carrier_code": details.get("carrier_code") or "",
                "tracking_location": {
                    "object": "TrackingLocation",
                    **{
                        name: details.get(name)
                        for name in ("city", "state", "country", "zip")
                    },
                },
            }
        )
        tracker.update(status=status, status_detail=detail, updated_at=now)

    def _event(self, tracker, previous):
        now = self._now_text()
        return {
            "description": "tracker.updated",
            "mode": self.mode,
            "previous_attributes": previous,
            "created_at": now,
            "pending_urls": [],
            "completed_urls": [],
            "updated_at": now,
            "id": f"evt_{uuid.uuid4().hex}",
            "user_id": "user_standin",
            "status": "pending",
            "object": "Event",
            "result": tracker,
        }

    def _now_text(self):
        moment = datetime.fromtimestamp(self._clock(), timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _encode(document):
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def main(arguments=None):
    """Run the stand-in until it is stopped.

    Key and secret are taken from the environment: EASYPOST_API_KEY,
    EASYPOST_WEBHOOK_SECRET.

    :param list[str] | None arguments: The command line.
    """
    parser = argparse.ArgumentParser(description="A stand-in of EasyPost")
    parser.add_argument("--port", type=int, default=8091, help="0 takes a free one")
    parser.add_argument("--webhook-url", default="", help="where events are pushed")
    options = parser.parse_args(arguments)
    server = EasyPostStandIn(
        port=options.port,
        api_key=os.environ.get("EASYPOST_API_KEY", "EZTKstandin"),
        webhook_url=options.webhook_url,
        webhook_secret=os.environ.get("EASYPOST_WEBHOOK_SECRET", ""),
    )
    server.run()
