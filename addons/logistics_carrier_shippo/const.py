"""Shippo: addresses and code tables, from its public documentation."""

from odoo.addons.logistics_carrier_base.credentials import API_KEY, Credential

API_BASE = "https://api.goshippo.com"
API_VERSION = "2018-02-08"

CREDENTIALS = (
    Credential(
        API_KEY,
        "API Token",
        "In the Shippo portal, under API; it begins with shippo_.",
    ),
)

SIGNATURE_HEADER = "Shippo-Auth-Signature"

# What an API token begins with tells where it works.
KEY_PREFIXES = {"shippo_test_": "test", "shippo_live_": "production"}

# The carrier of Shippo's made-up parcels, whose numbers (`SHIPPO_TRANSIT`…) say what
# becomes of them.
TEST_CARRIER = "shippo"

SENSITIVE_KEYS = frozenset({"metadata", "object_owner", "label_url", "qr_code_url"})

STATUS_MAP = {
    "PRE_TRANSIT": "shipment_created",
    "TRANSIT": "in_transit",
    "DELIVERED": "delivered",
    "RETURNED": "returned_to_sender",
    # What failed is said by the substatus, or by nobody.
    "FAILURE": "exception",
}

# Statuses that say too little; their substatus may say more. The others are Shippo's
# word and nothing overrules them, least of all into or out of a delivery.
REFINED_STATUSES = frozenset({"PRE_TRANSIT", "TRANSIT", "FAILURE"})

# `package_processed`, `package_processing` and `other` add nothing to their status.
SUBSTATUS_MAP = {
    "information_received": "shipment_created",
    "package_accepted": "picked_up",
    "package_arrived": "arrived_facility",
    "package_departed": "departed_facility",
    "package_forwarded": "instruction_changed",
    "package_held": "on_hold",
    "package_damaged": "damaged",
    "out_for_delivery": "out_for_delivery",
    "pickup_available": "available_for_pickup",
    "delivery_scheduled": "eta_updated",
    "delivery_rescheduled": "eta_updated",
    # Nothing goes on before somebody names a new day.
    "reschedule_delivery": "on_hold",
    "delivery_attempted": "delivery_attempt_failed",
    "notice_left": "delivery_attempt_failed",
    "delayed": "delayed",
    "address_issue": "exception",
    "contact_carrier": "exception",
    "location_inaccessible": "exception",
    "return_to_sender": "returning_to_sender",
    "package_unclaimed": "delivery_failed",
    "package_undeliverable": "delivery_failed",
    "package_disposed": "delivery_failed",
    "package_lost": "lost",
}

REASON_MAP = {
    "address_issue": "address",
    "package_damaged": "damage",
    "package_lost": "loss",
    "return_to_sender": "return",
    "delivery_rescheduled": "schedule_change",
    "delivery_scheduled": "appointment",
    "reschedule_delivery": "appointment",
}

# Where a delivered parcel was left is only said in words.
DELIVERY_PLACES = (
    ("mailbox", "mailbox"),
    ("parcel locker", "locker"),
    ("front desk", "reception"),
    ("neighbor", "neighbour"),
    ("porch", "safe_place"),
)

# Of a transaction, which is the purchase of a label. One that waits, is queued or went
# wrong bought nothing.
BOUGHT = frozenset({"SUCCESS", "REFUNDPENDING", "REFUNDED", "REFUNDREJECTED"})
REFUND_ASKED = frozenset({"REFUNDPENDING", "REFUNDED", "REFUNDREJECTED"})
NOT_BOUGHT = frozenset({"WAITING", "QUEUED", "ERROR"})
RATE_CODE = "rate"

# Parts of an error text in small letters, the most telling first: there are no codes.
ERROR_KIND_MAP = (
    ("not found", "not_found"),
    ("token", "authentication"),
    ("authentication", "authentication"),
    ("permission", "authentication"),
    ("throttled", "quota"),
    ("rate limit", "quota"),
    ("unavailable", "unavailable"),
    ("server error", "unavailable"),
    ("maintenance", "unavailable"),
)

# Names of charges as Shippo writes them, in capitals → what they are.
CHARGE_TYPES = {"RATE": "base"}
