"""Payloads of UPS, kept and made."""

import json
from pathlib import Path

PAYLOADS = Path(__file__).parent / "payloads"


def read(name):
    return (PAYLOADS / f"{name}.json").read_bytes()


def reply(*activities, **package):
    """Return a reply about one package.

    :param activities: What each activity says, over one in transit.
    """
    scans = [
        {
            "location": {"address": {"city": "Albany", "countryCode": "US"}},
            "status": {"type": "I", "code": "AR", "statusCode": "005"},
            "date": "20260306",
            "time": "031500",
            "gmtDate": "20260306",
            "gmtTime": "08:15:00",
            "gmtOffset": "-05:00",
        }
        | activity
        for activity in activities
    ]
    package = {"trackingNumber": "1Z1", "activity": scans} | package
    shipment = {"inquiryNumber": "1Z1", "package": [package]}
    return json.dumps({"trackResponse": {"shipment": [shipment]}}).encode()


def said(kind="I", code="AR", status_code="005"):
    """Return an activity with these codes."""
    return {"status": {"type": kind, "code": code, "statusCode": status_code}}
