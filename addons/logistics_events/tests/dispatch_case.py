"""Fixtures: a warehouse partner that reports what it moved."""

from odoo import fields
from odoo.fields import Command

from .common import LogisticsCommon


class DispatchCommon(LogisticsCommon):
    """The action is on, and one rule validates at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["logistics.policy"].search([("action", "=", "dispatch")]).active = False
        cls.mode = cls.env["logistics.action.mode"]._switch(
            cls.company, "dispatch", "on", since="2020-01-01"
        )
        cls.rule = cls.env["logistics.policy"].create(
            {
                "name": "Partner warehouse",
                "action": "dispatch",
                "trigger": "dispatched",
                "dispatch_by": "suite",
                "valid_from": "2020-01-01",
            }
        )
        cls.product.default_code = "PUMP"
        cls.oil = cls._goods("Oil", "OIL", tracking="lot")
        cls.motor = cls._goods("Motor", "MOTOR", tracking="serial")
        cls.lots = {name: cls._stock(cls.oil, name, 50) for name in ("OIL-1", "OIL-2")}
        cls.serials = {
            name: cls._stock(cls.motor, name, 1) for name in ("M-1", "M-2", "M-3")
        }

    @classmethod
    def _goods(cls, name, code, **more):
        return cls.env["product.product"].create(
            {
                "name": name,
                "default_code": code,
                "type": "consu",
                "is_storable": True,
                "list_price": 10.0,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
            }
            | more
        )

    @classmethod
    def _stock(cls, product, lot_name, quantity):
        lot = cls.env["stock.lot"].create(
            {"name": lot_name, "product_id": product.id, "company_id": cls.company.id}
        )
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.warehouse.lot_stock_id, quantity, lot_id=lot
        )
        return lot

    @classmethod
    def _order(cls, *pairs, number=None):
        """Return the delivery of a new order, in a shipment of its own."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product, quantity in pairs
                ],
            }
        )
        order.action_confirm()
        picking = order.picking_ids[-1:]
        picking.carrier_id = cls.method
        if number:
            picking.carrier_tracking_ref = number
        else:
            picking._logistics_start_shipment()
        return picking

    def _line(self, product, quantity, **more):
        code = product if isinstance(product, str) else product.default_code
        return {"product": code, "quantity": str(quantity)} | more

    def _tell_moved(self, picking, *lines, key="1", event_type="dispatched", **more):
        """The partner reports lines of a transfer."""
        shipment = more.pop("shipment", picking.logistics_shipment_ids[:1])
        parcel = more.pop("parcel", shipment.parcel_ids.browse())
        event_key = f"wms|{picking.id}/{key}"
        self.env["logistics.event"]._ingest(
            [
                {
                    "company_id": self.company.id,
                    "shipment_id": shipment.id or None,
                    "parcel_id": parcel.id or None,
                    "channel": "webhook",
                    "reference": "test",
                    "received_at": fields.Datetime.now(),
                    "trust": more.pop("trust", 4),
                    "fact": {
                        "event_key": event_key,
                        "content_hash": repr(lines),
                        "source": "wms",
                        "event_type": event_type,
                        "occurred_at": fields.Datetime.now(),
                        "precision": "instant",
                        "zone_source": "given",
                        "references": {"delivery": picking.name},
                        "lines": list(lines),
                    }
                    | more,
                }
            ]
        )
        return self.env["logistics.event"].search(
            [("event_key", "=", event_key)], limit=1
        )

    def _take_dispatches(self, times=3):
        """Take the reported transfers that are due, and nothing that follows."""
        Effect = self.env["logistics.effect"]
        for _turn in range(times):
            steps = Effect.search(Effect._ready_domain(), order="id")
            steps = steps.filtered(lambda step: step.action == "dispatch")
            if not steps:
                break
            steps._take()
            self.env.flush_all()

    def _steps(self, picking):
        return self.env["logistics.effect"].search(
            [
                ("action", "=", "dispatch"),
                ("res_id", "=", picking.id),
                ("res_model", "=", "stock.picking"),
            ],
            order="id",
        )

    def _open_exceptions(self, category=None, subject=None):
        domain = [("state", "=", "open")]
        if category:
            domain.append(("category", "=", category))
        if subject:
            domain += [("res_model", "=", subject._name), ("res_id", "=", subject.id)]
        return self.env["logistics.exception"].search(domain)

    def _review(self, picking):
        action = picking.action_logistics_review_report()
        return self.env["logistics.dispatch.review"].browse(action["res_id"])

    def _on_hand(self, product, lot=None):
        return sum(
            self.env["stock.quant"]
            .search(
                [
                    ("product_id", "=", product.id),
                    ("location_id", "child_of", self.warehouse.lot_stock_id.id),
                    *([("lot_id", "=", lot.id)] if lot else []),
                ]
            )
            .mapped("quantity")
        )
