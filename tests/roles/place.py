"""The people of the role tables, where they work, and how things are done there."""

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.logistics_carrier_base.tests.common import CarrierCommon
from odoo.addons.logistics_events.tests.screens import ScreenCase

from .people import EVERYTHING, ROLES


class Place(CarrierCommon, ScreenCase):
    """A branch with one person per role, and strangers above, below and beside it.

    `cls.people` has the person of each role, `cls.strangers` those of each place.
    """

    @classmethod
    def _found_companies(cls):
        above = cls.company
        Company = cls.env["res.company"]
        cls.company = Company.create({"name": "Branch", "parent_id": above.id})
        cls.elsewhere = {
            "company above": above,
            "branch below": Company.create(
                {"name": "Branch of the Branch", "parent_id": cls.company.id}
            ),
            "other company": Company.create({"name": "Somebody Else"}),
        }
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(
            context=cls.env.context | {"allowed_company_ids": cls.company.ids}
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        for name in ("product", "customer", "method", "carrier"):
            setattr(cls, name, getattr(cls, name).with_env(cls.env))
        cls.carrier.tracking_url = "https://track.example.com/<number>"
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, cls.warehouse.lot_stock_id, 1000
        )

    @classmethod
    def _hire(cls):
        cls.people = {
            role: cls._person(role, groups, cls.company)
            for role, groups in ROLES.items()
        }
        # The customer's own order and invoice are shown to the customer.
        cls.people["portal"].partner_id.parent_id = cls.customer
        cls.strangers = {
            place: cls._person(place, EVERYTHING, company)
            for place, company in cls.elsewhere.items()
        }

    @classmethod
    def _person(cls, name, groups, company):
        return new_test_user(
            cls.env(context={"no_reset_password": True}),
            login=f"roles-{name}",
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    # === HOW === #

    @classmethod
    def _report_goods(cls, picking, code, placed=True):
        key = f"goods/{picking.id}"
        shipment = picking._logistics_start_shipment()
        cls._report(
            shipment,
            "dispatched",
            key=key,
            references={"delivery": picking.name},
            lines=[{"product": code, "quantity": "5"}],
        )
        event = cls.env["logistics.event"].search([("event_key", "=", key)])
        if not placed:
            event._relink(shipment.browse(), shipment.parcel_ids.browse(), "Whose?")
            event._dispatch_ask_transfer()
        return event

    @classmethod
    def _twins(cls, number, other):
        """Ship twice under one number; return the second shipment."""
        for name in (number, other):
            twin = cls._ship(cls._sell(user_id=False).picking_ids, name)
        twin.carrier_id = cls.env["logistics.carrier"].create({"name": "Second"})
        twin.parcel_ids.tracking_number = number
        cls.connection.carrier_ids |= twin.carrier_id
        return twin

    @classmethod
    def _refusals(cls):
        """Tell of other content under one identifier, and of bad signatures, once."""
        refused, forged = (
            cls.env["logistics.exception"]._open(
                "security", cls.connection, "Bad signatures", key=key
            )
            for key in (None, "signatures")
        )
        forged.last_at = "2026-01-01"
        cls.connection.last_pushed_at = "2026-01-02"
        return refused, forged

    @classmethod
    def _prove(cls, shipment):
        cls.env["logistics.proof.record"].create(
            {"shipment_ids": [Command.set(shipment.ids)], "signer": "K. Meyer"}
        ).action_record()
        return shipment.proof_ids

    @classmethod
    def _credit(cls, order):
        return cls.env["logistics.credit.demand"]._want(
            order.order_line, "claim", "roles", 1, reason="Broken"
        )

    @classmethod
    def _steps(cls, order, action):
        return cls.env["logistics.effect"].search(
            [("order_id", "=", order.id), ("action", "=", action)]
        )

    @classmethod
    def _event(cls, shipment, event_type):
        return shipment.event_ids.filtered(
            lambda event: event.event_type == event_type and event.sighting_ids.trust
        )[:1]

    @classmethod
    def _exception(cls, subject, category):
        return cls.env["logistics.exception"].search(
            [
                ("res_model", "=", subject._name),
                ("res_id", "=", subject.id),
                ("category", "=", category),
            ]
        )
