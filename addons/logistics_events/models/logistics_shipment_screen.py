"""What the screens of a shipment need beside its facts."""

from odoo import api, fields, models

from .. import vocabulary
from ..timeline import TROUBLE_FIELDS, phase
from ..windows import records_window


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    tracking_numbers = fields.Char(
        compute="_compute_tracking_numbers",
        search="_search_tracking_numbers",
        help="Found by the whole number, in any spelling.",
    )
    phase = fields.Selection(
        [
            ("ready", "To Ship"),
            ("moving", "Under Way"),
            ("near", "Close to Delivery"),
            ("problem", "Problem"),
            ("back", "Coming Back"),
            ("delivered", "Delivered"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_phase",
        store=True,
        index=True,
        group_expand=True,
    )
    open_exception_ids = fields.Many2many(
        "logistics.exception",
        string="Needs a Person",
        compute="_compute_open_exception_ids",
    )
    open_exception_count = fields.Integer(
        compute="_compute_open_exception_ids", string="Open Exceptions"
    )
    effect_count = fields.Integer(compute="_compute_counts", string="Actions")
    picking_count = fields.Integer(compute="_compute_counts", string="Transfer Count")
    order_count = fields.Integer(compute="_compute_counts", string="Order Count")
    has_public_page = fields.Boolean(compute="_compute_has_public_page")

    @api.depends("parcel_ids.tracking_number")
    def _compute_tracking_numbers(self):
        for shipment in self:
            shipment.tracking_numbers = ", ".join(
                shipment.sudo().parcel_ids.mapped("tracking_number")
            )

    def _search_tracking_numbers(self, operator, value):
        if operator not in ("in", "ilike"):
            return NotImplemented
        values = [value] if isinstance(value, str) else list(value)
        keys = {vocabulary.normalise_tracking(number or "") for number in values}
        return [("parcel_ids.tracking_key", "in", sorted(keys))]

    @api.depends("state", *TROUBLE_FIELDS)
    def _compute_phase(self):
        for shipment in self:
            shipment.phase = phase(
                shipment.state or None,
                any(shipment[name] for name in TROUBLE_FIELDS),
            )

    @api.depends("exception_ids.state")
    def _compute_open_exception_ids(self):
        for shipment in self:
            found = shipment.sudo().exception_ids.filtered(
                lambda exception: exception.state == "open"
            )
            shipment.open_exception_ids = found
            shipment.open_exception_count = len(found)

    @api.depends("effect_ids", "link_ids")
    def _compute_counts(self):
        for shipment in self:
            shipment_sudo = shipment.sudo()
            shipment.effect_count = len(shipment_sudo.effect_ids)
            shipment.picking_count = len(shipment_sudo.picking_ids)
            shipment.order_count = len(shipment_sudo.sale_order_ids)

    @api.depends("parcel_ids.tracking_link")
    def _compute_has_public_page(self):
        for shipment in self:
            shipment.has_public_page = bool(
                shipment.sudo().parcel_ids[:1].tracking_link
            )

    # === ACTIONS === #

    def action_view_pickings(self):
        """Open the transfers of the shipment."""
        self.ensure_one()
        return records_window(self.picking_ids, self.env._("Transfers"))

    def action_view_orders(self):
        """Open the sales orders of the shipment."""
        self.ensure_one()
        return records_window(self.sale_order_ids, self.env._("Sales Orders"))

    def action_view_effects(self):
        """Open what was done because of the shipment."""
        self.ensure_one()
        return records_window(self.effect_ids, self.env._("Actions Taken"), True)

    def action_view_exceptions(self):
        """Open the exceptions of the shipment, solved ones too."""
        self.ensure_one()
        return records_window(self.exception_ids, self.env._("Exceptions"), True)
