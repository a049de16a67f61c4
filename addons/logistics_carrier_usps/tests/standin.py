"""USPS on this machine, in the format of its public documentation."""

import json
from datetime import timezone

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply
from odoo.addons.logistics_carrier_usps import client


class UspsStandIn(CarrierStandIn):
    """Tracking 3 and its notifications."""

    api = client.API
    credentials = {"client_id": "usps-client", "client_secret": "usps-canary"}
    # Event code and text.
    words = {
        "shipment_created": ("GX", "Shipping Label Created, USPS Awaiting Item"),
        "picked_up": ("OA", "Accepted at USPS Origin Facility"),
        "departed_facility": ("EF", "Departed USPS Facility"),
        "arrived_facility": ("10", "Arrived at USPS Facility"),
        "in_transit": ("TL", "In Transit to Next Facility"),
        "handled": ("PC", "Sorting Complete"),
        "out_for_delivery": ("OF", "Out for Delivery"),
        "available_for_pickup": ("16", "Available for Pickup"),
        "delivery_attempt_failed": ("02", "Notice Left"),
        "refused": ("04", "Refused"),
        "delayed": ("08", "Missent"),
        "returning_to_sender": ("09", "Return to Sender"),
        "returned_to_sender": ("01", "Delivered, To Original Sender"),
        "delivered": ("01", "Delivered, Left with Individual"),
        "nonsense": ("Q9", "Something else"),
    }
    routes = (("GET", r"/tracking/v3/tracking/([^/]+)", "_get_tracking"),)

    def refusal(self, status, text):
        """Override to refuse as USPS does."""
        detail = {"status": str(status), "code": "", "title": text, "detail": text}
        error = {"code": str(status), "message": text, "errors": [detail]}
        return {"apiVersion": "/tracking/v3", "error": error}

    def document(self, number, scans):
        """Override to write a detailed answer."""
        return as_json({"trackingNumber": number} | self._piece(scans))

    def pushed(self, number, *scans):
        """Override to write a notification."""
        piece = {"trackingNumber": number} | self._piece(scans)
        at = scans[-1].at.astimezone(timezone.utc)
        return as_json(
            {
                "subscriptionId": "0196f3a0-0000-7000-8000-000000000000",
                "subscriptionType": "TRACKING",
                "timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                "payload": json.dumps(piece),
                "links": [],
            }
        )

    def _get_tracking(self, request, number):
        # The number is left out, as USPS sometimes does.
        return Reply(200, as_json(self._piece(self.scans(number))))

    def _piece(self, scans):
        return {
            "uniqueMailPieceID": "4711",
            "proofOfDeliveryEnabled": "false",
            "status": self.words[scans[-1].word][1],
            "statusCategory": "In Transit",
            "trackingEvents": [self._event(scan) for scan in reversed(scans)],
        }

    def _event(self, scan):
        code, text = self.words[scan.word]
        return {
            "eventType": text,
            "eventTimestamp": f"{scan.at:%Y-%m-%dT%H:%M:00}",
            "GMTTimestamp": f"{scan.at.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}",
            "GMTOffset": scan.at.isoformat()[-6:],
            "eventCountry": scan.country,
            "eventCity": scan.city,
            "eventState": None,
            "eventZIP": None,
            "firm": None,
            "name": scan.signer or None,
            "authorizedAgent": "false",
            "eventCode": code,
        }
