from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Refused, Reply

from .. import client


class ShippoStandIn(CarrierStandIn):
    """Shippo, as its documentation describes it."""

    api = client.API
    credentials = {"api_key": "shippo_test_canary"}
    # Status and substatus.
    words = {
        "shipment_created": ("PRE_TRANSIT", "information_received"),
        "picked_up": ("TRANSIT", "package_accepted"),
        "arrived_facility": ("TRANSIT", "package_arrived"),
        "departed_facility": ("TRANSIT", "package_departed"),
        "in_transit": ("TRANSIT", "package_processing"),
        "out_for_delivery": ("TRANSIT", "out_for_delivery"),
        "available_for_pickup": ("TRANSIT", "pickup_available"),
        "delivery_attempt_failed": ("TRANSIT", "delivery_attempted"),
        "damaged": ("TRANSIT", "package_damaged"),
        "lost": ("FAILURE", "package_lost"),
        "delivered": ("DELIVERED", "delivered"),
        "returning_to_sender": ("TRANSIT", "return_to_sender"),
        "returned_to_sender": ("RETURNED", "return_to_sender"),
        "nonsense": ("TELEPORTED", "beamed"),
    }
    routes = (
        ("GET", r"/tracks/(\w+)/([\w-]+)", "_get_track"),
        ("GET", r"/carrier_accounts", "_get_carrier_accounts"),
    )

    def __init__(self, port=0):
        super().__init__(port)
        self._written = 0

    def document(self, number, scans):
        """Override to write a track."""
        return as_json(self._track(number, scans))

    def pushed(self, number, *scans):
        """Override to write the message around it."""
        track = self._track(number, scans)
        return as_json({"event": "track_updated", "test": True, "data": track})

    def refusal(self, status, text):
        """Override: texts without a code."""
        return {"detail": text if status != 401 else "Invalid token."}

    def _get_track(self, request, carrier, number):
        if carrier not in ("usps", "shippo"):
            text = f"Invalid value specified for provider '{carrier}'"
            return Reply(400, {"carrier": [text]})
        # A number nobody knows has a track, too: it is asked for from now on.
        scans = self.scans(number) if self.known([number]) else []
        return Reply(200, self.document(number, scans))

    def _get_carrier_accounts(self, request):
        if "results" not in request.query:
            raise Refused(400, "How many?")
        return Reply(200, {"next": None, "previous": None, "results": []})

    def _track(self, number, scans):
        rows = [self._row(scan) for scan in scans]
        return {
            "messages": [],
            "carrier": "usps",
            "tracking_number": number,
            "eta": None,
            "original_eta": None,
            "tracking_status": self._row(scans[-1]) if scans else None,
            "tracking_history": rows,
            "transaction": None,
        }

    def _row(self, scan):
        self._written += 1  # Another name at every fetch.
        status, code = self.words[scan.word]
        return {
            "object_id": f"{self._written:032x}",
            "status": status,
            "status_details": f"Scanned as {code}",
            "status_date": scan.at.isoformat(),
            "substatus": {"code": code, "text": code, "action_required": False},
            "location": {
                "city": scan.city,
                "state": "",
                "zip": "",
                "country": scan.country,
            },
        }
