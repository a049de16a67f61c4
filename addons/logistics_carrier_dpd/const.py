"""DPD web services: names and code tables, from the published types and answers."""

TRACKING_NAMESPACE = "http://dpd.com/common/service/types/ParcelLifeCycleService/2.0"

# No limit is published; nobody is asked faster than this.
CALLS_PER_MINUTE = 120
LOGIN_SECONDS = 12 * 3600

# Texts and dates come as English is written in the United States.
LANGUAGE = "en_EN"

# The answer does not say which parcel it is about: what was asked for is kept behind
# it, as an instruction to whoever reads it.
NUMBER_INSTRUCTION = "parcel-label-number"

# By the status, never by the label: that says "out for delivery" on a failure.
STATUS_MAP = {
    "SHIPMENT": "shipment_created",
    "PickedUp": "picked_up",
    "BetweenDepots": "in_transit",
    "Depot": "arrived_facility",
    "Courier": "out_for_delivery",
    "ParcelShop": "available_for_pickup",
    "Delivered": "delivered",
    "DeliveryFailure": "delivery_attempt_failed",
    # Back at the depot of the recipient, not on the way to the sender.
    "ReturningFromDelivery": "arrived_facility",
}
# A parcel that has moved is not picked up any more: a courier takes it from a shop.
PICKED_UP_AGAIN = "in_transit"
BEFORE_MOVING = frozenset({"shipment_created", "picked_up", "unmapped"})

DELIVERY_MODE_MAP = {"ParcelShop": "pickup_point"}

# Element in the detail of a fault → kind; any other is a request it does not take.
FAULT_MAP = {"authenticationFault": "authentication"}
CODE_MAP = {"DELICOM_ERR_AUTHENTICATION": "authentication"}
# Whose fault it is, where the detail says nothing.
FAULT_CODE_MAP = {"Server": "unavailable", "Receiver": "unavailable"}
