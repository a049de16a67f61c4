"""Messages as a partner would send them: journeys, CloudEvents bodies, signatures.

Nothing here knows Odoo. Everything that is chosen is chosen by the given generator, so
that a seed gives the same stream again.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta, timezone

SOURCE = "urn:northbound"
# Carriers' clocks: scans of the last days, so that none lies in the future.
START = timedelta(days=5)
STEP = timedelta(hours=7)
PLACES = (
    {"name": "Hub North", "city": "Hamburg", "country": "DE", "postcode": "20095"},
    {"name": "Hub West", "city": "Utrecht", "country": "NL", "postcode": "3511"},
    {"name": "Depot 7", "city": "Lyon", "country": "FR", "postcode": "69001"},
    {"name": "Terminal East", "city": "Poznan", "country": "PL", "postcode": "60101"},
)
WAY = (
    ("picked_up", "PU", "Picked up by the driver"),
    ("departed_facility", "DP", "Left the origin terminal"),
    ("arrived_facility", "AR", "Arrived at the destination terminal"),
    ("out_for_delivery", "OD", "On the vehicle for delivery"),
    ("delivered", "DL", "Handed over to the recipient"),
)


def way(number, begin, steps=WAY):
    """Return the scans of a parcel from pickup on, in order.

    :param str number: The tracking number.
    :param datetime begin: The first scan, aware.
    :param steps: Event type, code and text of each.
    :rtype: list[dict]
    """
    return [
        scan(number, begin + STEP * step, *kind, place=step)
        for step, kind in enumerate(steps)
    ]


def scan(number, at, event_type, code, text, place=0, **more):
    """Return one scan: the `data` of a message, under a name of its own.

    :param int place: Which of the places.
    :param more: More fields of `data`.
    """
    data = {
        "event_type": event_type,
        "occurred_at": at.isoformat(timespec="seconds"),
        "recorded_at": (at + timedelta(minutes=3)).isoformat(timespec="seconds"),
        "tracking_number": number,
        "location": PLACES[place % len(PLACES)],
        "raw_code": code,
        "raw_text": text,
    }
    data.update(more)
    return {"id": f"{number}-{code}-{place}", "data": data}


def begin(index):
    """Return when the first scan of the parcel with this index was made."""
    now = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    return now - START + timedelta(minutes=index % 1200)


def body(event):
    """Return the message that carries one scan."""
    return json.dumps(
        {
            "specversion": "1.0",
            "type": "logistics.event",
            "source": SOURCE,
            "id": event["id"],
            "time": event["data"].get("recorded_at"),
            "datacontenttype": "application/json",
            "data": event["data"],
        }
    ).encode()


def signature(content, message_id, secret, now):
    """Return the headers of Standard Webhooks.

    :param bytes content: The body.
    :param str secret: Beginning with `whsec_`.
    :param float now: Unix time of sending.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    stamp = str(int(now))
    signed = b".".join((message_id.encode(), stamp.encode(), content))
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{digest}",
    }


def request(path, content, headers):
    """Return a whole POST request as bytes.

    :param dict headers: Beside length and host.
    """
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive"]
    lines.append("User-Agent: Northbound-Webhooks/2.1")
    headers = {"Content-Type": "application/json"} | headers
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode() + content


def signed_request(path, content, message_id, secret, now):
    """Return a whole signed POST request as bytes."""
    return request(path, content, signature(content, message_id, secret, now))


def instant(text):
    """Read a time as it is written here."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
