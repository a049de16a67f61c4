"""FedEx: code tables, from its public documentation."""

# Numbers per call.
BATCH_SIZE = 30

SIGNATURE_HEADER = "fdx-signature"

# eventType of a scan. Vehicles on their way to a stop (DS, DR, EP) and a changed
# location (CH) are missing on purpose: they say nothing about the parcel.
EVENT_MAP = {
    "OC": "shipment_created",
    "OX": "shipment_created",
    "CA": "shipment_cancelled",
    "RR": "instruction_changed",
    "RM": "instruction_changed",
    "RC": "instruction_changed",
    "AO": "eta_updated",
    "AE": "eta_updated",
    "PU": "picked_up",
    "PX": "picked_up",
    "DP": "departed_facility",
    "LO": "departed_facility",
    "AR": "arrived_facility",
    "AF": "arrived_facility",
    "FD": "arrived_facility",
    "OF": "arrived_facility",
    "AA": "arrived_facility",
    "AC": "arrived_facility",
    "AX": "arrived_facility",
    "PL": "arrived_facility",
    "SF": "arrived_facility",
    "IT": "in_transit",
    "IX": "in_transit",
    "OW": "in_transit",
    "EO": "in_transit",
    "PF": "in_transit",
    "PM": "in_transit",
    "TR": "handled",
    "AD": "stop_visit",
    "AP": "stop_visit",
    "OD": "out_for_delivery",
    "ED": "out_for_delivery",
    "HL": "available_for_pickup",
    "HP": "available_for_pickup",
    "DE": "delivery_attempt_failed",
    "SE": "exception",
    "DY": "delayed",
    "DD": "delayed",
    "PD": "delayed",
    "DL": "delivered",
    "SP": "delivery_discrepancy",
    "RP": "return_created",
    "LP": "return_created",
    "RG": "return_created",
    "RD": "return_created",
    "RS": "returning_to_sender",
    "RT": "returned_to_sender",
    "CP": "customs_in_progress",
    # Also "en route to the airport" in another list of the same table.
    "EA": "customs_in_progress",
    "CD": "customs_hold",
    "CC": "customs_released",
}

# eventType and exceptionCode, where the exception says what the event is.
EXCEPTION_EVENT_MAP = {
    ("DE", "07"): "refused",
    ("SE", "10"): "damaged",
    ("SE", "37"): "damaged",
}

# exceptionCode of an event that is about a problem.
EXCEPTION_REASON_MAP = {
    "03": "address",
    "07": "refused",
    "08": "recipient_unavailable",
    "10": "damage",
    "12": "missort",
    "15": "business_closed",
    "17": "schedule_change",
    "37": "damage",
    "85": "mechanical",
}
REASON_EVENTS = frozenset(
    {
        "customs_hold",
        "damaged",
        "delayed",
        "delivery_attempt_failed",
        "exception",
        "refused",
        "returning_to_sender",
    }
)

# delayDetail.type; LOCAL and GENERAL say nothing.
DELAY_REASON_MAP = {
    "WEATHER": "weather",
    "OPERATIONAL": "carrier_delay",
    "CLEARANCE": "customs",
}

# deliveryDetails.locationType; RESIDENCE does not say whether anybody was at home.
DELIVERY_MODE_MAP = {
    "RECEPTIONIST_OR_FRONT_DESK": "reception",
    "MAILROOM": "reception",
    "MAIN_OFFICE": "reception",
    "MANAGER_OFFICE": "reception",
    "GATE_HOUSE": "reception",
    "GUARD_OR_SECURITY_STATION": "reception",
    "APARTMENT_OFFICE": "reception",
    "LEASING_OFFICE": "reception",
    "RENTAL_OFFICE": "reception",
    "SHIPPING_RECEIVING": "warehouse",
    "FEDEX_LOCATION": "pickup_point",
    "PHARMACY": "pickup_point",
}

# States of a label that was sent to somebody who returns goods: the number is that of
# the way back. So is the number of a parcel with a return authorisation.
RETURN_LABEL_CODES = frozenset({"RP", "LP", "RG", "RD"})
RETURN_IDENTIFIER = "RETURN_MATERIALS_AUTHORIZATION"
# Some words mean the other end of the journey on a parcel that comes back.
RETURN_LEG_MAP = {
    "shipment_created": "return_created",
    "delivered": "return_received",
}

SIGNATURE_PROOF = "SIGNATURE_PROOF_OF_DELIVERY"

# What FedEx writes in the place of a name.
NO_SIGNER = frozenset({"signature release on file", "signature not req"})

# What an answer of the test environment says besides.
VIRTUAL_ANSWER = "VIRTUAL.RESPONSE"

# Parts of an error code, the most telling first.
ERROR_KIND_MAP = (
    ("NOTFOUND", "not_found"),
    ("NOT.FOUND", "not_found"),
    ("AUTHORIZED", "authentication"),
    ("FORBIDDEN", "authentication"),
    ("RATE.LIMIT", "quota"),
    ("TOO.MANY", "quota"),
    ("UNAVAILABLE", "unavailable"),
    ("INTERNAL.SERVER", "unavailable"),
    ("SYSTEM.UNEXPECTED", "unavailable"),
)
