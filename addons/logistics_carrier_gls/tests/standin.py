"""GLS Track And Trace V1, played on this machine."""

from urllib.parse import unquote

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Refused, Reply

from ..client import API


class GlsStandIn(CarrierStandIn):
    """Answers as the specification says, the newest event first."""

    api = API
    credentials = {"client_id": "gls-app", "client_secret": "canary-gls-secret"}
    routes = (
        (
            "GET",
            r"/track-and-trace-v1/tracking/simple/trackids/([^/]+)",
            "_get_parcels",
        ),
        ("GET", "/track-and-trace-v1/tracking/events/codes", "_get_codes"),
    )
    # Code of the event (None where only the status says it) and status.
    words = {
        "shipment_booked": (None, "PLANNEDPICKUP"),
        "shipment_created": ("INTIAL.PREADVICE", "PREADVICE"),
        "picked_up": ("INTIAL.NORMAL", "INTRANSIT"),
        "departed_facility": ("OUTBOD.NORMAL", "INTRANSIT"),
        "arrived_facility": ("INBOUD.NORMAL", "INWAREHOUSE"),
        "in_transit": (None, "INTRANSIT"),
        "out_for_delivery": ("OUTDEL.NORMAL", "INDELIVERY"),
        "available_for_pickup": ("DELIVD.PARCELSHOP", "DELIVEREDPS"),
        "delivery_attempt_failed": (None, "NOTDELIVERED"),
        "exception": (None, "NOTPICKEDUP"),
        "shipment_cancelled": (None, "CANCELED"),
        "delivered": ("DELIVD.NORMAL", "DELIVERED"),
        "nonsense": ("ODD.CODE", "TELEPORTED"),
    }
    most = 10

    def _get_parcels(self, request, said):
        numbers = unquote(said).split(",")
        if len(numbers) > self.most:
            raise Refused(400, f"At most {self.most} parcels")
        return Reply(200, as_json({"parcels": [self._parcel(one) for one in numbers]}))

    def _get_codes(self, request):
        codes = [code for code, _status in self.words.values() if code]
        return Reply(200, {"eventsCodes": [{"code": code} for code in codes]})

    def page(self, told):
        """Override to answer about parcels that are known."""
        return as_json({"parcels": [self._known_parcel(*one) for one in told.items()]})

    def refusal(self, status, text):
        """Override to refuse as the gateway or the service does."""
        if status in (401, 429):
            code = "steps.jwt.TokenExpired" if status == 401 else "policies.ratelimit"
            return {"fault": {"faultstring": text, "detail": {"errorcode": code}}}
        return {"type": "about:blank", "title": "Refused", "status": status}

    def _parcel(self, number):
        if not self.known([number]):
            return {
                "requested": number,
                "errorCode": "E_404_01",
                "errorMessage": "Resource Not Found",
            }
        return self._known_parcel(number, self.scans(number))

    def _known_parcel(self, number, scans):
        last = scans[-1]
        return {
            "requested": number,
            "unitno": number,
            "status": self.words[last.word][1],
            "statusDateTime": _time(last.at),
            "events": [
                {
                    "code": self.words[scan.word][0],
                    "city": scan.city,
                    "postalCode": "04109",
                    "country": scan.country,
                    "description": "",
                    "eventDateTime": _time(scan.at),
                }
                for scan in reversed(scans)
                if self.words[scan.word][0]
            ],
        }


def _time(at):
    return f"{at:%Y-%m-%dT%H:%M:%S%z}"
