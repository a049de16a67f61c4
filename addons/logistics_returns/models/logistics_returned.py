"""Which returns are about the goods of an order, a transfer, an invoice, a shipment."""

from odoo import fields, models

from odoo.addons.logistics_events.windows import records_window

# Shipments whose goods come back, or are lost: a return takes it from there.
_UNDELIVERED = ("refused", "lost", "returning_to_sender", "returned_to_sender")


class LogisticsReturnedMixin(models.AbstractModel):
    """A document whose goods came back, or are about to."""

    _name = "logistics.returned.mixin"
    _description = "Has Returns"

    logistics_return_ids = fields.Many2many(
        "logistics.return",
        string="Returns",
        compute="_compute_logistics_return_ids",
        groups="logistics_events.logistics_events_group_user,"
        "logistics_events.logistics_events_group_finance,"
        "logistics_events.logistics_events_group_auditor",
    )
    logistics_return_count = fields.Integer(
        string="Return Count",
        compute="_compute_logistics_return_ids",
        groups="logistics_events.logistics_events_group_user,"
        "logistics_events.logistics_events_group_finance,"
        "logistics_events.logistics_events_group_auditor",
    )

    def _compute_logistics_return_ids(self):
        for record in self:
            found = self.env["logistics.return"].search(
                record._logistics_returns_domain() if record.ids else [("id", "=", 0)]
            )
            record.logistics_return_ids = found
            record.logistics_return_count = len(found)

    def _logistics_returns_domain(self):
        """Return which returns are about the goods of this document.

        :rtype: list
        """
        raise NotImplementedError

    def action_view_logistics_returns(self):
        """Open the returns of the goods."""
        return records_window(self.logistics_return_ids, self.env._("Returns"))


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "logistics.returned.mixin"]

    def _logistics_returns_domain(self):
        """Implementation of `logistics.returned.mixin`."""
        return [("line_ids.sale_line_id", "in", self.order_line.ids)]


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "logistics.returned.mixin"]

    def _logistics_returns_domain(self):
        """Implementation of `logistics.returned.mixin`."""
        return [
            "|",
            ("picking_ids", "in", self.ids),
            ("line_ids.move_id", "in", self.move_ids.ids),
        ]


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "logistics.returned.mixin"]

    def _logistics_returns_domain(self):
        """Implementation of `logistics.returned.mixin`."""
        sold = self.sudo().invoice_line_ids.sale_line_ids
        return [("line_ids.sale_line_id", "in", sold.ids)]


class LogisticsShipment(models.Model):
    _name = "logistics.shipment"
    _inherit = ["logistics.shipment", "logistics.returned.mixin"]

    def _logistics_returns_domain(self):
        """Implementation of `logistics.returned.mixin`."""
        return ["|", ("shipment_ids", "in", self.ids), ("outbound_ids", "in", self.ids)]

    def _waits_for_goods(self):
        """Override: what becomes of goods that were not delivered says their return."""
        if self.state not in _UNDELIVERED:
            return super()._waits_for_goods()
        one = self.logistics_return_ids.filtered(lambda found: found.state != "refused")
        if not one:
            return super()._waits_for_goods()
        words = dict(one._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(return)s says what becomes of the goods: %(state)s.",
            state=words[one[:1].state],
            **{"return": one[:1].name},
        )
