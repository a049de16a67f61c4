"""Fixtures: bills of a carrier about shipments that were accrued."""

from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.logistics_freight_accrual.tests.common import FreightCommon


class CheckCommon(FreightCommon):
    """A shipment costs 100.00 and is accrued when it is picked up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.finance = cls.people["finance"]
        cls.clerk = new_test_user(
            cls.env,
            login="logistics-finance-2",
            groups="logistics_events.logistics_events_group_finance",
        )
        cls.controller = new_test_user(
            cls.env,
            login="logistics-finance-3",
            groups="logistics_events.logistics_events_group_finance",
        )
        cls.currency = cls.company.currency_id
        cls.today = fields.Date.today()
        cls.Tolerance = cls.env["logistics.freight.tolerance"]

    # === DEEDS === #

    @classmethod
    def _accrue(cls, *numbers, **more):
        """Return a shipment that was picked up, and accrued."""
        shipment = cls._ship(cls._sell(**more).picking_ids, *numbers)
        for parcel in shipment.parcel_ids:
            cls._report(shipment, "picked_up", parcel)
        cls._take()
        return shipment

    @classmethod
    def _charge(cls, shipment, charge_type, amount, **more):
        """Return a further charge of a shipment with an expected price."""
        charge = cls.env["logistics.charge"]._find_or_make(
            [
                {
                    "company_id": shipment.company_id.id,
                    "carrier_id": shipment.carrier_id.id,
                    "shipment_id": shipment.id,
                    "charge_type": charge_type,
                    "currency_id": more.pop("currency", cls.currency).id,
                    "source": "booked",
                }
                | more
            ]
        )
        charge._say("quote", "booked", amount=Decimal(amount))
        return charge

    @classmethod
    def _bill(cls, *rows, tax=0.0, **more):
        """Return a carrier bill, not checked yet; its total is that of its lines.

        :param rows: Values of its lines.
        """
        net = round(sum(row["amount"] for row in rows), 6)
        bill = (
            cls.env["logistics.freight.bill"]
            .sudo()
            .create(
                {
                    "company_id": cls.company.id,
                    "carrier_id": cls.carrier.id,
                    "partner_id": cls.vendor.id,
                    "currency_id": cls.currency.id,
                    "number": "4711",
                    "issued": cls.today,
                    "due": cls.today + timedelta(days=30),
                    "layout": "freight_csv",
                    "net_amount": net,
                    "tax_amount": tax,
                    "total_amount": round(net + tax, 6),
                    "line_ids": [
                        Command.create({"row": place, "charge_type": "base"} | row)
                        for place, row in enumerate(rows, 2)
                    ],
                }
                | more
            )
        )
        return bill

    @classmethod
    def _checked(cls, *rows, **more):
        """Return a carrier bill after its audit."""
        bill = cls._bill(*rows, **more)
        bill._check()
        cls.env.flush_all()
        return bill

    def _agree(self, row):
        """Put a tolerance in force that the test proposed."""
        row.with_user(self.clerk).action_agree()
        return row

    # === QUESTIONS === #

    def _items(self, move):
        """Return role or kind of the items of a document with their balances."""
        found = {}
        for item in move.line_ids:
            role = item.logistics_charge_role or item.display_type
            found[role] = round(found.get(role, 0.0) + item.balance, 6)
        return found
