from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import vocabulary

# The date window within which a number means this parcel: carriers report the label
# some time before we hear of the shipment.
WINDOW_BEFORE = timedelta(days=14)


class LogisticsParcel(models.Model):
    """One tracking number and what happened to it."""

    _name = "logistics.parcel"
    _inherit = "logistics.folded.mixin"
    _description = "Parcel"
    _order = "shipment_id, id"
    _rec_name = "tracking_number"
    _folded_fields = frozenset({"state", "delivered_at", "flags", "last_event_at"})

    shipment_id = fields.Many2one(
        "logistics.shipment", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="shipment_id.company_id", store=True)
    carrier_id = fields.Many2one(
        related="shipment_id.carrier_id", store=True, string="Carrier"
    )
    tracking_number = fields.Char(required=True)
    tracking_key = fields.Char(
        compute="_compute_tracking_key",
        store=True,
        help="The number as it is compared: upper case, without blanks.",
    )
    valid_from = fields.Datetime(
        required=True,
        default=lambda self: fields.Datetime.now() - WINDOW_BEFORE,
        help="Older events with this number belong to somebody else's parcel: "
        "carriers use numbers again.",
    )
    closed_at = fields.Datetime(
        help="From here on the number may belong to another parcel."
    )
    state = fields.Selection(
        vocabulary.STATES, readonly=True, copy=False, string="Status"
    )
    delivered_at = fields.Datetime(readonly=True, copy=False)
    flags = fields.Char(readonly=True, copy=False)
    line_ids = fields.One2many("logistics.parcel.line", "parcel_id", string="Contents")
    last_event_at = fields.Datetime(readonly=True, copy=False)
    tracking_link = fields.Char(compute="_compute_tracking_link")

    _open_number_uniq = models.UniqueIndex(
        "(company_id, COALESCE(carrier_id, 0), tracking_key) WHERE closed_at IS NULL",
        "An open parcel of this carrier has this tracking number already.",
    )
    _number_idx = models.Index("(tracking_key)")

    @api.depends("tracking_number")
    def _compute_tracking_key(self):
        for parcel in self:
            parcel.tracking_key = vocabulary.normalise_tracking(
                parcel.tracking_number or ""
            )

    @api.depends("tracking_number", "carrier_id.tracking_url")
    def _compute_tracking_link(self):
        for parcel in self:
            parcel.tracking_link = (
                parcel.carrier_id._tracking_link(parcel.tracking_number)
                if parcel.carrier_id
                else ""
            )

    @api.constrains("tracking_number")
    def _check_tracking_number(self):
        for parcel in self:
            if not parcel.tracking_key:
                raise ValidationError(
                    self.env._("A tracking number has at least one character.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to ask for events that came before the number."""
        parcels = super().create(vals_list)
        parcels._after_number_known()
        return parcels

    def _after_number_known(self):
        """Hook: numbers exist from now on; whoever parked events may send them."""

    @api.model
    def _open_by_key(self, company, keys):
        """Return the open parcels of a company by normalised number.

        :rtype: logistics.parcel
        """
        return self.search(
            [
                ("company_id", "=", company.id),
                ("tracking_key", "in", list(keys)),
                ("closed_at", "=", False),
            ]
        )


class LogisticsParcelLine(models.Model):
    """What is inside a parcel: a quantity of one stock move."""

    _name = "logistics.parcel.line"
    _description = "Parcel Contents"
    _order = "parcel_id, id"

    parcel_id = fields.Many2one(
        "logistics.parcel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="parcel_id.company_id", store=True)
    move_id = fields.Many2one(
        "stock.move", required=True, ondelete="cascade", index=True, string="Goods"
    )
    move_line_id = fields.Many2one("stock.move.line", ondelete="set null")
    product_id = fields.Many2one(related="move_id.product_id")
    quantity = fields.Float(required=True, digits="Product Unit")
    product_uom = fields.Many2one(related="move_id.product_uom", string="Unit")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity in a parcel is above zero."
    )

    @api.constrains("move_id", "quantity", "parcel_id")
    def _check_move_quantity(self):
        """A unit of goods is in one parcel: the lines of a move fit into the move."""
        for line in self:
            move = line.move_id
            if move.picking_id not in line.parcel_id.shipment_id.picking_ids:
                raise ValidationError(
                    self.env._(
                        "%(product)s is not part of a transfer of this shipment.",
                        product=move.product_id.display_name,
                    )
                )
            packed = sum(
                self.search(
                    [
                        ("move_id", "=", move.id),
                        ("parcel_id.closed_at", "=", False),
                    ]
                ).mapped("quantity")
            )
            available = max(move.quantity, move.product_uom_qty)
            if move.product_uom.compare(packed, available) > 0:
                raise ValidationError(
                    self.env._(
                        "The parcels hold %(packed)s of %(product)s, the transfer "
                        "only %(available)s.",
                        packed=packed,
                        product=move.product_id.display_name,
                        available=available,
                    )
                )
