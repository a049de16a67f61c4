"""An announcement of goods that are on their way already joins what began by a scan."""

from odoo import api, fields, models
from odoo.fields import Command

_OVER = ("credited", "refunded", "closed", "refused")
_ANNOUNCED = (
    "reason_id",
    "note",
    "replacement",
    "freight_payer",
    "deadline",
    "user_id",
    "source_ref",
)


class LogisticsReturn(models.Model):
    _inherit = "logistics.return"

    announced_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the customer announced what a scan had begun.",
    )
    source_ref = fields.Char(
        string="Partner's Announcement",
        readonly=True,
        copy=False,
        help="The event by which a partner's system announced it.",
    )

    _source_uniq = models.UniqueIndex("(company_id, source_ref)")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what is announced of goods that a carrier has joins their return.

        :return: In the order of the values; a return that began by a scan in the place
            of a second one.
        """
        waiting = [self._begun_by_scan(vals) for vals in vals_list]
        fresh = super().create(
            [vals for vals, one in zip(vals_list, waiting, strict=True) if not one]
        )
        rest = iter(fresh)
        found = self.browse()
        for vals, one in zip(vals_list, waiting, strict=True):
            if one:
                one.sudo()._join_announcement(vals)
            found += one.with_env(self.env) if one else next(rest)
        return found

    # === BUSINESS METHODS === #

    @api.model
    def _begun_by_scan(self, vals):
        """Return the return, begun by a scan, that an announcement is about.

        :param dict vals: Values of a return that somebody announces.
        :return: Empty when none waits to be announced.
        :rtype: logistics.return
        """
        if vals.get("origin", "staff") not in ("portal", "staff", "partner"):
            return self.browse()
        moves = {row["move_id"] for row in _lines(vals) if row.get("move_id")}
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        if not moves or not partner:
            return self.browse()
        found = self.sudo().search(
            [
                ("company_id", "=", vals.get("company_id") or self.env.company.id),
                (
                    "partner_id.commercial_partner_id",
                    "=",
                    partner.sudo().commercial_partner_id.id,
                ),
                ("origin", "=", "scan"),
                ("announced_at", "=", False),
                ("kind", "!=", "lost"),
                ("state", "not in", _OVER),
                ("line_ids.move_id", "in", list(moves)),
            ],
            order="id",
        )
        return found.filtered(lambda one: moves <= set(one.line_ids.move_id.ids))[:1]

    def _join_announcement(self, vals):
        """Take over what the customer says of goods that are on their way already.

        Of goods that have not come, the customer knows better than a guess how much
        comes.

        :param dict vals: Values of a return, see `_begun_by_scan`.
        """
        self.ensure_one()
        self.write(
            {name: vals[name] for name in _ANNOUNCED if vals.get(name)}
            | {"announced_at": fields.Datetime.now()}
            | ({"kind": "damaged"} if vals.get("kind") == "damaged" else {})
        )
        told = {}
        for row in _lines(vals):
            lot = self.env["stock.lot"].browse(row.get("lot_id"))
            origin = self.env["stock.move"].browse(row.get("move_id"))
            line = self._lines_for(origin, origin.product_id, lot)[:1]
            if not line or (line in told and lot):
                line = self._add_line(origin, origin.product_id, lot)
            told[line] = told.get(line, 0.0) + (row.get("quantity") or 0.0)
        for line in self.line_ids:
            quantity = told.get(line, 0.0)
            if line.quantity != quantity and not line.received_quantity:
                line.quantity = quantity
        self.message_post(body=self.env._("The customer announced what comes back."))


def _lines(vals):
    """Return the values of the lines a return is created with."""
    return [
        command[2]
        for command in vals.get("line_ids") or ()
        if command[0] == Command.CREATE
    ]
