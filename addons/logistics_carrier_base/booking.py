"""What is asked of a carrier that books, and what it answers: plain values.

How a label is bought, so that it is neither lost nor bought twice:

1. The key of the order is on record (committed) before anybody is called, and so is
   the moment of the call. A lease keeps others away while the call is under way.
2. `_booker(connection)(request, key)` is called. The partner's object carries the key:
   as idempotency key where it has one, as the reference of its object in any case.
3. The answer is committed by itself, before the transfer hears of it.
4. When no answer came (crash, time-out), `_finder(connection)(lost)` is asked first:
   what it finds is taken over, and only when it finds nothing the order is booked
   again. After a refusal that is sure, and which the finder confirms, the order gets a
   new key: its address may be another one by now.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

LABEL_FORMATS = ("pdf", "zpl")
# What an address must have by default; others on demand.
PLACE = frozenset({"name", "street", "city", "postcode", "country"})
# ISO 3166-1: nobody has a postcode there.
_WITHOUT_POSTCODE = (
    "AE AG AO AW BF BI BJ BO BS "
    "BW BZ CD CF CG CK CM DJ DM "
    "ER FJ GA GD GM GQ GY HK KI "
    "KM KN KP ML MO MR MW NR NU "
    "QA RW SB SC SL SR ST SY TF "
    "TG TK TL TO TV UG VU YE ZW"
)
# Where the state belongs into an address.
_WITH_STATE = frozenset({"US", "CA", "AU"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes to or comes from.

    :param str name: The person or company at the door.
    :param str country: ISO 3166-1 alpha-2.
    :param str state: The short code of the state or province, where there is one.
    :param str company: The company, where `name` is a person.
    """

    name: str = ""
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""
    street2: str = ""
    state: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel of a transport order.

    :param Decimal weight: Kilograms.
    :param Decimal | None length: Centimetres; all three sides are known, or none.
    :param str reference: Our name of the package, where it has one.
    """

    weight: Decimal
    length: Decimal | None = None
    width: Decimal | None = None
    height: Decimal | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """A transport order.

    :param str reference: Our transfer, as it should stand on the label.
    :param tuple[Parcel, ...] parcels: What is sent, at least one parcel.
    :param str service: The partner's code of the service, as `Rate.service` says it;
        empty for its default.
    :param bool is_return: Whether goods come back to us; only partners that can
        `book_return` are asked.
    :param str label_format: One of `LABEL_FORMATS`.
    """

    reference: str
    sender: Address
    receiver: Address
    parcels: tuple[Parcel, ...]
    service: str = ""
    is_return: bool = False
    label_format: str = "pdf"

    @property
    def weights(self):
        """Return the kilograms of each parcel.

        :rtype: tuple[Decimal, ...]
        """
        return tuple(parcel.weight for parcel in self.parcels)


@dataclass(frozen=True, slots=True)
class Lost:
    """An order whose answer did not come.

    :param str key: Our key of the order.
    :param datetime since: Nothing was asked under the key before; UTC, without zone.
    :param bool is_return: Whether goods come back to us with it.
    """

    key: str
    since: datetime
    is_return: bool = False


@dataclass(frozen=True, slots=True)
class Booking:
    """What the carrier made of a transport order.

    :param tuple[str, ...] numbers: The tracking numbers, one per parcel, in the order
        of the parcels.
    :param tuple[tuple[str, bytes], ...] labels: File name (`<number>.pdf`, `….zpl`)
        and content, one per parcel in the same order; fewer where the partner prints
        several parcels on one document.
    :param Decimal | None price: What the carrier says all of it will cost, net.
    :param str currency: ISO 4217.
    :param tuple[str, ...] references: The partner's own objects: one per parcel, or one
        for all of them. What the partner needs to cancel.
    :param str carrier: Who brings it, where the partner speaks for several.
    :param str service: The service that was booked, as `Rate.service` says it.
    :param tuple[bytes, ...] bodies: Answers that say more, such as fees, in a form the
        mapper reads: they are kept and read as if they had been polled.
    """

    numbers: tuple[str, ...]
    labels: tuple[tuple[str, bytes], ...] = ()
    price: Decimal | None = None
    currency: str = ""
    references: tuple[str, ...] = ()
    carrier: str = ""
    service: str = ""
    bodies: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """What one service would cost.

    :param str service: What `BookingRequest.service` must say to get this.
    :param Decimal price: Of all parcels, net.
    :param int | None days: Transit time, when the carrier names it.
    :param str carrier: Who would bring it, where the partner speaks for several.
    :param str name: The service in words; empty to show its code.
    """

    service: str
    price: Decimal
    currency: str
    days: int | None = None
    carrier: str = ""
    name: str = ""
    details: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a partner refuses an order without; asked before it is called.

    :param frozenset sender: Names of fields of `Address`, of the place it starts from.
    :param frozenset receiver: The same of the place it goes to. `postcode` and `state`
        are only missed in countries that have them.
    :param bool weight: Whether every parcel must have a weight.
    :param bool service: Whether a service must be chosen.
    :param int parcels: The most parcels one order may have; 0 for any number.
    :param int return_parcels: The same where goods come back; 0 for `parcels`.
    :param frozenset formats: The label formats it prints.
    """

    sender: frozenset = PLACE
    receiver: frozenset = PLACE
    weight: bool = True
    service: bool = False
    parcels: int = 0
    return_parcels: int = 0
    formats: frozenset = frozenset(LABEL_FORMATS)


def lacks(request, needs):
    """Say what an order lacks before the partner can be asked for a label.

    :param BookingRequest request: The order.
    :param Needs needs: What the partner asks for.
    :return: Pairs: `sender`, `receiver` with the name of a field of `Address`; or
        `parcels` with `weight` or `number`; or `order` with `service` or `format`.
    :rtype: list[tuple[str, str]]
    """
    found = [
        (side, name)
        for side in ("sender", "receiver")
        for name in Address.__dataclass_fields__
        if name in getattr(needs, side) and _lacks(getattr(request, side), name)
    ]
    if needs.weight and not all(weight > 0 for weight in request.weights):
        found.append(("parcels", "weight"))
    most = (request.is_return and needs.return_parcels) or needs.parcels
    if not request.parcels or 0 < most < len(request.parcels):
        found.append(("parcels", "number"))
    if needs.service and not request.service:
        found.append(("order", "service"))
    if request.label_format not in needs.formats:
        found.append(("order", "format"))
    return found


def _lacks(address, name):
    if name == "postcode" and address.country in _WITHOUT_POSTCODE.split():
        return False
    if name == "state" and address.country not in _WITH_STATE:
        return False
    return not getattr(address, name).strip()
