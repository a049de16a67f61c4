import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from psycopg2 import Binary
from psycopg2.extras import Json

from odoo import SUPERUSER_ID, fields, http
from odoo.http import request
from odoo.tools import file_open

from odoo.addons.logistics_events.vocabulary import TRUST_LEVELS

from ..exceptions import UnreadableMessage
from ..models.ir_http import BODY_LIMIT
from ..models.logistics_connection import token_hash
from ..models.logistics_connection_secret import decrypt
from ..signatures import REASONS, Secret
from ..tracing import trace_id

KEPT_HEADERS = (
    "content-type",
    "user-agent",
    "webhook-id",
    "webhook-timestamp",
    "traceparent",
    "x-request-id",
)
# A flood of forged messages leaves so many rows an hour and connection, not more.
REFUSED_PER_HOUR = 100
REFUSED_BODY_LIMIT = 64 * 1024
# So long a wake-up counts as pending.
WAKE_VALID = timedelta(seconds=5)
_REFUSAL_CATEGORIES = {"stale": "stale", "no_secret": "secret"}

# A trigger row whose xmax is set is being deleted by the drain that is about to start
# or running: it wakes nobody any more. Nor does an old one, when the worker that was
# woken was killed.
_INSERT = """
    INSERT INTO logistics_message (connection_id, company_id, adapter, channel,
        message_key, digest, size, content_type, headers, received_at, state,
        trust, attempts, category, error, correlation_id, body)
    VALUES (%(connection_id)s, %(company_id)s, %(adapter)s, 'webhook', %(key)s,
        %(digest)s, %(size)s, %(content_type)s, %(headers)s, %(now)s, %(state)s,
        %(trust)s, 0, %(category)s, %(error)s, %(correlation_id)s, %(body)s)
    ON CONFLICT (connection_id, message_key) WHERE state <> 'rejected'
    DO NOTHING RETURNING id, state <> 'new' OR EXISTS (
        SELECT FROM ir_cron_trigger
         WHERE cron_id = %(cron_id)s AND xmax = 0
           AND call_at BETWEEN %(wake_limit)s AND %(now)s)
"""
_WAKE = "INSERT INTO ir_cron_trigger (cron_id, call_at) VALUES (%(cron_id)s, %(now)s)"


class LogisticsWebhook(http.Controller):
    """The one door for partners that push: verify, keep, answer. Nothing else."""

    @http.route(
        "/logistics/webhook/<string:adapter>/<string:token>",
        type="http",
        auth="logistics",
        methods=["POST"],
        csrf=False,
        readonly=False,
        save_session=False,
        max_content_length=BODY_LIMIT,
    )
    def receive(self, adapter, token, **_params):
        """Keep one message and answer 202; 200 when it was known already.

        Refusals are returned, not raised: raising would roll the evidence back.
        """
        env = request.env(user=SUPERUSER_ID)
        config = env["logistics.connection"]._webhook_config(token_hash(token), adapter)
        if config is None:
            # The same answer as a bad signature: nobody learns which address exists.
            return _answer(401, "refused")
        httprequest = request.httprequest
        incoming = Incoming(
            request.logistics_body, httprequest.headers, httprequest.mimetype
        )
        return _answer(*take(env, config, incoming))


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a partner sent.

    :param bytes | None body: The raw body; None when it is too large to be read.
    :param headers: Mapping of the headers.
    :param str mimetype: The content type, without parameters.
    """

    body: bytes | None
    headers: Mapping[str, str] = field(default_factory=dict)
    mimetype: str = "application/json"


def take(env, config, incoming):
    """Verify one message and keep it, accepted or refused.

    The route and the training buttons come this way alike.

    :param odoo.api.Environment env: Of the superuser.
    :param dict config: What `_webhook_config` knows of the connection.
    :param Incoming incoming: The message.
    :return: The HTTP status and a word.
    :rtype: tuple[int, str]
    """
    if incoming.body is None:
        _refuse(env, config, incoming, "size", "larger than 1 MiB")
        return 413, "too large"
    verdict = config["scheme"].verify(
        incoming.body, incoming.headers, _secrets(config), time.time()
    )
    if not verdict.ok:
        category = _REFUSAL_CATEGORIES.get(verdict.reason, "signature")
        _refuse(env, config, incoming, category, REASONS[verdict.reason])
        return 401, "refused"
    return _accept(env, config, incoming, verdict)


def _accept(env, config, incoming, verdict):
    adapter = env[f"logistics.carrier.adapter.{config['adapter']}"]
    body, mimetype = incoming.body, incoming.mimetype
    if mimetype not in adapter._content_types():
        _refuse(env, config, incoming, "content_type", f"content type {mimetype}"[:200])
        return 415, "unsupported content type"
    digest = hashlib.sha256(body).hexdigest()
    kept = KEPT_HEADERS + tuple(adapter._kept_headers())
    key, category, error = verdict.message_key or digest, None, None
    try:
        key = adapter._message_key(body, verdict.message_key) or digest
    except UnreadableMessage as unreadable:
        category, error = unreadable.category, unreadable.reason[:500]
    values = _values(config, incoming, body, digest, key, kept) | {
        "state": "dead" if category else "new",
        "trust": TRUST_LEVELS[verdict.trust],
        "category": category,
        "error": error,
        "cron_id": _drain_cron_id(env),
    }
    stored = _insert(env, values)
    if stored:
        return (400, error) if category else (202, "accepted")
    return _repeated(env, values)


def _repeated(env, values):
    """Answer a message whose identifier is known: equal bytes are a plain repeat."""
    env.cr.execute(
        "SELECT digest, category FROM logistics_message WHERE connection_id = %s "
        "AND message_key = %s AND state <> 'rejected'",
        [values["connection_id"], values["key"]],
    )
    known = env.cr.fetchone()
    Metric = env["logistics.metric"]
    if known and known[0] == values["digest"]:
        Metric._count_alone(values["connection_id"], "duplicate", "", "repeated")
        return (400, values["error"]) if values["category"] else (200, "known")
    _insert(
        env,
        values
        | {
            "key": f"{values['key']}:{values['digest']}",
            "state": "dead",
            "category": "conflict",
            "error": "the same identifier came with other content",
        },
    )
    Metric._count({(values["connection_id"], "rejected", "conflict"): 1})
    connection = env["logistics.connection"].browse(values["connection_id"])
    env["logistics.exception"]._open(
        "security",
        connection,
        env._(
            "%s sent other content under an identifier it used before.", connection.name
        ),
    )
    return 409, "same identifier, other content"


def _insert(env, values):
    """Keep a message and wake the drain, unless a wake-up is pending already."""
    env.cr.execute(_INSERT, values)
    stored = env.cr.fetchone()
    if not stored:
        return None
    message_id, awake = stored
    if not awake:
        env.cr.execute(_WAKE, values)
        env.cr.postcommit.add(env["ir.cron"]._notifydb)
    return message_id


def _refuse(env, config, incoming, category, reason):
    """Keep a refused message; in a flood only a sample of them."""
    env.cr.execute(
        "SELECT count(*) FROM (SELECT 1 FROM logistics_message "
        "WHERE connection_id = %s AND state = 'rejected' AND received_at > %s LIMIT %s"
        ") AS recent",
        [
            config["id"],
            fields.Datetime.subtract(fields.Datetime.now(), hours=1),
            REFUSED_PER_HOUR,
        ],
    )
    Metric = env["logistics.metric"]
    if env.cr.fetchone()[0] >= REFUSED_PER_HOUR:
        Metric._count_alone(config["id"], "rejected", category, "refused")
        return
    Metric._count(
        {
            (config["id"], "rejected", category): 1,
            (config["id"], "received", "refused"): 1,
        }
    )
    body = incoming.body or b""
    digest = hashlib.sha256(body).hexdigest()
    _insert(
        env,
        _values(config, incoming, body[:REFUSED_BODY_LIMIT], digest, digest)
        | {
            "size": len(body),
            "state": "rejected",
            "trust": 0,
            "category": category,
            "error": reason[:500],
            "cron_id": 0,
        },
    )


def _values(config, incoming, body, digest, key, kept=KEPT_HEADERS):
    headers, now = incoming.headers, fields.Datetime.now()
    return {
        "connection_id": config["id"],
        "company_id": config["company_id"],
        "adapter": config["adapter"],
        "key": key[:200],
        "digest": digest,
        "size": len(body),
        "content_type": incoming.mimetype[:100].replace("\0", ""),
        "headers": Json(
            {
                name: headers[name][:200].replace("\0", "")
                for name in kept
                if name in headers and _is_sound(name, headers[name])
            }
        ),
        "now": now,
        "wake_limit": now - WAKE_VALID,
        "correlation_id": trace_id(headers.get("traceparent")) or digest[:16],
        "body": Binary(body),
    }


def _is_sound(name, value):
    # A malformed trace is not passed on, whoever sent it.
    return name != "traceparent" or bool(trace_id(value))


def _secrets(config):
    secrets = []
    for token, not_before, expires_at in config["secrets"]:
        value = decrypt(token)
        if value is not None:
            secrets.append(
                Secret(
                    value=value,
                    not_before=_timestamp(not_before),
                    expires_at=_timestamp(expires_at),
                )
            )
    return secrets


def _timestamp(text):
    if not text:
        return None
    return (
        fields.Datetime.from_string(text) - fields.Datetime.from_string("1970-01-01")
    ).total_seconds()


def _drain_cron_id(env):
    return env["ir.model.data"]._xmlid_to_res_id(
        "logistics_carrier_base.ir_cron_drain_messages"
    )


def _answer(status, text):
    return request.make_json_response({"status": text}, status=status)


class LogisticsMessageDownload(http.Controller):
    """The raw bytes of a message, for those who may read it."""

    @http.route(
        "/logistics/message/<int:message_id>/raw",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, message_id):
        """Send the bytes exactly as they came, never shown as a page."""
        message = request.env["logistics.message"].browse(message_id).exists()
        if not message:
            return request.not_found()
        message.check_access("read")
        return request.make_response(
            message._body(),
            headers=[
                ("Content-Type", "application/octet-stream"),
                (
                    "Content-Disposition",
                    f'attachment; filename="message-{message_id}.bin"',
                ),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )


class LogisticsSchema(http.Controller):
    """The documented schema of the canonical event, for those who push their own."""

    @http.route(
        "/logistics/schema/canonical-event.json",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def schema(self):
        """Send the JSON Schema."""
        with file_open(
            "logistics_carrier_base/schemas/canonical-event.schema.json"
        ) as schema:
            return request.make_response(
                schema.read(), headers=[("Content-Type", "application/schema+json")]
            )
