"""The people of the tables: one for each column, and three who belong elsewhere."""

SUITE = "logistics_events.logistics_events_group_"
# Column of the tables: the groups of the person.
ROLES = {
    "user": f"{SUITE}user",
    "manager": f"{SUITE}manager",
    "finance": f"{SUITE}finance",
    "integration": f"{SUITE}integration",
    "auditor": f"{SUITE}auditor",
    "stock": "stock.group_stock_user",
    "invoicing": "account.group_account_invoice",
    "sales": "sales_team.group_sale_salesman",
    "portal": "base.group_portal",
    "public": "base.group_public",
    "internal": "base.group_user",
    "system": "base.group_system",
}
# Whoever belongs to another company may be anything there, and still sees nothing.
EVERYTHING = ",".join(
    (
        *(f"{SUITE}{role}" for role in ("manager", "finance", "integration")),
        f"{SUITE}auditor",
        "stock.group_stock_manager",
        "account.group_account_manager",
        "sales_team.group_sale_manager",
        "base.group_system",
    )
)
