"""A stand-in of Sendcloud, for tests."""

from datetime import timezone
from urllib.parse import unquote

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply

from .. import client, const

_WORDS = {number: word for word, number in const.STATUS_WORDS.items()}
_NO_HISTORY = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b"<Error><Code>NoSuchKey</Code><Message>No such key</Message></Error>"
)


class SendcloudStandIn(CarrierStandIn):
    """Sendcloud on this machine: tracking histories and pushes."""

    api = client.API
    credentials = {"public_key": "pub-canary", "secret_key": "sec-canary"}
    prefix = "/api"
    # The numbers of the statuses.
    words = {
        "shipment_created": "1000",
        "picked_up": "22",
        "in_transit": "91",
        "arrived_facility": "62990",
        "delayed": "4",
        "customs_in_progress": "62989",
        "out_for_delivery": "92",
        "delivery_attempt_failed": "8",
        "available_for_pickup": "12",
        "delivered": "11",
        "refused": "62991",
        "returned_to_sender": "62992",
        "shipment_cancelled": "2000",
        "nonsense": "70001",
    }
    routes = (
        ("GET", r"/api/v2/tracking/([^/]+)", "_get_history"),
        ("GET", r"/api/v2/parcels", "_get_parcels"),
    )

    def document(self, number, scans):
        """Override to give a history as it is kept: with the number."""
        return as_json({"tracking_number": number, "tracking": self._history(scans)})

    def pushed(self, number, *scans):
        """Override to tell the last status only."""
        last = scans[-1]
        status = int(self.words[last.word])
        moment = int(last.at.timestamp() * 1000)
        return as_json(
            {
                "action": "parcel_status_changed",
                "timestamp": moment + 60000,
                "carrier_status_change_timestamp": moment,
                "parcel": self._parcel(number, status),
            }
        )

    def refusal(self, status, text):
        """Override to refuse as the older API does."""
        return {"error": {"code": status, "request": "api/v2", "message": text}}

    def _get_history(self, request, number):
        number = unquote(number)
        if not self.known([number]):
            return Reply(404, _NO_HISTORY, "application/xml")
        return Reply(200, as_json(self._history(self.scans(number))))

    def _get_parcels(self, request):
        number = request.query.get("tracking_number", "")
        parcels = [
            self._parcel(one, int(self.words[self.scans(one)[-1].word]))
            for one in self.known([number])
        ]
        return Reply(200, {"next": None, "previous": None, "parcels": parcels})

    def _history(self, scans):
        return {
            "parcel_id": "5117",
            "carrier_code": "postnl",
            "is_return": False,
            "expected_delivery_date": None,
            "statuses": [self._status(scan) for scan in reversed(scans)],
        }

    def _status(self, scan):
        number = self.words[scan.word]
        return {
            "carrier_update_timestamp": scan.at.astimezone(timezone.utc).isoformat(" "),
            "parcel_status_history_id": "1",
            "parent_status": _WORDS.get(number, number),
            "carrier_code": "postnl",
            "carrier_message": "In the words of the carrier",
        }

    def _parcel(self, number, status):
        return {
            "id": 5117,
            "tracking_number": number,
            "date_created": "19-11-2026 08:00:00",
            "status": {"id": status, "message": const.LABELS.get(str(status), "?")},
            "carrier": {"code": "postnl"},
        }
