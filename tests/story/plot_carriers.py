"""The partners beside the story: one of each kind, connected with its stand-in."""

# Code of the adapter → name of the carrier. EasyPost has a part of its own.
BESIDE = {
    "aftership": "AfterShip",
    "chronopost": "Chronopost",
    "dhl": "DHL",
    "dhl_express": "DHL Express",
    "dpd": "DPD",
    "fedex": "FedEx",
    "gls": "GLS",
    "karrio": "Karrio",
    "sendcloud": "Sendcloud",
    "shippo": "Shippo",
    "shopify": "Shopify",
    "ups": "UPS",
    "usps": "USPS",
}
KEY = "connected"
SCENES = {KEY: "One partner of each kind is connected, and its key is right"}
