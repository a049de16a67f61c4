"""Two customers with accounts, and a shipment of each, for the tests of the portal."""

from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user

from . import files
from .common import LogisticsCommon

# Words of ours that must stand in no page a customer gets.
INTERNAL = (
    "refused",
    "delivery_failed",
    "money_hold",
    "contradiction",
    "Secret words of the carrier",
    "Raw-Code-77",
    "K. Meyer",
)


class PortalCase(LogisticsCommon):
    """`cls.shipment` belongs to the customer, `cls.foreign` to another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Berlin"
        cls.customer.email = "hansen@example.com"
        cls.guest = cls._account("hansen", cls.customer)
        cls.other_customer = cls.env["res.partner"].create(
            {"name": "Dalton Marine", "email": "dalton@example.com"}
        )
        cls.stranger = cls._account("dalton", cls.other_customer)
        cls.order = cls._sell()
        cls.shipment = cls._ship(cls.order.picking_ids, "NB100")
        cls.foreign_order = cls._sell(partner_id=cls.other_customer.id)
        cls.foreign = cls._ship(cls.foreign_order.picking_ids, "NB900")

    @classmethod
    def _account(cls, login, customer):
        user = new_test_user(
            cls.env,
            login=f"portal-{login}",
            password=f"portal-{login}",
            groups="base.group_portal",
        )
        user.partner_id.parent_id = customer
        return user

    @classmethod
    def _happen(cls, event_type, hours=0, shipment=None, **more):
        """Report what the carrier scanned some hours ago, with words of its own."""
        cls._report(
            shipment or cls.shipment,
            event_type,
            occurred_at=fields.Datetime.now() - timedelta(hours=hours),
            occurred_offset=60,
            raw_text="Secret words of the carrier",
            raw_code="Raw-Code-77",
            **more,
        )

    @classmethod
    def _prove(cls, shipment=None):
        cls.env["logistics.proof.record"].create(
            {
                "shipment_ids": [(6, 0, (shipment or cls.shipment).ids)],
                "signer": "K. Meyer",
                "document": files.encoded(files.pdf()),
                "document_name": "signed.pdf",
            }
        ).action_record()
        return (shipment or cls.shipment).proof_ids

    @classmethod
    def _show(cls, event_type, visible, partner=None, company=None):
        return cls.env["logistics.customer.status"].create(
            {
                "company_id": (company or cls.company).id,
                "partner_id": partner.id if partner else False,
                "event_type": event_type,
                "visible": visible,
            }
        )

    @classmethod
    def _link(cls, shipment=None):
        shipment = shipment or cls.shipment
        shipment.action_make_tracking_link()
        return shipment.public_url.partition("/shipment/")[2]
