"""The errors that may cross a layer. No other error of ours leaves an adapter."""

# What can be wrong with the content of a message.
MESSAGE_CATEGORIES = (
    "encoding",
    "syntax",
    "schema",
    "value",
    "unsupported",
    "environment",
)

# What a carrier can answer instead of the thing asked for.
ANSWER_KINDS = (
    "authentication",
    "not_found",
    "bad_request",
    "quota",
    "unavailable",
    "partial",
)


class CarrierError(Exception):
    """Base of everything that goes wrong between a partner and the suite."""


class WebhookRejected(CarrierError):
    """A received request that is refused before its content is trusted.

    :param str message: Why, for the log and the message record, never for the sender.
    :param int status: The HTTP status to answer with.
    """

    def __init__(self, message, status):
        super().__init__(message)
        self.status = status


class UnreadableMessage(CarrierError):
    """A stored message that cannot be turned into events.

    :param str reason: What is wrong and where, e.g. "data.occurred_at: …".
    :param str category: One of `MESSAGE_CATEGORIES`: `encoding` (the bytes are no
        text), `syntax` (the text is no document), `schema` (the document has another
        shape), `value` (a value cannot be true), `unsupported` (it may be right, and
        is more or other than is read here), `environment` (a test message on a
        production connection, or the reverse).
    :param events: The events of the readable parts, when a message has several parts.
    """

    def __init__(self, reason, category, events=()):
        if category not in MESSAGE_CATEGORIES:
            raise ValueError(f"Unknown message category: {category!r}")
        super().__init__(reason)
        self.reason = reason
        self.category = category
        self.events = list(events)


class CarrierAnswer(CarrierError):
    """An error answer of the carrier, found in a payload that was read well.

    :param str kind: One of `ANSWER_KINDS`.
    :param str code: The carrier's own code, as it writes it.
    :param str text: The carrier's own text.
    :param events: With kind `partial`, the events of the parts that did work.
    """

    def __init__(self, kind, code, text, events=()):
        if kind not in ANSWER_KINDS:
            raise ValueError(f"Unknown kind of answer: {kind!r}")
        super().__init__(": ".join(part for part in (code, text) if part) or kind)
        self.kind = kind
        self.code = code
        self.text = text
        self.events = list(events)


class CarrierUnavailable(CarrierError):
    """The carrier could not answer now; the same call may work later.

    :param str text: What happened.
    :param float | None retry_after: Seconds to wait, when the carrier names them.
    :param str kind: `unavailable`, `maintenance` (it says it is out of service) or
        `quota` (too many calls).
    """

    def __init__(self, text, retry_after=None, kind="unavailable"):
        super().__init__(text)
        self.retry_after = retry_after
        self.kind = kind


class CallsPaused(CarrierUnavailable):
    """Nobody was called: calls are paused, or the minute's allowance is used up."""


class CarrierRejected(CarrierError):
    """The carrier refused the call; the same call will be refused again.

    :param str kind: One of `ANSWER_KINDS`.
    :param str code: The HTTP status, or a name of ours when no answer came.
    :param str text: What happened.
    :param bytes body: The answer's body, for an adapter that reads error details.
    """

    def __init__(self, kind, code, text, body=b""):
        if kind not in ANSWER_KINDS:
            raise ValueError(f"Unknown kind of answer: {kind!r}")
        super().__init__(text)
        self.kind = kind
        self.code = code
        self.text = text
        self.body = body


class VaultError(CarrierError):
    """A secret that cannot be kept or read.

    :param str text: What to do about it.
    :param str reason: `no_key`, `bad_key` (the configured key is no key) or
        `unreadable` (no configured key opens this value).
    """

    def __init__(self, text, reason):
        super().__init__(text)
        self.reason = reason
