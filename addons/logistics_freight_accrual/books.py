"""Where the freight of a company is booked."""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

# Role of a line (`charge.ROLES`) → field of the company. The others stand on carriers'
# bills, where Odoo knows the accounts: tax, payable, and what exchange rates make.
ROLE_FIELDS = MappingProxyType(
    {
        "freight": "logistics_freight_account_id",
        "freight_in": "logistics_freight_in_account_id",
        "variance": "logistics_freight_variance_account_id",
        "accrued": "logistics_freight_accrued_account_id",
        "clearing": "logistics_freight_disputed_account_id",
    }
)
JOURNAL_FIELD = "logistics_freight_journal_id"
# Journal items on these carry their charge and are reconciled.
RECONCILED = ("accrued", "clearing")


@dataclass(frozen=True)
class Books:
    """The journal and the accounts of a company.

    :param Any company: The `res.company` that posts: entries carry it.
    :param Any owner: The `res.company` whose chart it is: itself, or a parent.
    :param Any journal: The `account.journal`, empty when none was chosen.
    :param dict accounts: By role the `account.account`.
    :param tuple missing: The labels of what was not chosen, as on the settings.
    """

    company: Any
    owner: Any
    journal: Any
    accounts: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
