"""What comes back in the story, and how each return must end.

Data only, like `plot`: every return has an order of its own.
"""

from typing import NamedTuple

from .plot import Plan

# Two people agree to large credits: the second one of finance.
COLLEAGUE = ("second of finance", "finance2", "finance2-demo")
# Customers who announce returns on the portal: by customer role, login, password.
CUSTOMERS = {
    "whitaker": ("customer Whitaker", "whitaker", "whitaker-demo"),
    "dalton": ("customer Dalton", "dalton", "dalton-demo"),
}
LOGINS = (COLLEAGUE, *CUSTOMERS.values())
# Kind of a return, in words.
KINDS = {
    "customer": "customer return",
    "to_sender": "return to sender",
    "damaged": "damaged on delivery",
    "lost": "lost",
}
# So many days after the delivery customers may announce a return.
PORTAL_DAYS = 30
# What customers pay on goods, in percent.
SALES_TAX = {"us": 15, "eu": 0}
# Where returned goods wait, are put in order, and are worthless.
PLACES = ("Returned Goods", "Workshop", "Worthless Returns")

_BOTH = (("out_invoice", "posted"), ("out_refund", "posted"))
ORDERS = (
    Plan(
        "return_announced",
        "us",
        "whitaker",
        "northwind",
        {"valve": 4},
        fee=True,
        invoiced={"valve": 2, "delivery": 1},
        documents=_BOTH,
    ),
    Plan(
        "return_unannounced",
        "eu",
        "moreau",
        "northwind",
        {"valve": 6},
        invoiced={},
        documents=_BOTH,
    ),
    Plan(
        "return_to_sender",
        "eu",
        "hansen",
        "northwind",
        {"pump": 1},
        "CPT",
        invoiced={},
        documents=_BOTH,
    ),
    Plan(
        "return_damaged",
        "us",
        "dalton",
        "northwind",
        {"pump": 2},
        invoiced={"pump": 1},
        documents=_BOTH,
    ),
    Plan(
        "return_two_people",
        "eu",
        "vogt",
        "northwind",
        {"pump": 8},
        invoiced={},
        documents=_BOTH,
    ),
    Plan(
        "return_not_released",
        "eu",
        "hansen",
        "northwind",
        {"filter": 5},
        "DAP",
        invoiced={},
        documents=(),
    ),
)
BY_KEY = {plan.key: plan for plan in ORDERS}


class Ending(NamedTuple):
    """How one return must end.

    :param str title: The title of its scene.
    :param str kind: Why the goods come back.
    :param str origin: Who began it.
    :param str state: Where it stands at the end.
    :param dict found: By disposition how much was found.
    :param int customer: How much of the goods the customer has at the end.
    :param tuple people: Logins of who agreed to the credit.
    :param str paid: How the credit note is settled: `refund` through the payment, or
        set off against the `invoice`; empty without a credit note.
    :param bool own_number: Whether the goods come back under a number of their own.
    :param str chain: The kind of the shipment they come back in.
    :param bool claimed: Whether the carrier is asked to pay.
    """

    title: str
    kind: str
    origin: str
    state: str
    found: dict
    customer: int
    people: tuple = ()
    paid: str = ""
    own_number: bool = True
    chain: str = "return"
    claimed: bool = False


ENDINGS = {
    "return_announced": Ending(
        "Announced on the portal, accepted in part, refunded",
        "customer",
        "portal",
        "refunded",
        {"restock": 2, "send_back": 1},
        2,
        ("finance",),
        "refund",
    ),
    "return_unannounced": Ending(
        "A parcel comes back that nobody announced",
        "customer",
        "scan",
        "refunded",
        {"restock": 5, "refurbish": 1},
        0,
        ("finance",),
        "invoice",
    ),
    "return_to_sender": Ending(
        "Refused, and back under a number of its own",
        "to_sender",
        "scan",
        "refunded",
        {"restock": 1},
        0,
        ("finance",),
        "invoice",
        chain="return_to_sender",
    ),
    "return_damaged": Ending(
        "Damaged on delivery, with photos and a claim",
        "damaged",
        "portal",
        "refunded",
        {"scrap": 1},
        1,
        ("finance",),
        "invoice",
        claimed=True,
    ),
    "return_two_people": Ending(
        "A large credit needs two people",
        "customer",
        "transfer",
        "refunded",
        {"restock": 8},
        0,
        ("finance", "finance2"),
        "invoice",
    ),
    "return_not_released": Ending(
        "Back before it was invoiced: nothing to credit",
        "to_sender",
        "scan",
        "closed",
        {"restock": 5},
        0,
        own_number=False,
        chain="",
    ),
}
SCENES = {key: ending.title for key, ending in ENDINGS.items()}
