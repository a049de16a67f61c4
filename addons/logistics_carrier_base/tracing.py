"""The W3C `traceparent` header: checked on its way in, continued on its way out."""

import re
import secrets

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


def trace_id(value):
    """Return the trace a header belongs to, or "" when the header is no traceparent.

    :param str | None value: The header as received.
    :rtype: str
    """
    match = _TRACEPARENT.fullmatch(value or "")
    if not match or not match[1].strip("0") or not match[2].strip("0"):
        return ""
    return match[1]


def child(value=None):
    """Return the header for a call made on behalf of a trace, or of a new one.

    :param str | None value: The header under which the work was asked for; one that is
        malformed is replaced, not trusted.
    :rtype: str
    """
    return f"00-{trace_id(value) or secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
