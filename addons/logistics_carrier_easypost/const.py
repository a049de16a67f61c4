"""EasyPost: addresses and code tables, from its public documentation."""

API_BASE = "https://api.easypost.com/v2"
# Labels lie in the file store, whose address is written in two ways.
FILE_HOSTS = (
    "easypost-files.s3.us-west-2.amazonaws.com",
    "easypost-files.s3-us-west-2.amazonaws.com",
)
HOSTS = ("api.easypost.com", *FILE_HOSTS)
LABEL_TYPES = {"pdf": "application/pdf", "zpl": "application/zpl"}
# States of a refund in which a label is void, or about to be.
REFUNDED = frozenset({"submitted", "refunded"})
# Numbers per batch call; the page size of every list is limited to 100.
BATCH_SIZE = 100

SIGNATURE_HEADER = "X-Hmac-Signature"
SIGNATURE_PREFIX = "hmac-sha256-hex="

# What an API key begins with tells where it works.
KEY_PREFIXES = {"EZTK": "test", "EZAK": "production"}

SENSITIVE_KEYS = frozenset(
    {
        "signed_by",
        "contact_email",
        "email",
        "name",
        "phone",
        "street1",
        "street2",
        "recipient_name",
    }
)

# Status of a tracking detail. `error` is missing on purpose: there EasyPost failed to
# ask the carrier, and the parcel is where it was.
STATUS_MAP = {
    "pre_transit": "shipment_created",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "delivered": "delivered",
    "available_for_pickup": "available_for_pickup",
    "return_to_sender": "returning_to_sender",
    "failure": "exception",
    "cancelled": "shipment_cancelled",
}

# Statuses that say too little; what stands beside them may say more. The others are
# EasyPost's word and nothing overrules them, least of all into or out of a delivery.
REFINED_STATUSES = frozenset(
    {"pre_transit", "in_transit", "failure", "return_to_sender", "unknown"}
)

# The carrier's own code, by carrier: it wins over a status that says too little.
CARRIER_CODE_MAP = {
    "fedex": {
        "OC": "shipment_created",
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
        "AO": "eta_updated",
        "AE": "eta_updated",
        "DE": "delivery_attempt_failed",
        "SE": "exception",
        "DY": "delayed",
        "DD": "delayed",
        "PD": "delayed",
        "RR": "instruction_changed",
        "RM": "instruction_changed",
        "RC": "instruction_changed",
        "RS": "returning_to_sender",
        "RT": "returned_to_sender",
        "CP": "customs_in_progress",
        "EA": "customs_in_progress",
        "CD": "customs_hold",
        "CC": "customs_released",
        "SP": "delivery_discrepancy",
    },
    "usps": {
        "MA": "shipment_created",
        "GX": "shipment_created",
        "OA": "picked_up",
        "EF": "departed_facility",
        "07": "arrived_facility",
        "10": "arrived_facility",
        "A1": "arrived_facility",
        "TL": "in_transit",
        "02": "delivery_attempt_failed",
        "53": "delivery_attempt_failed",
        "PC": "handled",
    },
}

# Detail of the status: read when the carrier's code says nothing.
DETAIL_MAP = {
    "label_created": "shipment_created",
    "departed_origin_facility": "departed_facility",
    "departed_facility": "departed_facility",
    "received_at_origin_facility": "arrived_facility",
    "received_at_destination_facility": "arrived_facility",
    "arrived_at_facility": "arrived_facility",
    "arrived_at_destination": "arrived_facility",
    "arrived_at_pickup_location": "arrived_facility",
    "transferred_to_destination_carrier": "in_transit",
    "address_correction": "instruction_changed",
    "delayed": "delayed",
    "weather_delay": "delayed",
    "missorted": "delayed",
    "held": "on_hold",
    "awaiting_information": "on_hold",
    "delivery_exception": "delivery_attempt_failed",
    "transit_exception": "exception",
    "refused": "refused",
    "damaged": "damaged",
    "lost": "lost",
    "return": "returning_to_sender",
    "cancelled": "shipment_cancelled",
}

# A detail that every tracker has says nothing about a label or a problem.
_MOVEMENTS = ("departed_facility", "arrived_facility")
DETAIL_IGNORED = {
    "pre_transit": frozenset(_MOVEMENTS),
    "return_to_sender": frozenset(_MOVEMENTS),
    "failure": frozenset(_MOVEMENTS),
}

REASON_MAP = {
    "address_correction": "address",
    "weather_delay": "weather",
    "missorted": "missort",
    "refused": "refused",
    "damaged": "damage",
    "lost": "loss",
    "return": "return",
}

CLAIM_REASON_MAP = {"damage": "damage", "loss": "loss", "theft": "theft"}

# Some words mean the other end of the journey on a parcel that comes back.
RETURN_LEG_MAP = {
    "shipment_created": "return_created",
    "delivered": "return_received",
}

# Parts of an error code, the most telling first.
ERROR_KIND_MAP = (
    ("NOT_FOUND", "not_found"),
    ("APIKEY", "authentication"),
    ("UNAUTHORIZED", "authentication"),
    ("FORBIDDEN", "authentication"),
    ("RATE_LIMIT", "quota"),
    ("TOO_MANY", "quota"),
    ("PAYMENT", "quota"),
    ("INSUFFICIENT_FUNDS", "quota"),
    ("UNAVAILABLE", "unavailable"),
    ("INTERNAL", "unavailable"),
    ("TIMEOUT", "unavailable"),
)
# Names of fees as EasyPost writes them, in capitals → what they are.
CHARGE_TYPES = {
    "SELECTED_RATE": "base",
    "POSTAGEFEE": "base",
    "LABELFEE": "fee",
    "TRACKERFEE": "fee",
    "INSURANCEFEE": "insurance",
}
