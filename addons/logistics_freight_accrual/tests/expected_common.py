"""Fixtures: a carrier with an agreement, goods that weigh something, and bills."""

from datetime import timedelta
from decimal import Decimal

from odoo.fields import Command

from odoo.addons.logistics_freight_accrual.tests.common import FreightCommon

D = Decimal


class ExpectedCommon(FreightCommon):
    """Pumps of 2 kg go to Austria; without an agreement a shipment costs 100.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.weight = 2.0
        cls.austria = cls.env.ref("base.at")
        cls.customer.write({"country_id": cls.austria.id, "zip": "1010"})
        cls.customer.is_company = True
        cls.method.logistics_service = "economy"

    # === DEEDS === #

    @classmethod
    def _agree(cls, *rates, surcharges=(), **more):
        """Return an agreement with the carrier: of 6.90 up to 20 kg by default."""
        rates = rates or ({"weight_to": 20.0, "price": 6.9},)
        return cls.env["logistics.rate.agreement"].create(
            {
                "name": "Northbound 26",
                "company_id": cls.company.id,
                "carrier_id": cls.carrier.id,
                "currency_id": cls.company.currency_id.id,
                "rate_ids": [Command.create(rate) for rate in rates],
                "surcharge_ids": [Command.create(row) for row in surcharges],
            }
            | more
        )

    @classmethod
    def _announce(cls, number="NB2001", quantity=5, **more):
        """Return the shipment of a delivery that has a number and did not leave."""
        order = cls._sell(quantity, **more)
        order.picking_ids.carrier_tracking_ref = number
        return order.picking_ids.logistics_shipment_ids

    @classmethod
    def _leave(cls, shipment):
        """Validate the transfers of a shipment."""
        cls._ship(shipment.picking_ids)

    @classmethod
    def _bill(cls, shipment, *amounts, days_ago=10, final=True):
        """Bill the charges of a shipment, whose service was some days ago."""
        day = cls.company._logistics_today() - timedelta(days=days_ago)
        shipment.expected_cost_ids.sudo().service_date = day
        charges = shipment.logistics_charge_ids.sorted("charge_type")
        told = []
        for charge, amount in zip(charges, amounts, strict=True):
            ref = f"B{charge.id}"
            told.append((charge, "bill", ref, {"amount": D(amount), "on": day}))
            told.append((charge, "match", ref, {"target": ref}))
        cls.env["logistics.charge"]._say_many(told)
        cls.env.flush_all()

    @classmethod
    def _booking(cls, shipment, price, currency=None, **more):
        """Return a label that was bought for a shipment."""
        connection = cls.env["logistics.connection"].search([], limit=1)
        connection = connection or cls.env["logistics.connection"].create(
            {
                "name": "Sandbox",
                "adapter": "sandbox",
                "environment": "test",
                "company_id": cls.company.id,
            }
        )
        return cls.env["logistics.booking"].create(
            {
                "picking_id": shipment.picking_ids[:1].id,
                "connection_id": connection.id,
                "state": "booked",
                "numbers": ", ".join(shipment.parcel_ids.mapped("tracking_number")),
                "price": price,
                "currency_id": (currency or cls.company.currency_id).id,
            }
            | more
        )

    # === VIEWS === #

    def _said(self, shipment, source):
        """Return the amount a source says, None without any."""
        answers = shipment._logistics_expectations()[shipment].answers
        money = next(one.money for one in answers if one.source == source)
        return money and money.amount

    def _prices(self, shipment):
        """Return what is expected of each charge of a shipment."""
        return {
            charge.charge_type: charge.amount
            for charge in shipment.logistics_charge_ids
        }
