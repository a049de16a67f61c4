"""Calls of the DPD web services: a login for a day, then one parcel in a call."""

from pathlib import Path

from odoo.addons.logistics_carrier_base import soap, soap_envelope, strict_xml
from odoo.addons.logistics_carrier_base.api import Login, OwnLogin, PartnerApi
from odoo.addons.logistics_carrier_base.exceptions import (
    CarrierRejected,
    UnreadableMessage,
)

from . import const, mapper

_WSDL = Path(__file__).parent / "wsdl"
_LOGIN = soap.Service(_WSDL / "login_v21.wsdl")
_LIFE_CYCLE = soap.Service(_WSDL / "parcel_life_cycle_v20.wsdl")
_LOGIN_PATH = "soap/services/LoginService/V2_1"
_LIFE_CYCLE_PATH = "soap/services/ParcelLifeCycleService/V2_0"


def log_in(credentials, call):
    """Ask for a token.

    The answer says until when it is good, without a zone; about a day, so half of one
    is certain.

    :param dict credentials: `delis_id` and `password`.
    :param callable call: `CarrierClient.request` of an opened client.
    :rtype: Login
    :raise CarrierRejected: When the credentials are wrong.
    """
    message = _LOGIN.write(
        "getAuth",
        delisId=credentials.get("delis_id", ""),
        password=credentials.get("password", ""),
        messageLanguage=const.LANGUAGE,
    )
    answer = call("POST", _LOGIN_PATH, data=message.body, headers=message.headers)
    body = soap.accepted(answer.body, mapper.answer_of)
    try:
        found = strict_xml.first(soap_envelope.loads(body).payload, "authToken")
    except UnreadableMessage:
        found = None  # Larger than a login can be.
    token = strict_xml.text(found)
    if not token:
        raise CarrierRejected(
            "authentication", "no_token", "The login was answered without a token"
        )
    return Login(token, const.LOGIN_SECONDS)


API = PartnerApi(
    name="DPD",
    bases={
        "production": "https://wsshipper.dpd.nl",
        "test": "https://shipperadmintest.dpd.nl/PublicApi",
    },
    # The token goes into the header of the envelope.
    auth=OwnLogin(header="", function=log_in),
    answer_of=mapper.answer_of,
    faults=True,
    hosts=frozenset({"wsshipper.dpd.be", "shipperadmintest.dpd.be"}),
)


def fetch(client, number):
    """Ask about one parcel.

    :param PartnerClient client: An opened client.
    :param str number: The parcel label number.
    :return: The answer with the number behind it, see `mapper.numbered`.
    :rtype: bytes
    :raise CarrierUnavailable: When the same call may work later.
    :raise CarrierRejected: When it will be refused again; `not_found` when it is no
        number of DPD's.
    """
    try:
        number = mapper.label_number(number)
    except ValueError as error:
        raise CarrierRejected("not_found", "number", str(error)) from error
    token = client.token()
    try:
        body = _track(client, number, token)
    except CarrierRejected as error:
        if error.kind != "authentication":
            raise
        # It ended before its time, or another login ended it.
        body = _track(client, number, client.token(refused=token))
    return mapper.numbered(body, number)


def _track(client, number, token):
    said = {
        "delisId": client.account.credentials.get("delis_id", ""),
        "authToken": token,
        "messageLanguage": const.LANGUAGE,
    }
    return _LIFE_CYCLE.call(
        client,
        _LIFE_CYCLE_PATH,
        "getTrackingData",
        soapheaders={"authentication": said},
        attempts=2,
        parcelLabelNumber=number,
    )
