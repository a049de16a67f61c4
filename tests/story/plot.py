"""What the story is about: people, goods, orders, and how each order must end.

Data only. `casting` makes it, the scenes play it, `verdict` compares the end with it.
"""

from typing import NamedTuple

# role, login, password
FINANCE = ("finance", "finance", "finance-demo")
WAREHOUSE = ("warehouse", "warehouse", "warehouse-demo")
SERVICE = ("customer service", "service", "service-demo")
INTEGRATION = ("integration", "integration", "integration-demo")
LOGINS = (FINANCE, WAREHOUSE, SERVICE, INTEGRATION)
EVERYBODY = (
    "base.group_user",
    "base.group_multi_company",
    # Odoo gives it to everybody it invites; transfers need it to show their carrier.
    "base.group_partner_manager",
    "base.group_allow_export",
)
GROUPS = {
    "finance": (
        "logistics_events.logistics_events_group_finance",
        "sales_team.group_sale_salesman_all_leads",
    ),
    "warehouse": ("logistics_events.logistics_events_group_user",),
    "service": ("sales_team.group_sale_salesman_all_leads",),
    "integration": ("logistics_events.logistics_events_group_integration",),
}

# key → name, currency, country, city, street, zone
COMPANIES = {
    "us": (
        "Harbor Pumps Inc.",
        "USD",
        "US",
        "Boston",
        "12 Wharf Street",
        "America/New_York",
    ),
    "eu": (
        "Lindenau Pumpen GmbH",
        "EUR",
        "DE",
        "Leipzig",
        "Lindenauer Markt 4",
        "Europe/Berlin",
    ),
}
POSTCODES = {
    "Boston": "02110",
    "Leipzig": "04177",
    "Aarhus": "8000",
    "Lyon": "69002",
    "Kassel": "34117",
    "Bern": "3011",
    "Portland": "97201",
    "Fresno": "93721",
    "Salem": "97301",
    "Yakima": "98901",
}
# Dollars for one euro, so that limits in company currency mean something.
DOLLARS_PER_EURO = 1.16

# Orders that are paid online before they are confirmed.
PREPAID = ("web", "return_announced")

# Everybody else is a company.
PRIVATE = "whitaker"
# key → name, company, e-mail, city, country
CUSTOMERS = {
    "hansen": ("Hansen Maskiner", "eu", "orders@hansen.example", "Aarhus", "DK"),
    "moreau": ("Moreau Hydraulique", "eu", "achats@moreau.example", "Lyon", "FR"),
    "vogt": ("Vogt Anlagenbau", "eu", "einkauf@vogt.example", "Kassel", "DE"),
    "keller": ("Keller Wasserwerke", "eu", "info@keller.example", "Bern", "CH"),
    "dalton": ("Dalton Marine", "us", "parts@dalton.example", "Portland", "US"),
    "reyes": ("Reyes Irrigation", "us", "buying@reyes.example", "Fresno", "US"),
    "whitaker": ("Jo Whitaker", "us", "jo@whitaker.example", "Salem", "US"),
    "orchard": ("Orchard Farms", "us", "office@orchard.example", "Yakima", "US"),
}

# key → name, price
GOODS = {
    "pump": ("Pump P100", 100.0),
    "valve": ("Valve V20", 25.0),
    "gasket": ("Gasket G5", 4.0),
    "filter": ("Filter F8", 12.0),
}
KIT = ("kit", "Service Kit K1", 60.0, {"gasket": 2, "filter": 1})
DELIVERY_PRICE = 12.0

# key → name, SCAC
CARRIERS = {
    "northwind": ("Northwind Parcel", "NWPX"),
    "baltic": ("Baltic Freight", "BLTF"),
    "usps": ("US Postal Service", "USPS"),
    "rhein": ("Rhein Fulfilment", "RHFL"),
    "truck": ("Own Truck", None),
}


# EasyPost's accounts sign with a secret that is normalised first (NFKD).
EASYPOST_SECRET = "Ångström № 5, Hafen"
# How often Baltic Freight is asked about its numbers.
POLL_MINUTES = 1

# The rules come with the addon; what they make is chosen here. Where no carrier can
# report, a person records the proof.
_PERSON = {"proof_without_tracking": "person"}
RULE_CHOICES = {
    "logistics_policy_prepaid": {"result": "post"},
    "logistics_policy_carrier": {"result": "post"},
    "logistics_policy_dap": _PERSON | {"result": "post_send"},
    "logistics_policy_default": _PERSON | {"result": "post"},
}
# One customer wants to see every invoice before it is posted: before all others.
DRAFT_RULE = _PERSON | {
    "name": "Keller: a draft that somebody checks",
    "action": "release",
    "sequence": 5,
    "domain": '[("partner_id.name", "=", "Keller Wasserwerke")]',
    "trigger": "delivered",
    "result": "draft",
}
CREDIT_RULE = {
    "name": "Credits are approved by one person",
    "action": "credit",
    "trigger": "withdrawn",
    "approval": "one",
}


class Plan(NamedTuple):
    """One order of the story and how it must end.

    :param str key: Names the order in the story.
    :param str company: The company that sells.
    :param str customer: Who buys.
    :param str carrier: Who brings it.
    :param dict lines: Quantity by goods.
    :param str incoterm: The delivery term, if any.
    :param bool fee: Whether the delivery is charged.
    :param dict | None invoiced: What is invoiced at the end, net of credits, by goods;
        everything by default.
    :param tuple documents: Type and state of each document at the end.
    :param bool held: Whether something still waits at the end.
    :param str shares: The scene it belongs to, when that has several orders.
    """

    key: str
    company: str
    customer: str
    carrier: str
    lines: dict
    incoterm: str = ""
    fee: bool = False
    invoiced: dict | None = None
    documents: tuple = (("out_invoice", "posted"),)
    held: bool = False
    shares: str = ""

    @property
    def scene(self):
        """Return the scene the order belongs to."""
        return self.shares or self.key

    @property
    def expected(self):
        """Return what is invoiced at the end, `delivery` being the fee."""
        if self.invoiced is not None:
            return self.invoiced
        return self.lines | ({"delivery": 1} if self.fee else {})


ORDERS = (
    Plan("dap", "eu", "hansen", "northwind", {"pump": 3}, "DAP", fee=True),
    Plan(
        "two_parcels",
        "us",
        "dalton",
        "northwind",
        {"pump": 2, "valve": 8},
        invoiced={"pump": 2},
        held=True,
    ),
    Plan("exw", "eu", "moreau", "northwind", {"valve": 20}, "EXW"),
    Plan("web", "us", "whitaker", "northwind", {"valve": 2}, fee=True),
    Plan("shared_1", "eu", "vogt", "northwind", {"pump": 1}, shares="shared"),
    Plan("shared_2", "eu", "vogt", "northwind", {"valve": 6}, shares="shared"),
    Plan(
        "backorder",
        "us",
        "reyes",
        "northwind",
        {"pump": 10},
        invoiced={"pump": 4},
        held=True,
    ),
    Plan("kit", "eu", "vogt", "northwind", {"kit": 2}),
    Plan("out_of_order", "us", "orchard", "northwind", {"valve": 5}),
    Plan("unknown_code", "eu", "hansen", "baltic", {"pump": 2}, "DAP"),
    Plan("forged", "us", "dalton", "northwind", {"pump": 1}),
    Plan(
        "withdrawn_draft",
        "eu",
        "keller",
        "northwind",
        {"pump": 4},
        invoiced={},
        documents=(),
        held=True,
    ),
    Plan(
        "withdrawn_posted",
        "us",
        "reyes",
        "northwind",
        {"valve": 12},
        invoiced={},
        documents=(("out_invoice", "posted"), ("out_refund", "posted")),
        held=True,
    ),
    Plan("carrier_down", "eu", "vogt", "baltic", {"pump": 5}, "DAP"),
    Plan("own_truck", "us", "orchard", "truck", {"pump": 1}),
    Plan("easypost", "us", "orchard", "usps", {"filter": 3}),
    Plan("third_party", "eu", "moreau", "rhein", {"gasket": 50}, "DAP"),
    # Its paper is still with the driver.
    Plan(
        "paper",
        "us",
        "orchard",
        "truck",
        {"valve": 4},
        invoiced={},
        documents=(),
        held=True,
        shares="own_truck",
    ),
)
# Scene → title, in the order in which they are played.
SCENES = {
    "dap": "Delivered at place, invoice posted and sent",
    "two_parcels": "Two parcels, one delivered: part invoiced",
    "exw": "Ex works, released at pickup",
    "web": "Prepaid web order, invoiced at dispatch",
    "shared": "Two orders in one transfer",
    "backorder": "Backorder, each part by its own proof",
    "kit": "Kit in two parcels",
    "out_of_order": "Out of order, with duplicates",
    "unknown_code": "Unknown code, mapped, read again",
    "forged": "Forged webhook refused, the genuine one accepted",
    "withdrawn_draft": "Delivery withdrawn while the invoice is a draft",
    "withdrawn_posted": "Delivery withdrawn after posting: approved credit",
    "carrier_down": "Carrier down, caught up by polling",
    "own_truck": "Own truck, released by recorded proof",
    "easypost": "EasyPost: status at once, money after the poll",
    "third_party": "3PL speaks CloudEvents",
}
