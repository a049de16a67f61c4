from odoo import fields, models


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    logistics_return_id = fields.Many2one(
        "logistics.return",
        string="Return",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
