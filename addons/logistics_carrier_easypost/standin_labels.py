"""The labels of the stand-in: shipments and orders, made, bought and refunded."""

import uuid

from odoo.addons.logistics_carrier_base.sandbox.label import label_pdf, label_zpl
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Refused, Reply

from . import const

# Carrier, service, price, days.
SERVICES = (
    ("USPS", "Priority", "7.15", 2),
    ("USPS", "GroundAdvantage", "5.40", 4),
    ("UPS", "Ground", "9.80", 3),
)
_ID = r"([\w-]+)"


class LabelRoutes:
    """Sells labels; part of `EasyPostStandIn`, with its clock, mode and lock."""

    label_routes = (
        ("POST", "/v2/shipments", "_post_shipments"),
        ("GET", f"/v2/shipments/{_ID}", "_get_shipment"),
        ("POST", f"/v2/shipments/{_ID}/buy", "_post_buy_shipment"),
        ("GET", f"/v2/shipments/{_ID}/label", "_get_label"),
        ("POST", f"/v2/shipments/{_ID}/refund", "_post_refund"),
        ("POST", "/v2/orders", "_post_orders"),
        ("GET", f"/v2/orders/{_ID}", "_get_order"),
        ("POST", f"/v2/orders/{_ID}/buy", "_post_buy_order"),
        ("GET", rf"/files/{_ID}\.(pdf|zpl)", "_get_file"),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._shipments = {}
        self._orders = {}

    @property
    def shipments(self):
        """Return the shipments that were made, the oldest first.

        :rtype: list[dict]
        """
        return list(self._shipments.values())

    @property
    def orders(self):
        """Return the orders that were made, the oldest first.

        :rtype: list[dict]
        """
        return list(self._orders.values())

    def _post_shipments(self, request):
        return Reply(201, self._new_shipment(request.json().get("shipment") or {}))

    def _get_shipment(self, request, identifier):
        return Reply(200, self._one(self.shipments, identifier))

    def _get_order(self, request, identifier):
        return Reply(200, self._one(self.orders, identifier))

    def _post_buy_shipment(self, request, identifier):
        shipment = self._one(self.shipments, identifier)
        wanted = (request.json().get("rate") or {}).get("id")
        rates = [rate for rate in shipment["rates"] if rate["id"] == wanted]
        self._buy(shipment, rates)
        return Reply(200, shipment)

    def _post_orders(self, request):
        wish = request.json().get("order") or {}
        common = {name: wish.get(name) for name in ("to_address", "from_address")}
        made = [self._new_shipment(common | one) for one in wish.get("shipments") or []]
        if not made:
            raise Refused(422, "An order has shipments")
        order = {
            "id": f"order_{uuid.uuid4().hex}",
            "object": "Order",
            "mode": self.mode,
            "created_at": self._now_text(),
            "reference": wish.get("reference"),
            "shipments": made,
            "rates": [
                rate | {"rate": f"{float(rate['rate']) * len(made):.2f}"}
                for rate in made[0]["rates"]
            ],
        }
        with self._lock:
            self._orders[order["id"]] = order
        return Reply(201, order)

    def _post_buy_order(self, request, identifier):
        order, wish = self._one(self.orders, identifier), request.json()
        for shipment in order["shipments"]:
            rates = [
                rate
                for rate in shipment["rates"]
                if all(rate[name] == wish.get(name) for name in ("carrier", "service"))
            ]
            self._buy(shipment, rates)
        return Reply(200, order)

    def _get_label(self, request, identifier):
        shipment = self._one(self.shipments, identifier)
        kind = request.query.get("file_format", "PDF").lower()
        label = shipment["postage_label"]
        if not label or kind not in const.LABEL_TYPES:
            raise Refused(422, "There is no such label")
        label[f"label_{kind}_url"] = f"{self.url}/files/{shipment['id']}.{kind}"
        return Reply(200, shipment)

    def _post_refund(self, request, identifier):
        shipment = self._one(self.shipments, identifier)
        if not shipment["postage_label"] or shipment["refund_status"]:
            raise Refused(422, "There is nothing to refund")
        shipment["refund_status"] = "submitted"
        return Reply(200, shipment)

    def _get_file(self, request, identifier, kind):
        if "authorization" in request.headers:
            # The store of files refuses what it does not understand.
            raise Refused(400, "Unsupported Authorization Type")
        shipment = self._one(self.shipments, identifier)
        make = label_pdf if kind == "pdf" else label_zpl
        content = make(shipment["tracking_code"], shipment["reference"] or "")
        return Reply(200, content, const.LABEL_TYPES[kind])

    def _one(self, records, identifier):
        found = [
            one for one in records if identifier in (one["id"], one.get("reference"))
        ]
        if not found:
            raise Refused(404, "The requested resource could not be found")
        return found[-1]

    def _new_shipment(self, wish):
        for side in ("to_address", "from_address"):
            if not (wish.get(side) or {}).get("street1"):
                raise Refused(422, f"{side} is missing its street1")
        weight = float((wish.get("parcel") or {}).get("weight") or 0)
        if weight <= 0:
            raise Refused(422, "A parcel has a weight")
        sides = ("from_address", "to_address")
        if wish.get("is_return"):
            sides = sides[::-1]
        identifier = f"shp_{uuid.uuid4().hex}"
        shipment = {
            "id": identifier,
            "object": "Shipment",
            "mode": self.mode,
            "created_at": self._now_text(),
            "reference": wish.get("reference"),
            "is_return": bool(wish.get("is_return")),
            "from_address": wish[sides[0]],
            "to_address": wish[sides[1]],
            "parcel": wish["parcel"],
            "options": wish.get("options") or {},
            "status": "unknown",
            "tracking_code": None,
            "postage_label": None,
            "refund_status": None,
            "selected_rate": None,
            "tracker": None,
            "fees": [],
            "messages": [],
            "rates": [
                {
                    "id": f"rate_{uuid.uuid4().hex}",
                    "object": "Rate",
                    "carrier": carrier,
                    "service": service,
                    "rate": price,
                    "currency": "USD",
                    "delivery_days": days,
                    "shipment_id": identifier,
                }
                for carrier, service, price, days in SERVICES
            ],
        }
        with self._lock:
            self._shipments[identifier] = shipment
        return shipment

    def _buy(self, shipment, rates):
        if not rates:
            raise Refused(422, "There is no such rate")
        with self._lock:
            if shipment["postage_label"]:
                raise Refused(422, "A shipment is bought once")
            rate, number = rates[0], f"94{uuid.uuid4().int % 10**20:020d}"
            kind = str(shipment["options"].get("label_format") or "PNG").lower()
            shipment.update(
                tracking_code=number,
                selected_rate=rate,
                postage_label={
                    "id": f"pl_{uuid.uuid4().hex}",
                    "object": "PostageLabel",
                    "label_file_type": const.LABEL_TYPES.get(kind, "image/png"),
                    "label_url": f"{self.url}/files/{shipment['id']}.{kind}",
                    "label_pdf_url": None,
                    "label_zpl_url": None,
                },
                fees=[
                    {
                        "object": "Fee",
                        "type": name,
                        "amount": f"{amount}000",
                        "charged": True,
                        "refunded": False,
                    }
                    for name, amount in (
                        ("LabelFee", "0.05"),
                        ("PostageFee", rate["rate"]),
                    )
                ],
            )
            self.follow(number, rate["carrier"])
