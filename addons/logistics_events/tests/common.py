"""Fixtures for every addon of the suite: a company, people, goods, a sold delivery."""

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.base.tests.common import BaseCommon

from .cast import ROLES, cast

# So many rows make a plan for an empty table slow.
_MANY = 50


class LogisticsCommon(BaseCommon):
    """One company with named people; no demo data.

    `cls.people` has somebody for each role. There are a `carrier`, its delivery
    `method`, a `product` in the stock of the `warehouse`, and a `customer`.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        found = cast(cls.env)
        cls.people = {role: found.pop(role) for role in ROLES}
        for name, record in found.items():
            setattr(cls, name, record)

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
