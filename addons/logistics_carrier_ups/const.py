"""UPS: code tables, from its public API documentation."""

BASES = {
    "production": "https://onlinetools.ups.com",
    "test": "https://wwwcie.ups.com",
}
TOKEN_PATH = "/security/v1/oauth/token"
DETAILS_PATH = "api/track/v1/details/"
SUBSCRIPTION_PATH = "api/track/v2/subscription/standard/package"

# Track Alert: numbers per call, and days until it must be asked again.
SUBSCRIPTION_BATCH = 100
SUBSCRIPTION_DAYS = 14
SUBSCRIBED_NUMBER = r"1[ZR][0-9A-Z]{16}"
# No number of the call can be subscribed to; the call itself was fine.
NO_NUMBER_TAKEN = frozenset({"VSS210", "VSS215"})

TOKEN_HEADER = "x-api-key"
# Numbers that exist for testing begin so, in either environment.
TEST_PREFIX = "1ZCIETST"
# What a number is called that cannot be one.
INVALID_NUMBER = "TV1002"
NOT_FOUND = "TW0001"

SENSITIVE_KEYS = frozenset(
    {
        "addressLine1",
        "addressLine2",
        "addressLine3",
        "attentionName",
        "content",
        "deliveryPhoto",
        "image",
        "name",
        "photo",
        "receivedBy",
    }
)

# Errors that say which kind they are; all others refuse the request.
ERROR_KIND_MAP = {
    NOT_FOUND: "not_found",
    "250002": "authentication",
    "250003": "authentication",
    "251004": "authentication",
    "10400": "authentication",
    "10401": "authentication",
    "UJ0001": "authentication",
    "10429": "quota",
    "429": "quota",
    "VSS100": "unavailable",
}


def _by_code(codes_by_type):
    return {
        code: event_type
        for event_type, codes in codes_by_type.items()
        for code in codes.split()
    }


# Status code of an activity. The last ones say that nothing is known.
STATUS_MAP = _by_code(
    {
        "shipment_created": "003 044 045 079 080 157 166",
        "shipment_cancelled": "007",
        "picked_up": "038 160 167 168 169",
        "in_transit": "005 010 025 039 047 057 071 073 074 087 137 138 158 159 164 165",
        "out_for_delivery": "006 021 037 072 078 089 091 146 162",
        "available_for_pickup": "017 040",
        "delivery_attempt_failed": "022 023 024 060 061 062 066 145",
        "refused": "064",
        "delivery_failed": "069 147 149",
        "delivered": "011 026 143 144 161",
        "pod_available": "155",
        "returning_to_sender": "035 036",
        "returned_to_sender": "034 067",
        "return_created": "133",
        "instruction_changed": "018 027 028 033 054 063 082 095 096 097 098 099 100 101"
        " 102 103 104 105 106 107 108 109 114 115 116 117 118 119 120 121",
        "eta_updated": "055 075 077 136 153 154",
        "delayed": "032 046 048 049 051 052 053 086 090 132",
        "on_hold": "019 020 083 085",
        "exception": "013 029 030 043 050 065 076 131 135 139",
        "damaged": "059 081",
        "lost": "068",
        "customs_in_progress": "012 092",
        "customs_hold": "058 123 124 125 126 141",
        "customs_released": "014 084 134",
        "claim_updated": "127 128 129 130 140 142",
        "handled": "016 041 042 056 070 093 094 110 111 112 113 122",
        "unmapped": "000 088 148 156 163",
    }
)

# What a name of a person beside it can have signed.
SIGNED = frozenset({"delivered", "pod_available"})
# Where a reason belongs: something did not go as planned.
REASONED = frozenset(
    {
        "customs_hold",
        "damaged",
        "delayed",
        "delivery_attempt_failed",
        "delivery_discrepancy",
        "delivery_failed",
        "exception",
        "lost",
        "on_hold",
        "refused",
        "returned_to_sender",
        "returning_to_sender",
    }
)

# What a status code says of the reason; most say none.
STATUS_REASON_MAP = {
    "032": "weather",
    "043": "pickup_failed",
    "050": "address",
    "051": "weather",
    "052": "weather",
    "053": "weather",
    "058": "documents",
    "059": "damage",
    "062": "payment",
    "064": "refused",
    "065": "pickup_failed",
    "068": "loss",
    "081": "damage",
    "085": "payment",
    "124": "documents",
    "125": "documents",
    "131": "pickup_failed",
    "135": "pickup_failed",
    "141": "documents",
}

# Beside a status that says "delivered" these codes say it more exactly, and never in
# favour of a delivery: back at the sender, or waiting for the customer.
DELIVERY_REFINED = {
    "B0": "returned_to_sender",
    "1N": "available_for_pickup",
    "EP": "available_for_pickup",
    "ZP": "available_for_pickup",
    "ZQ": "available_for_pickup",
}

# Type of an activity, where neither code is listed.
TYPE_MAP = {
    "D": "delivered",
    "I": "in_transit",
    "M": "shipment_created",
    "MV": "shipment_cancelled",
    "P": "picked_up",
    "X": "exception",
}
# A type that ends a journey counts only where no status code says something unknown.
FINAL_TYPES = frozenset({"D", "MV"})

# Where `deliveryInformation` says it was left, in lower case.
LOCATION_MODE_MAP = {
    "receiver": "person",
    "met customer": "person",
    "met customer woman": "person",
    "met customer man": "person",
    "front desk": "reception",
    "reception": "reception",
    "mail room": "reception",
    "receiving office": "reception",
    "guard": "reception",
    "neighbor": "neighbour",
    "neighbour": "neighbour",
    "front door": "safe_place",
    "rear door": "safe_place",
    "side door": "safe_place",
    "porch": "safe_place",
    "deck": "safe_place",
    "patio": "safe_place",
    "garage": "safe_place",
    "carport": "safe_place",
    "dock": "safe_place",
    "mailbox": "mailbox",
    "mail box": "mailbox",
    "locker": "locker",
    "ups access point": "pickup_point",
    "warehouse": "warehouse",
}
# Delivered to an agent, a post office or an access point.
STATUS_MODE_MAP = {
    "026": "agent",
    "143": "agent",
    "144": "pickup_point",
    "161": "pickup_point",
}

# Kinds of dates that are expected; DEL is the day it was delivered.
EXPECTED_DATES = ("RDD", "SDD")
