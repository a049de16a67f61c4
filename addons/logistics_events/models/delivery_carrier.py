from odoo import fields, models


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    logistics_carrier_id = fields.Many2one(
        "logistics.carrier",
        string="Carrier",
        index="btree_not_null",
        help="Who moves the goods sent with this shipping method.",
    )
