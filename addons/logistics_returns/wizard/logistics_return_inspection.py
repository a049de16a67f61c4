"""The screen on which returned goods are inspected, on a phone as on a desk."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import return_photo
from ..models.logistics_return_fact import DISPOSITION_LABELS

# So many returns are offered to choose from.
OFFERED = 40


class LogisticsReturnInspection(models.TransientModel):
    """What one person finds in one go; confirmed once, however often it is pressed."""

    _name = "logistics.return.inspection"
    _inherit = "barcodes.barcode_events_mixin"
    _description = "Inspect Returned Goods"

    return_id = fields.Many2one(
        "logistics.return",
        string="Return",
        domain="[('state', '=', 'received'), "
        "('company_id', 'in', allowed_company_ids)]",
    )
    company_id = fields.Many2one(related="return_id.company_id")
    # Only whoever may read the return reads here what it says.
    partner_id = fields.Many2one(related="return_id.partner_id", related_sudo=False)
    reason_id = fields.Many2one(related="return_id.reason_id", related_sudo=False)
    customer_note = fields.Text(
        related="return_id.note", related_sudo=False, string="The Customer Says"
    )
    scan = fields.Char(
        string="Scan",
        store=False,
        help="A product, a lot or serial number, a transfer, a return or a tracking "
        "number.",
    )
    found_as = fields.Selection(
        DISPOSITION_LABELS, string="Count As", required=True, default="restock"
    )
    message = fields.Char(readonly=True)
    line_ids = fields.One2many(
        "logistics.return.inspection.line",
        "inspection_id",
        string="Goods",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Char(string="Remark")
    photo_ids = fields.Many2many(
        "ir.attachment",
        "logistics_return_inspection_photo_rel",
        "inspection_id",
        "attachment_id",
        string="Photos",
    )
    waiting_ids = fields.Many2many(
        "logistics.return", compute="_compute_waiting_ids", string="Waiting"
    )
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")],
        string="Status",
        default="open",
        readonly=True,
    )

    @api.depends("return_id")
    def _compute_line_ids(self):
        for dialog in self:
            dialog.line_ids = [fields.Command.clear()] + [
                fields.Command.create(vals) for vals in dialog._rows()
            ]

    @api.depends("return_id")
    def _compute_waiting_ids(self):
        Return = self.env["logistics.return"]
        for dialog in self:
            dialog.waiting_ids = (
                Return
                if dialog.return_id
                else Return.search(
                    [
                        ("state", "=", "received"),
                        ("company_id", "in", self.env.companies.ids),
                    ],
                    limit=OFFERED,
                    order="id",
                )
            )

    @api.depends("return_id")
    def _compute_display_name(self):
        for dialog in self:
            dialog.display_name = dialog.return_id.name or self.env._("Inspections")

    # === ACTIONS === #

    def action_rest(self):
        """Count what is left of everything that came, as what is chosen above."""
        self.ensure_one()
        for line in self.line_ids:
            if not line.is_short and line.left > 0:
                line[line._column(self.found_as)] += line.left
        return True

    def action_clear(self):
        """Forget what was counted; nothing was recorded yet."""
        self.ensure_one()
        self.line_ids._clear()
        self.message = False
        return True

    def action_other(self):
        """Put the return aside and choose another one; nothing is recorded."""
        return self._window()

    def action_confirm(self):
        """Record what was found and move the goods.

        Pressed twice, it is recorded once.

        :return: The empty screen, ready for the next return.
        :raise AccessError: For anybody but operations.
        :raise UserError: When nothing, or more than what waits, was counted.
        """
        self.ensure_one()
        if not self.return_id:
            raise UserError(self.env._("Scan or choose a return first."))
        self.return_id._check_may_inspect()
        self.return_id.check_access("read")
        # A second press waits here for the first one and then finds it done.
        self.env.cr.execute(
            "SELECT id FROM logistics_return_inspection WHERE id = %s FOR UPDATE",
            [self.id],
        )
        if self.state != "done":
            self.return_id._inspect(
                self.line_ids._found(),
                ref=f"inspection/{self.id}",
                note=(self.note or "").strip(),
                photos=self._take_photos(),
            )
            self.state = "done"
        return self._window(
            message=self.env._("%s: recorded. Scan the next one.", self.return_id.name)
        )

    # === BUSINESS METHODS === #

    @api.model
    def _window(self, one=None, message=""):
        """Return the window of the screen.

        :param logistics.return one: What is inspected; empty to choose it there.
        :param str message: What the screen says.
        """
        self.env["logistics.return"]._check_may_inspect()
        dialog = self.create(
            {"return_id": one.id if one else False, "message": message or False}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Inspections"),
            "res_model": self._name,
            "res_id": dialog.id,
            "views": [(False, "form")],
            "target": "current" if one else "main",
        }

    def _rows(self):
        """Return the rows of the goods that wait, and of those that are still to come.

        :rtype: list[dict]
        """
        self.ensure_one()
        one = self.return_id.sudo(False)
        if not one:
            return []
        one.check_access("read")
        position = one._position()
        rows = [
            {
                "return_line_id": spot.line.id,
                "lot_id": spot.lot.id,
                "location_id": spot.location.id,
                "package_id": spot.package.id,
                "owner_id": spot.owner.id,
                "waiting": spot.line._stock_quantity(quantity),
            }
            for spot, quantity in one._goods_here(position).items()
        ]
        lines = one.line_ids
        rows.sort(key=lambda row: (row["return_line_id"], row["lot_id"]))
        return rows + [
            {
                "return_line_id": key,
                "waiting": lines.browse(key)._stock_quantity(line.expected),
                "is_short": True,
            }
            for key, line in position.lines.items()
            if line.expected
        ]

    def _take_photos(self):
        """Return the pictures as attachments of the return, read and written anew.

        :rtype: ir.attachment
        :raise UserError: For too many, or for what is no picture.
        """
        taken = self.env["ir.attachment"].sudo()
        if len(self.photo_ids) > return_photo.MOST:
            raise UserError(
                self.env._("No more than %s photos at once.", return_photo.MOST)
            )
        for number, photo in enumerate(self.photo_ids.sudo(), 1):
            if photo.create_uid != self.env.user or (
                photo.res_model not in (False, self._name)
            ):
                raise AccessError(self.env._("Add the photos on this screen."))
            taken |= taken.create(
                {
                    "name": self.env._(
                        "%(name)s inspection %(number)s.jpg",
                        name=self.return_id.name.replace("/", "-"),
                        number=number,
                    ),
                    "raw": self._clean(photo),
                    "mimetype": return_photo.MIMETYPE,
                    "res_model": "logistics.return",
                    "res_id": self.return_id.id,
                }
            )
        self.photo_ids.sudo().unlink()
        return taken

    def _clean(self, photo):
        try:
            return return_photo.clean(photo.raw)
        except return_photo.PhotoRefused as error:
            words = {
                "empty": self.env._("%s is empty.", photo.name),
                "too_big": self.env._(
                    "%(name)s is too big: photos of up to %(most)s MB are taken.",
                    name=photo.name,
                    most=return_photo.MOST_BYTES // 2**20,
                ),
                "no_picture": self.env._(
                    "%s is no photo that can be read.", photo.name
                ),
            }
            raise UserError(words[error.reason]) from error
