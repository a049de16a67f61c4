"""A stand-in of FedEx's Track API, for tests."""

import base64

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply

from .. import client, const

# A document that is one, and no more.
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_CODES = {
    400: "BAD.REQUEST.ERROR",
    401: "NOT.AUTHORIZED.ERROR",
    403: "FORBIDDEN.ERROR",
    404: "NOT.FOUND.ERROR",
    429: "TOO.MANY.REQUESTS",
    500: "INTERNAL.SERVER.ERROR",
    503: "SERVICE.UNAVAILABLE.ERROR",
}


class FedexStandIn(CarrierStandIn):
    """FedEx on this machine: tracking, signature proofs, pushes."""

    api = client.API
    credentials = {"client_id": "l7-key-canary", "client_secret": "s3cret-canary"}
    words = {
        "shipment_created": "OC",
        "picked_up": "PU",
        "arrived_facility": "AR",
        "in_transit": "IT",
        "out_for_delivery": "OD",
        "available_for_pickup": "HP",
        "delivery_attempt_failed": "DE",
        "delayed": "DY",
        "customs_hold": "CD",
        "customs_released": "CC",
        "delivered": "DL",
        "returning_to_sender": "RS",
        "nonsense": "QQ",
    }
    routes = (
        ("POST", r"/track/v1/trackingnumbers", "_post_numbers"),
        ("POST", r"/track/v1/trackingdocuments", "_post_documents"),
    )

    def page(self, told):
        """Override of the contract."""
        return as_json(self._answer([self._entry(*one) for one in told.items()]))

    def pushed(self, number, *scans):
        """Override of the contract."""
        answer = self._answer([self._entry(number, scans)])
        return as_json({"outputMetaData": [{"account": "made up"}], **answer})

    def refusal(self, status, text):
        """Override of the contract."""
        code = _CODES.get(status, "BAD.REQUEST.ERROR")
        return {"transactionId": "made up", "errors": [{"code": code, "message": text}]}

    def _post_numbers(self, request):
        numbers = [
            one["trackingNumberInfo"]["trackingNumber"]
            for one in request.json()["trackingInfo"]
        ]
        if not 1 <= len(numbers) <= const.BATCH_SIZE:
            raise ValueError("too many numbers")
        known = self.known(numbers)
        entries = [
            self._entry(number, self.scans(number))
            if number in known
            else self._unknown(number)
            for number in numbers
        ]
        return Reply(200, as_json(self._answer(entries)))

    def _post_documents(self, request):
        wish = request.json()
        asked = wish["trackDocumentSpecification"][0]
        number = asked["trackingNumberInfo"]["trackingNumber"]
        there = self.known([number]) and self.scans(number)[-1].word == "delivered"
        if not there:
            error = {"code": "TRACKING.DOCUMENT.NOTFOUND", "message": "None yet."}
            return Reply(400, {"transactionId": "made up", "errors": [error]})
        detail = wish["trackDocumentDetail"]
        return Reply(
            200,
            {
                "transactionId": "made up",
                "output": {
                    "documentType": detail["documentType"],
                    "documentFormat": detail["documentFormat"],
                    "documents": [base64.b64encode(PDF).decode()],
                },
            },
        )

    def _answer(self, entries):
        return {
            "transactionId": "made up",
            "output": {"completeTrackResults": entries},
        }

    def _unknown(self, number):
        error = {
            "code": "TRACKING.TRACKINGNUMBER.NOTFOUND",
            "message": "There is no such number.",
        }
        info = {"trackingNumber": number, "trackingNumberUniqueId": ""}
        result = {"trackingNumberInfo": info, "error": error}
        return {"trackingNumber": number, "trackResults": [result]}

    def _entry(self, number, scans):
        last = scans[-1] if scans else None
        result = {
            "trackingNumberInfo": {
                "trackingNumber": number,
                "trackingNumberUniqueId": f"2461366000~{number}~FX",
                "carrierCode": "FDXE",
            },
            "latestStatusDetail": {"code": self.words[last.word]} if last else {},
            # The newest first.
            "scanEvents": [self._scan(scan) for scan in reversed(scans)],
            "deliveryDetails": {"receivedByName": last.signer} if last else {},
            "availableImages": [{"type": const.SIGNATURE_PROOF}]
            if last and last.word == "delivered"
            else [],
        }
        return {"trackingNumber": number, "trackResults": [result]}

    def _scan(self, scan):
        return {
            "date": scan.at.isoformat(timespec="seconds"),
            "eventType": self.words[scan.word],
            "eventDescription": scan.word.replace("_", " "),
            "exceptionCode": "",
            "exceptionDescription": "",
            "scanLocation": {"city": scan.city, "countryCode": scan.country},
            "locationId": "LEJA",
        }
