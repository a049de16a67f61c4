"""Open charges of a made-up carrier, and the lines it bills."""

from datetime import date
from decimal import Decimal

from odoo.addons.logistics_freight_accrual.bill import REFERENCES, BillLine
from odoo.addons.logistics_freight_accrual.matching import OpenCharge

D = Decimal
SHIPPED = date(2026, 3, 3)


def charge(ref, kind="base", amount="10.00", shipment="S1", **values):
    """Return an open charge of a made-up carrier."""
    values = {"carrier": "acme", "currency": "EUR", "service_date": SHIPPED, **values}
    return OpenCharge(ref, kind=kind, amount=D(amount), shipment=shipment, **values)


def line(kind="base", amount="10.00", tracking_number="", **values):
    references = {name: values.pop(name) for name in REFERENCES if name in values}
    values = {"service_date": SHIPPED, **values}
    return BillLine(
        1,
        D(amount),
        kind=kind,
        tracking_number=tracking_number,
        references=references,
        **values,
    )
