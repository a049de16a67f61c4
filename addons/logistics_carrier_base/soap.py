"""Calls of SOAP services.

zeep writes the envelope from a WSDL file that comes with the addon, and does nothing
else: the bytes go out through the partner's client like those of any other call, with
its guards, time limits and credentials, and the answer is read by the mapper.
"""

import threading
from pathlib import Path
from typing import NamedTuple

import zeep
import zeep.exceptions
from lxml import etree

from . import soap_envelope
from .client import MAX_BYTES
from .exceptions import CarrierRejected, CarrierUnavailable, UnreadableMessage

CONTENT_TYPE = "text/xml; charset=utf-8"
_WAITING = {"unavailable": "unavailable", "quota": "quota"}


class Message(NamedTuple):
    """What is posted."""

    body: bytes
    headers: dict


class Service:
    """A SOAP service, as its WSDL file describes it.

    The file is read with the first call. Where it says the service is plays no part:
    the caller says it.

    :param Path wsdl: The file.
    """

    def __init__(self, wsdl):
        self._path = Path(wsdl).absolute()
        self._lock = threading.Lock()
        self._client = None

    def write(self, operation, soapheaders=None, **values):
        """Write a call down.

        :param str operation: The name of the operation.
        :param dict | None soapheaders: Parts of the header, by name.
        :param values: The parameters; a nested one is a dict.
        :rtype: Message
        :raise CarrierRejected: When the description does not allow these values.
        """
        more = {"_soapheaders": soapheaders} if soapheaders else {}
        # One at a time: it takes a millisecond, and zeep promises nothing.
        with self._lock:
            service = self._opened().service
            action = service._binding.get(operation).soapaction or ""
            try:
                envelope = self._client.create_message(
                    service, operation, **values, **more
                )
            except (zeep.exceptions.Error, TypeError, ValueError):
                # Unchained: the text may hold a password.
                raise CarrierRejected(
                    "bad_request", "bad_request", "The call cannot be written down"
                ) from None
        body = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        return Message(
            body,
            {
                "Accept": "text/xml",
                "Content-Type": CONTENT_TYPE,
                "SOAPAction": f'"{action}"',
            },
        )

    def call(self, client, path, operation, soapheaders=None, attempts=1, **values):
        """Call an operation.

        :param PartnerClient client: An opened client.
        :param str path: Where the service is, below the base URL.
        :param int attempts: 2 where repeating does no harm.
        :param values: The parameters.
        :return: The answer as it came: an envelope without a fault.
        :rtype: bytes
        :raise CarrierUnavailable: When the same call may work later.
        :raise CarrierRejected: When it will be refused again.
        """
        message = self.write(operation, soapheaders, **values)
        answer = client.post(
            path, data=message.body, headers=message.headers, attempts=attempts
        )
        return accepted(answer.body, client.account.api.answer_of)

    def _opened(self):
        if self._client is None:
            self._client = zeep.Client(
                str(self._path),
                transport=_OneFile(self._path),
                settings=zeep.Settings(forbid_dtd=True, forbid_entities=True),
            )
        return self._client


class _OneFile:
    """What zeep reads with: the file itself, and nothing from anywhere."""

    def __init__(self, path):
        self._path = path

    def load(self, url):
        if str(url) != str(self._path):
            raise ValueError(f"{self._path.name} asks for another file: {url}")
        return self._path.read_bytes()


def accepted(body, answer_of):
    """Return an answer that is one; what it refuses is raised.

    Services refuse with a good status, too, in a fault or in an error code.

    :param bytes body: The answer.
    :param callable answer_of: `bytes -> CarrierAnswer | None`.
    :rtype: bytes
    :raise CarrierUnavailable: When it says to come back later, or when it is no
        envelope: mostly the page of something that stands in front of the carrier.
    :raise CarrierRejected: When it refuses the call.
    """
    try:
        reply = soap_envelope.loads(body, MAX_BYTES)
    except UnreadableMessage as error:
        raise CarrierUnavailable(
            f"The answer is no SOAP envelope: {error.reason}"
        ) from error
    answer = answer_of(body)
    if answer is None:
        if reply.fault is not None:
            raise CarrierRejected(
                "bad_request", reply.fault.code, reply.fault.text, body
            )
        return body
    if answer.kind in _WAITING:
        raise CarrierUnavailable(str(answer), kind=_WAITING[answer.kind])
    raise CarrierRejected(answer.kind, answer.code, str(answer), body)
