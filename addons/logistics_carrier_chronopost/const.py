"""Chronopost web services: names and code tables, from what is published of them."""

NAMESPACE = "http://cxf.tracking.soap.chronopost.fr/"

# No limit is published; nobody is asked faster than this.
CALLS_PER_MINUTE = 120
# Of the right form, and nobody's.
PROBE_NUMBER = "XX000000000FR"

# Labels and the names of further statements depend on it.
LANGUAGE = "en_GB"

# The list of codes is not published. These stand in published answers with their
# labels; every other one is held as unknown.
CODE_MAP = {
    # In the sample of a whole journey.
    "DC": "shipment_created",
    "DB": "picked_up",
    "DY": "picked_up",
    "SC": "arrived_facility",
    "TS": "in_transit",
    "SD": "arrived_facility",
    "TA": "out_for_delivery",
    "D": "delivered",
    # Named by the carrier's own shop module as deliveries.
    "D1": "delivered",
    "D2": "delivered",
    # Seen with their labels by users of the service.
    "EA": "shipment_created",
    "EC": "arrived_facility",
    "O": "in_transit",
    "TP": "in_transit",
    "T": "arrived_facility",
    "TT": "in_transit",
    "EI": "in_transit",
    "SJ": "customs_released",
    "RB": "in_transit",
    "AB": "available_for_pickup",
    "P": "delivery_attempt_failed",
    "SK": "on_hold",
    "A2": "delayed",
    "IA": "delayed",
    "CL": "instruction_changed",
    "R": "returning_to_sender",
}
REASON_MAP = {
    "P": "recipient_unavailable",
    "SJ": "customs",
    "CL": "instructions",
    "R": "return",
}
DELIVERY_MODE_MAP = {"AB": "pickup_point"}

# The further statement that names who took the parcel.
SIGNER_NAME = "consignee's name"

# errorCode of an answer; 0 is none. Only one meaning is published.
ERROR_MAP = {"1": "unavailable"}
# Whose fault it is, where the service answers with a fault.
FAULT_CODE_MAP = {"Server": "unavailable", "Receiver": "unavailable"}
