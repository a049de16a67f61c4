"""DHL Unified tracking: how it is called and what its general words mean."""

from odoo.addons.logistics_carrier_base import problem
from odoo.addons.logistics_carrier_base.api import HeaderKey, PartnerApi

TRACK_PATH = "track/shipments"
# New applications are allowed one call in five seconds until DHL raises it.
CALLS_PER_MINUTE = 12
# DHL's own example number; any answer to it shows that the key was accepted.
PROBE_NUMBER = "7777777770"

# Header of pushed messages, as it is named in the subscription.
PUSH_HEADER = "X-DHL-Push-Token"

# `statusCode`; `unknown` is missing on purpose.
STATUS_CODE_MAP = {
    "pre-transit": "shipment_created",
    "transit": "in_transit",
    "delivered": "delivered",
    "failure": "exception",
}

# `scope` of pushes that are about the subscription and not about a parcel.
SUBSCRIPTION_SCOPE = "subscription."

API = PartnerApi(
    name="DHL",
    # For both environments: DHL knows test parcels by their numbers.
    bases={"production": "https://api-eu.dhl.com"},
    auth=HeaderKey("DHL-API-Key"),
    headers={"Accept": "application/json"},
    answer_of=problem.answer_of,
    sensitive=frozenset(
        {
            "name",
            "givenName",
            "familyName",
            "organizationName",
            "streetAddress",
            "addressLine",
            "signatureUrl",
            "documentUrl",
        }
    ),
)
