"""Shopify: headers, the one question that is asked, and code tables."""

from odoo.addons.logistics_carrier_base.credentials import API_KEY, Credential

CREDENTIALS = (
    Credential(
        "client_id",
        "Client ID",
        "Of the app, in the settings of the Dev Dashboard.",
        required=False,
    ),
    Credential(
        "client_secret",
        "Client Secret",
        "Of the app; the same signs the webhooks.",
        required=False,
    ),
    Credential(
        API_KEY,
        "Admin API Access Token",
        "Only of apps that were made in the shop itself; it begins with shpat_.",
        required=False,
    ),
)

SIGNATURE_HEADER = "X-Shopify-Hmac-SHA256"
# Not signed, so kept to follow a delivery back, and believed in nothing.
KEPT_HEADERS = frozenset(
    {
        "x-shopify-webhook-id",
        "x-shopify-event-id",
        "x-shopify-topic",
        "x-shopify-shop-domain",
        "x-shopify-triggered-at",
        "x-shopify-api-version",
    }
)

API_VERSION = "2026-07"
# More events than a parcel has.
QUERY = """\
query Tracking($id: ID!) {
  fulfillment(id: $id) {
    id
    trackingInfo(first: 10) { number company }
    events(first: 100) {
      nodes {
        id status message happenedAt createdAt estimatedDeliveryAt
        city province country zip
      }
    }
  }
}
"""
SHOP_QUERY = "query Shop { shop { name } }"
FULFILLMENT_ID = "gid://shopify/Fulfillment/%s"

SENSITIVE_KEYS = frozenset(
    {"email", "destination", "origin_address", "line_items", "receipt", "address1"}
)

# Of a fulfillment event, and of a fulfillment as its `shipment_status`. The names are
# in capitals in one API and in small letters in the other.
STATUS_MAP = {
    "LABEL_PURCHASED": "shipment_created",
    "LABEL_PRINTED": "shipment_created",
    "CONFIRMED": "shipment_booked",
    "CARRIER_PICKED_UP": "picked_up",
    "IN_TRANSIT": "in_transit",
    "OUT_FOR_DELIVERY": "out_for_delivery",
    "ATTEMPTED_DELIVERY": "delivery_attempt_failed",
    "READY_FOR_PICKUP": "available_for_pickup",
    "PICKED_UP": "delivered",  # By the customer.
    "DELIVERED": "delivered",
    "DELAYED": "delayed",
    # What failed is not said.
    "FAILURE": "exception",
    # Of versions of the API that are no stable ones yet.
    "READY_FOR_RECIPIENT_PICKUP": "available_for_pickup",
    "BUYER_ACTION_REQUIRED": "on_hold",
    "RETURNING_TO_SENDER": "returning_to_sender",
}
DELIVERY_MODE_MAP = {"PICKED_UP": "pickup_point"}

# States of the record of a fulfillment in which goods have left under its number.
SHIPPED = frozenset({"success", "open", "pending"})

# Codes of the API's errors, then parts of the texts that stand there without a code.
ERROR_CODE_MAP = {
    "THROTTLED": "quota",
    "MAX_COST_EXCEEDED": "bad_request",
    "ACCESS_DENIED": "authentication",
    "SHOP_INACTIVE": "authentication",
    "INTERNAL_SERVER_ERROR": "unavailable",
}
ERROR_TEXT_MAP = (
    ("not found", "not_found"),
    ("invalid api key", "authentication"),
    ("access token", "authentication"),
    ("access denied", "authentication"),
    ("exceeded", "quota"),
    ("throttled", "quota"),
    ("unavailable", "unavailable"),
)
