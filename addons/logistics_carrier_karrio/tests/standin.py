"""A stand-in of a Karrio server, for tests."""

import base64

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Refused, Reply

from .. import client

_FILES = {"PDF": b"%PDF-1.4 labels ", "ZPL": b"^XA labels "}
_SERVICES = {"gls_parcel": 5.4, "ups_standard": 9.95}


class KarrioStandIn(CarrierStandIn):
    """A Karrio server on this machine: trackers, pushes, shipments."""

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
    routes = (
        ("GET", r"/v1/trackers", "_get_trackers"),
        ("GET", r"/v1/trackers/trk_0100/(\w+)", "_get_picture"),
        ("POST", r"/v1/shipments", "_post_shipment"),
        ("GET", r"/v1/shipments", "_get_shipments"),
        ("GET", r"/v1/shipments/(\w+)", "_get_shipment"),
        ("POST", r"/v1/shipments/(\w+)/cancel", "_post_cancel"),
        ("POST", r"/v1/shipments/(\w+)/documents/label", "_post_label"),
        ("POST", r"/v1/proxy/rates", "_post_rates"),
    )

    def __init__(self, port=0):
        super().__init__(port)
        # Our key → the shipment.
        self.orders = {}

    def forget(self):
        """Extend to forget the shipments."""
        super().forget()
        self.orders = {}

    @property
    def voided(self):
        """Return the keys of the cancelled shipments."""
        return {key for key, one in self.orders.items() if one["status"] == "cancelled"}

    def page(self, told):
        """Override to give a page of trackers."""
        return as_json(self._page([self._tracker(*one) for one in told.items()]))

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

    def _get_picture(self, request, kind):
        return Reply(200, b"\x89PNG\r\n\x1a\n " + kind.encode(), "image/png")

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
            "signature_image_url": f"{self.url}/v1/trackers/trk_0100/signature"
            if scans[-1].signer
            else None,
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

    # === SHIPMENTS === #

    def _post_shipment(self, request):
        wish = request.json()
        for side in ("shipper", "recipient"):
            if len(wish[side]["country_code"]) != 2 or not wish[side]["address_line1"]:
                raise Refused(400, f"{side}: incomplete")
        service = wish["service"]
        if service not in _SERVICES:
            message = {
                "carrier_id": "gls_main",
                "carrier_name": "gls",
                "code": "SERVICE",
                "message": "This service is not on offer.",
            }
            return Reply(424, {"messages": [message]})
        first = len(self.orders) * 100
        numbers = [f"GLS{first + row:08d}" for row, _one in enumerate(wish["parcels"])]
        shipment = {
            **wish,
            "id": f"shp_{len(self.orders) + 1}",
            "object_type": "shipment",
            "status": "created",
            "carrier_name": "gls",
            "tracking_number": numbers[0],
            "meta": {"tracking_numbers": numbers[::-1]},
            "selected_rate": self._rate(service),
            "shipping_documents": [],
            "messages": [],
        }
        # Karrio sells the same order twice: it is for the caller to look first.
        key = wish["metadata"]["logistics_booking"]
        if key in self.orders:
            key = f"{key} once more"
        self.orders[key] = shipment
        return Reply(201, shipment)

    def _get_shipments(self, request):
        name, value = (request.query.get(f"metadata_{x}") for x in ("key", "value"))
        number = request.query.get("tracking_number")
        found = [
            shipment
            for shipment in self.orders.values()
            if (name is None or shipment["metadata"].get(name) == value)
            and (number is None or shipment["tracking_number"] == number)
        ]
        return Reply(200, self._page(found))

    def _there(self, identifier):
        for shipment in self.orders.values():
            if shipment["id"] == identifier:
                return shipment
        raise Refused(404, "No Shipment matches the given query.")

    def _get_shipment(self, request, identifier):
        return Reply(200, self._there(identifier))

    def _post_cancel(self, request, identifier):
        shipment = self._there(identifier)
        if shipment["status"] == "cancelled":
            raise Refused(409, "The shipment is cancelled already")
        shipment["status"] = "cancelled"
        return Reply(200, shipment)

    def _post_label(self, request, identifier):
        kind = self._there(identifier)["label_type"]
        text = base64.b64encode(_FILES[kind] + identifier.encode()).decode()
        return Reply(200, {"category": "label", "format": kind, "base64": text})

    def _post_rates(self, request):
        wish = request.json()
        if wish["recipient"]["country_code"] == "AQ":
            told = {"carrier_id": "gls_main", "code": "C", "message": "Too far away."}
            return Reply(207, {"rates": [], "messages": [told]})
        rates = [self._rate(service) for service in _SERVICES]
        return Reply(201, {"rates": rates, "messages": []})

    def _rate(self, service):
        return {
            "id": f"rat_{service}",
            "carrier_name": service.partition("_")[0],
            "carrier_id": "main",
            "service": service,
            "currency": "EUR",
            "total_charge": _SERVICES[service],
            "transit_days": 2,
            "meta": {"service_name": service.replace("_", " ").title()},
        }
