"""The tracking service of Chronopost, played on this machine."""

import base64

from odoo.addons.logistics_carrier_base import strict_xml
from odoo.addons.logistics_carrier_base.sandbox.soap_stand_in import (
    SoapStandIn,
    element,
    envelope,
)

from ..client import API
from ..const import NAMESPACE

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class ChronopostStandIn(SoapStandIn):
    """Answers oldest first; what goes wrong is a number in a good answer."""

    api = API
    credentials = {"account_number": "19900", "password": "canary-chrono-password"}
    routes = (("POST", "/tracking-cxf/TrackingServiceWS", "_post_call"),)
    operations = {"trackSkybillV2": "_track", "searchPOD": "_search_pod"}
    words = {
        "shipment_created": "DC",
        "picked_up": "DB",
        "arrived_facility": "SC",
        "in_transit": "TS",
        "customs_released": "SJ",
        "delayed": "A2",
        "on_hold": "SK",
        "instruction_changed": "CL",
        "out_for_delivery": "TA",
        "delivery_attempt_failed": "P",
        "available_for_pickup": "AB",
        "returning_to_sender": "R",
        "delivered": "D",
        "nonsense": "ZZ",
    }
    # What it answers to a login it does not know; any code is an error.
    refused_login = ("33", "The account is not known")

    def _track(self, payload, root):
        number = strict_xml.text(payload, "skybillNumber")
        # An unknown parcel is one without a history.
        return self.document(number, self.scans(number) if self.known([number]) else [])

    def document(self, number, scans):
        """Override to answer about one parcel."""
        rows = "".join(self._row(scan) for scan in scans)
        history = rows + element("skybillNumber", number)
        return _result(
            "trackSkybillV2",
            element("errorCode", 0) + element("listEventInfoComp", raw=history),
        )

    def _row(self, scan):
        signer = ""
        if scan.signer:
            pair = element("name", "Consignee's name") + element("value", scan.signer)
            signer = element("infoCompList", raw=pair)
        return element(
            "events",
            raw=element("code", self.words[scan.word])
            + element("eventDate", scan.at.isoformat())
            + element("eventLabel", f"Step {scan.word}")
            + element("officeLabel", scan.city)
            + element("zipCode", "69007")
            + signer,
        )

    def _search_pod(self, payload, root):
        said = {
            "account_number": strict_xml.text(payload, "accountNumber"),
            "password": strict_xml.text(payload, "password"),
        }
        if said != self.credentials:
            return _error("searchPOD", *self.refused_login)
        number = strict_xml.text(payload, "skybillNumber")
        known = self.scans(number) if self.known([number]) else []
        if not any(scan.word == "delivered" for scan in known):
            there = element("podPresente", "false")
        else:
            there = element("formatPOD", "PDF")
            there += element("pod", base64.encodebytes(PDF).decode())
            there += element("podPresente", "true")
        return _result("searchPOD", element("errorCode", 0) + there)


def _error(operation, code, text):
    return _result(
        operation, element("errorCode", code) + element("errorMessage", text)
    )


def _result(operation, inside):
    return envelope(
        f'<t:{operation}Response xmlns:t="{NAMESPACE}">'
        f"{element('return', raw=inside)}</t:{operation}Response>"
    )
