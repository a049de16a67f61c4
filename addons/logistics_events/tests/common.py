"""Fixtures for every addon of the suite: a company, people, goods, a sold delivery."""

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.base.tests.common import BaseCommon

# So many rows make a plan for an empty table slow.
_MANY = 50
ROLES = ("user", "manager", "finance", "integration", "auditor")


class LogisticsCommon(BaseCommon):
    """One company with named people; no demo data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.people = cls._hire_people()
        cls.carrier = cls.env["logistics.carrier"].create(
            {"name": "Northbound Parcel", "scac": "NBPX"}
        )
        product = cls.env["product.product"].create(
            {"name": "Freight", "type": "service", "list_price": 9.0}
        )
        cls.method = cls.env["delivery.carrier"].create(
            {
                "name": "Northbound Ground",
                "product_id": product.id,
                "logistics_carrier_id": cls.carrier.id,
            }
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Pump",
                "type": "consu",
                "is_storable": True,
                "list_price": 100.0,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
            }
        )
        cls.customer = cls.env["res.partner"].create({"name": "Hansen Machines"})
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, cls.warehouse.lot_stock_id, 1000
        )

    @classmethod
    def _hire_people(cls):
        """Make somebody for each role as Odoo's `new_test_user` does, but all at once:
        every class needs them, and one by one takes three times as long.

        :rtype: dict[str, res.users]
        """
        groups = {
            role: f"logistics_events.logistics_events_group_{role}" for role in ROLES
        }
        users = cls.env["res.users"].create(
            [
                {
                    "name": f"logistics-{role} ({group})",
                    "login": f"logistics-{role}",
                    "password": f"logistics-{role}",
                    "email": "l.l@example.com",
                    "group_ids": [Command.set(cls.env.ref(group).ids)],
                }
                for role, group in groups.items()
            ]
        )
        return dict(zip(ROLES, users, strict=True))

    @classmethod
    def _sell(cls, quantity=5, **more):
        """Return a confirmed order of one line, with its delivery reserved."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [
                    Command.create(
                        {"product_id": cls.product.id, "product_uom_qty": quantity}
                    )
                ],
            }
            | more
        )
        order.action_confirm()
        order.picking_ids.carrier_id = cls.method
        return order

    @classmethod
    def _ship(cls, picking, *numbers):
        """Give a transfer its tracking numbers and validate it."""
        if numbers:
            picking.carrier_tracking_ref = ", ".join(numbers)
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking.logistics_shipment_ids

    @classmethod
    def _report(cls, shipment, event_type, parcel=None, **more):
        """Record what a carrier said, as a signed message would."""
        parcel = parcel or shipment.parcel_ids[:1]
        fact = {
            "event_key": more.pop("key", f"test|{event_type}|{parcel.id}"),
            "content_hash": more.pop("content", event_type),
            "source": "test",
            "event_type": event_type,
            "occurred_at": fields.Datetime.now(),
            "precision": "instant",
            "zone_source": "given",
            "leg": "outbound",
        }
        report = {
            "company_id": shipment.company_id.id,
            "shipment_id": shipment.id,
            "parcel_id": parcel.id or None,
            "channel": "webhook",
            "reference": more.pop("reference", "test"),
            "received_at": fields.Datetime.now(),
            "trust": more.pop("trust", 4),
            "fact": fact | more,
        }
        return cls.env["logistics.event"]._ingest([report])

    @classmethod
    def _take(cls, times=4):
        """Take the actions that are due, and those that follow from them."""
        Effect = cls.env["logistics.effect"]
        for _turn in range(times):
            steps = Effect.search(Effect._ready_domain(), order="id")
            if not steps:
                break
            steps._take()
            cls.env.flush_all()

    @classmethod
    def _analyze(cls):
        """Let PostgreSQL look at the tables that this transaction filled.

        Its own job cannot see them; the plans for tables it takes for empty are slow
        with hundreds of rows.
        """
        cls.env.flush_all()
        cls.env.cr.execute(
            "SELECT string_agg(relid::regclass::text, ', ') "
            "FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd > %s",
            (_MANY,),
        )
        (tables,) = cls.env.cr.fetchone()
        if tables:
            cls.env.cr.execute(SQL(f"ANALYZE {tables}"))

    def _run_job(self, job):
        """Run a scheduled job once, as its button does."""
        with self.enter_registry_test_mode():
            self.env.ref(job).method_direct_trigger()
        self.env.invalidate_all()

    def _reverse(self, invoice):
        """Return a draft of Odoo's own wizard that credits an invoice in full."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        action = wizard.refund_moves()
        return self.env["account.move"].browse(action["res_id"])
