import base64
import hashlib
import hmac

from psycopg2 import Binary
from psycopg2.extras import Json

from odoo import fields, http
from odoo.http import request

# Those of the benchmark, which signs with the same.
SECRET = b"the floor needs no secret secret"
CONNECTION_ID = COMPANY_ID = 1
_INSERT = """
    INSERT INTO logistics_bench_floor (connection_id, company_id, adapter, channel,
        message_key, digest, size, content_type, headers, received_at, state, trust,
        attempts, category, error, correlation_id, body)
    VALUES (%s, %s, 'canonical', 'webhook', %s, %s, %s, 'application/json', %s, %s,
        'new', 4, 0, NULL, NULL, %s, %s)
"""


class LogisticsBenchFloor(http.Controller):
    """What no webhook that keeps its messages can be faster than."""

    @http.route(
        "/bench/floor",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        readonly=False,
        save_session=False,
    )
    def receive(self):
        """Verify the signature, insert one row, answer 202."""
        body = request.httprequest.get_data()
        headers = request.httprequest.headers
        identifier = headers["webhook-id"]
        signed = b".".join(
            (identifier.encode(), headers["webhook-timestamp"].encode(), body)
        )
        expected = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest())
        given = headers["webhook-signature"].removeprefix("v1,").encode()
        if not hmac.compare_digest(expected, given):
            return request.make_json_response({"status": "refused"}, status=401)
        digest = hashlib.sha256(body).hexdigest()
        request.env.cr.execute(
            _INSERT,
            (
                CONNECTION_ID,
                COMPANY_ID,
                identifier,
                digest,
                len(body),
                Json({"content-type": "application/json", "webhook-id": identifier}),
                fields.Datetime.now(),
                digest[:16],
                Binary(body),
            ),
        )
        return request.make_json_response({"status": "accepted"}, status=202)
