"""DHL Unified tracking: how it is called and what its general words mean."""

# The same host for trying out: DHL knows test parcels by their numbers.
API_BASE = "https://api-eu.dhl.com"
TRACK_PATH = "track/shipments"
KEY_HEADER = "DHL-API-Key"
# New applications are allowed one call in five seconds until DHL raises it.
CALLS_PER_MINUTE = 12
# DHL's own example number; any answer to it shows that the key was accepted.
PROBE_NUMBER = "7777777770"

# Header of pushed messages, as it is named in the subscription.
PUSH_HEADER = "X-DHL-Push-Token"

SENSITIVE_KEYS = frozenset(
    {
        "name",
        "givenName",
        "familyName",
        "organizationName",
        "streetAddress",
        "addressLine",
        "signatureUrl",
        "documentUrl",
        "secret",
        "token",
    }
)

# `statusCode`; `unknown` is missing on purpose.
STATUS_CODE_MAP = {
    "pre-transit": "shipment_created",
    "transit": "in_transit",
    "delivered": "delivered",
    "failure": "exception",
}

# `scope` of pushes that are about the subscription and not about a parcel.
SUBSCRIPTION_SCOPE = "subscription."

# HTTP status in an error document.
ERROR_KIND_MAP = {
    "401": "authentication",
    "403": "authentication",
    "404": "not_found",
    "429": "quota",
    "500": "unavailable",
    "502": "unavailable",
    "503": "unavailable",
    "504": "unavailable",
}
