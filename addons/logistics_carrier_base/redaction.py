"""What must not stand in a log: lists of names, one way to blank what they name."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

BLANK = "***"

# Names of headers, parameters and fields, compared in lower case with underscores.
SENSITIVE_KEYS = frozenset(
    {
        "authorization",
        "cookie",
        "key",
        "passwd",
        "proxy_authorization",
        "pwd",
        "set_cookie",
        "sig",
        "signature",
    }
)
# What tells who somebody is or where: people's names, addresses, how they are reached.
PERSONAL_KEYS = frozenset(
    {
        "attention",
        "attn",
        "city",
        "comment",
        "company",
        "contact",
        "fax",
        "latitude",
        "lat",
        "lng",
        "lon",
        "longitude",
        "mail",
        "mobile",
        "note",
        "notes",
        "person",
        "receiver",
        "remark",
        "sender",
        "tax_id",
        "town",
        "vat",
        "zip",
    }
)
# A name that contains one of these is personal.
_PERSONAL_PARTS = (
    "address",
    "birth",
    "consignee",
    "email",
    "e_mail",
    "instruction",
    "name",  # Also of a thing: firstname, name1 and companyname are people's.
    "phone",
    "photo",
    "post_code",
    "postal",
    "postcode",
    "received_by",
    "receivedby",
    "recipient",
    "signatory",
    "signed_by",
    "signedby",
    "signer",
    "street",
    "zip_code",
    "zipcode",
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# A name that contains one of these is blanked whatever else it says.
_SENSITIVE_PARTS = (
    "password",
    "secret",
    "token",
    "api_key",
    "apikey",
    "credential",
    "private_key",
    "hmac",
)


def is_sensitive(name, more=()):
    """Return whether the value under a name must not be logged: a key, or personal.

    :param str name: The name of a header, parameter or field.
    :param more: Further names, e.g. the `SENSITIVE_KEYS` of an adapter.
    :rtype: bool
    """
    plain = _plain(name)
    return (
        plain in SENSITIVE_KEYS
        or plain in PERSONAL_KEYS
        or any(part in plain for part in (*_SENSITIVE_PARTS, *_PERSONAL_PARTS))
        or plain in {_plain(key) for key in more}
    )


def _plain(name):
    # addressLine1, Address-Line1 and address_line1 are one name.
    return _HUMP.sub("_", str(name)).lower().replace("-", "_")


def redact(value, more=()):
    """Return a copy of headers or a JSON document with sensitive values blanked.

    :param value: Mappings, lists and plain values, nested.
    :param more: Further sensitive names.
    """
    if isinstance(value, dict):
        return {
            key: BLANK if is_sensitive(key, more) else redact(item, more)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [redact(item, more) for item in value]
    return value


def redact_url(url, more=()):
    """Return a URL without user, password and sensitive parameters.

    :param str url: The URL.
    :param more: Further sensitive names.
    :rtype: str
    """
    parts = urlsplit(url)
    query = [
        (name, BLANK if is_sensitive(name, more) else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return f"{address}?{urlencode(query, safe='*,:')}" if query else address
