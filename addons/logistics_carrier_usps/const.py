"""USPS: addresses and code tables, from its public documentation."""

BASES = {
    "production": "https://apis.usps.com",
    "test": "https://apis-tem.usps.com",
}
TOKEN_PATH = "/oauth2/v3/token"
TRACKING_PATH = "tracking/v3/tracking/"
# A number of the right length that is nobody's.
PROBE_NUMBER = "9400100000000000000000"

SIGNATURE_HEADER = "X-HMAC"

SENSITIVE_KEYS = frozenset({"firm", "name", "payload"})

# What the error documents call it: a word of OAuth, or the HTTP status as a text.
ERROR_KIND_MAP = {
    "invalid_client": "authentication",
    "invalid_grant": "authentication",
    "invalid_request": "bad_request",
    "invalid_scope": "authentication",
    "unauthorized_client": "authentication",
    "401": "authentication",
    "403": "authentication",
    "404": "not_found",
    "429": "quota",
    "500": "unavailable",
    "502": "unavailable",
    "503": "unavailable",
    "504": "unavailable",
}

# Event code → what happened, and why where it says so.
EVENT_MAP = {
    "GX": ("shipment_created", ""),
    "MA": ("shipment_created", ""),
    "03": ("picked_up", ""),
    "80": ("picked_up", ""),
    "AD": ("picked_up", ""),
    "OA": ("picked_up", ""),
    "PA": ("picked_up", ""),
    "TM": ("picked_up", ""),
    "UA": ("picked_up", ""),
    "82": ("departed_facility", ""),
    "EF": ("departed_facility", ""),
    "SF": ("departed_facility", ""),
    "T1": ("departed_facility", ""),
    "07": ("arrived_facility", ""),
    "10": ("arrived_facility", ""),
    "81": ("arrived_facility", ""),
    "A1": ("arrived_facility", ""),
    "42": ("in_transit", ""),
    "TL": ("in_transit", ""),
    "PC": ("handled", ""),
    "OF": ("out_for_delivery", ""),
    "14": ("available_for_pickup", ""),
    "16": ("available_for_pickup", ""),
    "02": ("delivery_attempt_failed", "attempt_failed"),
    "30": ("delivery_attempt_failed", "attempt_failed"),
    "51": ("delivery_attempt_failed", "business_closed"),
    "52": ("delivery_attempt_failed", "attempt_failed"),
    "53": ("delivery_attempt_failed", "attempt_failed"),
    "54": ("delivery_attempt_failed", "attempt_failed"),
    "55": ("delivery_attempt_failed", "attempt_failed"),
    "56": ("delivery_attempt_failed", "recipient_unavailable"),
    "04": ("refused", "refused"),
    "05": ("delivery_failed", "address"),
    "11": ("delivery_failed", "other"),
    "01": ("delivered", ""),
    "09": ("returning_to_sender", "return"),
    "21": ("returning_to_sender", "address"),
    "22": ("returning_to_sender", "address"),
    "23": ("returning_to_sender", "address"),
    "24": ("returning_to_sender", "address"),
    "25": ("returning_to_sender", "address"),
    "26": ("returning_to_sender", "address"),
    "27": ("returning_to_sender", "recipient_unavailable"),
    "28": ("returning_to_sender", "consignee"),
    "29": ("returning_to_sender", "return"),
    "31": ("returning_to_sender", "recipient_unavailable"),
    "06": ("instruction_changed", "address"),
    "08": ("delayed", "missort"),
    "15": ("delayed", "missort"),
    "71": ("delayed", "schedule_change"),
}

# After these no day is expected any more.
ENDS = frozenset({"delivered", "returned_to_sender"})

# Words in the text of a delivery, the most telling first.
TO_SENDER = "to original sender"
MODE_WORDS = (
    ("neighbor", "neighbour"),
    ("agent", "agent"),
    ("locker", "locker"),
    ("mailbox", "mailbox"),
    ("po box", "mailbox"),
    ("picked up", "pickup_point"),
    ("front desk", "reception"),
    ("reception", "reception"),
    ("mail room", "reception"),
    ("front door", "safe_place"),
    ("porch", "safe_place"),
    ("garage", "safe_place"),
    ("individual", "person"),
)

# Expected days, the one that counts first. The time behind them is local or in GMT,
# which nobody says.
EXPECTED_DATES = (
    "expectedDeliveryTimeStamp",
    "expectedDeliveryDate",
    "predictedDeliveryTimeStamp",
    "predictedDeliveryDate",
    "guaranteedDeliveryTimeStamp",
)
