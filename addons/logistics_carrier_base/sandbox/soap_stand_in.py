"""A carrier on this machine that speaks SOAP: operations, faults, logins in headers."""

from xml.sax.saxutils import escape

from .. import soap_envelope, strict_xml
from ..exceptions import UnreadableMessage
from .carrier_stand_in import CarrierStandIn
from .stand_in import Refused, Reply

CONTENT_TYPE = "text/xml;charset=UTF-8"
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
    "<soap:Body>{}</soap:Body></soap:Envelope>"
)


class SoapStandIn(CarrierStandIn):
    """A carrier that is called by operations.

    A subclass routes the addresses of its services to `_post_call` and lists in
    `operations` what is called: name of the element in the body → method, which gets
    the element and the whole envelope and returns bytes. It refuses with `Refused`;
    that becomes a fault with status 500, as services answer.
    """

    operations = {}

    def handle(self, request):
        """Extend to say that answers are XML."""
        reply = super().handle(request)
        if reply.body[:1] != b"<" or reply.content_type == "text/html":
            return reply
        return Reply(reply.status, reply.body, CONTENT_TYPE, reply.headers)

    def refusal(self, status, text):
        """Override to refuse with a fault, without detail unless a subclass has one."""
        code = "Server" if status >= 500 or status == 429 else "Client"
        return fault(code, text, self.detail(status, text))

    def detail(self, status, text):
        """Return what stands in the detail of a fault, as XML; "" for nothing.

        :rtype: str
        """
        return ""

    def _post_call(self, request):
        try:
            reply = soap_envelope.loads(request.body)
            name = strict_xml.name(reply.payload) if not reply.fault else "Fault"
            if name not in self.operations:
                raise Refused(400, f"There is no operation {name}")
            method = getattr(self, self.operations[name])
            return Reply(200, method(reply.payload, reply.root))
        except UnreadableMessage as error:
            return Reply(500, self.refusal(400, error.reason))
        except Refused as refused:
            return Reply(500, self.refusal(refused.status, refused.text))


def envelope(content):
    """Return an answer.

    :param str content: What stands in the body, as XML.
    :rtype: bytes
    """
    return _ENVELOPE.format(content).encode()


def fault(code, text, detail=""):
    """Return a fault.

    :param str code: `Client` or `Server`.
    :param str detail: What stands in the detail, as XML.
    :rtype: bytes
    """
    inside = f"<detail>{detail}</detail>" if detail else ""
    return envelope(
        f"<soap:Fault><faultcode>soap:{code}</faultcode>"
        f"<faultstring>{escape(text)}</faultstring>{inside}</soap:Fault>"
    )


def element(name, text="", raw=""):
    """Return an element as XML.

    :param str text: Its text, escaped here.
    :param str raw: The elements in it, as XML.
    :rtype: str
    """
    return f"<{name}>{escape(str(text))}{raw}</{name}>"
