"""A stand-in of a Karrio server, for tests."""

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply

from .. import client


class KarrioStandIn(CarrierStandIn):
    """A Karrio server on this machine: trackers and pushes."""

    api = client.API
    credentials = {"api_key": "key_canary"}
    words = {
        "shipment_created": "pending",
        "picked_up": "picked_up",
        "in_transit": "in_transit",
        "on_hold": "on_hold",
        "delayed": "delivery_delayed",
        "out_for_delivery": "out_for_delivery",
        "available_for_pickup": "ready_for_pickup",
        "delivery_failed": "delivery_failed",
        "delivered": "delivered",
        "returning_to_sender": "return_to_sender",
        "shipment_cancelled": "cancelled",
        "nonsense": "abducted",
    }
    routes = (("GET", r"/v1/trackers", "_get_trackers"),)

    def document(self, number, scans):
        """Override to give the page of one tracker."""
        return as_json(self._page([self._tracker(number, scans)]))

    def pushed(self, number, *scans):
        """Override to wrap the tracker in an event."""
        tracker = self._tracker(number, list(scans))
        return as_json({"event": "tracker_updated", "data": tracker})

    def refusal(self, status, text):
        """Override to refuse as Karrio does."""
        code = {401: "authentication_failed", 404: "not_found"}.get(status, "error")
        return {"errors": [{"code": code, "message": text, "level": "error"}]}

    def _get_trackers(self, request):
        numbers = self.known([request.query.get("tracking_number", "")])
        trackers = [self._tracker(number, self.scans(number)) for number in numbers]
        return Reply(200, self._page(trackers))

    def _page(self, results):
        return {
            "count": len(results),
            "next": None,
            "previous": None,
            "results": results,
        }

    def _tracker(self, number, scans):
        status = self.words[scans[-1].word]
        return {
            "id": "trk_0100",
            "object_type": "tracker",
            "test_mode": True,
            "carrier_name": "gls",
            "carrier_id": "gls_main",
            "tracking_number": number,
            "status": status,
            "delivered": status == "delivered",
            "estimated_delivery": None,
            "info": {"signed_by": scans[-1].signer or None},
            "messages": [],
            "events": [self._event(scan) for scan in reversed(scans)],
        }

    def _event(self, scan):
        return {
            "date": scan.at.date().isoformat(),
            "time": scan.at.strftime("%I:%M %p"),
            "timestamp": scan.at.isoformat(),
            "status": self.words[scan.word],
            "code": f"GLS-{self.words[scan.word]}",
            "description": "In the words of the carrier",
            "location": f"{scan.city}, {scan.country}",
        }
