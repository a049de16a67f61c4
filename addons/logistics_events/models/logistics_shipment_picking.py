from odoo import fields, models


class LogisticsShipmentPicking(models.Model):
    """Which transfers travel in which shipment: many of each, in sequence.

    A voided label rebooked with another carrier leaves the old link in place with
    `replaced_by_id` set, so that the history of a transfer can be read.
    """

    _name = "logistics.shipment.picking"
    _description = "Shipment of a Transfer"
    _order = "sequence, id"

    shipment_id = fields.Many2one(
        "logistics.shipment", required=True, ondelete="cascade", index=True
    )
    picking_id = fields.Many2one(
        "stock.picking", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shipment_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    leg = fields.Selection(
        [
            ("main", "Whole Way"),
            ("pre", "Pre-carriage"),
            ("last", "Last Mile"),
        ],
        required=True,
        default="main",
    )
    replaced_by_id = fields.Many2one("logistics.shipment.picking", copy=False)

    _pair_uniq = models.UniqueIndex(
        "(picking_id, shipment_id)", "This transfer is already in the shipment."
    )
