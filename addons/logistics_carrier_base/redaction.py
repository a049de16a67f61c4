"""What must not stand in a log: one list of names, one way to blank them."""

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
    """Return whether the value under a name must not be logged.

    :param str name: The name of a header, parameter or field.
    :param more: Further names, e.g. the `SENSITIVE_KEYS` of an adapter.
    :rtype: bool
    """
    plain = str(name).lower().replace("-", "_")
    return (
        plain in SENSITIVE_KEYS
        or any(part in plain for part in _SENSITIVE_PARTS)
        or plain in {key.lower().replace("-", "_") for key in more}
    )


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
