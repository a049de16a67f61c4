"""The one shape in which every mapper states a fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from odoo.addons.logistics_events import vocabulary

# The published attributes, in their published order.
ATTRIBUTES = (
    "event_type",
    "classifier",
    "occurred_at",
    "zone_source",
    "precision",
    "recorded_at",
    "source_event_id",
    "source_row",
    "tracking_number",
    "leg",
    "location",
    "reason",
    "delivery_mode",
    "signer",
    "documents",
    "amount",
    "currency",
    "raw_code",
    "raw_text",
    "voids",
)
# Said by partners that know more than a parcel carrier; printed only when there.
EXTRAS = ("references", "lines", "carrier")

LOCATION_KEYS = ("name", "city", "state", "country", "postcode", "code")
REFERENCE_KEYS = ("order", "delivery", "shipment", "master", "invoice")
DOCUMENT_KEYS = ("type", "url", "name")
LINE_KEYS = ("product", "quantity", "uom", "lot", "package", "final")

# Longest text per attribute: what is indexed must fit an index row.
_LIMITS = {"tracking_number": 200, "source_event_id": 500, "voids": 500}
_LIMIT = 4000
# Far beyond any freight charge, far below what a formatted number may cost.
_AMOUNT_LIMIT = Decimal(10) ** 15
_AMOUNT_DECIMALS = 12

_CLOSED_LISTS = {
    "classifier": vocabulary.CLASSIFIERS,
    "zone_source": vocabulary.ZONE_SOURCES,
    "precision": vocabulary.PRECISIONS,
    "leg": vocabulary.LEGS,
}
_OPTIONAL_LISTS = {
    "reason": vocabulary.REASONS,
    "delivery_mode": vocabulary.DELIVERY_MODES,
}
_TEXTS = (
    "source_event_id",
    "tracking_number",
    "signer",
    "currency",
    "raw_code",
    "raw_text",
    "voids",
    "carrier",
    "fact_kind",
    "said",
)


@dataclass(frozen=True, slots=True)
class CarrierEvent:
    """One thing that happened, was planned or was withdrawn, as a partner told it.

    Only statements are kept here, no decisions: an unknown code is `unmapped`, an
    unknown time is no time. Everything is checked on creation, so whoever receives an
    event need not check it again.

    :param occurred_at: An aware `datetime`; a naive one when the source gives no
        offset; a `date` when it gives a day only; None when it gives nothing.
    :param str zone_source: Where the offset comes from: `given` by the source,
        `derived` from the place, `assumed`, or `none`.
    :param datetime | None recorded_at: When the source wrote this version (aware). Two
        versions of one fact are put in order by it, so leave it out rather than set it
        to the time of the message.
    :param str source_event_id: The source's own name of *this fact*, if it has one. An
        identifier of the message, or one that changes between fetches, is none.
    :param str leg: `outbound`, or `return` for goods coming back as a shipment.
    :param str voids: The `source_event_id` of the fact it withdraws.
    :param str carrier: The carrier an aggregator speaks for, by its name or SCAC.
    :param str fact_kind: From which place of the document it was read, when that is not
        the list of scans: `eta`, `booking`, `fee:PostageFee:1`… Tells facts apart that
        share a code and a time; part of the identity, never printed.
    :param str said: What else the partner said that a new version could change; part of
        the content, never printed.
    :raises ValueError: When an attribute is outside its list or cannot be stored.
    """

    event_type: str
    classifier: str = "actual"
    occurred_at: datetime | date | None = None
    zone_source: str = "none"
    precision: str = "none"
    recorded_at: datetime | None = None
    source_event_id: str = ""
    source_row: int = 0
    tracking_number: str = ""
    leg: str = "outbound"
    location: Mapping[str, str] = None
    reason: str = ""
    delivery_mode: str = ""
    signer: str = ""
    documents: tuple[Mapping[str, str], ...] = ()
    amount: Decimal | None = None
    currency: str = ""
    raw_code: str = ""
    raw_text: str = ""
    voids: str = ""
    references: Mapping[str, str] = None
    lines: tuple[Mapping[str, object], ...] = ()
    carrier: str = ""
    fact_kind: str = "scan"
    said: str = ""

    def __post_init__(self):
        _check_lists(self)
        _check_time(self)
        _check_amount(self.amount)
        for name in _TEXTS:
            _check_text(name, getattr(self, name))
        if type(self.source_row) is not int or self.source_row < 0:
            raise ValueError(f"source_row: not a row number: {self.source_row!r}")
        _replace(self, "location", _texts("location", self.location, LOCATION_KEYS))
        _replace(
            self, "references", _texts("references", self.references, REFERENCE_KEYS)
        )
        _replace(
            self,
            "documents",
            tuple(_texts("documents", item, DOCUMENT_KEYS) for item in self.documents),
        )
        _replace(self, "lines", tuple(_line(line) for line in self.lines))

    def as_dict(self):
        """Return the event ready for JSON, under the published attribute names.

        :return: The attributes in order, empty ones as None, {} or []; then what is
            there of references, lines and carrier.
        :rtype: dict
        """
        values = {name: getattr(self, name) or None for name in ATTRIBUTES}
        for name in ("occurred_at", "recorded_at"):
            value = getattr(self, name)
            values[name] = value.isoformat() if value is not None else None
        values["source_row"] = self.source_row
        values["location"] = dict(self.location)
        values["documents"] = [dict(document) for document in self.documents]
        values["amount"] = None if self.amount is None else format(self.amount, "f")
        if self.references:
            values["references"] = dict(self.references)
        if self.lines:
            values["lines"] = [
                {**line, "quantity": format(line["quantity"], "f")}
                for line in self.lines
            ]
        if self.carrier:
            values["carrier"] = self.carrier
        return values


def _replace(event, name, value):
    object.__setattr__(event, name, value)  # The class is frozen for everybody else.


def _check_lists(event):
    if event.event_type not in vocabulary.EVENT_TYPES:
        raise ValueError(f"event_type: unknown value {event.event_type!r}")
    for name, allowed in _CLOSED_LISTS.items():
        if getattr(event, name) not in allowed:
            raise ValueError(f"{name}: unknown value {getattr(event, name)!r}")
    for name, allowed in _OPTIONAL_LISTS.items():
        value = getattr(event, name)
        if value != "" and value not in allowed:
            raise ValueError(f"{name}: unknown value {value!r}")


def _check_time(event):
    moment, precision = event.occurred_at, event.precision
    for name in ("occurred_at", "recorded_at"):
        value = getattr(event, name)
        if isinstance(value, date) and not 1970 <= value.year < 2200:
            raise ValueError(f"{name}: not a believable year: {value}")
    if isinstance(moment, datetime):
        aware = moment.utcoffset() is not None
        if precision not in ("instant", "local") or (
            precision == "instant" and not aware
        ):
            raise ValueError(f"precision: {precision!r} does not fit {moment}")
        if aware == (event.zone_source == "none"):
            raise ValueError(
                f"zone_source: {event.zone_source!r} does not fit {moment}"
            )
    elif moment is None or isinstance(moment, date):
        expected = "none" if moment is None else "date"
        if precision != expected or event.zone_source != "none":
            raise ValueError(f"precision: {precision!r} does not fit {moment}")
    else:
        raise ValueError(f"occurred_at: not a time: {moment!r}")
    recorded = event.recorded_at
    if recorded is not None and (
        not isinstance(recorded, datetime) or recorded.utcoffset() is None
    ):
        raise ValueError(f"recorded_at: not a time with an offset: {recorded!r}")


def _check_amount(amount):
    if amount is None:
        return
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise ValueError(f"amount: not a finite decimal: {amount!r}")
    # Exponent first: comparing or printing 1E+999999 is itself the attack.
    if amount.adjusted() > 15 or -amount.as_tuple().exponent > _AMOUNT_DECIMALS:
        raise ValueError("amount: more digits than money has")
    if abs(amount) >= _AMOUNT_LIMIT:
        raise ValueError("amount: more than money can be")


def _check_text(name, value):
    if not isinstance(value, str):
        raise ValueError(f"{name}: not a text: {value!r}")
    if len(value) > _LIMITS.get(name, _LIMIT):
        raise ValueError(f"{name}: longer than {_LIMITS.get(name, _LIMIT)} characters")
    if "\0" in value:
        raise ValueError(f"{name}: contains a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{name}: contains half a character") from error


def _texts(name, values, keys):
    """Return the non-empty entries of a mapping of texts, checked."""
    result = {}
    for key, value in (values or {}).items():
        if key not in keys:
            raise ValueError(f"{name}: unknown key {key!r}")
        if value is None or value == "":
            continue
        _check_text(f"{name}.{key}", value)
        result[key] = value
    return result


def _line(line):
    quantity = line.get("quantity")
    _check_amount(quantity)
    if quantity is None or quantity < 0:
        raise ValueError(f"lines.quantity: not a quantity: {quantity!r}")
    final = line.get("final", False)
    if not isinstance(final, bool):
        raise ValueError(f"lines.final: neither true nor false: {final!r}")
    texts = _texts(
        "lines",
        {key: line[key] for key in line if key not in ("quantity", "final")},
        LINE_KEYS,
    )
    if not texts.get("product"):
        raise ValueError("lines.product: is missing")
    return {**texts, "quantity": quantity} | ({"final": True} if final else {})
