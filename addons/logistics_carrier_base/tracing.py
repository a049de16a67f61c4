"""The W3C `traceparent` header: checked on its way in, continued on its way out."""

import hashlib
import re
import secrets

from odoo.addons.logistics_events import tracing as work

_TRACE = re.compile(r"[0-9a-f]{32}")
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


def current():
    """Return the header of the work under way, so that calls made for it continue it.

    A correlation id that is no trace id stands for one, always the same.

    :return: None outside of any work.
    :rtype: str | None
    """
    ids = work.current()
    if not ids:
        return None
    trace = ids[0]
    if not _TRACE.fullmatch(trace) or not trace.strip("0"):
        trace = hashlib.sha256(trace.encode("utf-8", "replace")).hexdigest()[:32]
    return f"00-{trace}-{'1' * 16}-01"
