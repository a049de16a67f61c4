from odoo import fields, models


class LogisticsConnectionSecretShow(models.TransientModel):
    """Shows a new secret once; it is never saved."""

    _name = "logistics.connection.secret.show"
    _description = "New Signing Secret"

    value = fields.Char(store=False, string="Secret")
