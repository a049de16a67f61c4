"""What the connected carriers ask for an order or a transfer, side by side."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import CarrierRejected, CarrierUnavailable


class LogisticsServiceCompare(models.TransientModel):
    """One dialog; its lines are asked when it is opened."""

    _name = "logistics.service.compare"
    _description = "Compare Services Dialog"

    order_id = fields.Many2one("sale.order", readonly=True)
    picking_id = fields.Many2one("stock.picking", readonly=True)
    line_ids = fields.One2many(
        "logistics.service.compare.line", "compare_id", readonly=True
    )

    @api.model
    def _open_for(self, record):
        """Ask every connected carrier, and open the dialog.

        :param record: A sales order or a transfer.
        """
        name = "order_id" if record._name == "sale.order" else "picking_id"
        dialog = self.create({name: record.id})
        dialog._ask_all()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare Services"),
            "res_model": self._name,
            "res_id": dialog.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _record(self):
        self.ensure_one()
        return self.order_id or self.picking_id

    def _methods(self):
        """Return the connected shipping methods the goods can be sent with."""
        # Whoever may send the goods may know what that costs.
        record = self._record().sudo()
        Method = self.env["delivery.carrier"].sudo()
        found = Method.search(
            [
                *Method._check_company_domain(record.company_id),
                ("delivery_type", "=", "logistics_connection"),
            ]
        )
        partner = self.sudo().order_id.partner_shipping_id
        partner = partner or self.sudo().picking_id.partner_id
        return found.available_carriers(partner, record) if partner else found

    def _ask_all(self):
        """Ask each connection once, whatever methods book with it."""
        rows = []
        by_connection = self._methods().sudo().grouped("logistics_connection_id")
        for connection, methods in by_connection.items():
            if "rate" in connection._able():
                rows += self._ask(methods)
            else:
                rows += [{"method_id": method.id} for method in methods]
        rows.sort(key=lambda row: (bool(row.get("problem")), row.get("price") or 0.0))
        about = {"order_id": self.order_id.id, "picking_id": self.picking_id.id}
        self.line_ids = [fields.Command.create(row | about) for row in rows]
        if not rows:
            raise UserError(
                self.env._("No shipping method that is a connected carrier fits here.")
            )

    def _ask(self, methods):
        currency = self._currency()
        request = (
            methods[0]._logistics_order_request(self.order_id.sudo())
            if self.order_id
            else self.picking_id.sudo()._booking_request(methods[0])
        )
        try:
            rates = methods[0]._logistics_rates(request)
        except (CarrierUnavailable, CarrierRejected) as error:
            return [{"method_id": methods[0].id, "problem": str(error)[:300]}]
        by_service = {one.logistics_service: one for one in reversed(methods)}
        rows = []
        for rate in rates:
            method = by_service.get(rate.service) or methods[0]
            price = method._logistics_price(rate, currency)
            rows.append(
                {
                    "method_id": method.id,
                    "service": rate.service,
                    "service_name": rate.name or rate.service,
                    "brought_by": rate.carrier,
                    "price": price or 0.0,
                    "currency_id": currency.id,
                    "days": rate.days or 0,
                    "problem": False
                    if price is not None
                    else self.env._("The currency %s is not active.", rate.currency),
                }
            )
        return rows

    def _currency(self):
        picking = self.picking_id.sudo()
        return (
            self.order_id.sudo().currency_id
            or picking.sale_id.currency_id
            or picking.company_id.currency_id
        )


class LogisticsServiceCompareLine(models.TransientModel):
    """One service, and what it costs."""

    _name = "logistics.service.compare.line"
    _description = "Service to Choose"
    _order = "id"

    compare_id = fields.Many2one("logistics.service.compare", ondelete="cascade")
    order_id = fields.Many2one("sale.order")
    picking_id = fields.Many2one("stock.picking")
    method_id = fields.Many2one("delivery.carrier", string="Shipping Method")
    service = fields.Char(string="Service Code")
    service_name = fields.Char(string="Service")
    brought_by = fields.Char()
    price = fields.Monetary(help="What the carrier asks, without a margin.")
    currency_id = fields.Many2one("res.currency")
    days = fields.Integer(help="Days on the way, where the carrier says it.")
    problem = fields.Char()

    def action_choose(self):
        """Send the goods with this service; a label that could not be bought before is
        bought with it.
        """
        self.ensure_one()
        if self.problem:
            raise UserError(self.problem)
        order = self.order_id
        if not order:
            self.picking_id._check_books()
            return self.picking_id._logistics_send_with(self.method_id, self.service)
        order.check_access("write")
        price = self.method_id._apply_margins(self.price, order)
        order.with_context(logistics_service=self.service).set_delivery_line(
            self.method_id, price
        )
        return {"type": "ir.actions.act_window_close"}
