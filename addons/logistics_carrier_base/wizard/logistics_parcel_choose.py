from odoo import api, fields, models


class LogisticsParcelChoose(models.TransientModel):
    """A person says which of several parcels with one number is meant."""

    _name = "logistics.parcel.choose"
    _description = "Which Delivery Dialog"

    connection_id = fields.Many2one(
        "logistics.connection", required=True, readonly=True
    )
    tracking_key = fields.Char(string="Number", required=True, readonly=True)
    candidate_ids = fields.Many2many(
        "logistics.parcel", compute="_compute_candidate_ids"
    )
    shipment_ids = fields.Many2many(
        "logistics.shipment", compute="_compute_candidate_ids"
    )
    # The parcels all have the same number: a person tells their shipments apart.
    shipment_id = fields.Many2one(
        "logistics.shipment",
        string="Meant Is",
        required=True,
        domain="[('id', 'in', shipment_ids)]",
    )

    @api.depends("connection_id", "tracking_key")
    def _compute_candidate_ids(self):
        for dialog in self:
            found = dialog.connection_id.sudo()._candidates(dialog.tracking_key)
            dialog.candidate_ids = found.sudo(False)._filtered_access("read")
            dialog.shipment_ids = dialog.candidate_ids.shipment_id

    def action_choose(self):
        """Read the number as this shipment's. Choosing another one undoes it."""
        self.ensure_one()
        self.connection_id._choose(
            self.candidate_ids.filtered(
                lambda parcel: parcel.shipment_id == self.shipment_id
            )[:1]
        )
        return {"type": "ir.actions.act_window_close"}
