"""Acme Parcel: addresses and code tables."""

API_BASE = "https://api.acme.example"
API_TEST = "https://api.test.acme.example"

SIGNATURE_HEADER = "X-Acme-Signature"

# Names whose values are never logged, besides the usual ones.
SENSITIVE_KEYS = frozenset({"signer"})

# The carrier's code → what happened. A code that is not here becomes work for a person.
STATUS_MAP = {
    "ANNOUNCED": "shipment_created",
    "COLLECTED": "picked_up",
    "DEPARTED": "departed_facility",
    "ARRIVED": "arrived_facility",
    "MOVING": "in_transit",
    "ON_VEHICLE": "out_for_delivery",
    "AT_SHOP": "available_for_pickup",
    "NOT_HOME": "delivery_attempt_failed",
    "HANDED_OVER": "delivered",
    "GOING_BACK": "returning_to_sender",
    "BACK": "returned_to_sender",
}
REASON_MAP = {"NOT_HOME": "recipient_unavailable", "GOING_BACK": "return"}

# On a parcel that comes back, some words mean the other end of the journey.
RETURN_LEG_MAP = {
    "shipment_created": "return_created",
    "delivered": "return_received",
}

# The code of an error → what kind of refusal it is.
ERROR_KIND_MAP = {
    "NO_KEY": "authentication",
    "NO_PARCEL": "not_found",
    "TOO_MANY": "quota",
    "CLOSED": "unavailable",
}
