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

    def document(self, number, scans):
        """Override to write the carrier's document; a push looks the same."""
        rows = [
            {
                "code": self.words[scan.word],
                "at": scan.at.isoformat(),
                "city": scan.city,
                "country": scan.country,
                "signer": scan.signer,
            }
            for scan in scans
        ]
        return as_json({"parcels": [{"number": number, "scans": rows}]})

    def refusal(self, status, text):
        """Override to write the carrier's error document."""
        return {"error": {"code": CODES.get(status, str(status)), "text": text}}

    def _get_parcel(self, request, number):
        return Reply(200, self.document(number, self.scans(number)))
