"""What is asked of a carrier that books, and what it answers: plain values."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes to or comes from.

    :param str country: ISO 3166-1 alpha-2.
    """

    name: str = ""
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """A transport order.

    :param str reference: Our transfer, as it should stand on the label.
    :param tuple[Decimal, ...] weights: Kilograms, one entry per parcel.
    :param str service: The partner's code of the service; empty for its default.
    :param bool is_return: Whether goods come back to us; only partners that can
        `book_return` are asked.
    """

    reference: str
    sender: Address
    receiver: Address
    weights: tuple[Decimal, ...]
    service: str = ""
    is_return: bool = False


@dataclass(frozen=True, slots=True)
class Booking:
    """What the carrier made of a transport order.

    :param tuple[str, ...] numbers: The tracking numbers, one per parcel.
    :param tuple[tuple[str, bytes], ...] labels: File name and content.
    :param Decimal | None price: What the carrier says it will cost, net.
    :param str currency: ISO 4217.
    """

    numbers: tuple[str, ...]
    labels: tuple[tuple[str, bytes], ...] = ()
    price: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one service would cost.

    :param int | None days: Transit time, when the carrier names it.
    """

    service: str
    price: Decimal
    currency: str
    days: int | None = None
    details: dict = field(default_factory=dict)
