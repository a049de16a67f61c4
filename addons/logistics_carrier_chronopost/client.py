"""Calls of the Chronopost tracking service: one parcel in a call."""

from pathlib import Path

from odoo.addons.logistics_carrier_base import soap
from odoo.addons.logistics_carrier_base.api import PartnerApi

from . import const, mapper

SERVICE = soap.Service(Path(__file__).parent / "wsdl" / "tracking.wsdl")
PATH = "tracking-cxf/TrackingServiceWS"

# Tracking asks for no login; what does has it among its parameters.
API = PartnerApi(
    name="Chronopost",
    bases={"production": "https://ws.chronopost.fr"},
    answer_of=mapper.answer_of,
    faults=True,
)


def fetch(client, number):
    """Ask about one parcel.

    :param PartnerClient client: An opened client.
    :param str number: The waybill number.
    :rtype: bytes
    :raise CarrierUnavailable: When the same call may work later.
    :raise CarrierRejected: When it will be refused again.
    """
    return SERVICE.call(
        client,
        PATH,
        "trackSkybillV2",
        attempts=2,
        language=const.LANGUAGE,
        skybillNumber=number,
    )
