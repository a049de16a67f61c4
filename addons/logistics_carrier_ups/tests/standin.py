"""UPS on this machine, in the format of its public documentation."""

import re
from datetime import timezone

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Refused, Reply
from odoo.addons.logistics_carrier_ups import client

_CODES = {400: "TV1002", 401: "250002", 403: "250003", 429: "10429", 503: "VSS100"}
# A picture of one point.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGM4"
    "AQAAygDJmcpdfgAAAABJRU5ErkJggg=="
)


class UpsStandIn(CarrierStandIn):
    """Track and Track Alert."""

    api = client.API
    credentials = {"client_id": "ups-client", "client_secret": "ups-canary"}
    # Type, activity code, status code.
    words = {
        "shipment_created": ("M", "MP", "003"),
        "picked_up": ("P", "PU", "038"),
        "in_transit": ("I", "DP", "005"),
        "out_for_delivery": ("I", "OT", "021"),
        "available_for_pickup": ("I", "ZP", "040"),
        "delivery_attempt_failed": ("X", "48", "022"),
        "refused": ("X", "KR", "064"),
        "customs_hold": ("X", "X5", "124"),
        "customs_released": ("X", "DA", "014"),
        "delayed": ("X", "7W", "052"),
        "damaged": ("X", "45", "059"),
        "returning_to_sender": ("X", "UF", "035"),
        "returned_to_sender": ("X", "UA", "034"),
        "delivered": ("D", "MJ", "011"),
        "nonsense": ("ZZ", "Q9", "999"),
    }
    routes = (
        ("GET", r"/api/track/v1/details/([^/]+)", "_get_details"),
        ("POST", r"/api/track/v2/subscription/standard/package", "_post_subscription"),
    )

    def refusal(self, status, text):
        """Override to refuse as UPS does."""
        error = {"code": _CODES.get(status, str(status)), "message": text}
        return {"response": {"errors": [error]}}

    def page(self, told):
        """Override to write a reply of the Track API about a shipment's packages."""
        packages = [self._package(*one) for one in told.items()]
        return as_json(_reply({"inquiryNumber": next(iter(told)), "package": packages}))

    def _package(self, number, scans):
        package = {
            "trackingNumber": number,
            "activity": [self._activity(scan) for scan in reversed(scans)],
        }
        signers = [scan.signer for scan in scans if scan.word == "delivered"]
        if any(signers):
            package["deliveryInformation"] = {
                "location": "Reception",
                "receivedBy": signers[-1],
                "signature": {"image": SIGNATURE},
            }
        return package

    def pushed(self, number, *scans):
        """Override to write a message of Track Alert about the last scan."""
        scan = scans[-1]
        there = scan.at.astimezone(timezone.utc)
        kind, code, status_code = self.words[scan.word]
        delivered = scan.word == "delivered"
        return as_json(
            {
                "trackingNumber": number,
                "localActivityDate": f"{scan.at:%Y%m%d}",
                "localActivityTime": f"{scan.at:%H%M%S}",
                "gmtActivityDate": f"{there:%Y%m%d}",
                "gmtActivityTime": f"{there:%H%M%S}",
                "activityLocation": {
                    "city": scan.city,
                    "stateProvince": "",
                    "postalCode": "04109" if delivered else "",
                    "country": scan.country,
                },
                "activityStatus": {
                    "type": kind,
                    "code": code,
                    "description": scan.word,
                    "descriptionCode": status_code,
                },
                "scheduledDeliveryDate": "",
                "actualDeliveryDate": f"{scan.at:%Y%m%d}" if delivered else "",
                "receivedBy": scan.signer,
            }
        )

    def _activity(self, scan):
        kind, code, status_code = self.words[scan.word]
        there = scan.at.astimezone(timezone.utc)
        return {
            "location": {
                "address": {"city": scan.city, "countryCode": scan.country},
                "slic": "4711",
            },
            "status": {
                "type": kind,
                "code": code,
                "description": scan.word,
                "statusCode": status_code,
            },
            "date": f"{scan.at:%Y%m%d}",
            "time": f"{scan.at:%H%M%S}",
            "gmtDate": f"{there:%Y%m%d}",
            "gmtTime": f"{there:%H:%M:%S}",
            "gmtOffset": scan.at.isoformat()[-6:],
        }

    # === CALLS === #

    def _get_details(self, request, number):
        if not request.headers.get("transid"):
            raise Refused(400, "transId is missing")
        try:
            return Reply(200, self.document(number, self.scans(number)))
        except Refused:
            # That a number is unknown is no error of the call.
            warning = {"code": "TW0001", "message": "Tracking Information Not Found"}
            shipment = {"inquiryNumber": number, "warnings": [warning]}
            return Reply(200, _reply(shipment))

    def _post_subscription(self, request):
        numbers = request.json().get("trackingNumberList") or []
        if len(numbers) > 100:
            return self._refused("VSS220", "More than 100 numbers")
        good = [n for n in numbers if re.fullmatch(r"1Z[0-9A-Z]{16}", n)]
        if not good:
            return self._refused("VSS210", "No number is valid")
        bad = [number for number in numbers if number not in good]
        return Reply(200, {"validTrackingNumbers": good, "invalidTrackingNumbers": bad})

    def _refused(self, code, text):
        return Reply(400, {"response": {"errors": [{"code": code, "message": text}]}})


def _reply(shipment):
    return {"trackResponse": {"shipment": [shipment]}}
