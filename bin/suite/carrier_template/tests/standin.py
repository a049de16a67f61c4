from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply

from .. import client, const

CODES = {401: "NO_KEY", 404: "NO_PARCEL", 429: "TOO_MANY", 503: "CLOSED"}


class AcmeStandIn(CarrierStandIn):
    """Acme Parcel on this machine, as its documentation describes it."""

    api = client.API
    credentials = {"api_key": "canary-key"}
    # What happened, in our words → the carrier's code. `nonsense` is in no table.
    words = {word: code for code, word in const.STATUS_MAP.items()} | {
        "nonsense": "TELEPORTED"
    }
    routes = (("GET", r"/parcels/([\w-]+)", "_get_parcel"),)

    def page(self, told):
        """Override to write the carrier's answer; a push looks the same."""
        parcels = [
            {"number": number, "scans": [self._row(scan) for scan in scans]}
            for number, scans in told.items()
        ]
        return as_json({"parcels": parcels})

    def refusal(self, status, text):
        """Override to write the carrier's error document."""
        return {"error": {"code": CODES.get(status, str(status)), "text": text}}

    def _row(self, scan):
        return {
            "code": self.words[scan.word],
            "at": scan.at.isoformat(),
            "city": scan.city,
            "country": scan.country,
            "signer": scan.signer,
        }

    def _get_parcel(self, request, number):
        return Reply(200, self.document(number, self.scans(number)))
