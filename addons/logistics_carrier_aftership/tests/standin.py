"""A stand-in of AfterShip's tracking API, for tests."""

import hashlib
import uuid

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply

from .. import client

_COUNTRIES = {"DE": "DEU", "US": "USA"}


class AftershipStandIn(CarrierStandIn):
    """AfterShip on this machine. Its checkpoints say no zone, as most of them do."""

    api = client.API
    credentials = {"api_key": "asat-canary"}
    prefix = "/tracking/2026-07"
    words = {
        "shipment_created": "InfoReceived_001",
        "picked_up": "InTransit_002",
        "departed_facility": "InTransit_007",
        "arrived_facility": "InTransit_003",
        "in_transit": "InTransit_001",
        "out_for_delivery": "OutForDelivery_001",
        "available_for_pickup": "AvailableForPickup_001",
        "delivery_attempt_failed": "AttemptFail_001",
        "customs_hold": "Exception_004",
        "customs_released": "InTransit_005",
        "delayed": "Exception_005",
        "damaged": "Exception_012",
        "lost": "Exception_013",
        "returning_to_sender": "Exception_010",
        "delivered": "Delivered_001",
        "nonsense": "Teleported_001",
    }
    routes = (
        ("GET", r"/tracking/2026-07/trackings", "_get_trackings"),
        ("POST", r"/tracking/2026-07/trackings", "_post_trackings"),
    )

    def page(self, told):
        """Override of the contract."""
        return as_json(self._list([self._tracking(*one) for one in told.items()]))

    def pushed(self, number, *scans):
        """Override of the contract."""
        digest = hashlib.sha256(repr((number, scans)).encode()).digest()
        return as_json(
            {
                "event": "tracking_update",
                # One name for one piece of news, however often it is pushed.
                "event_id": str(uuid.UUID(bytes=digest[:16], version=4)),
                "is_tracking_first_tag": False,
                "msg": self._tracking(number, scans),
                "ts": int(scans[-1].at.timestamp()),
            }
        )

    def refusal(self, status, text):
        """Override of the contract."""
        return {"meta": {"code": status, "type": "Error", "message": text}, "data": {}}

    def _get_trackings(self, request):
        asked = request.query.get("tracking_numbers", "").split(",")
        known = self.known(asked)
        return Reply(200, self.page({number: self.scans(number) for number in known}))

    def _post_trackings(self, request):
        number = request.json()["tracking_number"]
        if number.startswith("?"):
            return Reply(400, self.refusal(4012, "Nobody knows whose number it is."))
        answer = {"meta": {"code": 201}, "data": self._tracking(number, ())}
        return Reply(201, as_json(answer))

    def _list(self, trackings):
        return {
            "meta": {"code": 200},
            "data": {"pagination": {"total": len(trackings)}, "trackings": trackings},
        }

    def _tracking(self, number, scans):
        subtag = self.words[scans[-1].word] if scans else "Pending_001"
        return {
            "tracking_number": number,
            "slug": "harbour-post",
            "tag": subtag.partition("_")[0],
            "subtag": subtag,
            "signed_by": (scans[-1].signer or None) if scans else None,
            "checkpoints": [self._checkpoint(scan) for scan in scans],
        }

    def _checkpoint(self, scan):
        subtag = self.words[scan.word]
        wall_clock = scan.at.replace(tzinfo=None)
        return {
            "checkpoint_time": wall_clock.isoformat(timespec="seconds"),
            "tag": subtag.partition("_")[0],
            "subtag": subtag,
            "message": scan.word.replace("_", " "),
            "slug": "harbour-post",
            "city": scan.city,
            "country_region": _COUNTRIES.get(scan.country, scan.country),
        }
