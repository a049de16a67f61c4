"""The DPD web services, played on this machine."""

from odoo.addons.logistics_carrier_base import strict_xml
from odoo.addons.logistics_carrier_base.sandbox.soap_stand_in import (
    SoapStandIn,
    element,
    envelope,
)
from odoo.addons.logistics_carrier_base.sandbox.stand_in import Refused

from ..client import API
from ..const import TRACKING_NAMESPACE

_LOGIN_NAMESPACE = "http://dpd.com/common/service/types/LoginService/2.1"
_AUTHENTICATION = "http://dpd.com/common/service/types/Authentication/2.0"


class DpdStandIn(SoapStandIn):
    """Answers as DPD does: oldest first, times without a zone, no parcel number."""

    api = API
    credentials = {"delis_id": "dpd-user", "password": "canary-dpd-password"}
    routes = (
        ("POST", "/soap/services/LoginService/V2_1", "_post_call"),
        ("POST", "/soap/services/ParcelLifeCycleService/V2_0", "_post_call"),
    )
    operations = {"getAuth": "_get_auth", "getTrackingData": "_get_tracking_data"}
    words = {
        "shipment_created": "SHIPMENT",
        "picked_up": "PickedUp",
        "in_transit": "BetweenDepots",
        "arrived_facility": "Depot",
        "out_for_delivery": "Courier",
        "delivery_attempt_failed": "DeliveryFailure",
        "available_for_pickup": "ParcelShop",
        "delivered": "Delivered",
        "nonsense": "Teleported",
    }

    def _get_auth(self, payload, root):
        said = {
            "delis_id": strict_xml.text(payload, "delisId"),
            "password": strict_xml.text(payload, "password"),
        }
        if said != self.credentials:
            raise Refused(401, "Authentication failure")
        inside = element("delisId", said["delis_id"])
        inside += element("authToken", self.give_token()) + element("depot", "0599")
        inside += element("authTokenExpires", "2026-11-23T12:00:00.06")
        return envelope(
            f'<getAuthResponse xmlns="{_LOGIN_NAMESPACE}">'
            f"{element('return', raw=inside)}</getAuthResponse>"
        )

    def _get_tracking_data(self, payload, root):
        said = strict_xml.find(root, "Header", "authentication")
        if strict_xml.text(said, "delisId") != self.credentials["delis_id"]:
            raise Refused(401, "Authentication failure")
        if not self.takes_token(strict_xml.text(said, "authToken")):
            raise Refused(401, "The token is not good any more")
        number = strict_xml.text(payload, "parcelLabelNumber")
        # What it says about an unknown parcel is not published: here it knows nothing.
        scans = self.scans(number) if self.known([number]) else []
        return self.document(number, scans)

    def document(self, number, scans):
        """Override to answer about one parcel."""
        rows = "".join(self._row(scan) for scan in scans)
        return envelope(
            f'<getTrackingDataResponse xmlns="{TRACKING_NAMESPACE}">'
            f"{element('trackingresult', raw=rows)}</getTrackingDataResponse>"
        )

    def detail(self, status, text):
        """Override to say what is wrong with the login."""
        if status != 401:
            return ""
        inside = element("errorCode", "DELICOM_ERR_AUTHENTICATION")
        inside += element("errorMessage", text)
        return (
            f'<a:authenticationFault xmlns:a="{_AUTHENTICATION}">'
            f"{inside}</a:authenticationFault>"
        )

    def _row(self, scan):
        place = f"{scan.city} ({scan.country})" if scan.country else scan.city
        return element(
            "statusInfo",
            raw=element("status", self.words[scan.word])
            + element("label", raw=_content("Step"))
            + element("statusHasBeenReached", "true")
            + element("location", raw=_content(place))
            + element("date", raw=_content(_time(scan.at))),
        )


def _content(text):
    return element("content", text) + element("bold", "true")


def _time(at):
    clock = f"{at:%I:%M:%S %p}".lstrip("0")
    return f"{at.month}/{at.day}/{at.year} {clock}"
