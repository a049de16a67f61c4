"""Before the goods leave, their price follows what is packed and how it is sent."""

from odoo import models

# A change of these may change the price.
_TRANSFER = frozenset({"carrier_id", "partner_id", "shipping_weight"})
_PACKAGE = frozenset({"package_type_id", "shipping_weight"})


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def write(self, vals):
        """Override of `logistics_events` to ask again what the shipments cost."""
        result = super().write(vals)
        if _TRANSFER & vals.keys():
            self._logistics_requote()
        return result

    def _logistics_tell_done(self):
        """Override of `logistics_events`: what was quoted is asked again with what was
        really packed, before the goods count as gone."""
        self._logistics_requote()
        return super()._logistics_tell_done()

    def _logistics_requote(self):
        links = self.sudo().logistics_link_ids.filtered(
            lambda link: not link.replaced_by_id
        )
        if links:
            self.env["logistics.shipment"]._logistics_requote(links.shipment_id)


class StockPackage(models.Model):
    _inherit = "stock.package"

    def write(self, vals):
        """Override of `stock` to ask again what the shipments cost."""
        result = super().write(vals)
        if _PACKAGE & vals.keys():
            lines = (
                self.env["stock.move.line"]
                .sudo()
                .search(
                    [
                        ("result_package_id", "in", self.ids),
                        ("state", "not in", ("done", "cancel")),
                    ]
                )
            )
            lines.picking_id._logistics_requote()
        return result
