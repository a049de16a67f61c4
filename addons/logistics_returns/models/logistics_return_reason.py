from odoo import fields, models


class LogisticsReturnReason(models.Model):
    """Why goods come back; a reason is retired, never renamed."""

    _name = "logistics.return.reason"
    _description = "Return Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    portal_visible = fields.Boolean(
        string="Customers May Choose It",
        help="Offered to customers who announce a return themselves.",
    )
    needs_photo = fields.Boolean(
        string="Asks for Photos", help="A picture is asked for, as with damaged goods."
    )
    freight_payer = fields.Selection(
        [
            ("company", "Our Company"),
            ("customer", "The Customer"),
            ("carrier", "The Carrier"),
        ],
        required=True,
        default="company",
        string="Who Pays the Way Back",
    )

    _code_uniq = models.UniqueIndex("(code)", "There is a reason with this code.")
