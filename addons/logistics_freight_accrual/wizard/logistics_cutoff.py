"""The cut-off report: what the books of a period miss, and what they have too early."""

import base64
from datetime import date, datetime
from typing import NamedTuple

from odoo import api, fields, models

from ..cutoff_sheet import Column, workbook

DELIVERED = ("delivered", "pod_available")
LEFT = ("dispatched", "picked_up", "in_transit")
KINDS = [
    ("delivered", "Delivered, Not Invoiced"),
    ("invoiced", "Invoiced, Not Delivered"),
    ("dispatched", "Dispatched, Not Accrued"),
]


class Slice(NamedTuple):
    """A day at a company.

    :param int company: Its id.
    :param date day: The last day of the period; the books are read up to it.
    :param datetime end: When it is over there, naive UTC.
    """

    company: int
    day: date
    end: datetime


class LogisticsCutoff(models.TransientModel):
    """On screen: Cut-off Report. One company at the end of one day of its own clock."""

    _name = "logistics.cutoff"
    _description = "Cut-off Report"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date(string="End of", required=True, readonly=True)
    zone = fields.Char(string="Clock", readonly=True)
    line_ids = fields.One2many("logistics.cutoff.line", "cutoff_id")
    delivered_ids = fields.One2many(
        "logistics.cutoff.line",
        "cutoff_id",
        string="Delivered, Not Invoiced",
        domain=[("kind", "=", "delivered")],
    )
    invoiced_ids = fields.One2many(
        "logistics.cutoff.line",
        "cutoff_id",
        string="Invoiced, Not Delivered",
        domain=[("kind", "=", "invoiced")],
    )
    dispatched_ids = fields.One2many(
        "logistics.cutoff.line",
        "cutoff_id",
        string="Dispatched, Not Accrued",
        domain=[("kind", "=", "dispatched")],
    )
    delivered_value = fields.Monetary(string="Not Invoiced", readonly=True)
    invoiced_value = fields.Monetary(string="Not Delivered", readonly=True)
    dispatched_cost = fields.Monetary(string="Not Accrued", readonly=True)
    unknown_count = fields.Integer(
        string="Without a Price",
        readonly=True,
        help="Shipments that left and of which nobody knows what they cost.",
    )
    sheet = fields.Binary(string="Workbook", attachment=False, readonly=True)
    sheet_name = fields.Char(readonly=True)

    @api.depends("company_id", "day")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._(
                "%(company)s, end of %(day)s",
                company=report.company_id.name,
                day=fields.Date.to_string(report.day),
            )

    # === ACTIONS === #

    def action_download(self):
        """Return the report as a workbook.

        :rtype: dict
        """
        self.ensure_one()
        self.write(
            {
                "sheet": base64.b64encode(self._workbook()),
                "sheet_name": f"cut-off-{fields.Date.to_string(self.day)}.xlsx",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/sheet/{self.sheet_name}"
            "?download=true",
            "target": "self",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _report(self, company, day):
        """Work the report out.

        :param res.company company: Whose.
        :param date day: Its last day, on the clock of the company.
        :rtype: logistics.cutoff
        """
        self.env.flush_all()
        report = self.create(
            {
                "company_id": company.id,
                "day": day,
                "zone": company.sudo().partner_id.tz or "UTC",
            }
        )
        cut = Slice(company.id, day, company.sudo()._logistics_day(day)[1])
        # The rows are of the company; who may see the report is decided before.
        rows = report.sudo()._rows(cut)
        self.env["logistics.cutoff.line"].create(
            [row | {"cutoff_id": report.id} for row in rows]
        )
        of = {
            kind: [row for row in rows if row["kind"] == kind] for kind, _label in KINDS
        }
        report.write(
            {
                "delivered_value": sum(row["value"] for row in of["delivered"]),
                "invoiced_value": sum(row["value"] for row in of["invoiced"]),
                "dispatched_cost": sum(row["cost"] for row in of["dispatched"]),
                "unknown_count": sum(not row["charge_id"] for row in of["dispatched"]),
            }
        )
        return report

    def _rows(self, cut):
        """Return the values of all lines.

        :param Slice cut: The end of the period.
        :rtype: list[dict]
        """
        return [
            *self._delivered_rows(cut),
            *self._invoiced_rows(cut),
            *self._dispatched_rows(cut),
        ]

    def _delivered_rows(self, cut):
        found = self._delivered_not_invoiced(cut)
        lines = self.env["sale.order.line"].browse(row[0] for row in found)
        events = self._evidence_events(
            [(row[2], row[4]) for row in found if row[2]], DELIVERED
        )
        rows = []
        for line, (_id, picking_id, shipment_id, quantity, at, unit) in zip(
            lines, found, strict=True
        ):
            picking = self.env["stock.picking"].browse(picking_id or ())
            rows.append(
                self._goods_row(line, quantity, unit)
                | {
                    "kind": "delivered",
                    "picking_id": picking.id,
                    "shipment_id": shipment_id,
                    "carrier_id": picking.carrier_id.logistics_carrier_id.id,
                    "event_id": events.get((shipment_id, at)),
                    "at": at,
                    "evidence": self._moment(at),
                }
            )
        return rows

    def _invoiced_rows(self, cut):
        found = self._invoiced_not_delivered(cut)
        lines = self.env["sale.order.line"].browse(row[0] for row in found)
        latest = {}
        for line in lines:
            shipments = line.move_ids.picking_id.logistics_link_ids.shipment_id
            latest[line] = max(shipments.ids, default=None)
        events = self._evidence_events(
            [(shipment_id, cut.end) for shipment_id in latest.values() if shipment_id],
            LEFT,
        )
        rows = []
        for line, (_id, quantity, invoice_id) in zip(lines, found, strict=True):
            shipment_id = latest[line]
            event = self.env["logistics.event"].browse(
                events.get((shipment_id, cut.end)) or ()
            )
            invoice = self.env["account.move"].browse(invoice_id or ())
            rows.append(
                self._goods_row(line, quantity, None)
                | {
                    "kind": "invoiced",
                    "move_id": invoice.id,
                    "shipment_id": shipment_id,
                    "event_id": event.id,
                    "at": event.occurred_at,
                    "evidence": self._moment(event.occurred_at)
                    if event
                    else self.env._("Nothing says that it left."),
                }
            )
        return rows

    def _goods_row(self, line, quantity, unit):
        """Return what goods of a sold line are worth, and what they cost.

        :param float | None unit: What one unit of the line cost when it left.
        """
        company, order = self.company_id, line.order_id
        quantity = float(quantity)
        price = line.price_subtotal / (line.product_uom_qty or 1.0)
        amount = order.currency_id.round(quantity * price)
        if not unit:
            unit = line.product_id.uom_id._compute_price(
                line.product_id.with_company(company).standard_price,
                line.product_uom_id,
            )
        own = company.currency_id
        return {
            "order_id": order.id,
            "partner_id": order.partner_id.id,
            "charge_id": None,
            "what": self.env._(
                "%(quantity)g %(unit)s %(product)s",
                quantity=quantity,
                unit=line.product_uom_id.name,
                product=line.product_id.display_name,
            ),
            "amount": amount,
            "currency_id": order.currency_id.id,
            "value": own.round(amount / (order.currency_rate or 1.0)),
            "cost": own.round(quantity * float(unit or 0.0)),
        }

    def _dispatched_rows(self, cut):
        found = self._dispatched_not_accrued(cut)
        events = self._evidence_events([(row[0], row[2]) for row in found], LEFT)
        shipments = self.env["logistics.shipment"].browse(row[0] for row in found)
        charges = self.env["logistics.charge"].browse(row[1] for row in found if row[1])
        by_id = {charge.id: charge for charge in charges}
        rows = []
        for shipment, (_id, charge_id, at) in zip(shipments, found, strict=True):
            charge = by_id.get(charge_id, charges.browse())
            rows.append(
                self._freight_row(charge, at)
                | {
                    "kind": "dispatched",
                    "shipment_id": shipment.id,
                    "order_id": shipment.sale_order_ids[:1].id,
                    "partner_id": shipment.partner_id.id,
                    "carrier_id": shipment.carrier_id.id,
                    "event_id": events.get((shipment.id, at)),
                    "at": at,
                    "evidence": self._moment(at),
                }
            )
        return rows

    def _freight_row(self, charge, at):
        """Return what a charge is expected to cost, or that nobody knows."""
        company = self.company_id
        currency = charge.currency_id or company.currency_id
        amount = charge.amount or charge.billed_amount
        label = charge.display_name if charge else self.env._("No price is known")
        return {
            "charge_id": charge.id,
            "what": label,
            "amount": amount,
            "currency_id": currency.id,
            "value": 0.0,
            "cost": currency._convert(
                amount, company.currency_id, company, charge.service_date or at.date()
            ),
        }

    def _moment(self, at):
        """Return an instant on the clock of the company, in words."""
        return self.company_id._logistics_moment(at) if at else ""

    # === THE WORKBOOK === #

    def _workbook(self):
        """Return the report as a workbook, one sheet for each kind.

        :rtype: bytes
        """
        labels = dict(KINDS)
        columns = self._columns()
        return workbook(
            [
                (
                    labels[kind],
                    columns,
                    self.line_ids.filtered(lambda line, kind=kind: line.kind == kind),
                )
                for kind, _label in KINDS
            ],
            title=self.env._(
                "%(company)s, end of %(day)s (%(zone)s)",
                company=self.company_id.name,
                day=fields.Date.to_string(self.day),
                zone=self.zone,
            ),
        )

    def _columns(self):
        own = self.currency_id.name
        return [
            Column(self.env._("Sales Order"), lambda line: line.order_id.name),
            Column(self.env._("Shipment"), lambda line: line.shipment_id.name),
            Column(self.env._("Transfer"), lambda line: line.picking_id.name),
            Column(self.env._("Invoice"), lambda line: line.move_id.name),
            Column(self.env._("Partner"), lambda line: line.partner_id.display_name),
            Column(self.env._("Carrier"), lambda line: line.carrier_id.name),
            Column(self.env._("What"), lambda line: line.what),
            Column(self.env._("Amount"), lambda line: line.amount),
            Column(self.env._("Currency"), lambda line: line.currency_id.name),
            Column(
                self.env._("Value (%s)", own), lambda line: line.value, is_total=True
            ),
            Column(self.env._("Cost (%s)", own), lambda line: line.cost, is_total=True),
            Column(
                self.env._("Tracking Event"),
                lambda line: line.event_id and line.event_id.display_name,
            ),
            Column(
                self.env._("Event Number"),
                lambda line: str(line.event_id.id) if line.event_id else "",
            ),
            Column(self.env._("When"), lambda line: line.evidence),
        ]


class LogisticsCutoffLine(models.TransientModel):
    """What stands on the wrong side of the end of the period, with the evidence."""

    _name = "logistics.cutoff.line"
    _description = "Line of a Cut-off Report"
    _order = "kind, at, id"
    _rec_name = "what"

    cutoff_id = fields.Many2one(
        "logistics.cutoff", required=True, readonly=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    company_id = fields.Many2one(related="cutoff_id.company_id")
    company_currency_id = fields.Many2one(
        related="cutoff_id.currency_id", string="Company Currency"
    )
    order_id = fields.Many2one("sale.order", string="Sales Order", readonly=True)
    picking_id = fields.Many2one("stock.picking", string="Transfer", readonly=True)
    shipment_id = fields.Many2one("logistics.shipment", readonly=True)
    charge_id = fields.Many2one(
        "logistics.charge", string="Freight Charge", readonly=True
    )
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    carrier_id = fields.Many2one("logistics.carrier", readonly=True)
    what = fields.Char(readonly=True)
    amount = fields.Monetary(
        readonly=True, help="In the currency of the order or of the charge."
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    value = fields.Monetary(
        readonly=True,
        currency_field="company_currency_id",
        help="To the customer, untaxed.",
    )
    cost = fields.Monetary(
        readonly=True,
        currency_field="company_currency_id",
        help="Of the goods by the stock; of the freight as it is expected.",
    )
    event_id = fields.Many2one(
        "logistics.event", string="Tracking Event", readonly=True
    )
    at = fields.Datetime(string="Happened", readonly=True)
    evidence = fields.Char(
        string="When",
        readonly=True,
        help="On the clock of the company, which decides to which day it belongs.",
    )
