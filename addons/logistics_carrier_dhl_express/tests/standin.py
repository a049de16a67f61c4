"""MyDHL API, played on this machine."""

import base64
from urllib.parse import parse_qs

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Refused, Reply

from ..const import API


class MyDhlStandIn(CarrierStandIn):
    """Answers for many waybills at once, as DHL Express documents it."""

    api = API
    prefix = "/mydhlapi"
    credentials = {"username": "canary-user", "password": "canary-password"}
    routes = (
        ("GET", "/mydhlapi/tracking", "_get_tracking"),
        ("GET", "/mydhlapi/shipments/([^/]+)/proof-of-delivery", "_get_proof"),
    )
    words = {
        "picked_up": "PU",
        "arrived_facility": "AF",
        "departed_facility": "DF",
        "in_transit": "SM",
        "customs_in_progress": "IC",
        "customs_hold": "CD",
        "customs_released": "CR",
        "out_for_delivery": "WC",
        "delivery_attempt_failed": "NH",
        "refused": "RD",
        "on_hold": "OH",
        "delivered": "OK",
        "returned_to_sender": "RT",
        "nonsense": "Q9",
    }

    def __init__(self, port=0):
        super().__init__(port)
        # Number → the content of its proof.
        self.proofs = {}

    def forget(self):
        """Extend to forget the proofs."""
        super().forget()
        self.proofs.clear()

    def _get_tracking(self, request):
        asked = parse_qs(request.query_string).get("shipmentTrackingNumber", [])
        for number in asked:
            if not number.isalnum():
                raise Refused(400, f"Parameters not having correct format: {number}")
        found = self.known(asked)
        if not found:
            raise Refused(404, "No shipments found for the given numbers")
        return Reply(200, self.page({number: self.scans(number) for number in found}))

    def _get_proof(self, request, number):
        if number not in self.proofs:
            raise Refused(404, "No proof of delivery is there")
        content = base64.b64encode(self.proofs[number]).decode()
        document = {"content": content, "format": "PDF", "typeCode": "POD"}
        return Reply(200, {"documents": [document]})

    def page(self, told):
        """Override to answer in the format of MyDHL API."""
        return as_json({"shipments": [self._shipment(*one) for one in told.items()]})

    def refusal(self, status, text):
        """Override to refuse as MyDHL API does, the status as a text."""
        return {
            "instance": "/expressapi/tracking",
            "detail": text,
            "title": "Refused",
            "message": "Refused",
            "status": str(status),
        }

    def _shipment(self, number, scans):
        return {
            "shipmentTrackingNumber": number,
            "status": "Success",
            "shipmentTimestamp": scans[0].at.replace(tzinfo=None).isoformat(),
            "productCode": "P",
            "events": [self._event(scan) for scan in scans],
            "numberOfPieces": 1,
        }

    def _event(self, scan):
        # Without a zone: only questions about one number can ask for it.
        area = {"code": "LEJ", "description": f"{scan.city.upper()}-{scan.country}"}
        event = {
            "date": scan.at.date().isoformat(),
            "time": scan.at.time().isoformat(),
            "typeCode": self.words[scan.word],
            "description": scan.word.replace("_", " ").capitalize(),
            "serviceArea": [area],
        }
        if scan.word == "delivered":
            event["description"] = f"Delivered : {scan.signer}".strip(" :")
            event["signedBy"] = ""
        return event
