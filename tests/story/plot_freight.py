"""What carriers charge in the story, what they bill, and how each bill must end.

Data only, like `plot`: the shipments are those of its orders.
"""

from decimal import Decimal
from typing import NamedTuple

D = Decimal
# Carriers that bill, by company, with the number of our account there.
ACCOUNTS = {
    "us": {"northwind": "NW-4711-US", "usps": "USPS-88120"},
    "eu": {"northwind": "NW-4711-EU", "baltic": "BF-2206", "rhein": "RF-1015"},
}
# What carriers charge in where it is not what the company books in.
CURRENCIES = {("us", "northwind"): "EUR"}
# Company and carrier → base price of a shipment in what the carrier charges in.
AGREED = {("us", "northwind"): D("36.00"), ("eu", "northwind"): D("48.00")}
FUEL_PERCENT = D("12.5")
# What a shipment costs where nothing was agreed on.
FLAT = {
    ("us", "usps"): D("9.40"),
    ("eu", "baltic"): D("45.00"),
    ("eu", "rhein"): D("32.00"),
}
# What bills have on top; a carrier abroad has none.
TAX_PERCENT = {"eu": D(15), "us": D(0)}
TRIGGER = "dispatched"

# Goods that are bought: key of the receipt, company, goods, how many, price of one.
RECEIPT = ("motors", "eu", "Motor M7", 10, 80.0)
SUPPLIER = "Adler Motoren"
CATEGORY = "Bought Goods (Average Cost)"


class BillLine(NamedTuple):
    """One line of a bill.

    :param str order: Whose shipment.
    :param str charge_type: What is charged for.
    :param Decimal amount: Tax excluded.
    :param str result: What the audit says.
    """

    order: str
    charge_type: str
    amount: Decimal
    result: str = "matched"


class CarrierBill(NamedTuple):
    """One document of a carrier.

    :param str key: Names it in the story.
    :param str number: Its number.
    :param str company: To whom it is written.
    :param str carrier: By whom.
    :param str currency: In what.
    :param tuple lines: Its lines.
    :param str state: How it must end.
    :param str original: The key of the bill it credits, or repeats.
    """

    key: str
    number: str
    company: str
    carrier: str
    currency: str
    lines: tuple[BillLine, ...]
    state: str = "posted"
    original: str = ""

    @property
    def kind(self):
        """Return `invoice` or `credit`."""
        is_credit = any(line.amount < 0 for line in self.lines)
        return "credit" if is_credit else "invoice"


def _agreed(company, *orders):
    base = AGREED[company, "northwind"]
    fuel = base * FUEL_PERCENT / 100
    return tuple(
        BillLine(order, charge_type, amount)
        for order in orders
        for charge_type, amount in (("base", base), ("fuel", fuel))
    )


BILLS = (
    CarrierBill(
        "fitting",
        "NW-2611-01",
        "eu",
        "northwind",
        "EUR",
        (
            # 0.40 above what was agreed on.
            BillLine("dap", "base", D("48.40"), "in_tolerance"),
            BillLine("dap", "fuel", D("6.00")),
            *_agreed("eu", "exw", "kit"),
        ),
    ),
    CarrierBill(
        "overcharged",
        "NW-2611-02",
        "us",
        "northwind",
        "EUR",
        (
            BillLine("forged", "base", D("36.00")),
            # Twice what was agreed on.
            BillLine("forged", "fuel", D("9.00"), "variance"),
            *_agreed("us", "withdrawn_posted"),
            # The address is a business.
            BillLine("withdrawn_posted", "residential", D("3.90"), "unmatched"),
        ),
    ),
    CarrierBill(
        "credit",
        "NW-2611-C2",
        "us",
        "northwind",
        "EUR",
        (
            BillLine("forged", "fuel", D("-4.50")),
            BillLine("withdrawn_posted", "residential", D("-3.90")),
        ),
        original="overcharged",
    ),
    CarrierBill(
        "first",
        "PS-000881",
        "us",
        "usps",
        "USD",
        (BillLine("easypost", "base", FLAT["us", "usps"]),),
    ),
    CarrierBill(
        "again",
        "ps 881",
        "us",
        "usps",
        "USD",
        (BillLine("easypost", "base", FLAT["us", "usps"]),),
        state="stopped",
        original="first",
    ),
    CarrierBill(
        "shared_bill",
        "NW-2611-03",
        "eu",
        "northwind",
        "EUR",
        (*_agreed("eu", "shared_1"), *_agreed("us", "two_parcels")),
    ),
)
BY_KEY = {bill.key: bill for bill in BILLS}


class FreightScene(NamedTuple):
    """One scene about freight.

    :param str title: Its title.
    :param str company: Whose books it is about.
    :param tuple orders: Whose shipments it is about.
    :param tuple bills: Documents that are imported in it.
    """

    title: str
    company: str
    orders: tuple[str, ...] = ()
    bills: tuple[str, ...] = ()


FREIGHT = {
    "freight_accrual": FreightScene(
        "Freight is accrued when the goods leave", "us", ("web",)
    ),
    "freight_euro": FreightScene(
        "The carrier charges euros, the books are in dollars", "us", ("out_of_order",)
    ),
    "freight_bill": FreightScene(
        "A carrier's bill within tolerance",
        "eu",
        ("dap", "exw", "kit"),
        ("fitting",),
    ),
    "freight_dispute": FreightScene(
        "Fuel overcharged, a fee without evidence: disputed and credited",
        "us",
        ("forged", "withdrawn_posted"),
        ("overcharged", "credit"),
    ),
    "freight_duplicate": FreightScene(
        "A carrier's bill that comes twice is stopped",
        "us",
        ("easypost",),
        ("first", "again"),
    ),
    "freight_inbound": FreightScene(
        "Inbound freight raises the value of the goods", "eu"
    ),
    "freight_two_companies": FreightScene(
        "One carrier's bill for two companies",
        "eu",
        ("shared_1", "two_parcels"),
        ("shared_bill",),
    ),
}
SCENES = {key: scene.title for key, scene in FREIGHT.items()}
