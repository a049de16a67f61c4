"""A stand-in of Sendcloud, for tests."""

import base64
from datetime import timezone
from urllib.parse import unquote

from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Refused, Reply

from .. import client, const
from .standin_answers import error
from .standin_returns import ReturnDesk

_WORDS = {number: word for word, number in const.STATUS_WORDS.items()}
_NO_HISTORY = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b"<Error><Code>NoSuchKey</Code><Message>No such key</Message></Error>"
)


_FILES = {"application/pdf": b"%PDF-1.4 label ", "application/zpl": b"^XA label "}
# Price and hours by option.
_OPTIONS = {"postnl:standard": ("6.15", 24), "ups:saver": ("11.80", 20)}
_MOST_PARCELS = 15


class SendcloudStandIn(ReturnDesk, CarrierStandIn):
    """Sendcloud on this machine: tracking histories, pushes, shipments, returns."""

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
        ("POST", r"/api/v3/shipments/announce", "_post_shipment"),
        ("GET", r"/api/v3/shipments", "_get_shipments"),
        ("GET", r"/api/v3/shipments/([\w-]+)", "_get_shipment"),
        ("POST", r"/api/v3/shipments/([\w-]+)/cancel", "_post_cancel"),
        ("POST", r"/api/v3/shipping-options", "_post_options"),
        ("GET", r"/api/v3/parcels/(\d+)/documents/label", "_get_label"),
        *ReturnDesk.routes,
    )

    def __init__(self, port=0):
        super().__init__(port)
        # Our key → the shipment.
        self.shipments = {}

    def forget(self):
        """Extend to forget the shipments."""
        super().forget()
        self.shipments.clear()

    @property
    def orders(self):
        """Return what was bought, by our key."""
        return self.shipments | self.returns

    @property
    def voided(self):
        """Return the keys of what was cancelled."""
        shipments = {
            key
            for key, shipment in self.shipments.items()
            if all(_code(parcel) == "CANCELLED" for parcel in shipment["parcels"])
        }
        return shipments | self.voided_returns

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

    # === SHIPMENTS === #

    def _post_shipment(self, request):
        wish = request.json()
        key = wish["external_reference_id"]
        if key in self.shipments:
            return Reply(409, {"data": self.shipments[key]})
        for side in ("from_address", "to_address"):
            for name in ("name", "address_line_1", "postal_code", "city"):
                if not wish[side].get(name):
                    return error(400, "required", "Is required.", f"/{side}/{name}")
        service = wish["ship_with"]["properties"]["shipping_option_code"]
        if service == "postnl:none":
            pointer = "/ship_with/properties/shipping_option_code"
            return error(400, "invalid", "This option does not exist.", pointer)
        if not 1 <= len(wish["parcels"]) <= _MOST_PARCELS:
            return error(400, "invalid", "Too many parcels.", "/parcels")
        return Reply(201, {"data": self._announce(wish, key, service)})

    def _announce(self, wish, key, service):
        failed = service == "postnl:failing"
        first = len(self.shipments) * _MOST_PARCELS + 1
        mime_type = wish["label_details"]["mime_type"]
        parcels = []
        for number, parcel in enumerate(wish["parcels"], first):
            link = f"{self.address}/v3/parcels/{number}/documents/label"
            documents = [{"type": "label", "size": "a6", "link": link}]
            code = "ANNOUNCEMENT_FAILED" if failed else "READY_TO_SEND"
            parcels.append(
                {
                    "id": number,
                    "status": {"code": code, "message": code.capitalize()},
                    "documents": [] if failed else documents,
                    "tracking_number": "" if failed else f"3SLGT{number:07d}",
                    **parcel,
                }
            )
        trouble = {
            "status": "500",
            "code": "parcel_announcement_error",
            "detail": "The carrier does not know the postcode.",
        }
        shipment = {
            **wish,
            "id": f"shp-{len(self.shipments) + 1}",
            "parcels": parcels,
            "carrier": {"code": service.partition(":")[0], "name": "PostNL"},
            "errors": [trouble] if failed else [],
        }
        self.shipments[key] = shipment
        if len(parcels) > 1 or failed:
            return shipment
        # The file comes along where there is one parcel only.
        text = base64.b64encode(self._file(parcels[0]["id"], mime_type)).decode()
        return {**shipment, "parcels": [{**parcels[0], "label_file": text}]}

    def _get_shipments(self, request):
        key = request.query.get("external_reference_id")
        number = request.query.get("tracking_number")
        found = [
            shipment
            for shipment in self.shipments.values()
            if (key is None or shipment["external_reference_id"] == key)
            and (number is None or number in _numbers(shipment))
        ]
        return Reply(200, {"data": found})

    def _shipment(self, identifier):
        for shipment in self.shipments.values():
            if shipment["id"] == identifier:
                return shipment
        raise Refused(404, "Not found")

    def _get_shipment(self, request, identifier):
        return Reply(200, {"data": self._shipment(identifier)})

    def _post_cancel(self, request, identifier):
        shipment = self._shipment(identifier)
        for parcel in shipment["parcels"]:
            if _code(parcel) == "CANCELLED":
                return error(409, "invalid", "It is already being cancelled.")
            parcel["status"] = {"code": "CANCELLED", "message": "Cancelled"}
        told = {"status": "cancelled", "message": "Shipment has been cancelled"}
        return Reply(200, {"data": told})

    def _post_options(self, request):
        wish = request.json()
        if not wish["calculate_quotes"] or not wish["to_address"]["country_code"]:
            return error(400, "required", "Is required.", "/to_address")
        options = [
            {
                "code": code,
                "name": code.title(),
                "carrier": {"code": code.partition(":")[0], "name": "PostNL"},
                "quotes": [
                    {
                        "price": {"total": {"value": price, "currency": "EUR"}},
                        "lead_time": hours,
                    }
                ],
            }
            for code, (price, hours) in _OPTIONS.items()
        ]
        unpriced = {"code": "own:contract", "name": "Own", "quotes": None}
        return Reply(200, {"data": [*options, unpriced]})

    def _get_label(self, request, identifier):
        for shipment in self.shipments.values():
            if int(identifier) in [parcel["id"] for parcel in shipment["parcels"]]:
                mime_type = shipment["label_details"]["mime_type"]
                if request.headers["accept"] not in (mime_type, "*/*"):
                    raise Refused(406, "Not in this format")
                return Reply(200, self._file(identifier, mime_type), mime_type)
        if self.return_of_parcel(int(identifier)):
            return Reply(200, self._file(identifier, "application/pdf"))
        raise Refused(404, "Not found")

    def _file(self, identifier, mime_type):
        return _FILES[mime_type] + str(identifier).encode()


def _code(parcel):
    return parcel["status"]["code"]


def _numbers(shipment):
    return [parcel["tracking_number"] for parcel in shipment["parcels"]]
