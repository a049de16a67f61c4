from odoo import models

from odoo.addons.logistics_events import ledger
from odoo.addons.logistics_events.dispatch import called, folded


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_report_items(self, items):
        """Override of `logistics_events` to put the parts in the place of their kit."""
        boms = {}
        for bom in self.move_ids.bom_line_id.bom_id:
            for kit in bom.product_id or bom.product_tmpl_id.product_variant_ids:
                for code in filter(None, (kit.default_code, kit.barcode)):
                    boms[folded(code)] = bom, kit
        return super()._logistics_report_items(
            [
                part
                for item in items
                for part in self._logistics_parts(
                    item, *boms.get(folded(item.product), ())
                )
            ]
        )

    def _logistics_parts(self, item, bom=None, kit=None):
        """Return the lines that stand for a reported line."""
        if not bom or item.record or item.lot:
            return [item]
        unit = called(kit.uom_id | kit.uom_ids, item.uom or kit.uom_id.name)[:1]
        if not unit:
            return [item]
        kits = unit._compute_quantity(float(item.quantity), bom.product_uom_id, False)
        _boms, parts = bom.explode(kit, kits / bom.product_qty)
        return [
            item._replace(
                record=line.product_id,
                quantity=ledger.quantity(float(part["qty"])),
                uom=line.product_uom_id.name,
            )
            for line, part in parts
        ]
