from odoo.addons.logistics_carrier_base.sandbox.carrier_stand_in import (
    CarrierStandIn,
    as_json,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Reply

from .. import client, const


class ShopifyStandIn(CarrierStandIn):
    """A shop of Shopify, as its documentation describes it."""

    api = client.api("mug-works")
    credentials = {"client_id": "canary-app", "client_secret": "canary-secret"}
    words = {
        "shipment_created": "LABEL_PRINTED",
        "shipment_booked": "CONFIRMED",
        "picked_up": "CARRIER_PICKED_UP",
        "in_transit": "IN_TRANSIT",
        "out_for_delivery": "OUT_FOR_DELIVERY",
        "delivery_attempt_failed": "ATTEMPTED_DELIVERY",
        "available_for_pickup": "READY_FOR_PICKUP",
        "delivered": "DELIVERED",
        "delayed": "DELAYED",
        "exception": "FAILURE",
        "returning_to_sender": "RETURNING_TO_SENDER",
        "nonsense": "TELEPORTED",
    }
    routes = (
        ("POST", f"/admin/api/{const.API_VERSION}/graphql.json", "_post_graphql"),
    )

    def identifier(self, number):
        """Return the number of the fulfillment that a parcel is."""
        return 7700100000000 + int("".join(filter(str.isdigit, number)) or 0)

    def document(self, number, scans):
        """Override to write an answer of the Admin API."""
        fulfillment = {
            "id": const.FULFILLMENT_ID % self.identifier(number),
            "trackingInfo": [{"number": number, "company": "Bpost"}],
            "events": {
                "nodes": [self._node(number, scan) for scan in scans],
            },
        }
        return as_json({"data": {"fulfillment": fulfillment}})

    def fulfillment(self, number, status=None, **more):
        """Return a fulfillment as it is pushed.

        :rtype: bytes
        """
        content = {
            "id": self.identifier(number),
            "order_id": 6600100020003,
            "status": "success",
            "created_at": "2026-11-18T09:14:05Z",
            "updated_at": "2026-11-18T09:14:06Z",
            "tracking_company": "Bpost",
            "shipment_status": status,
            "tracking_number": number,
            "tracking_numbers": [number],
            "name": "#2041.1",
        }
        return as_json(content | more)

    def event(self, number, scan):
        """Return an event as it is pushed: without the number.

        :rtype: bytes
        """
        node = self._node(number, scan)
        return as_json(
            {
                "id": int(node["id"].rpartition("/")[2]),
                "fulfillment_id": self.identifier(number),
                "status": node["status"].lower(),
                "message": None,
                "happened_at": node["happenedAt"],
                "created_at": node["createdAt"],
                "estimated_delivery_at": None,
                "city": scan.city,
                "province": None,
                "country": scan.country,
                "zip": None,
            }
        )

    def pushed(self, number, *scans):
        """Override to push how far the fulfillment is."""
        word = self.words[scans[-1].word].lower()
        return self.fulfillment(number, word, updated_at=scans[-1].at.isoformat())

    def refusal(self, status, text):
        """Override: some texts of its own."""
        if status == 401:
            text = "[API] Invalid API key or access token"
        return {"errors": text}

    def _post_graphql(self, request):
        asked = request.json()
        if "shop" in asked["query"]:
            return Reply(200, {"data": {"shop": {"name": "Mug Works"}}})
        wanted = asked["variables"]["id"]
        with self._lock:
            numbers = {const.FULFILLMENT_ID % self.identifier(n): n for n in self._told}
        if wanted not in numbers:
            return Reply(200, {"data": {"fulfillment": None}})
        number = numbers[wanted]
        return Reply(200, self.document(number, self.scans(number)))

    def _node(self, number, scan):
        second = int(scan.at.timestamp()) % 10**7
        number = f"{second}{list(self.words).index(scan.word):02}{number[2:]}"
        return {
            "id": f"gid://shopify/FulfillmentEvent/{number}",
            "status": self.words[scan.word],
            "message": None,
            "happenedAt": scan.at.isoformat(),
            "createdAt": scan.at.isoformat(),
            "estimatedDeliveryAt": None,
            "city": scan.city,
            "province": None,
            "country": scan.country,
            "zip": None,
        }
