"""DHL Unified tracking, played on this machine for Post & Parcel Germany."""

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Refused, Reply

from ..const import API


class DhlStandIn(CarrierStandIn):
    """Answers and pushes as DHL documents it, the newest event first."""

    api = API
    credentials = {"api_key": "canary-dhl-key"}
    routes = (("GET", "/track/shipments", "_get_shipments"),)
    # General status and code of the division.
    words = {
        "shipment_created": ("pre-transit", "VA"),
        "picked_up": ("transit", "AE"),
        "departed_facility": ("transit", "AA"),
        "arrived_facility": ("transit", "EE"),
        "in_transit": ("transit", "NB"),
        "customs_in_progress": ("transit", "ZO"),
        "out_for_delivery": ("transit", "PO"),
        "available_for_pickup": ("delivered", "ZF"),
        "delivery_attempt_failed": ("failure", "ZN"),
        "exception": ("failure", "BV"),
        "delivered": ("delivered", "ZU"),
        "nonsense": ("teleported", "T9"),
    }
    # Whether it writes offsets; some divisions do not.
    writes_zone = True

    def _get_shipments(self, request):
        number = request.query.get("trackingNumber")
        if not number:
            raise Refused(400, "trackingNumber is missing")
        return Reply(200, self.document(number, self.scans(number)))

    def page(self, told):
        """Override to answer in the format of Unified tracking."""
        return as_json({"shipments": [self._shipment(*one) for one in told.items()]})

    def pushed(self, number, *scans):
        """Override to wrap the same shipment in the message of a subscription."""
        return as_json(
            {
                "scope": "subscription.push",
                "self": "https://api-eu.dhl.com/tracking/push/v1/subscription/1",
                "shipments": [self._shipment(number, scans)],
            }
        )

    def refusal(self, status, text):
        """Override to refuse as DHL does."""
        return {"status": status, "title": "Refused", "detail": text}

    def _shipment(self, number, scans):
        events = [self._event(scan) for scan in scans][::-1]
        details = {"product": {"productName": "DHL PAKET"}, "totalNumberOfPieces": 1}
        if scans[-1].signer:
            details["proofOfDelivery"] = {
                "timestamp": events[0]["timestamp"],
                "signed": {"@type": "Person", "name": scans[-1].signer},
            }
        return {
            "id": number,
            "service": "parcel-de",
            "status": events[0],
            "details": details,
            "events": events,
        }

    def _event(self, scan):
        general, code = self.words[scan.word]
        at = scan.at if self.writes_zone else scan.at.replace(tzinfo=None)
        address = {"countryCode": scan.country, "addressLocality": scan.city}
        return {
            "timestamp": at.isoformat(),
            "location": {"address": address},
            "statusCode": general,
            "status": code,
            "description": scan.word,
        }
