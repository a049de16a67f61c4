from odoo import api, fields, models
from odoo.exceptions import UserError


class LogisticsEventRelink(models.TransientModel):
    """A person says to which shipment events belong, or that they belong to none."""

    _name = "logistics.event.relink"
    _inherit = "logistics.impact.mixin"
    _description = "Link Tracking Events"

    event_ids = fields.Many2many(
        "logistics.event", required=True, readonly=True, string="Tracking Events"
    )
    company_id = fields.Many2one("res.company", compute="_compute_current")
    current_shipment_id = fields.Many2one(
        "logistics.shipment", compute="_compute_current", string="Now Linked To"
    )
    decision = fields.Selection(
        [("link", "Belongs to a shipment"), ("unlink", "Belongs to none of ours")],
        required=True,
        default="link",
    )
    shipment_id = fields.Many2one("logistics.shipment", string="Shipment")
    parcel_id = fields.Many2one("logistics.parcel", string="Parcel")
    reason = fields.Text(required=True, string="Why")

    @api.depends("event_ids")
    def _compute_current(self):
        for dialog in self:
            shipments = dialog.event_ids.shipment_id
            dialog.company_id = dialog.event_ids.company_id[:1]
            dialog.current_shipment_id = shipments if len(shipments) == 1 else False

    @api.onchange("shipment_id")
    def _onchange_shipment_id(self):
        numbers = set(self.event_ids.mapped("tracking_number"))
        self.parcel_id = self.shipment_id.parcel_ids.filtered(
            lambda parcel: parcel.tracking_key in numbers
        )[:1]

    def action_relink(self):
        """Decide, keep the earlier decision on record, and work out the status anew.

        :raise UserError: For a shipment of another company, or none.
        """
        self.ensure_one()
        self.event_ids._check_may_judge(self.reason)
        shipment, parcel = self.shipment_id, self.parcel_id
        if self.decision == "unlink":
            shipment, parcel = shipment.browse(), parcel.browse()
        elif not shipment:
            raise UserError(self.env._("Choose the shipment the events belong to."))
        shipment.check_access("read")
        if shipment and self.event_ids.company_id != shipment.company_id:
            raise UserError(
                self.env._("The events and the shipment are of different companies.")
            )
        if parcel.shipment_id != shipment and parcel:
            raise UserError(self.env._("The parcel is not of this shipment."))
        events = self.event_ids.sudo()

        def relink():
            events._relink(shipment.sudo(), parcel.sudo(), self.reason)

        # What unlinking does was said when the dialog was opened.
        again = self._ask_first(relink) if shipment else None
        if again:
            return again
        relink()
        return {"type": "ir.actions.act_window_close"}
