from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    logistics_invoice_at_once = fields.Boolean(
        string="Invoice without Waiting for Goods",
        help="A service sold together with goods waits until the first of the goods "
        "are released for invoicing. Tick this to invoice the service at once.",
    )
