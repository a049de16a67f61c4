"""What the screens of a parcel need beside its facts."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import ledger


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    contents_text = fields.Char(string="Holds", compute="_compute_contents_text")
    move_choice_ids = fields.Many2many(
        "stock.move",
        compute="_compute_move_choice_ids",
        compute_sudo=True,
        string="Products to Choose",
    )

    @api.depends("line_ids.quantity", "line_ids.move_id")
    def _compute_contents_text(self):
        for parcel in self:
            parcel.contents_text = ", ".join(
                f"{ledger.as_text(line.quantity)} x {line.product_id.display_name}"
                for line in parcel.sudo().line_ids
            )

    @api.depends("shipment_id.link_ids")
    def _compute_move_choice_ids(self):
        for parcel in self:
            parcel.move_choice_ids = (
                parcel.sudo()
                .shipment_id.picking_ids.move_ids.filtered(
                    lambda move: move.state != "cancel"
                )
                .sudo(False)
            )

    def action_open_page(self):
        """Open the carrier's public page of the parcel.

        :raise UserError: When the carrier has none.
        """
        self.ensure_one()
        if not self.tracking_link:
            raise UserError(
                self.env._("No public tracking page is set for this carrier.")
            )
        return {
            "type": "ir.actions.act_url",
            "url": self.tracking_link,
            "target": "new",
        }

    def action_view_events(self):
        """Open what was told about the parcel."""
        self.ensure_one()
        links = self.env["logistics.event.link"].search(
            [("parcel_id", "=", self.id), ("is_current", "=", True)]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tracking Events of %s", self.tracking_number),
            "res_model": "logistics.event",
            "view_mode": "list,form",
            "domain": [("id", "in", links.event_id.ids)],
        }
