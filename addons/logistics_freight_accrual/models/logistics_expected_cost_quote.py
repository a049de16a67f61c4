"""From the expected cost to charges: what is accrued when the goods move."""

from datetime import timedelta
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.logistics_events.attempt import attempted
from odoo.addons.logistics_events.tracing import get_logger

from ..charge_types import charge_of
from ..expected_cost import SOURCES, Money
from ..rounding import ZERO

_logger = get_logger(__name__)

FINANCE = "logistics_events.logistics_events_group_finance"


class Standing(NamedTuple):
    """What was last said of the price of a charge.

    :param Any amount: As it is stored, a float.
    :param str source: Who said so.
    :param Any at: When.
    """

    amount: Any
    source: str
    at: Any


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    expected_cost_ids = fields.One2many(
        "logistics.expected.cost", "shipment_id", string="Expected Cost", copy=False
    )

    # === ACTIONS === #

    def action_expected_cost(self):
        """Ask every source what the shipment costs, and keep the price on its charges.

        Once the goods left, a price that is known stays, but for the booked one.

        :raise AccessError: For anybody but finance.
        """
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(FINANCE)):
            raise AccessError(self.env._("Only finance asks what a shipment costs."))
        self._logistics_quote_charges(even_unpriced=False)
        return True

    # === BUSINESS METHODS === #

    def _logistics_quote_charges(self, even_unpriced=True):
        """Make or find the charges that are expected for the shipments, and say on them
        what the first source with an answer expects.

        A price that stands is not said again. Once the goods left, only a better source
        is heard, and the booking when its price changes; what the carrier itself
        reported is never replaced.

        :param bool even_unpriced: Whether a shipment of which nothing is known gets a
            charge without a price, which a person is asked about.
        :rtype: logistics.charge
        """
        shipments = self.sudo().browse(self.ids).filtered("carrier_id")
        shipments = shipments._logistics_owed()
        Charge = self.env["logistics.charge"].sudo()
        if not shipments:
            return Charge
        priced = shipments._logistics_priced()
        charges = Charge.search([("shipment_id", "in", shipments.ids)])
        standing = charges._logistics_quotes()
        by_shipment = charges.grouped("shipment_id")
        heard, wishes = [], []
        for one in priced:
            own = by_shipment.get(one.shipment, Charge)
            if one.shipment._logistics_hears(one, own, standing):
                heard.append(one)
                wishes += one.shipment._logistics_wishes(
                    one, own, standing, even_unpriced
                )
        self.env["logistics.expected.cost"]._keep(heard)
        made = Charge._find_or_make([vals for vals, _amount in wishes])
        made._logistics_say_quotes(wishes, standing)
        shipments.invalidate_recordset(["expected_cost_ids", "logistics_charge_ids"])
        return made

    def _logistics_hears(self, priced, charges, standing):
        """Return whether what the sources say now counts for the shipment.

        :param Priced priced: What they say.
        :param logistics.charge charges: Those the shipment has.
        :param dict standing: What `_logistics_quotes` returned.
        :rtype: bool
        """
        self.ensure_one()
        if any(charge._logistics_is_told() for charge in charges):
            return False
        sources = {
            standing[charge].source for charge in charges if charge in standing
        } & set(SOURCES)
        if not sources or not (self.dispatched_at or self.picked_up_at):
            return True
        chosen = priced.expectation.chosen
        if chosen is None:
            return False
        rank = min(SOURCES.index(source) for source in sources)
        return chosen.source == "booked" or SOURCES.index(chosen.source) < rank

    def _logistics_wishes(self, priced, charges, standing, even_unpriced):
        """Return which charges the shipment should have, and at which prices.

        :return: Values for `_find_or_make`, and the price: None without any.
        :rtype: list[tuple[dict, Decimal | None]]
        """
        self.ensure_one()
        own = [charge for charge in charges if charge in standing]
        currency = own[0].currency_id if own else priced.charged_in
        chosen = priced.expectation.chosen
        base = self._logistics_charge_type("base")
        if chosen is None:
            if not even_unpriced or charges:
                return []
            vals = self._logistics_charge_vals(
                base, currency, source="flat", is_all_in=True
            )
            return [(vals, None)]
        prices = {}
        for part in chosen.parts:
            kind = self._logistics_charge_type(charge_of(part.kind))
            prices[kind] = prices.get(kind, ZERO) + part.amount
        is_all_in = not prices
        if is_all_in:
            prices[base] = chosen.money.amount
        # What another source expected, and this one does not.
        gone = {charge.charge_type for charge in own if standing[charge].amount}
        prices = dict.fromkeys(gone, ZERO) | {
            kind: amount for kind, amount in prices.items() if amount or kind in gone
        }
        return [
            (
                self._logistics_charge_vals(
                    kind,
                    currency,
                    source=chosen.source,
                    is_all_in=is_all_in and kind == base,
                ),
                priced.in_charged_currency(
                    Money(amount, chosen.money.currency), currency
                ),
            )
            for kind, amount in sorted(prices.items())
        ]

    @api.model
    def _logistics_requote(self, shipments):
        """Ask again about shipments that were quoted, as something about them changed.

        A shipment that cannot be asked about keeps its price: whoever packs or books
        is never stopped by it.

        :param logistics.shipment shipments: Those it may be about.
        """
        quoted = (
            self.env["logistics.charge"]
            .sudo()
            ._read_group([("shipment_id", "in", shipments.ids)], ["shipment_id"])
        )
        if not quoted:
            return
        concerned = self.browse([shipment.id for (shipment,) in quoted])
        with attempted(self.env) as attempt:
            concerned._logistics_quote_charges(even_unpriced=False)
        if attempt.error is not None:
            _logger.warning(
                "No new price for shipments %s: %s", concerned.ids, attempt.error
            )


class LogisticsCharge(models.Model):
    _inherit = "logistics.charge"

    def _logistics_quotes(self):
        """Return what was last said of the price of each charge, by ourselves.

        :rtype: dict[logistics.charge, Standing]
        """
        facts = (
            self.env["logistics.charge.fact"]
            .sudo()
            .search([("charge_id", "in", self.ids), ("kind", "=", "quote")])
        )
        found = {}
        for fact in facts.sorted(lambda one: (bool(one.at), one.at, one.id)):
            found[fact.charge_id] = Standing(fact.amount, fact.ref, fact.at)
        return found

    def _logistics_is_told(self):
        """Return whether the carrier itself said what the charge costs, or billed it.

        :rtype: bool
        """
        self.ensure_one()
        told = any(row["kind"] in ("quote", "confirm") for row in self.told or ())
        return told or self.stage not in ("estimated", "provisional")

    def _logistics_say_quotes(self, wishes, standing):
        """Say the prices of charges that are not the ones that stand.

        :param list[tuple] wishes: Values and price of each of the charges, in order.
        :param dict standing: What `_logistics_quotes` returned.
        """
        now = fields.Datetime.now()
        told = []
        for charge, (vals, amount) in zip(self, wishes, strict=True):
            changed = {
                name: vals[name]
                for name in ("source", "is_all_in")
                if charge[name] != vals[name]
            }
            if changed:
                charge.write(changed)
            before = standing.get(charge)
            source = vals["source"]
            if amount is None or (
                before
                and before.source == source
                and charge.currency_id.compare_amounts(before.amount, float(amount))
                == 0
            ):
                continue
            # Of two prices said in one second, nobody could tell which came last.
            at = now
            if before and before.at:
                at = max(now, before.at + timedelta(seconds=1))
            told.append((charge, "quote", source, {"amount": amount, "at": at}))
        if told:
            self._say_many(told)
