"""Karrio: code tables, from its public documentation and source."""

# The header is called an identifier, and carries the secret of the webhook.
SECRET_HEADER = "X-Event-Id"

# Normalised status of a tracker or of one event. `unknown` is missing on purpose: there
# Karrio could not ask the carrier or did not understand it.
STATUS_MAP = {
    "pending": "shipment_created",
    "picked_up": "picked_up",
    "in_transit": "in_transit",
    "on_hold": "on_hold",
    "delivery_delayed": "delayed",
    "out_for_delivery": "out_for_delivery",
    "ready_for_pickup": "available_for_pickup",
    "delivery_failed": "delivery_failed",
    "delivered": "delivered",
    "return_to_sender": "returning_to_sender",
    "cancelled": "shipment_cancelled",
}

# Statuses that say too little: the carrier's own code may say more. Karrio's tables of
# these codes hold guesses, so these are the carriers' own, and only what is certain.
REFINED_STATUSES = frozenset({"", "in_transit", "unknown"})
_USPS = {
    "OA": "picked_up",
    "EF": "departed_facility",
    "07": "arrived_facility",
    "10": "arrived_facility",
    "TL": "in_transit",
}
CARRIER_CODE_MAP = {
    "ups": {
        "PU": "picked_up",
        "DP": "departed_facility",
        "AR": "arrived_facility",
        "OR": "arrived_facility",
        "DS": "arrived_facility",
    },
    "fedex": {
        "PU": "picked_up",
        "PX": "picked_up",
        "DP": "departed_facility",
        "LO": "departed_facility",
        "AR": "arrived_facility",
        "AF": "arrived_facility",
        "FD": "arrived_facility",
        "OF": "arrived_facility",
        "IT": "in_transit",
        "IX": "in_transit",
        "OW": "in_transit",
    },
    "usps": _USPS,
    "usps_international": _USPS,
}

# Normalised reasons of an incident.
REASON_MAP = {
    "carrier_damaged_parcel": "damage",
    "carrier_sorting_error": "missort",
    "carrier_address_not_found": "address",
    "carrier_parcel_lost": "loss",
    "carrier_not_enough_time": "carrier_delay",
    "carrier_vehicle_issue": "mechanical",
    "carrier_capacity_exceeded": "capacity",
    "carrier_mechanical_delay": "mechanical",
    "retailer_cancelled": "shipper",
    "retailer_incorrect_data": "shipper",
    "retailer_not_ready": "shipper",
    "retailer_incorrect_parcel": "shipper",
    "retailer_incorrect_dimensions": "shipper",
    "retailer_packaging_issue": "shipper",
    "consignee_refused": "refused",
    "consignee_business_closed": "business_closed",
    "consignee_not_available": "recipient_unavailable",
    "consignee_not_home": "recipient_unavailable",
    "consignee_cancelled": "consignee",
    "consignee_verification_failed": "consignee",
    "consignee_incorrect_address": "address",
    "consignee_access_restricted": "consignee",
    "consignee_safe_place_unavailable": "consignee",
    "customs_delay": "customs",
    "customs_documentation": "documents",
    "customs_duties_unpaid": "payment",
    "customs_prohibited": "customs",
    "customs_inspection": "customs",
    "weather_delay": "weather",
    "natural_disaster": "weather",
    "force_majeure": "other",
    "parcel_being_researched": "other",
    "security_issue": "other",
    "regulatory_hold": "other",
}

# A reason that makes another thing of a status.
REASON_TYPES = {
    ("delivery_failed", "consignee_refused"): "refused",
    ("delivery_failed", "carrier_parcel_lost"): "lost",
    ("delivery_failed", "carrier_damaged_parcel"): "damaged",
    ("on_hold", "carrier_damaged_parcel"): "damaged",
    ("on_hold", "customs_delay"): "customs_hold",
    ("on_hold", "customs_documentation"): "customs_hold",
    ("on_hold", "customs_duties_unpaid"): "customs_hold",
    ("on_hold", "customs_prohibited"): "customs_hold",
    ("on_hold", "customs_inspection"): "customs_hold",
}

# Status of a shipment as an order.
SHIPMENT_STATUS_MAP = {
    "created": "shipment_created",
    "shipped": "shipment_created",
    "in_transit": "shipment_created",
    "out_for_delivery": "shipment_created",
    "needs_attention": "shipment_created",
    "delivery_failed": "shipment_created",
    "delivered": "shipment_created",
    "cancelled": "shipment_cancelled",
}

# Some words mean the other end of the journey on a parcel that comes back.
RETURN_LEG_MAP = {"shipment_created": "return_created"}

# Parts of an error code, the most telling first.
ERROR_KIND_MAP = (
    ("not_found", "not_found"),
    ("authenticat", "authentication"),
    ("permission_denied", "authentication"),
    ("throttled", "quota"),
    ("timeout", "unavailable"),
)

CHARGE_TYPES = {"SELECTED_RATE": "base"}
