"""One golden scenario as it is played on the database."""

from dataclasses import dataclass, field

from . import golden

# What the disputed scenarios charge for: one price that is a little too high, and one
# that is far too high; together they are what the scenario says.
EXCESS, DOUBTED = "base", "fuel"


@dataclass
class Player:
    """A scenario on the books.

    :param golden.Case case: What is told, and what must be posted.
    :param str tracking: The number on its parcel.
    :param bool is_split: Whether it has a price that is disputed beside the other.
    """

    case: golden.Case
    tracking: str
    is_split: bool
    treatment: str
    taxed: bool
    carrier: object = None
    shipment: object = None
    bills: dict = field(default_factory=dict)
    last_bill: object = None
    seen: set = field(default_factory=set)

    @property
    def name(self):
        """Return the name of the scenario alone."""
        return self.case.name.partition(",")[0]

    @property
    def steps(self):
        """Return the steps of the scenario."""
        return self.case.script["steps"]

    @property
    def charges(self):
        """Return the charges of the scenario, the newest last."""
        return self.shipment.logistics_charge_ids.sorted("id")

    def parts(self, name):
        """Return what a price or a bill says by type of charge.

        :param str name: The amount, as the file of the scenarios names it.
        :rtype: dict[str, Decimal]
        """
        amounts = self.case.amounts
        amount = amounts[name]
        if not self.is_split:
            return {EXCESS: amount}
        if name == "doubted":
            return {DOUBTED: amount}
        if name == "quoted":
            return {EXCESS: amount - amounts["excess"], DOUBTED: amounts["excess"]}
        return {EXCESS: amounts["quoted"], DOUBTED: amount - amounts["quoted"]}
