"""Sendcloud: code tables, from its public documentation."""

SIGNATURE_HEADER = "Sendcloud-Signature"

# Statuses of a parcel by their number. `No label` and `Unknown status` are missing on
# purpose: they say nothing about the parcel.
STATUS_MAP = {
    "1": "shipment_created",
    "3": "in_transit",
    "4": "delayed",
    "5": "arrived_facility",
    "6": "delayed",
    "7": "arrived_facility",
    "8": "delivery_attempt_failed",
    "11": "delivered",
    "12": "available_for_pickup",
    "13": "exception",
    "15": "exception",
    "22": "picked_up",
    "80": "delivery_failed",
    "91": "in_transit",
    "92": "out_for_delivery",
    "93": "delivered",
    "94": "handled",
    "1000": "shipment_created",
    "1001": "shipment_created",
    "1002": "exception",
    "1998": "shipment_cancelled",
    "1999": "handled",
    "2000": "shipment_cancelled",
    "2001": "handled",
    "62989": "customs_in_progress",
    "62990": "arrived_facility",
    "62991": "refused",
    "62992": "returned_to_sender",
    "62993": "instruction_changed",
    "62994": "eta_updated",
    "62995": "instruction_changed",
    "62996": "exception",
    "62997": "exception",
}

# What Sendcloud calls them, in its own words.
LABELS = {
    "1": "Announced",
    "3": "En route to sorting center",
    "4": "Delivery delayed",
    "5": "Sorted",
    "6": "Not sorted",
    "7": "Being sorted",
    "8": "Delivery attempt failed",
    "11": "Delivered",
    "12": "Awaiting customer pickup",
    "13": "Announced: not collected",
    "15": "Error collecting",
    "22": "Shipment picked up by driver",
    "80": "Unable to deliver",
    "91": "Parcel en route",
    "92": "Driver en route",
    "93": "Shipment collected by customer",
    "94": "Parcel cancellation failed",
    "999": "No label",
    "1000": "Ready to send",
    "1001": "Being announced",
    "1002": "Announcement failed",
    "1337": "Unknown status",
    "1998": "Cancelled upstream",
    "1999": "Cancellation requested",
    "2000": "Cancelled",
    "2001": "Submitting cancellation request",
    "62989": "At customs",
    "62990": "At sorting centre",
    "62991": "Refused by recipient",
    "62992": "Returned to sender",
    "62993": "Delivery method changed",
    "62994": "Delivery date changed",
    "62995": "Delivery address changed",
    "62996": "Exception",
    "62997": "Address invalid",
}

# The tracking history has words for them. Two more words of its list, `delivery-forced`
# and `unsorted2`, belong to no published status and stay unknown.
STATUS_WORDS = {
    "announced": "1",
    "to-sorting": "3",
    "delayed": "4",
    "sorted": "5",
    "unsorted": "6",
    "sorting": "7",
    "delivery-failed": "8",
    "delivered": "11",
    "awaiting-customer-pickup": "12",
    "announced-uncollected": "13",
    "collect-error": "15",
    "picked-up-by-driver": "22",
    "undeliverable": "80",
    "shipment-on-route": "91",
    "driver-on-route": "92",
    "collected-by-customer": "93",
    "no-label": "999",
    "ready-to-send": "1000",
    "announcing": "1001",
    "announcement-failed": "1002",
    "unknown": "1337",
    "cancelled-upstream": "1998",
    "cancelling": "1999",
    "cancelled": "2000",
    "cancelling-upstream": "2001",
    "at-customs": "62989",
    "at-sorting-centre": "62990",
    "refused-by-recipient": "62991",
    "returned-to-sender": "62992",
    "delivery-method-changed": "62993",
    "delivery-date-changed": "62994",
    "delivery-address-changed": "62995",
    "exception": "62996",
    "address-invalid": "62997",
}

REASON_MAP = {
    "6": "missort",
    "13": "pickup_failed",
    "15": "pickup_failed",
    "62991": "refused",
    "62997": "address",
}

DELIVERY_MODE_MAP = {"93": "pickup_point"}

# Some words mean the other end of the journey on a parcel that comes back.
RETURN_LEG_MAP = {
    "shipment_created": "return_created",
    "delivered": "return_received",
}

# Codes, HTTP statuses and the one known text of error answers.
ERROR_KINDS = {
    "401": "authentication",
    "403": "authentication",
    "404": "not_found",
    "429": "quota",
    "authentication_failed": "authentication",
    "forbidden": "authentication",
    "not_found": "not_found",
    "Parcel does not exist": "not_found",
}

CHARGE_TYPES = {"PRICE": "base"}
