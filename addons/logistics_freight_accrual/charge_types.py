"""What a carrier can charge for, and what a carrier's own code means.

Pure data, without a database. Keys are stored and never renamed; labels are what a user
reads. A code that is not listed is `unknown`: it is shown, held and never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .charge_codes import CODES, fold_name, ups_keys

# How far a bill may differ is agreed per carrier and class, see `tolerance.py`.
CHARGE_CLASSES = MappingProxyType(
    {
        "base": "Line Haul or Base",
        "fuel": "Fuel",
        "weight": "Weight, Dimensions, Class",
        "accessorial": "Accessorial, Authorised",
        "unauthorised": "Accessorial, Not Authorised",
        "duty": "Duty and Tax",
        "rounding": "Rounding",
        "exchange": "Exchange Rate",
    }
)

# Where it is booked: freight expense, or what the authorities get.
BOOKED = ("freight", "duty", "tax")


@dataclass(frozen=True, slots=True)
class ChargeType:
    """One thing a carrier charges for.

    :param str code: The stored name.
    :param str label: The name on screens.
    :param str charge_class: A key of `CHARGE_CLASSES`.
    :param str needs: What must have happened for it to be due, a key of
        `evidence.RULES`, or "" when nothing must.
    :param str booked: One of `BOOKED`; only `freight` is an expense of ours, the others
        are passed on to the authorities and never are.
    :param str part_of: The type whose price it is a part of, or "". A discount and the
        freight it is taken off are one price and compared as one.
    """

    code: str
    label: str
    charge_class: str = "accessorial"
    needs: str = ""
    booked: str = "freight"
    part_of: str = ""

    @property
    def is_expense(self):
        """Return whether it may be booked as freight expense.

        :rtype: bool
        """
        return self.booked == "freight"


_TYPES = (
    ChargeType("base", "Base Freight", "base"),
    ChargeType("fuel", "Fuel Surcharge", "fuel"),
    ChargeType("discount", "Discount", "base", part_of="base"),
    ChargeType("residential", "Residential", needs="residential_address"),
    ChargeType("extended_area", "Extended Area"),
    ChargeType(
        "dimension_correction",
        "Dimension or Weight Correction",
        "weight",
        needs="measurement",
    ),
    ChargeType("handling", "Additional Handling"),
    ChargeType("redelivery", "Redelivery", needs="failed_attempt"),
    ChargeType("return", "Return", needs="return_leg"),
    ChargeType("storage", "Storage", needs="waiting"),
    ChargeType("detention", "Detention", needs="stop_visit"),
    ChargeType("address_correction", "Address Correction", needs="changed_address"),
    ChargeType("customs_brokerage", "Customs Brokerage", needs="customs"),
    ChargeType("duty", "Duty", "duty", "customs", "duty"),
    ChargeType("import_tax", "Import Tax", "duty", "customs", "tax"),
    ChargeType("tax", "Tax on Freight", "duty", booked="tax"),
    ChargeType("cash_on_delivery", "Cash on Delivery", needs="cash"),
    ChargeType("insurance", "Insurance"),
    ChargeType("option", "Optional Service"),
    ChargeType("fee", "Service Fee"),
    ChargeType("peak", "Peak or Demand Surcharge"),
    ChargeType("adjustment", "Adjustment", "unauthorised"),
    ChargeType("rounding", "Rounding", "rounding"),
    ChargeType("unknown", "Unknown", "unauthorised"),
)
CHARGE_TYPES = MappingProxyType({kind.code: kind for kind in _TYPES})

# Layouts whose charges have words and no codes.
_NAMED = frozenset({"fedex_csv"})
# L1-08 names special charges and allowances only: without it, and without the words for
# one in L1-12, a charge is the freight itself.
_PLAIN_IS_FREIGHT = frozenset({"x12_210"})


def kind_of(layout: str, code: str, text: str = "", own: Mapping | None = None):
    """Return what a carrier's charge is.

    :param str layout: A key of `CODES`; any other has only the codes in `own`.
    :param str code: The charge as the carrier codes it, for UPS as `ups_code` joins it;
        "" where it only has words.
    :param str text: The charge in the carrier's words (X12: L1-12); only looked up as a
        whole, and only without a code.
    :param Mapping own: What people decided about codes that are not listed: (layout,
        code or text) → type. Their word counts before ours.
    :return: A key of `CHARGE_TYPES`; `unknown` for what is listed nowhere.
    :rtype: str
    :raises ValueError: When `own` names a type that does not exist.
    """
    said = fold_name(code) or fold_name(text)
    kind = (own or {}).get((layout, said))
    if kind is not None:
        if kind not in CHARGE_TYPES:
            raise ValueError(f"No such charge type: {kind!r}")
        return kind
    if not said and layout in _PLAIN_IS_FREIGHT:
        return "base"
    table = CODES.get(layout, {})
    if fold_name(code) and layout == "ups_csv":
        return next((table[key] for key in ups_keys(said) if key in table), "unknown")
    if layout in _NAMED and fold_name(text):
        return table.get(fold_name(text), "unknown")
    return table.get(said, "unknown")


def charge_of(kind):
    """Return the type of the charge that a line of a type settles.

    :param str kind: A key of `CHARGE_TYPES`.
    :return: Itself, or what it is a part of the price of.
    :rtype: str
    """
    return CHARGE_TYPES[kind].part_of or kind


def class_of(kind, authorised=True):
    """Return by which tolerance a charge is judged.

    :param str kind: A key of `CHARGE_TYPES`.
    :param bool authorised: Whether it was ordered or is borne out by what happened; an
        accessorial that is not has no tolerance.
    :return: A key of `CHARGE_CLASSES`.
    :rtype: str
    """
    charge_class = CHARGE_TYPES[kind].charge_class
    if charge_class == "accessorial" and not authorised:
        return "unauthorised"
    return charge_class
