"""GLS Track And Trace V1: addresses and code tables, from its public specification."""

# Parcel numbers per call.
BATCH_SIZE = 10
# Of the 500 calls a day that an app has unless agreed otherwise.
CALLS_PER_MINUTE = 30

# Status of a parcel.
STATUS_MAP = {
    "PLANNEDPICKUP": "shipment_booked",
    "INPICKUP": "shipment_created",
    "NOTPICKEDUP": "exception",
    "PREADVICE": "shipment_created",
    "INTRANSIT": "in_transit",
    "INWAREHOUSE": "arrived_facility",
    "INDELIVERY": "out_for_delivery",
    "DELIVEREDPS": "available_for_pickup",
    "DELIVERED": "delivered",
    "NOTDELIVERED": "delivery_attempt_failed",
    "CANCELED": "shipment_cancelled",
}
# The history is closed, whatever the parcel came to: only its events tell.
CLOSED = "FINAL"
# An event of the same moment says more than these.
GENERAL_STATUSES = frozenset({"PREADVICE", "INTRANSIT"})

# Code of an event. The specification shows four of them (INTIAL is its own spelling);
# the others stand in answers that users of the service published.
EVENT_MAP = {
    "INTIAL.PREADVICE": "shipment_created",
    "INTIAL.E48_DATA": "shipment_created",
    "INTIAL.NORMAL": "picked_up",
    "INBOUD.NORMAL": "arrived_facility",
    "OUTBOD.NORMAL": "departed_facility",
    "OUTDEL.NORMAL": "out_for_delivery",
    "DELIVD.PARCELSHOP": "available_for_pickup",
    "DELIVD.NORMAL": "delivered",
}

REASON_MAP = {"NOTPICKEDUP": "pickup_failed"}
DELIVERY_MODE_MAP = {
    "DELIVEREDPS": "pickup_point",
    "DELIVD.PARCELSHOP": "pickup_point",
}

# Begin of the code of a parcel that could not be answered.
PARCEL_ERROR_MAP = (
    ("E_400", "bad_request"),
    ("E_404", "not_found"),
    ("E_500", "unavailable"),
)
# Parts of the code of the gateway, in small letters, the most telling first.
FAULT_MAP = (
    ("quotaviolation", "quota"),
    ("ratelimit", "quota"),
    ("jwt", "authentication"),
    ("oauth", "authentication"),
    ("apikey", "authentication"),
    ("timeout", "unavailable"),
    ("unavailable", "unavailable"),
)
