"""The words for what a return is and where it stands."""

KINDS = [
    ("customer", "Customer Return"),
    ("to_sender", "Return to Sender"),
    ("damaged", "Damaged on Delivery"),
    ("lost", "Lost on the Way"),
]
ORIGINS = [
    ("portal", "Customer Portal"),
    ("staff", "Colleague"),
    ("partner", "Partner's System"),
    ("scan", "First Scan"),
    ("transfer", "Return Transfer"),
]
STATES = [
    ("requested", "Requested"),
    ("approved", "Approved"),
    ("label_sent", "Label Sent"),
    ("in_transit", "On the Way Back"),
    ("received", "Received"),
    ("inspected", "Inspected"),
    ("credited", "Credited"),
    ("refunded", "Refunded"),
    ("closed", "Closed"),
    ("refused", "Refused"),
]
